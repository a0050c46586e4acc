//! This looks like a storm of retries: a program of ours calls a server that it never reaches.

use rutter_event::Direction;

use super::conduct::Conduct;
use super::{Claim, Fact, Kind, Shape};

/// So many calls on one port of one address. TCP itself tries six or seven times.
const CALLS: u64 = 30;
/// Meanings that say more about such calls than their number does.
const OTHERS: [&str; 4] = ["infection", "adware", "worm", "bruteforce"];

/// Fires on calls from our side that were stopped again and again.
pub(super) fn look(conduct: &Conduct<'_, '_>) -> Option<Claim> {
    let mut groups = 0;
    let (mut calls, mut servers, mut even) = (0, 0, false);
    for (at, group, heard) in conduct.groups() {
        let signature = &group.signature;
        let stopped =
            signature.direction() == Direction::Outbound && signature.action().is_denial();
        let opens = signature
            .flags()
            .is_none_or(|flags| flags.shape() == rutter_event::TcpFlags::SYN);
        let other = OTHERS.contains(&heard.best.entry.kind());
        if stopped && opens && !other && group.targets() == 1 && group.events >= CALLS {
            groups |= 1 << at;
            calls += group.events;
            servers += 1;
            even |= group.is_regular();
        }
    }
    (servers > 0).then(|| Claim {
        id: "misconfig.retry-storm",
        groups,
        certainty: 0.9,
        shape: Shape {
            targets: servers,
            ..Shape::of(Kind::Retry)
        },
        facts: vec![(
            4.0,
            Fact::Calls {
                calls,
                servers,
                even,
            },
        )],
    })
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Retry,
            &[&["tcp 192.168.1.23:49155 > 198.51.100.9:8123 SYN repeat=30/60s"]],
            &[&["tcp 192.168.1.23:49155 > 198.51.100.9:8123 SYN repeat=29/60s"]],
            &[
                &["tcp 192.168.1.23:49155 > 198.51.100.9:8123 SYN action=allowed repeat=90/60s"],
                &["tcp 198.51.100.23:49155 > 203.0.113.9:8123 SYN repeat=90/60s"],
                &["udp 192.168.1.23:5353 > 224.0.0.251:5353 repeat=90/60s"],
            ],
        );
    }
}
