//! The spellings of time: each reader takes one spelling and gives the stamp and the text after it.
//!
//! A reader that meets a month 13 or an hour 25 reads nothing; [`iso`] and [`impossible`] tell such a
//! stamp from something else, so that the record is refused for it and not read without a time.

use rutter_event::{Civil, Stamp, Timestamp};

use super::text::{
    billionths, four, is_boundary, is_word_end, number, six, skip_blanks, split_while, two,
};
use super::zone::{self, place};

/// A stamp and the text behind it.
pub(super) type Read<'a> = (Stamp, &'a [u8]);

/// How much a stamp says. Of two stamps of a line the one that says more wins; of equals the one
/// nearer to the message.
pub(super) const fn rank(stamp: Stamp) -> u8 {
    match stamp {
        Stamp::Absent => 0,
        Stamp::Boot(_) => 1,
        Stamp::Civil(Civil { year: None, .. }) => 2,
        Stamp::Civil(Civil { year: Some(_), .. }) => 3,
        Stamp::Instant(_) => 4,
    }
}

/// English month name of three letters, any case.
#[inline]
const fn month(a: u8, b: u8, c: u8) -> Option<u8> {
    Some(match [a | 0x20, b | 0x20, c | 0x20] {
        [b'j', b'a', b'n'] => 1,
        [b'f', b'e', b'b'] => 2,
        [b'm', b'a', b'r'] => 3,
        [b'a', b'p', b'r'] => 4,
        [b'm', b'a', b'y'] => 5,
        [b'j', b'u', b'n'] => 6,
        [b'j', b'u', b'l'] => 7,
        [b'a', b'u', b'g'] => 8,
        [b's', b'e', b'p'] => 9,
        [b'o', b'c', b't'] => 10,
        [b'n', b'o', b'v'] => 11,
        [b'd', b'e', b'c'] => 12,
        _ => return None,
    })
}

/// Whether the text begins with an English weekday of three letters and a blank.
pub(super) fn is_weekday(text: &[u8]) -> bool {
    let [a, b, c, b' ', ..] = text else {
        return false;
    };
    matches!(
        &[*a, *b, *c],
        b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun"
    )
}

/// `23 `, ` 3 ` or `3 `.
fn day(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [b' ', d @ b'1'..=b'9', b' ', rest @ ..] | [d @ b'1'..=b'9', b' ', rest @ ..] => {
            Some((d - b'0', rest))
        }
        [a, b, b' ', rest @ ..] => Some((two(*a, *b)?, rest)),
        _ => None,
    }
}

/// `10:00:00` with an optional fraction behind a point or comma.
#[inline]
fn clock(text: &[u8]) -> Option<([u8; 3], u32, &[u8])> {
    let [a, b, b':', c, d, b':', e, f, rest @ ..] = text else {
        return None;
    };
    let time = [two(*a, *b)?, two(*c, *d)?, two(*e, *f)?];
    let (fraction, rest) = match rest {
        [b'.' | b',', digits @ ..] => billionths(digits).unwrap_or((0, rest)),
        _ => (0, rest),
    };
    Some((time, fraction, rest))
}

/// `Nov 23 10:00:00` before a blank and nothing else: what nearly every sender writes, in one step.
#[inline]
pub(super) fn plain(text: &[u8]) -> Option<Read<'_>> {
    let [
        a,
        b,
        c,
        b' ',
        d,
        e,
        b' ',
        f,
        g,
        b':',
        h,
        i,
        b':',
        j,
        k,
        rest @ ..,
    ] = text
    else {
        return None;
    };
    // A sign, a digit or a letter of `UTC` and `GMT` may say more.
    let [
        b' ',
        b'a'..=b'z' | b'A'..=b'F' | b'H'..=b'T' | b'V'..=b'Z',
        ..,
    ] = rest
    else {
        return None;
    };
    let day = two(if *d == b' ' { b'0' } else { *d }, *e)?;
    let civil = Civil {
        year: None,
        month: month(*a, *b, *c)?,
        day,
        hour: two(*f, *g)?,
        minute: two(*h, *i)?,
        second: two(*j, *k)?,
        nanosecond: 0,
    };
    civil.is_valid().then_some((Stamp::Civil(civil), rest))
}

