//! What speaks for a shape, worded.

use std::net::IpAddr;

use super::conduct::Reach;
use super::probe::Probe;
use super::rhythm::Rhythm;
use super::victim::PEAK;
use crate::phrase::{Language, grouped, rough};
use crate::profile::{Saying, Words, is_estimate, said};

/// One observation over many packets.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// So many ports of so many addresses.
    Asked {
        /// Distinct ports.
        ports: u32,
        /// Distinct addresses.
        targets: u32,
    },
    /// So many first contacts were refused, so many let in.
    Refused {
        /// Not let in.
        refused: u32,
        /// Let in.
        admitted: u32,
    },
    /// So many protocols that hardly anybody uses.
    Protocols(u32),
    /// The flags pass a filter that looks for SYN only.
    Stealth(Probe),
    /// So many sources asked for the same at the same moments.
    Simultaneous(usize),
    /// So many sources of one network.
    Neighbours {
        /// How many.
        sources: usize,
        /// Its first address; an IPv4 /24 or an IPv6 /48.
        network: IpAddr,
    },
    /// So many sources or bands of sources, each quieter than those that are told one by one.
    Quieter(usize),
    /// So many neighbours, no two of which ask for the same.
    Shared(usize),
    /// So many strangers of so many networks, hardly two of whom ask for the same.
    SharedByStrangers {
        /// How many.
        sources: usize,
        /// Of how many networks.
        networks: usize,
    },
    /// So many sources with one list of ports, one means and one tool.
    Alike(usize),
    /// So many closed ports, each so often, then one that was open.
    Knocked {
        /// Distinct ports.
        ports: u32,
        /// How often each.
        times: u64,
    },
    /// A host of ours called on so many strangers in vain.
    Strangers {
        /// On which port.
        port: u16,
        /// Distinct addresses.
        targets: u32,
    },
    /// A program of ours called in vain.
    Calls {
        /// How often.
        calls: u64,
        /// How many servers.
        servers: u32,
        /// Whether at even intervals.
        even: bool,
    },
    /// Answers that nobody had asked for.
    Backscatter {
        /// How many.
        packets: u64,
        /// From the first to the last.
        seconds: u64,
        /// How many in the busiest minute; nothing when too few are known for want of memory.
        busiest: Option<u64>,
    },
    /// What the victim has to bear.
    Flooded {
        /// Its port.
        port: Option<u16>,
        /// Packets a second, when forged addresses are drawn evenly.
        rate: u64,
        /// How far chance alone may have taken that, up or down, in 19 of 20 cases.
        give: u64,
        /// How many addresses of ours the answers could be seen at.
        watched: u64,
    },
    /// So many questions to one address.
    Questions {
        /// How many.
        questions: u64,
        /// In how many seconds.
        seconds: u64,
    },
    /// So many new sources in a short time.
    Crowd {
        /// How many.
        sources: usize,
        /// In how many seconds.
        seconds: u64,
    },
    /// So many of them have addresses that no host has.
    Impossible(usize),
    /// So many callers on one port.
    Callers {
        /// How many.
        callers: u32,
        /// On which port.
        port: u16,
    },
    /// They become fewer.
    Fading {
        /// Minutes in which what comes halves.
        half_life: u64,
        /// Hours after the end of the log until less than one a day is left.
        hours_left: u64,
    },
    /// Sequence numbers that a key of one run masks.
    Masked,
    /// So many times to live, drawn at random, from one port.
    Drawn(u32),
    /// Source ports in sequence.
    Sequence,
    /// One window, one time to live, few source ports.
    Steady,
    /// What was said on the same port, at about the same time.
    Heard {
        /// What.
        words: Words,
        /// How that is known.
        saying: Saying,
    },
    /// Packets that come again as a system's TCP sends them again.
    Again(Rhythm),
    /// Spread over so many hours, with so many first contacts.
    Slow {
        /// Hours from the first to the last.
        hours: u32,
        /// First contacts.
        contacts: u32,
    },
}

