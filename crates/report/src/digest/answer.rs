//! The answer in three sentences: is anything wrong, what is merely noise, what to do now.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_analysis::{Finding, Language};
use rutter_event::Direction;

use super::Digest;
use super::concern::{Concern, concern};
use crate::page::{Line, Page};
use crate::words::{self, count, packets, share, sources};

/// How many causes for concern the answer names; the others stand below.
const NAMED: usize = 2;
/// How many sorts of noise it names.
const SORTS: usize = 3;

/// Writes the answer.
pub(super) fn compose(digest: &Digest<'_>, page: &mut Page) {
    for line in lines(digest) {
        page.paragraph(line);
    }
}

/// The three sentences as plain text.
pub(super) fn lines(digest: &Digest<'_>) -> Vec<Line> {
    let concerns: Vec<(&Finding<'_>, Concern)> = digest
        .summary
        .findings
        .iter()
        .filter_map(|f| Some((f, concern(f, digest)?)))
        .collect();
    let mut lines = vec![verdict(digest, &concerns)];
    lines.extend(noise(digest));
    lines.push(actions(digest, &concerns));
    lines.extend(name_your_home(digest));
    lines
}

fn verdict(digest: &Digest<'_>, concerns: &[(&Finding<'_>, Concern)]) -> Line {
    let language = digest.language;
    if concerns.is_empty() {
        return all_quiet(digest);
    }
    let mut line = Line::default().strong(language.pick("This needs a look: ", "需要查看："));
    for (i, (finding, concern)) in concerns.iter().take(NAMED).enumerate() {
        if i > 0 {
            line = line.plain(language.pick("; ", "\u{ff1b}"));
        }
        line = line.then(clause(finding, concern, language));
    }
    if concerns.len() > NAMED {
        let more = concerns.len() - NAMED;
        line = line.plain(match language {
            Language::En => format!("; and {more} more, told below"),
            Language::ZhCn => format!("；另有 {more} 项，见下文"),
        });
    }
    line.plain(language.pick(".", "。"))
}

/// One cause for concern.
fn clause(finding: &Finding<'_>, concern: &Concern, language: Language) -> Line {
    let title = &language.pick(&finding.entry.en, &finding.entry.zh).title;
    let percent = words::percent(finding.probability);
    let sure = match language {
        Language::En => format!(" ({percent})"),
        Language::ZhCn => format!("\u{ff08}{percent}\u{ff09}"),
    };
    match concern {
        Concern::Inside(ours) => addresses(Line::default(), ours, language)
            .plain(language.pick(" on your side: ", "（我方主机）："))
            .strong(title)
            .plain(sure),
        Concern::Against => Line::of(language.pick("against you: ", "针对我方："))
            .strong(title)
            .plain(sure),
        Concern::Through(allowed) => {
            let line = Line::default().strong(title).plain(sure);
            line.plain(match language {
                Language::En if *allowed == 1 => ", 1 packet let through".to_owned(),
                Language::En => format!(", {} packets let through", count(*allowed)),
                Language::ZhCn => format!("，有 {} 个报文被放行", count(*allowed)),
            })
        }
    }
}

/// The first few of some addresses.
fn addresses(mut line: Line, all: &[IpAddr], language: Language) -> Line {
    const FEW: usize = 3;
    for (i, ip) in all.iter().take(FEW).enumerate() {
        line = line
            .plain(if i > 0 {
                language.pick(", ", "、")
            } else {
                ""
            })
            .code(ip.to_string());
    }
    if all.len() > FEW {
        line.plain(language.pick(" and others", " 等"))
    } else {
        line
    }
}

/// Nothing of concern, as far as the log can tell.
fn all_quiet(digest: &Digest<'_>) -> Line {
    let language = digest.language;
    let profile = digest.profile;
    let all = packets(profile.events, language);
    let from = sources(digest.summary.actors_total as u64, language);
    let unstated = digest.unstated();
    let head = match language {
        Language::En if unstated > 0 => {
            "Nothing stands out: nothing grave is known to have been let through or to have come from your side."
        }
        Language::ZhCn if unstated > 0 => {
            "没有突出的问题：未见严重的流量被放行，也未见其来自我方。"
        }
        Language::En => {
            "Nothing needs a look: nothing grave was let through, and nothing grave came from your side."
        }
        Language::ZhCn => "没有需要查看的：没有严重的流量被放行，也没有严重的流量来自我方。",
    };
    let rest = match (language, profile.allowed, unstated) {
        (Language::En, 0, 0) => format!("{all} from {from}, all stopped."),
        (Language::ZhCn, 0, 0) => format!("共 {all}，来自 {from}，全部被拦截。"),
        (Language::En, allowed, 0) => {
            format!("{all} from {from}, {} of them let through.", count(allowed))
        }
        (Language::ZhCn, allowed, 0) => {
            format!("共 {all}，来自 {from}，其中 {} 个被放行。", count(allowed))
        }
        (Language::En, _, unstated) => {
            let unstated = count(unstated);
            format!(
                "{all} from {from}; of {unstated} the log does not say whether they were let through."
            )
        }
        (Language::ZhCn, _, unstated) => {
            let unstated = count(unstated);
            format!("共 {all}，来自 {from}；其中 {unstated} 个，日志未记录是否放行。")
        }
    };
    Line::default()
        .strong(head)
        .plain(language.pick(" ", ""))
        .plain(rest)
}

