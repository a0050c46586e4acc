//! `cargo xtask bench`: whole commands against their peers, side by side in one run.
//!
//! The runs of a race take turns, so that whatever else the machine does falls on all of them; of
//! each run the median counts. Peers that are not installed are named, and so are those that fail.

mod capture;
mod measure;
mod plan;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::bench_log;
use measure::{Cost, measure};
use plan::{Files, Log, Race, Run, races};

pub(crate) use measure::tell;

/// What to measure.
pub(crate) struct Wish {
    pub(crate) rutter: Option<PathBuf>,
    pub(crate) lines: u64,
    pub(crate) turns: usize,
    pub(crate) folder: PathBuf,
    pub(crate) python: String,
    pub(crate) only: String,
    pub(crate) write: bool,
}

/// Where the table goes.
const PAGE: &str = "docs/bench.md";
const BEGIN: &str = "<!-- written by cargo xtask bench --write -->\n";
const END: &str = "<!-- end -->";
/// Lines for programs that would take hours for all of them.
const START: u64 = 5_000;
const PACKETS: u64 = 1_000_000;
const SEED: u64 = 1;

/// Measures, prints the tables and, if it is wished, puts them into the page.
pub(crate) fn run(wish: &Wish) -> anyhow::Result<()> {
    fs::create_dir_all(&wish.folder)?;
    let path = |name: &str| wish.folder.join(name);
    let [log, start, gz, zst] =
        ["", "-start", ".gz", ".zst"].map(|end| path(&format!("bench-{}.log{end}", wish.lines)));
    let pcap = path("syn.pcap");
    prepare(wish, &log, &start, &gz, &zst, &pcap)?;
    let sized = |path, lines| -> anyhow::Result<Log<'_>> {
        let bytes = fs::metadata(path)?.len();
        Ok(Log { path, lines, bytes })
    };
    let files = Files {
        log: sized(&log, wish.lines)?,
        start: sized(&start, START.min(wish.lines))?,
        gz: &gz,
        zst: &zst,
        capture: sized(&pcap, PACKETS)?,
    };
    let rutter = match &wish.rutter {
        Some(path) => path.display().to_string(),
        None => built()?,
    };
    let mut text = head(wish, &files);
    for race in races(&files, &rutter, &wish.python) {
        if race.title.contains(&wish.only) {
            let part = compete(&race, wish.turns)?;
            println!("{part}");
            text.push_str(&part);
        }
    }
    if wish.write {
        put(&text)?;
    }
    Ok(())
}

/// Makes the files that are not there yet.
fn prepare(
    wish: &Wish,
    log: &Path,
    start: &Path,
    gz: &Path,
    zst: &Path,
    pcap: &Path,
) -> anyhow::Result<()> {
    if !log.exists() {
        bench_log::border(log, wish.lines, SEED)?;
    }
    if !start.exists() {
        let mut out = BufWriter::new(File::create(start)?);
        for line in BufReader::new(File::open(log)?)
            .lines()
            .take(START as usize)
        {
            writeln!(out, "{}", line?)?;
        }
        out.flush()?;
    }
    for (packed, program) in [(gz, "gzip -6"), (zst, "zstd -q -3")] {
        if !packed.exists() {
            let command = format!("{program} -c '{}' > '{}'", log.display(), packed.display());
            measure(&command).with_context(|| command.clone())?;
        }
    }
    if !pcap.exists() {
        capture::write(pcap, PACKETS, SEED)?;
    }
    Ok(())
}

/// The binary, built as it is released.
fn built() -> anyhow::Result<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["build", "--release", "--locked", "-p", "rutter-cli"])
        .status()?;
    anyhow::ensure!(status.success(), "rutter does not build");
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    Ok(format!("{target}/release/rutter"))
}

fn head(wish: &Wish, files: &Files<'_>) -> String {
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    format!(
        "\nMedian of {} turns; {} lines ({} MB) of `cargo xtask bench-log`; {cores} cores of {model}; \
         other programs kept {load} of them busy as it began, so CPU seconds tell more than wall \
         time.\n",
        wish.turns,
        grouped(files.log.lines),
        files.log.bytes / 1_000_000,
    )
}

