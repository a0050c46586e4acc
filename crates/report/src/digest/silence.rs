//! When there is nothing to tell, or only half: why that may be.

use rutter_analysis::profile::{Doubled, Span};
use rutter_analysis::{Exposure, Flaw, Language, Unmasked};
use rutter_event::Skip;

use super::{Digest, Input, Years};
use crate::page::{Line, Page};
use crate::words::{count, counted, share};

/// No event at all.
pub(super) fn nothing(digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    let ledger = digest.ledger;
    let skipped = |wanted| {
        ledger
            .skipped()
            .filter(|(why, _)| *why == wanted)
            .map(|(_, n)| n)
            .sum::<u64>()
    };
    let verdict = if digest.inputs.iter().any(|i| !i.errors.is_empty()) && ledger.lines == 0 {
        language.pick(
            "Nothing could be read; the errors stand below.",
            "什么都没能读到；错误见下。",
        )
    } else if ledger.lines == 0 {
        language.pick("The input is empty.", "输入为空。")
    } else if skipped(Skip::OutOfRange) > 0 {
        language.pick(
            "Nothing happened within --since and --until; the log has events outside.",
            "--since 与 --until 之间没有事件；日志在此之外有事件。",
        )
    } else if ledger.refused_total() > skipped(Skip::NotFirewall) {
        language.pick(
            "There are firewall records, but none could be read; the reasons stand below.",
            "有防火墙记录，但都无法读取；原因见下。",
        )
    } else {
        language.pick(
            "There is no firewall record in this input.",
            "输入中没有防火墙记录。",
        )
    };
    page.paragraph(Line::default().strong(verdict));
    if ledger.lines == 0 || skipped(Skip::OutOfRange) > 0 {
        return;
    }
    page.paragraph(language.pick(
        "Silence does not mean safety. Check, in this order:",
        "没有记录并不等于安全。请依次检查：",
    ));
    for (en, zh, command) in [
        (
            "Is it the right file? Firewalls write to the kernel's log:",
            "文件对吗？防火墙通常写入内核日志：",
            "journalctl -k",
        ),
        (
            "Does the firewall log at all? For UFW:",
            "防火墙开启日志了吗？UFW：",
            "ufw logging low",
        ),
        (
            "For iptables, before the rule that drops:",
            "iptables 需在丢弃规则之前加：",
            "iptables -A INPUT -j LOG",
        ),
        (
            "For nftables:",
            "nftables:",
            "nft add rule inet filter input log prefix \"drop \" drop",
        ),
        (
            "For pf, in the rule:",
            "pf 在规则中加：",
            "block in log all",
        ),
    ] {
        page.bullet(
            "-",
            Line::of(language.pick(en, zh)).plain(" ").code(command),
        );
    }
}

