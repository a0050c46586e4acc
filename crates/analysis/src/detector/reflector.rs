//! This looks like the abuse of a reflector: somebody asks a service of ours again and again in the
//! name of a victim.
//!
//! Who hunts amplifiers asks each address once and goes on. Who uses one asks it without end, and
//! the sender that the packets name is the victim of what we would answer.

use rutter_event::{Direction, Transport};

use super::conduct::Conduct;
use super::{Claim, Fact, Kind, Shape};

/// So many questions to one address. A hunter comes back a few times a day.
const QUESTIONS: u64 = 50;
/// And so many a minute; slower is a client that gets no answer.
const A_MINUTE: u64 = 6;

/// Fires on many questions of one source to an amplifier's port.
pub(super) fn look(conduct: &Conduct<'_, '_>) -> Option<Claim> {
    let mut best: Option<(&'static str, u64, u64)> = None;
    let mut groups = 0;
    for (at, group, heard) in conduct.groups() {
        let signature = &group.signature;
        let id = ASKED
            .iter()
            .find(|(port, _)| signature.port() == Some(*port));
        let udp = signature.transport() == Some(Transport::UDP);
        let ours = signature.direction() != Direction::Inbound || heard.answered;
        let (Some((_, id)), true, false) = (id, udp, ours) else {
            continue;
        };
        let each = group.events / u64::from(group.targets().max(1));
        let Some((first, last)) = group.span.ends() else {
            continue;
        };
        let seconds = u64::try_from(last.saturating_sub(first)).unwrap_or(0) / 1_000_000_000;
        if each >= QUESTIONS && group.events * 60 >= A_MINUTE * seconds {
            groups |= 1 << at;
            if best.is_none_or(|(_, most, _)| each > most) {
                best = Some((id, each, seconds));
            }
        }
    }
    let (id, questions, seconds) = best?;
    Some(Claim {
        id,
        groups,
        certainty: 0.93,
        shape: Shape::of(Kind::Reflector),
        facts: vec![(5.0, Fact::Questions { questions, seconds })],
    })
}

/// Ports whose service answers with much more than it was asked, and what using it is called.
const ASKED: [(u16, &str); 12] = [
    (17, "amplification.qotd"),
    (19, "amplification.chargen"),
    (53, "amplification.dns"),
    (111, "amplification.portmap"),
    (123, "amplification.ntp"),
    (161, "amplification.snmp"),
    (389, "amplification.cldap"),
    (1_434, "amplification.mssql-browser"),
    (1_900, "amplification.ssdp"),
    (3_702, "amplification.ws-discovery"),
    (5_353, "amplification.mdns"),
    (11_211, "amplification.memcached"),
];

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Reflector,
            &[
                &["udp 198.51.100.7:80 > 203.0.113.9:123 len=36 repeat=50/2s"],
                &["udp 198.51.100.7:443 > 203.0.113.9:11211 repeat=400/1s"],
            ],
            &[
                &["udp 198.51.100.7:80 > 203.0.113.9:123 len=36 repeat=49/2s"],
                &["udp 198.51.100.7:80 > 203.0.113.9:123 len=36 repeat=50/11s"],
            ],
            &[
                &["udp 198.51.100.7:40000 > 203.0.113.1-60:123 len=36"],
                &["udp 203.0.113.9:40000 > 198.51.100.7:123 len=76 repeat=90/2s"],
                &["tcp 198.51.100.7:40000 > 203.0.113.9:53 SYN repeat=90/2s"],
            ],
        );
    }
}
