//! Network management, versions 1, 2c and 3 (RFC 1157, RFC 3416, RFC 3412), in ASN.1's basic
//! encoding.

use super::{Carrier, Protocol};
use crate::ber::{INTEGER, SEQUENCE, TEXT, element, enter};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Is, Least, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};
use crate::text::hexadecimal;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "snmp",
    title: "network management",
    title_zh: "简单网络管理",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: &[161, 162],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\x30"), Is(2, b"\x02\x01"), OneOf(4, b"\0\x01"), Is(5, b"\x04"), Least(6)]),
        either(&[Is(0, b"\x30"), Is(2, b"\x02\x01\x03\x30"), Least(6)]),
        either(&[Is(0, b"\x30\x81"), Is(3, b"\x02\x01"), Least(5)]),
        either(&[Is(0, b"\x30\x82"), Is(4, b"\x02\x01"), Least(6)]),
        either(&[Is(0, b"\x30"), Is(2, b"\x02\x01")]).at_port(),
        either(&[Is(0, b"\x30"), OneOf(1, b"\x81\x82")]).at_port().worth(2),
];

const OBJECT: u8 = 0x06;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut outer = Cursor(payload.bytes);
    let (mut message, whole) = enter(&mut outer, SEQUENCE)?;
    let probability = if whole && outer.is_empty() {
        CERTAIN
    } else {
        STRONG
    };
    match *element(&mut message, INTEGER)? {
        [0] => community(probability, "1", message),
        [1] => community(probability, "2c", message),
        [3] => third(probability, message),
        _ => None,
    }
}

/// Community and what is asked.
fn community<'a>(
    probability: f64,
    version: &'static str,
    mut message: Cursor<'a>,
) -> Option<Match<'a>> {
    let community = element(&mut message, TEXT)?;
    let tag = *message.0.first()?;
    let (word, side) = match tag {
        0xa0 => ("get", Side::Client),
        0xa1 => ("get-next", Side::Client),
        0xa2 => ("response", Side::Server),
        0xa3 => ("set", Side::Client),
        0xa4 | 0xa7 => ("trap", Side::Client),
        0xa5 => ("get-bulk", Side::Client),
        0xa6 => ("inform", Side::Client),
        _ => return None,
    };
    let found = Match::new(probability, side)
        .word("version", version)
        .text("community", community);
    Some(
        found
            .word("asks", word)
            .maybe("object", object(tag, message)),
    )
}

/// The first object that is asked for, in dots.
fn object(tag: u8, mut message: Cursor<'_>) -> Option<Vec<u8>> {
    let (mut request, _) = enter(&mut message, tag)?;
    for _ in 0..3 {
        element(&mut request, INTEGER)?;
    }
    let (mut list, _) = enter(&mut request, SEQUENCE)?;
    let (mut pair, _) = enter(&mut list, SEQUENCE)?;
    dotted(element(&mut pair, OBJECT)?)
}

/// An object identifier (X.690, section 8.19).
fn dotted(encoded: &[u8]) -> Option<Vec<u8>> {
    let mut text = String::new();
    let mut number = 0_u32;
    for byte in encoded.iter().take(64) {
        number = number
            .checked_mul(128)?
            .checked_add(u32::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            if text.is_empty() {
                let first = (number / 40).min(2);
                text = format!("{first}.{}", number - first * 40);
            } else {
                text.push_str(&format!(".{number}"));
            }
            number = 0;
        }
    }
    Some(text.into_bytes())
}

/// Identifier, size, flags, security model; then the parameters of that model.
fn third<'a>(probability: f64, mut message: Cursor<'a>) -> Option<Match<'a>> {
    let (mut header, _) = enter(&mut message, SEQUENCE)?;
    element(&mut header, INTEGER)?;
    element(&mut header, INTEGER)?;
    let [flags] = *element(&mut header, TEXT)? else {
        return None;
    };
    element(&mut header, INTEGER)?;
    let security = element(&mut message, TEXT).unwrap_or_default();
    let mut parameters = Cursor(security);
    let engine =
        enter(&mut parameters, SEQUENCE).and_then(|(mut inner, _)| element(&mut inner, TEXT));
    // Whoever asks that a report be sent is the one who asks.
    let side = if flags & 4 != 0 {
        Side::Client
    } else {
        Side::Server
    };
    Some(
        Match::new(probability, side)
            .word("version", "3")
            .maybe("engine", engine.map(hexadecimal)),
    )
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        udp(Side::Client, b"\x30\x26\x02\x01\x01\x04\x06public\xa1\x19\x02\x04\x71\xb4\xb5\x68\x02\x01\x00\x02\x01\x00\x30\x0b\x30\x09\x06\x05\x2b\x06\x01\x02\x01\x05\x00")
            .at(161)
            .tells(&[("version", "2c"), ("community", "public"), ("asks", "get-next"), ("object", "1.3.6.1.2.1")]),
        udp(Side::Client, b"\x30\x29\x02\x01\x00\x04\x06public\xa0\x1c\x02\x04\x4c\x33\xa7\x56\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\x00\x05\x00")
            .tells(&[("version", "1"), ("object", "1.3.6.1.2.1.1.5.0")]),
        udp(Side::Client, b"\x30\x3a\x02\x01\x03\x30\x0f\x02\x02\x4a\x69\x02\x03\x00\xff\xe3\x04\x01\x04\x02\x01\x03\x04\x10\x30\x0e\x04\x00\x02\x01\x00\x02\x01\x00\x04\x00\x04\x00\x04\x00\x30\x12\x04\x00\x04\x00\xa0\x0c\x02\x02\x37\xf0\x02\x01\x00\x02\x01\x00\x30\x00")
            .tells(&[("version", "3")]),
        udp(Side::Server, b"\x30\x82\x00\x2d\x02\x01\x01\x04\x06public\xa2\x20\x02\x04\x71\xb4\xb5\x68\x02\x01\x00\x02\x01\x00\x30\x12\x30\x10\x06\x08\x2b\x06\x01\x02\x01\x01\x05\x00\x04\x04host")
            .tells(&[("asks", "response")]),
        udp(Side::Client, b"\x30\x26\x02\x01\x07\x04\x06public\xa1\x19").at(161).not(),
        udp(Side::Client, b"\x30\x26\x02\x01\x01\x04\x06public\x55\x19").at(161).not(),
        // A directory is asked in the same encoding.
        udp(Side::Client, b"\x30\x25\x02\x01\x01\x63\x20\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0bobjectclass\x30\x00").at(161).not(),
    ]
};
