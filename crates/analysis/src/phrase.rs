//! The wording of evidence, in both languages.

use std::fmt::Write as _;
use std::net::IpAddr;

use rutter_event::TcpFlags;
use rutter_knowledge::Ports;
use rutter_knowledge::model::{Bilingual, Condition, Field, Proof};

use crate::detector::Fact;
use crate::subject::{Seen, Subject};
use crate::truth::number;

/// In which language to explain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

impl Language {
    /// Picks a text.
    #[must_use]
    pub const fn pick<'a, T: ?Sized>(self, en: &'a T, zh: &'a T) -> &'a T {
        match self {
            Self::En => en,
            Self::ZhCn => zh,
        }
    }
}

/// A sentence of evidence, worded when it is shown.
#[derive(Clone, Debug)]
pub enum Says<'k> {
    /// The entry brings its own words.
    Own(&'k Bilingual),
    /// A number and, for ports, the name of its service.
    Number {
        /// Which.
        field: Field,
        /// The number.
        is: u32,
        /// The IANA name.
        name: Option<&'static str>,
    },
    /// An address.
    Address {
        /// Whether it is the source's.
        of_source: bool,
        /// The address.
        is: IpAddr,
        /// What about it, in English and Chinese.
        what: (&'static str, &'static str),
    },
    /// A set of flags.
    Flags(TcpFlags),
    /// An observation over many packets.
    Shape(Fact),
    /// A fixed sentence in English and Chinese.
    Fixed(&'static str, &'static str),
}

impl<'k> Says<'k> {
    /// Words for a condition that holds.
    pub(crate) fn of(condition: &'k Condition, subject: &Subject<'_>, seen: &Seen) -> Self {
        let packet = subject.packet;
        match condition {
            Condition::Number { field, .. } => {
                let is = number(*field, subject, seen).unwrap_or_default();
                let is_port = matches!(
                    field,
                    Field::SourcePort | Field::DestinationPort | Field::EitherPort
                );
                let name = is_port
                    .then(|| u16::try_from(is).ok())
                    .flatten()
                    .and_then(|port| Ports::embedded().name(packet.transport, port));
                Self::Number {
                    field: *field,
                    is,
                    name,
                }
            }
            Condition::SourceScope(_) | Condition::SourceIn(_) => {
                address(true, packet.source.ip, ("", ""))
            }
            Condition::DestinationScope(_) | Condition::DestinationIn(_) => {
                address(false, packet.destination.ip, ("", ""))
            }
            Condition::DestinationCast(_) => address(
                false,
                packet.destination.ip,
                match packet.destination.ip.map(rutter_knowledge::Cast::of) {
                    Some(rutter_knowledge::Cast::Broadcast) => {
                        (", everybody in the segment", "，即网段内所有主机")
                    }
                    Some(rutter_knowledge::Cast::Multicast) => (", a group", "，即组播组"),
                    Some(rutter_knowledge::Cast::Edge) => (
                        ", the edge of a network, most likely its broadcast",
                        "，网段的边缘地址，多半是广播地址",
                    ),
                    _ => ("", ""),
                },
            ),
            Condition::Flags(_) => Self::Flags(packet.tcp.flags.unwrap_or_default()),
            Condition::Transport(_) | Condition::QuotedTransport(_) => {
                Self::Fixed("the protocol fits", "协议相符")
            }
            Condition::SameSubnet(true) => {
                Self::Fixed("both ends are in the same subnet", "双方在同一子网")
            }
            Condition::SameSubnet(false) => {
                Self::Fixed("the ends are in different subnets", "双方不在同一子网")
            }
            Condition::SameHost(true) => {
                Self::Fixed("equals the destination address", "与目的地址相同")
            }
            Condition::SameHost(false) => {
                Self::Fixed("differs from the destination address", "与目的地址不同")
            }
            Condition::Direction(_) => match subject.direction {
                rutter_event::Direction::Inbound => {
                    Self::Fixed("comes in from outside", "由外部进入")
                }
                rutter_event::Direction::Outbound => {
                    Self::Fixed("goes out from our side", "由我方发出")
                }
                rutter_event::Direction::Internal => {
                    Self::Fixed("stays inside our network", "在内网之中")
                }
                _ => Self::Fixed("passes between others", "在第三方之间"),
            },
            Condition::Action(_) => Self::Fixed("the firewall's action fits", "防火墙的处置相符"),
            Condition::Fragment(_) => Self::Fixed("is a fragment", "是分片"),
            Condition::DontFragment(true) => {
                Self::Fixed("may not be fragmented", "带有禁止分片标志")
            }
            Condition::DontFragment(false) => Self::Fixed(
                "may be fragmented, which ordinary systems forbid",
                "没有禁止分片标志，而普通系统通常会带上",
            ),
            Condition::Family(_) => Self::Fixed("the network layer fits", "网络层相符"),
            Condition::Proof(list) => {
                match list.iter().find(|p| subject.proofs.held(**p) == Some(true)) {
                    Some(Proof::SeqIsDestination) => Self::Fixed(
                        "the sequence number equals the destination address",
                        "TCP 序列号等于目的地址",
                    ),
                    Some(Proof::IdIsMasscan) => Self::Fixed(
                        "the IP id equals destination address xor port xor sequence number",
                        "IP 标识等于目的地址、端口与序列号的异或",
                    ),
                    _ => Self::Fixed("the IP id is 54321", "IP 标识为 54321"),
                }
            }
            Condition::PayloadStarts(_) => Self::Fixed(
                "the payload begins with known bytes",
                "载荷以已知的字节开头",
            ),
            Condition::PayloadProtocol(_) => Self::Fixed(
                "what was said belongs to this protocol",
                "所发内容属于该协议",
            ),
            Condition::PayloadClient(_) => Self::Fixed(
                "the program that speaks gives its name",
                "发送内容的程序表明了自己的名称",
            ),
            Condition::SeenAlso(_) => Self::Fixed(
                "the same source has touched a port that goes with it",
                "同一来源还访问过与之配套的端口",
            ),
            Condition::SeenContacted(_) => Self::Fixed(
                "our side contacted this host shortly before",
                "我方不久前曾联系过该主机",
            ),
            Condition::SeenAnswered(true) => Self::Fixed(
                "answers a packet that our side sent",
                "是对我方所发报文的应答",
            ),
            Condition::SeenAnswered(false) => Self::Fixed(
                "answers nothing that our side was seen to send",
                "我方未见发出相应的请求",
            ),
            Condition::SeenSpoke(true) => Self::Fixed(
                "our side has sent to this host before",
                "我方此前曾向该主机发送过报文",
            ),
            Condition::SeenSpoke(false) => Self::Fixed(
                "our side was not seen to send to this host",
                "未见我方向该主机发送过报文",
            ),
            Condition::SeenRegular(true) => {
                Self::Fixed("repeats at even intervals", "以固定间隔重复")
            }
            Condition::SeenRegular(false) => {
                Self::Fixed("does not repeat at even intervals", "没有固定的间隔")
            }
        }
    }

