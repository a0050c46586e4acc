//! Findings by importance: what matters in full, the rest in a line each.

use rutter_analysis::{Finding, Language};
use rutter_knowledge::{Ports, Severity};

use super::Digest;
use super::concern::concern;
use crate::event::text::evidence;
use crate::page::{Line, Page, Tone};
use crate::words::{self, count, counted, packets, sources};

/// How many sources, ports and targets of a finding are named.
const NAMED_SOURCES: usize = 5;
const NAMED_PORTS: usize = 6;
const NAMED_TARGETS: usize = 3;
/// How many findings are told in a line each before the rest is summed up.
const BRIEF: usize = 40;

pub(super) fn compose(digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    let all = &digest.summary.findings;
    if all.is_empty() {
        return;
    }
    let (full, brief): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|f| f.severity >= Severity::Medium || concern(f, digest).is_some());
    if !full.is_empty() {
        page.heading(2, language.pick("Findings", "发现"));
    }
    for (i, finding) in full.iter().enumerate() {
        in_full(i + 1, finding, digest, page);
    }
    if !brief.is_empty() {
        page.heading(2, language.pick("Of little weight", "无关紧要的"));
    }
    for finding in brief.iter().take(BRIEF) {
        page.bullet("-", in_brief(finding, digest));
    }
    if brief.len() > BRIEF {
        let more = count((brief.len() - BRIEF) as u64);
        page.paragraph(match language {
            Language::En => format!("{more} more of this sort stand in the JSON report."),
            Language::ZhCn => format!("另有 {more} 项同类发现，见 JSON 报告。"),
        });
    }
}

fn in_full(number: usize, finding: &Finding<'_>, digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    let entry = finding.entry;
    let text = language.pick(&entry.en, &entry.zh);
    let mark = |en, zh| Line::default().faint(language.pick(en, zh));
    page.heading(3, heading(number, finding, language));
    page.inset(|page| {
        page.paragraph(extent(finding, digest));
        page.paragraph(text.meaning.as_str());
        page.item(mark("From", "来源"), from(finding, digest));
        if !finding.targets.is_empty() {
            page.item(mark("To", "目标"), to(finding, language));
        }
        evidence(&finding.evidence, language, page);
        page.item(mark("What to do", "处理"), text.advice.as_str());
    });
}

fn heading(number: usize, finding: &Finding<'_>, language: Language) -> Line {
    let entry = finding.entry;
    let title = &language.pick(&entry.en, &entry.zh).title;
    let mut line = Line::of(format!("{number}. ")).strong(title).plain("  ");
    line = line.toned(
        words::severity(finding.severity, language),
        Tone::Grave(finding.severity),
    );
    let sure = words::likelihood(finding.probability, language);
    let percent = words::percent(finding.probability);
    line = line.toned(
        match language {
            Language::En => format!("  {sure} ({percent})"),
            Language::ZhCn => format!("  {sure}\u{ff08}{percent}\u{ff09}"),
        },
        Tone::Faint,
    );
    if let Some(tool) = finding.tool {
        line = line
            .plain(language.pick("  tool: ", "  工具："))
            .strong(&tool.name);
    }
    line.plain("  ").faint(&entry.id)
}

/// How much, from how many, on what, when, and what became of it.
fn extent(finding: &Finding<'_>, digest: &Digest<'_>) -> String {
    let language = digest.language;
    let all = packets(finding.events, language);
    let from = sources(finding.sources_total as u64, language);
    let mut text = match language {
        Language::En => format!("{all} from {from}"),
        Language::ZhCn => format!("{all}，来自 {from}"),
    };
    let ports = ports(finding);
    if !ports.is_empty() {
        text.push_str(&match language {
            Language::En => format!(", to {ports}"),
            Language::ZhCn => format!("，目的端口 {ports}"),
        });
    }
    if let Some(span) = digest.reading().span(finding.span) {
        text.push_str(language.pick("; ", "\u{ff1b}"));
        text.push_str(&span);
    }
    if finding.allowed > 0 {
        let through = count(finding.allowed);
        text.push_str(&match language {
            Language::En => format!("; {through} let through"),
            Language::ZhCn => format!("；其中 {through} 个被放行"),
        });
    }
    text.push_str(language.pick(".", "。"));
    text
}

/// `23/tcp (telnet), 2323/tcp …`, busiest first.
fn ports(finding: &Finding<'_>) -> String {
    let named: Vec<String> = finding
        .ports
        .iter()
        .take(NAMED_PORTS)
        .map(
            |(transport, port, _)| match Ports::embedded().name(Some(*transport), *port) {
                Some(name) => format!("{} ({name})", words::port(*transport, *port)),
                None => words::port(*transport, *port),
            },
        )
        .collect();
    let more = if finding.ports.len() > NAMED_PORTS {
        " …"
    } else {
        ""
    };
    format!("{}{more}", named.join(", "))
}

fn from(finding: &Finding<'_>, digest: &Digest<'_>) -> Line {
    let language = digest.language;
    let mut line = Line::default();
    for (i, knock) in finding.sources.iter().take(NAMED_SOURCES).enumerate() {
        line = line
            .plain(if i > 0 { ", " } else { "" })
            .code(knock.ip.to_string());
        if digest.is_ours(knock.ip) {
            line = line.strong(language.pick(" (yours)", "（我方）"));
        }
        line = line.faint(format!(" {}", count(knock.events)));
    }
    let more = finding.sources_total.saturating_sub(NAMED_SOURCES);
    if more > 0 {
        line = line.plain(match language {
            Language::En => format!(" and {} more", count(more as u64)),
            Language::ZhCn => format!(" 另有 {} 个", count(more as u64)),
        });
    }
    line
}

fn to(finding: &Finding<'_>, language: Language) -> Line {
    let mut line = Line::default();
    for (i, ip) in finding.targets.iter().take(NAMED_TARGETS).enumerate() {
        line = line
            .plain(if i > 0 { ", " } else { "" })
            .code(ip.to_string());
    }
    if finding.targets.len() > NAMED_TARGETS {
        line = line.plain(language.pick(" and others", " 等"));
    }
    line
}

fn in_brief(finding: &Finding<'_>, digest: &Digest<'_>) -> Line {
    let language = digest.language;
    let title = &language.pick(&finding.entry.en, &finding.entry.zh).title;
    let all = packets(finding.events, language);
    let whole = match (finding.sources.as_slice(), language) {
        ([one], Language::En) => format!("{all} from {}", one.ip),
        ([one], Language::ZhCn) => format!("{all}，来自 {}", one.ip),
        (_, Language::En) => format!(
            "{all} from {}",
            sources(finding.sources_total as u64, language)
        ),
        (_, Language::ZhCn) => format!(
            "{all}，来自 {}",
            sources(finding.sources_total as u64, language)
        ),
    };
    let line = Line::default()
        .strong(title)
        .plain(language.pick(": ", "\u{ff1a}"))
        .plain(whole);
    let line = match ports(finding) {
        ports if ports.is_empty() => line,
        ports => line
            .plain(language.pick(", to ", "，目的端口 "))
            .plain(ports),
    };
    line.plain(language.pick(", ", "\u{ff0c}"))
        .plain(words::percent(finding.probability))
        .plain("  ")
        .faint(&finding.entry.id)
}

/// Distinct ports.
pub(super) fn port_count(number: u32, language: Language) -> String {
    counted(u64::from(number), "port", "ports", "个端口", language)
}
