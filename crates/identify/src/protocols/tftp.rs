//! Trivial file transfer (RFC 1350, RFC 2347).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match};
use crate::pattern::Test::{Is, Least, Name, OneOf};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "tftp",
    title: "trivial file transfer",
    title_zh: "简易文件传输",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: &[69],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\0"), OneOf(1, b"\x01\x02"), Name(2, 2)]).at_port().worth(6),
        client(&[Is(0, b"\0"), OneOf(1, b"\x01\x02"), Name(2, 20), Least(22)]),
];

/// Bytes of a full block, unless another size was agreed upon.
const BLOCK: usize = 512;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    match walk.be16()? {
        1 => request("read", walk),
        2 => request("write", walk),
        // The first block comes from a port of its own, and of most files it is full.
        3 if walk.be16()? == 1 && walk.left() == BLOCK => {
            Some(Match::new(LIKELY, Side::Server).word("sends", "block"))
        }
        5 => error(walk),
        6 => granted(walk),
        _ => None,
    }
}

/// A file and a mode, each ended by a NUL.
fn request<'a>(word: &'static str, mut walk: Cursor<'a>) -> Option<Match<'a>> {
    let file = walk
        .until(0)
        .filter(|file| !file.is_empty() && is_text(file))?;
    let mode = walk.until(0)?;
    let known = [&b"octet"[..], b"netascii", b"mail"]
        .iter()
        .any(|known| mode.eq_ignore_ascii_case(known));
    known.then(|| {
        Match::new(CERTAIN, Side::Client)
            .word("asks", word)
            .text("file", file)
            .text("mode", mode)
    })
}

/// Options that are granted, each a name and a number (RFC 2347).
fn granted(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    const OPTIONS: [&[u8]; 5] = [b"blksize", b"tsize", b"timeout", b"windowsize", b"multicast"];
    let name = walk.until(0)?;
    let value = walk.until(0).filter(|value| is_text(value))?;
    let known = OPTIONS.iter().any(|known| name.eq_ignore_ascii_case(known));
    (known && !value.is_empty()).then(|| {
        Match::new(CERTAIN, Side::Server)
            .word("sends", "options")
            .text("option", name)
    })
}

/// A number up to eight, and a message up to the end.
fn error(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    let code = walk.be16().filter(|code| *code <= 8)?;
    let message = walk
        .until(0)
        .filter(|message| message.len() >= 4 && is_text(message))?;
    walk.is_empty().then(|| {
        Match::new(LIKELY, Side::Server)
            .number("error", code)
            .text("message", message)
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{padded, udp};
    &[
        udp(Side::Client, b"\x00\x01startup-config\x00octet\x00")
            .at(69)
            .tells(&[
                ("asks", "read"),
                ("file", "startup-config"),
                ("mode", "octet"),
            ]),
        udp(
            Side::Client,
            b"\x00\x02a.bin\x00NETASCII\x00blksize\x00512\x00",
        )
        .tells(&[("asks", "write")]),
        udp(Side::Server, b"\x00\x05\x00\x01File not found\x00")
            .tells(&[("error", "1"), ("message", "File not found")]),
        udp(Side::Server, &padded::<516>(b"\x00\x03\x00\x01some text")).tells(&[("sends", "block")]),
        udp(Side::Server, &padded::<516>(b"\x00\x03\x00\x02some text")).not(),
        udp(Side::Server, b"\x00\x06blksize\x001428\x00").tells(&[("option", "blksize")]),
        udp(Side::Server, b"\x00\x06size\x001428\x00").at(69).not(),
        udp(Side::Client, b"\x00\x01\x00octet\x00").at(69).not(),
        udp(Side::Client, b"\x00\x01file\x00binary\x00")
            .at(69)
            .not(),
        udp(Side::Server, b"\x00\x03\x00\x01data").at(69).not(),
        udp(Side::Server, b"\x00\x05\x00\x63no such number\x00")
            .at(69)
            .not(),
    ]
};
