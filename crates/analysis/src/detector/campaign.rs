//! This looks like a campaign: sources with one purpose, one list of ports and one tool.

use std::collections::BTreeSet;

use super::crowd::NETWORKS;
use super::together::{Band, Member, by, network_of};
use super::vertical::MANY;
use super::{Fact, Kind};

/// Neighbours with one means are a band from the second on; strangers with one list of ports from
/// the third on, for two may have bought the same list.
const NEIGHBOURS: usize = 2;
const ALIKE: usize = 3;
const DAY: i64 = 86_400 * 1_000_000_000;

/// Neighbours that share a scan out, or that scan for the same ports by the same means, one within
/// a day of the other. Being neighbours alone is no band: hosting companies have many customers.
pub(super) fn of_neighbours(members: &[Member<'_>], free: &[bool]) -> Vec<Band> {
    let key = |m: &Member<'_>| {
        let shape = &m.claim.shape;
        let shared_out = shape.kind == Kind::Distributed;
        let ports = if shared_out { shape.shared } else { m.ports };
        Some((
            network_of(m.ip),
            shape.kind,
            shape.probes.first().copied(),
            ports,
        ))
    };
    let runs = by(members, free, key).flat_map(|mut places| {
        let ends = |at: &usize| members.get(*at).and_then(|m| m.span.ends());
        places.sort_by_key(ends);
        let near = |a: &usize, b: &usize| {
            matches!((ends(a), ends(b)), (Some(a), Some(b)) if b.0.saturating_sub(a.1) <= DAY)
        };
        let runs = places.chunk_by(near).map(<[usize]>::to_vec);
        runs.collect::<Vec<_>>()
    });
    let bands = runs.filter(|places| places.len() >= NEIGHBOURS);
    bands
        .map(|places| Band {
            fact: (4.0, Fact::Neighbours(places.len())),
            members: places,
            id: None,
            kind: None,
        })
        .collect()
}

/// Strangers that share a scan out.
pub(super) fn of_strangers(members: &[Member<'_>], free: &[bool]) -> Vec<Band> {
    let key = |m: &Member<'_>| Some(m.claim.shape.shared).filter(|shared| *shared != 0);
    let networks = |places: &[usize]| {
        let networks = places.iter().filter_map(|at| members.get(*at));
        let networks: BTreeSet<u128> = networks.map(|m| network_of(m.ip)).collect();
        networks.len()
    };
    let bands = by(members, free, key).filter_map(|places| {
        let (sources, networks) = (places.len(), networks(&places));
        (networks >= NETWORKS).then_some(Band {
            fact: (8.0, Fact::SharedByStrangers { sources, networks }),
            members: places,
            id: None,
            kind: None,
        })
    });
    bands.collect()
}

/// Strangers with the same ports, the same means and the same tool.
pub(super) fn of_alike(members: &[Member<'_>], free: &[bool]) -> Vec<Band> {
    let key = |m: &Member<'_>| {
        let shape = &m.claim.shape;
        (shape.ports >= MANY).then(|| (m.ports, shape.probes.first().copied(), m.tool.to_owned()))
    };
    let bands = by(members, free, key).filter(|places| places.len() >= ALIKE);
    bands
        .map(|places| Band {
            fact: (5.0, Fact::Alike(places.len())),
            members: places,
            id: None,
            kind: None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::detector::trial;

    /// How many findings have a shape.
    fn findings(events: &[&str]) -> usize {
        trial::shapes(events).len()
    }

    #[test]
    fn neighbours_are_one_finding() {
        let one = [
            "2026-03-01T10:00:00Z tcp 198.51.100.7:40000 > 203.0.113.9:20-30 SYN",
            "2026-03-01T19:00:00Z tcp 198.51.100.9:40000 > 203.0.113.9:20-30 SYN",
        ];
        assert_eq!(findings(&one), 1);
        for apart in [
            "2026-03-01T19:00:00Z tcp 198.51.100.9:40000 > 203.0.113.9:80-99 SYN",
            "2026-03-01T19:00:00Z tcp 192.0.2.9:40000 > 203.0.113.9:20-30 SYN",
            "2026-03-03T19:00:00Z tcp 198.51.100.9:40000 > 203.0.113.9:20-30 SYN",
            "2026-03-01T19:00:00Z tcp 198.51.100.9:40000 > 203.0.113.9:20-30 FIN",
        ] {
            assert_eq!(findings(&[one[0], apart]), 2, "{apart}");
        }
    }

    #[test]
    fn one_list_of_ports_is_one_finding() {
        let hours = [
            ("10", "198.51.100.7"),
            ("12", "192.0.2.5"),
            ("14", "100.20.0.8"),
        ];
        let line = |(hour, ip): &(&str, &str), ports: &str| {
            format!("2026-03-01T{hour}:00:00Z tcp {ip}:40000 > 203.0.113.9:{ports} SYN")
        };
        let same: Vec<String> = hours.iter().map(|h| line(h, "8080-8090")).collect();
        let same: Vec<&str> = same.iter().map(String::as_str).collect();
        assert_eq!(findings(&same), 1);
        assert_eq!(findings(same.get(..2).unwrap_or_default()), 2);
    }
}