    /// The sentence in a language. Built from numbers, addresses and our own words only.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Own(text) => language.pick(text.en.as_str(), text.zh.as_str()).to_owned(),
            Self::Shape(fact) => fact.text(language),
            Self::Fixed(en, zh) => language.pick(*en, *zh).to_owned(),
            Self::Flags(flags) => match language {
                Language::En => format!("the flags are {flags}"),
                Language::ZhCn => format!("标志位为 {flags}"),
            },
            Self::Address {
                of_source,
                is,
                what,
            } => match language {
                Language::En => {
                    format!(
                        "the {} is {is}{}",
                        if *of_source { "source" } else { "destination" },
                        what.0
                    )
                }
                Language::ZhCn => format!(
                    "{}地址为 {is}{}",
                    if *of_source { "源" } else { "目的" },
                    what.1
                ),
            },
            Self::Number { field, is, name } => {
                let mut text = count_phrase(*field, *is, language);
                if let Some(name) = name {
                    let _ = write!(text, " ({name})");
                }
                text
            }
        }
    }
}

/// A number with one digit that counts, and separators: `70,000`.
pub(crate) fn rough(number: u64) -> String {
    let digits = number.checked_ilog10().unwrap_or(0);
    let unit = 10_u64.saturating_pow(digits);
    grouped(number.saturating_add(unit / 2) / unit * unit)
}

/// A number with separators.
pub(crate) fn grouped(number: u64) -> String {
    let text = number.to_string();
    let mut grouped = String::with_capacity(text.len() + text.len() / 3);
    for (i, digit) in text.chars().enumerate() {
        if i > 0 && (text.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn address<'k>(
    of_source: bool,
    ip: Option<IpAddr>,
    what: (&'static str, &'static str),
) -> Says<'k> {
    match ip {
        Some(is) => Says::Address {
            of_source,
            is,
            what,
        },
        None => Says::Fixed("the address fits", "地址相符"),
    }
}

fn count_phrase(field: Field, is: u32, language: Language) -> String {
    let en = language == Language::En;
    match field {
        Field::SeenRepeats if en => format!("{is} such packets to this address and port so far"),
        Field::SeenRepeats => format!("迄今已向该地址和端口发送 {is} 次"),
        Field::SeenPorts if en => format!("this source has touched {is} ports"),
        Field::SeenPorts => format!("该来源已访问 {is} 个端口"),
        Field::SeenTargets if en => format!("this source has tried this port on {is} addresses"),
        Field::SeenTargets => format!("该来源已在 {is} 个地址上尝试此端口"),
        Field::SeenSources if en => format!("{is} sources have tried this port"),
        Field::SeenSources => format!("已有 {is} 个来源尝试此端口"),
        _ => {
            let (name_en, name_zh) = match field {
                Field::SourcePort => ("source port", "源端口"),
                Field::DestinationPort => ("destination port", "目的端口"),
                Field::EitherPort => ("port", "端口"),
                Field::TcpSeq => ("sequence number", "序列号"),
                Field::TcpAck => ("acknowledgement number", "确认号"),
                Field::TcpWindow => ("TCP window", "TCP 窗口"),
                Field::TcpMss => ("maximum segment size", "最大报文段长度"),
                Field::TcpOptions => ("length of the TCP options", "TCP 选项长度"),
                Field::IpId => ("IP id", "IP 标识"),
                Field::IpTtl => ("time to live", "TTL"),
                Field::IpLength => ("packet length", "报文长度"),
                Field::PayloadLength => ("payload length", "载荷长度"),
                Field::IcmpType => ("ICMP type", "ICMP 类型"),
                Field::IcmpCode => ("ICMP code", "ICMP 代码"),
                Field::IcmpId => ("ICMP id", "ICMP 标识"),
                Field::IcmpSequence => ("ICMP sequence", "ICMP 序号"),
                Field::QuotedSourcePort => ("quoted source port", "被引用报文的源端口"),
                _ => ("quoted destination port", "被引用报文的目的端口"),
            };
            if en {
                format!("the {name_en} is {is}")
            } else {
                format!("{name_zh}为 {is}")
            }
        }
    }
}
