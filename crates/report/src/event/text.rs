//! One event as a paragraph for people.

use jiff::tz::TimeZone;
use rutter_analysis::{Hearing, Language, Piece, Verdict};
use rutter_event::{Endpoint, Event, Packet, Stamp, Transport};

use super::doubt;
use super::listening;
use super::service::services;
use crate::clock::Reading;
use crate::logging;
use crate::owner;
use crate::page::{Line, Page, Tone};
use crate::words;

/// For whom a page is written.
#[derive(Clone, Debug)]
pub struct Reader {
    /// In which language.
    pub language: Language,
    /// In which zone times are shown.
    pub zone: TimeZone,
    /// Whether to tell the lines of configuration that would log what is missing; once is enough.
    pub teach: bool,
}

/// How many alternatives are told beside the best verdict.
const ALTERNATIVES: usize = 3;
/// How many pieces of evidence.
const EVIDENCE: usize = 5;
/// Nats below which a piece of evidence is not worth a line.
const LEAST_WEIGHT: f32 = 0.3;

/// An event with its verdicts, best first: what happened, what it most likely means and why, what
/// else it may be, what to do, and the answers to what else was asked.
#[must_use]
pub fn page(line: u64, event: &Event<'_>, hearing: &Hearing<'_>, reader: &Reader) -> Page {
    let language = reader.language;
    let mut page = Page::default();
    page.heading(4, headline(line, event, reader));
    let Some((best, others)) = hearing.verdicts.split_first() else {
        if let (Some(answer), Some(listening)) = (event.answer, &hearing.listening) {
            page.inset(|page| listening::compose(event, answer, listening, language, page));
            page.gap();
        }
        return page;
    };
    page.inset(|page| {
        let text = language.pick(&best.entry.en, &best.entry.zh);
        page.paragraph(verdict_line(best, language));
        page.paragraph(text.meaning.as_str());
        evidence(&best.evidence, language, page);
        if let Some(elsewhere) = &hearing.elsewhere {
            page.item(
                mark(language.pick("Seen too", "另有记录")),
                elsewhere.text(language),
            );
        }
        if !hearing.source.is_unknown() {
            page.item(
                mark(language.pick("Whose", "归属")),
                owner::tell(&hearing.source, Line::default()),
            );
        }
        let known: Vec<String> = others
            .iter()
            .take(ALTERNATIVES)
            .map(|v| alternative(v, language))
            .collect();
        if !known.is_empty() {
            let separator = language.pick("; ", "、");
            page.item(
                mark(language.pick("Or else", "也可能")),
                known.join(separator),
            );
        }
        let missing = logging::missing(&hearing.verdicts);
        if !missing.is_empty() {
            let fields = missing.join(", ");
            let line = Line::of(language.pick("the log lacks ", "日志缺少 ")).code(fields);
            page.item(mark(language.pick("More with", "可补充")), line);
            if reader.teach {
                for hint in logging::hints(event.format, &missing) {
                    logging::lines(&hint, page);
                }
            }
        }
        page.item(
            mark(language.pick("What to do", "处理")),
            text.advice.as_str(),
        );
        for doubt in &hearing.doubts {
            doubt::compose(doubt, language, page);
        }
        if let Some(supposed) = &hearing.supposed {
            doubt::compose_supposed(supposed, language, page);
        }
    });
    page.gap();
    page
}

fn mark(word: &str) -> Line {
    Line::default().faint(word)
}

/// Number, time, who to whom, what became of it.
fn headline(line: u64, event: &Event<'_>, reader: &Reader) -> Line {
    let language = reader.language;
    let packet = &event.packet;
    let mut head = Line::default().faint(format!("{line}")).plain("  ");
    if let Some(time) = moment(event, reader) {
        head = head.plain(time).plain("  ");
    }
    let (from, to) = services(packet);
    // Who asked, scanners do not print.
    if event.answer.is_none() {
        head = end(head, &packet.source, from).plain(" -> ");
    }
    head = end(head, &packet.destination, to).plain("  ");
    head = head.plain(words::transport(packet.transport, language));
    for word in facts(packet, language) {
        head = head.plain(" ").plain(word);
    }
    if let Some(quoted) = &event.quoted {
        head = head.plain(language.pick(", about ", "，涉及 "));
        head = head
            .plain(words::transport(quoted.transport, language))
            .plain(" ");
        head = end(head, &quoted.source, None).plain(" -> ");
        head = end(head, &quoted.destination, services(quoted).1);
    }
    let outcome = match event.answer {
        Some(answer) => words::answer(answer, language),
        None => words::action(event.action, language),
    };
    head = head.plain("  ").strong(outcome);
    if let Some(rule) = event.rule.some() {
        head = head.plain(language.pick(" by rule ", "，规则 ")).log(rule);
    }
    head
}

