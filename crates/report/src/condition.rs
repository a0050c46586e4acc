//! Conditions of the knowledge base in words.

use rutter_analysis::Language;
use rutter_event::{Direction, Scope, TcpFlags, Transport};
use rutter_knowledge::model::{Cast, Condition, Field, Proof, Range, Service};
use rutter_knowledge::{Era, When};

/// How many of a long list are named.
const FEW: usize = 8;

/// All conditions of a way of recognition, as one line.
pub(crate) fn sentence(when: &When, language: Language) -> String {
    let mut conditions: Vec<&Condition> = when.conditions.iter().collect();
    conditions.sort_by_key(|c| place(c));
    let parts: Vec<String> = conditions.iter().map(|c| condition(c, language)).collect();
    parts.join(language.pick(", ", "\u{ff0c}"))
}

/// In which order people name conditions: protocol, where to, where from, what it looks like, what
/// else was seen.
const fn place(condition: &Condition) -> u8 {
    match condition {
        Condition::Transport(_) => 0,
        Condition::Number {
            field: Field::DestinationPort,
            ..
        } => 1,
        Condition::Number {
            field: Field::SourcePort | Field::EitherPort,
            ..
        } => 2,
        Condition::Flags(_) => 3,
        Condition::Number {
            field: Field::SeenRepeats | Field::SeenPorts | Field::SeenTargets | Field::SeenSources,
            ..
        } => 5,
        Condition::SeenAlso(_)
        | Condition::SeenContacted(_)
        | Condition::SeenAnswered(_)
        | Condition::SeenSpoke(_)
        | Condition::SeenRegular(_) => 6,
        _ => 4,
    }
}

/// `1999-2005`, `2016-`; `2003` for a single year.
pub(crate) fn era(era: Era) -> String {
    match (era.from, era.to) {
        (from, i16::MAX) => format!("{from}-"),
        (from, to) if from == to => from.to_string(),
        (from, to) => format!("{from}-{to}"),
    }
}

/// One condition.
pub(crate) fn condition(condition: &Condition, language: Language) -> String {
    let pick = |en: &'static str, zh: &'static str| language.pick(en, zh).to_owned();
    match condition {
        Condition::Number { field, ranges } => number(*field, ranges, language),
        Condition::Transport(list) => transports(list, language),
        Condition::QuotedTransport(list) => {
            let list = transports(list, language);
            match language {
                Language::En => format!("quotes a packet of {list}"),
                Language::ZhCn => format!("所引用的是 {list} 报文"),
            }
        }
        Condition::SourceScope(list) => scopes(list, "source address", "源地址", language),
        Condition::DestinationScope(list) => {
            scopes(list, "destination address", "目的地址", language)
        }
        Condition::DestinationCast(list) => any(list.iter().map(|c| cast(*c, language)), language),
        Condition::SourceIn(_) => {
            pick("source in one of the listed networks", "来源在所列网段之内")
        }
        Condition::DestinationIn(_) => pick(
            "destination in one of the listed networks",
            "目的在所列网段之内",
        ),
        Condition::SameSubnet(true) => pick("both ends in one subnet", "双方在同一子网"),
        Condition::SameSubnet(false) => pick("the ends in different subnets", "双方不在同一子网"),
        Condition::SameHost(true) => pick("source and destination are equal", "源地址等于目的地址"),
        Condition::SameHost(false) => pick("source and destination differ", "源地址不等于目的地址"),
        Condition::Direction(list) => any(list.iter().map(|d| direction(*d, language)), language),
        Condition::Action(list) => any(
            list.iter().map(|denied| {
                if *denied {
                    pick("not let through", "被拦截")
                } else {
                    pick("let through", "被放行")
                }
            }),
            language,
        ),
        Condition::Flags(list) => {
            let list = any(
                list.iter().map(|bits| TcpFlags(*bits).to_string()),
                language,
            );
            format!("tcp.flags {}{list}", language.pick("is ", "为 "))
        }
        Condition::DontFragment(true) => pick("ip.df is set", "ip.df 已置位"),
        Condition::DontFragment(false) => pick("ip.df is not set", "ip.df 未置位"),
        Condition::Family(list) => any(
            list.iter().filter_map(|f| f.word()).map(str::to_owned),
            language,
        ),
        Condition::Fragment(true) => pick("a fragment", "是分片"),
        Condition::Fragment(false) => pick("no fragment", "不是分片"),
        Condition::Proof(list) => any(list.iter().map(|p| proof(*p, language)), language),
        Condition::PayloadStarts(list) => {
            let hex =
                |bytes: &Vec<u8>| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
            let list = any(list.iter().map(hex), language);
            format!(
                "{}{list}",
                language.pick("payload begins with ", "载荷开头为 ")
            )
        }
        Condition::PayloadProtocol(list) => format!(
            "{}{}",
            language.pick("what was said is ", "所发内容为 "),
            any(list.iter().cloned(), language)
        ),
        Condition::PayloadClient(list) => format!(
            "{}{}",
            language.pick("the program that speaks is ", "发送内容的程序是 "),
            any(list.iter().cloned(), language)
        ),
        Condition::SeenAlso(list) => match language {
            Language::En => format!("the source has also touched {}", services(list, language)),
            Language::ZhCn => format!("同一来源还访问过 {}", services(list, language)),
        },
        Condition::SeenContacted(list) => match language {
            Language::En => format!(
                "our side sent to it on {} shortly before",
                services(list, language)
            ),
            Language::ZhCn => format!("我方不久前曾向它的 {} 发送", services(list, language)),
        },
        Condition::SeenAnswered(true) => pick("answers a packet of ours", "是对我方报文的应答"),
        Condition::SeenAnswered(false) => pick("answers nothing of ours", "不是对我方报文的应答"),
        Condition::SeenSpoke(true) => pick(
            "our side has sent to this host before",
            "我方此前曾向该主机发送",
        ),
        Condition::SeenSpoke(false) => {
            pick("our side has not sent to this host", "我方未曾向该主机发送")
        }
        Condition::SeenRegular(true) => pick("repeats at even intervals", "以固定间隔重复"),
        Condition::SeenRegular(false) => pick("does not repeat at even intervals", "没有固定间隔"),
    }
}

