//! This looks like a flood with forged sources: within a minute hundreds of strangers ask for one
//! port, and some of their addresses belong to nobody.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::{Direction, Scope, Transport};

use super::{Claim, Fact, Kind, Shape};
use crate::profile::{Group, Profile, Source};

/// New sources within a minute; a port that was somebody's favourite peer yesterday sees dozens.
const CROWD: usize = 300;
/// So many need no impossible address among them.
const MULTITUDE: usize = 3_000;
/// One impossible address among so many, and never fewer than three: drawn at random it is one
/// among seven.
const IMPOSSIBLE: usize = 100;
const MINUTE: i64 = 60 * 1_000_000_000;

/// New sources of one port in a short time.
#[derive(Clone, Debug)]
pub(crate) struct Flood {
    key: (u8, u16),
    from: i64,
    to: i64,
    sources: usize,
    impossible: usize,
}

/// What somebody asks for: protocol and port; nothing when it is no question to us.
fn key(group: Group<'_>) -> Option<(u8, u16)> {
    let signature = &group.signature;
    let transport = signature.transport()?;
    let ours = matches!(
        signature.direction(),
        Direction::Outbound | Direction::Internal
    );
    let asks = match transport {
        Transport::TCP => signature
            .flags()
            .is_none_or(|flags| flags.has(rutter_event::TcpFlags::SYN) && flags.shape().0 & 4 == 0),
        Transport::ICMP => signature.icmp().0 == Some(8),
        _ => true,
    };
    (asks && !ours).then(|| (transport.0, signature.port().unwrap_or(0)))
}

/// An address that no host on the net has.
pub(super) fn is_impossible(ip: IpAddr) -> bool {
    !matches!(
        Scope::of(ip),
        Scope::Public | Scope::Private | Scope::Shared | Scope::LinkLocal
    )
}

/// Every flood of the sum.
pub(crate) fn floods(sources: &[Source<'_>], profile: &Profile) -> Vec<Flood> {
    let mut arrivals: BTreeMap<(u8, u16), Vec<(i64, bool)>> = BTreeMap::new();
    for source in sources {
        for group in source.groups() {
            let Some((key, (first, _))) = key(group).zip(group.span.ends()) else {
                continue;
            };
            let (transport, port) = (Transport(key.0), key.1);
            // The count of sources is an estimate, a quarter off at worst.
            let counted = matches!(transport, Transport::TCP | Transport::UDP);
            if counted && (profile.callers_on(transport, port) as usize) < CROWD / 2 {
                continue;
            }
            let arrival = (first, is_impossible(source.ip()));
            arrivals.entry(key).or_default().push(arrival);
        }
    }
    arrivals
        .into_iter()
        .flat_map(|(key, mut arrivals)| {
            arrivals.sort_unstable();
            crowds(key, &arrivals)
        })
        .collect()
}

/// The crowds among the arrivals on one port, in their order.
fn crowds(key: (u8, u16), arrivals: &[(i64, bool)]) -> Vec<Flood> {
    let mut crowds: Vec<Flood> = Vec::new();
    let mut begin = 0;
    for (end, (now, _)) in arrivals.iter().enumerate() {
        while arrivals
            .get(begin)
            .is_some_and(|(then, _)| now.saturating_sub(*then) > MINUTE)
        {
            begin += 1;
        }
        let Some((from, _)) = arrivals.get(begin) else {
            continue;
        };
        if end + 1 - begin < CROWD {
            continue;
        }
        match crowds.last_mut() {
            Some(crowd) if crowd.to >= *from => crowd.to = *now,
            _ => crowds.push(Flood {
                key,
                from: *from,
                to: *now,
                sources: 0,
                impossible: 0,
            }),
        }
    }
    for crowd in &mut crowds {
        let begin = arrivals.partition_point(|(at, _)| *at < crowd.from);
        let end = arrivals.partition_point(|(at, _)| *at <= crowd.to);
        let inside = arrivals.get(begin..end).unwrap_or_default();
        crowd.sources = inside.len();
        crowd.impossible = inside.iter().filter(|(_, impossible)| *impossible).count();
    }
    crowds.retain(|crowd| {
        crowd.sources >= MULTITUDE || crowd.impossible >= (crowd.sources / IMPOSSIBLE).max(3)
    });
    crowds
}

impl Flood {
    /// Whether packets of a source are part of it.
    pub(crate) fn takes(&self, group: Group<'_>) -> bool {
        let first = group.span.ends().map(|(first, _)| first);
        key(group) == Some(self.key) && first.is_some_and(|at| (self.from..=self.to).contains(&at))
    }

    /// What it is.
    pub(crate) fn claim(&self) -> Claim {
        let seconds = u64::try_from(self.to - self.from).unwrap_or(0) / 1_000_000_000;
        Claim {
            id: "dos.flood",
            groups: 0,
            certainty: if self.impossible > 0 { 0.99 } else { 0.9 },
            shape: Shape::of(Kind::Flood),
            facts: vec![
                (
                    7.0,
                    Fact::Crowd {
                        sources: self.sources,
                        seconds: seconds.max(1),
                    },
                ),
                (6.0, Fact::Impossible(self.impossible)),
            ]
            .into_iter()
            .filter(|(_, fact)| *fact != Fact::Impossible(0))
            .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    /// Strangers, one after the other within a minute, some of them in networks that nobody has.
    fn strangers(count: usize, impossible: usize, transport: &str) -> Vec<String> {
        (0..count)
            .map(|i| {
                let network = if i < impossible { 245 } else { 30 + i % 60 };
                let host = format!("{network}.{}.{}.9", i % 250, i % 7);
                format!(
                    "2026-03-01T10:00:{:02}Z {transport} {host}:{} > 203.0.113.9:80 {}",
                    i % 60,
                    1_024 + i,
                    if transport == "tcp" { "SYN" } else { "len=60" }
                )
            })
            .collect()
    }

    #[test]
    fn fires_and_stays_silent() {
        let cases = [
            (strangers(400, 20, "tcp"), true),
            (strangers(400, 20, "udp"), true),
            (strangers(290, 40, "tcp"), false),
            (strangers(400, 0, "tcp"), false),
        ];
        for (events, expected) in cases {
            let events: Vec<&str> = events.iter().map(String::as_str).collect();
            let found = trial::shapes(&events);
            assert_eq!(
                found.contains(&Kind::Flood),
                expected,
                "{} events",
                events.len()
            );
        }
        let slow: Vec<String> = strangers(400, 20, "tcp")
            .iter()
            .enumerate()
            .map(|(i, event)| event.replacen("T10:", &format!("T{:02}:", i % 24), 1))
            .collect();
        let slow: Vec<&str> = slow.iter().map(String::as_str).collect();
        assert!(!trial::shapes(&slow).contains(&Kind::Flood));
    }
}
