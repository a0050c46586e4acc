//! Ports as a page that a student likes to read.

use rutter_analysis::Language;
use rutter_event::Transport;
use rutter_knowledge::model::{Correction, Fact, Reference};
use rutter_knowledge::{Entry, Found, Knowledge, Meaning, PortClass, When, port_class, ports_of};

use super::{assignments, era_of, note_texts, services};
use crate::condition;
use crate::page::{Column, Line, Page, Table, Tone};
use crate::words;

/// Up to this many ports are told in full, more as a table.
const FULL_PORTS: usize = 6;
/// How many meanings of a port are told in full, and entries that words brought up.
const FULL_MEANINGS: usize = 12;
const FULL_ENTRIES: usize = 3;
/// How many ports a table of found words shows.
const TABLE_PORTS: usize = 20;
/// A meaning of more ports than this is told in one line.
const BROAD: u32 = 1_024;

/// What was found, for people.
#[must_use]
pub fn page(found: &Found<'_>, knowledge: &Knowledge, language: Language) -> Page {
    let mut page = Page::default();
    let handbook = Handbook {
        knowledge,
        language,
    };
    if found.ports.is_empty() && found.entries.is_empty() && found.topics.is_empty() {
        page.paragraph(language.pick(
            "The handbook knows nothing of this. Try a port (23, 23/tcp, 6970-7170), a service name, or fewer words.",
            "手册里查不到。请换成端口（23、23/tcp、6970-7170）、服务名，或减少关键词。",
        ));
        return page;
    }
    let by_words = !found.entries.is_empty() || !found.topics.is_empty();
    let full = match found.ports.len() {
        few if few <= FULL_PORTS && !by_words => few,
        _ => found.named.min(FULL_PORTS),
    };
    for (transport, port) in found.ports.iter().take(full) {
        handbook.port(*transport, *port, &mut page);
    }
    handbook.entries(
        &found.entries,
        if full > 0 { 0 } else { FULL_ENTRIES },
        &mut page,
    );
    handbook.table(
        found,
        full,
        if by_words { TABLE_PORTS } else { usize::MAX },
        &mut page,
    );
    for topic in &found.topics {
        let title = &language.pick(&topic.en, &topic.zh).title;
        let line = Line::of(title)
            .plain("  ")
            .code(format!("rutter port --about {}", topic.id));
        page.item(Line::default().faint(language.pick("Primer", "入门")), line);
    }
    page
}

struct Handbook<'k> {
    knowledge: &'k Knowledge,
    language: Language,
}

