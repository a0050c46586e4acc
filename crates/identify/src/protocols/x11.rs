//! The X window system's first words (X Window System Protocol, section 8).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Is, Long};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "x11",
    title: "X window system",
    title_zh: "X 窗口系统",
    aliases: &["x"],
    carrier: Carrier::Tcp,
    ports: &[6000, 6001, 6002, 6003],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"l\0\x0b\0\0\0"), Long(4, 11)]).worth(6),
        client(&[Is(0, b"B\0\0\x0b\0\0"), Long(4, 11)]).worth(6),
];

/// What the server says to it, in the client's byte order: success or not, version 11.0, and how
/// many units of four bytes follow.
fn answer<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [success, reason] = walk.array()?;
    let version = walk.array::<4>()?;
    let length = walk.array::<2>()?;
    let units = match version {
        [11, 0, 0, 0] => u16::from_le_bytes(length),
        [0, 11, 0, 0] => u16::from_be_bytes(length),
        _ => return None,
    };
    let rest = usize::from(units) * 4;
    let at_port = payload.is_at(PROTOCOL.ports) && payload.may_be(Side::Server);
    let fits = match success {
        0 => walk.left() == rest && walk.take(usize::from(reason)).is_some_and(is_text_of_lines),
        _ => reason == 0 && rest >= 32 && (8..=rest).contains(&walk.left()),
    };
    (at_port && fits).then(|| Match::new(STRONG, Side::Server))
}

fn is_text_of_lines(bytes: &[u8]) -> bool {
    let is_plain = |byte: &u8| !byte.is_ascii_control() || b"\t\r\n".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_plain)
}

/// A byte order, version 11.0, and the lengths of two texts that fill the rest.
fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    if payload.bytes.first().is_some_and(|first| *first < 2) {
        return answer(payload);
    }
    let mut walk = Cursor(payload.bytes);
    let little = match walk.array()? {
        [b'l', 0] => true,
        [b'B', 0] => false,
        _ => return None,
    };
    let mut number = || if little { walk.le16() } else { walk.be16() };
    let [major, minor, name, data, unused] =
        [number()?, number()?, number()?, number()?, number()?];
    let rest = usize::from(name).next_multiple_of(4) + usize::from(data).next_multiple_of(4);
    let fits = (major, minor, unused) == (11, 0, 0) && walk.left() <= rest && rest <= 512;
    fits.then(|| {
        Match::new(CERTAIN, Side::Client).maybe("authorization", walk.take(usize::from(name)))
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Server, b"\0\x16\x0b\0\0\0\x06\0No protocol specified\n\0\0").at(6000),
        tcp(Side::Server, b"\0\x16\x0b\0\0\0\x06\0No protocol specified\n\0\0").not(),
        tcp(Side::Client, b"l\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00").at(6000),
        tcp(Side::Client, b"B\x00\x00\x0b\x00\x00\x00\x12\x00\x10\x00\x00MIT-MAGIC-COOKIE-1\x00\x000123456789abcdef").tells(&[("authorization", "MIT-MAGIC-COOKIE-1")]),
        tcp(Side::Client, b"l\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00").at(6000).not(),
        tcp(Side::Client, b"l\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00more").at(6000).not(),
    ]
};