/// Only what was let through, or logged before anything was decided.
pub(super) fn one_sided(digest: &Digest<'_>, page: &mut Page) {
    let profile = digest.profile;
    let (events, audited) = (profile.events, profile.audited);
    let passes = profile.allowed.saturating_add(audited);
    if profile.denied > 0 || passes == 0 || passes < events / 2 {
        return;
    }
    let language = digest.language;
    let part = share(profile.allowed, events);
    let (all, undecided) = (count(events), count(audited));
    let what = match (language, profile.allowed, audited) {
        (Language::En, _, 0) => format!("{part} of its {all} events were let through"),
        (Language::En, 0, _) => format!(
            "{undecided} of its {all} events are of a rule that logs before anything is decided (ufw's `AUDIT`)"
        ),
        (Language::En, ..) => format!(
            "{part} of its {all} events were let through and {undecided} are of a rule that logs before anything is \
             decided (ufw's `AUDIT`)"
        ),
        (Language::ZhCn, _, 0) => format!("{all} 个事件中有 {part} 被放行"),
        (Language::ZhCn, 0, _) => {
            format!(
                "{all} 个事件中有 {undecided} 个来自在作出决定之前就记录的规则（ufw 的 `AUDIT`）"
            )
        }
        (Language::ZhCn, ..) => format!(
            "{all} 个事件中有 {part} 被放行，另有 {undecided} 个来自在作出决定之前就记录的规则（ufw 的 `AUDIT`）"
        ),
    };
    page.paragraph(match (language, audited) {
        (Language::En, 0) => format!(
            "The log holds no denied packet; {what}. Knocks that the firewall turned away are not in it: let the \
             rules that drop log, too (for UFW: `ufw logging low`)."
        ),
        (Language::En, _) => format!(
            "The log holds no denied packet; {what}. What the firewall turned away is not in it, or cannot be told \
             from what it let in: let the rules that drop log, too (for UFW: `ufw logging low`)."
        ),
        (Language::ZhCn, 0) => format!(
            "日志中没有被拦截的报文；{what}。防火墙挡掉的敲门不在其中：请让丢弃规则也写日志（UFW：`ufw logging low`）。"
        ),
        (Language::ZhCn, _) => format!(
            "日志中没有被拦截的报文；{what}。防火墙挡掉的要么不在其中，要么与放行的无从区分：请让丢弃规则也写日志（UFW：`ufw logging low`）。"
        ),
    });
}

/// How many silent ports are named.
const NAMED_PORTS: usize = 12;

/// Reasons not to take the log at its word, and what it does not show.
pub(super) fn flaws(digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    for text in sentences(digest) {
        let mark = language.pick("Mind the log: ", "请留意日志本身：");
        page.paragraph(Line::default().strong(mark).plain(text));
    }
}

/// The same as plain sentences.
pub(super) fn sentences(digest: &Digest<'_>) -> Vec<String> {
    let language = digest.language;
    let flaws = digest.summary.flaws.iter();
    let mut texts: Vec<String> = flaws.map(|flaw| told(flaw, digest)).collect();
    texts.extend(
        digest
            .inputs
            .iter()
            .flat_map(|input| clock(input, language)),
    );
    let left_out = digest.ledger.skipped();
    let left_out: u64 = left_out
        .filter(|(why, _)| *why == Skip::Suppressed)
        .map(|(_, n)| n)
        .sum();
    if left_out > 0 {
        let n = count(left_out);
        texts.push(match language {
            Language::En => format!(
                "the logging system says {n} times that it left out records; every count here is a lower bound."
            ),
            Language::ZhCn => {
                format!("日志系统 {n} 次声明省略了记录；此处所有数字都只是下限。")
            }
        });
    }
    if let Some(exposure) = &digest.summary.exposure {
        texts.push(implied(exposure, language));
    }
    texts
}

fn told(flaw: &Flaw, digest: &Digest<'_>) -> String {
    let language = digest.language;
    match flaw {
        Flaw::Capped { an_hour, hours, of } => {
            let (cap, hours, of) = (count(*an_hour), count(*hours as u64), count(*of as u64));
            match language {
                Language::En => format!(
                    "{hours} of its {of} hours end at the same {cap} records. Chance does not do that, a limit on the \
                     rule that logs does (ufw's is 3 a minute), so in those hours every count is a lower bound."
                ),
                Language::ZhCn => format!(
                    "{of} 个小时里有 {hours} 个小时的记录数都停在 {cap} 左右。这不是巧合，而是记录规则有速率限制（ufw 为每分钟 3 条），因此这些小时的数字都只是下限。"
                ),
            }
        }
        Flaw::Doubled(doubled) => twice(*doubled, language),
        Flaw::Unmasked(unmasked) => hidden(*unmasked, language),
        Flaw::Silent { from, to, expected } => {
            let mut span = Span::default();
            span.note(Some(*from));
            span.note(Some(*to));
            let when = digest.reading().span(span).unwrap_or_default();
            let expected = count(*expected);
            match language {
                Language::En => format!(
                    "nothing is in it from {when}, where about {expected} records would be usual: a file lost in \
                     rotation, a host that was down, or logging that was off."
                ),
                Language::ZhCn => format!(
                    "{when} 之间没有任何记录，而通常约有 {expected} 条：可能是轮转时丢了文件、主机停机，或日志被关闭。"
                ),
            }
        }
    }
}

