use clap_complete::{Shell, generate};

use crate::args::definition;
use crate::sink::{Audience, print};
use crate::status::{Status, Stop};

/// Write a script that completes rutter's arguments in a shell
///
/// For instance: rutter completions bash > ~/.local/share/bash-completion/completions/rutter
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// For which shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Result<Status, Stop> {
    let mut script = Vec::new();
    generate(args.shell, &mut definition(), "rutter", &mut script);
    print(Audience::Program, &script)
}
