//! What listens on hosts that were asked: the results of port scans.

use rutter_analysis::{Answers, Language, Open};
use rutter_knowledge::Ports;

use super::Digest;
use crate::json::Object;
use crate::page::{Column, Line, Page, Table, Tone};
use crate::words::{self, count};

/// Rows of the table; the JSON report has more.
const ROWS: usize = 60;

/// Tells host and port, the service, and who looks for it.
pub(super) fn compose(digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    let answers = &digest.summary.answers;
    if answers.total == 0 {
        return;
    }
    page.heading(2, language.pick("What listens", "监听的端口"));
    page.paragraph(summary(answers, language));
    let columns = vec![
        Column::fixed(language.pick("Host", "主机")),
        Column::fixed(language.pick("Port", "端口")),
        Column::fixed(language.pick("Answer", "应答")),
        Column::text(language.pick("Service", "服务"), 8),
        Column::text(language.pick("Sought by", "谁在找它"), 20),
    ];
    let rows = answers
        .open
        .iter()
        .take(ROWS)
        .map(|open| row(open, language));
    page.table(Table {
        columns,
        rows: rows.collect(),
    });
    let more = answers.open_total.saturating_sub(ROWS);
    if more > 0 {
        let more = count(more as u64);
        page.paragraph(match language {
            Language::En => format!("and {more} more open ports."),
            Language::ZhCn => format!("另有 {more} 个开放端口。"),
        });
    }
    page.paragraph(language.pick(
        "These are answers to somebody who asked, no attack. Close what nobody needs, let the firewall admit only who needs the rest, and look a port up with rutter port.",
        "以上是端口对询问的应答，不是攻击。无人使用的服务应关闭，其余的只放行需要的来源；端口的含义可用 rutter port 查询。",
    ));
}

fn summary(answers: &Answers<'_>, language: Language) -> String {
    let (open, total) = (
        count(answers.open_total as u64),
        count(answers.total as u64),
    );
    let hosts = count(answers.hosts as u64);
    match language {
        Language::En => format!(
            "Of {total} ports that were asked, {open} are open or may be, on {hosts} hosts."
        ),
        Language::ZhCn => format!(
            "询问了 {total} 个端口，其中 {open} 个开放或可能开放，分布在 {hosts} 台主机上。"
        ),
    }
}

fn row(open: &Open<'_>, language: Language) -> Vec<Line> {
    let service = Ports::embedded().name(Some(open.transport), open.port);
    vec![
        Line::default().code(open.ip.to_string()),
        Line::default().code(words::port(open.transport, open.port)),
        Line::of(words::answer(open.answer, language)),
        Line::of(service.unwrap_or_default()),
        hunters(open, language),
    ]
}

fn hunters(open: &Open<'_>, language: Language) -> Line {
    let mut line = Line::default();
    for (place, entry) in open.listening.hunters.iter().enumerate() {
        if place > 0 {
            line = line.plain(language.pick("; ", "；"));
        }
        let title = &language.pick(&entry.en, &entry.zh).title;
        line = line.toned(title, Tone::Grave(entry.severity));
    }
    line
}

/// Writes the answers, when there are any, as `answers`.
pub(super) fn write(digest: &Digest<'_>, o: &mut Object<'_>) {
    let answers = &digest.summary.answers;
    if answers.total == 0 {
        return;
    }
    o.number("answers_total", answers.total);
    o.number("open_total", answers.open_total);
    o.list("open", |list| {
        for open in &answers.open {
            list.object(|o| {
                o.plain("ip", |ink| ink.address(open.ip));
                o.number("port", open.port);
                o.maybe_text("transport", open.transport.word());
                o.text("answer", open.answer.word());
                let service = Ports::embedded().name(Some(open.transport), open.port);
                o.maybe_text("service", service);
                crate::event::listening::write_hunters(&open.listening, digest.language, o);
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use rutter_event::Answer;

    use super::*;

    #[test]
    fn every_answer_has_words_in_both_languages() {
        for answer in Answer::ALL {
            for language in [Language::En, Language::ZhCn] {
                assert!(!words::answer(answer, language).is_empty());
            }
        }
    }
}
