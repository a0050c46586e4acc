//! This looks like a distributed scan: neighbours that share the ports out among themselves, each
//! of them too quiet to be seen alone.

use std::collections::BTreeSet;

use super::conduct::{Conduct, Reach};
use super::vertical::MANY;
use super::{Claim, Fact, Kind};

/// Fewer sources than this share nothing out.
const SOURCES: usize = 3;

/// What the quiet sources of one network did together: a claim for each of them, in their order,
/// or nothing.
pub(crate) fn look(quiet: &[Conduct<'_, '_>]) -> Option<Vec<Option<Claim>>> {
    if quiet.len() < SOURCES {
        return None;
    }
    let reaches: Vec<Reach> = quiet.iter().map(Conduct::reach).collect();
    let mut ports = BTreeSet::new();
    let mut sum = Reach::default();
    let (mut sources, mut widest) = (0, 0);
    for (conduct, reach) in quiet.iter().zip(&reaches) {
        if reach.refused == 0 || reach.internal {
            continue;
        }
        sources += 1;
        widest = widest.max(reach.ports);
        for (at, group, _) in conduct.groups() {
            if reach.groups >> at & 1 == 1
                && let (Some(transport), Some(port)) =
                    (group.signature.transport(), group.signature.port())
            {
                ports.insert((transport, port));
            }
        }
        sum.take(reach);
    }
    let all = u32::try_from(ports.len()).unwrap_or(u32::MAX);
    sum.ports = all;
    sum.refused = sum.refused.min(all.max(sum.targets));
    let shared_out = sources >= SOURCES && all >= MANY && all >= widest.saturating_mul(2);
    (shared_out && sum.is_walk()).then(|| {
        let claim = |reach: &Reach| {
            (reach.refused > 0 && !reach.internal).then(|| {
                let mut claim = sum.claim("scan.distributed", Kind::Distributed);
                claim.groups = reach.groups;
                claim.facts.insert(0, (4.0, Fact::Neighbours(sources)));
                claim
            })
        };
        reaches.iter().map(claim).collect()
    })
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Distributed,
            &[&[
                "tcp 198.51.100.7:40000 > 203.0.113.9:21-22 SYN",
                "tcp 198.51.100.8:40000 > 203.0.113.9:23-24 SYN",
                "tcp 198.51.100.9:40000 > 203.0.113.9:25-26 SYN",
            ]],
            &[
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.9:21-22 SYN",
                    "tcp 198.51.100.8:40000 > 203.0.113.9:23-24 SYN",
                ],
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.9:21 SYN",
                    "tcp 198.51.100.8:40000 > 203.0.113.9:22 SYN",
                    "tcp 198.51.100.9:40000 > 203.0.113.9:23-24 SYN",
                ],
            ],
            &[
                &["tcp 198.51.100.1-50:40000 > 203.0.113.9:6881 SYN"],
                &[
                    "tcp 10.0.0.7:40000 > 10.0.0.250:88-89 SYN",
                    "tcp 10.0.0.8:40000 > 10.0.0.250:389 SYN",
                    "tcp 10.0.0.9:40000 > 10.0.0.250:443-445 SYN",
                ],
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.9:21-22 SYN",
                    "tcp 192.0.2.8:40000 > 203.0.113.9:23-24 SYN",
                    "tcp 100.30.0.9:40000 > 203.0.113.9:25-26 SYN",
                ],
            ],
        );
    }
}