fn number(field: Field, ranges: &[Range], language: Language) -> String {
    let (en, zh) = match field {
        Field::SourcePort => ("source port", "源端口"),
        Field::DestinationPort => ("destination port", "目的端口"),
        Field::EitherPort => ("source or destination port", "源或目的端口"),
        Field::QuotedSourcePort => ("quoted source port", "所引用报文的源端口"),
        Field::QuotedDestinationPort => ("quoted destination port", "所引用报文的目的端口"),
        Field::IcmpType => ("ICMP type", "ICMP 类型"),
        Field::IcmpCode => ("ICMP code", "ICMP 代码"),
        Field::SeenRepeats => (
            "packets to one address and port:",
            "对同一地址和端口的报文数：",
        ),
        Field::SeenPorts => (
            "ports that the source has touched:",
            "该来源访问过的端口数：",
        ),
        Field::SeenTargets => (
            "addresses of ours tried on this port:",
            "该来源在此端口上试过的我方地址数：",
        ),
        Field::SeenSources => ("sources on this port:", "此端口上的来源数："),
        // The others are called as they are called in the JSON of an event.
        other => (other.key(), other.key()),
    };
    let amounts = ranges
        .iter()
        .take(FEW)
        .map(|range| amount(*range, language));
    let mut list = amounts.collect::<Vec<_>>().join(language.pick(", ", "、"));
    if ranges.len() > FEW {
        list.push_str(language.pick(" and more", " 等"));
    }
    let name = language.pick(en, zh);
    // A Chinese colon brings its own blank.
    let gap = if name.ends_with('\u{ff1a}') { "" } else { " " };
    format!("{name}{gap}{list}")
}

fn amount(range: Range, language: Language) -> String {
    match (range.low, range.high) {
        (low, high) if low == high => low.to_string(),
        (low, u32::MAX) => format!("{}{low}", language.pick("at least ", "至少 ")),
        (0, high) => format!("{}{high}", language.pick("at most ", "至多 ")),
        (low, high) => format!("{low}-{high}"),
    }
}

/// One of several.
fn any(words: impl Iterator<Item = String>, language: Language) -> String {
    let mut words: Vec<String> = words.collect();
    let more = words.len() > FEW;
    words.truncate(FEW);
    let mut text = words.join(language.pick(" or ", " 或 "));
    if more {
        text.push_str(language.pick(" or others", " 等"));
    }
    text
}

