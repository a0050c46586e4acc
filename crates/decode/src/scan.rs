//! Searches over short texts, sixteen bytes at a time.
//!
//! Keys, values and columns have some ten bytes. A search made for long texts (`memchr`) spends more
//! on being called than these take to be looked at, and a loop over bytes is mispredicted at each
//! end, as is one over words of eight. So the first 32 bytes are looked at together, without a branch
//! between them, and only what is longer goes to `memchr`.

use memchr::{memchr, memchr2};
use wide::u8x16;

/// Where the byte stands first.
#[inline(always)]
pub(crate) fn find(byte: u8, text: &[u8]) -> Option<usize> {
    let wanted = u8x16::splat(byte);
    near(
        text,
        |bytes| bytes.simd_eq(wanted),
        |rest| memchr(byte, rest),
    )
}

/// Where the first of two bytes stands.
#[inline(always)]
pub(crate) fn find_either(one: u8, other: u8, text: &[u8]) -> Option<usize> {
    let (ones, others) = (u8x16::splat(one), u8x16::splat(other));
    near(
        text,
        |bytes| bytes.simd_eq(ones) | bytes.simd_eq(others),
        |rest| memchr2(one, other, rest),
    )
}

/// Where the first byte stands that is one of three or not above `low`.
#[inline(always)]
pub(crate) fn find_low_or([a, b, c]: [u8; 3], low: u8, text: &[u8]) -> Option<usize> {
    let (first, second, third) = (u8x16::splat(a), u8x16::splat(b), u8x16::splat(c));
    let limit = u8x16::splat(low);
    near(
        text,
        |bytes| {
            bytes.min(limit).simd_eq(bytes)
                | bytes.simd_eq(first)
                | bytes.simd_eq(second)
                | bytes.simd_eq(third)
        },
        |rest| {
            rest.iter()
                .position(|byte| *byte <= low || [a, b, c].contains(byte))
        },
    )
}

/// Where the first blank stands: a space, tab or line end.
///
/// Columns between blanks are mostly shorter than sixteen bytes, and those that are not are so in
/// every line: the first sixteen are looked at alone.
#[inline(always)]
pub(crate) fn find_blank(text: &[u8]) -> Option<usize> {
    if let Some(first) = text.first_chunk::<16>() {
        let marks = is_low(u8x16::from(*first)).to_bitmask();
        let place = marks.trailing_zeros() as usize;
        if text.get(place).is_some_and(u8::is_ascii_whitespace) && marks != 0 {
            return Some(place);
        }
    }
    find_far_blank(text)
}

#[inline(never)]
fn find_far_blank(text: &[u8]) -> Option<usize> {
    let low = near(text, is_low, |rest| {
        rest.iter().position(|byte| *byte <= b' ')
    })?;
    let rest = text.get(low..)?;
    if rest.first().is_some_and(u8::is_ascii_whitespace) {
        return Some(low);
    }
    // Other control characters are low too, and rare.
    let more = rest.iter().position(u8::is_ascii_whitespace)?;
    Some(low + more)
}

/// Which bytes are a space or a control character.
#[inline(always)]
fn is_low(bytes: u8x16) -> u8x16 {
    bytes.min(u8x16::splat(b' ')).simd_eq(bytes)
}

/// Where the first quote or bracket of JSON may stand, outside of strings: `"`, `{`, `}`, `[`, `]`, or
/// one of `Y`, `y`, `_` and DEL, which have the brackets' bits and are rare there.
#[inline(always)]
pub(crate) fn find_structure(text: &[u8]) -> Option<usize> {
    near(text, is_structure, |rest| {
        let mut at = 0;
        while let Some(sixteen) = rest.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
            let marks = is_structure(u8x16::from(*sixteen)).to_bitmask();
            if marks != 0 {
                return Some(at + marks.trailing_zeros() as usize);
            }
            at += 16;
        }
        let tail = rest.get(at..)?;
        below(tail, is_structure(sixteen_bytes(tail)).to_bitmask()).map(|found| at + found)
    })
}

#[inline(always)]
fn is_structure(bytes: u8x16) -> u8x16 {
    bytes.simd_eq(u8x16::splat(b'"')) | (bytes | u8x16::splat(0x26)).simd_eq(u8x16::splat(0x7f))
}

