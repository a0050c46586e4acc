use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Zoned, fmt};
use rutter_event::Timestamp;

/// A point in time as somebody writes it on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Zone written.
    Instant(jiff::Timestamp),
    /// The reading of a clock, to be understood in `--timezone`.
    Reading(DateTime),
}

const EXAMPLES: &str = "write 2026-11-23, '2026-11-23 14:30' or 2026-11-23T14:30:00Z";

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let instant = text
            .parse::<jiff::Timestamp>()
            .or_else(|_| text.parse::<Zoned>().map(|z| z.timestamp()));
        if let Ok(instant) = instant {
            return Ok(Self::Instant(instant));
        }
        // An offset or a zone that could not be understood must not be passed over.
        let pieces =
            fmt::temporal::Pieces::parse(text).map_err(|_| format!("not a time; {EXAMPLES}"))?;
        if pieces.offset().is_some() || pieces.time_zone_annotation().is_some() {
            return Err(format!("not a time that exists; {EXAMPLES}"));
        }
        let time = pieces.time().unwrap_or_else(jiff::civil::Time::midnight);
        Ok(Self::Reading(pieces.date().to_datetime(time)))
    }
}

impl Moment {
    /// The instant. Where clocks are put back and a reading comes twice, the first; where they are
    /// put forward and it does not come, as if they had not been.
    pub(crate) fn instant(&self, zone: &TimeZone) -> Result<Timestamp, String> {
        let instant = match self {
            Self::Instant(instant) => *instant,
            Self::Reading(reading) => zone
                .to_ambiguous_timestamp(*reading)
                .compatible()
                .map_err(|e| e.to_string())?,
        };
        let nanoseconds = i64::try_from(instant.as_nanosecond());
        nanoseconds
            .map(Timestamp)
            .map_err(|_| "out of reach: write a year from 1678 to 2261".to_owned())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    fn seconds(text: &str, zone: &str) -> i64 {
        let zone = TimeZone::get(zone).unwrap();
        text.parse::<Moment>()
            .unwrap()
            .instant(&zone)
            .unwrap()
            .seconds()
    }

    #[test]
    fn times_in_many_spellings() {
        for text in [
            "2026-11-23T12:00:00Z",
            "2026-11-23 12:00",
            "2026-11-23T12:00",
            "2026-11-23T14:00:00+02:00",
        ] {
            assert_eq!(seconds(text, "UTC"), 1_795_435_200, "{text}");
        }
        assert_eq!(seconds("2026-11-23", "UTC"), 1_795_392_000);
        assert_eq!(
            seconds("2026-11-23", "Asia/Shanghai"),
            1_795_392_000 - 8 * 3_600
        );
        assert_eq!(
            seconds("2026-11-23T12:00:00Z", "Asia/Shanghai"),
            1_795_435_200
        );
        assert_eq!(
            seconds("2026-11-23T13:00[Europe/Berlin]", "UTC"),
            1_795_435_200
        );
    }

    #[test]
    fn what_is_no_time_is_said_so() {
        for text in [
            "",
            "yesterday",
            "2h",
            "2026-02-30",
            "23.11.2026",
            "2026-11-23T25:00",
            "2026-11-23T12:00[Nowhere/Here]",
        ] {
            let error = text.parse::<Moment>().unwrap_err();
            assert!(error.contains("2026-11-23"), "{text}: {error}");
        }
        let far = "9000-01-01"
            .parse::<Moment>()
            .unwrap()
            .instant(&TimeZone::UTC)
            .unwrap_err();
        assert!(far.contains("2261"), "{far}");
    }
}
