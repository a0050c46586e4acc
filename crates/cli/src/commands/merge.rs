use std::ffi::OsString;

use clap::ValueHint;
use rutter_pipeline::Settings;

use super::profile::{Place, seal};
use crate::args::{Manner, Memory, Overlay, Threads};
use crate::inputs::named_or_piped;
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// Add sealed profiles up into one
///
/// The sum is the profile of all their logs together, byte for byte, in whatever order they are
/// named and however they were merged before. A profile that is given twice counts twice.
#[derive(Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Sealed profiles, folders or patterns; - is standard input
    #[arg(value_name = "PROFILE", value_hint = ValueHint::AnyPath)]
    profiles: Vec<OsString>,

    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    memory: Memory,
    #[command(flatten)]
    overlay: Overlay,
}

const EXAMPLES: &str = "\
Examples:
  rutter merge --out november.profile '2026-11-*.profile'
  rutter merge mon.profile tue.profile | rutter report -";

const HINT: &str = "\
no PROFILE is named, and nothing is piped in; name some, for instance
  rutter merge --out november.profile '2026-11-*.profile'";

pub(crate) fn run(args: &Args, manner: &Manner, around: &Surroundings) -> Result<Status, Stop> {
    let settings = Settings {
        memory: args.memory.bytes(),
        threads: args.threads.number(around),
        only_sealed: true,
        ..Settings::default()
    };
    let knowledge = args.overlay.load()?;
    let named = named_or_piped(&args.profiles, around, HINT)?;
    seal(&named, &args.place, &settings, &knowledge, manner, around)
}
