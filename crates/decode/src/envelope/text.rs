//! Small steps over bytes: blanks, words, digits.

pub(super) use crate::digits::{four, two};
use crate::scan::find_either;

/// The text without blanks and tabs at its start.
pub(super) fn skip_blanks(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

/// The text without what transports leave at its end: line ends and the NUL of some senders.
pub(super) fn trim_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b'\r' | b'\n' | b'\0'] = text {
        text = rest;
    }
    text
}

/// The bytes before the next blank, and the rest from that blank on.
#[inline]
pub(super) fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = find_either(b' ', b'\t', text).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, b""))
}

/// The bytes for which `keep` holds, and the rest.
#[inline]
pub(super) fn split_while(text: &[u8], keep: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let mut rest = text;
    while let [first, after @ ..] = rest {
        if !keep(*first) {
            break;
        }
        rest = after;
    }
    let taken = text.len() - rest.len();
    (text.get(..taken).unwrap_or_default(), rest)
}

/// Blank or tab.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether a stamp or word may end here: at a blank, a colon or the end of the text.
pub(super) const fn is_boundary(rest: &[u8]) -> bool {
    matches!(rest, [] | [b' ' | b'\t' | b':', ..])
}

/// Whether a word ends here: at a blank or the end of the text.
pub(super) const fn is_word_end(rest: &[u8]) -> bool {
    matches!(rest, [] | [b' ' | b'\t', ..])
}

/// A decimal number of one to `most` digits (at most 19), and the rest, which begins with no digit.
pub(super) fn number(text: &[u8], most: usize) -> Option<(u64, &[u8])> {
    let (mut value, mut digits, mut rest) = (0_u64, 0, text);
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        digits += 1;
        if digits > most {
            return None;
        }
        value = value * 10 + u64::from(digit - b'0');
        rest = after;
    }
    if digits == 0 {
        None
    } else {
        Some((value, rest))
    }
}

/// Six decimal digits, as most clocks write the fraction of a second, and the rest.
#[inline]
pub(super) fn six(text: &[u8]) -> Option<(u32, &[u8])> {
    let [a, b, c, d, e, f, rest @ ..] = text else {
        return None;
    };
    let [high, middle, low] = [two(*a, *b)?, two(*c, *d)?, two(*e, *f)?].map(u32::from);
    Some((high * 10_000 + middle * 100 + low, rest))
}

/// The digits of a decimal fraction as billionths, and the rest. Digits beyond the ninth are
/// dropped; no digit at all is no fraction.
#[inline]
pub(super) fn billionths(text: &[u8]) -> Option<(u32, &[u8])> {
    if let Some((micros, rest)) = six(text)
        && !matches!(rest, [b'0'..=b'9', ..])
    {
        return Some((micros * 1_000, rest));
    }
    let (mut value, mut rest) = (0_u32, text);
    while let [digit @ b'0'..=b'9', after @ ..] = rest
        && text.len() - rest.len() < 9
    {
        value = value * 10 + u32::from(digit - b'0');
        rest = after;
    }
    const SCALE: [u32; 10] = [
        0,
        100_000_000,
        10_000_000,
        1_000_000,
        100_000,
        10_000,
        1_000,
        100,
        10,
        1,
    ];
    let scale = *SCALE.get(text.len() - rest.len())?;
    while let [b'0'..=b'9', after @ ..] = rest {
        rest = after;
    }
    if scale == 0 {
        None
    } else {
        Some((value * scale, rest))
    }
}
