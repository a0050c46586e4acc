//! This looks like a victim: a host answers what nobody here has asked, because somebody floods it
//! with our address forged.
//!
//! After D. Moore, C. Shannon, D. Brown, G. Voelker and S. Savage, "Inferring Internet
//! Denial-of-Service Activity", ACM TOCS 24(2), 2006: at least 25 packets over at least 60 seconds.
//! Their third threshold, 30 packets in the busiest minute, is told as evidence when the mean
//! already reaches it, for a handful of addresses sees a small share of the answers only.

use rutter_event::{Direction, TcpFlags, Transport};

use super::conduct::Conduct;
use super::{Claim, Fact, Kind, Shape};
use crate::profile::Span;

/// Moore's thresholds.
const PACKETS: u64 = 25;
const SECONDS: u64 = 60;
/// How many addresses there are for forging.
const ADDRESSES: u64 = 1 << 32;

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
    }
    let (first, last) = span.ends()?;
    let seconds = u64::try_from(last.saturating_sub(first)).ok()? / 1_000_000_000;
    let targets = targets?.at_most(packets).max(1);
    // Addresses that saw nothing of it were watched as well.
    let watched = conduct.watched.max(targets);
    (packets >= PACKETS && seconds >= SECONDS).then(|| Claim {
        id: if port.is_some() {
            "backscatter.syn-flood"
        } else {
            "backscatter.icmp-error"
        },
        groups,
        certainty: 0.97,
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
                    peak: packets * 60 >= 30 * seconds,
                },
            ),
            (
                0.0,
                Fact::Flooded {
                    port,
                    rate: packets * (ADDRESSES / u64::from(watched)) / seconds,
                    watched,
                },
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

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
}
