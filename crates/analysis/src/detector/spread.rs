//! This looks like a worm's spread: a host of ours goes through strangers and is turned away.

use rutter_event::{Direction, TcpFlags, Transport};

use super::conduct::{Conduct, Range};
use super::probe::Probe;
use super::{Claim, Fact, Kind, Shape};

/// Strangers on one port. A browser visits as many, but on its own ports and it is let out.
const STRANGERS: u32 = 30;

/// Fires on one of our hosts whose calls to many strangers on one port were stopped.
pub(super) fn look(conduct: &Conduct<'_, '_>) -> Option<Claim> {
    let mut groups = 0;
    let mut widest: Option<(u16, u32)> = None;
    for (at, group, _) in conduct.groups() {
        let signature = &group.signature;
        let call = signature.transport() == Some(Transport::TCP)
            && signature.flags().is_none_or(|f| f.shape() == TcpFlags::SYN);
        let stopped =
            signature.direction() == Direction::Outbound && signature.action().is_denial();
        if let (true, true, Some(port)) = (call, stopped, signature.port())
            && group.targets() >= STRANGERS
        {
            groups |= 1 << at;
            if widest.is_none_or(|(_, targets)| group.targets() > targets) {
                widest = Some((port, group.targets()));
            }
        }
    }
    let (port, targets) = widest?;
    Some(Claim {
        id: "infection.spreading",
        groups,
        certainty: 0.9,
        shape: Shape {
            probes: vec![Probe::Syn],
            ports: 1,
            ranges: vec![Range {
                transport: Transport::TCP,
                low: port,
                high: port,
                count: 1,
            }],
            targets,
            ..Shape::of(Kind::Spread)
        },
        facts: vec![(7.0, Fact::Strangers { port, targets })],
    })
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Spread,
            &[
                &["tcp 192.168.1.23:49155 > 198.51.100.1-60:8291 SYN"],
                &["tcp 203.0.113.23:49155 > 198.51.100.1-40:445 SYN"],
            ],
            &[&["tcp 192.168.1.23:49155 > 198.51.100.1-29:8291 SYN"]],
            &[
                &["tcp 192.168.1.23:49155 > 198.51.100.1-60:443 SYN action=allowed"],
                &["tcp 198.51.100.23:49155 > 203.0.113.1-60:8291 SYN"],
                &["udp 192.168.1.23:6881 > 198.51.100.1-60:6881"],
                &["tcp 192.168.1.23:49155 > 198.51.100.1:8291 SYN repeat=60/1s"],
            ],
        );
    }
}
