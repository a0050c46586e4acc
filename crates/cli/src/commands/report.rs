use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::ValueHint;
use rutter_analysis::{Home, Profile, Summary, find_with, news};
use rutter_event::{Ledger, Timestamp, Untrusted};
use rutter_knowledge::{Knowledge, Severity};
use rutter_pipeline::{Account, Failure, Settings, Step, YearSource};
use rutter_report::{Digest, Input, Leap, Oddities, Refused, Years};
use rutter_source::{Source, SourceError};

use crate::account;
use crate::args::{
    Choice, FormatChoice, Manner, Memory, Overlay, Owners, Reading, SEVERITIES, Threads, Wording,
};
use crate::commands::formats;
use crate::inputs::{Inputs, named_or_piped};
use crate::notice;
use crate::sink::{Audience, Sink};
use crate::status::{Status, Stop};
use crate::surroundings::{PAPER, Surroundings};

/// Read logs or captures and tell who knocked, on what, what it means, what to do
///
/// Everything is read before anything is judged, so each packet is judged with the whole picture.
/// What cannot be read is named, and the rest goes on.
#[derive(Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Logs, captures, folders or patterns; - is standard input
    ///
    /// Compressed ones (gz, zst, xz, bz2) are recognised by their content, and so are formats, which
    /// may be mixed.
    #[arg(value_name = "SOURCE", value_hint = ValueHint::AnyPath)]
    sources: Vec<OsString>,

    /// What to write; several, separated by commas, need --out
    #[arg(
        short, long, value_name = "SHAPE", value_delimiter = ',', default_value = "text",
        value_parser = SHAPES.parser(), help_heading = "Output"
    )]
    output: Vec<Shape>,

    /// Write to this file instead of standard output; it is never half written
    ///
    /// With several outputs it is the name without extension: `--output text,json --out night`
    /// writes night.txt and night.json.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    out: Option<PathBuf>,

    /// End with status 1 when a finding is as grave as this, or graver
    #[arg(
        long, value_name = "SEVERITY", value_parser = SEVERITIES.parser(), help_heading = "Output"
    )]
    fail_on: Option<Severity>,

    /// Tell what is new against this sealed profile or log of an earlier day
    ///
    /// New sources, new ports, new findings. The baseline is read like any SOURCE and is no part of the
    /// report itself.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    baseline: Option<PathBuf>,

    #[command(flatten)]
    wording: Wording,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
    #[command(flatten)]
    overlay: Overlay,
    #[command(flatten)]
    owners: Owners,
}

const EXAMPLES: &str = "\
Examples:
  rutter report /var/log/ufw.log
  rutter report --home 203.0.113.0/24 --timezone Europe/Berlin '/var/log/ufw.log*'
  rutter report --baseline yesterday.profile /var/log/ufw.log
  rutter report --since 2026-11-22 --output text,json --out night /var/log/firewall/
  journalctl --dmesg --output json | rutter report -";

const HINT: &str = "\
no SOURCE is named, and nothing is piped in; name a log, for instance
  rutter report /var/log/ufw.log
  rutter report --home 203.0.113.0/24 /var/log/firewall/
  journalctl --dmesg --output json | rutter report -";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
    Markdown,
}

const SHAPES: Choice<Shape> = Choice(&[
    ("text", "a page to read", Shape::Text),
    ("json", "one object", Shape::Json),
    ("markdown", "the page as Markdown", Shape::Markdown),
]);

impl Shape {
    const fn audience(self) -> Audience {
        match self {
            Self::Text => Audience::Person,
            Self::Json | Self::Markdown => Audience::Program,
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Json => "json",
            Self::Markdown => "md",
        }
    }

    /// The report in this shape; text as wide as the place where it goes.
    fn render(self, digest: &Digest<'_>, width: usize) -> Vec<u8> {
        match self {
            Self::Text => digest.page().terminal(width).into_bytes(),
            Self::Markdown => digest.page().markdown().into_bytes(),
            Self::Json => {
                let mut json = Vec::new();
                digest.write_json(&mut json);
                json
            }
        }
    }
}

