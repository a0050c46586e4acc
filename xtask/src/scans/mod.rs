//! `cargo xtask scans`: real scanners, and a day of ordinary traffic, before a firewall that logs;
//! what a report makes of either.

mod cut;
mod list;
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::calibrate::{self, HOME};
use crate::lab::{self, Index, program::Program};
use list::{Demand, List, list};

/// What is asked for.
#[derive(clap::Args)]
pub(crate) struct Wish {
    /// Where the logs lie.
    #[arg(long, default_value = "target/scans")]
    out: PathBuf,
    /// Only programs whose names contain this.
    #[arg(long, default_value = "")]
    only: String,
    /// Only run programs that have not run yet.
    #[arg(long)]
    missing: bool,
    /// Run none; judge what is there.
    #[arg(long)]
    judge: bool,
    /// Install the missing Debian packages first.
    #[arg(long)]
    install: bool,
    /// The binary to ask; built when it is not named.
    #[arg(long)]
    rutter: Option<PathBuf>,
    /// Put the tables into docs/lab.md.
    #[arg(long)]
    write: bool,
}

/// The logs of a run, by what they hold: nft's with every field, ufw's without.
const LOGS: [&str; 2] = ["nft.log", "ufw.log"];
/// A scanner must be named within so many targets, and a report on it has so many findings at most.
const TARGETS: usize = 15;
const FINDINGS: usize = 3;
/// Targets after which it is looked whether the scanner is named.
const STEPS: [usize; 5] = [5, 6, 8, 10, TARGETS];

/// What a report made of one log of one scanner.
struct Outcome {
    name: String,
    log: &'static str,
    command: String,
    /// Targets after which it was named.
    named: Option<usize>,
    /// What it was called in the end.
    ids: Vec<String>,
    tools: BTreeSet<String>,
    /// Whether all is as demanded.
    fault: Option<String>,
}

/// What a report made of the ordinary day: findings above low.
struct Day {
    log: &'static str,
    lines: usize,
    programs: usize,
    home: bool,
    findings: usize,
    grave: Vec<String>,
}

/// Runs what is asked for, judges it, and fails where a demand is not met.
pub(crate) fn run(wish: &Wish) -> anyhow::Result<()> {
    let list = list()?;
    if !wish.judge {
        let scans = list.scans.iter().map(|(program, _)| program.clone());
        let mut all: Vec<Program> = scans.chain(list.ordinary.iter().cloned()).collect();
        // Whoever waits sees what is quick first.
        all.sort_by_key(|program| program.seconds);
        if lab::record(&all, &wish.out, &wish.only, wish.missing, wish.install)?.is_none() {
            return Ok(());
        }
    }
    let bytes = fs::read(wish.out.join("index.json")).context("nothing has run yet")?;
    let index: Index = serde_json::from_slice(&bytes).context("index.json")?;
    let rutter = match &wish.rutter {
        Some(path) => path.clone(),
        None => calibrate::build()?,
    };
    let outcomes = outcomes(&list, &index, wish, &rutter)?;
    let days = days(&list, &index, wish, &rutter)?;
    let text = page::compose(&outcomes, &days, &index);
    print!("{text}");
    if wish.write {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lab.md");
        page::replace(&path, &text)?;
    }
    let faults = outcomes.iter().filter(|outcome| outcome.fault.is_some());
    let faults = faults.count() + days.iter().filter(|day| !day.grave.is_empty()).count();
    ensure!(faults == 0, "{faults} reports are not as demanded");
    Ok(())
}

