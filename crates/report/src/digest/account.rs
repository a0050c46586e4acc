//! What was read, what was not, and why.

use rutter_analysis::Language;
use rutter_event::{Ledger, Refusal, Skip};

use super::{Digest, Input, Years};
use crate::page::{Line, Page};
use crate::words::{count, counted};

/// How many inputs are told one by one.
const INPUTS: usize = 20;

pub(super) fn compose(digest: &Digest<'_>, page: &mut Page) {
    let language = digest.language;
    page.paragraph(sum(digest.ledger, language));
    for (why, number) in digest.ledger.refused() {
        let mark = Line::default().faint(language.pick("Refused", "拒收"));
        let line = Line::of(format!("{}  ", count(number))).plain(refusal(why, language));
        page.item(mark, line.plain("  ").faint(why.name()));
    }
    for (why, number) in digest.ledger.skipped() {
        let mark = Line::default().faint(language.pick("Passed over", "略过"));
        let line = Line::of(format!("{}  ", count(number))).plain(skip(why, language));
        page.item(mark, line.plain("  ").faint(why.name()));
    }
    let formats: Vec<String> = digest
        .profile
        .formats()
        .map(|(name, number)| format!("{name} {}", count(number)))
        .collect();
    if !formats.is_empty() {
        page.item(
            Line::default().faint(language.pick("Formats", "格式")),
            formats.join(", "),
        );
    }
    // A single input without trouble needs no line of its own.
    let plain = |input: &Input<'_>| {
        input.errors.is_empty() && input.refused.is_empty() && input.years == Years::Written
    };
    if let [one] = digest.inputs.as_slice()
        && plain(one)
    {
        return;
    }
    for input in digest.inputs.iter().take(INPUTS) {
        one(input, language, page);
    }
    let rest = digest.inputs.iter().skip(INPUTS);
    let (more, failed) = rest.fold((0_u64, 0_u64), |(n, bad), i| {
        (n + 1, bad + u64::from(!i.errors.is_empty()))
    });
    if more > 0 {
        page.paragraph(match language {
            Language::En => format!(
                "{} more inputs, {} of them with errors.",
                count(more),
                count(failed)
            ),
            Language::ZhCn => format!(
                "另有 {} 个输入，其中 {} 个有错误。",
                count(more),
                count(failed)
            ),
        });
    }
}

fn sum(ledger: &Ledger, language: Language) -> String {
    let lines = counted(
        ledger.lines,
        "line or record",
        "lines or records",
        "行或记录",
        language,
    );
    let [events, refused, skipped] = [
        ledger.events,
        ledger.refused_total(),
        ledger.skipped_total(),
    ]
    .map(count);
    match language {
        Language::En => {
            format!("{lines}: {events} events, {refused} refused, {skipped} passed over.")
        }
        Language::ZhCn => {
            format!("共 {lines}\u{ff1a}{events} 个事件，拒收 {refused}，略过 {skipped}。")
        }
    }
}

fn one(input: &Input<'_>, language: Language, page: &mut Page) {
    let mut line = Line::default()
        .log(input.name)
        .plain(language.pick(": ", "\u{ff1a}"));
    line = line.plain(sum(input.ledger, language));
    if let Some(years) = years(input.years, language) {
        line = line.plain(language.pick(" ", "")).plain(years);
    }
    page.bullet("-", line);
    page.inset(|page| {
        for error in &input.errors {
            page.item(
                Line::default().strong(language.pick("Error", "错误")),
                error.as_str(),
            );
        }
        for refused in &input.refused {
            let place = match language {
                Language::En => format!("line {} ({}): ", count(refused.line), refused.why.name()),
                Language::ZhCn => {
                    format!("第 {} 行（{}）：", count(refused.line), refused.why.name())
                }
            };
            page.item(
                Line::default().faint(language.pick("First", "首例")),
                Line::of(place).log(refused.start),
            );
        }
    });
}

/// Where the years come from, when the log does not write them.
fn years(years: Years, language: Language) -> Option<String> {
    Some(match (years, language) {
        (Years::Written, _) => return None,
        (Years::Given(year), Language::En) => {
            format!("It writes no years; it begins in {year}, as you said.")
        }
        (Years::Given(year), Language::ZhCn) => format!("日志不写年份；按指定，从 {year} 年开始。"),
        (Years::Modified(year), Language::En) => {
            format!(
                "It writes no years; by the time of its last change it begins in {year} (--year overrides)."
            )
        }
        (Years::Modified(year), Language::ZhCn) => {
            format!("日志不写年份；按文件最后修改时间推算，从 {year} 年开始（可用 --year 指定）。")
        }
        (Years::Run(year), Language::En) => {
            format!("It writes no years; by today's date it begins in {year} (--year overrides).")
        }
        (Years::Run(year), Language::ZhCn) => {
            format!("日志不写年份；按当前日期推算，从 {year} 年开始（可用 --year 指定）。")
        }
        (Years::Unknown, Language::En) => {
            "It writes no years and nothing tells them: name one with --year.".to_owned()
        }
        (Years::Unknown, Language::ZhCn) => {
            "日志不写年份，也无从推算：请用 --year 指定。".to_owned()
        }
    })
}

/// Why a line was refused.
pub(super) const fn refusal(why: Refusal, language: Language) -> &'static str {
    let (en, zh) = match why {
        Refusal::TooLong => ("longer than a record can be", "超过记录的最大长度"),
        Refusal::Truncated => (
            "cut off before the fields that make an event",
            "在必要字段之前被截断",
        ),
        Refusal::BadAddress => ("an address that is none", "地址无效"),
        Refusal::BadPort => ("a port that is none", "端口无效"),
        Refusal::BadProtocol => ("a protocol that is none", "协议无效"),
        Refusal::BadTime => ("a time that cannot be", "时间不可能存在"),
        Refusal::BadNumber => ("a number out of its range", "数值超出范围"),
        Refusal::MissingField => (
            "a field is missing that the format promises",
            "缺少格式规定的字段",
        ),
        Refusal::BadColumns => (
            "columns that do not match the header or version",
            "列与表头或版本不符",
        ),
        Refusal::BadFrame => (
            "a header that the capture promises and does not hold",
            "抓包缺少应有的首部",
        ),
        Refusal::BadSyntax => ("broken syntax", "语法有误"),
        Refusal::Unsupported => (
            "a kind of record that is not read yet",
            "尚不支持的记录类型",
        ),
        Refusal::MissingTemplate => (
            "flow data whose template has not come yet",
            "流数据所需的模板尚未出现",
        ),
    };
    language.pick(en, zh)
}

/// Why a line was passed over.
pub(super) const fn skip(why: Skip, language: Language) -> &'static str {
    let (en, zh) = match why {
        Skip::Blank => ("blank", "空行"),
        Skip::Header => ("comments and headers", "注释与表头"),
        Skip::NotFirewall => (
            "not of a firewall, or of no known format",
            "不是防火墙记录，或格式未知",
        ),
        Skip::Suppressed => (
            "notes that records were left out of the log",
            "关于日志省略了记录的说明",
        ),
        Skip::NotIp => ("frames without an IP packet", "不含 IP 报文的帧"),
        Skip::OutOfRange => ("outside the time asked for", "不在所求时间之内"),
    };
    language.pick(en, zh)
}
