//! Numbers as log writers print them.

/// Value of the decimal digits at the start of `text`, and how many they are. Nothing when there
/// is no digit, or more than ten of them: no field of any header needs more.
///
/// Leading zeros are harmless in a plain number and are read (`007` is 7).
pub(crate) fn leading_decimal(text: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    let mut digits = 0;
    for byte in text {
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
pub(crate) fn decimal<T: TryFrom<u64>>(text: &[u8]) -> Option<T> {
    let (value, digits) = leading_decimal(text)?;
    if digits == text.len() {
        T::try_from(value).ok()
    } else {
        None
    }
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

    #[test]
    fn a_cut_port_is_known_by_its_size() {
        assert!(port_may_go_on(23) && port_may_go_on(6553));
        assert!(!port_may_go_on(6554) && !port_may_go_on(60000) && !port_may_go_on(0));
    }
}
