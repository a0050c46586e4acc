use std::ffi::OsString;
use std::fs;

use clap::ValueHint;
use rutter_analysis::suppose::{Change, Supposition};
use rutter_analysis::{Hearing, Questions};
use rutter_decode::{Decoder, Outcome};
use rutter_event::{Event, Refusal};
use rutter_knowledge::{Knowledge, Who};
use rutter_pipeline::{Settings, Visit};
use rutter_report::event::{Reader, page, write_json};

use crate::account;
use crate::args::{Choice, FormatChoice, Manner, Overlay, Owners, Reading, Wording};
use crate::commands::formats;
use crate::inputs::{Inputs, named_or_piped};
use crate::notice;
use crate::refusal::refusal;
use crate::sink::{Audience, Sink};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// Explain every event: what it most likely means, why, and what else it could be
///
/// Each event is judged with what was seen before it in the same input, so the later lines of a
/// burst know of the earlier ones.
#[derive(Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// A log or capture, - for standard input, or a pasted line
    ///
    /// What is no file and looks like a line of a log is taken for the line itself; put it between
    /// single quotes, so that the shell leaves it as it is.
    #[arg(value_name = "FILE|LINE", value_hint = ValueHint::AnyPath)]
    input: Vec<OsString>,

    /// What to write
    #[arg(
        short, long, value_name = "SHAPE", default_value = "text", value_parser = SHAPES.parser(),
        help_heading = "Output"
    )]
    output: Shape,

    /// Name each refused line on standard error, with its number and the reason
    #[arg(long, help_heading = "Output")]
    refused: bool,

    /// Let what a listener heard meanwhile explain the packets of a log; as `rutter listen` writes it
    ///
    /// A contact explains packets of the same source to the same port, at most 8 seconds apart. May be
    /// repeated.
    #[arg(long, value_name = "CONTACTS", value_hint = ValueHint::AnyPath, help_heading = "Asking further")]
    heard: Vec<OsString>,

    /// Say why it is not this: which evidence was missing or spoke against it, and by how much
    ///
    /// The id of an entry, as `rutter port` shows it; may be repeated.
    #[arg(long, value_name = "ID", help_heading = "Asking further")]
    why_not: Vec<String>,

    /// Judge each event once more with a field changed, for instance tcp.seq=1
    ///
    /// May be repeated. An empty value supposes that the log lacks the field; seen.ports=40 and its
    /// kin suppose another past.
    #[arg(long, value_name = "FIELD=VALUE", help_heading = "Asking further")]
    what_if: Vec<Change>,

    #[command(flatten)]
    wording: Wording,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    overlay: Overlay,
    #[command(flatten)]
    owners: Owners,
}

impl Args {
    fn questions<'k>(&self, knowledge: &'k Knowledge, who: &'k Who) -> Result<Questions<'k>, Stop> {
        let why_not = self.why_not.iter().map(|id| {
            knowledge.entry(id).ok_or_else(|| {
                Stop::error(format!(
                    "--why-not: {id:?} is no entry; find its id with `rutter port` or `rutter knowledge show`"
                ))
            })
        });
        Ok(Questions {
            why_not: why_not.collect::<Result<_, _>>()?,
            what_if: Supposition::new(self.what_if.clone()),
            who: Some(who),
        })
    }
}

const EXAMPLES: &str = "\
Examples:
  rutter explain 'Nov 23 12:00:00 fw kernel: IN=eth0 OUT= SRC=198.51.100.7 DST=203.0.113.9 \
PROTO=TCP SPT=40000 DPT=23 SYN'
  rutter explain --output json --home 203.0.113.0/24 /var/log/ufw.log
  tail -n 100 /var/log/ufw.log | rutter explain --refused -
  rutter explain --why-not worm.mirai --what-if tcp.seq=3405803785 fw.log";

const HINT: &str = "\
nothing to explain is named, and nothing is piped in; paste a line or name a file, for instance
  rutter explain 'Nov 23 12:00:00 fw kernel: IN=eth0 OUT= SRC=198.51.100.7 DST=203.0.113.9 \
PROTO=TCP SPT=40000 DPT=23 SYN'
  rutter explain /var/log/ufw.log
  tail -n 100 /var/log/ufw.log | rutter explain -";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
}

const SHAPES: Choice<Shape> = Choice(&[
    ("text", "a paragraph for each event", Shape::Text),
    (
        "json",
        "one JSON object a line, fields of the Elastic Common Schema",
        Shape::Json,
    ),
]);