/// What is merely noise, by share of packets.
fn noise(digest: &Digest<'_>) -> Option<Line> {
    let language = digest.language;
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in &digest.summary.findings {
        if concern(finding, digest).is_none() {
            // Whoever was let in is a visitor until more is known of him.
            let stopped = finding.events.saturating_sub(finding.allowed);
            *kinds.entry(finding.entry.kind()).or_default() += stopped;
        }
    }
    let mut kinds: Vec<(&str, u64)> = kinds.into_iter().filter(|(_, n)| *n > 0).collect();
    kinds.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let named: Vec<String> = kinds
        .iter()
        .take(SORTS)
        .map(|(kind, events)| {
            format!(
                "{} {}",
                words::kind(kind, language),
                share(*events, digest.profile.events)
            )
        })
        .collect();
    if named.is_empty() {
        return None;
    }
    let mut text = named.join(language.pick(", ", "、"));
    let others: u64 = kinds.iter().skip(SORTS).map(|(_, events)| events).sum();
    if others > 0 {
        let part = share(others, digest.profile.events);
        text.push_str(&match language {
            Language::En => format!(", other {part}"),
            Language::ZhCn => format!("、其他 {part}"),
        });
    }
    Some(
        Line::of(language.pick("Merely noise: ", "只是噪声："))
            .plain(text)
            .plain(language.pick(".", "。")),
    )
}

/// The one or two most useful actions, or nothing.
fn actions(digest: &Digest<'_>, concerns: &[(&Finding<'_>, Concern)]) -> Line {
    let language = digest.language;
    let mut line = Line::default().strong(language.pick("What to do now: ", "现在该做什么："));
    if concerns.is_empty() {
        return line.plain(language.pick("nothing.", "什么都不必做。"));
    }
    let mut told: Vec<&str> = Vec::new();
    for (finding, concern) in concerns {
        let advice =
            words::first_sentence(&language.pick(&finding.entry.en, &finding.entry.zh).advice);
        if !told.contains(&advice) && told.len() < NAMED {
            line = line.plain(if told.is_empty() {
                ""
            } else {
                language.pick(" ", "")
            });
            if let Concern::Inside(ours) = concern {
                line = addresses(line, ours, language).plain(language.pick(": ", "\u{ff1a}"));
            }
            line = line.plain(advice);
            told.push(advice);
        }
    }
    line
}

/// The one address at one end of nearly every packet, which is most likely the reader's.
fn likely_home(digest: &Digest<'_>) -> Option<IpAddr> {
    let profile = digest.profile;
    let (ip, aimed) = digest.summary.targets.first()?;
    let sent = profile.sources.get(*ip).map_or(0, |source| source.events());
    let nearly = (aimed + sent).saturating_mul(10) >= profile.events.saturating_mul(9);
    nearly.then_some(*ip)
}

/// What is taken for ours, though nobody said so.
fn taken_for_home(digest: &Digest<'_>) -> Line {
    let language = digest.language;
    let ours: Vec<String> = digest
        .home
        .networks()
        .iter()
        .map(ToString::to_string)
        .collect();
    Line::of(language.pick("Taken to be yours: ", "视为我方："))
        .code(ours.join(", "))
        .plain(language.pick(
            ", for nearly every packet goes there or comes from there, and its peers are all over the Internet; ",
            "，因为几乎所有报文都发往或来自那里，而对端遍布互联网；",
        ))
        .code("--home")
        .plain(language.pick(" says otherwise.", " 可另行指定。"))
}

/// Whether most packets have no direction because nobody said which addresses are ours.
fn name_your_home(digest: &Digest<'_>) -> Option<Line> {
    if digest.home.is_inferred() {
        return Some(taken_for_home(digest));
    }
    if digest.home.is_named() {
        return None;
    }
    let undirected: u64 = digest
        .profile
        .sources
        .iter()
        .flat_map(|source| source.groups())
        .filter(|group| group.signature.direction() == Direction::Unknown)
        .map(|group| group.events)
        .sum();
    if undirected.saturating_mul(2) <= digest.profile.events {
        return None;
    }
    let language = digest.language;
    let line = Line::of(language.pick(
        "Which addresses are yours is not known; name them with ",
        "尚不知道哪些地址属于我方；请用 ",
    ));
    let line = match likely_home(digest) {
        Some(ip) => line.code(format!("--home {ip}")).plain(language.pick(
            " (nearly every packet goes to it or comes from it)",
            "（几乎所有报文都发往或来自它）",
        )),
        None => line.code("--home 203.0.113.0/24"),
    };
    Some(line.plain(language.pick(
        ", so that packets from your side are told from those of strangers.",
        " 指明，以便区分我方与外来的报文。",
    )))
}
