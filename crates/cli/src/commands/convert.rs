use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueHint;
use rutter_analysis::Language;
use rutter_event::Event;
use rutter_pipeline::{Outcome, Settings};
use rutter_report::event::{write_csv, write_csv_header, write_json, write_ocsf};
use rutter_source::Source;

use crate::account;
use crate::args::{Choice, FormatChoice, Manner, Reading, Threads};
use crate::commands::formats;
use crate::inputs::{Inputs, named_or_piped};
use crate::notice;
use crate::refusal::refusal;
use crate::sink::{Audience, Sink};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// Normalise every event, without judging it
///
/// Writes one record for each event, in the order of the input, while it is being read.
#[derive(Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Logs, captures, folders or patterns; - is standard input
    #[arg(value_name = "SOURCE", value_hint = ValueHint::AnyPath)]
    sources: Vec<OsString>,

    /// What to write
    #[arg(long, value_name = "SHAPE", value_parser = SHAPES.parser())]
    to: Shape,

    /// Write to this file instead of standard output; it is never half written
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    out: Option<PathBuf>,

    /// Name each refused line on standard error, with its number and the reason
    #[arg(long, help_heading = "Output")]
    refused: bool,

    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    threads: Threads,
}

const EXAMPLES: &str = "\
Examples:
  rutter convert --to ecs /var/log/ufw.log
  rutter convert --to csv --out probes.csv --timezone Europe/Berlin '/var/log/ufw.log*'
  rutter convert --to ocsf --out probes.ndjson /var/log/
  rutter convert --to csv --refused --out probes.csv /var/log/ 2> refused.txt
  journalctl --dmesg --output json | rutter convert --to ecs -";

const HINT: &str = "\
no SOURCE is named, and nothing is piped in; name one, for instance
  rutter convert --to ecs /var/log/ufw.log
  rutter convert --to csv --out probes.csv /var/log/
  journalctl --dmesg --output json | rutter convert --to ecs -";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Ecs,
    Ocsf,
    Csv,
    Parquet,
}

const SHAPES: Choice<Shape> = Choice(&[
    (
        "ecs",
        "one JSON object a line, fields of the Elastic Common Schema",
        Shape::Ecs,
    ),
    (
        "ocsf",
        "one JSON object a line, class Network Activity of the Open Cybersecurity Schema Framework",
        Shape::Ocsf,
    ),
    (
        "csv",
        "one row an event, with a header (RFC 4180)",
        Shape::Csv,
    ),
    (
        "parquet",
        "the columns of csv in types of their own; only when built with --features parquet",
        Shape::Parquet,
    ),
]);

pub(crate) fn run(args: &Args, manner: &Manner, around: &Surroundings) -> Result<Status, Stop> {
    if let Some(FormatChoice::List) = args.reading.format {
        return formats::list();
    }
    if args.to == Shape::Parquet {
        table_can_be_written(args.out.as_deref(), around)?;
    }
    let settings = args.reading.settings(args.threads.number(around), around)?;
    let named = named_or_piped(&args.sources, around, HINT)?;
    let mut inputs = Inputs::open(&named, manner.quiet);
    if let Some(out) = &args.out {
        inputs.spare(out)?;
    }
    let mut sink = Sink::open(Audience::Program, args.out.as_deref())?;
    // Rows that scroll by tell enough of how far it is, and a bar would mix with them.
    let alone = args.out.is_some() || !around.stdout_is_terminal;
    let progress = inputs.progress(alone && around.stderr_is_terminal && !manner.quiet);
    let sources = std::mem::take(&mut inputs.sources);
    sink.vanish_on_interrupt();
    let job = Job {
        settings: &settings,
        refused: args.refused,
        several: sources.len() > 1,
        is_json: matches!(args.to, Shape::Ecs | Shape::Ocsf),
    };
    let converted = match args.to {
        Shape::Csv => {
            let mut header = Vec::new();
            write_csv_header(&mut header);
            sink.put(&header)?;
            job.lines(sources, write_csv, sink.writer())
        }
        Shape::Ecs => job.lines(
            sources,
            |line, event, out| write_json(line, event, None, Language::En, out),
            sink.writer(),
        ),
        Shape::Ocsf => job.lines(sources, write_ocsf, sink.writer()),
        Shape::Parquet => table(sources, &job, sink.writer()),
    };
    drop(progress);
    let outcome = converted.map_err(|error| sink.stop(&error))?;
    sink.finish()?;
    let well = account::tell(&outcome.accounts, manner.quiet, false);
    Ok(if well && inputs.errors.is_empty() {
        Status::Done
    } else {
        Status::Failed
    })
}

/// How to convert.
struct Job<'s> {
    settings: &'s Settings,
    /// Tell of refused lines.
    refused: bool,
    /// Name the source of each.
    several: bool,
    /// As objects, beside the records that are objects too.
    is_json: bool,
}

impl Job<'_> {
    /// Renders every event as bytes of its own.
    fn lines(
        &self,
        sources: Vec<Source>,
        render: impl Fn(u64, &Event<'_>, &mut Vec<u8>) + Sync,
        out: &mut dyn Write,
    ) -> io::Result<Outcome> {
        let outcome = self.batches(sources, render, |mut bytes: Vec<u8>| {
            out.write_all(&bytes)?;
            bytes.clear();
            Ok(bytes)
        })?;
        out.flush()?;
        Ok(outcome)
    }

    /// Renders every event into batches, and tells of refused lines where they stand among them.
    fn batches<B: Default + Send>(
        &self,
        sources: Vec<Source>,
        render: impl Fn(u64, &Event<'_>, &mut B) + Sync,
        mut put: impl FnMut(B) -> io::Result<B>,
    ) -> io::Result<Outcome> {
        rutter_pipeline::convert_batches(
            sources,
            self.settings,
            |line, event, (out, _): &mut (B, Vec<String>)| render(line, event, out),
            |line, (_, told)| {
                if self.refused {
                    let place = self.several.then(|| line.source.untrusted());
                    told.push(refusal(
                        place,
                        line.line,
                        line.why,
                        line.start,
                        self.is_json,
                    ));
                }
            },
            |(out, mut told)| {
                let empty = put(out)?;
                told.drain(..).for_each(|line| notice::line(&line));
                Ok((empty, told))
            },
        )
    }
}

/// Whether this program can write a table, and has somewhere to put it.
fn table_can_be_written(out: Option<&Path>, around: &Surroundings) -> Result<(), Stop> {
    if cfg!(not(feature = "parquet")) {
        return Err(Stop::error(
            "--to parquet: this rutter was built without it; build one that has it with \
             cargo build --release --features parquet, or take --to csv",
        ));
    }
    if out.is_none_or(|path| path == "-") && around.stdout_is_terminal {
        return Err(Stop::error(
            "--to parquet: is nothing to show on a terminal; name a file with --out",
        ));
    }
    Ok(())
}

#[cfg(feature = "parquet")]
fn table(sources: Vec<Source>, job: &Job<'_>, out: &mut dyn Write) -> io::Result<Outcome> {
    use rutter_report::event::parquet::{Rows, Table, write_parquet};
    let mut table = Table::new()?;
    let outcome = job.batches(sources, write_parquet, |rows: Rows| {
        table.put(&rows, out)?;
        Ok(Rows::default())
    })?;
    table.finish(out)?;
    Ok(outcome)
}

/// Never reached: [`table_can_be_written`] stands before it.
#[cfg(not(feature = "parquet"))]
fn table(_: Vec<Source>, _: &Job<'_>, _: &mut dyn Write) -> io::Result<Outcome> {
    Err(io::ErrorKind::Unsupported.into())
}
