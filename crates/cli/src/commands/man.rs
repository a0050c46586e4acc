use std::fs;
use std::path::PathBuf;

use clap::ValueHint;
use clap_mangen::Man;

use crate::args::definition;
use crate::notice::shown;
use crate::sink::{Audience, Sink};
use crate::status::{Status, Stop};

/// Write the manual pages
///
/// Without a folder the page of rutter itself goes to standard output: rutter man | man -l -
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder into which to write one page for each command
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Status, Stop> {
    match &args.folder {
        Some(folder) => {
            let written = fs::create_dir_all(folder)
                .and_then(|()| clap_mangen::generate_to(definition(), folder));
            written.map_err(|error| {
                let place = shown(folder);
                Stop::error(format!(
                    "{place}: {error}; name a folder that you may write to"
                ))
            })?;
        }
        None => {
            let mut sink = Sink::open(Audience::Program, None)?;
            let rendered =
                Man::new(definition().disable_help_subcommand(true)).render(sink.writer());
            rendered.map_err(|error| sink.stop(&error))?;
            sink.finish()?;
        }
    }
    Ok(Status::Done)
}
