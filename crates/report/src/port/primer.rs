//! The primer: what a port is, topic by topic.

use rutter_analysis::Language;
use rutter_knowledge::{Knowledge, Topic};

use super::text::background;
use crate::page::{Column, Line, Page, Table};

/// The topics of the primer, in order.
#[must_use]
pub fn contents(knowledge: &Knowledge, language: Language) -> Page {
    let mut page = Page::default();
    page.heading(1, language.pick("What a port is", "什么是端口"));
    let columns = vec![
        Column::fixed(language.pick("Topic", "主题")),
        Column::text(language.pick("Title", "标题"), 20),
    ];
    let row = |topic: &Topic| {
        vec![
            Line::default().code(&topic.id),
            Line::of(&language.pick(&topic.en, &topic.zh).title),
        ]
    };
    page.table(Table {
        columns,
        rows: knowledge.topics.iter().map(row).collect(),
    });
    page.paragraph(
        Line::of(language.pick("Read one with ", "阅读：")).code("rutter port --about TOPIC"),
    );
    page
}

/// One topic.
#[must_use]
pub fn topic(topic: &Topic, language: Language) -> Page {
    let mut page = Page::default();
    let text = language.pick(&topic.en, &topic.zh);
    page.heading(1, text.title.as_str());
    for paragraph in text.text.replace('\r', "").split("\n\n") {
        let mut lines = paragraph
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .peekable();
        while let Some(line) = lines.next() {
            if let Some(item) = line.strip_prefix("- ") {
                page.bullet("-", item);
                continue;
            }
            // Lines of one paragraph run on; only Latin text needs a blank between them.
            let mut running = line.to_owned();
            while let Some(next) = lines.next_if(|next| !next.starts_with("- ")) {
                running.push_str(language.pick(" ", ""));
                running.push_str(next);
            }
            page.paragraph(running);
        }
        page.gap();
    }
    page.inset(|page| {
        background(
            &topic.corrections,
            &topic.facts,
            &topic.references,
            language,
            page,
        )
    });
    page
}