impl Handbook<'_> {
    /// Everything about one port.
    fn port(&self, transport: Transport, port: u16, page: &mut Page) {
        let language = self.language;
        let mut title = Line::of(words::port(transport, port));
        for service in services(transport, port) {
            title = title.plain("  ").plain(service.name);
        }
        page.heading(2, title);
        page.paragraph(self.nature(transport, port));
        for assignment in assignments(transport, port) {
            let line = match assignment.name {
                "" => Line::of(assignment.description),
                name => Line::default()
                    .strong(name)
                    .plain(": ")
                    .plain(assignment.description),
            };
            page.item(self.mark("Assigned", "登记"), line.faint("  (IANA)"));
        }
        for note in note_texts(self.knowledge, transport, port, language) {
            page.item(self.mark("Used for", "用途"), note);
        }
        let meanings = self.knowledge.meanings(transport, port);
        if meanings.is_empty() {
            page.paragraph(language.pick(
                "No meaning of its own is on record. A packet to it is judged by its shape and by what else its source did.",
                "手册里没有这个端口独有的含义；发往它的报文按其形状和来源的其他行为判断。",
            ));
            return;
        }
        page.heading(
            3,
            language.pick("What a firewall sees here", "防火墙在这里会看到什么"),
        );
        let (close, broad): (Vec<_>, Vec<_>) = meanings.into_iter().partition(|m| m.width <= BROAD);
        let told = close.len().min(FULL_MEANINGS);
        page.inset(|page| {
            for Meaning { entry, whens, .. } in close.iter().take(told) {
                self.entry(entry, whens, page);
            }
            for Meaning { entry, .. } in close.iter().skip(told).chain(&broad) {
                page.bullet("-", self.brief(entry));
            }
        });
    }

    /// Class and connection, for somebody who has just read what a port is.
    fn nature(&self, transport: Transport, port: u16) -> Line {
        let class = match port_class(port) {
            PortClass::WellKnown => self.language.pick(
                "A well-known port (0 to 1023): it belongs to a service of the system.",
                "公认端口（0 至 1023）：与系统服务紧密绑定。",
            ),
            PortClass::Registered => self.language.pick(
                "A registered port (1024 to 49151): loosely bound to a service; programs use it for other things, too.",
                "注册端口（1024 至 49151）：与服务松散绑定，也常另作他用。",
            ),
            PortClass::Dynamic => self.language.pick(
                "A dynamic port (49152 to 65535): assigned to nobody; clients draw such numbers for a while.",
                "动态端口（49152 至 65535）：不分配给任何服务，由客户端临时取用。",
            ),
        };
        let connection = if transport.is_connection_oriented() {
            self.language.pick(
                "Connection-oriented, like a telephone call: both sides agree before they talk.",
                "面向连接，如打电话：双方先接通再说话。",
            )
        } else {
            self.language.pick(
                "Connectionless, like a letter: it is sent without asking whether anybody is there.",
                "无连接，如写信：直接投出，不问对方在不在。",
            )
        };
        Line::of(class)
            .plain(self.language.pick(" ", ""))
            .plain(connection)
    }

    fn mark(&self, en: &'static str, zh: &'static str) -> Line {
        Line::default().faint(self.language.pick(en, zh))
    }

    /// Title, gravity, era, id.
    fn head(&self, entry: &Entry, whens: &[&When]) -> Line {
        let title = &self.language.pick(&entry.en, &entry.zh).title;
        let mut line = Line::default().strong(title).plain("  ");
        line = line.toned(
            words::severity(entry.severity, self.language),
            Tone::Grave(entry.severity),
        );
        if let Some(era) = era_of(whens) {
            line = line.plain("  ").plain(era);
        }
        line.plain("  ").faint(&entry.id)
    }

    fn brief(&self, entry: &Entry) -> Line {
        let title = &self.language.pick(&entry.en, &entry.zh).title;
        Line::of(title).plain("  ").faint(&entry.id)
    }

    /// An entry in full.
    fn entry(&self, entry: &Entry, whens: &[&When], page: &mut Page) {
        let language = self.language;
        let text = language.pick(&entry.en, &entry.zh);
        page.heading(4, self.head(entry, whens));
        page.inset(|page| {
            page.paragraph(text.meaning.as_str());
            for (i, when) in whens.iter().enumerate() {
                let mark = if i == 0 {
                    self.mark("Seen as", "表现")
                } else {
                    Line::default()
                };
                page.item(mark, condition::sentence(when, language));
            }
            page.item(self.mark("What to do", "处理"), text.advice.as_str());
            background(
                &entry.corrections,
                &entry.facts,
                &entry.references,
                language,
                page,
            );
        });
    }

    /// The best `full` of the entries in full, the others in a line.
    fn entries(&self, entries: &[&Entry], full: usize, page: &mut Page) {
        for entry in entries.iter().take(full) {
            let whens: Vec<&When> = entry.whens.iter().collect();
            self.entry(entry, &whens, page);
        }
        if entries.len() > full {
            page.heading(3, self.language.pick("Also", "另见"));
        }
        for entry in entries.iter().skip(full) {
            let ports: Vec<String> = ports_of(entry)
                .iter()
                .take(6)
                .map(|(t, p)| words::port(*t, *p))
                .collect();
            page.bullet("-", self.brief(entry).plain("  ").plain(ports.join(" ")));
        }
    }

    /// Ports in a line each, neighbours of which the same is known together; the first `skip` have
    /// been told.
    fn table(&self, found: &Found<'_>, skip: usize, most: usize, page: &mut Page) {
        let language = self.language;
        let mut runs: Vec<Run> = Vec::new();
        let mut told = skip;
        for (transport, port) in found.ports.iter().skip(skip) {
            let known = self.known(*transport, *port);
            let recent = runs.len().saturating_sub(RECENT);
            let at = runs
                .iter()
                .skip(recent)
                .position(|run| run.goes_on(*transport, *port, &known));
            if let Some(run) = at.and_then(|at| runs.get_mut(recent + at)) {
                run.last = *port;
            } else if runs.len() < most {
                runs.push(Run {
                    transport: *transport,
                    first: *port,
                    last: *port,
                    known,
                });
            } else {
                break;
            }
            told += 1;
        }
        let columns = vec![
            Column::fixed(language.pick("Port", "端口")),
            Column::text(language.pick("Name", "名称"), 10),
            Column::text(language.pick("Assigned for", "登记用途"), 14),
            Column::text(language.pick("What a firewall sees", "防火墙看到的"), 20),
        ];
        let rows: Vec<Vec<Line>> = runs.into_iter().map(Run::cells).collect();
        if !rows.is_empty() {
            page.heading(3, language.pick("Ports", "端口"));
        }
        page.table(Table { columns, rows });
        let more = found.omitted + found.ports.len() - told;
        if more > 0 {
            page.paragraph(match language {
                Language::En => format!(
                    "{} more ports are not shown; ask for fewer.",
                    words::count(more as u64)
                ),
                Language::ZhCn => format!(
                    "另有 {} 个端口未列出，请缩小范围。",
                    words::count(more as u64)
                ),
            });
        }
    }

    /// Name, description, titles of the meanings.
    fn known(&self, transport: Transport, port: u16) -> [String; 3] {
        let language = self.language;
        let service = services(transport, port).next();
        let titles: Vec<&str> = self
            .knowledge
            .meanings(transport, port)
            .iter()
            .filter(|m| m.width <= BROAD)
            .take(3)
            .map(|m| language.pick(&m.entry.en, &m.entry.zh).title.as_str())
            .collect();
        let (name, description) = service.map_or(("", ""), |s| (s.name, s.description));
        [
            name.to_owned(),
            description.to_owned(),
            titles.join(language.pick("; ", "\u{ff1b}")),
        ]
    }
}

