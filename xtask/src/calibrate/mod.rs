//! `cargo xtask calibrate`: holds the verdicts on the labelled set against the labels.

mod fixture;
pub(crate) mod page;
mod score;
#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]
mod tests;
mod truth;

use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::lab::{Index, program::programs, synthetic};
use score::Score;
use truth::{Judged, Rule, Truth, rules, sorted};

/// What calibrate is asked for.
pub(crate) struct Wish {
    /// What `lab` wrote.
    pub(crate) set: PathBuf,
    /// The binary; built when it is not named.
    pub(crate) rutter: Option<PathBuf>,
    /// Without `--home`, as a user does who knows no options.
    pub(crate) blind: bool,
    /// Only programs whose names contain this.
    pub(crate) only: String,
    /// Every program, and each event that is wrong.
    pub(crate) verbose: bool,
    /// Into docs/calibration.md.
    pub(crate) write: bool,
    /// Cut the committed part out of the set instead.
    pub(crate) fixture: bool,
}

/// Our side of the lab.
pub(crate) const HOME: &str = "203.0.113.0/24,2001:db8:1::/48,192.168.7.0/24,fd00:7::/64";

/// What is known of one run.
struct Label {
    tool: String,
    rules: Vec<Rule>,
    /// Which addresses are the other side's.
    is_other: fn(IpAddr) -> bool,
}

/// Judges every log of the set and prints how right it was.
pub(crate) fn run(wish: &Wish) -> anyhow::Result<()> {
    let index = wish.set.join("index.json");
    let bytes = fs::read(&index).with_context(|| {
        format!(
            "{}: nothing to judge; cargo xtask lab makes it, as root",
            index.display()
        )
    })?;
    let index: Index = serde_json::from_slice(&bytes).context("index.json")?;
    if wish.fixture {
        let made = synthetic::CASES.iter().map(|case| case.name);
        let programs: Vec<&str> = index.runs.keys().map(String::as_str).chain(made).collect();
        let lines = fixture::write(&wish.set, &programs)?;
        println!("{lines} lines into {}", fixture::path().display());
        return Ok(());
    }
    let rutter = match &wish.rutter {
        Some(path) => path.clone(),
        None => build()?,
    };
    let truth = Truth::read()?;
    let labels = labels()?;
    let mut score = Score::default();
    let names = index.runs.keys().map(String::as_str);
    let made = synthetic::CASES.iter().map(|case| case.name);
    for name in names.chain(made).filter(|name| name.contains(&wish.only)) {
        let Some(label) = labels.get(name) else {
            println!("{name}: no such program any more, left out");
            continue;
        };
        for log in ["nft.log", "ufw.log", "packets.pcap"] {
            let file = wish.set.join(name).join(log);
            if !file.exists() {
                continue;
            }
            for packet in explain(&rutter, &file, wish.blind)? {
                let is_other = packet.source.is_some_and(label.is_other);
                let right = truth.of(&packet, is_other, &label.rules);
                if right.is_empty() {
                    continue;
                }
                if wish.verbose {
                    page::tell(name, log, &packet, &right);
                }
                score.enter(name, &label.tool, log, &packet, &right);
            }
        }
    }
    ensure!(score.all.events > 0, "no event in {}", wish.set.display());
    let text = page::compose(&score, &index, wish);
    print!("{text}");
    if wish.write {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/calibration.md");
        page::replace(&path, page::BEGINS, &text)?;
    }
    Ok(())
}

/// The rules of every program, real and made.
fn labels() -> anyhow::Result<BTreeMap<String, Label>> {
    let mut labels = BTreeMap::new();
    for program in programs()? {
        let label = Label {
            tool: program.tool,
            rules: rules(&program.truth).with_context(|| program.name.clone())?,
            is_other: program.place.is_other(),
        };
        labels.insert(program.name, label);
    }
    for case in &synthetic::CASES {
        let label = Label {
            tool: case.tool.to_owned(),
            rules: rules(case.truth)?,
            is_other: |_| false,
        };
        labels.insert(case.name.to_owned(), label);
    }
    Ok(labels)
}

/// Builds the binary beside this one.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "rutter-cli"])
        .status()
        .context("cargo cannot be started")?;
    ensure!(status.success(), "rutter does not build");
    let own = std::env::current_exe()?;
    let folder = own.parent().context("this program has no folder")?;
    Ok(folder.join("rutter"))
}

/// Every event of a log with its verdicts.
fn explain(rutter: &Path, file: &Path, blind: bool) -> anyhow::Result<Vec<Judged>> {
    let mut command = Command::new(rutter);
    command.args(["explain", "--output", "json"]);
    if !blind {
        command.args(["--home", HOME]);
    }
    let output = command
        .arg(file)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", rutter.display()))?;
    let lines = output.stdout.split(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.is_empty())
        .map(|line| Ok(judged(&serde_json::from_slice(line)?)))
        .collect()
}

/// What a record of `explain` says.
fn judged(record: &Value) -> Judged {
    let port = |side: &str| {
        let port = record.pointer(&format!("/{side}/port"))?.as_u64()?;
        u16::try_from(port).ok()
    };
    let names = record
        .pointer("/rutter/tcp/flags")
        .and_then(Value::as_array);
    let flags = names.map(|names| {
        let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        sorted(&names.join("+"))
    });
    let verdicts = record.pointer("/rutter/verdicts").and_then(Value::as_array);
    let verdicts = verdicts.into_iter().flatten().filter_map(|verdict| {
        let id = verdict.get("id")?.as_str()?;
        Some((id.to_owned(), verdict.get("probability")?.as_f64()?))
    });
    let text = |path: &str| record.pointer(path).and_then(Value::as_str);
    let kind = record.pointer("/rutter/icmp/type").and_then(Value::as_u64);
    Judged {
        // ARP is no transport, but rules name it as one.
        transport: text("/network/transport")
            .or_else(|| text("/network/type").filter(|kind| *kind == "arp"))
            .unwrap_or_default()
            .to_owned(),
        source: text("/source/ip").and_then(|ip| ip.parse().ok()),
        destination: text("/destination/ip").and_then(|ip| ip.parse().ok()),
        source_port: port("source"),
        destination_port: port("destination"),
        flags: flags.unwrap_or_default(),
        icmp_type: kind.and_then(|kind| u8::try_from(kind).ok()),
        verdicts: verdicts.collect(),
        tool: text("/rutter/tool/name").map(str::to_owned),
    }
}
