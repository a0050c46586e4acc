//! The tables of a calibration.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;

use super::Wish;
use super::score::{Score, Tally};
use super::truth::{Judged, Right};
use crate::lab::Index;

/// How many confusions are worth a line.
const WORST: usize = 15;

/// One event that was judged wrong, or of a tool's name.
pub(super) fn tell(name: &str, log: &str, packet: &Judged, right: &Right) {
    let said: Vec<String> = packet
        .verdicts
        .iter()
        .take(4)
        .map(|(id, p)| format!("{id} {p:.2}"))
        .collect();
    let is_right = packet
        .verdicts
        .first()
        .is_some_and(|(id, _)| right.contains(id));
    let port = |port: Option<u16>| port.map_or_else(|| "-".to_owned(), |p| p.to_string());
    println!(
        "{} {name} {log} {} {}>{} {} type {:?}: {}{} (right: {})",
        if is_right { "ok   " } else { "WRONG" },
        packet.transport,
        port(packet.source_port),
        port(packet.destination_port),
        packet.flags,
        packet.icmp_type,
        said.join(", "),
        packet
            .tool
            .as_ref()
            .map(|t| format!(" tool {t}"))
            .unwrap_or_default(),
        right.join(" ")
    );
}

/// Everything as Markdown.
pub(super) fn compose(score: &Score, index: &Index, wish: &Wish) -> String {
    let mut out = String::new();
    write(score, index, wish, &mut out).unwrap_or_default();
    out
}

fn write(score: &Score, index: &Index, wish: &Wish, out: &mut String) -> std::fmt::Result {
    let all = score.all;
    let [first, third, promised] = score.by_program();
    writeln!(
        out,
        "{} events of {} programs, judged {} `--home`, kernel {}.\n",
        all.events,
        score.programs.len(),
        if wish.blind { "without" } else { "with" },
        index.kernel
    )?;
    writeln!(
        out,
        "| measure | every event | every program |\n| --- | ---: | ---: |"
    )?;
    writeln!(
        out,
        "| the first verdict is right | {} | {} |",
        percent(all.top1()),
        percent(first)
    )?;
    writeln!(
        out,
        "| one of the first three is right | {} | {} |",
        percent(all.top3()),
        percent(third)
    )?;
    writeln!(
        out,
        "| mean probability of the first | {} | {} |",
        percent(all.confidence()),
        percent(promised)
    )?;
    writeln!(
        out,
        "| mean probability of all that are right | {} | |",
        percent(all.mass())
    )?;
    writeln!(
        out,
        "| expected calibration error | {:.3} | |",
        score.error()
    )?;
    writeln!(
        out,
        "| the first verdict is specific | {} | |",
        percent(all.specific())
    )?;
    let wrong: u32 = score.false_tools.values().sum();
    writeln!(
        out,
        "| tools named / named wrongly | {} / {wrong} | |",
        score.named_tools
    )?;

    writeln!(
        out,
        "\n| said | events | mean | right | one of three |\n| --- | ---: | ---: | ---: | ---: |"
    )?;
    for (low, high, tally) in score.reliability() {
        writeln!(
            out,
            "| {:.0} to {:.0} % | {} | {} | {} | {} |",
            low * 100.0,
            high * 100.0,
            tally.events,
            percent(tally.confidence()),
            percent(tally.top1()),
            percent(tally.top3())
        )?;
    }
    table(out, "it was", score.kinds.iter())?;
    table(out, "log", score.logs.iter())?;

    writeln!(
        out,
        "\n| it was | it was called | program | events |\n| --- | --- | --- | ---: |"
    )?;
    let mut worst: Vec<_> = score.confusions.iter().collect();
    worst.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    for ((truth, said, program), events) in worst.into_iter().take(WORST) {
        writeln!(out, "| `{truth}` | `{said}` | {program} | {events} |")?;
    }
    for ((program, tool), events) in &score.false_tools {
        writeln!(
            out,
            "\n{program}: the tool {tool} was named {events} times, which was not there."
        )?;
    }
    if wish.verbose {
        let mut programs: Vec<_> = score.programs.iter().collect();
        programs.sort_by(|a, b| a.1.top1().total_cmp(&b.1.top1()));
        table(out, "program", programs.into_iter())?;
    }
    if wish.write {
        writeln!(
            out,
            "\n| program | package | version | command |\n| --- | --- | --- | --- |"
        )?;
        for (name, run) in &index.runs {
            let command = run.command.replace('|', "\\|").replace('\n', " ");
            writeln!(
                out,
                "| {name} | {} | {} | `{command}` |",
                run.package, run.version
            )?;
        }
        for (name, reason) in &index.skipped {
            writeln!(out, "\n{name} did not run: {reason}.")?;
        }
    }
    Ok(())
}

fn table<'a>(
    out: &mut String,
    title: &str,
    rows: impl Iterator<Item = (&'a String, &'a Tally)>,
) -> std::fmt::Result {
    writeln!(
        out,
        "\n| {title} | events | mean | right | one of three |\n| --- | ---: | ---: | ---: | ---: |"
    )?;
    for (name, tally) in rows {
        writeln!(
            out,
            "| {name} | {} | {} | {} | {} |",
            tally.events,
            percent(tally.confidence()),
            percent(tally.top1()),
            percent(tally.top3())
        )?;
    }
    Ok(())
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Where the tables begin in the page; what stands before it is written by hand.
pub(super) const BEGINS: &str =
    "<!-- From here on written by `cargo xtask calibrate --write`. -->\n";

/// Replaces the tables of a page: everything behind the line with which they begin.
pub(crate) fn replace(path: &Path, begins: &str, text: &str) -> anyhow::Result<()> {
    let old = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let (before, _) = old
        .split_once(begins)
        .with_context(|| format!("{}: no line {begins}", path.display()))?;
    fs::write(path, format!("{before}{begins}\n{text}"))?;
    Ok(())
}
