/// An instant: nanoseconds since 1970-01-01T00:00:00Z. Reaches from 1677 to 2262.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From whole seconds and nanoseconds; nothing when out of reach.
    #[must_use]
    pub const fn from_seconds(seconds: i64, nanoseconds: u32) -> Option<Self> {
        match seconds.checked_mul(1_000_000_000) {
            Some(n) => match n.checked_add(nanoseconds as i64) {
                Some(n) => Some(Self(n)),
                None => None,
            },
            None => None,
        }
    }

    /// Whole seconds, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// Nanoseconds within the second, 0 to 999,999,999.
    #[must_use]
    pub const fn nanoseconds(self) -> u32 {
        self.0.rem_euclid(1_000_000_000) as u32
    }
}

/// The time as a log writes it: perhaps without year, perhaps without zone, perhaps only since boot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stamp {
    /// The record has none.
    #[default]
    Absent,
    /// An instant, zone known.
    Instant(Timestamp),
    /// A wall-clock reading.
    Civil(Civil),
    /// Nanoseconds since the machine booted.
    Boot(u64),
}

/// A wall-clock reading whose zone the log does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Civil {
    /// Year, when written.
    pub year: Option<i16>,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60, a leap second included.
    pub second: u8,
    /// 0 to 999,999,999.
    pub nanosecond: u32,
}

impl Civil {
    /// The instant at which a clock set to UTC reads this in `year`; a leap second counts as the
    /// second before it.
    #[must_use]
    pub const fn utc(&self, year: i16) -> Option<Timestamp> {
        // Days from civil, after Howard Hinnant's public-domain derivation: years begin in March.
        let year = year as i64 - (self.month <= 2) as i64;
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((self.month as i64 + 9) % 12) + 2) / 5 + self.day as i64 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        let second = if self.second > 59 { 59 } else { self.second };
        let seconds =
            days * 86_400 + self.hour as i64 * 3_600 + self.minute as i64 * 60 + second as i64;
        Timestamp::from_seconds(seconds, self.nanosecond)
    }

    /// Whether each part is in its range; February 29 passes when the year is absent or leaps.
    #[must_use]
    #[inline]
    pub const fn is_valid(&self) -> bool {
        let days = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => match self.year {
                Some(y) if !(y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)) => 28,
                _ => 29,
            },
            _ => return false,
        };
        self.day >= 1
            && self.day <= days
            && self.hour <= 23
            && self.minute <= 59
            && self.second <= 60
            && self.nanosecond <= 999_999_999
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_readings_become_instants() {
        let reading = |month, day, hour| Civil {
            year: None,
            month,
            day,
            hour,
            minute: 0,
            second: 0,
            nanosecond: 0,
        };
        for (year, month, day, hour, seconds) in [
            (1970, 1, 1, 0, 0),
            (2026, 11, 23, 12, 1_795_435_200),
            (2000, 2, 29, 23, 951_865_200),
            (1969, 12, 31, 23, -3_600),
            (2038, 1, 19, 3, 2_147_482_800),
            (2100, 3, 1, 0, 4_107_542_400),
        ] {
            let instant = reading(month, day, hour).utc(year);
            assert_eq!(
                instant,
                Timestamp::from_seconds(seconds, 0),
                "{year}-{month}-{day}"
            );
        }
    }
}
