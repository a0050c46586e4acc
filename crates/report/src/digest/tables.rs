//! Who knocked, and on what.

use rutter_analysis::{Actor, Language};
use rutter_knowledge::Ports;

use super::Digest;
use super::findings::port_count;
use crate::owner;
use crate::page::{Column, Line, Page, Table, Tone};
use crate::words::{self, count};

/// Rows of each table; the JSON report has more.
const ROWS: usize = 20;

pub(super) fn sources(digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    let reading = digest.reading();
    let actors = &digest.summary.actors;
    if actors.is_empty() {
        return;
    }
    page.heading(2, language.pick("Who knocked", "来访者"));
    let columns = vec![
        Column::fixed(language.pick("Source", "来源")),
        Column::number(language.pick("Packets", "报文")),
        Column::text(language.pick("Ports", "端口"), 9),
        Column::text(language.pick("What it most likely was", "最可能的含义"), 16),
        Column::number(language.pick("Sure", "把握")),
        Column::text(language.pick("When", "时间"), 10),
    ];
    let rows = actors
        .iter()
        .take(ROWS)
        .map(|actor| {
            vec![
                owner::tell(
                    &digest.who.owner(actor.knock.ip),
                    Line::default().code(actor.knock.ip.to_string()),
                ),
                Line::of(count(actor.knock.events)),
                Line::of(ports_of(actor, language)),
                meaning(actor, language),
                Line::of(words::percent(actor.probability)),
                Line::of(reading.span(actor.knock.span).unwrap_or_default()),
            ]
        })
        .collect();
    page.table(Table { columns, rows });
    let more = digest.summary.actors_total.saturating_sub(ROWS);
    if more > 0 {
        let more = count(more as u64);
        page.paragraph(match language {
            Language::En => format!("and {more} more sources."),
            Language::ZhCn => format!("另有 {more} 个来源。"),
        });
    }
    thinned(digest, page);
}

/// Law 7: what was not kept is told.
fn thinned(digest: &Digest<'_>, page: &mut Page) {
    let each = digest.profile.sources.thinning();
    if each > 1 {
        page.paragraph(match digest.language {
            Language::En => format!(
                "There were more sources than are kept: one of {each} was kept, drawn by hash; all packets are in the totals."
            ),
            Language::ZhCn => format!("来源数超过保留上限：按散列每 {each} 个保留一个；所有报文仍计入总数。"),
        });
    }
}

fn ports_of(actor: &Actor<'_>, language: Language) -> String {
    let few: Vec<String> = actor
        .some_ports
        .iter()
        .map(|(transport, port)| words::port(*transport, *port))
        .collect();
    match actor.ports {
        0 => String::new(),
        1..=2 if few.len() == actor.ports as usize => few.join(" "),
        many => port_count(many, language),
    }
}

fn meaning(actor: &Actor<'_>, language: Language) -> Line {
    let title = &language.pick(&actor.entry.en, &actor.entry.zh).title;
    let line = Line::default().toned(title, Tone::Grave(actor.entry.severity));
    let line = match actor.tool {
        Some(tool) => line.plain(format!(" [{}]", tool.name)),
        None => line,
    };
    if actor.ours {
        line.strong(language.pick(" (yours)", "（我方）"))
    } else {
        line
    }
}

pub(super) fn ports(digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    let lines = &digest.summary.ports;
    let columns = vec![
        Column::fixed(language.pick("Port", "端口")),
        Column::text(language.pick("Service", "服务"), 8),
        Column::number(language.pick("Packets", "报文")),
        Column::number(language.pick("Sources", "来源数")),
        Column::text(language.pick("What most of it meant", "主要含义"), 20),
    ];
    // A port that one packet of a scan touched says nothing; the JSON report has it.
    let rows = lines
        .iter()
        .filter(|line| line.entry.is_some() || line.events > 1)
        .take(ROWS)
        .map(|line| {
            let entry = line.entry;
            vec![
                Line::default().code(words::port(line.transport, line.port)),
                Line::of(
                    Ports::embedded()
                        .name(Some(line.transport), line.port)
                        .unwrap_or_default(),
                ),
                Line::of(count(line.events)),
                Line::of(count(u64::from(line.sources))),
                entry.map_or_else(Line::default, |entry| {
                    let title = &language.pick(&entry.en, &entry.zh).title;
                    Line::default().toned(title, Tone::Grave(entry.severity))
                }),
            ]
        })
        .collect::<Vec<_>>();
    if !rows.is_empty() {
        page.heading(2, language.pick("On what", "端口"));
    }
    page.table(Table { columns, rows });
}
