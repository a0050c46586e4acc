//! TCP options as hexadecimal digits (RFC 9293, section 3.2).

use super::super::number::nibble;

/// Bytes that the digits stand for; nothing when they are no whole bytes or more than a header holds.
pub(super) fn length(digits: &[u8]) -> Option<u8> {
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u8::try_from(digits.len() / 2)
        .ok()
        .filter(|bytes| *bytes <= 40)
}

/// The maximum segment size that the options offer.
pub(super) fn mss(digits: &[u8]) -> Option<u16> {
    let byte = |at: usize| match digits.get(2 * at..2 * at + 2)? {
        [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
        _ => None,
    };
    let mut at = 0;
    loop {
        match byte(at)? {
            0 => return None,
            1 => at += 1,
            2 if byte(at + 1)? == 4 => {
                return Some(u16::from(byte(at + 2)?) << 8 | u16::from(byte(at + 3)?));
            }
            _ => match byte(at + 1)? {
                // A length that does not reach its own end would never move on.
                0 | 1 => return None,
                length => at += usize::from(length),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segment_sizes() {
        assert_eq!(mss(b"020405B4"), Some(1460));
        assert_eq!(mss(b"0101080A0000000100000000020405b4"), Some(1460));
        for none in [
            &b""[..],
            b"0000",
            b"0101",
            b"0204",
            b"0300",
            b"03FF",
            b"0205000000",
            b"zz",
        ] {
            assert_eq!(mss(none), None, "{none:?}");
        }
        assert_eq!(length(b"020405B4"), Some(4));
        assert_eq!(
            (length(b"0"), length(b"0g"), length(&[b'0'; 82])),
            (None, None, None)
        );
    }
}
