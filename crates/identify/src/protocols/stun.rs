//! Session traversal utilities (RFC 8489, RFC 8656).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match};
use crate::pattern::Test::{Is, Least, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "stun",
    title: "session traversal, TURN",
    title_zh: "穿越地址转换",
    aliases: &["turn"],
    carrier: Carrier::Both,
    ports: &[3478, 3479, 5349, 19302],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[OneOf(0, b"\0\x01"), OneOf(1, b"\x01\x03\x04\x06\x08\x09\x11\x13\x16\x17"), Is(4, b"\x21\x12\xa4\x42"), Least(8)]),
        either(&[Is(0, b"\0"), OneOf(1, b"\x01\x03"), Is(2, b"\0")]).at_port().worth(4),
];

const COOKIE: u32 = 0x2112_a442;
const SOFTWARE: u16 = 0x8022;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let kind = walk.be16()?;
    let length = usize::from(walk.be16()?);
    let cookie = walk.be32()?;
    walk.take(12)?;
    let method = kind & 0x000f | kind >> 1 & 0x0070 | kind >> 2 & 0x0f80;
    let fits = if payload.is_tcp() {
        walk.left() <= length
    } else {
        walk.left() == length
    };
    if kind >> 14 != 0 || !length.is_multiple_of(4) || !fits {
        return None;
    }
    let probability = if cookie == COOKIE {
        CERTAIN
    } else if payload.is_at(PROTOCOL.ports) && method == 1 {
        // RFC 3489 had no cookie yet.
        LIKELY
    } else if method == 1 && payload.is_udp() && holds_attributes(walk) {
        LIKELY
    } else {
        return None;
    };
    let (class, side) = match (kind >> 8 & 1, kind >> 4 & 1) {
        (0, 0) => ("request", Side::Client),
        (0, _) => ("indication", Side::Client),
        (_, 0) => ("success", Side::Server),
        _ => ("error", Side::Server),
    };
    let found = Match::new(probability, side).word("class", class);
    let found = match method {
        1 => found.word("method", "binding"),
        3 => found.word("method", "allocate"),
        method => found.number("method", method),
    };
    let software = software(walk);
    Some(match software {
        Some(software) if side == Side::Client => {
            found.text("software", software).by(software, None)
        }
        other => found.maybe("software", other),
    })
}

/// Whether attributes fill the rest, at least one, all of which RFC 3489 knows (section 11.2) or lets
/// pass.
fn holds_attributes(mut walk: Cursor<'_>) -> bool {
    let mut some = false;
    while let Some(kind) = walk.be16() {
        let known = matches!(kind, 1..=11 | 0x8000..);
        let value = walk.be16().and_then(|length| walk.take(usize::from(length).next_multiple_of(4)));
        if !known || value.is_none() {
            return false;
        }
        some = true;
    }
    some && walk.is_empty()
}

/// The attribute in which the sender names its program. Each takes at least four bytes.
fn software<'a>(mut walk: Cursor<'a>) -> Option<&'a [u8]> {
    loop {
        let kind = walk.be16()?;
        let length = usize::from(walk.be16()?);
        let value = walk.take(length)?;
        if kind == SOFTWARE {
            return (!value.is_empty() && is_text(value)).then_some(value);
        }
        walk.take(length.next_multiple_of(4) - length)?;
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        udp(Side::Client, b"\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl").at(3478).tells(&[("class", "request"), ("method", "binding")]),
        udp(Side::Client, b"\x00\x03\x00\x0c\x21\x12\xa4\x42abcdefghijkl\x80\x22\x00\x05test!\x00\x00\x00").by("test!").tells(&[("method", "allocate")]),
        udp(Side::Server, b"\x01\x01\x00\x0c\x21\x12\xa4\x42abcdefghijkl\x00\x20\x00\x08\x00\x01\xe1\xba\xe1\x12\xa6\x43").tells(&[("class", "success")]),
        tcp(Side::Client, b"\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl"),
        udp(Side::Client, b"\x00\x01\x00\x00abcdefghijklmnop").at(3478),
        udp(Side::Client, b"\x00\x01\x00\x00abcdefghijklmnop").not(),
        udp(Side::Client, b"\x00\x01\x00\x08abcdefghijklmnop\x00\x03\x00\x04\x00\x00\x00\x06").tells(&[("method", "binding")]),
        udp(Side::Client, b"\x00\x01\x00\x08abcdefghijklmnop\x00\x0c\x00\x04\x00\x00\x00\x06").not(),
        udp(Side::Client, b"\x00\x01\x00\x08abcdefghijklmnop\x00\x03\x00\x05\x00\x00\x00\x06").not(),
        udp(Side::Client, b"\x00\x01\x00\x08\x21\x12\xa4\x42abcdefghijkl").at(3478).not(),
        udp(Side::Client, b"\xc0\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl").at(3478).not(),
    ]
};
