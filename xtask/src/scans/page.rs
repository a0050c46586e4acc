//! The tables of the lab.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;

use super::{Day, FINDINGS, Outcome, TARGETS};
use crate::lab::Index;

const MARK: &str = "<!-- From here on written by `cargo xtask scans --write`. -->";

/// Everything as Markdown.
pub(super) fn compose(outcomes: &[Outcome], days: &[Day], index: &Index) -> String {
    let mut out = String::new();
    write(outcomes, days, index, &mut out).unwrap_or_default();
    out
}

fn write(outcomes: &[Outcome], days: &[Day], index: &Index, out: &mut String) -> std::fmt::Result {
    let met = outcomes.iter().filter(|outcome| outcome.fault.is_none());
    writeln!(
        out,
        "## Scanners\n\n{} of {} logs are reported as demanded: named within {TARGETS} targets, no tool named wrongly, at most \
         {FINDINGS} findings. Kernel {}.\n",
        met.count(),
        outcomes.len(),
        index.kernel
    )?;
    writeln!(
        out,
        "| run | log | named after | findings | tool | |\n| --- | --- | ---: | --- | --- | --- |"
    )?;
    for outcome in outcomes {
        let named = outcome
            .named
            .map_or_else(|| "never".to_owned(), |n| n.to_string());
        let tools: Vec<&str> = outcome.tools.iter().map(String::as_str).collect();
        writeln!(
            out,
            "| {} | {} | {named} | {} | {} | {} |",
            outcome.name,
            outcome.log.trim_end_matches(".log"),
            outcome.ids.join(" "),
            tools.join(" "),
            outcome.fault.as_deref().unwrap_or("")
        )?;
    }
    writeln!(out, "\n## A day of ordinary traffic\n")?;
    writeln!(
        out,
        "| log | programs | lines | `--home` | findings | above low |\n| --- | ---: | ---: | --- | ---: | --- |"
    )?;
    for day in days {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            day.log.trim_end_matches(".log"),
            day.programs,
            day.lines,
            if day.home { "named" } else { "not named" },
            day.findings,
            if day.grave.is_empty() {
                "none".to_owned()
            } else {
                day.grave.join(" ")
            }
        )?;
    }
    writeln!(out, "\n## What ran\n\n| run | command |\n| --- | --- |")?;
    for outcome in outcomes.iter().filter(|outcome| outcome.log == "nft.log") {
        let command = outcome.command.replace('|', "\\|");
        writeln!(out, "| {} | `{command}` |", outcome.name)?;
    }
    Ok(())
}

/// Replaces what stands below the mark.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let old =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let head = old
        .split(MARK)
        .next()
        .with_context(|| format!("{} has no mark", path.display()))?;
    fs::write(path, format!("{head}{MARK}\n\n{text}"))
        .with_context(|| format!("cannot write {}", path.display()))
}
