//! What is new since the baseline.

use rutter_analysis::{Language, News};

use super::Digest;
use super::findings::port_count;
use crate::json::Object;
use crate::page::{Line, Page, Tone};
use crate::words;

/// How many of a sort are named.
const NAMED: usize = 8;

/// Writes the section, when there is a baseline.
pub(super) fn compose(digest: &Digest<'_>, page: &mut Page) {
    let Some(news) = &digest.summary.news else {
        return;
    };
    let language = digest.language;
    page.heading(
        2,
        language.pick("New since the baseline", "相对基线的新情况"),
    );
    let nothing = news.findings.is_empty() && news.grown.is_empty();
    if news.sources_total == 0 && news.ports_total == 0 && nothing {
        page.paragraph(language.pick(
            "Nothing: every source and every port was there before.",
            "没有：所有来源和端口此前都出现过。",
        ));
        return;
    }
    for at in &news.findings {
        let Some(finding) = digest.summary.findings.get(*at) else {
            continue;
        };
        let title = &language.pick(&finding.entry.en, &finding.entry.zh).title;
        let line = Line::default().toned(title, Tone::Grave(finding.severity));
        page.bullet(
            "-",
            line.plain(match language {
                Language::En => format!(", finding {}", at + 1),
                Language::ZhCn => format!("，见发现 {}", at + 1),
            }),
        );
    }
    for (at, times) in &news.grown {
        let Some(finding) = digest.summary.findings.get(*at) else {
            continue;
        };
        let title = &language.pick(&finding.entry.en, &finding.entry.zh).title;
        let line = Line::default().toned(title, Tone::Grave(finding.severity));
        let times = words::count(*times);
        page.bullet(
            "-",
            line.plain(match language {
                Language::En => format!(
                    ", finding {}: {times} times as many packets as before",
                    at + 1
                ),
                Language::ZhCn => format!("，见发现 {}：报文数是此前的 {times} 倍", at + 1),
            }),
        );
    }
    if news.sources_total > 0 {
        page.bullet("-", sources(news, language));
    }
    if news.ports_total > 0 {
        page.bullet("-", ports(news, language));
    }
}

fn sources(news: &News, language: Language) -> Line {
    let all = words::sources(news.sources_total, language);
    let line = Line::of(match (language, news.is_estimate) {
        (_, false) => all,
        (Language::En, true) => format!("about {all} (estimated, memory was short)"),
        (Language::ZhCn, true) => format!("约 {all}（内存不足，为估计值）"),
    });
    let named = news.sources.iter().take(NAMED);
    let mut line = line;
    for (i, knock) in named.enumerate() {
        let gap = match (i, language) {
            (0, Language::En) => ": ",
            (0, Language::ZhCn) => "：",
            (_, Language::En) => ", ",
            (_, Language::ZhCn) => "、",
        };
        line = line.plain(gap).code(knock.ip.to_string());
    }
    line
}

fn ports(news: &News, language: Language) -> Line {
    let named: Vec<String> = news
        .ports
        .iter()
        .take(NAMED)
        .map(|(transport, port, _)| words::port(*transport, *port))
        .collect();
    let all = port_count(
        u32::try_from(news.ports_total).unwrap_or(u32::MAX),
        language,
    );
    Line::of(match language {
        Language::En => format!("{all}: {}", named.join(" ")),
        Language::ZhCn => format!("{all}：{}", named.join(" ")),
    })
}

/// The same for programs.
pub(super) fn write(digest: &Digest<'_>, o: &mut Object<'_>) {
    let Some(news) = &digest.summary.news else {
        return;
    };
    o.whole_object("new", |o| {
        o.number("sources_total", news.sources_total);
        o.truth("sources_estimated", news.is_estimate);
        o.list("sources", |list| {
            for knock in &news.sources {
                list.object(|o| {
                    o.plain("ip", |ink| ink.address(knock.ip));
                    o.number("events", knock.events);
                });
            }
        });
        o.number("ports_total", news.ports_total);
        o.list("ports", |list| {
            for (transport, port, events) in &news.ports {
                list.object(|o| {
                    o.number("port", *port);
                    o.text_or_null("transport", transport.word());
                    o.number("events", *events);
                });
            }
        });
        o.list("findings", |list| {
            for at in &news.findings {
                if let Some(finding) = digest.summary.findings.get(*at) {
                    list.text(&finding.entry.id);
                }
            }
        });
        o.list("grown", |list| {
            for (at, times) in &news.grown {
                if let Some(finding) = digest.summary.findings.get(*at) {
                    list.object(|o| {
                        o.text("id", &finding.entry.id);
                        o.number("times", *times);
                    });
                }
            }
        });
    });
}
