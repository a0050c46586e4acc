//! This looks like a campaign: sources of one network, or with one list of ports and one tool.

use super::Fact;
use super::together::{Band, Member, by, network_of};
use super::vertical::MANY;

/// Neighbours with one means are a band from the second on; strangers with one list of ports from
/// the third on, for two may have bought the same list.
const NEIGHBOURS: usize = 2;
const ALIKE: usize = 3;

/// Neighbours that scan by the same means.
pub(super) fn of_neighbours(members: &[Member<'_>], free: &[bool]) -> Vec<Band> {
    let key = |m: &Member<'_>| Some((network_of(m.ip), m.claim.shape.probes.first().copied()));
    let bands = by(members, free, key).filter(|places| places.len() >= NEIGHBOURS);
    bands
        .map(|places| Band {
            fact: (4.0, Fact::Neighbours(places.len())),
            members: places,
            id: None,
            kind: None,
        })
        .collect()
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
        assert_eq!(
            findings(&[
                "tcp 198.51.100.7:40000 > 203.0.113.9:20-30 SYN",
                "tcp 198.51.100.9:40000 > 203.0.113.9:80-99 SYN"
            ]),
            1
        );
        let apart = [
            "tcp 198.51.100.7:40000 > 203.0.113.9:20-30 SYN",
            "tcp 192.0.2.9:40000 > 203.0.113.9:80-99 SYN",
        ];
        assert_eq!(findings(&apart), 2);
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
