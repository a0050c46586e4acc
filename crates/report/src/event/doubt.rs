//! Why a hypothesis did not win, and what it would mean were it otherwise.

use rutter_analysis::{Answer, Balance, Doubt, Language, Supposed, Way};

use super::verdict;
use crate::condition::{condition, sentence};
use crate::json::{List, Object};
use crate::page::{Line, Page};
use crate::words;

/// How many ways of recognition people are told of; the nearest ones.
const WAYS: usize = 3;
/// Nats that are worth a word.
const LEAST: f32 = 0.05;

/// A doubt as lines of a page.
pub(super) fn compose(doubt: &Doubt<'_>, language: Language, page: &mut Page) {
    let text = language.pick(&doubt.entry.en, &doubt.entry.zh);
    let mut head = Line::default().strong(&text.title).plain(" ");
    head = head.faint(&doubt.entry.id).plain(standing(doubt, language));
    page.item(mark(language.pick("Why not", "为何不是")), head);
    let mut ways: Vec<&Way<'_>> = doubt.ways.iter().collect();
    // The nearest first: least contradicted, then heaviest.
    ways.sort_by(|a, b| {
        let distance = |way: &Way<'_>| contradictions(way).count();
        distance(a)
            .cmp(&distance(b))
            .then_with(|| b.when.weight.total_cmp(&a.when.weight))
    });
    for way in ways.iter().take(WAYS) {
        let mut line = Line::of(sentence(way.when, language)).plain(" ");
        line = line
            .faint(format!("({:+.1})", way.when.weight))
            .plain(language.pick(": ", "："));
        page.item(mark(""), line.plain(outcome(way, language)));
    }
    if let Some(more) = ways.len().checked_sub(WAYS).filter(|more| *more > 0) {
        page.item(
            mark(""),
            match language {
                Language::En => format!("and {more} more, further off"),
                Language::ZhCn => format!("另有 {more} 种，相差更远"),
            },
        );
    }
    for piece in &doubt.evidence {
        let mut line = Line::of(piece.says.text(language)).plain(" ");
        line = line.faint(format!("({} {:+.1})", piece.field, piece.weight));
        page.item(mark(""), line);
    }
}

fn mark(word: &str) -> Line {
    Line::default().faint(word)
}

/// How far from winning.
fn standing(doubt: &Doubt<'_>, language: Language) -> String {
    let percent = words::percent(doubt.probability);
    let winner = &language.pick(&doubt.winner.en, &doubt.winner.zh).title;
    match (doubt.gap, language) {
        (Some(gap), Language::En) if gap <= 0.0 => format!(": it is the likeliest ({percent})"),
        (Some(gap), Language::ZhCn) if gap <= 0.0 => format!("：它正是最可能的（{percent}）"),
        (Some(gap), Language::En) => {
            format!(": {percent}, {gap:.1} nats behind \"{winner}\"")
        }
        (Some(gap), Language::ZhCn) => {
            format!("：{percent}，落后于“{winner}” {gap:.1} 奈特")
        }
        (None, Language::En) => ": nothing of it fits".to_owned(),
        (None, Language::ZhCn) => "：没有一种识别方式相符".to_owned(),
    }
}

fn contradictions<'w, 'k>(way: &'w Way<'k>) -> impl Iterator<Item = &'w Answer<'k>> {
    way.answers.iter().filter(|a| a.holds == Some(false))
}

/// What became of one way of recognition.
fn outcome(way: &Way<'_>, language: Language) -> String {
    let separator = language.pick("; ", "；");
    if way.is_contradicted() {
        let against: Vec<String> = contradictions(way).map(|a| against(a, language)).collect();
        return against.join(separator);
    }
    let lacking: Vec<&str> = way
        .answers
        .iter()
        .filter(|a| a.holds.is_none())
        .map(|a| a.field)
        .collect();
    let lacking = lacking.join(", ");
    let Some(balance) = way.balance else {
        return match language {
            Language::En => format!("cannot be tried, the log lacks {lacking}"),
            Language::ZhCn => format!("无从判断，日志缺少 {lacking}"),
        };
    };
    let mut parts = losses(balance, &lacking, language);
    parts.push(match language {
        Language::En => format!("leaves {:+.1}", balance.weight),
        Language::ZhCn => format!("余 {:+.1}", balance.weight),
    });
    parts.join(separator)
}

