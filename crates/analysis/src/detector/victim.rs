//! This looks like a victim: a host answers what nobody here has asked, because somebody floods it
//! with our address forged.
//!
//! After D. Moore, C. Shannon, D. Brown, G. Voelker and S. Savage, "Inferring Internet
//! Denial-of-Service Activity", ACM TOCS 24(2), 2006: at least 25 packets over at least 60 seconds,
//! and at least 30 in the busiest minute (half a packet a second). The third threshold makes it surer
//! and is told either way, but is not asked for: it was chosen for a network of 16 million addresses,
//! and whoever watches a few sees such a rate of no victim but the largest. Minutes are those of the
//! clock, so a burst that the clock cuts in two must have up to twice as many packets to reach it.
//!
//! Who forges draws sources evenly from all of IPv4, as Moore's "backscatter hypothesis" has it. Of
//! the answers we see the share that our addresses are of all, so the whole is as many times larger.
//! It counts answers: a host that answers each packet several times is flooded by fewer.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::{Direction, TcpFlags, Transport};

use super::conduct::Conduct;
use super::{Claim, Fact, Kind, Shape};
use crate::home::Home;
use crate::profile::{Profile, Span};

/// Moore's thresholds: packets, seconds, packets in the busiest minute.
const PACKETS: u64 = 25;
const SECONDS: u64 = 60;
pub(super) const PEAK: u64 = 30;
/// How many addresses there are for forging.
const ADDRESSES: u64 = 1 << 32;
/// The log tells of a whole home when it names one address in so many of it.
const NAMED: u64 = 16;
/// Or when answers came to address after address, each answered again as often as TCP does.
const AGAIN: u64 = 6;

/// Where and when answers were seen.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// How many addresses of ours the log names.
    named: u32,
    /// How many public IPv4 addresses our networks have; 0 when nobody knows.
    home: u64,
    /// Answers in the busiest minute of each host.
    busiest: BTreeMap<IpAddr, u64>,
    /// Whether there may have been busier ones.
    is_thinned: bool,
}

impl Watch {
    /// What was watched at a home by a log that names so many addresses of ours.
    pub(crate) fn of(profile: &Profile, home: &Home, named: u32) -> Self {
        let (busiest, is_thinned) = profile.busiest_minutes();
        Self {
            named,
            home: home.public_addresses(),
            busiest,
            is_thinned,
        }
    }

    /// At how many addresses answers could be seen, of which so many came to so many addresses: all
    /// of our networks when the log tells of them, else those that it names. The log of one host of a
    /// network tells of that host alone.
    fn addresses(&self, packets: u64, targets: u32) -> u64 {
        let named = u64::from(self.named.max(targets)).max(1);
        let whole = named * NAMED >= self.home || u64::from(targets) * AGAIN >= packets;
        if whole { named.max(self.home) } else { named }
    }

    /// Answers of a host in its busiest minute; nothing when busier ones may have been left out.
    fn busiest(&self, ip: IpAddr) -> Option<u64> {
        let most = self.busiest.get(&ip).copied().unwrap_or(0);
        (!self.is_thinned || most >= PEAK).then_some(most)
    }
}

/// Fires on answers of one host to questions that we never put.
pub(super) fn look(conduct: &Conduct<'_, '_>) -> Option<Claim> {
    let mut groups: u32 = 0;
    let (mut packets, mut span, mut port) = (0, Span::default(), None);
    let mut targets = None;
    for (at, group, heard) in conduct.groups() {
        let signature = &group.signature;
        let answers = match signature.transport()? {
            Transport::TCP => signature.flags().is_some_and(|flags| {
                let flags = flags.shape();
                flags == TcpFlags::SYN.with(TcpFlags::ACK) || flags.has(TcpFlags::RST)
            }),
            Transport::ICMP | Transport::ICMPV6 => heard.best.entry.kind() == "backscatter",
            _ => false,
        };
        let ours = signature.direction() == Direction::Outbound || heard.answered || heard.spoke;
        if !answers || ours || heard.best.entry.kind() == "benign" {
            continue;
        }
        groups |= 1 << at;
        packets += group.events;
        span.merge(group.span);
        if signature.transport() == Some(Transport::TCP) {
            port = port.or(group.source_port);
        }
        match &mut targets {
            None => targets = Some(group.target_set()),
            Some(set) => set.merge(&group.target_set()),
        }
    }
    if conduct.source.is_sampled() && groups.count_ones() as usize == conduct.source.kinds_kept() {
        (packets, span) = (conduct.source.events(), conduct.source.span());
        if let (Some(set), Some(others)) = (&mut targets, conduct.source.other_targets()) {
            set.merge(others);
        }
    }
    let (first, last) = span.ends()?;
    let seconds = u64::try_from(last.saturating_sub(first)).ok()? / 1_000_000_000;
    let targets = targets?.at_most(packets).max(1);
    let watched = conduct.watch.addresses(packets, targets);
    let busiest = conduct.watch.busiest(conduct.source.ip());
    (packets >= PACKETS && seconds >= SECONDS).then(|| Claim {
        id: if port.is_some() {
            "backscatter.syn-flood"
        } else {
            "backscatter.icmp-error"
        },
        groups,
        certainty: if busiest.is_some_and(|most| most >= PEAK) {
            0.99
        } else {
            0.97
        },
        shape: Shape {
            targets,
            ..Shape::of(Kind::Victim)
        },
        facts: vec![
            (
                6.0,
                Fact::Backscatter {
                    packets,
                    seconds,
                    busiest,
                },
            ),
            (0.0, flooded(port, packets, seconds, watched)),
        ],
    })
}

