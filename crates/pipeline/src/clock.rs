//! From what a log writes to instants: years, zones.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rutter_event::{Civil, Stamp, Timestamp};

/// Where the years of a source's readings come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YearSource {
    /// Every reading carries its own, or there is none at all.
    #[default]
    Written,
    /// The user said so; the first reading is of this year.
    Given(i16),
    /// The file was last written to in this year, and its readings lead up to that.
    Modified(i16),
    /// The input has no modification time; its readings lead up to the time of the run.
    Run(i16),
    /// Nothing tells.
    Unknown,
}

/// The month that a source has come to. Readings without a year are of the year that puts them
/// nearest to it, so December is followed by January of the next year, and a straggler from
/// December stays in the old one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calendar {
    at: Option<(i16, u8)>,
}

/// A log that is silent for longer than this many months is taken to have run backwards instead.
const FORWARD: i16 = 6;

impl Calendar {
    pub(crate) const fn starting(year: i16, month: u8) -> Self {
        Self {
            at: Some((year, month)),
        }
    }

    /// The year of a reading in `month`, and one step onward.
    pub(crate) fn year_of(&mut self, month: u8) -> Option<i16> {
        let (year, at) = self.at?;
        let ahead = (i16::from(month) - i16::from(at)).rem_euclid(12);
        let months =
            year * 12 + i16::from(at) - 1 + if ahead <= FORWARD { ahead } else { ahead - 12 };
        let year = months.div_euclid(12);
        // A stray month half a year ahead must not drag the calendar along.
        if ahead < FORWARD {
            self.at = Some((year, month));
        }
        Some(year)
    }
}

/// Year, month, day, hour, minute.
type Minute = (i16, u8, u8, u8, u8);

/// Reads stamps in one zone.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    zone: TimeZone,
    /// The zone's offset in seconds, when it never changes.
    fixed: Option<i64>,
    /// The hour last looked up, and its offset.
    hour: Option<((i16, u8, u8, u8), i64)>,
    /// The minute last read, and the instant at which it began: most readings are of the same
    /// minute as the one before.
    minute: Option<(Minute, i64)>,
}

impl Clock {
    pub(crate) fn new(zone: &TimeZone) -> Self {
        let fixed = zone
            .to_fixed_offset()
            .ok()
            .map(|offset| i64::from(offset.seconds()));
        Self {
            zone: zone.clone(),
            fixed,
            hour: None,
            minute: None,
        }
    }

    /// The instant of a stamp; nothing for stamps since boot and for readings whose year nothing
    /// tells.
    ///
    /// # Errors
    /// When the reading does not exist in its year.
    pub(crate) fn instant(
        &mut self,
        stamp: Stamp,
        calendar: &mut Calendar,
    ) -> Result<Option<Timestamp>, ()> {
        match stamp {
            Stamp::Instant(time) => Ok(Some(time)),
            Stamp::Absent | Stamp::Boot(_) => Ok(None),
            Stamp::Civil(civil) => match civil.year.or_else(|| calendar.year_of(civil.month)) {
                Some(year) => self
                    .civil(
                        &Civil {
                            year: Some(year),
                            ..civil
                        },
                        year,
                    )
                    .map(Some)
                    .ok_or(()),
                None => Ok(None),
            },
        }
    }

    fn civil(&mut self, civil: &Civil, year: i16) -> Option<Timestamp> {
        let minute = (year, civil.month, civil.day, civil.hour, civil.minute);
        if let Some((known, begin)) = self.minute
            && known == minute
            && civil.second < 60
            && civil.nanosecond < 1_000_000_000
        {
            let into = i64::from(civil.second) * 1_000_000_000 + i64::from(civil.nanosecond);
            return begin.checked_add(into).map(Timestamp);
        }
        let begin = Civil {
            second: 0,
            nanosecond: 0,
            ..*civil
        };
        let instant = self.reading(civil, year)?;
        self.minute = self.reading(&begin, year).map(|begin| (minute, begin.0));
        Some(instant)
    }

    fn reading(&mut self, civil: &Civil, year: i16) -> Option<Timestamp> {
        if !civil.is_valid() {
            return None;
        }
        let offset = match self.fixed {
            Some(offset) => offset,
            None => self.offset(civil, year)?,
        };
        let utc = civil.utc(year)?;
        utc.0
            .checked_sub(offset.checked_mul(1_000_000_000)?)
            .map(Timestamp)
    }

