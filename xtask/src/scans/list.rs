//! What runs, as `xtask/lab/scans.toml` holds it.

use anyhow::Context;
use serde::Deserialize;

use crate::lab::program::{Place, Policy, Program, programs};

/// At pace 1 a probe takes 15 seconds.
const SLOW: u8 = 1;
const SLOW_SECONDS: u32 = 95;
const SECONDS: u32 = 12;

/// The file, whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    scan: Vec<Scan>,
    ordinary: Ordinary,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scan {
    name: String,
    package: String,
    run: String,
    /// nmap's `-T`, one run each.
    #[serde(default)]
    paces: Vec<u8>,
    #[serde(default = "few")]
    few: String,
    #[serde(default = "many")]
    many: String,
    #[serde(default)]
    seconds: Option<u32>,
    #[serde(flatten)]
    demand: Demand,
}

/// What a report must say of a scanner.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Demand {
    /// Findings of which one must name it.
    pub(super) found: Vec<String>,
    /// The tool that may be named; empty when none may.
    pub(super) tool: String,
    /// Whether the log that holds every field must name it.
    #[serde(default)]
    pub(super) proved: bool,
    /// Whether its packets bear other addresses than its own.
    #[serde(default)]
    pub(super) forged: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ordinary {
    /// Programs of the labelled set.
    known: Vec<String>,
    program: Vec<Program>,
}

/// Everything that runs.
pub(super) struct List {
    /// Each scanner, at each pace.
    pub(super) scans: Vec<(Program, Demand)>,
    /// Of these a report must make nothing.
    pub(super) ordinary: Vec<Program>,
}

fn few() -> String {
    "-p 22,23,80,445,3389".to_owned()
}

fn many() -> String {
    "-p 1-120".to_owned()
}

/// Reads the list.
pub(super) fn list() -> anyhow::Result<List> {
    let page: Page =
        toml::from_str(include_str!("../../lab/scans.toml")).context("xtask/lab/scans.toml")?;
    let mut scans = Vec::new();
    for scan in page.scan {
        if scan.paces.is_empty() {
            scans.push((program(&scan, 4, scan.name.clone()), scan.demand.clone()));
        }
        for pace in &scan.paces {
            let name = format!("{}-T{pace}", scan.name);
            scans.push((program(&scan, *pace, name), scan.demand.clone()));
        }
    }
    let mut ordinary = Vec::new();
    let known = programs()?;
    for name in page.ordinary.known {
        let program = known.iter().find(|program| program.name == name);
        ordinary.push(
            program
                .with_context(|| format!("scans.toml: no program is called {name}"))?
                .clone(),
        );
    }
    ordinary.extend(page.ordinary.program);
    Ok(List { scans, ordinary })
}

fn program(scan: &Scan, pace: u8, name: String) -> Program {
    let slow = pace == SLOW;
    let ports = if slow { &scan.few } else { &scan.many };
    let run = scan.run.replace("{pace}", &pace.to_string());
    Program {
        name,
        package: scan.package.clone(),
        place: Place::Outside,
        policy: Policy::Drop,
        run: run
            .replace("{ports}", ports)
            .replace("{retries}", if slow { "0" } else { "1" }),
        serve: String::new(),
        seconds: scan
            .seconds
            .unwrap_or(if slow { SLOW_SECONDS } else { SECONDS }),
        truth: Vec::new(),
        tool: scan.demand.tool.clone(),
    }
}
