//! memcached: text and binary, and over UDP behind a header of eight bytes
//! (<https://docs.memcached.org/protocols/>).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Between, Is, OneOf};
use crate::pattern::{Pattern, client, either};
use crate::payload::{Payload, Side};
use crate::text::{is_text, whole_line, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "memcached",
    title: "memory cache",
    title_zh: "内存缓存",
    aliases: &[],
    carrier: Carrier::Both,
    ports: &[11211],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"stat")]).at_port(),
        client(&[Is(0, b"get ")]).at_port(),
        client(&[Is(0, b"set ")]).at_port(),
        client(&[Is(0, b"vers")]).at_port(),
        either(&[OneOf(0, b"\x80\x81"), Between(1, 0, 0x46), Is(2, b"\0")]).at_port().worth(6),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    if payload.is_tcp() {
        return read(payload.bytes, payload.is_at(PROTOCOL.ports));
    }
    let mut walk = Cursor(payload.bytes);
    let [_, sequence, total, reserved] = [walk.be16()?, walk.be16()?, walk.be16()?, walk.be16()?];
    (reserved == 0 && total > 0 && sequence < total)
        .then(|| read(walk.0, true))
        .flatten()
}

fn read(bytes: &[u8], supported: bool) -> Option<Match<'_>> {
    match bytes.first()? {
        0x80 | 0x81 => binary(bytes),
        _ => text(bytes, supported),
    }
}

/// `stats`, `get key`. Most commands are English words too, and need the support of UDP's frame
/// or of the port.
fn text(bytes: &[u8], supported: bool) -> Option<Match<'_>> {
    let line = whole_line(bytes)?;
    let mut rest = words(line);
    let verb = rest.next()?;
    let arguments = rest.filter(|word| !word.is_empty()).count();
    let (probability, side) = match (verb, arguments) {
        (b"stats", 0) if supported => (CERTAIN, Side::Client),
        (b"stats" | b"verbosity", 1 | 2) | (b"version" | b"flush_all" | b"quit", 0) if supported => (STRONG, Side::Client),
        (b"get" | b"gets", 1..=100) if supported => (STRONG, Side::Client),
        (b"set" | b"add" | b"replace" | b"append" | b"prepend", 4..=5) if has_numbers(line) => {
            (STRONG, Side::Client)
        }
        (b"STAT", 2..=20) => (STRONG, Side::Server),
        (b"VERSION", 1) | (b"VALUE", 3..=4) | (b"ERROR" | b"END" | b"STORED", 0) if supported => (STRONG, Side::Server),
        _ => return None,
    };
    Some(Match::new(probability, side).text("command", verb))
}

/// Whether flags, expiry and length follow the key: `set k 0 900 5`.
fn has_numbers(line: &[u8]) -> bool {
    let number = |word: &[u8]| {
        !word.is_empty()
            && word
                .strip_prefix(b"-")
                .unwrap_or(word)
                .iter()
                .all(u8::is_ascii_digit)
    };
    words(line).skip(2).take(3).all(number)
}

/// A header of 24 bytes whose lengths must agree.
fn binary(bytes: &[u8]) -> Option<Match<'_>> {
    let mut walk = Cursor(bytes);
    let [magic, opcode] = walk.array()?;
    let key = walk.be16()?;
    let [extras, kind] = walk.array()?;
    walk.take(2)?;
    let body = walk.be32()?;
    walk.take(12)?;
    let fits =
        u32::from(key) + u32::from(extras) <= body && walk.left() == body as usize && extras <= 20;
    if !fits || opcode > 0x46 || kind != 0 {
        return None;
    }
    let side = if magic == 0x80 {
        Side::Client
    } else {
        Side::Server
    };
    let key = walk
        .take(usize::from(extras))
        .and_then(|_| walk.take(usize::from(key)))?;
    is_text(key).then(|| {
        Match::new(STRONG, side)
            .number("opcode", opcode)
            .text("key", key)
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{padded, tcp, udp};
    &[
        tcp(Side::Server, b"STORED\r\n").at(11211),
        tcp(Side::Client, b"stats\r\n").not(),
        udp(Side::Client, b"\x00\x01\x00\x00\x00\x01\x00\x00stats\r\n")
            .at(11211)
            .tells(&[("command", "stats")]),
        udp(
            Side::Client,
            b"\x00\x00\x00\x00\x00\x01\x00\x00gets p h e\n",
        ),
        tcp(Side::Client, b"stats\r\n").at(11211),
        tcp(Side::Client, b"set injected 0 3600 10\r\n0123456789\r\n").tells(&[("command", "set")]),
        tcp(Side::Server, b"STAT pid 1162\r\nSTAT uptime 5022\r\n"),
        tcp(Side::Client, &padded::<24>(b"\x80\x10")).tells(&[("opcode", "16")]),
        udp(Side::Client, b"stats\r\n").at(11211).not(),
        tcp(Side::Client, b"get well soon\r\n").not(),
        tcp(Side::Client, b"set the table please now\r\n")
            .at(11211)
            .not(),
        tcp(
            Side::Client,
            b"\x80\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09",
        )
        .at(11211)
        .not(),
    ]
};
