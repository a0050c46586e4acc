use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueHint;
use rutter_knowledge::Knowledge;
use rutter_pipeline::Settings;

use crate::account;
use crate::args::{FormatChoice, Manner, Memory, Overlay, Reading, Threads};
use crate::commands::formats;
use crate::inputs::{Inputs, named_or_piped};
use crate::sink::{Audience, Sink};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// Sum logs up into a sealed profile, to be kept, sent and added to others
///
/// A sealed profile is what `rutter report` needs to know of a log: sums, a few bytes for each source
/// and kind of packet, no lines. Give it to `rutter report` as a SOURCE, alone or beside others; add
/// several with `rutter merge`. The same packets give the same bytes, however they were split.
#[derive(Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Logs, captures, sealed profiles, folders or patterns; - is standard input
    #[arg(value_name = "SOURCE", value_hint = ValueHint::AnyPath)]
    sources: Vec<OsString>,

    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
    #[command(flatten)]
    overlay: Overlay,
}

/// Where a sealed profile goes.
#[derive(Clone, clap::Args)]
pub(super) struct Place {
    /// Write to this file; it is never half written. - is standard output
    #[arg(
        long, value_name = "FILE", default_value = "-", value_hint = ValueHint::FilePath,
        help_heading = "Output"
    )]
    out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  rutter profile --out 2026-11-22.profile /var/log/ufw.log.1
  rutter report 2026-11-22.profile /var/log/ufw.log
  ssh gate cat /var/log/ufw.log | rutter profile - | rutter merge - night.profile --out all.profile";

const HINT: &str = "\
no SOURCE is named, and nothing is piped in; name a log, for instance
  rutter profile --out 2026-11-22.profile /var/log/ufw.log.1";

pub(crate) fn run(args: &Args, manner: &Manner, around: &Surroundings) -> Result<Status, Stop> {
    if let Some(FormatChoice::List) = args.reading.format {
        return formats::list();
    }
    let settings = Settings {
        memory: args.memory.bytes(),
        ..args.reading.settings(args.threads.number(around), around)?
    };
    let knowledge = args.overlay.load()?;
    let named = named_or_piped(&args.sources, around, HINT)?;
    seal(&named, &args.place, &settings, &knowledge, manner, around)
}

/// Sums sources up and writes the sum.
pub(super) fn seal(
    named: &[OsString],
    place: &Place,
    settings: &Settings,
    knowledge: &Knowledge,
    manner: &Manner,
    around: &Surroundings,
) -> Result<Status, Stop> {
    if place.out.as_os_str() == "-" && around.stdout_is_terminal {
        return Err(Stop::error(
            "a sealed profile is no text for a terminal; name a file with --out, or pipe it on",
        ));
    }
    let mut inputs = Inputs::open(named, manner.quiet);
    inputs.spare(&place.out)?;
    let mut sink = Sink::open(Audience::Program, Some(&place.out))?;
    let progress = inputs.progress(around.stderr_is_terminal && !manner.quiet);
    let sources = std::mem::take(&mut inputs.sources);
    let outcome = rutter_pipeline::profile(sources, settings, knowledge);
    drop(progress);
    sink.put(&rutter_pipeline::seal(&outcome, knowledge))?;
    sink.finish()?;
    let well = account::tell(&outcome.accounts, manner.quiet, false) && inputs.errors.is_empty();
    Ok(if well { Status::Done } else { Status::Failed })
}
