//! This looks like a sweep: few ports, or pings, of many addresses.

use super::conduct::{Conduct, Reach};
use super::{Claim, Kind};

use super::vertical::MANY;

/// Fires on few ports of many addresses.
pub(super) fn look(_: &Conduct<'_, '_>, reach: &Reach) -> Option<Claim> {
    let wide = reach.targets >= MANY && reach.ports < MANY;
    (wide && reach.is_walk()).then(|| reach.claim("scan.horizontal", Kind::Horizontal))
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Horizontal,
            &[
                &["tcp 198.51.100.7:40000 > 203.0.113.1-5:23 SYN"],
                &["tcp 198.51.100.7:40000 > 203.0.113.1-40:3389"],
                &["udp 192.0.2.8:5060 > 203.0.113.100-115:5060"],
                &["udp 198.51.100.99:51110 > 203.0.113.1-30:161"],
                &["icmp 198.51.100.7 > 203.0.113.1-20 type=8 code=0"],
                &["tcp 198.51.100.7:40000 > 203.0.113.1-30:22 FIN"],
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.1-9:22 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.1-9:2222 SYN",
                ],
            ],
            &[
                &["tcp 198.51.100.7:40000 > 203.0.113.1-4:23 SYN"],
                &["icmp 198.51.100.7 > 203.0.113.1-4 type=8 code=0"],
                &["tcp 10.0.0.7:40000 > 10.0.0.10-23:443 SYN"],
            ],
            &[
                &["tcp 198.51.100.7:40000 > 203.0.113.9:445 SYN repeat=20/3s"],
                &["udp 192.0.2.53:53 > 203.0.113.1-30:1025"],
                &["tcp 192.0.2.80:80 > 203.0.113.1-30:4411 RST+ACK"],
                &["tcp 192.0.2.80:80 > 203.0.113.1-30:4411 SYN+ACK"],
                &["tcp 203.0.113.9:50001 > 198.51.100.1-40:443 SYN"],
                &["icmp 198.51.100.7 > 203.0.113.1-20 type=3 code=1"],
                &[
                    "udp 10.0.0.5:5353 > 224.0.0.251:5353",
                    "udp 10.0.0.5:137 > 10.0.0.255:137",
                ],
                &["tcp 198.51.100.7:40000 > 203.0.113.1-9:443 SYN action=allowed"],
            ],
        );
    }
}