/// What the victim bears when so many answers were seen at so many addresses.
fn flooded(port: Option<u16>, packets: u64, seconds: u64, watched: u64) -> Fact {
    let whole = |packets: u64| {
        let all = u128::from(packets) * u128::from(ADDRESSES);
        let rate = all / u128::from(watched.max(1)) / u128::from(seconds.max(1));
        u64::try_from(rate).unwrap_or(u64::MAX)
    };
    // Arrivals by chance: 1.96 standard errors, which is the root of their number.
    Fact::Flooded {
        port,
        rate: whole(packets),
        give: whole((packets * 4).isqrt()),
        watched,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;
    use crate::detector::trial;
    use crate::finding::find_with;
    use crate::phrase::Language;
    use rutter_knowledge::Knowledge;

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Victim,
            &[
                &["tcp 192.0.2.80:443 > 203.0.113.9:40112 SYN+ACK repeat=25/3s"],
                &["tcp 192.0.2.80:80 > 203.0.113.9:31000-31060 RST repeat=1/2s"],
            ],
            &[
                &["tcp 192.0.2.80:443 > 203.0.113.9:40112 SYN+ACK repeat=24/3s"],
                &["tcp 192.0.2.80:443 > 203.0.113.9:40112 SYN+ACK repeat=25/2s"],
            ],
            &[
                &[
                    "tcp 203.0.113.9:40112 > 192.0.2.80:443 SYN action=allowed",
                    "tcp 192.0.2.80:443 > 203.0.113.9:40112 SYN+ACK repeat=40/3s",
                ],
                &["tcp 198.51.100.7:40000 > 203.0.113.9:80 SYN repeat=40/3s"],
                &["tcp 192.0.2.80:443 > 203.0.113.9:40112 FIN+ACK repeat=40/3s"],
            ],
        );
    }

    /// How sure, and the two sentences.
    fn told(home: &str, events: &[String]) -> (f64, String, String) {
        let home = Home::new(vec![home.parse().unwrap()]);
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        let knowledge = Knowledge::embedded();
        let profile = trial::profile(&events, &home);
        let found = find_with(&(), &profile, &home, knowledge).findings;
        let victim = found
            .iter()
            .find(|f| f.shape.as_ref().is_some_and(|s| s.kind == Kind::Victim));
        let victim = victim.unwrap();
        let [first, second, ..] = victim.evidence.as_slice() else {
            unreachable!("{:?}", victim.evidence)
        };
        let text = |piece: &crate::engine::Piece<'_>| piece.says.text(Language::En);
        (victim.probability, text(first), text(second))
    }

    /// Answers of one victim in these seconds, to one of our addresses or all over a network.
    fn answers(network: &str, seconds: impl Iterator<Item = u32>) -> Vec<String> {
        let answer = |at: u32| {
            let (minute, second) = (at / 60, at % 60);
            let host = if network.matches('.').count() == 3 {
                network.to_owned()
            } else {
                format!("{network}.{}.{}", at * 97 % 256, 1 + at * 37 % 251)
            };
            let port = 40_000 + at;
            format!(
                "2026-03-01T10:{minute:02}:{second:02}Z tcp 192.0.2.80:443 > {host}:{port} SYN+ACK"
            )
        };
        seconds.map(answer).collect()
    }

    #[test]
    fn the_busiest_minute_is_told() {
        let even = (0..66).step_by(2);
        let fewer = even.clone().filter(|second| *second != 8);
        let (sure, below, _) = told("203.0.113.9/32", &answers("203.0.113.9", fewer));
        assert!(
            below.contains("29 of them in the busiest minute; two of"),
            "{below}"
        );
        let (surer, met, _) = told("203.0.113.9/32", &answers("203.0.113.9", even));
        assert!(
            met.contains("30 of them in the busiest minute; Moore's three"),
            "{met}"
        );
        assert!(sure < surer, "{sure} {surer}");
    }

    #[test]
    fn the_rate_goes_by_the_share_of_all_addresses_that_is_ours() {
        // 100 answers in 99 seconds to a 65,536th of all addresses.
        let (.., whole) = told("198.51.0.0/16", &answers("198.51", 0..100));
        assert_eq!(
            whole,
            "its port 443 is being flooded with forged sources, by about 70,000 packets a second (50,000 to \
             80,000), going by 65,536 of our addresses; do not block it, it is the victim"
        );
        // One host of that network logs what comes to it, and knows of nothing else.
        let (.., one) = told("198.51.0.0/16", &answers("198.51.7.9", 0..100));
        assert!(
            one.contains("by up to 4,000,000,000 packets a second, a guess from no more than 1 address of ours"),
            "{one}"
        );
    }

    #[test]
    fn homes_are_counted_once() {
        let of = |networks: &[&str]| {
            let networks = networks.iter().map(|n| n.parse().unwrap());
            Home::new(networks.collect()).public_addresses()
        };
        assert_eq!(
            of(&["203.0.113.0/24", "203.0.113.128/25", "198.51.100.7"]),
            257
        );
        assert_eq!(of(&["10.0.0.0/8", "192.168.0.0/16", "2001:db8::/32"]), 0);
        assert_eq!(of(&["0.0.0.0/0"]), 1 << 32);
        assert_eq!(of(&[]), 0);
    }
}