fn outcomes(
    list: &List,
    index: &Index,
    wish: &Wish,
    rutter: &Path,
) -> anyhow::Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for (program, demand) in &list.scans {
        let Some(run) = index.runs.get(&program.name) else {
            continue;
        };
        if !program.name.contains(&wish.only) {
            continue;
        }
        for log in LOGS {
            let text = fs::read_to_string(wish.out.join(&program.name).join(log))?;
            let named = |findings: &[Value]| {
                findings.iter().any(|finding| {
                    let id = finding.get("id").and_then(Value::as_str);
                    let known = id.is_some_and(|id| demand.found.iter().any(|found| found == id));
                    known && (demand.forged || has(finding, &run.me) || has(finding, &run.me6))
                })
            };
            let mut first = None;
            for step in STEPS {
                if named(&report(rutter, &cut::after(&text, step), true)?) {
                    first = Some(step);
                    break;
                }
            }
            let findings = report(rutter, &text, true)?;
            let mut outcome = Outcome {
                name: program.name.clone(),
                log,
                command: run.command.clone(),
                named: first,
                ids: findings.iter().map(id).collect(),
                tools: findings.iter().filter_map(tool).collect(),
                fault: None,
            };
            outcome.fault = fault(&outcome, demand);
            outcomes.push(outcome);
        }
    }
    Ok(outcomes)
}

/// What is not as demanded.
fn fault(outcome: &Outcome, demand: &Demand) -> Option<String> {
    if outcome.named.is_none() {
        return Some(format!("not named within {TARGETS} targets"));
    }
    if let Some(wrong) = outcome.tools.iter().find(|tool| **tool != demand.tool) {
        return Some(format!("called {wrong}"));
    }
    if demand.proved && outcome.log == "nft.log" && outcome.tools.is_empty() {
        return Some("the tool is not named".to_owned());
    }
    let many = outcome.ids.len();
    (many > FINDINGS).then(|| format!("{many} findings"))
}

/// The ordinary programs, spread over a day, with our addresses named and without.
fn days(list: &List, index: &Index, wish: &Wish, rutter: &Path) -> anyhow::Result<Vec<Day>> {
    let ran = |program: &&Program| index.runs.contains_key(&program.name);
    let programs: Vec<&Program> = list.ordinary.iter().filter(ran).collect();
    if !wish.only.is_empty() || programs.is_empty() {
        return Ok(Vec::new());
    }
    let mut days = Vec::new();
    for log in LOGS {
        let logs = programs
            .iter()
            .map(|program| fs::read_to_string(wish.out.join(&program.name).join(log)));
        let logs: Vec<String> = logs.collect::<Result<_, _>>()?;
        let text = cut::stretch(&logs);
        fs::write(wish.out.join(format!("ordinary-{log}")), &text)?;
        for home in [true, false] {
            let findings = report(rutter, &text, home)?;
            let grave = findings.iter().filter(|finding| {
                let severity = finding.get("severity").and_then(Value::as_str);
                !matches!(severity, Some("info" | "low"))
            });
            days.push(Day {
                log,
                lines: text.lines().count(),
                programs: programs.len(),
                home,
                findings: findings.len(),
                grave: grave.map(id).collect(),
            });
        }
    }
    Ok(days)
}

/// The findings of a report on a log.
fn report(rutter: &Path, text: &str, home: bool) -> anyhow::Result<Vec<Value>> {
    let file = std::env::temp_dir().join(format!("rutter-scans-{}.log", std::process::id()));
    fs::write(&file, text)?;
    let mut command = Command::new(rutter);
    command.args(["report", "--output", "json"]);
    if home {
        command.args(["--home", HOME]);
    }
    let output = command
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", rutter.display()));
    fs::remove_file(&file)?;
    let report: Value = serde_json::from_slice(&output?.stdout).context("a report")?;
    let findings = report.get("findings").and_then(Value::as_array);
    findings.cloned().context("a report without findings")
}

fn id(finding: &Value) -> String {
    let id = finding.get("id").and_then(Value::as_str);
    id.unwrap_or_default().to_owned()
}

fn tool(finding: &Value) -> Option<String> {
    let tool = finding.pointer("/tool/name").and_then(Value::as_str);
    tool.map(str::to_owned)
}

/// Whether an address is among a finding's sources.
fn has(finding: &Value, ip: &str) -> bool {
    let sources = finding.get("sources").and_then(Value::as_array);
    let mut sources = sources.into_iter().flatten();
    sources.any(|source| source.get("ip").and_then(Value::as_str) == Some(ip))
}
