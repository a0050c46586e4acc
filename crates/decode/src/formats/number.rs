//! Numbers as log writers print them.

use crate::scan::eight_bytes;

/// Value of the decimal digits at the start of `text`, and how many they are. Nothing when there
/// is no digit, or more than ten of them: no field of any header needs more.
///
/// Leading zeros are harmless in a plain number and are read (`007` is 7).
pub(crate) fn leading_decimal(text: &[u8]) -> Option<(u64, usize)> {
    let (digits, count) = digits_of(eight_bytes(text));
    match count {
        0 => None,
        8 => go_on(digits, 8, text),
        _ => Some((digits, count)),
    }
}

/// The number of up to seven digits at the start of `text`, when a blank closes it, and what follows
/// the blank.
#[inline]
pub(crate) fn short_decimal_and_blank(text: &[u8]) -> Option<(u64, &[u8])> {
    let word = u64::from_le_bytes(*text.first_chunk::<8>()?);
    let (value, count) = digits_of(word);
    if count == 0 || count == 8 || (word >> (8 * count)) as u8 != b' ' {
        return None;
    }
    Some((value, text.get(count + 1..)?))
}

/// Value and count of the digits at the start of eight bytes, the first in the lowest byte.
///
/// Numbers of different lengths follow each other in every line. A loop that ends where the digits
/// end would be mispredicted for most of them, so all eight are looked at together.
#[inline]
const fn digits_of(word: u64) -> (u64, usize) {
    let digits = word ^ 0x3030_3030_3030_3030;
    // The high bit of each byte that is no digit: 0 to 9 plus 0x76 stays below 0x80.
    let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
    let bits = others.trailing_zeros() & !7;
    if bits == 0 {
        return (0, 0);
    }
    // The last digit moves to the highest byte, zeros to the front.
    (joined(digits << (64 - bits)), (bits / 8) as usize)
}

/// The number of eight digits, the first in the lowest byte: neighbours are joined to pairs, pairs to
/// fours, fours to eight.
#[inline(always)]
const fn joined(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(1 + (10 << 8)) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(1 + (100 << 16)) >> 16 & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(1 + (10_000 << 32)) >> 32
}

/// Reads on behind the first `digits` digits, whose value is known: the rest of long numbers, and
/// the end of a line.
fn go_on(mut value: u64, mut digits: usize, text: &[u8]) -> Option<(u64, usize)> {
    for byte in text.get(digits..)? {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value * 10 + u64::from(digit);
        digits += 1;
        if digits > 10 {
            return None;
        }
    }
    if digits == 0 {
        None
    } else {
        Some((value, digits))
    }
}

/// The number that the whole of `text` is, when it fits.
#[inline]
pub(crate) fn decimal<T: TryFrom<u64>>(text: &[u8]) -> Option<T> {
    let value = match text.len() {
        1..=8 => whole(eight_bytes(text), text.len())?,
        _ => long_decimal(text)?,
    };
    T::try_from(value).ok()
}

/// The number of one to eight digits that the first `length` bytes are, the first in the lowest
/// byte; nothing when one of them is no digit.
///
/// Where the length is known, nothing has to be searched: half of what [`leading_decimal`] takes.
#[inline(always)]
pub(crate) const fn whole(word: u64, length: usize) -> Option<u64> {
    // The last digit moves to the highest byte, zeros to the front.
    let digits = (word ^ 0x3030_3030_3030_3030) << (64 - 8 * length);
    // 0 to 9 plus 0x76 stays below 0x80.
    if (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080 == 0 {
        Some(joined(digits))
    } else {
        None
    }
}

fn long_decimal(text: &[u8]) -> Option<u64> {
    let (value, digits) = leading_decimal(text)?;
    (digits == text.len()).then_some(value)
}

/// The number of up to 19 digits that the whole of `text` is: bytes, packets, seconds, nanoseconds.
#[inline]
pub(crate) fn count(text: &[u8]) -> Option<u64> {
    if matches!(text.len(), 1..=8) {
        return whole(eight_bytes(text), text.len());
    }
    long_count(text)
}

fn long_count(text: &[u8]) -> Option<u64> {
    let (head, tail) = text.split_last_chunk::<8>()?;
    if head.len() > 11 {
        return None;
    }
    Some(count(head)? * 100_000_000 + whole(u64::from_le_bytes(*tail), 8)?)
}

/// The hexadecimal number that the whole of `text` is, with or without `0x`, when it fits.
pub(crate) fn hexadecimal<T: TryFrom<u64>>(text: &[u8]) -> Option<T> {
    let digits = text.strip_prefix(b"0x").unwrap_or(text);
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let mut value = 0_u64;
    for byte in digits {
        value = value << 4 | u64::from(nibble(*byte)?);
    }
    T::try_from(value).ok()
}

/// The value of one hexadecimal digit.
pub(crate) const fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Whether a port that stands at the very end of a line may be the beginning of a longer one.
pub(crate) const fn port_may_go_on(port: u16) -> bool {
    port != 0 && port <= u16::MAX / 10
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_whole_or_not_at_all() {
        assert_eq!(decimal::<u16>(b"65535"), Some(65535));
        assert_eq!(decimal::<u16>(b"007"), Some(7));
        for bad in [
            &b""[..],
            b"65536",
            b"-1",
            b"+1",
            b" 1",
            b"1 ",
            b"1a",
            b"99999999999",
        ] {
            assert_eq!(decimal::<u16>(bad), None, "{bad:?}");
        }
        assert_eq!(hexadecimal::<u8>(b"0xE0"), Some(0xe0));
        assert_eq!(hexadecimal::<u8>(b"08"), Some(8));
        for bad in [&b""[..], b"0x", b"0x100", b"g", b"0x0x1"] {
            assert_eq!(hexadecimal::<u8>(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_agree(text in "[0-9]{0,12} ?[ -~\\x00-\\xff]{0,12}") {
            let slowly = go_on(0, 0, text.as_bytes());
            prop_assert_eq!(leading_decimal(text.as_bytes()), slowly);
            let closed = slowly.and_then(|(value, count)| {
                Some((value, text.as_bytes().get(count..)?.strip_prefix(b" ")?))
            });
            let is_short = text.len() >= 8 && slowly.is_some_and(|(_, count)| count < 8);
            let expected = closed.filter(|_| is_short);
            prop_assert_eq!(short_decimal_and_blank(text.as_bytes()), expected);
        }

        #[test]
        fn whole_numbers_are_all_digits(text in "[0-9 :/\\x00]{0,2}[0-9]{0,12}[0-9 :a]?") {
            let slowly = go_on(0, 0, text.as_bytes());
            let expected = slowly.filter(|(_, count)| *count == text.len()).map(|(value, _)| value);
            prop_assert_eq!(decimal::<u64>(text.as_bytes()), expected);
        }

        #[test]
        fn long_numbers_are_read_too(text in "[0-9]{0,20}[0-9 :/]?") {
            let is_number = text.len() <= 19 && text.bytes().all(|byte| byte.is_ascii_digit());
            let expected = text.parse().ok().filter(|_| is_number);
            prop_assert_eq!(count(text.as_bytes()), expected);
        }

        #[test]
        fn both_ways_agree_on_bytes(text: [u8; 12]) {
            prop_assert_eq!(leading_decimal(&text), go_on(0, 0, &text));
        }
    }

    #[test]
    fn a_cut_port_is_known_by_its_size() {
        assert!(port_may_go_on(23) && port_may_go_on(6553));
        assert!(!port_may_go_on(6554) && !port_may_go_on(60000) && !port_may_go_on(0));
    }
}
