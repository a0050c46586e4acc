//! Small steps over bytes: blanks, words, digits.

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

/// Where the first of two bytes stands. Looks at eight bytes at once and no more than a few times:
/// in a header it is mostly near, and a call into a vector search costs more than finding it.
#[inline]
pub(super) fn find_either(one: u8, other: u8, text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES * 128;
    let (ones, others) = (ONES * u64::from(one), ONES * u64::from(other));
    let (mut at, mut rest) = (0, text);
    while let Some((eight, behind)) = rest.split_first_chunk::<8>() {
        if at == 24 {
            break;
        }
        // A byte of the difference is zero where a wanted byte stands. Beyond the lowest zero byte
        // the subtraction may borrow and lie; the lowest is exact.
        let word = u64::from_le_bytes(*eight);
        let (a, b) = (word ^ ones, word ^ others);
        let found = (a.wrapping_sub(ONES) & !a | b.wrapping_sub(ONES) & !b) & HIGHS;
        if found != 0 {
            return Some(at + (found.trailing_zeros() / 8) as usize);
        }
        at += 8;
        rest = behind;
    }
    memchr::memchr2(one, other, rest).map(|found| at + found)
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

/// Two decimal digits.
pub(super) const fn two(a: u8, b: u8) -> Option<u8> {
    let (a, b) = (a.wrapping_sub(b'0'), b.wrapping_sub(b'0'));
    if a <= 9 && b <= 9 {
        Some(a * 10 + b)
    } else {
        None
    }
}

/// Four decimal digits.
pub(super) const fn four(a: u8, b: u8, c: u8, d: u8) -> Option<i16> {
    match (two(a, b), two(c, d)) {
        (Some(high), Some(low)) => Some(high as i16 * 100 + low as i16),
        _ => None,
    }
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
