//! Addresses as log writers print them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rutter_event::{Family, Mac, Refusal};

use crate::scan::eight_bytes;

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

/// The family of a packet whose ends have these addresses; unknown when neither is told.
///
/// # Errors
/// [`Refusal::BadAddress`] when they are of two families, which no packet is.
pub(crate) const fn family(
    source: Option<IpAddr>,
    destination: Option<IpAddr>,
) -> Result<Family, Refusal> {
    match (source, destination) {
        (Some(IpAddr::V4(_)), Some(IpAddr::V6(_))) | (Some(IpAddr::V6(_)), Some(IpAddr::V4(_))) => {
            Err(Refusal::BadAddress)
        }
        (Some(IpAddr::V4(_)), _) | (_, Some(IpAddr::V4(_))) => Ok(Family::V4),
        (Some(IpAddr::V6(_)), _) | (_, Some(IpAddr::V6(_))) => Ok(Family::V6),
        (None, None) => Ok(Family::Unknown),
    }
}

/// The dotted quad at the start of `text`, and its length in bytes.
///
/// Four numbers from 0 to 255 and nothing else. A leading zero is refused: some readers take such
/// a number for octal, so that `010.0.0.1` names two hosts.
#[inline]
pub(crate) fn leading_v4(text: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let (a, b, length) = two_octets(eight_bytes(text))?;
    let rest = text.get(length..)?.strip_prefix(b".")?;
    let (c, d, more) = two_octets(eight_bytes(rest))?;
    Some((Ipv4Addr::new(a, b, c, d), length + 1 + more))
}

/// Two octets with a dot between them at the start of eight bytes, and their length together.
#[inline]
const fn two_octets(word: u64) -> Option<(u8, u8, usize)> {
    let Some((a, bits)) = octet(word as u32) else {
        return None;
    };
    if (word >> bits) as u8 != b'.' {
        return None;
    }
    let Some((b, more)) = octet((word >> (bits + 8)) as u32) else {
        return None;
    };
    Some((a, b, ((bits + 8 + more) / 8) as usize))
}

/// A number from 0 to 255 at the start of four bytes, and how many bits its digits take. All digits
/// are looked at together, since the length of the next octet cannot be predicted.
#[inline]
const fn octet(word: u32) -> Option<(u8, u32)> {
    let digits = word ^ 0x3030_3030;
    // The high bit of each byte that is no digit: 0 to 9 plus 0x76 stays below 0x80.
    let others = (digits.wrapping_add(0x7676_7676) | digits) & 0x8080_8080;
    let bits = others.trailing_zeros() & !7;
    // One to three digits, the first no zero unless it is the only one.
    if bits == 0 || bits > 24 || bits > 8 && digits & 0xff == 0 {
        return None;
    }
    // Hundreds, tens and ones, a byte each, compare as the number does.
    let places = (digits << (32 - bits)).swap_bytes();
    if places > 0x02_05_05 {
        return None;
    }
    let value = (places >> 16) * 100 + (places >> 8 & 0xff) * 10 + (places & 0xff);
    Some((value as u8, bits))
}

/// The IPv6 address that the whole of `text` is, in any form of RFC 4291, without a zone.
///
/// The short forms take a third of the instructions that the standard library's way takes, which
/// tries each group as a number and as a dotted quad.
pub(crate) fn v6(text: &[u8]) -> Option<Ipv6Addr> {
    if let Some(full) = text.first_chunk::<39>()
        && text.len() == 39
    {
        return full_v6(full);
    }
    // The shortest is `::`; nothing longer than 45 bytes is an address.
    if text.len() < 2 || text.len() > 45 {
        return None;
    }
    let (mut bits, mut groups, mut gap) = (0_u128, 0_u32, None);
    let (mut group, mut digits) = (0_u32, 0_u32);
    let mut rest = text;
    if let [b':', b':', behind @ ..] = text {
        (gap, rest) = (Some(0), behind);
    }
    while let [byte, behind @ ..] = rest {
        rest = behind;
        let nibble = NIBBLE[usize::from(*byte)];
        if nibble < 16 {
            group = group << 4 | nibble;
            digits += 1;
            continue;
        }
        match byte {
            b':' if matches!(digits, 1..=4) => {}
            // A dotted tail comes behind colons: `192.0.2.1:80` is none.
            b'.' if groups > 0 || gap.is_some() => {
                return std::str::from_utf8(text).ok()?.parse().ok();
            }
            _ => return None,
        }
        bits = bits << 16 | u128::from(group);
        groups += 1;
        (group, digits) = (0, 0);
        match rest {
            [b':', behind @ ..] if gap.is_none() => (gap, rest) = (Some(groups), behind),
            // Behind a single colon comes a group.
            [] | [b':', ..] => return None,
            _ => {}
        }
    }
    match digits {
        0 => {}
        1..=4 => {
            bits = bits << 16 | u128::from(group);
            groups += 1;
        }
        _ => return None,
    }
    let bits = match gap {
        None if groups == 8 => bits,
        // The gap stands for one group of zeros at least.
        Some(gap) if groups < 8 => {
            let behind = 16 * (groups - gap);
            let before = (bits >> behind).checked_shl(128 - 16 * gap).unwrap_or(0);
            before | bits & !(u128::MAX << behind)
        }
        _ => return None,
    };
    Some(Ipv6Addr::from_bits(bits))
}

