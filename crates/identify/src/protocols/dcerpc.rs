//! Remote procedure calls of DCE and Windows: version 5 over TCP, version 4 over UDP (DCE 1.1,
//! [MS-RPCE]), the latter known for pop-up advertisements.

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Long, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dcerpc",
    title: "remote procedure calls of DCE and Windows",
    title_zh: "微软与 DCE 的远程过程调用",
    aliases: &["msrpc", "rpc"],
    carrier: Carrier::Both,
    ports: &[135, 1025, 1026, 1027, 593],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\x05\0"), OneOf(2, b"\x0b\x0c"), Is(3, b"\x03"), Long(4, 8)]).worth(4),
        either(&[Is(0, b"\x05\0"), OneOf(2, b"\0\x02\x03\x0d\x0e\x10"), Long(4, 8)]).at_port().worth(6),
        either(&[Is(0, b"\x04\0"), OneOf(2, b"\x28\x2c\x08"), Is(3, b"\0\x10")]),
];

/// Interfaces that are asked for from outside, as they are encoded with the lowest byte first.
const INTERFACES: [([u8; 16], &str); 4] = [
    (
        *b"\x08\x83\xaf\xe1\x1f\x5d\xc9\x11\x91\xa4\x08\x00\x2b\x14\xa0\xfa",
        "endpoint mapper",
    ),
    (
        *b"\xf8\x91\x7b\x5a\x00\xff\xd0\x11\xa9\xb2\x00\xc0\x4f\xb6\xe6\xfc",
        "messenger",
    ),
    (
        *b"\xa0\x01\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46",
        "system activator",
    ),
    (
        *b"\xc4\xfe\xfc\x99\x60\x52\x1b\x10\xbb\xcb\x00\xaa\x00\x21\x34\x7a",
        "object exporter",
    ),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let walk = Cursor(payload.bytes);
    if payload.is_tcp() {
        five(payload, walk)
    } else {
        four(payload, walk)
    }
}

/// Version, kind, flags, representation, length, length of authentication, number of the call.
fn five<'a>(payload: &Payload<'a>, mut walk: Cursor<'a>) -> Option<Match<'a>> {
    let [5, 0 | 1, kind, _] = walk.array()? else {
        return None;
    };
    let little = match walk.array()? {
        [0x10, 0, 0, 0] => true,
        [0, 0, 0, 0] => false,
        _ => return None,
    };
    let length = if little { walk.le16()? } else { walk.be16()? };
    if usize::from(length) < payload.bytes.len() || length < 16 || walk.take(6).is_none() {
        return None;
    }
    let (word, side) = match kind {
        0 => ("request", Side::Client),
        2 => ("response", Side::Server),
        3 => ("fault", Side::Server),
        11 => ("bind", Side::Client),
        12 => ("bind accepted", Side::Server),
        13 => ("bind refused", Side::Server),
        14 => ("context", Side::Client),
        _ => return None,
    };
    let interface = if kind == 11 {
        walk.0.get(16..32).and_then(interface)
    } else {
        None
    };
    let probability = match (kind, interface) {
        (_, Some(_)) => CERTAIN,
        (11..=13, None) => STRONG,
        _ if payload.is_at(PROTOCOL.ports) => STRONG,
        _ => LIKELY,
    };
    let found = Match::new(probability, side).word("kind", word);
    Some(match interface {
        Some(interface) => found.word("interface", interface),
        None => found,
    })
}

/// A header of eighty bytes in which the interface stands.
fn four<'a>(payload: &Payload<'a>, mut walk: Cursor<'a>) -> Option<Match<'a>> {
    let [4, kind @ 0..=19, _, _, 0x00 | 0x10, 0, 0, _] = walk.array()? else {
        return None;
    };
    let interface = walk.0.get(16..32).and_then(interface);
    // Offsets 74 and 78: bytes of the body, and whether a verifier follows it.
    let length = walk.0.get(66..68).and_then(|field| field.first_chunk::<2>().copied());
    let is_little = payload.bytes.get(4).is_some_and(|drep| *drep == 0x10);
    let length = length.map(|field| if is_little { u16::from_le_bytes(field) } else { u16::from_be_bytes(field) });
    let plain = walk.0.get(70) == Some(&0);
    walk.take(72)?;
    let exact = plain && length.map(usize::from) == Some(walk.left()) && !walk.is_empty();
    let side = if kind == 0 {
        Side::Client
    } else {
        payload.side
    };
    match interface {
        Some(word) => Some(Match::new(CERTAIN, side).word("interface", word)),
        None if exact => Some(Match::new(STRONG, side)),
        None => payload
            .is_at(PROTOCOL.ports)
            .then(|| Match::new(LIKELY, side)),
    }
}

fn interface(identifier: &[u8]) -> Option<&'static str> {
    INTERFACES
        .iter()
        .find(|(known, _)| known == identifier)
        .map(|(_, word)| *word)
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{joined, tcp, udp};
    const MESSENGER: &[u8] = &joined::<120>(
        b"\x04\x00\x28\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        &INTERFACES[1].0,
        b"call me",
    );
    // Any interface: forty bytes of body, as many as are told; then one too few.
    const CALL: &[u8] = &joined::<120>(
        b"\x04\x00\x20\x00\x10\x00\x00\x00object-of-16-letinterface-of-16-activity-number-\x00\x00\x00\x00\x01\x00\x00\x00",
        b"\x00\x00\x00\x00\x05\x00\xff\xff\xff\xff\x28\x00\x00\x00\x00\x00",
        b"body",
    );
    const CUT_CALL: &[u8] = &joined::<119>(
        b"\x04\x00\x20\x00\x10\x00\x00\x00object-of-16-letinterface-of-16-activity-number-\x00\x00\x00\x00\x01\x00\x00\x00",
        b"\x00\x00\x00\x00\x05\x00\xff\xff\xff\xff\x28\x00\x00\x00\x00\x00",
        b"body",
    );
    &[
        udp(Side::Client, CALL),
        udp(Side::Client, CUT_CALL).not(),
        tcp(Side::Client, b"\x05\x00\x0b\x03\x10\x00\x00\x00\x48\x00\x00\x00\x01\x00\x00\x00\xb8\x10\xb8\x10\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01\x00\x08\x83\xaf\xe1\x1f\x5d\xc9\x11\x91\xa4\x08\x00\x2b\x14\xa0\xfa\x03\x00\x00\x00\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\x00\x2b\x10\x48\x60\x02\x00\x00\x00")
            .at(135)
            .tells(&[("kind", "bind"), ("interface", "endpoint mapper")]),
        tcp(Side::Server, b"\x05\x00\x0d\x03\x10\x00\x00\x00\x18\x00\x00\x00\x01\x00\x00\x00\x04\x00\x01\x05\x00\x00\x00\x00").tells(&[("kind", "bind refused")]),
        udp(Side::Client, MESSENGER).tells(&[("interface", "messenger")]),
        tcp(Side::Client, b"\x05\x00\x0b\x03\x10\x00\x00\x00\x08\x00\x00\x00\x01\x00\x00\x00").at(135).not(),
        tcp(Side::Client, b"\x05\x01\x00").at(135).not(),
        udp(Side::Client, b"\x04\x00\x28\x00\x10\x00\x00").at(135).not(),
    ]
};
