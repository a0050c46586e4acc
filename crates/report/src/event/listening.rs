//! What is told of a port that has answered a scanner.

use rutter_analysis::{Language, Listening};
use rutter_event::{Answer, Event};

use crate::json::Object;
use crate::page::{Line, Page, Tone};
use crate::words;

/// What listens, who looks for it, what to do.
pub(super) fn compose(
    event: &Event<'_>,
    answer: Answer,
    listening: &Listening<'_>,
    language: Language,
    page: &mut Page,
) {
    let mark = |en, zh| Line::default().faint(language.pick(en, zh));
    page.paragraph(match answer {
        Answer::Open => language.pick(
            "Something listens here. That is an answer to whoever asked, no attack.",
            "此端口有服务在监听。这是对询问的应答，不是攻击。",
        ),
        Answer::MaybeOpen => language.pick(
            "Nothing came back: something may listen and keep silent, or a firewall does.",
            "没有回音：可能有服务在监听但不作声，也可能被防火墙丢弃。",
        ),
        Answer::Closed => language.pick(
            "Nothing listens here; the host says so itself.",
            "没有服务在监听，主机已明确回绝。",
        ),
        Answer::Filtered | Answer::MaybeClosed => language.pick(
            "A firewall keeps the port from whoever asked, or the answer was lost.",
            "防火墙没有让询问通过，或应答已丢失。",
        ),
        Answer::Unfiltered => language.pick(
            "The port can be reached; whether something listens this scan cannot tell.",
            "端口可达；此种扫描无法判断是否有服务在监听。",
        ),
    });
    let program = program(event);
    if !program.is_empty() {
        page.item(mark("Said to be", "自称"), program);
    }
    for note in &listening.notes {
        let text = language.pick(&*note.en, &*note.zh);
        if !text.is_empty() {
            page.item(mark("Used for", "用途"), text);
        }
    }
    for (place, entry) in listening.hunters.iter().enumerate() {
        let title = &language.pick(&entry.en, &entry.zh).title;
        let line = Line::of(title).plain("  ");
        let line = line.toned(
            words::severity(entry.severity, language),
            Tone::Grave(entry.severity),
        );
        let sign = match place {
            0 => mark("Sought by", "谁在找它"),
            _ => Line::default(),
        };
        page.item(sign, line.plain("  ").faint(&entry.id));
    }
    if answer.may_be_open() {
        page.item(
            mark("What to do", "处理"),
            language.pick(
                "Know which program it is: ss -tulpn on the host names it. Close it if nobody needs it; else let the firewall admit only who does.",
                "先弄清是哪个程序：在该主机上用 ss -tulpn 查看。无人使用就关闭，否则在防火墙上只放行需要的来源。",
            ),
        );
    }
}

/// What the scanner says of the program: its service, product and version, or its banner.
fn program(event: &Event<'_>) -> Line {
    let mut words = vec![event.application];
    event.extra.for_each(&mut |key, value| {
        if matches!(
            key.bytes(),
            b"product" | b"version" | b"extrainfo" | b"banner"
        ) {
            words.push(value);
        }
    });
    let mut line = Line::default();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line = line.plain(" ");
        }
        line = line.log(word);
    }
    line
}

/// Writes who looks for what listens.
pub(crate) fn write_hunters(listening: &Listening<'_>, language: Language, o: &mut Object<'_>) {
    o.list("risks", |list| {
        for entry in &listening.hunters {
            list.object(|o| {
                o.text("id", &entry.id);
                o.text("severity", entry.severity.word());
                o.text("title", &language.pick(&entry.en, &entry.zh).title);
            });
        }
    });
}
