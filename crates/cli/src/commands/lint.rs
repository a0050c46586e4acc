use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use clap::ValueHint;
use rutter_event::Untrusted;
use rutter_knowledge::Severity;
use rutter_lint::{Dialect, check_as, dialect, unified};
use rutter_report::lint::{self, Looked};

use crate::args::{Choice, Manner, SEVERITIES, Wording};
use crate::inputs::named_or_piped;
use crate::notice;
use crate::sink::{Audience, print};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// Point at mistakes in a firewall's rules, with the reason and a fix in their own language
///
/// Reads nftables (text and JSON), iptables-save and ip6tables-save, ufw (status, commands and rules files),
/// pf.conf and what `netsh advfirewall firewall show rule name=all` prints. Nothing is changed; what
/// cannot be analysed is not accused.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files with rules; `-` is standard input
    #[arg(value_name = "RULESET", value_hint = ValueHint::FilePath)]
    rulesets: Vec<OsString>,

    /// The language of the rules, instead of what their content says
    #[arg(long, value_name = "NAME", value_parser = DIALECTS.parser(), help_heading = "Reading")]
    dialect: Option<Dialect>,

    /// What to write
    #[arg(
        short, long, value_name = "SHAPE", default_value = "text", value_parser = SHAPES.parser(),
        help_heading = "Output"
    )]
    output: Shape,

    /// Print a patch that puts right what can be put right without a decision of yours
    #[arg(long, conflicts_with = "output", help_heading = "Output")]
    fix: bool,

    /// End with exit status 1 when something at least as grave is found
    #[arg(long, value_name = "SEVERITY", value_parser = SEVERITIES.parser(), help_heading = "Output")]
    fail_on: Option<Severity>,

    /// List what is looked for
    #[arg(long, conflicts_with_all = ["rulesets", "fix"])]
    list: bool,

    #[command(flatten)]
    wording: Wording,
}