impl Fact {
    /// The dotted name of what was counted.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Asked { .. } => "seen.ports",
            Self::Refused { .. } => "seen.refused",
            Self::Protocols(_) => "seen.protocols",
            Self::Stealth(_) => "tcp.flags",
            Self::Simultaneous(_)
            | Self::Neighbours { .. }
            | Self::Quieter(_)
            | Self::Shared(_)
            | Self::SharedByStrangers { .. }
            | Self::Alike(_) => "seen.sources",
            Self::Slow { .. } => "seen.span",
            Self::Knocked { .. } => "seen.ports",
            Self::Strangers { .. } => "seen.targets",
            Self::Calls { .. } | Self::Backscatter { .. } | Self::Questions { .. } => {
                "seen.repeats"
            }
            Self::Flooded { .. } => "source.port",
            Self::Crowd { .. } => "seen.sources",
            Self::Impossible(_) => "source.scope",
            Self::Callers { .. } => "seen.sources",
            Self::Fading { .. } => "seen.course",
            Self::Masked => "tcp.seq",
            Self::Drawn(_) => "ip.ttl",
            Self::Sequence => "source.port",
            Self::Steady => "tcp.window",
            Self::Again(_) => "seen.rhythm",
            Self::Heard { .. } => "payload.protocol",
        }
    }

    /// The sentence.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let en = language == Language::En;
        match self {
            Self::Asked { ports, targets } if en => format!(
                "it asked for {} of {}",
                many(*ports, "port", "ports"),
                addresses(*targets, language)
            ),
            Self::Asked { ports, targets } => {
                format!(
                    "它探测了 {}的 {ports} 个端口",
                    addresses(*targets, language)
                )
            }
            Self::Refused { refused, admitted } if en => format!(
                "of its first contacts {refused} were not let in and {admitted} were; whoever knows where \
                 to go is let in most of the time"
            ),
            Self::Refused { refused, admitted } => format!(
                "它的首次接触中 {refused} 次未被放行、{admitted} 次被放行；知道该去哪里的来访者大多会被放行"
            ),
            Self::Protocols(n) if en => {
                format!("it tried {n} protocols that hardly any host speaks")
            }
            Self::Protocols(n) => format!("它尝试了 {n} 种几乎没有主机使用的协议"),
            Self::Stealth(probe) if en => {
                format!("its flags are those of no connection: {}", probe.name())
            }
            Self::Stealth(probe) => format!("标志组合不属于任何正常连接：{}", probe.name()),
            Self::Simultaneous(n) if en => format!(
                "{n} sources asked for the same ports in the same seconds: one tool sent them, with the others' \
                 addresses forged"
            ),
            Self::Simultaneous(n) => {
                format!("{n} 个来源在同样的几秒内探测了同样的端口：出自同一工具，其余地址是伪造的")
            }
            Self::Neighbours { sources, network } if en => format!(
                "{sources} neighbours in {network}/{} do the same by the same means",
                if network.is_ipv4() { 24 } else { 48 }
            ),
            Self::Neighbours { sources, network } => format!(
                "{network}/{} 中的 {sources} 个相邻来源以相同手法做同样的事",
                if network.is_ipv4() { 24 } else { 48 }
            ),
            Self::Quieter(n) if en => format!(
                "{n} scanners or networks of scanners, none as busy as those told one by one; the surest of them:"
            ),
            Self::Quieter(n) => {
                format!("{n} 个扫描者或扫描网络，都不如逐一列出的活跃；其中最确定的：")
            }
            Self::Shared(n) if en => format!(
                "{n} neighbours of one network within minutes, and hardly two of them ask for the same port"
            ),
            Self::Shared(n) => {
                format!("同一网络中的 {n} 个相邻来源在几分钟内先后出现，所试端口几乎互不重复")
            }
            Self::SharedByStrangers { sources, networks } if en => format!(
                "{sources} sources of {networks} networks within minutes, with the same packets, and hardly two of \
                 them ask for the same port: one hand shares the ports out among them"
            ),
            Self::SharedByStrangers { sources, networks } => format!(
                "{networks} 个网络中的 {sources} 个来源在几分钟内以相同的报文出现，所试端口几乎互不重复：有人在统一分派端口"
            ),
            Self::Alike(n) if en => {
                format!("{n} sources have the same list of ports and the same way of asking")
            }
            Self::Alike(n) => format!("{n} 个来源的端口清单与探测方式完全一致"),
            Self::Knocked { ports, times } if en => format!(
                "{ports} closed ports, each tried {times} times, and within a minute one that was open"
            ),
            Self::Knocked { ports, times } => {
                format!("{ports} 个关闭的端口各试了 {times} 次，一分钟内又访问了一个开放的端口")
            }
            Self::Strangers { port, targets } if en => {
                format!("it called on {targets} strangers on port {port} and was not let out")
            }
            Self::Strangers { port, targets } => {
                format!("它在端口 {port} 上联系了 {targets} 个陌生地址，均未被放行")
            }
            Self::Calls {
                calls,
                servers,
                even,
            } if en => format!(
                "{calls} calls to {}, none let out{}",
                many(*servers, "server", "servers"),
                if *even { ", at even intervals" } else { "" }
            ),
            Self::Calls {
                calls,
                servers,
                even,
            } => format!(
                "向 {servers} 台服务器发起 {calls} 次连接，均未被放行{}",
                if *even { "，间隔均匀" } else { "" }
            ),
            Self::Backscatter {
                packets,
                seconds,
                busiest,
            } => backscatter(*packets, *seconds, *busiest, language),
            Self::Flooded {
                port,
                rate,
                give,
                watched,
            } => flooded(*port, (*rate, *give), *watched, language),
            Self::Questions { questions, seconds } if en => format!(
                "{questions} questions to one address in {seconds} seconds: a hunter asks once, so the sender's \
                 address is forged and its owner is the victim; do not block or report it"
            ),
            Self::Questions { questions, seconds } => format!(
                "{seconds} 秒内向同一地址提问 {questions} 次：搜寻者只问一次，因此源地址是伪造的，其主人才是受害者，不要封锁或举报"
            ),
            Self::Crowd { sources, seconds } if en => {
                format!("{sources} new sources on one port within {seconds} seconds")
            }
            Self::Crowd { sources, seconds } => {
                format!("{seconds} 秒内同一端口出现 {sources} 个新来源")
            }
            Self::Impossible(n) if en => format!(
                "{n} of the addresses belong to nobody (0/8, 127/8, 224/3), so all of them are drawn at random; \
                 blocking or reporting any of them hits a bystander"
            ),
            Self::Impossible(n) => format!(
                "其中 {n} 个地址不属于任何主机（0/8、127/8、224/3），可见全部是随机伪造；封锁或举报任何一个都会伤及无辜"
            ),
            Self::Callers { callers, port } if en => format!(
                "{callers} unrelated hosts call on port {port}; they look for whoever had the address before"
            ),
            Self::Callers { callers, port } => {
                format!("{callers} 台互不相干的主机呼叫端口 {port}，找的是此地址的前任使用者")
            }
            Self::Fading {
                half_life,
                hours_left,
            } => fading(*half_life, *hours_left, language),
            Self::Masked if en => {
                "the sequence numbers of the run are masked with one key, which no system does".to_owned()
            }
            Self::Masked => "整轮的序列号都用同一个密钥掩码，操作系统不会这样做".to_owned(),
            Self::Drawn(n) if en => format!(
                "the TTL is drawn anew for every packet, {n} numbers wide, while all come from one port"
            ),
            Self::Drawn(n) => format!("每个包的 TTL 都重新随机抽取（范围 {n}），却都出自同一源端口"),
            Self::Sequence if en => "the source ports are in sequence, one a packet".to_owned(),
            Self::Sequence => "源端口逐包加一".to_owned(),
            Self::Steady if en => {
                "one window, one TTL, one length and hardly a source port more than one: a tool's own packets, \
                 no system's"
                    .to_owned()
            }
            Self::Steady => "窗口、TTL、长度始终不变，源端口也几乎只有一个：是工具自造的包，而非系统发出".to_owned(),
            Self::Again(rhythm) => rhythm.text(language).to_owned(),
            Self::Heard { words, saying } => said(*words, *saying, language),
            Self::Slow { hours, contacts } if en => format!(
                "{contacts} first contacts over {hours} hours: too slow for a counter that forgets"
            ),
            Self::Slow { hours, contacts } => {
                format!("{hours} 小时内只有 {contacts} 次首次接触：慢到足以避开会遗忘的计数器")
            }
        }
    }
}

