//! BitTorrent: the handshake of peers, the distributed hash table, trackers over UDP, uTP and local
//! discovery (BEP 3, 5, 14, 15, 29).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Long, OneOf};
use crate::pattern::{Pattern, client, either, server};
use crate::payload::{Payload, Side};
use crate::text::hexadecimal;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "bittorrent",
    title: "BitTorrent peers, trackers and hash table",
    title_zh: "BitTorrent 对等下载",
    aliases: &[],
    carrier: Carrier::Both,
    ports: &[6881, 6882, 6883, 6889, 6969, 51413],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\x13BitTorrent protocol")]),
        client(&[Is(0, b"d1:ad2:id20:")]),
        server(&[Is(0, b"d1:rd2:id20:")]),
        either(&[Is(0, b"d1:eli20")]),
        either(&[Is(0, b"d2:ip"), OneOf(5, b"46"), Is(6, b":")]),
        client(&[Is(0, b"\0\0\x04\x17\x27\x10\x19\x80"), Long(4, 8)]).worth(6),
];

const HANDSHAKE: &[u8] = b"\x13BitTorrent protocol";
/// What a tracker's client says first (BEP 15).
const TRACKER: &[u8] = &[0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    if bytes.starts_with(HANDSHAKE) {
        return Some(handshake(payload));
    }
    if payload.is_tcp() {
        return None;
    }
    if bytes.starts_with(b"BT-SEARCH * HTTP/1.1\r\n") {
        return Some(Match::new(CERTAIN, Side::Client).word("kind", "local discovery"));
    }
    if bytes.starts_with(TRACKER) && bytes.len() == 16 {
        return Some(Match::new(CERTAIN, Side::Client).word("kind", "tracker"));
    }
    if bytes.starts_with(b"d") {
        table(bytes)
    } else {
        opening(bytes)
    }
}

/// Reserved bytes, what is shared, who speaks.
fn handshake<'a>(payload: &Payload<'a>) -> Match<'a> {
    let found = Match::new(CERTAIN, payload.side).word("kind", "peer");
    let mut walk = Cursor(payload.bytes);
    let hash = walk.take(HANDSHAKE.len() + 8).and_then(|_| walk.take(20));
    let found = found.maybe("info_hash", hash.map(hexadecimal));
    match walk.array::<8>() {
        // `-qB4650-`: two letters and four signs of version (BEP 20).
        Some([b'-', a, b, _, _, _, _, b'-']) => match program(&[a, b]) {
            Some(name) if payload.side != Side::Server => found.by(name, None),
            _ => found,
        },
        _ => found,
    }
}

/// Programs by the two letters that they put into a peer's name.
fn program(letters: &[u8]) -> Option<&'static str> {
    Some(match letters {
        b"qB" => "qBittorrent",
        b"TR" => "Transmission",
        b"UT" | b"UM" | b"UW" => "uTorrent",
        b"BT" => "BitTorrent",
        b"DE" => "Deluge",
        b"LT" => "libtorrent",
        b"lt" => "rTorrent",
        b"AZ" => "Vuze",
        b"KT" => "KTorrent",
        b"BC" => "BitComet",
        b"XL" | b"SD" => "Xunlei",
        b"WW" => "WebTorrent",
        b"A2" => "aria2",
        b"BI" => "BiglyBT",
        _ => return None,
    })
}

/// A dictionary that ends in the kind of its message: question, answer, error.
fn table(bytes: &[u8]) -> Option<Match<'_>> {
    let has = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
    let found = if has(b"1:y1:q") {
        let asked = memchr::memmem::find(bytes, b"1:q").and_then(|at| bytes.get(at + 3..));
        let word = match asked? {
            rest if rest.starts_with(b"4:ping") => "ping",
            rest if rest.starts_with(b"9:find_node") => "find_node",
            rest if rest.starts_with(b"9:get_peers") => "get_peers",
            rest if rest.starts_with(b"13:announce_peer") => "announce_peer",
            rest if rest.starts_with(b"17:sample_infohashes") => "sample_infohashes",
            _ => "other",
        };
        Match::new(CERTAIN, Side::Client)
            .word("kind", "hash table")
            .word("asks", word)
    } else if has(b"1:y1:r") || has(b"1:y1:e") {
        Match::new(CERTAIN, Side::Server).word("kind", "hash table")
    } else if bytes.starts_with(b"d1:ad2:id20:") || bytes.starts_with(b"d1:rd2:id20:") {
        // Cut before its kind.
        let side = if bytes.get(3) == Some(&b'a') {
            Side::Client
        } else {
            Side::Server
        };
        Match::new(STRONG, side).word("kind", "hash table")
    } else {
        return None;
    };
    let dictionary = bytes.starts_with(b"d1:") || bytes.starts_with(b"d2:ip");
    dictionary.then_some(found)
}

/// The first packet of uTP: version 1, nothing acknowledged, sequence 1, no delay measured.
fn opening(bytes: &[u8]) -> Option<Match<'_>> {
    let mut walk = Cursor(bytes);
    let [0x41, extension @ 0..=2] = walk.array()? else {
        return None;
    };
    walk.take(6)?;
    let delay = walk.be32()?;
    walk.take(4)?;
    let (sequence, acknowledged) = (walk.be16()?, walk.be16()?);
    let sized = if extension == 0 {
        walk.is_empty()
    } else {
        matches!(walk.left(), 6 | 10)
    };
    (delay == 0 && sequence == 1 && acknowledged == 0 && sized)
        .then(|| Match::new(LIKELY, Side::Client).word("kind", "uTP"))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        tcp(Side::Client, b"\x13BitTorrent protocol\x00\x00\x00\x00\x00\x10\x00\x05ABCDEFGHIJKLMNOPQRST-qB4650-abcdefghijkl")
            .at(6881)
            .by("qBittorrent")
            .tells(&[("kind", "peer"), ("info_hash", "4142434445464748494a4b4c4d4e4f5051525354")]),
        tcp(Side::Any, b"\x13BitTorrent protocol\x00\x00"),
        udp(Side::Client, b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe").tells(&[("kind", "hash table"), ("asks", "ping")]),
        udp(Side::Client, b"d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:v4:UT\x01\x021:y1:qe").tells(&[("asks", "get_peers")]),
        udp(Side::Server, b"d1:rd2:id20:abcdefghij0123456789e1:t2:aa1:y1:re").tells(&[("kind", "hash table")]),
        udp(Side::Server, b"d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee"),
        udp(Side::Client, b"d1:ad2:id20:abcdefgh"),
        udp(Side::Client, b"\x00\x00\x04\x17\x27\x10\x19\x80\x00\x00\x00\x00abcd").tells(&[("kind", "tracker")]),
        udp(Side::Client, b"\x41\x00\x12\x34\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x40\x00\x00\x01\x00\x00").tells(&[("kind", "uTP")]),
        udp(Side::Client, b"BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\n\r\n").tells(&[("kind", "local discovery")]),
        udp(Side::Client, b"d3:foo3:bare").at(6881).not(),
        udp(Side::Client, b"\x00\x00\x04\x17\x27\x10\x19\x80\x00\x00\x00\x01abcd").at(6969).not(),
        udp(Side::Client, b"\x41\x00\x12\x34\x00\x00\x10\x00\x00\x00\x00\x07\x00\x00\x40\x00\x00\x01\x00\x00").at(6881).not(),
        tcp(Side::Client, b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe").not(),
    ]
};
