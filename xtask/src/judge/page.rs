//! The tables of a judgement.

use std::fmt::{self, Write as _};

use super::score::Score;
use super::truth::Why;
use super::{Half, Measured};

/// What stands before the tables.
pub(super) const BEGINS: &str = "<!-- From here on written by `cargo xtask judge --write`. -->\n";

impl Half {
    const fn word(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::HeldOut => "held out",
        }
    }
}

/// Everything as Markdown.
pub(super) fn compose(all: &[Measured]) -> Result<String, fmt::Error> {
    let mut out = String::new();
    heads(all, "| measure |", &mut out)?;
    row(all, "flows that count", &mut out, |score| {
        score.judged().to_string()
    })?;
    row(all, "protocols that occur", &mut out, |score| {
        score.occurring().count().to_string()
    })?;
    row(all, "macro F1", &mut out, |score| {
        format!("**{:.4}**", score.macro_f1())
    })?;
    row(all, "precision", &mut out, |score| {
        format!("**{:.4}**", score.precision())
    })?;
    row(all, "recall", &mut out, |score| {
        format!("{:.4}", score.recall())
    })?;
    row(all, "named rightly / wrongly / not", &mut out, |score| {
        let sum = score.sum();
        format!(
            "{} / {} / {}",
            sum.right,
            sum.wrong,
            sum.missed.saturating_sub(sum.wrong - score.not_silent)
        )
    })?;
    row(
        all,
        "without a name of ours: silent / not",
        &mut out,
        |score| format!("{} / {}", score.rightly_silent, score.not_silent),
    )?;
    row(all, "of those not named, not seen", &mut out, |score| {
        score.unseen.to_string()
    })?;
    for why in Why::ALL {
        row(
            all,
            &format!("left out: {}", why.word()),
            &mut out,
            |score| score.left_out(why).to_string(),
        )?;
    }
    cuts(all, &mut out)?;
    protocols(all, &mut out)?;
    Ok(out)
}

fn heads(all: &[Measured], first: &str, out: &mut String) -> fmt::Result {
    out.push_str(first);
    for measured in all {
        write!(out, " {} |", measured.half.word())?;
    }
    writeln!(out, "\n| --- |{}", " ---: |".repeat(all.len()))
}

fn row(
    all: &[Measured],
    name: &str,
    out: &mut String,
    cell: impl Fn(&Score) -> String,
) -> fmt::Result {
    write!(out, "| {name} |")?;
    for measured in all {
        write!(out, " {} |", cell(&measured.whole))?;
    }
    writeln!(out)
}

/// What is said of payloads that were cut.
fn cuts(all: &[Measured], out: &mut String) -> fmt::Result {
    if all.iter().all(|measured| measured.cuts.is_empty()) {
        return Ok(());
    }
    writeln!(
        out,
        "\n| half | shown | flows | right | wrong | silent | precision |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    )?;
    for measured in all {
        for (cut, score) in &measured.cuts {
            let sum = score.sum();
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {:.4} |",
                measured.half.word(),
                cut.word(),
                score.judged(),
                sum.right,
                sum.wrong,
                score.judged() - sum.right - sum.wrong,
                score.precision()
            )?;
        }
    }
    Ok(())
}

/// The protocols of which something was missed or said wrongly, and the names of all others.
fn protocols(all: &[Measured], out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "\n| half | protocol | right | missed | wrong | F1 |\n| --- | --- | ---: | ---: | ---: | ---: |"
    )?;
    for measured in all {
        let faulty = measured
            .whole
            .protocols
            .iter()
            .filter(|(_, tally)| tally.missed + tally.wrong > 0);
        for (name, tally) in faulty {
            writeln!(
                out,
                "| {} | {name} | {} | {} | {} | {:.3} |",
                measured.half.word(),
                tally.right,
                tally.missed,
                tally.wrong,
                tally.f1()
            )?;
        }
    }
    let clean = |name: &&str| {
        let tallies = all
            .iter()
            .filter_map(|measured| measured.whole.protocols.get(*name));
        tallies
            .into_iter()
            .all(|tally| tally.missed + tally.wrong == 0)
    };
    let names = Score::names(all.iter().map(|measured| &measured.whole));
    let clean: Vec<&str> = names.into_iter().filter(clean).collect();
    writeln!(out, "\nWithout a fault: {}.", clean.join(", "))
}