/// The address that is not in it and yet can be read out of it.
fn hidden(unmasked: Unmasked, language: Language) -> String {
    match (unmasked, language) {
        (Unmasked::Whole { address, sources }, Language::En) => format!(
            "it does not name {address}, and yet that is where {sources} sources sent to: Mirai writes the \
             destination into the sequence number. Blotting out addresses does not make this log anonymous; \
             leave out tcp.seq and ip.id as well before you hand it on."
        ),
        (Unmasked::Whole { address, sources }, Language::ZhCn) => format!(
            "日志里没有 {address}，但 {sources} 个来源的目标正是它：Mirai 把目的地址写进了序列号。\
             仅遮盖地址并不能让这份日志匿名；转交他人之前，请把 tcp.seq 与 ip.id 也去掉。"
        ),
        (
            Unmasked::Half {
                ends_in: [third, fourth],
                sources,
            },
            Language::En,
        ) => format!(
            "the address that was really aimed at ends in .{third}.{fourth}, which it does not name: masscan leaves \
             that in its IP ids ({}). Blotting out addresses does not make this log anonymous; leave out tcp.seq and \
             ip.id as well before you hand it on.",
            if sources == 1 {
                "1 source".to_owned()
            } else {
                format!("{sources} sources")
            }
        ),
        (
            Unmasked::Half {
                ends_in: [third, fourth],
                sources,
            },
            Language::ZhCn,
        ) => format!(
            "真正被探测的地址以 .{third}.{fourth} 结尾，日志里并没有它：masscan 的 IP 标识泄露了这一点（{sources} 个来源）。\
             仅遮盖地址并不能让这份日志匿名；转交他人之前，请把 tcp.seq 与 ip.id 也去掉。"
        ),
    }
}

/// More leaps than this are no clock that was set: the records are in no order.
const MOST_LEAPS: u64 = 5;
/// Zones lie so far apart at most.
const ZONES: i64 = 15 * 3_600;

/// What the times of an input do that time does not.
fn clock(input: &Input<'_>, language: Language) -> Vec<String> {
    let name = match input.name {
        dash if dash.bytes() == b"-" => language.pick("standard input", "标准输入").to_owned(),
        name => name.terminal().to_string(),
    };
    let back = input.oddities.back.filter(|leap| leap.times <= MOST_LEAPS);
    let back = back.map(|leap| {
        let (by, line) = (duration(leap.seconds, language), count(leap.line));
        match language {
            Language::En => format!(
                "in {name} the time goes back by {by} at line {line}: a clock was set, summer time ended, or files were \
                 joined in the wrong order. What lies on both sides of it may be told in the wrong order."
            ),
            Language::ZhCn => format!(
                "{name} 第 {line} 行处时间倒退了 {by}：时钟被调整过、夏令时结束，或文件拼接的顺序不对。跨越此处的先后次序可能不准。"
            ),
        }
    });
    let ahead = input.oddities.ahead.filter(|leap| leap.times <= MOST_LEAPS);
    let ahead = ahead.map(|leap| {
        let (by, line) = (duration(leap.seconds, language), count(leap.line));
        match language {
            Language::En => format!(
                "in {name} the time leaps ahead by {by} at line {line}: a clock that was set late (devices without a \
                 battery begin at 1 January), a wrong year, or a hole."
            ),
            Language::ZhCn => format!(
                "{name} 第 {line} 行处时间向前跳了 {by}：时钟后来才校准（没有电池的设备从 1 月 1 日起算）、年份有误，或日志有缺口。"
            ),
        }
    });
    let given = matches!(input.years, Years::Given(_));
    let beyond = input.oddities.beyond.filter(|by| *by <= ZONES || given);
    let beyond = beyond.map(|seconds| {
        let by = duration(seconds, language);
        match (language, seconds <= ZONES) {
            (Language::En, true) => format!(
                "the last record of {name} is {by} later than the time at which it was written: its clock is in another \
                 zone (name it with --timezone) or wrong."
            ),
            (Language::En, false) => format!(
                "the last record of {name} is {by} later than the time at which it was written: --year names the year of \
                 its first record, which must be an earlier one, or its clock was wrong."
            ),
            (Language::ZhCn, true) => format!(
                "{name} 的最后一条记录比其写入时间还晚 {by}：它的时钟属于另一时区（请用 --timezone 指明），或者不准。"
            ),
            (Language::ZhCn, false) => format!(
                "{name} 的最后一条记录比其写入时间还晚 {by}：--year 指的是第一条记录的年份，应当更早；或者时钟不准。"
            ),
        }
    });
    back.into_iter().chain(ahead).chain(beyond).collect()
}

