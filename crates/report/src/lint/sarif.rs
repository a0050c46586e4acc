//! What lint found, as SARIF 2.1.0 (OASIS, 2020), which code forges and editors show.

use std::fmt::Write as _;
use std::ops::Range;

use rutter_knowledge::Severity;
use rutter_lint::{Edit, Finding, LINTS};
use serde_json::{Value, json};

use super::{Looked, said};
use crate::Language;

/// Writes one run with all rulesets; columns are in characters, from 1.
pub fn write_sarif(all: &[Looked<'_>], language: Language, out: &mut Vec<u8>) {
    let rules: Vec<Value> = LINTS
        .iter()
        .map(|lint| {
            json!({
                "id": lint.id,
                "shortDescription": {"text": said(lint.title, language)},
                "fullDescription": {"text": said(lint.reason, language)},
                "help": {"text": said(lint.fix, language)},
                "defaultConfiguration": {"level": level(lint.severity)},
            })
        })
        .collect();
    let mut results = Vec::new();
    let mut notes = Vec::new();
    for looked in all {
        let places = Places::of(looked.text);
        results.extend(
            looked
                .report
                .findings
                .iter()
                .map(|finding| result(looked, finding, &places, language)),
        );
        notes.extend(looked.report.faults.iter().map(|fault| {
            json!({
                "level": "warning",
                "message": {"text": fault.reason},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": uri(looked.name)},
                    "region": {"startLine": fault.line.max(1)},
                }}],
            })
        }));
    }
    let run = json!({
        "tool": {"driver": {"name": "rutter", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "language": language.pick("en-US", "zh-CN"),
        "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": notes}],
        "results": results,
    });
    let log = json!({"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [run]});
    out.extend_from_slice(log.to_string().as_bytes());
    out.push(b'\n');
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info | Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High | Severity::Critical => "error",
    }
}

fn result(
    looked: &Looked<'_>,
    finding: &Finding,
    places: &Places<'_>,
    language: Language,
) -> Value {
    let lint = finding.lint;
    let artifact = json!({"uri": uri(looked.name)});
    let mut result = json!({
        "ruleId": lint.id,
        "ruleIndex": LINTS.iter().position(|known| known.id == lint.id),
        "level": level(lint.severity),
        "message": {"text": language.pick(&finding.message.en, &finding.message.zh)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": places.region(&finding.span)}}],
    });
    if !finding.edits.is_empty() {
        let replacement = |edit: &Edit| json!({"deletedRegion": places.region(&edit.span), "insertedContent": {"text": edit.text}});
        let replacements: Vec<Value> = finding.edits.iter().map(replacement).collect();
        let fix = json!([{
            "description": {"text": said(lint.fix, language)},
            "artifactChanges": [{"artifactLocation": artifact, "replacements": replacements}],
        }]);
        if let Some(object) = result.as_object_mut() {
            object.insert("fixes".to_owned(), fix);
        }
    }
    result
}

/// Beginnings of lines, to tell line and column of a byte.
struct Places<'t> {
    text: &'t str,
    lines: Vec<usize>,
}

impl<'t> Places<'t> {
    fn of(text: &'t str) -> Self {
        let ends = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Self {
            text,
            lines: std::iter::once(0).chain(ends).collect(),
        }
    }

    fn place(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = line
            .checked_sub(1)
            .and_then(|line| self.lines.get(line))
            .copied()
            .unwrap_or(0);
        (
            line,
            self.text.get(start..at).unwrap_or_default().chars().count() + 1,
        )
    }

    fn region(&self, span: &Range<usize>) -> Value {
        let (line, column) = self.place(span.start);
        let (last, end) = self.place(span.end);
        json!({"startLine": line, "startColumn": column, "endLine": last, "endColumn": end})
    }
}

/// A name of a file as a relative reference (RFC 3986).
fn uri(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
