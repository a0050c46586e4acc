//! What lint found, as a page.

use std::collections::BTreeSet;

use rutter_event::Untrusted;
use rutter_lint::LINTS;

use super::{Looked, said};
use crate::Language;
use crate::page::{Column, Line, Page, Table, Tone};
use crate::words;

/// One ruleset: findings in the order of its text, each lint explained where it comes first.
#[must_use]
pub fn page(looked: &Looked<'_>, language: Language) -> Page {
    let mut page = Page::default();
    let report = &looked.report;
    let name = Untrusted::new(looked.name.as_bytes());
    page.heading(2, Line::default().log(name));
    let dialect = report.dialect.word();
    let (rules, found) = (report.rules, report.findings.len());
    page.paragraph(match language {
        Language::En => format!("{dialect}, rules: {rules}, findings: {found}"),
        Language::ZhCn => format!("{dialect}，规则 {rules} 条，发现问题 {found} 处"),
    });
    let mut explained = BTreeSet::new();
    for finding in &report.findings {
        let lint = finding.lint;
        let place = format!("{}:{}", finding.line, finding.column);
        let grave = Line::default().toned(
            words::severity(lint.severity, language),
            Tone::Grave(lint.severity),
        );
        let title = Line::default()
            .strong(said(lint.title, language))
            .plain("  ")
            .faint(format!("{} {place}", lint.id));
        page.item(grave, title);
        page.inset(|page| {
            let rule = looked.text.get(finding.span.clone()).unwrap_or_default();
            let first = rule.lines().next().unwrap_or_default().trim();
            page.paragraph(Line::default().log(Untrusted::new(first.as_bytes())));
            page.paragraph(Line::of(
                language.pick(&finding.message.en, &finding.message.zh),
            ));
            if explained.insert(lint.id) {
                page.paragraph(Line::default().faint(said(lint.reason, language)));
                let patch = language.pick(" --fix shows the change.", "用 --fix 查看修改。");
                let patch = if finding.edits.is_empty() { "" } else { patch };
                page.paragraph(Line::of(said(lint.fix, language)).plain(patch));
            }
        });
        page.gap();
    }
    if report.findings.is_empty() {
        page.paragraph(language.pick("Nothing found.", "没有发现问题。"));
    }
    page
}

/// All lints: name, how grave, what is wrong.
#[must_use]
pub fn list(language: Language) -> Page {
    let mut page = Page::default();
    let columns = vec![
        Column::fixed(language.pick("Lint", "检查项")),
        Column::fixed(language.pick("Severity", "严重程度")),
        Column::text(
            language.pick("What is wrong, and what to do", "问题与做法"),
            30,
        ),
    ];
    let row = |lint: &rutter_lint::Lint| {
        vec![
            Line::default().code(lint.id),
            Line::default().toned(
                words::severity(lint.severity, language),
                Tone::Grave(lint.severity),
            ),
            Line::default()
                .strong(said(lint.title, language))
                .plain(language.pick(". ", "。"))
                .plain(said(lint.fix, language)),
        ]
    };
    page.table(Table {
        columns,
        rows: LINTS.iter().map(row).collect(),
    });
    page
}
