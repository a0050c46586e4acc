//! Searches over short texts, eight bytes at a time.
//!
//! Keys, values and columns have some ten bytes. A search made for long texts (`memchr`) spends more
//! on being called than these take to be looked at, and a loop over bytes is mispredicted at each
//! end; so a few words of eight bytes come first, and what is longer goes to `memchr`.

use memchr::{memchr, memchr2};

/// One in every byte.
const ONES: u64 = u64::MAX / 255;
/// The high bit of every byte.
const HIGHS: u64 = ONES * 128;
/// So many bytes are looked at here.
const NEAR: usize = 32;

/// The high bit of the lowest byte that is zero is set; higher bits may lie, since the subtraction
/// borrows.
#[inline(always)]
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// Where the byte stands first.
#[inline(always)]
pub(crate) fn find(byte: u8, text: &[u8]) -> Option<usize> {
    let wanted = ONES * u64::from(byte);
    near(text, |word| zeros(word ^ wanted), |rest| memchr(byte, rest))
}

/// Where the first of two bytes stands.
#[inline(always)]
pub(crate) fn find_either(one: u8, other: u8, text: &[u8]) -> Option<usize> {
    let (ones, others) = (ONES * u64::from(one), ONES * u64::from(other));
    near(
        text,
        |word| zeros(word ^ ones) | zeros(word ^ others),
        |rest| memchr2(one, other, rest),
    )
}

/// Where the first quote or bracket of JSON may stand, outside of strings: `"`, `{`, `}`, `[`, `]`, or
/// one of `Y`, `y`, `_` and DEL, which have the brackets' bits and are rare there.
#[inline(always)]
pub(crate) fn find_structure(text: &[u8]) -> Option<usize> {
    const QUOTES: u64 = ONES * b'"' as u64;
    let marks = |word: u64| zeros(word ^ QUOTES) | zeros((word | ONES * 0x26) ^ (ONES * 0x7f));
    let (mut at, mut rest) = (0, text);
    while let Some((eight, behind)) = rest.split_first_chunk::<8>() {
        let marks = marks(u64::from_le_bytes(*eight));
        if marks != 0 {
            return Some(at + (marks.trailing_zeros() / 8) as usize);
        }
        at += 8;
        rest = behind;
    }
    let marks = marks(eight_bytes(rest));
    let place = (marks.trailing_zeros() / 8) as usize;
    (marks != 0 && place < rest.len()).then_some(at + place)
}

/// Looks at words, the last one filled up with bytes that have been seen; then at the rest.
#[inline(always)]
fn near(
    text: &[u8],
    found: impl Fn(u64) -> u64,
    far: impl FnOnce(&[u8]) -> Option<usize>,
) -> Option<usize> {
    let (mut at, mut rest) = (0, text);
    while let Some((eight, behind)) = rest.split_first_chunk::<8>() {
        if at == NEAR {
            return far(rest).map(|found| found + at);
        }
        let marks = found(u64::from_le_bytes(*eight));
        if marks != 0 {
            return Some(at + (marks.trailing_zeros() / 8) as usize);
        }
        at += 8;
        rest = behind;
    }
    if rest.is_empty() {
        return None;
    }
    // Behind the end stand zeros, which are found if zero is looked for, and do not count.
    let marks = found(eight_bytes(rest));
    let place = (marks.trailing_zeros() / 8) as usize;
    (marks != 0 && place < rest.len()).then_some(at + place)
}

/// The first eight bytes, the first in the lowest place; behind the end of the text there are zeros.
#[inline(always)]
pub(crate) fn eight_bytes(text: &[u8]) -> u64 {
    if let Some(chunk) = text.first_chunk::<8>() {
        return u64::from_le_bytes(*chunk);
    }
    // Two reads that overlap take any length from four to seven without a loop.
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return u64::from(first) | u64::from(last) << (8 * (text.len() - 4));
    }
    match *text {
        [a, b, c] => u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0]),
        [a, b] => u64::from_le_bytes([a, b, 0, 0, 0, 0, 0, 0]),
        [a] => u64::from(a),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_loop_finds(text in prop::collection::vec(prop::sample::select(&b"\0ab\x80\xff\x01"[..]), 0..70)) {
            for byte in *b"\0ab\x80\xff\x01" {
                prop_assert_eq!(find(byte, &text), text.iter().position(|b| *b == byte));
                prop_assert_eq!(
                    find_either(byte, b'b', &text),
                    text.iter().position(|b| *b == byte || *b == b'b')
                );
            }
        }

        #[test]
        fn far_bytes_are_found_too(length in 0_usize..200, at in 0_usize..200) {
            let mut text = vec![b'x'; length];
            if let Some(byte) = text.get_mut(at) {
                *byte = b'=';
            }
            prop_assert_eq!(find(b'=', &text), text.iter().position(|b| *b == b'='));
        }

        #[test]
        fn structure_is_found(text in prop::collection::vec(prop::sample::select(&b"a1 ,:\"{}[]\xff"[..]), 0..40)) {
            let is_structure = |b: &u8| matches!(b, b'"' | b'{' | b'}' | b'[' | b']');
            prop_assert_eq!(find_structure(&text), text.iter().position(is_structure));
        }

        #[test]
        fn short_texts_end_in_zeros(text in prop::collection::vec(any::<u8>(), 0..12)) {
            let mut expected = [0; 8];
            for (to, from) in expected.iter_mut().zip(&text) {
                *to = *from;
            }
            prop_assert_eq!(eight_bytes(&text).to_le_bytes(), expected);
        }
    }
}
