//! How many answers of each host came in each minute, so that the busiest one can be told.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::host::Host;
use super::sampled::Sampled;

const MINUTE: i64 = 60 * 1_000_000_000;

/// Packets that answer, by who sent them and in which minute. Minutes are those of the clock, so that
/// sums of parts add up to the sum of the whole. Of a flood that the clock cuts in two, the busiest
/// minute has at least half of the busiest sixty seconds.
#[derive(Clone, Debug)]
pub(super) struct Minutes {
    /// By host and minutes since 1970, or since boot.
    pub(super) sums: Sampled<(Host, u32), u64>,
}

impl Minutes {
    pub(super) const fn within(bytes: u64) -> Self {
        Self {
            sums: Sampled::within(bytes),
        }
    }

    /// Takes in a packet; a moment before 1970 counts as 1970.
    #[inline]
    pub(super) fn note(&mut self, host: Host, moment: i64) {
        let minute = u32::try_from(moment.max(0) / MINUTE).unwrap_or(u32::MAX);
        if let Some(sum) = self.sums.entry((host, minute), || 0) {
            *sum += 1;
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.sums.merge(other.sums, |sum, more| *sum += more);
    }

    /// Packets in the busiest minute of each host; of those that are kept, when memory was short, so
    /// never too many.
    pub(super) fn busiest(&self) -> BTreeMap<IpAddr, u64> {
        let mut most: BTreeMap<IpAddr, u64> = BTreeMap::new();
        for ((host, _), sum) in self.sums.iter() {
            let known = most.entry((*host).into()).or_default();
            *known = (*known).max(*sum);
        }
        most
    }

    /// Whether minutes were left out for want of memory.
    pub(super) const fn is_thinned(&self) -> bool {
        self.sums.level() > 0
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn minutes(bytes: u64, moments: &[(u8, i64)]) -> Minutes {
        let mut minutes = Minutes::within(bytes);
        for (host, second) in moments {
            minutes.note(IpAddr::from([192, 0, 2, *host]).into(), second * SECOND);
        }
        minutes
    }

    #[test]
    fn the_busiest_minute_is_told_of_each_host() {
        let of_one = (0..40).map(|i| (1, 120 + i));
        let of_other = (0..90).map(|i| (2, i * 20));
        let moments: Vec<(u8, i64)> = of_one.chain(of_other).collect();
        let busiest = minutes(1 << 16, &moments).busiest();
        let of = |host: u8| *busiest.get(&IpAddr::from([192, 0, 2, host])).unwrap();
        assert_eq!((of(1), of(2)), (40, 3));
    }

    #[test]
    fn the_sum_of_parts_is_the_sum_of_the_whole_and_a_lower_bound_when_thinned() {
        let moments: Vec<(u8, i64)> = (0..4_000)
            .map(|i| ((i % 7) as u8, i * 13 % 9_000))
            .collect();
        let exact = minutes(1 << 20, &moments).busiest();
        for bytes in [1 << 20, 4_000, 300] {
            let whole = minutes(bytes, &moments);
            assert_eq!(whole.is_thinned(), bytes < 1 << 20);
            let (a, b) = moments.split_at(1_234);
            let mut turned = minutes(bytes, b);
            turned.merge(minutes(bytes, a));
            assert_eq!(turned.busiest(), whole.busiest());
            assert_eq!(turned.sums.level(), whole.sums.level());
            for (host, most) in whole.busiest() {
                assert!(most <= *exact.get(&host).unwrap());
            }
        }
    }
}
