//! This looks like a scan behind decoys: several sources ask for the same at the same moment.

use super::together::{Band, Member, by};
use super::vertical::MANY;
use super::{Fact, Kind};

/// Fewer sources than this may be alike by chance.
const SOURCES: usize = 3;
/// Decoys begin and end within so many nanoseconds: the tool sends each probe once for every one.
const TOGETHER: i64 = 10 * 1_000_000_000;

/// Fires on sources with the same ports, the same means, the same address and the same moments.
pub(super) fn look(members: &[Member<'_>], free: &[bool]) -> Vec<Band> {
    let alike = |m: &Member<'_>| {
        (m.claim.shape.ports >= MANY)
            .then(|| (m.ports, m.target, m.claim.shape.probes.first().copied()))
    };
    let mut bands = Vec::new();
    for mut places in by(members, free, alike) {
        places.sort_by_key(|at| members.get(*at).and_then(|m| m.span.ends()));
        let together = |a: &usize, b: &usize| {
            let ends = |at: &usize| members.get(*at).and_then(|m| m.span.ends());
            matches!((ends(a), ends(b)), (Some(a), Some(b))
                if b.0.saturating_sub(a.0) <= TOGETHER && a.1.abs_diff(b.1) <= TOGETHER.unsigned_abs())
        };
        for run in places.chunk_by(together) {
            if run.len() >= SOURCES {
                bands.push(Band {
                    members: run.to_vec(),
                    id: Some("scan.decoy"),
                    kind: Some(Kind::Decoy),
                    fact: (9.0, Fact::Simultaneous(run.len())),
                });
            }
        }
    }
    bands
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Decoy,
            &[&[
                "2026-03-01T10:00:00Z tcp 198.51.100.7:40000 > 203.0.113.9:20-30 SYN",
                "2026-03-01T10:00:00Z tcp 192.0.2.18:40000 > 203.0.113.9:20-30 SYN",
                "2026-03-01T10:00:00Z tcp 192.0.2.77:40000 > 203.0.113.9:20-30 SYN",
            ]],
            &[&[
                "2026-03-01T10:00:00Z tcp 198.51.100.7:40000 > 203.0.113.9:20-30 SYN",
                "2026-03-01T10:00:00Z tcp 192.0.2.18:40000 > 203.0.113.9:20-30 SYN",
            ]],
            &[
                &[
                    "2026-03-01T10:00:00Z tcp 198.51.100.7:40000 > 203.0.113.9:20-30 SYN",
                    "2026-03-01T11:00:00Z tcp 192.0.2.18:40000 > 203.0.113.9:20-30 SYN",
                    "2026-03-01T12:00:00Z tcp 192.0.2.77:40000 > 203.0.113.9:20-30 SYN",
                ],
                &["tcp 198.51.100.1-20:40000 > 203.0.113.9:443 SYN"],
            ],
        );
    }
}
