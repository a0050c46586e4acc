//! Dates as log writers print them.

use rutter_event::{Civil, Stamp, Timestamp};

use crate::digits::{four, two};

/// The month that an English abbreviation names.
pub(crate) fn month(word: &[u8]) -> Option<u8> {
    const MONTHS: [&[u8; 3]; 12] = [
        b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
        b"Dec",
    ];
    MONTHS
        .iter()
        .zip(1..)
        .find(|(name, _)| word == **name)
        .map(|(_, number)| number)
}

/// Seconds east of UTC: `Z`, `+0200`, `+02:00`, `-05`.
pub(crate) fn offset(text: &[u8]) -> Option<i32> {
    let (sign, hours, minutes) = match text {
        b"Z" | b"z" => return Some(0),
        [sign, a, b] => (sign, two(*a, *b)?, 0),
        [sign, a, b, c, d] | [sign, a, b, b':', c, d] => (sign, two(*a, *b)?, two(*c, *d)?),
        _ => return None,
    };
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    Some(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60))
}

/// `2026-11-23T10:40:04.643182`, with or without fraction and zone (RFC 3339).
pub(crate) fn iso(text: &[u8]) -> Option<Stamp> {
    let (date, zone) = text.split_first_chunk::<19>()?;
    let [
        a,
        b,
        c,
        d,
        b'-',
        e,
        f,
        b'-',
        g,
        h,
        b'T' | b' ',
        i,
        j,
        b':',
        k,
        l,
        b':',
        m,
        n,
    ] = *date
    else {
        return None;
    };
    let (nanosecond, zone) = match zone {
        [b'.', fraction @ ..] => nanoseconds(fraction)?,
        _ => (0, zone),
    };
    let civil = Civil {
        year: Some(four(a, b, c, d)?),
        month: two(e, f)?,
        day: two(g, h)?,
        hour: two(i, j)?,
        minute: two(k, l)?,
        second: two(m, n)?,
        nanosecond,
    };
    if !civil.is_valid() {
        return None;
    }
    if zone.is_empty() {
        return Some(Stamp::Civil(civil));
    }
    Some(Stamp::Instant(instant(&civil, offset(zone)?)?))
}

/// The decimal fraction of a second, cut after nine digits, and what stands behind its digits.
fn nanoseconds(text: &[u8]) -> Option<(u32, &[u8])> {
    let (mut value, mut digits, mut unit) = (0, 0, 100_000_000);
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value += u32::from(digit) * unit;
        unit /= 10;
        digits += 1;
    }
    text.get(digits..)
        .filter(|_| digits > 0)
        .map(|rest| (value, rest))
}

/// The instant of a valid reading with a year, so many seconds east of UTC. A leap second counts
/// as the first second of the next minute.
pub(crate) fn instant(civil: &Civil, east: i32) -> Option<Timestamp> {
    // Days since 1970-01-01 in the Gregorian calendar, with years that begin in March, so that
    // the leap day comes last.
    let year = i64::from(civil.year?);
    let (year, month) = match civil.month {
        month @ 3..=12 => (year, i64::from(month) - 3),
        month => (year - 1, i64::from(month) + 9),
    };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + i64::from(civil.day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    let seconds = days * 86_400
        + i64::from(civil.hour) * 3600
        + i64::from(civil.minute) * 60
        + i64::from(civil.second)
        - i64::from(east);
    Timestamp::from_seconds(seconds, civil.nanosecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn civil(year: i16, month: u8, day: u8, hour: u8) -> Civil {
        Civil {
            year: Some(year),
            month,
            day,
            hour,
            minute: 0,
            second: 0,
            nanosecond: 0,
        }
    }

    #[test]
    fn instants() {
        for (civil, east, seconds) in [
            (civil(1970, 1, 1, 0), 0, 0),
            (civil(1970, 1, 1, 0), 3600, -3600),
            (civil(2000, 2, 29, 12), 0, 951_825_600),
            (civil(2022, 6, 20, 13), 7200, 1_655_722_800),
            (civil(2100, 3, 1, 0), 0, 4_107_542_400),
        ] {
            assert_eq!(
                instant(&civil, east).map(Timestamp::seconds),
                Some(seconds),
                "{civil:?}"
            );
        }
        assert_eq!(instant(&civil(9999, 1, 1, 0), 0), None);
    }

    #[test]
    fn iso_dates() {
        let civil = |nanosecond| Civil {
            nanosecond,
            ..civil(2026, 11, 23, 10)
        };
        for (text, stamp) in [
            ("2026-11-23T10:00:00", Some(Stamp::Civil(civil(0)))),
            (
                "2026-11-23T10:00:00.643182",
                Some(Stamp::Civil(civil(643_182_000))),
            ),
            (
                "2026-11-23 10:00:00.1234567899",
                Some(Stamp::Civil(civil(123_456_789))),
            ),
            (
                "2026-11-23T10:00:00Z",
                instant(&civil(0), 0).map(Stamp::Instant),
            ),
            (
                "2026-11-23T10:00:00.5+0100",
                instant(&civil(500_000_000), 3600).map(Stamp::Instant),
            ),
            ("2026-11-23T10:00:00.", None),
            ("2026-02-29T10:00:00", None),
            ("2026-11-23T10:00", None),
            ("2026-11-23T10:00:00x", None),
        ] {
            assert_eq!(iso(text.as_bytes()), stamp, "{text}");
        }
    }

    #[test]
    fn offsets() {
        for (text, east) in [
            ("Z", Some(0)),
            ("+0200", Some(7200)),
            ("-05:30", Some(-19_800)),
            ("+14", Some(50_400)),
            ("+15", None),
            ("+0260", None),
            ("0200", None),
            ("+2", None),
            ("", None),
        ] {
            assert_eq!(offset(text.as_bytes()), east, "{text}");
        }
        assert_eq!(
            (month(b"Jan"), month(b"Dec"), month(b"jan")),
            (Some(1), Some(12), None)
        );
    }
}