fn moment(event: &Event<'_>, reader: &Reader) -> Option<String> {
    let (moment, since_boot) = match (event.time, event.stamp) {
        (Some(time), _) => (time.0, false),
        (None, Stamp::Boot(nanoseconds)) => (i64::try_from(nanoseconds).ok()?, true),
        _ => return None,
    };
    let reading = Reading {
        zone: &reader.zone,
        language: reader.language,
        since_boot,
    };
    Some(reading.precise(moment))
}

/// `203.0.113.9:23 (telnet)`.
fn end(line: Line, end: &Endpoint, service: Option<&str>) -> Line {
    let ip = end.ip.map_or_else(|| "?".to_owned(), |ip| ip.to_string());
    let text = match end.port {
        Some(port) if ip.contains(':') => format!("[{ip}]:{port}"),
        Some(port) => format!("{ip}:{port}"),
        None => ip,
    };
    let line = line.code(text);
    match service {
        Some(name) => line.plain(format!(" ({name})")),
        None => line,
    }
}

/// Flags, or type and code.
fn facts(packet: &Packet, language: Language) -> Vec<String> {
    let mut facts = Vec::new();
    if let (Some(Transport::TCP), Some(flags)) = (packet.transport, packet.tcp.flags) {
        facts.push(match flags.0 {
            0 => language.pick("without flags", "无标志位").to_owned(),
            _ => flags.to_string(),
        });
    }
    if let Some(kind) = packet.icmp.kind {
        let mut text = match language {
            Language::En => format!("type {kind}"),
            Language::ZhCn => format!("类型 {kind}"),
        };
        if let Some(code) = packet.icmp.code {
            text.push_str(language.pick(" code ", " 代码 "));
            text.push_str(&code.to_string());
        }
        if let Some(name) = words::icmp(packet, language) {
            text = format!("{text} ({name})");
        }
        facts.push(text);
    }
    facts
}

/// Title, gravity, certainty, id.
fn verdict_line(verdict: &Verdict<'_>, language: Language) -> Line {
    let entry = verdict.entry;
    let title = &language.pick(&entry.en, &entry.zh).title;
    let sure = words::likelihood(verdict.probability, language);
    let percent = words::percent(verdict.probability);
    let mut line = Line::default().strong(title).plain("  ");
    line = line.toned(
        words::severity(entry.severity, language),
        Tone::Grave(entry.severity),
    );
    line = line.plain(match language {
        Language::En => format!("  {sure} ({percent})  "),
        Language::ZhCn => format!("  {sure}({percent})  "),
    });
    line = line.faint(&entry.id);
    if let Some(tool) = verdict.tool {
        line = line
            .plain(language.pick("  tool: ", "  工具："))
            .strong(&tool.name);
    }
    line
}

fn alternative(verdict: &Verdict<'_>, language: Language) -> String {
    let title = &language.pick(&verdict.entry.en, &verdict.entry.zh).title;
    format!("{title} {}", words::percent(verdict.probability))
}

/// What spoke for a verdict, a line each; what spoke against it comes last and says so.
pub(crate) fn evidence(pieces: &[Piece<'_>], language: Language, page: &mut Page) {
    let telling = |(i, piece): &(usize, &Piece<'_>)| *i == 0 || piece.weight.abs() >= LEAST_WEIGHT;
    for (i, piece) in pieces.iter().enumerate().filter(telling).take(EVIDENCE) {
        let word = if i == 0 {
            language.pick("Because", "依据")
        } else {
            ""
        };
        let mut line = Line::of(piece.says.text(language)).plain(" ");
        line = line.faint(format!("({} {:+.1})", piece.field, piece.weight));
        page.item(mark(word), line);
    }
}
