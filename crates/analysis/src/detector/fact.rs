//! What speaks for a shape, worded.

use super::conduct::Reach;
use super::probe::Probe;
use crate::phrase::Language;

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
    Neighbours(usize),
    /// So many sources with one list of ports, one means and one tool.
    Alike(usize),
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
            Self::Simultaneous(_) | Self::Neighbours(_) | Self::Alike(_) => "seen.sources",
            Self::Slow { .. } => "seen.span",
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
                many(*targets, "address", "addresses")
            ),
            Self::Asked { ports, targets } => {
                format!("它探测了 {targets} 个地址的 {ports} 个端口")
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
            Self::Neighbours(n) if en => {
                format!("{n} neighbours of one network do it by the same means")
            }
            Self::Neighbours(n) => format!("同一网络中的 {n} 个相邻来源手法相同"),
            Self::Alike(n) if en => {
                format!("{n} sources have the same list of ports and the same way of asking")
            }
            Self::Alike(n) => format!("{n} 个来源的端口清单与探测方式完全一致"),
            Self::Slow { hours, contacts } if en => format!(
                "{contacts} first contacts over {hours} hours: too slow for a counter that forgets"
            ),
            Self::Slow { hours, contacts } => {
                format!("{hours} 小时内只有 {contacts} 次首次接触：慢到足以避开会遗忘的计数器")
            }
        }
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
