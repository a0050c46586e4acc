//! Addresses as log writers print them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rutter_event::Mac;

/// One end of a packet as the log gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// An address.
    Plain(IpAddr),
    /// Someone has blotted it out before passing the log on.
    Redacted,
}

/// Reads the whole of `text`; nothing when it is neither an address nor a recognisable redaction.
pub(crate) fn written(text: &[u8]) -> Option<Written> {
    match ip(text) {
        Some(ip) => Some(Written::Plain(ip)),
        None if is_redacted(text) => Some(Written::Redacted),
        None => None,
    }
}

/// The address of either family that the whole of `text` is.
pub(crate) fn ip(text: &[u8]) -> Option<IpAddr> {
    match leading_v4(text) {
        Some((ip, length)) if length == text.len() => Some(IpAddr::V4(ip)),
        _ => v6(text).map(IpAddr::V6),
    }
}

/// The dotted quad at the start of `text`, and its length in bytes.
///
/// Four numbers from 0 to 255 and nothing else. A leading zero is refused: some readers take such
/// a number for octal, so that `010.0.0.1` names two hosts.
pub(crate) fn leading_v4(text: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let mut octets = [0_u8; 4];
    let mut rest = text;
    for (place, octet) in octets.iter_mut().enumerate() {
        if place > 0 {
            let [b'.', after @ ..] = rest else {
                return None;
            };
            rest = after;
        }
        let [first, after @ ..] = rest else {
            return None;
        };
        let mut value = u32::from(first.wrapping_sub(b'0'));
        if value > 9 {
            return None;
        }
        rest = after;
        for _ in 0..2 {
            let [next, after @ ..] = rest else { break };
            let digit = u32::from(next.wrapping_sub(b'0'));
            if digit > 9 {
                break;
            }
            if value == 0 {
                return None;
            }
            value = value * 10 + digit;
            rest = after;
        }
        *octet = u8::try_from(value).ok()?;
    }
    Some((Ipv4Addr::from(octets), text.len() - rest.len()))
}