pub(crate) fn run(args: &Args, manner: &Manner, around: &Surroundings) -> Result<Status, Stop> {
    if let Some(FormatChoice::List) = args.reading.format {
        return formats::list();
    }
    let settings = args.reading.settings(std::num::NonZeroUsize::MIN, around)?;
    let knowledge = args.owners.named(args.overlay.load()?)?;
    let who = args.owners.open()?;
    let questions = args.questions(&knowledge, &who)?;
    let text = pasted(&args.input, settings.format);
    let is_pasted = text.is_some();
    let mut inputs = match text {
        Some(text) => Inputs::pasted(text),
        None => Inputs::open(&named_or_piped(&args.input, around, HINT)?, manner.quiet),
    };
    let audience = match args.output {
        Shape::Text => Audience::Person,
        Shape::Json => Audience::Program,
    };
    let mut teller = Teller {
        sink: Sink::open(audience, None)?,
        shape: args.output,
        refused: args.refused,
        live: around.stdout_is_terminal,
        reader: Reader {
            language: args.wording.language(around),
            zone: settings.zone.clone(),
            teach: true,
        },
        width: around.width,
        place: None,
        begun: false,
        buffer: Vec::new(),
        result: Ok(()),
    };
    let waits = !around.stdout_is_terminal && around.stderr_is_terminal && !manner.quiet;
    let progress = inputs.progress(waits && !args.refused);
    let mut accounts = Vec::new();
    let mut heard = Inputs::open(&args.heard, manner.quiet);
    let beside = Settings {
        format: None,
        ..settings.clone()
    };
    let past = rutter_pipeline::profile(std::mem::take(&mut heard.sources), &beside, &knowledge);
    accounts.extend(past.accounts);
    let sources = std::mem::take(&mut inputs.sources);
    let several = sources.len() > 1;
    // Each source is an input of its own, with line numbers and, but for what was heard, a past of
    // its own.
    for source in sources {
        teller.place = several.then(|| source.name.clone());
        let past = past.profile.clone();
        let outcome = rutter_pipeline::explain_after(
            past,
            vec![source],
            &settings,
            &knowledge,
            &questions,
            &mut teller,
        );
        accounts.extend(outcome.accounts);
        if teller.result.is_err() {
            break;
        }
    }
    drop(progress);
    teller.result?;
    teller.sink.finish()?;
    let well = account::tell(&accounts, manner.quiet, is_pasted);
    Ok(
        if well && inputs.errors.is_empty() && heard.errors.is_empty() {
            Status::Done
        } else {
            Status::Failed
        },
    )
}

/// The arguments as a line of a log, when they are one and no file.
///
/// A record that rutter knows is a line however it looks; of other texts only those that no file
/// would be called, so that a file name with a slip in it is still missed as a file.
fn pasted(
    arguments: &[OsString],
    format: Option<&'static dyn rutter_decode::Format>,
) -> Option<Vec<u8>> {
    let first = arguments.first()?;
    if first == "-" || fs::symlink_metadata(first).is_ok() {
        return None;
    }
    let mut text = arguments.join(" ".as_ref()).into_encoded_bytes();
    // The argument ends where its writer ended it, so that its last value is whole.
    text.push(b'\n');
    let is_record = text.split(|b| *b == b'\n').any(|line| {
        let outcome = Decoder::new(format).line(line, &mut |_| {});
        matches!(outcome, Outcome::Events(_) | Outcome::Refused(_))
    });
    let words = text
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .count();
    let is_prose = words > 4 && (arguments.len() == 1 || text.contains(&b'='));
    (is_record || is_prose).then_some(text)
}

/// Writes events as they come.
struct Teller {
    sink: Sink,
    shape: Shape,
    refused: bool,
    /// Somebody watches: what is said on standard error must keep its place among the events.
    live: bool,
    reader: Reader,
    width: usize,
    /// The source, when there are several.
    place: Option<rutter_source::Name>,
    begun: bool,
    buffer: Vec<u8>,
    result: Result<(), Stop>,
}

impl Visit for Teller {
    fn event(&mut self, line: u64, event: &Event<'_>, hearing: &Hearing<'_>) {
        if self.result.is_err() {
            return;
        }
        self.buffer.clear();
        match self.shape {
            Shape::Json => {
                write_json(
                    line,
                    event,
                    Some(hearing),
                    self.reader.language,
                    &mut self.buffer,
                );
            }
            Shape::Text => {
                if std::mem::replace(&mut self.begun, true) {
                    self.buffer.push(b'\n');
                }
                let text = page(line, event, hearing, &self.reader).terminal(self.width);
                self.reader.teach &= hearing.verdicts.iter().all(|v| v.missing.is_empty());
                // One empty line between two events, none at the end.
                self.buffer.extend_from_slice(text.trim_end().as_bytes());
                self.buffer.push(b'\n');
            }
        }
        self.result = self.sink.put(&self.buffer);
    }

    fn refused(&mut self, line: u64, why: Refusal, bytes: &[u8]) {
        if !self.refused || self.result.is_err() {
            return;
        }
        if self.live {
            self.result = self.sink.show();
        }
        let place = self.place.as_ref().map(|name| name.untrusted());
        notice::line(refusal(place, line, why, bytes, self.shape == Shape::Json));
    }

    fn goes_on(&self) -> bool {
        self.result.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "Nov 23 12:00:00 fw kernel: IN=eth0 OUT= SRC=198.51.100.7 DST=203.0.113.9 LEN=40 \
                        PROTO=TCP SPT=40000 DPT=23 SYN";

    fn taken(arguments: &[&str]) -> bool {
        let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
        pasted(&arguments, None).is_some()
    }

    #[test]
    fn lines_are_told_from_files() {
        assert!(taken(&[LINE]));
        assert!(taken(&LINE.split(' ').collect::<Vec<_>>()));
        assert!(taken(&[
            "Nov 23 12:00:01 host sshd[7]: Accepted publickey for root"
        ]));
        assert!(!taken(&[]));
        assert!(!taken(&["-"]));
        assert!(!taken(&["Cargo.toml"]));
        assert!(!taken(&["/no/such/ufw.log"]));
        assert!(!taken(&["my old log.txt"]));
        assert!(!taken(&[
            "a.log", "b.log", "c.log", "d.log", "e.log", "f.log"
        ]));
    }
}
