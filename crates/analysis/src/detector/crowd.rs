//! This looks like a distributed scan by strangers: sources of unrelated networks that share the
//! ports of one of our addresses out among themselves, within minutes and by the same packets.
//!
//! What gives them away is what they leave out. Sources that know nothing of each other and ask for
//! ports of one range meet on some of them, one pair of ports in as many as the range is wide. Those
//! that share it out never meet.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use rutter_event::{Action, Direction, TcpFlags, Transport};

use super::conduct::{Range, Reach};
use super::together::network_of;
use super::{Claim, Kind, Shape, fact};
use crate::profile::{Marks, Profile, Source, hash_of};

/// Fewer networks than this are no crowd of strangers.
pub(super) const NETWORKS: usize = 3;
/// Each asks for so many ports; most strangers come for one or two that everybody asks for.
const PORTS: usize = 3;
/// So many ports would have been asked for twice by chance; none by chance in one of 20,000 crowds.
const MEETINGS: u128 = 10;
/// One begins at most so many nanoseconds after the one before it.
const GAP: i64 = 300 * 1_000_000_000;
/// A part of a shared scan is done within so many nanoseconds.
const WHILE: i64 = 3_600 * 1_000_000_000;

/// What the packets of a crowd have in common: transport, address, window, length.
type Like = (u8, IpAddr, Option<u32>, Option<u32>);

/// A source that may be part of a shared scan.
struct Part<'p> {
    first: i64,
    source: Source<'p>,
}

/// A scan that strangers share out.
#[derive(Debug)]
struct Crowd {
    range: Range,
    shared: u64,
}

/// Every crowd of a profile.
#[derive(Debug, Default)]
pub(crate) struct Crowds {
    all: Vec<Crowd>,
    members: BTreeMap<IpAddr, usize>,
}