pub(crate) fn run(args: &Args, manner: &Manner, around: &Surroundings) -> Result<Status, Stop> {
    if let Some(FormatChoice::List) = args.reading.format {
        return formats::list();
    }
    let mut settings = Settings {
        memory: args.memory.bytes(),
        ..args.reading.settings(args.threads.number(around), around)?
    };
    let knowledge = args.owners.named(args.overlay.load()?)?;
    let who = args.owners.open()?;
    let named = named_or_piped(&args.sources, around, HINT)?;
    let mut inputs = Inputs::open(&named, manner.quiet);
    // Before hours are spent on reading, it should be known whether the result has a place.
    let mut sinks = sinks(&args.output, args.out.as_deref(), &inputs)?;
    if inputs.sources.is_empty() {
        account::tell(&[], manner.quiet, false);
        return Ok(Status::Failed);
    }
    let earlier = match &args.baseline {
        Some(file) => Some(baseline(file, &settings, &knowledge)?),
        None => None,
    };
    let progress = inputs.progress(around.stderr_is_terminal && !manner.quiet);
    let sources = std::mem::take(&mut inputs.sources);
    let again: Option<Vec<Source>> = sources.iter().map(Source::again).collect();
    let mut outcome = rutter_pipeline::profile(sources, &settings, &knowledge);
    // Which way packets went is settled as they are read, so they are read once more.
    if !settings.home.is_named()
        && let Some((home, sources)) = Home::inferred(&outcome.profile).zip(again)
    {
        settings.home = home;
        outcome = rutter_pipeline::profile(sources, &settings, &knowledge);
    }
    let crew = rutter_pipeline::Threads(settings.threads);
    let mut summary = find_with(&crew, &outcome.profile, &settings.home, &knowledge);
    summary.news =
        earlier.map(|(profile, before)| news(&outcome.profile, &summary, &profile, &before));
    drop(progress);
    let ledger = outcome.ledger();
    let nothing = Ledger::default();
    let missed = inputs.errors.iter().map(|error| missed(error, &nothing));
    let read = outcome.accounts.iter();
    let digest = Digest {
        ledger: &ledger,
        inputs: read
            .map(|account| input(account, settings.now))
            .chain(missed)
            .collect(),
        profile: &outcome.profile,
        summary: &summary,
        home: &settings.home,
        who: &who,
        zone: settings.zone.clone(),
        language: args.wording.language(around),
    };
    let width = if args.out.is_some() {
        PAPER
    } else {
        around.width
    };
    for (shape, sink) in &mut sinks {
        sink.put(&shape.render(&digest, width))?;
    }
    for (_, sink) in sinks {
        sink.finish()?;
    }
    let well = account::tell(&outcome.accounts, manner.quiet, false) && inputs.errors.is_empty();
    let found = args.fail_on.is_some_and(|least| {
        summary
            .findings
            .iter()
            .any(|finding| finding.severity >= least)
    });
    // The program ends here; taking a large sum apart piece by piece would only keep people waiting.
    std::mem::forget(outcome);
    Ok(match (well, found) {
        (false, _) => Status::Failed,
        (true, true) => Status::Found,
        (true, false) => Status::Done,
    })
}

/// The sum of an earlier day, and what was found in it.
fn baseline<'k>(
    file: &Path,
    settings: &Settings,
    knowledge: &'k Knowledge,
) -> Result<(Profile, Summary<'k>), Stop> {
    let opened = Inputs::open(&[file.as_os_str().to_owned()], true);
    let settings = Settings {
        since: None,
        until: None,
        ..settings.clone()
    };
    let outcome = rutter_pipeline::profile(opened.sources, &settings, knowledge);
    let failures = outcome
        .accounts
        .iter()
        .flat_map(|account| &account.failures);
    if let Some(failure) = failures.into_iter().next() {
        return Err(Stop::error(format!("--baseline: {failure}")));
    }
    if !opened.errors.is_empty() || outcome.profile.events == 0 {
        let name = notice::shown(file);
        return Err(Stop::error(format!(
            "--baseline: {name} holds no event to compare with; name a sealed profile or a log"
        )));
    }
    let summary = find_with(
        &rutter_pipeline::Threads(settings.threads),
        &outcome.profile,
        &settings.home,
        knowledge,
    );
    Ok((outcome.profile, summary))
}

