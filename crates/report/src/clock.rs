//! Instants as text: for machines in UTC, for people in their own zone.

use jiff::tz::{Offset, TimeZone};
use rutter_analysis::Language;
use rutter_analysis::profile::Span;
use rutter_event::Timestamp;

use crate::ink::Ink;

/// Writes RFC 3339 in UTC. The fraction has 0, 3, 6 or 9 digits, as many as are needed.
pub(crate) fn rfc3339(time: Timestamp, ink: &mut Ink) {
    let Ok(instant) = jiff::Timestamp::from_second(time.seconds()) else {
        return;
    };
    let civil = Offset::UTC.to_datetime(instant);
    ink.padded::<4>(u32::from(civil.year().unsigned_abs()));
    for (before, part) in [
        (b'-', civil.month()),
        (b'-', civil.day()),
        (b'T', civil.hour()),
        (b':', civil.minute()),
        (b':', civil.second()),
    ] {
        ink.byte(before);
        ink.padded::<2>(u32::from(part.unsigned_abs()));
    }
    let below = time.nanoseconds();
    if below > 0 {
        ink.byte(b'.');
        ink.padded::<3>(below / 1_000_000);
        let (micros, nanos) = (below / 1_000 % 1_000, below % 1_000);
        if micros > 0 || nanos > 0 {
            ink.padded::<3>(micros);
        }
        if nanos > 0 {
            ink.padded::<3>(nanos);
        }
    }
    ink.byte(b'Z');
}

/// Writes nanoseconds as seconds with a decimal point, as many digits as are needed, at least one.
pub(crate) fn seconds(nanoseconds: u64, ink: &mut Ink) {
    let from = ink.place();
    ink.number(nanoseconds / 1_000_000_000);
    ink.byte(b'.');
    let below = u32::try_from(nanoseconds % 1_000_000_000).unwrap_or_default();
    for part in [below / 1_000_000, below / 1_000 % 1_000, below % 1_000] {
        ink.padded::<3>(part);
    }
    let written = ink.from(from);
    let zeros = written.iter().rev().take_while(|b| **b == b'0').count();
    // Nine digits at most are zeros of the fraction, of which one stays.
    ink.back_to(ink.place() - zeros.min(8));
}

/// What is written, as text.
fn written(write: impl FnOnce(&mut Ink)) -> String {
    let mut ink = Ink::default();
    write(&mut ink);
    String::from_utf8_lossy(&ink.end()).into_owned()
}

/// How moments read: the reader's zone and language, and whether the log only knows the time since
/// boot.
#[derive(Clone, Debug)]
pub(crate) struct Reading<'z> {
    pub(crate) zone: &'z TimeZone,
    pub(crate) language: Language,
    pub(crate) since_boot: bool,
}

impl Reading<'_> {
    /// `2026-11-23 13:00:01`, with the fraction where there is one.
    pub(crate) fn precise(&self, moment: i64) -> String {
        self.civil(moment, "%Y-%m-%d %H:%M:%S%.f")
    }

    /// `2026-11-23 13:00`.
    pub(crate) fn minute(&self, moment: i64) -> String {
        self.civil(moment, "%Y-%m-%d %H:%M")
    }

    fn civil(&self, moment: i64, format: &str) -> String {
        if self.since_boot {
            return self.uptime(moment);
        }
        jiff::Timestamp::from_nanosecond(i128::from(moment))
            .map(|t| t.to_zoned(self.zone.clone()).strftime(format).to_string())
            .unwrap_or_default()
    }

    fn uptime(&self, moment: i64) -> String {
        let text = written(|ink| seconds(u64::try_from(moment).unwrap_or_default(), ink));
        match self.language {
            Language::En => format!("{text} s after boot"),
            Language::ZhCn => format!("启动后 {text} 秒"),
        }
    }

    /// From when to when, to the minute; what both ends share is said once.
    pub(crate) fn span(&self, span: Span) -> Option<String> {
        let (first, last) = span.ends()?;
        let (from, to) = (self.minute(first), self.minute(last));
        if from == to {
            return Some(from);
        }
        let word = self.language.pick("to", "至");
        let same_day = !self.since_boot && from.get(..10) == to.get(..10);
        let to = if same_day {
            to.get(11..).unwrap_or(&to)
        } else {
            &to
        };
        Some(format!("{from} {word} {to}"))
    }

    /// The name of the zone.
    pub(crate) fn zone_name(&self) -> String {
        match self.zone.iana_name() {
            Some(name) => name.to_owned(),
            None => match self.zone.to_fixed_offset() {
                Ok(offset) => format!("UTC{offset}"),
                Err(_) => self.language.pick("local time", "本地时间").to_owned(),
            },
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    fn utc(seconds: i64, nanoseconds: u32) -> String {
        let time = Timestamp::from_seconds(seconds, nanoseconds).unwrap();
        written(|ink| rfc3339(time, ink))
    }

    #[test]
    fn instants_in_utc() {
        for (seconds, nanoseconds, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (1_795_435_200, 120_000_000, "2026-11-23T12:00:00.120Z"),
            (951_868_799, 1_000, "2000-02-29T23:59:59.000001Z"),
            (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
        ] {
            assert_eq!(utc(seconds, nanoseconds), text);
        }
        let ends = [i64::MIN, i64::MAX].map(|n| written(|ink| rfc3339(Timestamp(n), ink)));
        assert_eq!(
            ends,
            [
                "1677-09-21T00:12:43.145224192Z",
                "2262-04-11T23:47:16.854775807Z"
            ]
        );
    }

    #[test]
    fn seconds_since_boot() {
        for (nanoseconds, text) in [
            (0, "0.0"),
            (100_000_000_000, "100.0"),
            (12_345_678_000, "12.345678"),
            (1, "0.000000001"),
        ] {
            assert_eq!(written(|ink| seconds(nanoseconds, ink)), text);
        }
    }

    #[test]
    fn spans_say_the_day_once() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let reading = Reading {
            zone: &zone,
            language: Language::En,
            since_boot: false,
        };
        let mut span = Span::default();
        assert_eq!(reading.span(span), None);
        span.note(Some(1_795_435_200_000_000_000));
        assert_eq!(reading.span(span).unwrap(), "2026-11-23 20:00");
        span.note(Some(1_795_438_860_000_000_000));
        assert_eq!(reading.span(span).unwrap(), "2026-11-23 20:00 to 21:01");
        span.note(Some(1_795_538_860_000_000_000));
        assert_eq!(
            reading.span(span).unwrap(),
            "2026-11-23 20:00 to 2026-11-25 00:47"
        );
        assert_eq!(reading.zone_name(), "Asia/Shanghai");
    }
}