impl Crowds {
    /// The crowds among all sources.
    pub(crate) fn of(sources: &[Source<'_>], profile: &Profile) -> Self {
        let mut alike: BTreeMap<Like, Vec<Part<'_>>> = BTreeMap::new();
        for source in sources {
            if let Some((like, first)) = part(*source, profile) {
                let source = *source;
                alike.entry(like).or_default().push(Part { first, source });
            }
        }
        let mut crowds = Self::default();
        for ((transport, ..), mut parts) in alike {
            parts.sort_by_key(|part| (part.first, part.source.ip()));
            for run in parts.chunk_by(|a, b| b.first.saturating_sub(a.first) <= GAP) {
                let Some(crowd) = shared_out(Transport(transport), run) else {
                    continue;
                };
                let place = crowds.all.len();
                let members = run.iter().map(|part| (part.source.ip(), place));
                crowds.members.extend(members);
                crowds.all.push(crowd);
            }
        }
        crowds
    }

    /// What a member of a crowd did, of whom it is known what it asked for.
    pub(crate) fn claim(&self, ip: IpAddr, reach: &Reach) -> Option<Claim> {
        let crowd = self.all.get(*self.members.get(&ip)?)?;
        (reach.refused > reach.admitted).then(|| Claim {
            id: "scan.distributed",
            groups: reach.groups,
            certainty: 0.97,
            shape: Shape {
                probes: reach.probes.clone(),
                ports: crowd.range.count,
                ranges: vec![crowd.range],
                targets: 1,
                shared: crowd.shared,
                ..Shape::of(Kind::Distributed)
            },
            facts: fact::of_walk(reach),
        })
    }

    /// Whether a source is one of a crowd.
    pub(crate) fn has(&self, ip: IpAddr) -> bool {
        self.members.contains_key(&ip)
    }
}

/// What the packets of a source have in common, and when it began, when it asked one address for
/// several ports and did nothing else.
fn part(source: Source<'_>, profile: &Profile) -> Option<(Like, i64)> {
    // A kind of packets has one port.
    if source.kinds_kept() < PORTS {
        return None;
    }
    let mut common: Option<(Transport, IpAddr)> = None;
    let mut targets = Marks::default();
    for group in source.groups() {
        let signature = &group.signature;
        let transport = signature.transport()?;
        let asks = match transport {
            Transport::TCP => signature
                .flags()
                .is_none_or(|flags| flags.shape() == TcpFlags::SYN),
            Transport::UDP => true,
            _ => false,
        };
        let ours = matches!(
            signature.direction(),
            Direction::Outbound | Direction::Internal
        );
        let this = (transport, group.destination?);
        if !asks
            || ours
            || signature.action() == Action::Allowed
            || common.is_some_and(|c| c != this)
        {
            return None;
        }
        common = Some(this);
        targets.merge(&group.target_set());
    }
    if let Some(others) = source.other_targets() {
        targets.merge(others);
    }
    let (transport, destination) = common?;
    let (first, last) = source.span().ends()?;
    let trace = profile.trace_of(source.ip())?;
    let is_steady = |extent: crate::profile::Extent| extent.width().is_none_or(|width| width == 0);
    let whole = targets.count() == 1
        && last.saturating_sub(first) <= WHILE
        && is_steady(trace.window)
        && is_steady(trace.length);
    let like = (
        transport.0,
        destination,
        trace.window.constant(),
        trace.length.constant(),
    );
    whole.then_some((like, first))
}

/// The crowd that parts are, when they hardly ever ask for the same port.
fn shared_out(transport: Transport, run: &[Part<'_>]) -> Option<Crowd> {
    let networks: BTreeSet<u128> = run
        .iter()
        .map(|part| network_of(part.source.ip()))
        .collect();
    if networks.len() < NETWORKS {
        return None;
    }
    let mut union: BTreeSet<u16> = BTreeSet::new();
    let (mut asked, mut squares) = (0_u128, 0_u128);
    for part in run {
        let ports = part.source.ports_of(transport);
        asked += ports.len() as u128;
        squares += (ports.len() as u128).pow(2);
        union.extend(ports);
    }
    let (low, high) = (*union.first()?, *union.last()?);
    let width = u128::from(high - low) + 1;
    // Pairs of ports of different sources, each of which is of equal ones once in `width`.
    let pairs = (asked * asked - squares) / 2;
    let met = asked - union.len() as u128;
    let apart = pairs >= MEETINGS * width && met * MEETINGS * width <= pairs;
    apart.then(|| Crowd {
        range: Range {
            transport,
            low,
            high,
            count: u32::try_from(union.len()).unwrap_or(u32::MAX),
        },
        shared: hash_of(&(transport.0, union)),
    })
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    /// So many strangers, each with some of the ports of a range, in order; what comes behind.
    fn strangers(count: u16, each: u16, tail: impl Fn(u16) -> String) -> Vec<String> {
        (0..count)
            .map(|i| {
                let low = 7_000 + i * each;
                let (ports, tail) = (format!("{low}-{}", low + each - 1), tail(i));
                format!(
                    "2026-03-01T10:{:02}:00Z tcp {}.7.{i}.9:40000 > 203.0.113.9:{ports} {tail}",
                    i % 4,
                    60 + i
                )
            })
            .collect()
    }

    fn shapes(events: &[String]) -> Vec<Kind> {
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        trial::shapes(&events)
    }

    fn alike(_: u16) -> String {
        "SYN window=1024 len=44".to_owned()
    }

    #[test]
    fn strangers_that_share_a_range_out_are_one_finding() {
        assert_eq!(shapes(&strangers(6, 4, alike)), [Kind::Distributed]);
        assert_eq!(shapes(&strangers(12, 5, alike)), [Kind::Distributed]);
        assert_eq!(shapes(&strangers(20, 40, alike)), [Kind::Distributed]);
    }

    #[test]
    fn fewer_prove_nothing() {
        assert_eq!(shapes(&strangers(5, 4, alike)), []);
        assert!(!shapes(&strangers(4, 5, alike)).contains(&Kind::Distributed));
    }

    #[test]
    fn strangers_that_meet_or_differ_are_none() {
        // Each asks for the same four ports.
        let same: Vec<String> = strangers(12, 4, alike)
            .iter()
            .map(|event| {
                let (head, tail) = event.split_once("203.0.113.9:").unwrap_or_default();
                let (_, tail) = tail.split_once(' ').unwrap_or_default();
                format!("{head}203.0.113.9:7000-7003 {tail}")
            })
            .collect();
        // Each by another program.
        let programs = strangers(12, 4, |i| format!("SYN window={} len=44", 1_024 + i));
        // One after the other, ten minutes apart.
        let late: Vec<String> = strangers(12, 4, alike)
            .iter()
            .enumerate()
            .map(|(i, event)| {
                let (_, rest) = event.split_once("Z ").unwrap_or_default();
                format!("2026-03-01T{:02}:{:02}:00Z {rest}", 10 + i / 6, i % 6 * 10)
            })
            .collect();
        // Let in.
        let guests = strangers(12, 4, |i| alike(i) + " action=allowed");
        for (what, events) in [
            ("same", same),
            ("programs", programs),
            ("late", late),
            ("guests", guests),
        ] {
            let found = shapes(&events);
            assert!(!found.contains(&Kind::Distributed), "{what}: {found:?}");
        }
    }
}