/// The IPv6 address that the whole of `text` is, in any form of RFC 4291, without a zone.
pub(crate) fn v6(text: &[u8]) -> Option<Ipv6Addr> {
    if let Some(full) = text.first_chunk::<39>()
        && text.len() == 39
    {
        return full_v6(full);
    }
    // The shortest is `::`; nothing longer than 45 bytes is an address.
    if text.len() < 2 || text.len() > 45 || !text.contains(&b':') {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The form that kernels print: eight groups of four digits.
fn full_v6(text: &[u8; 39]) -> Option<Ipv6Addr> {
    let mut segments = [0_u16; 8];
    for (segment, group) in segments.iter_mut().zip(text.chunks(5)) {
        let [a, b, c, d, end @ ..] = group else {
            return None;
        };
        if !matches!(end, [] | [b':']) {
            // 39 bytes may also be a form with `::` or an IPv4 tail.
            return std::str::from_utf8(text).ok()?.parse().ok();
        }
        let digits = [
            NIBBLE[*a as usize],
            NIBBLE[*b as usize],
            NIBBLE[*c as usize],
            NIBBLE[*d as usize],
        ];
        if digits.iter().any(|digit| *digit > 15) {
            return std::str::from_utf8(text).ok()?.parse().ok();
        }
        *segment = digits
            .iter()
            .fold(0, |sum, digit| sum << 4 | u16::from(*digit));
    }
    Some(Ipv6Addr::from(segments))
}

/// Values of hexadecimal digits by byte; 255 for everything else.
static NIBBLE: [u8; 256] = {
    let mut table = [255_u8; 256];
    let mut byte = 0;
    while byte < 256 {
        if let Some(value) = super::number::nibble(byte as u8) {
            table[byte] = value;
        }
        byte += 1;
    }
    table
};

/// The six bytes at the start of `text`, written `00:11:22:33:44:55`.
///
/// The address of all zeros stands for "none" (loopback, an ARP question) and gives nothing.
pub(crate) fn leading_mac(text: &[u8]) -> Option<Mac> {
    let digits = text.first_chunk::<17>()?;
    let mut bytes = [0_u8; 6];
    let mut sound = true;
    for (byte, group) in bytes.iter_mut().zip(digits.chunks(3)) {
        let [high, low, end @ ..] = group else {
            return None;
        };
        let (high, low) = (NIBBLE[*high as usize], NIBBLE[*low as usize]);
        sound &= high < 16 && low < 16 && matches!(end, [] | [b':' | b'-']);
        *byte = high << 4 | low & 15;
    }
    if sound && bytes != [0; 6] {
        Some(Mac(bytes))
    } else {
        None
    }
}

/// Whether someone has blotted an address out: `x.x.x.x`, `XXX.XXX.XXX.XXX`, `203.0.113.x`,
/// `2001:db8:*`, `***`, `<redacted>`.
fn is_redacted(text: &[u8]) -> bool {
    if let [b'<', inner @ .., b'>'] = text {
        return !inner.is_empty();
    }
    let blots = text.iter().any(|byte| matches!(byte, b'x' | b'X' | b'*'));
    blots
        && text.iter().all(|byte| {
            byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X' | b'*' | b'.' | b':')
        })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn odd_addresses() {
        for bad in [
            "",
            "1.2.3",
            "1.2.3.4.",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3.04",
            "01.2.3.4",
            "1..2.3",
            "1.2.3.4 ",
            "0001.2.3.4",
            ":",
            ":::",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "fe80::1%eth0",
            "g::",
            "::ffff:1.2.3",
            "2001:0db8:0000:0000:0000:0000:0000:000g",
        ] {
            assert_eq!(ip(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(ip(b"0.0.0.0"), Some(Ipv4Addr::UNSPECIFIED.into()));
        assert_eq!(ip(b"::"), Some(Ipv6Addr::UNSPECIFIED.into()));
        assert_eq!(
            leading_v4(b"10.0.0.255 DST"),
            Some((Ipv4Addr::new(10, 0, 0, 255), 10))
        );
        // 39 bytes, but not eight groups of four.
        assert!(ip(b"0001:0002:0003:0004:0005::100.100.100.1").is_some());
    }

    #[test]
    fn redactions() {
        for text in [
            "x.x.x.x",
            "XXX.XXX.XXX.XXX",
            "203.0.113.x",
            "2001:db8:*",
            "***",
            "<redacted>",
        ] {
            assert_eq!(written(text.as_bytes()), Some(Written::Redacted), "{text}");
        }
        for text in ["", "example.com", "<>", "1.2.3.4.5", "axle", "..."] {
            assert_eq!(written(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn macs() {
        let mac = Mac([0x00, 0x11, 0x22, 0xaa, 0xbb, 0xcc]);
        assert_eq!(leading_mac(b"00:11:22:aa:BB:cc:08:00"), Some(mac));
        for bad in [
            &b"00:11:22:aa:bb:c"[..],
            b"00:11:22:aa:bb:cg",
            b"00:00:00:00:00:00",
            b"00.11.22.aa.bb.cc",
        ] {
            assert_eq!(leading_mac(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(bits: u128, quad: u32, text in "[0-9a-f:.]{0,40}") {
            let six = Ipv6Addr::from_bits(bits);
            let four = Ipv4Addr::from_bits(quad);
            let full = six.segments().map(|s| format!("{s:04x}")).join(":");
            prop_assert_eq!(ip(full.as_bytes()), Some(IpAddr::V6(six)));
            prop_assert_eq!(ip(six.to_string().as_bytes()), Some(IpAddr::V6(six)));
            prop_assert_eq!(ip(four.to_string().as_bytes()), Some(IpAddr::V4(four)));
            prop_assert_eq!(ip(text.as_bytes()), text.parse().ok());
        }
    }

    #[test]
    fn nibbles() {
        assert_eq!(NIBBLE.iter().filter(|value| **value < 16).count(), 22);
        assert_eq!(
            u8::from_str_radix("f", 16).unwrap(),
            NIBBLE[usize::from(b'F')]
        );
    }
}