/// How many of the last runs may go on: one for each transport.
const RECENT: usize = 4;

/// Neighbouring ports of which the same is known.
struct Run {
    transport: Transport,
    first: u16,
    last: u16,
    known: [String; 3],
}

impl Run {
    fn goes_on(&self, transport: Transport, port: u16, known: &[String; 3]) -> bool {
        self.transport == transport
            && self.last.checked_add(1) == Some(port)
            && self.known == *known
    }

    fn cells(self) -> Vec<Line> {
        let port = if self.first == self.last {
            words::port(self.transport, self.first)
        } else {
            format!("{}-{}", self.first, words::port(self.transport, self.last))
        };
        std::iter::once(Line::default().code(port))
            .chain(self.known.iter().map(Line::of))
            .collect()
    }
}

/// Corrections, facts, references.
pub(super) fn background(
    corrections: &[Correction],
    facts: &[Fact],
    references: &[Reference],
    language: Language,
    page: &mut Page,
) {
    let mark = |i: usize, en, zh| {
        if i == 0 {
            Line::default().faint(language.pick(en, zh))
        } else {
            Line::default()
        }
    };
    for (i, fact) in facts.iter().enumerate() {
        page.item(
            mark(i, "Background", "背景"),
            language.pick(fact.en.as_str(), fact.zh.as_str()),
        );
    }
    for (i, correction) in corrections.iter().enumerate() {
        let pair = language.pick(&correction.en, &correction.zh);
        let line = Line::default()
            .faint(&pair.says)
            .plain(language.pick(" ", ""))
            .plain(&pair.truth);
        page.item(mark(i, "Corrected", "更正"), line);
    }
    for (i, reference) in references.iter().enumerate() {
        let mut line = Line::of(&reference.name);
        if !reference.url.is_empty() {
            line = line.plain(" ").toned(&reference.url, Tone::Link);
        }
        page.item(mark(i, "See", "参考"), line);
    }
}
