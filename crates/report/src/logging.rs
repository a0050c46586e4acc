//! How to have fields logged that a verdict misses.

use rutter_analysis::Verdict;
use rutter_knowledge::{Knowledge, LogAdvice, Logging};

use crate::json::List;
use crate::page::{Line, Page};

/// One advice, and the missing fields that it gives.
pub(crate) struct Hint<'f> {
    pub(crate) fields: Vec<&'f str>,
    pub(crate) advice: &'static LogAdvice,
}

/// Less belief than this needs no further field to be settled.
const DOUBTFUL: f64 = 0.05;

/// Fields that would settle which of the verdicts it was: what the best one misses, and what would
/// have proved another.
pub(crate) fn missing(verdicts: &[Verdict<'_>]) -> Vec<&'static str> {
    let mut fields: Vec<&'static str> = Vec::new();
    for (rank, verdict) in verdicts.iter().enumerate() {
        if rank == 0 || verdict.probability >= DOUBTFUL {
            for field in &verdict.missing {
                if !fields.contains(field) {
                    fields.push(field);
                }
            }
        }
    }
    fields
}

/// The advice on some fields of a format, each but once.
pub(crate) fn hints<'f>(format: &str, fields: &[&'f str]) -> Vec<Hint<'f>> {
    let Some(page) = Logging::of(Knowledge::logging(), format) else {
        return Vec::new();
    };
    let mut hints: Vec<Hint<'f>> = Vec::new();
    for field in fields {
        let Some(advice) = page.on(field) else {
            continue;
        };
        match hints.iter_mut().find(|h| std::ptr::eq(h.advice, advice)) {
            Some(hint) => hint.fields.push(field),
            None => hints.push(Hint {
                fields: vec![field],
                advice,
            }),
        }
    }
    hints
}

/// The lines to write, each with where it goes.
pub(crate) fn lines(hint: &Hint<'_>, page: &mut Page) {
    for line in &hint.advice.lines {
        page.item(
            Line::default().faint(&line.place),
            Line::default().code(&line.write),
        );
    }
}

/// The same for programs.
pub(crate) fn write(hints: &[Hint<'_>], list: &mut List<'_>) {
    for hint in hints {
        for line in &hint.advice.lines {
            list.object(|o| {
                o.list("fields", |list| {
                    hint.fields.iter().for_each(|f| list.text(f))
                });
                o.text("in", &line.place);
                o.text("write", &line.write);
            });
        }
    }
}