/// `Nov 23 10:00:00` and its relatives: day padded with zero, blank or nothing; a year behind the
/// day, behind the time or given by the caller; a fraction; a zone.
pub(super) fn month_first(text: &[u8], year: Option<i16>) -> Option<Read<'_>> {
    let (civil, rest) = numbers(text, year)?;
    if !civil.is_valid() {
        return None;
    }
    let (offset, rest) = match zone::read(rest) {
        (None, rest) => zone::named(rest),
        read => read,
    };
    if !is_boundary(rest) {
        return None;
    }
    Some((place(civil, offset)?, rest))
}

/// The text behind a stamp that has the shape of [`month_first`], [`year_first`] or [`weekday_first`]
/// and cannot be: `Feb 31 10:00:00`, `Nov 23 25:00:00`.
pub(super) fn impossible(text: &[u8]) -> Option<&[u8]> {
    let text = match text {
        [_, _, _, b' ', rest @ ..] if is_weekday(text) => rest,
        [b'0'..=b'9', _, _, _, b' ', rest @ ..] => rest,
        _ => text,
    };
    let (civil, rest) = numbers(text, None)?;
    let (_, rest) = zone::read(rest);
    (!civil.is_valid() && is_boundary(rest)).then_some(rest)
}

/// Month, day, year and time as they are written, possible or not.
fn numbers(text: &[u8], year: Option<i16>) -> Option<(Civil, &[u8])> {
    let [a, b, c, b' ', rest @ ..] = text else {
        return None;
    };
    let month = month(*a, *b, *c)?;
    let (day, rest) = day(rest)?;
    let (year, rest) = match rest {
        [a, b, c, d, b' ', behind @ ..] => match four(*a, *b, *c, *d) {
            Some(year) => (Some(year), behind),
            None => (year, rest),
        },
        _ => (year, rest),
    };
    let ([hour, minute, second], nanosecond, rest) = clock(rest)?;
    let (year, rest) = match rest {
        [b' ', a @ (b'1' | b'2'), b, c, d, behind @ ..]
            if year.is_none() && is_word_end(behind) =>
        {
            match four(*a, *b, *c, *d) {
                Some(year) => (Some(year), behind),
                None => (None, rest),
            }
        }
        _ => (year, rest),
    };
    let civil = Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
        nanosecond,
    };
    Some((civil, rest))
}

/// `2026 Nov 23 10:00:00`.
pub(super) fn year_first(text: &[u8]) -> Option<Read<'_>> {
    let [a, b, c, d, b' ', rest @ ..] = text else {
        return None;
    };
    month_first(rest, Some(four(*a, *b, *c, *d)?))
}

/// `Mon Nov 23 10:00:00 2026` (asctime, logread) or `Mon 2026-11-23 10:00:00 UTC` (journalctl).
pub(super) fn weekday_first(text: &[u8]) -> Option<Read<'_>> {
    let ([_, _, _, b' ', rest @ ..], true) = (text, is_weekday(text)) else {
        return None;
    };
    match iso(rest) {
        // journalctl always writes the zone; a name that is not UTC says nothing for certain.
        Iso::Read {
            stamp: Stamp::Civil(civil),
            rest: [b' ', behind @ ..],
            ..
        } => {
            if let [sign @ (b'+' | b'-'), digits @ ..] = behind {
                let (seconds, rest) = zone::offset(*sign, digits)?;
                return Some((place(civil, Some(seconds))?, rest));
            }
            let (name, rest) = split_while(behind, |b| b.is_ascii_alphabetic());
            let is_zone = (2..=5).contains(&name.len()) && is_word_end(rest);
            is_zone.then_some((Stamp::Civil(civil), rest))
        }
        Iso::Read { stamp, rest, .. } => is_boundary(rest).then_some((stamp, rest)),
        Iso::Impossible { .. } => None,
        Iso::No => month_first(rest, None),
    }
}

/// What stood where an ISO 8601 stamp could stand.
pub(super) enum Iso<'a> {
    /// Something else.
    No,
    /// The shape of one, with a number out of its range.
    Impossible {
        /// The text behind it.
        rest: &'a [u8],
        /// How it is written.
        form: Form,
    },
    /// A stamp.
    Read {
        /// The time.
        stamp: Stamp,
        /// The text behind it.
        rest: &'a [u8],
        /// How it is written.
        form: Form,
    },
}

/// What the spelling of an ISO 8601 stamp tells of its writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Date and time are one word, as transports write them.
    Word,
    /// Date and time are two words, as columns are.
    Columns,
    /// As `dmesg --time-format=iso` writes it: a comma, six digits and a numeric zone.
    Dmesg,
}

