//! This looks like port knocking: a few closed ports, each as often as the others, then a door opens.

use rutter_event::{Action, Direction};

use super::conduct::Conduct;
use super::{Claim, Fact, Kind, Shape};
use crate::profile::Group;

/// A knock has so many ports: fewer are a slip, more are a scan.
const PORTS: std::ops::RangeInclusive<usize> = 3..=8;
/// Each is knocked on at most so often: a firewall logs a retransmission as one more.
const TIMES: u64 = 3;
/// The knock, and the door after it, take at most so many nanoseconds.
const MOMENT: i64 = 60 * 1_000_000_000;

/// Fires on closed ports that were all tried equally often, shortly before one was let in.
pub(super) fn look(conduct: &Conduct<'_, '_>) -> Option<Claim> {
    if conduct.source.is_sampled() {
        return None;
    }
    let mut groups = 0;
    let mut knocks: Vec<Group<'_>> = Vec::new();
    let mut opened: Option<Group<'_>> = None;
    for (at, group, _) in conduct.groups() {
        let signature = &group.signature;
        if signature.direction() == Direction::Outbound || group.targets() > 1 {
            return None;
        }
        if signature.action() == Action::Allowed {
            if opened.is_none_or(|o| group.span.ends() < o.span.ends()) {
                opened = Some(group);
            }
        } else if signature.action().is_denial() && signature.port()? >= 1_024 {
            knocks.push(group);
            groups |= 1 << at;
        } else {
            return None;
        }
    }
    let times = knocks.first()?.events;
    let mut ports: Vec<_> = knocks.iter().map(|k| k.signature.port()).collect();
    ports.sort_unstable();
    ports.dedup();
    let even = times <= TIMES && knocks.iter().all(|k| k.events == times);
    let first = knocks
        .iter()
        .filter_map(|k| k.span.ends())
        .map(|e| e.0)
        .min()?;
    let last = knocks
        .iter()
        .filter_map(|k| k.span.ends())
        .map(|e| e.0)
        .max()?;
    let (door, _) = opened?.span.ends()?;
    let after = last <= door && door.saturating_sub(first) <= MOMENT;
    let to = knocks
        .iter()
        .all(|k| k.destination == opened.and_then(|o| o.destination));
    let one_each = ports.len() == knocks.len() && PORTS.contains(&ports.len());
    (one_each && even && after && to).then(|| {
        let ports = u32::try_from(ports.len()).unwrap_or(u32::MAX);
        Claim {
            id: "benign.port-knock",
            groups,
            certainty: 0.9,
            shape: Shape {
                ports,
                targets: 1,
                ..Shape::of(Kind::Knock)
            },
            facts: vec![(4.5, Fact::Knocked { ports, times })],
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        let door =
            "2026-03-01T10:00:09Z tcp 198.51.100.7:40010 > 203.0.113.9:22 SYN action=allowed";
        trial::hold(
            Kind::Knock,
            &[&[
                "2026-03-01T10:00:00Z tcp 198.51.100.7:40001 > 203.0.113.9:7000 SYN",
                "2026-03-01T10:00:01Z tcp 198.51.100.7:40002 > 203.0.113.9:8000 SYN",
                "2026-03-01T10:00:02Z tcp 198.51.100.7:40003 > 203.0.113.9:9000 SYN",
                door,
            ]],
            &[
                &[
                    "2026-03-01T10:00:00Z tcp 198.51.100.7:40001 > 203.0.113.9:7000 SYN",
                    "2026-03-01T10:00:01Z tcp 198.51.100.7:40002 > 203.0.113.9:8000 SYN",
                    door,
                ],
                &[
                    "2026-03-01T09:00:00Z tcp 198.51.100.7:40001 > 203.0.113.9:7000 SYN",
                    "2026-03-01T09:00:01Z tcp 198.51.100.7:40002 > 203.0.113.9:8000 SYN",
                    "2026-03-01T09:00:02Z tcp 198.51.100.7:40003 > 203.0.113.9:9000 SYN",
                    door,
                ],
            ],
            &[
                &["tcp 198.51.100.7:40000 > 203.0.113.9:7000-7002 SYN"],
                &[
                    "2026-03-01T10:00:00Z tcp 198.51.100.7:40001 > 203.0.113.9:7000-7020 SYN",
                    door,
                ],
            ],
        );
    }
}