/// How fast it becomes less, and when it will be over.
fn fading(half_life: u64, hours_left: u64, language: Language) -> String {
    let en = language == Language::En;
    let half = match half_life {
        minutes @ ..120 if en => format!("{minutes} minutes"),
        minutes @ ..120 => format!("{minutes} 分钟"),
        minutes if en => format!("{} hours", (minutes + 30) / 60),
        minutes => format!("{} 小时", (minutes + 30) / 60),
    };
    let left = match hours_left {
        0 if en => "it has faded".to_owned(),
        0 => "已基本消退".to_owned(),
        hours @ ..48 if en => {
            format!("less than one packet a day is left {hours} hours after the end of the log")
        }
        hours @ ..48 => format!("日志结束后约 {hours} 小时，每天将不足一个"),
        hours if en => format!(
            "less than one packet a day is left {} days after the end of the log",
            hours / 24
        ),
        hours => format!("日志结束后约 {} 天，每天将不足一个", hours / 24),
    };
    if en {
        format!("what comes halves every {half}; {left}")
    } else {
        format!("每 {half} 减半；{left}")
    }
}

/// Answers that nobody had asked for, held against Moore's three thresholds; the first two are met.
fn backscatter(packets: u64, seconds: u64, busiest: Option<u64>, language: Language) -> String {
    let en = language == Language::En;
    let third = match busiest {
        Some(most @ PEAK..) if en => {
            format!("{most} of them in the busiest minute; Moore's three thresholds are met")
        }
        Some(most) if en => format!(
            "{most} of them in the busiest minute; two of Moore's three thresholds are met, the third is {PEAK} in \
             a minute"
        ),
        None if en => "two of Moore's three thresholds are met, of the third, the busiest minute, too little was kept"
            .to_owned(),
        Some(most @ PEAK..) => format!("最忙的一分钟有 {most} 个；Moore 的三项阈值均已达到"),
        Some(most) => format!(
            "最忙的一分钟有 {most} 个；Moore 的三项阈值达到两项，第三项要求一分钟 {PEAK} 个"
        ),
        None => "Moore 的三项阈值达到两项，第三项（最忙的一分钟）因内存所限保留不足".to_owned(),
    };
    if en {
        format!("{packets} answers in {seconds} seconds to questions that nobody here put, {third}")
    } else {
        format!("{seconds} 秒内 {packets} 个应答，而我方无人提问，{third}")
    }
}

