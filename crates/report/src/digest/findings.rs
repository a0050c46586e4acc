//! Findings by importance: what matters in full, the rest in a line each.

use rutter_analysis::profile::is_estimate;
use rutter_analysis::{Finding, Kind, Language, Shape};
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
    for finding in brief {
        page.bullet("-", in_brief(finding, digest));
    }
    let noise: u64 = digest.summary.noise.iter().map(|n| n.events).sum();
    if noise > 0 {
        let (all, sorts) = (
            packets(noise, language),
            count(digest.summary.noise.len() as u64),
        );
        page.paragraph(match language {
            Language::En => format!(
                "And {all} of {sorts} other meanings, too slight for a line each; they stand in the JSON report \
                 under residue."
            ),
            Language::ZhCn => {
                format!("另有 {all}，分属 {sorts} 种含义，轻微得不必逐条列出；见 JSON 报告的 residue。")
            }
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
        if !entry.attack.is_empty() {
            page.item(mark("ATT&CK", "ATT&CK"), entry.attack.join(", "));
        }
        page.item(mark("What to do", "处理"), text.advice.as_str());
    });
}

fn heading(number: usize, finding: &Finding<'_>, language: Language) -> Line {
    let entry = finding.entry;
    let title = &language.pick(&entry.en, &entry.zh).title;
    let mut line = Line::of(format!("{number}. ")).strong(title);
    if finding.shape.is_some() && finding.sources_total > 1 {
        let all = sources(finding.sources_total as u64, language);
        line = line.plain(match language {
            Language::En => format!(", by {all}"),
            Language::ZhCn => format!("\u{ff0c}{all}"),
        });
    }
    line = line.plain("  ");
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
    text.push_str(&thinned(finding, digest));
    if let Some(probe) = finding.shape.as_ref().and_then(|s| s.probes.first()) {
        text.push_str(&match language {
            Language::En => format!(", by {}", probe.name()),
            Language::ZhCn => format!("，手法 {}", probe.name()),
        });
    }
    let ports = ports(finding, language);
    if !ports.is_empty() {
        text.push_str(&match language {
            Language::En => format!(", to {ports}"),
            Language::ZhCn => format!("，目的端口 {ports}"),
        });
    }
    if finding.targets_total > 1 {
        let n = count(u64::from(finding.targets_total));
        text.push_str(&match (language, is_estimate(finding.targets_total)) {
            (Language::En, false) => format!(", on {n} addresses"),
            (Language::En, true) => format!(", on about {n} addresses"),
            (Language::ZhCn, false) => format!("，涉及 {n} 个地址"),
            (Language::ZhCn, true) => format!("，涉及约 {n} 个地址"),
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

/// How much larger a crowd is of which only some were kept.
fn thinned(finding: &Finding<'_>, digest: &Digest<'_>) -> String {
    let each = digest.profile.sources.thinning();
    match digest.language {
        _ if each == 1 || finding.sources_total == 1 => String::new(),
        Language::En => {
            format!(", or about {each} times as many, since one of {each} sources is kept")
        }
        Language::ZhCn => {
            format!("（每 {each} 个来源只保留 1 个，实际约为 {each} 倍）")
        }
    }
}

/// `23/tcp (telnet), 2323/tcp …`, busiest first; of a scan `1,000 ports from 1 to 65389/tcp`.
fn ports(finding: &Finding<'_>, language: Language) -> String {
    let shape = finding.shape.as_ref();
    if let Some(shape) = shape.filter(|shape| shape.ports > NAMED_PORTS as u32) {
        return ranges(shape, language);
    }
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

/// Where the ports of a scan lie.
fn ranges(shape: &Shape, language: Language) -> String {
    let told = shape.ranges.iter().map(|range| {
        let ports = port_count(range.count, language);
        let high = words::port(range.transport, range.high);
        match language {
            Language::En => format!("{ports} from {} to {high}", range.low),
            Language::ZhCn => format!("{} 至 {high} 之间的 {ports}", range.low),
        }
    });
    let told: Vec<String> = told.collect();
    told.join(language.pick(" and ", "、"))
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
    let whole = whole + &thinned(finding, digest);
    let line = Line::default()
        .strong(title)
        .plain(language.pick(": ", "\u{ff1a}"))
        .plain(whole);
    let line = match ports(finding, language) {
        ports if ports.is_empty() => line,
        ports => line
            .plain(language.pick(", to ", "，目的端口 "))
            .plain(ports),
    };
    // What is told of a victim or of left-overs is worth more than their number.
    let told = finding
        .shape
        .as_ref()
        .filter(|shape| matches!(shape.kind, Kind::Victim | Kind::Residue))
        .and_then(|_| finding.evidence.get(1));
    let line = match told {
        Some(piece) => line
            .plain(language.pick("; ", "\u{ff1b}"))
            .plain(piece.says.text(language)),
        None => line,
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
