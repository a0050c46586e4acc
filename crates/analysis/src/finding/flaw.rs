//! What the log itself is like: where it is silent, and where its counts are lower bounds.

use super::Actor;
use super::unmasked::{Unmasked, unmasked};
use crate::profile::{Doubled, Profile};

/// A reason not to take the log at its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Hour after hour has the same number of records: a limit on the rule that logs.
    Capped {
        /// Records an hour.
        an_hour: u64,
        /// Hours that reach it.
        hours: usize,
        /// Hours with records.
        of: usize,
    },
    /// Packets are logged more than once.
    Doubled(Doubled),
    /// Nothing was logged for a while, though something happens every hour otherwise.
    Silent {
        /// Where the silence begins, nanoseconds since 1970.
        from: i64,
        /// Where it ends.
        to: i64,
        /// Records that such a while has otherwise.
        expected: u64,
    },
    /// Numbers inside the packets hold the address that they were sent to, and the log names
    /// another: translated, or blotted out.
    Unmasked(Unmasked),
}

/// Records an hour below which a plateau is no limit that anybody sets: three a minute is ufw's.
const LEAST_CAP: u64 = 30;
/// Hours that must reach the cap.
const CAPPED_HOURS: usize = 6;
/// How near to each other: a thirtieth.
const PLATEAU: u64 = 30;
/// A silence is so many hours and would otherwise have had so many records.
const SILENT_HOURS: i64 = 3;
const SILENT_RECORDS: u64 = 50;
/// Silences that come back are the rhythm of the place.
const MOST_SILENCES: usize = 3;
const HOUR: i64 = 3_600 * 1_000_000_000;

/// Every flaw of the log, as far as the sum shows it.
pub(super) fn flaws(profile: &Profile, actors: &[Actor<'_>]) -> Vec<Flaw> {
    let mut flaws: Vec<Flaw> = profile.doubled().map(Flaw::Doubled).into_iter().collect();
    flaws.extend(unmasked(profile).map(Flaw::Unmasked));
    if profile.since_boot || profile.hours.thinning() > 1 {
        return flaws;
    }
    let mut hours: Vec<(i64, u64)> = profile.hours.iter().map(|(h, t)| (*h, t.events)).collect();
    hours.sort_unstable();
    // One source that comes like a clock makes its own plateau.
    let loudest = actors.first().map_or(0, |actor| actor.knock.events);
    if loudest * 2 < profile.events {
        flaws.extend(capped(&hours));
    }
    flaws.extend(silences(&hours));
    flaws
}

/// A plateau: two in five of the hours have nearly the same number, nearer to each other than
/// random numbers of that size come, a fifth of which lie within a quarter of a standard deviation.
/// Rules without a limit, or with one of their own, may add to some hours.
fn capped(hours: &[(i64, u64)]) -> Option<Flaw> {
    let mut numbers: Vec<u64> = hours.iter().map(|(_, n)| *n).collect();
    numbers.sort_unstable();
    let plateau = |(at, low): (usize, &u64)| {
        let high = low + (low / PLATEAU).min(low.isqrt() / 2).max(1);
        let within = numbers.partition_point(|n| *n <= high) - at;
        (within, high)
    };
    let (within, high) = numbers.iter().enumerate().map(plateau).max()?;
    let top = numbers.iter().filter(|n| **n <= high).max().copied()?;
    let busy = numbers.iter().filter(|n| **n * 2 >= high).count();
    (top >= LEAST_CAP && within >= CAPPED_HOURS && within * 5 >= busy * 2).then_some(Flaw::Capped {
        an_hour: top,
        hours: within,
        of: hours.len(),
    })
}

fn silences(hours: &[(i64, u64)]) -> Vec<Flaw> {
    let mut numbers: Vec<u64> = hours.iter().map(|(_, n)| *n).collect();
    numbers.sort_unstable();
    let median = numbers.get(numbers.len() / 2).copied().unwrap_or(0);
    let gaps = hours.iter().zip(hours.iter().skip(1));
    let silences: Vec<Flaw> = gaps
        .filter_map(|((before, _), (after, _))| {
            let silent = after - before - 1;
            let expected = median.saturating_mul(u64::try_from(silent).unwrap_or(0));
            (silent >= SILENT_HOURS && expected >= SILENT_RECORDS).then_some(Flaw::Silent {
                from: (before + 1).saturating_mul(HOUR),
                to: after.saturating_mul(HOUR),
                expected,
            })
        })
        .collect();
    if silences.len() > MOST_SILENCES {
        return Vec::new();
    }
    silences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(numbers: &[u64]) -> Vec<(i64, u64)> {
        let numbered = (1_000_i64..).zip(numbers.iter().copied());
        numbered.filter(|(_, n)| *n > 0).collect()
    }

    #[test]
    fn a_limit_makes_a_plateau() {
        let limited = hours(&[180, 181, 179, 90, 180, 182, 60, 180, 181]);
        assert!(matches!(
            capped(&limited),
            Some(Flaw::Capped {
                an_hour: 182,
                hours: 7,
                of: 9
            })
        ));
        // Another rule adds to some hours.
        let added = hours(&[180, 219, 181, 300, 180, 179, 182, 260, 181, 180]);
        assert!(matches!(
            capped(&added),
            Some(Flaw::Capped {
                an_hour: 182,
                hours: 7,
                of: 10
            })
        ));
        for free in [
            &[180, 150, 210, 90, 170, 202, 60, 188, 131][..],
            &[180, 181, 179, 90, 180, 60, 91, 120, 100],
            &[7, 7, 7, 7, 7, 7, 7],
        ] {
            assert_eq!(capped(&hours(free)), None, "{free:?}");
        }
    }

    #[test]
    fn a_hole_is_told_and_a_rhythm_is_not() {
        let hole = hours(&[40, 50, 60, 0, 0, 0, 40, 50]);
        assert_eq!(
            silences(&hole),
            [Flaw::Silent {
                from: 1_003 * HOUR,
                to: 1_006 * HOUR,
                expected: 150
            }]
        );
        assert_eq!(silences(&hours(&[40, 50, 60, 0, 0, 40, 50])), []);
        assert_eq!(silences(&hours(&[4, 5, 6, 0, 0, 0, 4, 5])), []);
        let night = [40, 50, 60, 40, 0, 0, 0, 0].repeat(6);
        assert_eq!(silences(&hours(&night)), []);
    }
}
