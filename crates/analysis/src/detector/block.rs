//! This looks like a block scan: many ports of many addresses.

use super::conduct::{Conduct, Reach};
use super::{Claim, Kind};

use super::vertical::MANY;

/// Three or four ports of three or four addresses, when so many of the pairs failed.
const PAIRS: u32 = 9;

/// Fires on many ports of many addresses.
pub(super) fn look(_: &Conduct<'_, '_>, reach: &Reach) -> Option<Claim> {
    let wide = reach.ports >= MANY && reach.targets >= MANY
        || reach.ports.min(reach.targets) >= 3
            && reach.ports.max(reach.targets) < MANY
            && reach.refused >= PAIRS;
    (wide && reach.is_walk()).then(|| reach.claim("scan.block", Kind::Block))
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Block,
            &[
                &["tcp 198.51.100.7:40000 > 203.0.113.1-20:20-40 SYN"],
                &["tcp 198.51.100.7:40000 > 203.0.113.1-3:80-82 SYN"],
                &["udp 198.51.100.7:40000 > 203.0.113.1-6:500-506"],
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.1:1037 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.2:1074 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.3:1111 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.4:1148 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.5:1185 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.6:1222 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.7:1259 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.8:1296 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.9:1333 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.10:1370 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.11:1407 SYN",
                    "tcp 198.51.100.7:40000 > 203.0.113.12:1444 SYN",
                ],
            ],
            &[
                &["tcp 198.51.100.7:40000 > 203.0.113.1-2:80-83 SYN"],
                &["tcp 198.51.100.7:40000 > 203.0.113.1-4:20-24 SYN"],
            ],
            &[
                &["tcp 192.0.2.80:443 > 203.0.113.1-20:51000-51010 RST"],
                &["udp 192.0.2.53:53 > 203.0.113.1-20:40000-40010"],
                &["tcp 198.51.100.7:40000 > 203.0.113.1-6:80-85 SYN action=allowed"],
            ],
        );
    }
}
