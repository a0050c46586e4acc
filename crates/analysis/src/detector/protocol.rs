//! This looks like a protocol scan: one address asked for protocol after protocol.

use super::conduct::{Conduct, Reach};
use super::fact::Fact;
use super::probe::Probe;
use super::{Claim, Kind};

/// Distinct protocols beside TCP, UDP, ICMP and SCTP: psad's `PROTOCOL_SCAN_THRESHOLD`. A router
/// with tunnels and routing speaks four: GRE, ESP, AH and OSPF or PIM.
const PROTOCOLS: u32 = 5;

/// Fires on many protocols.
pub(super) fn look(_: &Conduct<'_, '_>, reach: &Reach) -> Option<Claim> {
    (reach.protocols >= PROTOCOLS && reach.has(Probe::Protocol)).then(|| {
        let mut claim = reach.claim("scan.protocol", Kind::Protocol);
        claim.certainty = claim.certainty.max(0.99);
        claim
            .facts
            .insert(0, (7.0, Fact::Protocols(reach.protocols)));
        claim
    })
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Protocol,
            &[&[
                "etherip 198.51.100.7 > 203.0.113.9",
                "ipip 198.51.100.7 > 203.0.113.9",
                "rsvp 198.51.100.7 > 203.0.113.9",
                "igp 198.51.100.7 > 203.0.113.9",
                "egp 198.51.100.7 > 203.0.113.9",
            ]],
            &[&[
                "etherip 198.51.100.7 > 203.0.113.9",
                "ipip 198.51.100.7 > 203.0.113.9",
                "rsvp 198.51.100.7 > 203.0.113.9",
                "igp 198.51.100.7 > 203.0.113.9",
            ]],
            &[
                &["gre 198.51.100.7 > 203.0.113.9 repeat=50/3s"],
                &["igmp 10.0.0.7 > 224.0.0.1 repeat=50/3s"],
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.9:22 SYN",
                    "udp 198.51.100.7:40000 > 203.0.113.9:53",
                    "icmp 198.51.100.7 > 203.0.113.9 type=8 code=0",
                    "gre 198.51.100.7 > 203.0.113.9",
                    "esp 198.51.100.7 > 203.0.113.9",
                ],
            ],
        );
    }
}