fn transports(list: &[u8], language: Language) -> String {
    let word = |number: &u8| {
        Transport(*number).word().map_or_else(
            || number.to_string(),
            |word| {
                if word.starts_with("ipv6-") {
                    "ICMPv6".to_owned()
                } else {
                    word.to_uppercase()
                }
            },
        )
    };
    any(list.iter().map(word), language)
}

fn scopes(list: &[Scope], en: &str, zh: &str, language: Language) -> String {
    let zh_word = |scope: &Scope| match scope {
        Scope::Public => "公网",
        Scope::Private => "私有",
        Scope::Shared => "运营商共享",
        Scope::LinkLocal => "链路本地",
        Scope::Loopback => "环回",
        Scope::Multicast => "组播",
        Scope::Broadcast => "广播",
        Scope::Unspecified => "未指定",
        Scope::Reserved => "保留",
    };
    match language {
        Language::En => format!(
            "{en} {}",
            any(list.iter().map(|s| s.word().to_owned()), language)
        ),
        Language::ZhCn => format!(
            "{zh}为 {} 地址",
            any(list.iter().map(|s| zh_word(s).to_owned()), language)
        ),
    }
}

fn cast(cast: Cast, language: Language) -> String {
    let (en, zh) = match cast {
        Cast::Unicast => ("sent to one host", "发给单个主机"),
        Cast::Multicast => ("sent to a group", "发给组播组"),
        Cast::Broadcast => ("sent to everybody in the segment", "发给网段内所有主机"),
        Cast::Edge => ("sent to the edge of a network", "发给网段的边缘地址"),
    };
    language.pick(en, zh).to_owned()
}

fn direction(direction: Direction, language: Language) -> String {
    let (en, zh) = match direction {
        Direction::Inbound => ("coming in", "入站"),
        Direction::Outbound => ("going out", "出站"),
        Direction::Internal => ("inside our network", "内网之中"),
        Direction::External => ("between others", "第三方之间"),
        Direction::Unknown => ("in an unknown direction", "方向不明"),
    };
    language.pick(en, zh).to_owned()
}

fn proof(proof: Proof, language: Language) -> String {
    let (en, zh) = match proof {
        Proof::SeqIsDestination => (
            "tcp.seq equals the destination address",
            "tcp.seq 等于目的地址",
        ),
        Proof::IdIsMasscan => (
            "ip.id equals destination address xor port xor tcp.seq",
            "ip.id 等于目的地址、端口与 tcp.seq 的异或",
        ),
        Proof::IdIsZmap => ("ip.id is 54321", "ip.id 为 54321"),
    };
    language.pick(en, zh).to_owned()
}

fn services(list: &[Service], language: Language) -> String {
    let word = |service: &Service| {
        let transport = Transport(service.transport).word().unwrap_or("?");
        format!("{transport}/{}", amount(service.ports, language))
    };
    any(list.iter().map(word), language)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use rutter_knowledge::Knowledge;

    use super::*;

    #[test]
    fn conditions_read_as_short_phrases() {
        let entry = Knowledge::embedded().entry("recon.pcanywhere").unwrap();
        let all: Vec<String> = entry
            .whens
            .iter()
            .map(|w| sentence(w, Language::En))
            .collect();
        assert!(
            all.iter()
                .any(|s| s == "UDP, destination port 22, source port 5632"),
            "{all:?}"
        );
    }

    #[test]
    fn every_condition_of_the_base_has_words_in_both_languages() {
        for entry in &Knowledge::embedded().entries {
            for when in &entry.whens {
                for part in when.conditions.iter().map(|c| condition(c, Language::ZhCn)) {
                    let english = part
                        .split(|c: char| !c.is_ascii_lowercase())
                        .filter(|w| w.len() > 3)
                        .count();
                    assert!(english <= 3, "{}: {part}", entry.id);
                }
                assert!(!sentence(when, Language::En).is_empty(), "{}", entry.id);
            }
        }
    }

    #[test]
    fn eras_may_be_open() {
        let years = |from, to| {
            era(Era {
                from,
                to,
                fade: 1.0,
            })
        };
        assert_eq!(
            [years(1999, 2005), years(2016, i16::MAX), years(2003, 2003)],
            ["1999-2005", "2016-", "2003"]
        );
    }
}