/// The first `N` places of a byte in a text; in the place of those that are missing, the text's length.
///
/// Columns have some five bytes: a search for the end of each looks at the same bytes again and again.
/// Here each 64 bytes are looked at once, and a place in them is then a bit of a word.
#[inline]
pub(crate) fn places<const N: usize>(byte: u8, text: &[u8]) -> [usize; N] {
    let wanted = u8x16::splat(byte);
    let mut places = [text.len(); N];
    let mut rooms = places.iter_mut();
    for start in (0..text.len()).step_by(BLOCK) {
        let mut marks = marks_of_block(text, start, wanted);
        while marks != 0 {
            let Some(room) = rooms.next() else {
                return places;
            };
            *room = start + marks.trailing_zeros() as usize;
            marks &= marks - 1;
        }
    }
    places
}

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Which of the 64 bytes from `start` on are the wanted one.
#[inline(always)]
fn marks_of_block(text: &[u8], start: usize, wanted: u8x16) -> u64 {
    let rest = text.get(start..).unwrap_or_default();
    if let Some(block) = rest.first_chunk::<BLOCK>() {
        return marks_of(block, wanted);
    }
    // The last 64 bytes overlap those before.
    if let Some(block) = text.last_chunk::<BLOCK>() {
        return marks_of(block, wanted)
            .checked_shr((BLOCK - rest.len()) as u32)
            .unwrap_or(0);
    }
    let mut marks = 0;
    for (at, sixteen) in (0..).step_by(16).zip(rest.chunks(16)) {
        marks |= u64::from(sixteen_bytes(sixteen).simd_eq(wanted).to_bitmask()) << at;
    }
    // Behind the end there are zeros, which are no places.
    marks & !(u64::MAX << rest.len())
}

/// Which bytes of a block are the wanted one.
#[inline(always)]
fn marks_of(block: &[u8; BLOCK], wanted: u8x16) -> u64 {
    let (sixteens, _) = block.as_chunks::<16>();
    let mut marks = 0;
    for (at, sixteen) in (0..).step_by(16).zip(sixteens) {
        marks |= u64::from(u8x16::from(*sixteen).simd_eq(wanted).to_bitmask()) << at;
    }
    marks
}

/// Looks at 32 bytes or at all of a shorter text, then at the rest.
#[inline(always)]
fn near(
    text: &[u8],
    marks: impl Fn(u8x16) -> u8x16,
    far: impl FnOnce(&[u8]) -> Option<usize>,
) -> Option<usize> {
    if let Some((near, rest)) = text.split_first_chunk::<32>() {
        let found = marks_of_ends(near, 16, &marks);
        return match found {
            0 => far(rest).map(|found| 32 + found),
            _ => Some(found.trailing_zeros() as usize),
        };
    }
    let found = match text.len().checked_sub(16) {
        // The last sixteen bytes overlap the first.
        Some(more) => marks_of_ends(text, more, &marks),
        None => marks(sixteen_bytes(text)).to_bitmask(),
    };
    below(text, found)
}

/// The marks of the first sixteen bytes and of the last, which begin `at` bytes behind.
#[inline(always)]
fn marks_of_ends(text: &[u8], at: usize, marks: impl Fn(u8x16) -> u8x16) -> u32 {
    match (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        (Some(first), Some(last)) => {
            marks(u8x16::from(*first)).to_bitmask() | marks(u8x16::from(*last)).to_bitmask() << at
        }
        _ => 0,
    }
}

/// The place of the lowest mark, if it is one of the text and not of the zeros behind it.
#[inline(always)]
fn below(text: &[u8], marks: u32) -> Option<usize> {
    let place = marks.trailing_zeros() as usize;
    (place < text.len()).then_some(place)
}

/// The first sixteen bytes; behind the end of the text there are zeros.
#[inline(always)]
pub(crate) fn sixteen_bytes(text: &[u8]) -> u8x16 {
    if let Some(chunk) = text.first_chunk::<16>() {
        return u8x16::from(*chunk);
    }
    let word = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
            u128::from(first) | u128::from(last) << (8 * (text.len() - 8))
        }
        _ => u128::from(eight_bytes(text)),
    };
    u8x16::from(word.to_le_bytes())
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
        fn every_place_is_found(text in prop::collection::vec(prop::sample::select(&b"\0,ab\xff"[..]), 0..300)) {
            for byte in *b"\0,\xff" {
                let here = (0..text.len()).filter(|at| text.get(*at) == Some(&byte));
                let expected: Vec<usize> = here.chain([text.len(); 20]).take(20).collect();
                prop_assert_eq!(places::<20>(byte, &text).to_vec(), expected);
            }
        }

        #[test]
        fn blanks_are_found(text in prop::collection::vec(prop::sample::select(&b"aaaaaaaa\0\x0b \t\n\r\x0c\x7f\xff"[..]), 0..60)) {
            prop_assert_eq!(find_blank(&text), text.iter().position(u8::is_ascii_whitespace));
            let rare: Vec<u8> = text.iter().map(|byte| if *byte == b' ' { b'a' } else { *byte }).collect();
            prop_assert_eq!(find_blank(&rare), rare.iter().position(u8::is_ascii_whitespace));
        }

        #[test]
        fn low_bytes_and_marks_are_found(text in prop::collection::vec(prop::sample::select(&b"aaaaaaaaaaaaz;<>,-\0\xff"[..]), 0..60)) {
            let is_wanted = |byte: &u8| *byte <= b',' || b";<>".contains(byte);
            prop_assert_eq!(find_low_or(*b";<>", b',', &text), text.iter().position(is_wanted));
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
