//! When a packet comes again: a system's TCP waits twice as long after each try, a tool does not.

use crate::phrase::Language;

/// Whose waits they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// 1, 2, 4 seconds: Linux since 3.1, Windows since 10, and whoever follows RFC 6298.
    Modern,
    /// 3, 6, 12 seconds: Windows before 10, Linux before 3.1 (RFC 1122, RFC 2988).
    Old,
    /// 1, 1, 1, 1, 1 seconds, then longer: macOS and iOS.
    Apple,
}

const SECOND: i64 = 1_000_000_000;
/// Stamps of whole seconds are off by one at worst, and networks wait a little as well.
const SLACK: i64 = SECOND / 4;

impl Rhythm {
    /// The rhythm of the earliest moments of packets that are alike, ascending; `i64::MAX` where
    /// there are no more.
    pub(crate) fn of(moments: &[i64]) -> Option<Self> {
        let known = moments.iter().take_while(|moment| **moment != i64::MAX);
        let known: Vec<i64> = known.copied().collect();
        let pairs = known.iter().zip(known.iter().skip(1));
        let gaps: Vec<i64> = pairs.map(|(a, b)| b.saturating_sub(*a)).collect();
        let beats = |seconds: &[i64], least: usize| {
            gaps.len() >= least
                && gaps.iter().zip(seconds).all(|(gap, second)| {
                    let expected = second * SECOND;
                    (gap - expected).abs() <= SLACK.max(expected / 8)
                })
        };
        if beats(&[1, 2, 4, 8, 16], 2) {
            Some(Self::Modern)
        } else if beats(&[3, 6, 12, 24, 48], 2) {
            Some(Self::Old)
        } else if beats(&[1, 1, 1, 1, 1], 4) {
            Some(Self::Apple)
        } else {
            None
        }
    }

    /// What it says.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        let (en, zh) = match self {
            Self::Modern => (
                "it tries again after 1, 2 and 4 seconds: a real TCP connects, as of Linux or a recent Windows, no \
                 scanner's raw packets",
                "它在 1、2、4 秒后重试：这是真正的 TCP 在连接（Linux 或较新的 Windows），而非扫描器自造的包",
            ),
            Self::Old => (
                "it tries again after 3 and 6 seconds: a real TCP connects, as of Windows before 10 or an old Linux",
                "它在 3、6 秒后重试：这是真正的 TCP 在连接（Windows 10 之前的版本或旧版 Linux）",
            ),
            Self::Apple => (
                "it tries again every second at first: a real TCP connects, as of macOS",
                "它起初每秒重试一次：这是真正的 TCP 在连接（macOS）",
            ),
        };
        language.pick(en, zh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rhythm(milliseconds: &[i64]) -> Option<Rhythm> {
        let moments = milliseconds.iter().map(|m| m * 1_000_000);
        let moments: Vec<i64> = moments.chain([i64::MAX; 2]).collect();
        Rhythm::of(&moments)
    }

    #[test]
    fn waits_tell_the_system() {
        assert_eq!(rhythm(&[0, 1_020, 3_030]), Some(Rhythm::Modern));
        assert_eq!(rhythm(&[500, 1_520, 3_530, 7_700]), Some(Rhythm::Modern));
        assert_eq!(rhythm(&[0, 3_000, 9_000]), Some(Rhythm::Old));
        assert_eq!(
            rhythm(&[0, 1_000, 2_000, 3_010, 4_020]),
            Some(Rhythm::Apple)
        );
    }

    #[test]
    fn other_waits_tell_nothing() {
        for other in [
            &[0, 1_000][..],
            &[0, 1_000, 2_000, 3_000],
            &[0, 500, 1_000, 1_500, 2_000],
            &[0, 2_000, 4_000],
            &[0, 1_000, 3_000, 5_000],
        ] {
            assert_eq!(rhythm(other), None, "{other:?}");
        }
    }
}