/// The form that kernels print: eight groups of four digits.
fn full_v6(text: &[u8; 39]) -> Option<Ipv6Addr> {
    let mut segments = [0_u16; 8];
    let mut all = 0_u32;
    let mut are_parted = true;
    for (place, segment) in segments.iter_mut().enumerate() {
        // The last group begins at byte 35 and has four bytes.
        let at = 5 * place;
        let group = NIBBLE[text[at] as usize] << 12
            | NIBBLE[text[at + 1] as usize] << 8
            | NIBBLE[text[at + 2] as usize] << 4
            | NIBBLE[text[at + 3] as usize];
        are_parted &= place == 7 || text[at + 4] == b':';
        all |= group;
        *segment = (group & 0xffff) as u16;
    }
    if are_parted && all <= 0xffff {
        return Some(Ipv6Addr::from(segments));
    }
    // 39 bytes may also be a form with `::` or an IPv4 tail.
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Values of hexadecimal digits by byte; everything else has a value that no digits reach together.
pub(super) static NIBBLE: [u32; 256] = {
    let mut table = [0x1_0000; 256];
    let mut byte = 0;
    while byte < 256 {
        if let Some(value) = super::number::nibble(byte as u8) {
            table[byte] = value as u32;
        }
        byte += 1;
    }
    table
};

/// The six bytes at the start of `text`, written `00:11:22:33:44:55`.
///
/// The address of all zeros stands for "none" (loopback, an ARP question) and gives nothing.
#[inline]
pub(crate) fn leading_mac(text: &[u8]) -> Option<Mac> {
    let [a, b, _, c, d, _, e, f, _, g, h, _, i, j, _, k, l] = text.first_chunk::<17>()?;
    let pair = |high: &u8, low: &u8| NIBBLE[*high as usize] << 4 | NIBBLE[*low as usize];
    let pairs = [
        pair(a, b),
        pair(c, d),
        pair(e, f),
        pair(g, h),
        pair(i, j),
        pair(k, l),
    ];
    // What is no digit reaches beyond eight bits.
    let all = pairs.iter().fold(0, |all, pair| all | pair);
    let are_parted = [2, 5, 8, 11, 14]
        .iter()
        .all(|at| matches!(text.get(*at), Some(b':' | b'-')));
    if all == 0 || all > 0xff || !are_parted {
        return None;
    }
    Some(Mac(pairs.map(|pair| pair.to_le_bytes()[0])))
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

        #[test]
        fn agrees_on_short_forms(text in "(::?)?([0-9a-fA-F]{1,5}(::?|\\.)){0,9}[0-9a-fA-Fg]{0,4}") {
            prop_assert_eq!(v6(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn agrees_on_dotted_quads(text in "[0-9]{1,4}([.:/ x][0-9]{0,4}){2,4}") {
            prop_assert_eq!(ip(text.as_bytes()), text.parse().ok());
        }
    }

    #[test]
    fn nibbles() {
        assert_eq!(NIBBLE.iter().filter(|value| **value < 16).count(), 22);
        assert_eq!(NIBBLE[usize::from(b'F')], 15);
    }
}
