//! Verdicts as JSON.

use rutter_analysis::{Language, Piece, Verdict};
use rutter_knowledge::Tool;
use rutter_knowledge::model::Reference;

use crate::json::{List, Object};

/// Writes the verdicts of one event, and the tool that the best of them names.
pub(super) fn write(verdicts: &[Verdict<'_>], language: Language, rutter: &mut Object<'_>) {
    let shares = shares(verdicts);
    rutter.list("verdicts", |list| {
        for (verdict, share) in verdicts.iter().zip(&shares) {
            list.object(|o| one(verdict, *share, language, o));
        }
    });
    if let Some(named) = verdicts.iter().find_map(|v| v.tool) {
        rutter.object("tool", |o| tool(named, o));
    }
}

fn one(verdict: &Verdict<'_>, share: f64, language: Language, o: &mut Object<'_>) {
    let entry = verdict.entry;
    let text = language.pick(&entry.en, &entry.zh);
    o.text("id", &entry.id);
    o.text("kind", entry.kind());
    o.text("severity", entry.severity.word());
    o.decimal("probability", share);
    o.text("title", &text.title);
    o.text("meaning", &text.meaning);
    o.list("evidence", |list| {
        evidence(&verdict.evidence, language, list)
    });
    o.list("missing", |list| {
        verdict.missing.iter().for_each(|field| list.text(field))
    });
    o.text("advice", &text.advice);
    o.list("references", |list| references(&entry.references, list));
}

/// Writes pieces of evidence.
pub(crate) fn evidence(pieces: &[Piece<'_>], language: Language, list: &mut List<'_>) {
    for piece in pieces {
        list.object(|o| {
            o.text("field", piece.field);
            o.text("says", &piece.says.text(language));
            o.decimal("weight", tenths(piece.weight));
        });
    }
}

/// A weight as it is written: finer than a tenth of a nat nobody knows it.
pub(super) fn tenths(nats: f32) -> f64 {
    (f64::from(nats) * 10.0).round() / 10.0
}

/// Writes references, one string each.
pub(crate) fn references(references: &[Reference], list: &mut List<'_>) {
    for reference in references {
        list.text(&cite(reference));
    }
}

/// A reference as one string: `RFC 6335, section 6 <https://…>`.
pub(crate) fn cite(reference: &Reference) -> String {
    if reference.url.is_empty() {
        reference.name.clone()
    } else {
        format!("{} <{}>", reference.name, reference.url)
    }
}

/// Writes a tool.
pub(crate) fn tool(tool: &Tool, o: &mut Object<'_>) {
    o.text("name", &tool.name);
    o.text("proof", &tool.proof);
    o.decimal("chance", tool.chance);
}

/// One ten-thousandth, the last digit that is shown.
const DIGIT: f64 = 10_000.0;

/// A probability with four digits.
pub(crate) fn rounded(probability: f64) -> f64 {
    (probability.clamp(0.0, 1.0) * DIGIT).round() / DIGIT
}

/// Probabilities with four digits whose sum, as a reader adds them up, is at most 1.
///
/// Rounding may add a few ten-thousandths. They are taken back one by one from the least probable
/// upward, which keeps the order.
fn shares(verdicts: &[Verdict<'_>]) -> Vec<f64> {
    let mut shares: Vec<f64> = verdicts.iter().map(|v| rounded(v.probability)).collect();
    let mut from_end = 0;
    while shares.iter().sum::<f64>() > 1.0 && from_end < shares.len() {
        from_end += 1;
        let at = shares.len() - from_end;
        if let Some(share) = shares.get_mut(at) {
            *share = rounded(*share - 1.0 / DIGIT);
        }
    }
    shares
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use rutter_knowledge::Knowledge;

    use super::*;

    fn verdicts(probabilities: &[f64]) -> Vec<Verdict<'static>> {
        let entry = Knowledge::embedded().entries.first().unwrap();
        probabilities
            .iter()
            .map(|probability| Verdict {
                entry,
                probability: *probability,
                evidence: Vec::new(),
                missing: Vec::new(),
                tool: None,
            })
            .collect()
    }

    #[test]
    fn rounding_keeps_order_and_sum() {
        for n in 1..=8_u32 {
            let equal = vec![1.0 / f64::from(n); n as usize];
            let mut odd: Vec<f64> = (1..=n)
                .map(|i| f64::from(i) / f64::from(n * (n + 1)) * 2.0)
                .collect();
            odd.reverse();
            for given in [equal, odd] {
                let shares = shares(&verdicts(&given));
                let sum: f64 = shares.iter().sum();
                assert!(sum <= 1.0 && sum > 0.998, "{shares:?}");
                assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
            }
        }
    }
}
