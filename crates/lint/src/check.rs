//! A ruleset held against all lints.

use std::ops::Range;

use rutter_knowledge::{Bilingual, Severity};

use crate::dialect;
use crate::lint::{Edit, Lint, Subject};
use crate::lints::LINTS;
use crate::ruleset::{Dialect, Fault};

/// Findings of one lint in one ruleset.
const MOST_FINDINGS: usize = 200;

/// What was found in a ruleset.
#[derive(Clone, Debug)]
pub struct Report {
    /// The language it was read as.
    pub dialect: Dialect,
    /// Rules that were read.
    pub rules: usize,
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

/// A mistake at its place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which mistake.
    pub lint: &'static Lint,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What is wrong here.
    pub message: Bilingual,
    /// Changes that put it right; none where a person has to decide.
    pub edits: Vec<Edit>,
}

impl Finding {
    /// How grave it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.lint.severity
    }
}

/// Looks for mistakes in a ruleset whose language is told by its content; `None` when it is of none.
#[must_use]
pub fn check(text: &str) -> Option<Report> {
    dialect::recognise(text).map(|dialect| check_as(dialect, text))
}

/// Looks for mistakes in a ruleset.
#[must_use]
pub fn check_as(dialect: Dialect, text: &str) -> Report {
    let ruleset = dialect::read(dialect, text);
    let subject = Subject::of(text, &ruleset);
    let mut findings: Vec<Finding> = Vec::new();
    let mut faults = ruleset.faults.clone();
    for lint in LINTS {
        let mut hits = (lint.check)(&subject);
        hits.sort_by_key(|hit| (hit.span.start, hit.span.end));
        hits.dedup_by(|one, other| one.span == other.span);
        if hits.len() > MOST_FINDINGS {
            let line = hits.get(MOST_FINDINGS).map_or(0, |hit| hit.line);
            let reason = format!(
                "{}: {} more from here on are not shown",
                lint.id,
                hits.len() - MOST_FINDINGS
            );
            faults.push(Fault { line, reason });
            hits.truncate(MOST_FINDINGS);
        }
        findings.extend(hits.into_iter().map(|hit| Finding {
            lint,
            line: hit.line,
            column: column(text, hit.span.start),
            span: hit.span,
            message: hit.message,
            edits: hit.edits,
        }));
    }
    if !subject.compared.get() {
        let reason =
            "there are too many rules to compare each with each; some mistakes may be missing"
                .to_owned();
        faults.push(Fault { line: 1, reason });
    }
    findings.sort_by(|one, other| {
        (one.span.start, one.lint.id).cmp(&(other.span.start, other.lint.id))
    });
    let rules = ruleset.chains.iter().map(|chain| chain.rules.len()).sum();
    Report {
        dialect,
        rules,
        findings,
        faults,
    }
}

fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let line = before
        .rfind('\n')
        .map_or(before, |end| before.get(end + 1..).unwrap_or_default());
    line.chars().count() + 1
}