/// From so few addresses a rate is a guess.
const FEW_ADDRESSES: u64 = 16;

/// What a victim bears, and that it is one.
fn flooded(
    port: Option<u16>,
    (rate, give): (u64, u64),
    watched: u64,
    language: Language,
) -> String {
    let en = language == Language::En;
    let what = match port {
        Some(port) if en => format!("its port {port} is being flooded with forged sources"),
        Some(port) => format!("它的端口 {port} 正遭伪造来源的洪水攻击"),
        None if en => "packets in our name reach it or pass it".to_owned(),
        None => "有人冒用我方地址发包，经过或到达它".to_owned(),
    };
    let (low, high) = (rough(rate.saturating_sub(give)), rough(rate + give));
    let (rate, ours) = (rough(rate), grouped(watched));
    let rate = match (en, watched < FEW_ADDRESSES) {
        (true, true) => {
            let addresses = if watched == 1 { "address" } else { "addresses" };
            format!(
                "by up to {rate} packets a second, a guess from no more than {ours} {addresses} of ours"
            )
        }
        (true, false) => format!(
            "by about {rate} packets a second ({low} to {high}), going by {ours} of our addresses"
        ),
        (false, true) => format!("最多约每秒 {rate} 个报文（仅据我方 {ours} 个地址估计）"),
        (false, false) => {
            format!("约每秒 {rate} 个报文（{low} 至 {high}，据我方 {ours} 个地址估计）")
        }
    };
    if en {
        format!("{what}, {rate}; do not block it, it is the victim")
    } else {
        format!("{what}，{rate}；不要封锁它，它是受害者")
    }
}

/// How many addresses: from some number on an estimate, and said so.
fn addresses(targets: u32, language: Language) -> String {
    match (language, is_estimate(targets)) {
        (Language::En, true) => format!("about {targets} addresses"),
        (Language::En, false) => many(targets, "address", "addresses"),
        (Language::ZhCn, true) => format!("约 {targets} 个地址"),
        (Language::ZhCn, false) => format!("{targets} 个地址"),
    }
}

fn many(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Hours from which on a walk is slow, and how many first contacts an hour it may have at most:
/// psad forgets after an hour, most others after minutes.
const SLOW_HOURS: i64 = 6;
const SLOW_CONTACTS: i64 = 4;
const HOUR: i64 = 3_600 * 1_000_000_000;

/// Hours, when a walk is slow.
pub(super) fn slow_hours(reach: &Reach) -> Option<u32> {
    let (first, last) = reach.span.ends()?;
    let hours = last.saturating_sub(first) / HOUR;
    let contacts = i64::from(reach.refused + reach.admitted);
    (hours >= SLOW_HOURS && contacts <= hours * SLOW_CONTACTS)
        .then(|| u32::try_from(hours).unwrap_or(u32::MAX))
}

/// What speaks for a walk over ports or addresses.
pub(super) fn of_walk(reach: &Reach) -> Vec<(f32, Fact)> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "log odds, shown with one digit"
    )]
    let odds = reach.odds().min(MOST_ODDS) as f32;
    let mut facts = vec![(
        odds,
        Fact::Asked {
            ports: reach.ports,
            targets: reach.targets,
        },
    )];
    if reach.admitted > 0 {
        facts.push((
            -1.4,
            Fact::Refused {
                refused: reach.refused,
                admitted: reach.admitted,
            },
        ));
    }
    if let Some(probe) = reach.probes.first().filter(|probe| probe.is_stealthy()) {
        facts.push((6.0, Fact::Stealth(*probe)));
    }
    if let Some(hours) = slow_hours(reach) {
        facts.push((
            0.5,
            Fact::Slow {
                hours,
                contacts: reach.refused + reach.admitted,
            },
        ));
    }
    facts
}

/// More log odds than this tell a reader nothing more.
const MOST_ODDS: f64 = 30.0;