const EXAMPLES: &str = "\
Examples:
  nft list ruleset | rutter lint
  iptables-save | rutter lint -
  rutter lint --fix /etc/nftables.conf | patch /etc/nftables.conf
  rutter lint --output sarif --fail-on high rules/*.nft";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
    Sarif,
}

const SHAPES: Choice<Shape> = Choice(&[
    ("text", "a page to read", Shape::Text),
    ("json", "an array, one object a ruleset", Shape::Json),
    (
        "sarif",
        "SARIF 2.1.0, for editors and code forges",
        Shape::Sarif,
    ),
]);

const DIALECTS: Choice<Dialect> = Choice(&[
    ("nft", "nft list ruleset, nftables.conf", Dialect::Nft),
    ("nft-json", "nft -j list ruleset", Dialect::NftJson),
    (
        "iptables",
        "iptables-save, ip6tables-save, commands one a line",
        Dialect::Iptables,
    ),
    (
        "ufw",
        "ufw status, ufw show added, user.rules, before.rules",
        Dialect::Ufw,
    ),
    ("pf", "pf.conf, pfctl -sr, rules.debug", Dialect::Pf),
    (
        "netsh",
        "netsh advfirewall firewall show rule name=all",
        Dialect::Netsh,
    ),
]);

/// Bytes of one ruleset.
const MOST_BYTES: u64 = 64 << 20;

/// A ruleset in memory.
struct Ruleset {
    name: String,
    text: String,
    /// Its bytes are those of the text, so that a patch fits.
    exact: bool,
}

pub(crate) fn run(args: &Args, manner: &Manner, around: &Surroundings) -> Result<Status, Stop> {
    let language = args.wording.language(around);
    if args.list {
        return write(
            Audience::Person,
            lint::list(language).terminal(around.width).as_bytes(),
            Status::Done,
        );
    }
    let hint = "name a file with rules, or pipe them in: nft list ruleset | rutter lint";
    let names = named_or_piped(&args.rulesets, around, hint)?;
    let mut status = Status::Done;
    let mut read = Vec::new();
    for name in &names {
        match open(name) {
            Ok(ruleset) => read.push(ruleset),
            Err(text) => {
                notice::error(text);
                status = Status::Failed;
            }
        }
    }
    let mut all = Vec::new();
    for ruleset in &read {
        let shown = Untrusted::new(ruleset.name.as_bytes());
        let Some(dialect) = args.dialect.or_else(|| dialect::recognise(&ruleset.text)) else {
            notice::error(format_args!(
                "{}: is of no known language; name one with --dialect",
                shown.terminal()
            ));
            status = Status::Failed;
            continue;
        };
        let report = check_as(dialect, &ruleset.text);
        if !manner.quiet {
            for fault in &report.faults {
                let reason = Untrusted::new(fault.reason.as_bytes());
                notice::note(format_args!(
                    "{}:{}: {}",
                    shown.terminal(),
                    fault.line,
                    reason.terminal()
                ));
            }
        }
        all.push((
            ruleset,
            Looked {
                name: &ruleset.name,
                text: &ruleset.text,
                report,
            },
        ));
    }
    let found = args.fail_on.is_some_and(|least| {
        all.iter()
            .flat_map(|(_, looked)| &looked.report.findings)
            .any(|finding| finding.severity() >= least)
    });
    if found && status == Status::Done {
        status = Status::Found;
    }
    if args.fix {
        return write(Audience::Program, patches(&all).as_bytes(), status);
    }
    let all: Vec<Looked<'_>> = all.into_iter().map(|(_, looked)| looked).collect();
    let mut bytes = Vec::new();
    match args.output {
        Shape::Text => {
            for looked in &all {
                bytes.extend_from_slice(
                    lint::page(looked, language)
                        .terminal(around.width)
                        .as_bytes(),
                );
            }
            return write(Audience::Person, &bytes, status);
        }
        Shape::Json => lint::write_json(&all, language, &mut bytes),
        Shape::Sarif => lint::write_sarif(&all, language, &mut bytes),
    }
    write(Audience::Program, &bytes, status)
}

/// The changes of all rulesets as one patch.
fn patches(all: &[(&Ruleset, Looked<'_>)]) -> String {
    let mut patch = String::new();
    for (ruleset, looked) in all {
        let edits = looked
            .report
            .findings
            .iter()
            .flat_map(|finding| &finding.edits);
        let shown = Untrusted::new(ruleset.name.as_bytes())
            .terminal()
            .to_string();
        if ruleset.exact {
            patch.push_str(&unified(
                shown.trim_start_matches('/'),
                &ruleset.text,
                edits,
            ));
        } else {
            notice::note(format_args!(
                "{shown}: is not in UTF-8, so no patch would fit; convert it first"
            ));
        }
    }
    patch
}

fn write(audience: Audience, bytes: &[u8], status: Status) -> Result<Status, Stop> {
    print(audience, bytes).map(|_| status)
}

/// Reads a ruleset; UTF-16, which PowerShell writes, is taken too.
fn open(name: &OsString) -> Result<Ruleset, String> {
    let path = Path::new(name);
    let (shown, named) = if name == "-" {
        ("standard input".to_owned(), "stdin".to_owned())
    } else {
        (notice::shown(path), path.to_string_lossy().into_owned())
    };
    let mut bytes = Vec::new();
    let got = if name == "-" {
        io::stdin()
            .lock()
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
    };
    got.map_err(|error| {
        format!("{shown}: cannot be read: {error}; check the name and your rights")
    })?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!(
            "{shown}: is larger than {} MiB; is it a ruleset?",
            MOST_BYTES >> 20
        ));
    }
    let (text, exact) = decode(bytes);
    Ok(Ruleset {
        name: named,
        text,
        exact,
    })
}

fn decode(bytes: Vec<u8>) -> (String, bool) {
    let wide = |join: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .filter_map(|pair| Some(join(pair.try_into().ok()?)))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => (wide(u16::from_le_bytes, rest), false),
        [0xfe, 0xff, rest @ ..] => (wide(u16::from_be_bytes, rest), false),
        _ => match String::from_utf8(bytes) {
            Ok(text) => (text, true),
            Err(error) => (
                String::from_utf8_lossy(error.as_bytes()).into_owned(),
                false,
            ),
        },
    }
}
