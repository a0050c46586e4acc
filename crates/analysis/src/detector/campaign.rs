//! This looks like a campaign: sources with one purpose, one list of ports and one tool.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::crowd::NETWORKS;
use super::together::{Band, Member, by, network_of};
use super::vertical::MANY;
use super::{Fact, Kind};

/// Neighbours with one means are a band from the second on; strangers with one list of ports from
/// the third on, for two may have bought the same list.
const NEIGHBOURS: usize = 2;
const ALIKE: usize = 3;
/// Neighbours at work at the same time are one operator's from the third on: hosting companies have
/// many customers, few of whom scan for days.
const NETWORK: usize = 3;
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
            fact: neighbours(members, &places),
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

fn neighbours(members: &[Member<'_>], places: &[usize]) -> (f32, Fact) {
    let first = places.first().and_then(|at| members.get(*at));
    let network = first.map_or(Ipv4Addr::UNSPECIFIED.into(), |member| {
        match member.ip.to_canonical() {
            IpAddr::V4(ip) => Ipv4Addr::from_bits(ip.to_bits() >> 8 << 8).into(),
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 80 << 80).into(),
        }
    });
    let sources = places.len();
    (4.0, Fact::Neighbours { sources, network })
}

/// Neighbours who go through our ports at the same time and by the same means, for hours or weeks,
/// each with ports of its own: one operator with many addresses. Those who ask for the same ports
/// are told as such.
pub(super) fn of_network(members: &[Member<'_>], free: &[bool]) -> Vec<Band> {
    let key = |m: &Member<'_>| {
        let shape = &m.claim.shape;
        let wide = matches!(shape.kind, Kind::Vertical | Kind::Block | Kind::Distributed);
        (wide && shape.slow).then(|| (network_of(m.ip), shape.probes.first().copied()))
    };
    let mut bands = Vec::new();
    for mut places in by(members, free, key) {
        let ends = |at: usize| members.get(at).and_then(|m| m.span.ends());
        let ports = |at: usize| members.get(at).map(|m| m.ports);
        places.sort_by_key(|at| ends(*at));
        let mut run: Vec<usize> = Vec::new();
        let mut last = i64::MIN;
        let mut tell = |run: Vec<usize>| {
            let differ = run.windows(2).any(|two| match two {
                [a, b] => ports(*a) != ports(*b),
                _ => false,
            });
            if run.len() >= NETWORK && differ {
                bands.push(Band {
                    fact: neighbours(members, &run),
                    members: run,
                    id: Some("scan.distributed"),
                    kind: Some(Kind::Distributed),
                });
            }
        };
        for at in places {
            let Some((begin, end)) = ends(at) else {
                continue;
            };
            if begin > last {
                tell(std::mem::take(&mut run));
            }
            last = last.max(end);
            run.push(at);
        }
        tell(run);
    }
    bands
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
    fn a_network_at_work_for_weeks_is_one_finding() {
        let line = |host: u8, day: u8| {
            let low = 1_000 + u16::from(host) * 997 + u16::from(day) * 31;
            format!(
                "2026-03-{day:02}T{:02}:00:00Z tcp 198.51.100.{host}:40000 > 203.0.113.9:{low}-{} SYN",
                host % 24,
                low + 1
            )
        };
        let month = |hosts: &[u8]| {
            let lines: Vec<String> = hosts
                .iter()
                .flat_map(|host| (1..=20).step_by(4).map(|day| line(*host, day)))
                .collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            findings(&lines)
        };
        assert_eq!(month(&[7, 8, 9, 40, 41]), 1);
        assert_eq!(month(&[7, 8]), 2, "two customers of one company");
        // One after the other, with days between them.
        let apart: Vec<String> = [7, 8, 9]
            .into_iter()
            .flat_map(|host| (0..3).map(move |turn| line(host, (host - 7) * 9 + 1 + turn)))
            .collect();
        let apart: Vec<&str> = apart.iter().map(String::as_str).collect();
        assert_eq!(findings(&apart), 3);
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
