//! Zones, and the instants that they make of wall clocks.

use rutter_event::{Civil, Stamp, Timestamp};

use super::text::{is_boundary, split_while, two};

/// Seconds east of UTC, when the text begins with a zone that says so, and the text behind it.
#[inline]
pub(super) fn read(text: &[u8]) -> (Option<i32>, &[u8]) {
    if let [
        b' ',
        b'a'..=b'z' | b'A'..=b'F' | b'H'..=b'T' | b'V'..=b'Z' | b'0'..=b'9',
        ..,
    ] = text
    {
        return (None, text);
    }
    let found = match text {
        [b'Z' | b'z', rest @ ..]
            if !matches!(rest, [b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z', ..]) =>
        {
            Some((0, rest))
        }
        [sign @ (b'+' | b'-'), rest @ ..] => offset(*sign, rest),
        // A blank before the offset: only with minutes, since ` -1` may be anything.
        [b' ', sign @ (b'+' | b'-'), rest @ ..]
            if matches!(rest, [_, _, b'0'..=b'9' | b':', ..]) =>
        {
            offset(*sign, rest)
        }
        [b' ', a, b, c, rest @ ..]
            if matches!(&[*a, *b, *c], b"UTC" | b"GMT") && is_boundary(rest) =>
        {
            Some((0, rest))
        }
        _ => None,
    };
    match found {
        Some((seconds, rest)) => (Some(seconds), rest),
        None => (None, text),
    }
}

/// `01:00`, `0100` or `01` behind a sign.
#[inline]
pub(super) fn offset(sign: u8, text: &[u8]) -> Option<(i32, &[u8])> {
    let (hours, minutes, rest) = match text {
        [a, b, b':', c @ b'0'..=b'9', d, rest @ ..] => (two(*a, *b)?, two(*c, *d)?, rest),
        [a, b, c @ b'0'..=b'9', d, rest @ ..] => (two(*a, *b)?, two(*c, *d)?, rest),
        [a, b, rest @ ..] => (two(*a, *b)?, 0, rest),
        _ => return None,
    };
    if hours > 18 || minutes > 59 || matches!(rest, [b'0'..=b'9', ..]) {
        return None;
    }
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    Some((if sign == b'-' { -seconds } else { seconds }, rest))
}

/// Steps over a zone's name before a colon, as Cisco writes it: `Nov 23 10:00:00 CST: %SEC…`.
pub(super) fn skip_name(text: &[u8]) -> &[u8] {
    before_colon(text).map_or(text, |(_, behind)| behind)
}

/// The offset of a zone's name before a colon, where it says one, and the text from the colon on.
pub(super) fn named(text: &[u8]) -> (Option<i32>, &[u8]) {
    match before_colon(text).and_then(|(name, behind)| Some((of_name(name)?, behind))) {
        Some((offset, behind)) => (Some(offset), behind),
        None => (None, text),
    }
}

fn before_colon(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, behind) = split_while(text.strip_prefix(b" ")?, |b| b.is_ascii_alphabetic());
    let is_zone = (2..=5).contains(&name.len()) && matches!(behind, [b':', ..]);
    is_zone.then_some((name, behind))
}

/// Seconds east of UTC of a name that means the same to everybody: those of RFC 5322, section 4.3,
/// and those that the zone database gives to one offset only.
///
/// `CST` is North America's to the RFC and China's to half of those who write it, `IST` is three
/// countries' and `BST` two's: such names say nothing.
fn of_name(name: &[u8]) -> Option<i32> {
    let hours = match name {
        b"UTC" | b"GMT" | b"UT" | b"WET" => 0,
        b"WEST" | b"CET" => 1,
        b"CEST" | b"EET" => 2,
        b"EEST" | b"MSK" => 3,
        b"HKT" => 8,
        b"JST" | b"KST" => 9,
        b"AEST" => 10,
        b"AEDT" => 11,
        b"NZST" => 12,
        b"NZDT" => 13,
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" | b"AKDT" => -8,
        b"AKST" => -9,
        _ => return None,
    };
    Some(hours * 3600)
}

/// The instant, when zone and year are known; the wall clock otherwise. Nothing when the instant is
/// out of the reach of a [`Timestamp`].
// As a call, the civil time is stored byte by byte and loaded as words, which stalls: 4 ns a line.
#[inline(always)]
pub(super) fn place(civil: Civil, offset: Option<i32>) -> Option<Stamp> {
    let (Some(offset), Some(year)) = (offset, civil.year) else {
        return Some(Stamp::Civil(civil));
    };
    let days = days_since_epoch(
        u32::from(year.cast_unsigned()),
        civil.month.into(),
        civil.day.into(),
    );
    let in_day =
        (i64::from(civil.hour) * 60 + i64::from(civil.minute)) * 60 + i64::from(civil.second);
    let seconds = days * 86_400 + in_day - i64::from(offset);
    Timestamp::from_seconds(seconds, civil.nanosecond).map(Stamp::Instant)
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar, for years from 0 to 9999.
///
/// The year is counted from March, so that the leap day is its last and the months have a rhythm of
/// 153 days in five; and from 400 years before year 0, so that nothing here is negative.
const fn days_since_epoch(year: u32, month: u32, day: u32) -> i64 {
    let (year, month) = if month <= 2 {
        (year + 399, month + 9)
    } else {
        (year + 400, month - 3)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leap_days + (153 * month + 2) / 5 + day;
    days as i64 - (719_469 + 146_097)
}