/// A length of time in its largest whole unit.
fn duration(seconds: i64, language: Language) -> String {
    let (number, one, many, zh) = match seconds {
        ..5_400 => ((seconds + 30) / 60, "minute", "minutes", "分钟"),
        5_400..172_800 => ((seconds + 1_800) / 3_600, "hour", "hours", "小时"),
        _ => ((seconds + 43_200) / 86_400, "day", "days", "天"),
    };
    counted(number.unsigned_abs(), one, many, zh, language)
}

/// Packets that stand in it more than once.
fn twice(doubled: Doubled, language: Language) -> String {
    let times = format!("{}.{}", doubled.tenths / 10, doubled.tenths % 10);
    let why = match (language, doubled.by_rules) {
        (Language::En, true) => "logged by two rules or two firewalls",
        (Language::En, false) => {
            "in the same words: a file was read twice, perhaps with its rotated copy"
        }
        (Language::ZhCn, true) => "由两条规则或两台防火墙各记了一遍",
        (Language::ZhCn, false) => "内容完全相同：某个文件被读了两遍，也许连同它的轮转副本",
    };
    match (language, doubled.each) {
        (Language::En, Some(each)) => {
            format!(
                "every packet stands in it {each} times, {why}. Findings and tables count it once."
            )
        }
        (Language::En, None) => format!(
            "a packet stands in it {times} times on average, {why}. They are one packet each: divide the counts by {times}."
        ),
        (Language::ZhCn, Some(each)) => {
            format!("每个包都出现 {each} 次，{why}。发现与各表均只计一次。")
        }
        (Language::ZhCn, None) => {
            format!(
                "同一个包平均出现 {times} 次，{why}。它们其实是同一个包：请把数字除以 {times}。"
            )
        }
    }
}

/// What sweeps say about the ports that the log does not name.
fn implied(exposure: &Exposure, language: Language) -> String {
    let mut named: Vec<String> = exposure
        .silent
        .iter()
        .take(NAMED_PORTS)
        .map(ToString::to_string)
        .collect();
    if exposure.silent.len() > NAMED_PORTS {
        named.push("…".to_owned());
    }
    let named = named.join(language.pick(", ", "、"));
    let (low, high) = exposure.range;
    let sweepers = count(exposure.sweepers as u64);
    match language {
        Language::En => {
            let swept = if exposure.sweepers == 1 {
                "1 source".to_owned()
            } else {
                format!("{sweepers} sources")
            };
            format!(
                "{swept} swept TCP ports {low} to {high}, and the log names all of them but {named}: those are open, or \
                 what happens there is not logged."
            )
        }
        Language::ZhCn => format!(
            "{sweepers} 个来源扫过 TCP 端口 {low} 至 {high}，日志里却唯独没有 {named}：它们要么开放，要么那里的流量没有记录。"
        ),
    }
}