/// A place for each output.
fn sinks(
    shapes: &[Shape],
    out: Option<&Path>,
    inputs: &Inputs,
) -> Result<Vec<(Shape, Sink)>, Stop> {
    let mut wanted = shapes.to_vec();
    wanted.dedup();
    if let ([_, _, ..], None) = (wanted.as_slice(), out) {
        return Err(Stop::error(
            "--output: several outputs need a file each; name them with --out, for instance --out night",
        ));
    }
    let several = wanted.len() > 1;
    wanted
        .into_iter()
        .map(|shape| {
            let path = out.map(|out| {
                if several {
                    beside(out, shape)
                } else {
                    out.to_owned()
                }
            });
            path.as_deref().map_or(Ok(()), |path| inputs.spare(path))?;
            Ok((shape, Sink::open(shape.audience(), path.as_deref())?))
        })
        .collect()
}

/// The file of one output among several: `night`, `night.txt` and `night.json` all mean `night`.
fn beside(out: &Path, shape: Shape) -> PathBuf {
    let known = |extension: &OsStr| {
        SHAPES
            .0
            .iter()
            .any(|(_, _, shape)| extension == shape.extension())
    };
    let stem = if out.extension().is_some_and(known) {
        out.with_extension("")
    } else {
        out.to_owned()
    };
    let mut name = stem.into_os_string();
    name.push(".");
    name.push(shape.extension());
    name.into()
}

/// Files are written in bursts, and clocks differ a little: so much later is late.
const LATE: i64 = 14 * 60;

/// What is odd about the times of an input that was read by some time.
fn oddities(account: &Account, now: Option<Timestamp>) -> Oddities {
    let leap = |step: Step| Leap {
        times: step.times,
        seconds: step.by / 1_000_000_000,
        line: step.line,
    };
    let steps = account.steps;
    let written = account.modified.or(now);
    let beyond = steps
        .latest
        .zip(written)
        .map(|(latest, written)| latest.saturating_sub(written.0) / 1_000_000_000);
    Oddities {
        back: steps.back.map(leap),
        ahead: steps.ahead.map(leap),
        beyond: beyond.filter(|seconds| *seconds > LATE),
    }
}

/// An input as the report tells of it.
fn input(account: &Account, now: Option<Timestamp>) -> Input<'_> {
    Input {
        name: account.name.untrusted(),
        ledger: &account.ledger,
        oddities: oddities(account, now),
        years: match account.years {
            YearSource::Written => Years::Written,
            YearSource::Given(year) => Years::Given(year),
            YearSource::Modified(year) => Years::Modified(year),
            YearSource::Run(year) => Years::Run(year),
            YearSource::Unknown => Years::Unknown,
        },
        refused: account
            .examples
            .iter()
            .map(|(why, example)| Refused {
                why: *why,
                line: example.line,
                start: Untrusted::new(&example.start),
            })
            .collect(),
        errors: account
            .failures
            .iter()
            .map(|failure| match failure {
                Failure::Source(error) => error.problem.to_string(),
                Failure::Capture(_, damage) => damage.to_string(),
                Failure::Flows(_, damage) => damage.to_string(),
                Failure::Sealed(_, unfit) => unfit.to_string(),
            })
            .collect(),
    }
}

/// An argument that could not be opened at all.
fn missed<'a>(error: &'a SourceError, nothing: &'a Ledger) -> Input<'a> {
    Input {
        name: error.place.untrusted(),
        ledger: nothing,
        years: Years::Written,
        oddities: Oddities::default(),
        refused: Vec::new(),
        errors: vec![error.problem.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_outputs_share_a_name() {
        for (out, text, json) in [
            ("night", "night.txt", "night.json"),
            ("night.json", "night.txt", "night.json"),
            ("log/2026.11", "log/2026.11.txt", "log/2026.11.json"),
        ] {
            assert_eq!(beside(Path::new(out), Shape::Text), Path::new(text));
            assert_eq!(beside(Path::new(out), Shape::Json), Path::new(json));
        }
    }
}