/// Runs a race and tells it as a section.
fn compete(race: &Race, turns: usize) -> anyhow::Result<String> {
    let (runs, missing): (Vec<&Run>, Vec<&Run>) =
        race.runs.iter().partition(|run| is_there(&run.program));
    let mut costs: Vec<Vec<Cost>> = vec![Vec::new(); runs.len()];
    let mut failed: Vec<(&Run, String)> = Vec::new();
    for _ in 0..turns {
        for (run, costs) in runs.iter().zip(&mut costs) {
            if failed.iter().any(|(known, _)| known.name == run.name) {
                continue;
            }
            match measure(&run.command) {
                Ok(cost) => costs.push(cost),
                Err(error) => failed.push((run, error.to_string())),
            }
        }
    }
    let mut text = format!("\n## {}\n\n{}\n\n", race.title, race.about);
    writeln!(
        text,
        "| CPU a {0}, of the first | | CPU | {0}s per CPU s | MB/s | wall | peak memory |",
        race.unit
    )?;
    text.push_str("| ---: | --- | ---: | ---: | ---: | ---: | ---: |\n");
    let mut first = None;
    for (run, costs) in runs.iter().zip(&costs) {
        let Some(cost) = median(costs) else { continue };
        #[expect(clippy::cast_precision_loss, reason = "a ratio")]
        let (lines, bytes) = (run.lines as f64, run.bytes as f64);
        let each = cost.cpu / lines;
        let first = *first.get_or_insert(each);
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} MB |",
            ratio(each / first),
            run.name,
            seconds(cost.cpu),
            rate(lines / cost.cpu),
            if run.bytes > 0 {
                rate(bytes / cost.cpu / 1e6)
            } else {
                "–".to_owned()
            },
            seconds(cost.wall),
            cost.memory / 1_024,
        )?;
    }
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|run| run.name).collect();
        writeln!(text, "\nNot installed here: {}.", names.join(", "))?;
    }
    for (run, why) in failed {
        writeln!(text, "\n{} failed: {why}.", run.name)?;
    }
    Ok(text)
}

/// Whether a program, or a module of Python, is installed.
fn is_there(program: &str) -> bool {
    let command = match program.split_once(" -m ") {
        Some((python, module)) => format!("'{python}' -c 'import {module}'"),
        None => format!("command -v '{program}'"),
    };
    measure(&command).is_ok()
}

/// The median of each sum.
fn median(costs: &[Cost]) -> Option<Cost> {
    let middle = |of: &dyn Fn(&Cost) -> f64| {
        let mut all: Vec<f64> = costs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied()
    };
    Some(Cost {
        cpu: middle(&|cost| cost.cpu)?,
        wall: middle(&|cost| cost.wall)?,
        memory: costs.iter().map(|cost| cost.memory).max()?,
    })
}

fn ratio(ratio: f64) -> String {
    match ratio {
        100.0.. => format!("{ratio:.0} ×"),
        1.0.. => format!("{ratio:.1} ×"),
        _ => format!("{ratio:.2} ×"),
    }
}

fn seconds(seconds: f64) -> String {
    if seconds < 0.1 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}

/// Three digits that count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is positive and far below 2^63"
)]
fn rate(rate: f64) -> String {
    if rate < 10.0 {
        return format!("{rate:.1}");
    }
    let step = 10_f64.powf((rate.log10().floor() - 2.0).max(0.0));
    grouped(((rate / step).round() * step) as u64)
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(",")
}

/// Puts the tables between the marks of the page.
fn put(text: &str) -> anyhow::Result<()> {
    let page = fs::read_to_string(PAGE).with_context(|| format!("cannot read {PAGE}"))?;
    let (before, rest) = page
        .split_once(BEGIN)
        .context("the page has lost its mark")?;
    let (_, after) = rest.split_once(END).context("the page has lost its mark")?;
    fs::write(PAGE, format!("{before}{BEGIN}{text}\n{END}{after}"))?;
    println!("{PAGE} written");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_for_readers() {
        assert_eq!(rate(1_234_567.0), "1,230,000");
        assert_eq!(rate(987.6), "988");
        assert_eq!(rate(4.25), "4.2");
        assert_eq!(grouped(10_000_000), "10,000,000");
        assert_eq!(seconds(0.0123), "12.3 ms");
        assert_eq!((ratio(0.03), ratio(4.0)), ("0.03 ×".into(), "4.0 ×".into()));
    }

    #[test]
    fn the_middle_one_counts() {
        let cost = |cpu| Cost {
            cpu,
            wall: cpu,
            memory: 1,
        };
        let median = median(&[cost(9.0), cost(1.0), cost(2.0)]);
        assert!(median.is_some_and(|m| (m.cpu - 2.0).abs() < 1e-9));
    }
}
