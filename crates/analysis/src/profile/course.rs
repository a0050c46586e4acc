//! How the packets of one port are spread over time: enough to fit a decay, and exact.

const MINUTE: i64 = 60 * 1_000_000_000;

/// Sums of moments and of their squares, in minutes since 1970. Integers add up to the same in any
/// order, which decimals do not. All zeros is the sum of nothing, so that an array of them costs no
/// memory before it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// Packets that carried a time.
    pub(super) count: u64,
    pub(super) sum: u64,
    pub(super) squares: u128,
    /// The earliest minute, when there is any.
    pub(super) first: u32,
}

/// A decay by halves, as left-overs for a previous holder of an address decay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decay {
    /// Minutes in which what still comes halves.
    pub half_life: u64,
    /// When less than one packet a day is left, nanoseconds since 1970.
    pub faded: i64,
}

/// Fewer packets tell no course.
const PACKETS: u64 = 30;
/// How many standard errors the mean must lie before the middle of the time that was watched.
const SURE: f64 = 5.0;
/// How far the mean square may lie from that of a decay, as a share of it. A single burst of even
/// rate has two thirds of it.
const SLACK: f64 = 0.22;
/// Minutes that must have been watched, and those of a day.
const SHORTEST: i64 = 120;
const DAY: f64 = 1_440.0;

impl Course {
    /// Takes in a packet; a moment before 1970 counts as 1970.
    #[inline]
    pub fn note(&mut self, moment: i64) {
        // 2^63 nanoseconds are fewer than 2^28 minutes.
        let minute = u32::try_from(moment.max(0) / MINUTE).unwrap_or(u32::MAX);
        self.merge(Self {
            count: 1,
            sum: u64::from(minute),
            squares: u128::from(minute).pow(2),
            first: minute,
        });
    }

    /// Takes in another course.
    #[inline]
    pub fn merge(&mut self, other: Self) {
        self.first = match (self.count, other.count) {
            (0, _) => other.first,
            (_, 0) => self.first,
            _ => self.first.min(other.first),
        };
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// The decay from the first packet to `end` (nanoseconds since 1970), when there is one.
    ///
    /// The mean of an exponential distribution that is cut off after `T` is `1/λ - T/(exp(λT) - 1)`;
    /// the `λ` for which it is the mean of what was seen is the likeliest one (Deemer and Votaw,
    /// "Estimation of Parameters of Truncated or Censored Exponential Distributions", 1955).
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a fit")]
    pub fn decay(&self, end: i64) -> Option<Decay> {
        let watched = end.div_euclid(MINUTE) - i64::from(self.first);
        if self.count < PACKETS || watched < SHORTEST {
            return None;
        }
        let (number, watched) = (self.count as f64, watched as f64);
        let (count, first) = (u128::from(self.count), u128::from(self.first));
        // None of these falls below zero: no moment is before the first.
        let sum = u128::from(self.sum).checked_sub(count * first)?;
        let cross = 2 * first * u128::from(self.sum);
        let squares = (self.squares + count * first * first).checked_sub(cross)?;
        let mean = sum as f64 / number;
        let error = watched / (12.0 * number).sqrt();
        if mean < 1.0 || watched / 2.0 - mean < SURE * error {
            return None;
        }
        let rate = rate_of(mean, watched);
        let expected = mean_square(rate, watched);
        if (squares as f64 / number - expected).abs() > SLACK * expected {
            return None;
        }
        // Packets a day at the end, and how long until there is one.
        let left = (-rate * watched).exp();
        let now = number * rate * left / (1.0 - left) * DAY;
        let until = now.max(1.0).ln() / rate;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "minutes of a log's length"
        )]
        let (half_life, until) = ((std::f64::consts::LN_2 / rate) as u64, until as i64);
        Some(Decay {
            half_life,
            faded: end.saturating_add(until.saturating_mul(MINUTE)),
        })
    }
}

/// Mean of an exponential distribution cut off after `watched`.
fn mean_of(rate: f64, watched: f64) -> f64 {
    1.0 / rate - watched / (rate * watched).exp_m1()
}

/// Its mean square.
fn mean_square(rate: f64, watched: f64) -> f64 {
    let left = (-rate * watched).exp();
    let tail = left * (watched * watched + 2.0 * watched / rate + 2.0 / (rate * rate));
    (2.0 / (rate * rate) - tail) / (1.0 - left)
}

/// The rate for which [`mean_of`] is `mean`: it falls as the rate grows, so halving finds it.
fn rate_of(mean: f64, watched: f64) -> f64 {
    let (mut low, mut high) = (1e-3 / watched, 2.0 / mean);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if mean_of(middle, watched) > mean {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;
    const HOUR: i64 = 3_600;
    const BEGIN: i64 = 1_795_435_200;

    fn course(seconds: impl IntoIterator<Item = i64>) -> Course {
        let mut course = Course::default();
        for second in seconds {
            course.note((BEGIN + second) * SECOND);
        }
        course
    }

    /// Moments whose number halves every `half` hours.
    #[expect(clippy::cast_possible_truncation, reason = "seconds")]
    fn halving(number: u32, half: f64, hours: i64) -> Vec<i64> {
        let moment = |i: u32| {
            let share = (f64::from(i) + 0.5) / f64::from(number);
            (-(1.0 - share).log2() * half * HOUR as f64) as i64
        };
        let all = (0..number).map(moment);
        all.filter(|second| *second <= hours * HOUR).collect()
    }

    #[test]
    fn halves_are_found() {
        for half in [6.0, 14.0, 40.0] {
            let decay = course(halving(600, half, 120)).decay((BEGIN + 120 * HOUR) * SECOND);
            let found = decay.unwrap().half_life as f64 / 60.0;
            assert!((found - half).abs() < half / 10.0, "{half}: {found}");
        }
    }

    #[test]
    fn it_fades_when_one_a_day_is_left() {
        let end = (BEGIN + 48 * HOUR) * SECOND;
        let decay = course(halving(1_024, 12.0, 48)).decay(end).unwrap();
        // 64 are left after four halvings, of which 48 come within a day; six more halvings.
        let days = (decay.faded - end) as f64 / (24 * HOUR * SECOND) as f64;
        assert!((2.5..3.5).contains(&days), "{days}");
    }

    #[test]
    fn neither_even_rates_nor_bursts_decay() {
        let end = (BEGIN + 120 * HOUR) * SECOND;
        assert_eq!(course((0..400).map(|i| i * 1_080)).decay(end), None);
        assert_eq!(course((0..400).map(|i| i * 30)).decay(end), None);
        assert_eq!(course((0..400).map(|i| 300_000 + i * 300)).decay(end), None);
        assert_eq!(course(halving(20, 14.0, 120)).decay(end), None);
        assert_eq!(Course::default().decay(end), None);
    }

    #[test]
    fn any_order_gives_the_same_sum() {
        let moments = halving(300, 20.0, 90);
        let whole = course(moments.iter().copied());
        for cut in [0, 1, 100, 250] {
            let (a, b) = moments.split_at(cut);
            let mut turned = course(b.iter().rev().copied());
            turned.merge(course(a.iter().copied()));
            assert_eq!(turned, whole);
        }
    }
}