    /// The offset of the zone at a reading. Where clocks are put back and a reading comes twice,
    /// the first; where they are put forward and it does not come, as if they had not been.
    fn offset(&mut self, civil: &Civil, year: i16) -> Option<i64> {
        let hour = (year, civil.month, civil.day, civil.hour);
        if let Some((known, offset)) = self.hour
            && known == hour
        {
            return Some(offset);
        }
        let at = |minute: u8| {
            let [month, day, hour, minute] =
                [civil.month, civil.day, civil.hour, minute].map(|n| i8::try_from(n).unwrap_or(0));
            let reading = DateTime::new(year, month, day, hour, minute, 0, 0).ok()?;
            let instant = self
                .zone
                .to_ambiguous_timestamp(reading)
                .compatible()
                .ok()?;
            let as_utc = TimeZone::UTC.to_timestamp(reading).ok()?;
            Some(as_utc.as_second() - instant.as_second())
        };
        let offset = at(civil.minute)?;
        // Only an hour without a change is worth remembering.
        if at(0)? == offset && at(59)? == offset {
            self.hour = Some((hour, offset));
        }
        Some(offset)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    fn years(start: i16, months: &[u8]) -> Vec<i16> {
        let mut calendar = Calendar::starting(start, *months.first().unwrap());
        months
            .iter()
            .map(|m| calendar.year_of(*m).unwrap())
            .collect()
    }

    #[test]
    fn new_year_is_crossed_once() {
        assert_eq!(
            years(2025, &[11, 12, 12, 1, 1, 2]),
            [2025, 2025, 2025, 2026, 2026, 2026]
        );
    }

    #[test]
    fn a_straggler_stays_in_the_old_year() {
        assert_eq!(years(2025, &[12, 1, 12, 1]), [2025, 2026, 2025, 2026]);
    }

    #[test]
    fn several_years_in_one_file() {
        let months: Vec<u8> = (0..30).map(|i| i % 12 + 1).collect();
        assert_eq!(years(2020, &months).last(), Some(&2022));
    }

    #[test]
    fn a_stray_month_drags_nothing_along() {
        assert_eq!(years(2026, &[1, 7, 1, 2]), [2026, 2026, 2026, 2026]);
    }

    fn reading(month: u8, day: u8, hour: u8, minute: u8) -> Stamp {
        Stamp::Civil(Civil {
            year: Some(2026),
            month,
            day,
            hour,
            minute,
            second: 0,
            nanosecond: 0,
        })
    }

    #[test]
    fn zones_with_their_changes() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let mut clock = Clock::new(&zone);
        let mut at = |stamp| {
            clock
                .instant(stamp, &mut Calendar::default())
                .unwrap()
                .unwrap()
                .seconds()
        };
        let noon = |seconds: i64| seconds.rem_euclid(86_400);
        assert_eq!(noon(at(reading(1, 15, 12, 0))), 11 * 3_600);
        assert_eq!(noon(at(reading(7, 15, 12, 0))), 10 * 3_600);
        // 2026-03-29 02:30 does not exist: read as 03:30 summer time. 2026-10-25 02:30 comes twice: the first.
        assert_eq!(at(reading(3, 29, 2, 30)), at(reading(3, 29, 3, 30)));
        assert_eq!(noon(at(reading(10, 25, 2, 30))), 1_800);
    }

    #[test]
    fn february_29_only_in_leap_years() {
        let mut clock = Clock::new(&TimeZone::UTC);
        let stamp = |year| {
            Stamp::Civil(Civil {
                year: Some(year),
                month: 2,
                day: 29,
                hour: 0,
                minute: 0,
                second: 0,
                nanosecond: 0,
            })
        };
        assert!(clock.instant(stamp(2024), &mut Calendar::default()).is_ok());
        assert!(
            clock
                .instant(stamp(2026), &mut Calendar::default())
                .is_err()
        );
        let yearless = Stamp::Civil(Civil {
            year: None,
            month: 5,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            nanosecond: 0,
        });
        assert_eq!(clock.instant(yearless, &mut Calendar::default()), Ok(None));
    }
}