fn losses(balance: Balance, lacking: &str, language: Language) -> Vec<String> {
    let mut parts = Vec::new();
    let mut loss = |nats: f32, en: &str, zh: &str| {
        if nats > LEAST {
            parts.push(format!("{} ({:+.1})", language.pick(en, zh), -nats));
        }
    };
    loss(
        balance.unlogged,
        &format!("the log lacks {lacking}"),
        &format!("日志缺少 {lacking}"),
    );
    loss(balance.faded, "its time is another", "不是它盛行的年代");
    loss(
        balance.aimless,
        "it opens no connection",
        "它不打开任何连接",
    );
    loss(
        balance.breadth,
        "the source touches many ports",
        "该来源访问了许多端口",
    );
    parts
}

/// A condition that does not hold.
fn against(answer: &Answer<'_>, language: Language) -> String {
    let wanted = condition(answer.condition, language);
    match (&answer.found, language) {
        (Some(found), Language::En) => {
            format!("needs {wanted}, but {}", found.text(language))
        }
        (Some(found), Language::ZhCn) => {
            format!("须满足“{wanted}”，而{}", found.text(language))
        }
        (None, Language::En) => format!("needs {wanted}, which does not hold"),
        (None, Language::ZhCn) => format!("须满足“{wanted}”，实则不然"),
    }
}

/// What it would mean were it otherwise.
pub(super) fn compose_supposed(supposed: &Supposed<'_>, language: Language, page: &mut Page) {
    let changes: Vec<String> = supposed.changes.iter().map(ToString::to_string).collect();
    let mut line = Line::default()
        .code(changes.join(" "))
        .plain(language.pick(": ", "："));
    for (i, verdict) in supposed.verdicts.iter().take(WAYS).enumerate() {
        let title = &language.pick(&verdict.entry.en, &verdict.entry.zh).title;
        let percent = words::percent(verdict.probability);
        line = if i == 0 {
            line.strong(title).plain(format!(" {percent} "))
        } else {
            line.plain(language.pick("; ", "、"))
                .plain(format!("{title} {percent} "))
        };
        line = line.faint(&verdict.entry.id);
    }
    page.item(mark(language.pick("What if", "假如")), line);
    if let Some(best) = supposed.verdicts.first() {
        page.inset(|page| super::text::evidence(&best.evidence, language, page));
    }
}

/// Doubts as JSON.
pub(super) fn write(doubts: &[Doubt<'_>], language: Language, list: &mut List<'_>) {
    for doubt in doubts {
        list.object(|o| {
            o.text("id", &doubt.entry.id);
            o.decimal("probability", verdict::rounded(doubt.probability));
            o.text("winner", &doubt.winner.id);
            match doubt.gap {
                Some(gap) => o.decimal("gap", verdict::tenths(gap)),
                None => o.null("gap"),
            }
            o.list("ways", |list| {
                for way in &doubt.ways {
                    list.object(|o| write_way(way, language, o));
                }
            });
            o.list("evidence", |list| {
                verdict::evidence(&doubt.evidence, language, list);
            });
        });
    }
}

fn write_way(way: &Way<'_>, language: Language, o: &mut Object<'_>) {
    o.text("when", &sentence(way.when, language));
    o.decimal("weight", verdict::tenths(way.when.weight));
    match way.balance {
        Some(balance) => {
            o.decimal("left", verdict::tenths(balance.weight));
            o.object("lost", |o| {
                o.decimal("unlogged", verdict::tenths(balance.unlogged));
                o.decimal("era", verdict::tenths(balance.faded));
                o.decimal("breadth", verdict::tenths(balance.breadth));
                o.decimal("aimless", verdict::tenths(balance.aimless));
            });
        }
        None => o.null("left"),
    }
    o.list("conditions", |list| {
        for answer in &way.answers {
            list.object(|o| {
                o.text("field", answer.field);
                o.text("wanted", &condition(answer.condition, language));
                match answer.holds {
                    Some(holds) => o.truth("holds", holds),
                    None => o.null("holds"),
                }
                if let Some(found) = &answer.found {
                    o.text("found", &found.text(language));
                }
            });
        }
    });
}

/// A supposition as JSON.
pub(super) fn write_supposed(supposed: &Supposed<'_>, language: Language, o: &mut Object<'_>) {
    o.list("changes", |list| {
        for change in &supposed.changes {
            list.text(&change.to_string());
        }
    });
    verdict::write(&supposed.verdicts, language, o);
}