/// `2026-11-23T10:00:00.123456+01:00` (RFC 3339, ISO 8601 extended) and its relatives: `T` or a
/// blank, hyphens or slashes, point or comma, zone as `Z`, `+01:00`, `+0100`, `+01`, ` +0100`,
/// ` UTC` or none; and `2026:11:23-10:00:00` as Astaro and Sophos UTM write it.
#[inline]
pub(super) fn iso(text: &[u8]) -> Iso<'_> {
    let [y0, y1, y2, y3, sep, m0, m1, sep2, d0, d1, mark, time @ ..] = text else {
        return Iso::No;
    };
    match (sep, mark) {
        (b'-' | b'/', b'T' | b't' | b' ' | b'\t') | (b':', b'-') if sep == sep2 => {}
        _ => return Iso::No,
    }
    let (Some(year), Some(month), Some(day)) =
        (four(*y0, *y1, *y2, *y3), two(*m0, *m1), two(*d0, *d1))
    else {
        return Iso::No;
    };
    let Some(([hour, minute, second], nanosecond, rest)) = clock(time) else {
        return Iso::No;
    };
    let civil = Civil {
        year: Some(year),
        month,
        day,
        hour,
        minute,
        second,
        nanosecond,
    };
    let (offset, rest) = zone::read(rest);
    let form = match (mark, time) {
        (b' ' | b'\t', _) => Form::Columns,
        (_, [_, _, _, _, _, _, _, _, b',', digits @ ..])
            if matches!(six(digits), Some((_, [b'+' | b'-', ..]))) =>
        {
            Form::Dmesg
        }
        _ => Form::Word,
    };
    match place(civil, offset).filter(|_| civil.is_valid()) {
        Some(stamp) => Iso::Read { stamp, rest, form },
        None => Iso::Impossible { rest, form },
    }
}

/// `1795430404.643182`: seconds since 1970 with a fraction, before a blank (journalctl short-unix,
/// Meraki).
pub(super) fn epoch(text: &[u8]) -> Option<Read<'_>> {
    let (seconds, rest) = number(text, 10)?;
    let [b'.', digits @ ..] = rest else {
        return None;
    };
    let (fraction, rest) = billionths(digits)?;
    if seconds < 100_000_000 || !is_word_end(rest) {
        return None;
    }
    Some((
        Stamp::Instant(Timestamp::from_seconds(
            i64::try_from(seconds).ok()?,
            fraction,
        )?),
        rest,
    ))
}

/// A time as JSON wrappers write it, whole: a text in any of the spellings above, or a number of
/// seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size.
pub(super) fn whole(text: &[u8]) -> Option<Stamp> {
    let text = skip_blanks(text);
    if let Some(stamp) = since_epoch(text) {
        return Some(stamp);
    }
    let (stamp, rest) = match iso(text) {
        Iso::Read { stamp, rest, .. } => (stamp, rest),
        Iso::Impossible { .. } => return None,
        Iso::No => month_first(text, None)
            .or_else(|| year_first(text))
            .or_else(|| weekday_first(text))?,
    };
    skip_blanks(rest).is_empty().then_some(stamp)
}

fn since_epoch(text: &[u8]) -> Option<Stamp> {
    if text.iter().any(|b| matches!(b, b'e' | b'E')) {
        // Java prints doubles as 1.795430404643E9.
        let seconds = std::str::from_utf8(text).ok()?.parse::<f64>().ok()?;
        let is_near = (1e8..9e9).contains(&seconds);
        return is_near.then(|| Stamp::Instant(Timestamp((seconds * 1e6).round() as i64 * 1_000)));
    }
    let (whole, rest) = number(text, 19)?;
    let (fraction, rest) = match rest {
        [b'.', digits @ ..] => billionths(digits)?,
        _ => (0, rest),
    };
    let unit: i64 = match whole {
        0..=99_999_999 => return None,
        100_000_000..=99_999_999_999 => 1_000_000_000,
        100_000_000_000..=99_999_999_999_999 => 1_000_000,
        100_000_000_000_000..=99_999_999_999_999_999 => 1_000,
        _ => 1,
    };
    if !rest.is_empty() {
        return None;
    }
    let whole = i64::try_from(whole).ok()?.checked_mul(unit)?;
    let part = i64::from(fraction) * unit / 1_000_000_000;
    Some(Stamp::Instant(Timestamp(whole.checked_add(part)?)))
}
