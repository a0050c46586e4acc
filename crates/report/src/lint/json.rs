//! What lint found, as JSON.

use rutter_lint::Finding;
use serde_json::{Value, json};

use super::{Looked, said};
use crate::Language;

/// Writes an array, one object a ruleset: `{file, dialect, rules, findings:[{id, severity, line,
/// column, rule, title, message, reason, fix, edits:[{start, end, text}]}], faults:[{line, reason}]}`.
/// Offsets of edits are bytes.
pub fn write_json(all: &[Looked<'_>], language: Language, out: &mut Vec<u8>) {
    let one = |looked: &Looked<'_>| {
        let findings: Vec<Value> = looked
            .report
            .findings
            .iter()
            .map(|f| finding(looked, f, language))
            .collect();
        let faults: Vec<Value> = looked
            .report
            .faults
            .iter()
            .map(|fault| json!({"line": fault.line, "reason": fault.reason}))
            .collect();
        json!({
            "file": looked.name,
            "dialect": looked.report.dialect.word(),
            "rules": looked.report.rules,
            "findings": findings,
            "faults": faults,
        })
    };
    let all: Vec<Value> = all.iter().map(one).collect();
    out.extend_from_slice(Value::Array(all).to_string().as_bytes());
    out.push(b'\n');
}

fn finding(looked: &Looked<'_>, finding: &Finding, language: Language) -> Value {
    let lint = finding.lint;
    let edits: Vec<Value> = finding
        .edits
        .iter()
        .map(|edit| json!({"start": edit.span.start, "end": edit.span.end, "text": edit.text}))
        .collect();
    json!({
        "id": lint.id,
        "severity": lint.severity.word(),
        "line": finding.line,
        "column": finding.column,
        "rule": looked.text.get(finding.span.clone()),
        "title": said(lint.title, language),
        "message": language.pick(&finding.message.en, &finding.message.zh),
        "reason": said(lint.reason, language),
        "fix": said(lint.fix, language),
        "edits": edits,
    })
}
