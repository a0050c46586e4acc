//! The constrained application protocol of small devices (RFC 7252).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, FAIR, LIKELY, Match, STRONG};
use crate::payload::{Payload, Side};
use crate::text::is_graphic;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "coap",
    title: "constrained application protocol",
    title_zh: "受限设备的应用协议",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: &[5683],
    recognise: Some(recognise),
    patterns: &[],
};

const PATH: u32 = 11;
const PAYLOAD: u8 = 0xff;
/// More options than these nobody sends.
const MOST: usize = 32;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [first, code] = walk.array()?;
    walk.take(2)?;
    let token = usize::from(first & 15);
    if first >> 6 != 1 || token > 8 {
        return None;
    }
    walk.take(token)?;
    let path = read_path(&mut walk)?;
    let at_port = payload.is_at(PROTOCOL.ports);
    let (side, word) = match code {
        1 => (Side::Client, "GET"),
        2 => (Side::Client, "POST"),
        3 => (Side::Client, "PUT"),
        4 => (Side::Client, "DELETE"),
        // RFC 8132.
        5 => (Side::Client, "FETCH"),
        6 | 7 => (Side::Client, "PATCH"),
        0 if token == 0 && walk.is_empty() && at_port => (Side::Any, "empty"),
        0x41..=0x45 | 0x80..=0x8f | 0xa0..=0xa5 if at_port => (Side::Server, "answer"),
        _ => return None,
    };
    let probability = match (path.as_slice(), at_port) {
        (b"/.well-known/core", _) => CERTAIN,
        (_, true) => STRONG,
        // A word of letters behind a header that is possible.
        (path, false) if path.len() > 4 => LIKELY,
        (path, false) if path.len() > 2 => FAIR,
        _ => return None,
    };
    Some(
        Match::new(probability, side)
            .word("method", word)
            .text("path", path),
    )
}

/// Walks the options, up to the payload or the end, and joins those that are the path.
fn read_path(walk: &mut Cursor<'_>) -> Option<Vec<u8>> {
    let (mut number, mut path) = (0_u32, Vec::new());
    for _ in 0..MOST {
        let Some(head) = walk.u8() else {
            return Some(path);
        };
        if head == PAYLOAD {
            return (!walk.is_empty()).then_some(path);
        }
        number += extended(walk, head >> 4)?;
        let length = extended(walk, head & 15)?;
        let value = walk.take(usize::try_from(length).ok()?)?;
        if number == PATH {
            if !is_graphic(value) {
                return None;
            }
            path.push(b'/');
            path.extend_from_slice(value);
        }
    }
    None
}

/// A number of four bits, of which the high ones announce one or two bytes more.
fn extended(walk: &mut Cursor<'_>, nibble: u8) -> Option<u32> {
    match nibble {
        13 => walk.u8().map(|more| u32::from(more) + 13),
        14 => walk.be16().map(|more| u32::from(more) + 269),
        15 => None,
        short => Some(u32::from(short)),
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        udp(Side::Client, b"\x40\x01\x01\xce\xbb.well-known\x04core")
            .at(5683)
            .tells(&[("method", "GET"), ("path", "/.well-known/core")]),
        udp(Side::Client, b"\x42\x02\x01\xce\xab\xcd\xb6status\xffon")
            .tells(&[("path", "/status")]),
        udp(Side::Server, b"\x60\x45\x01\xce\xc1\x28\xff</a>")
            .at(5683)
            .tells(&[("method", "answer")]),
        udp(Side::Client, b"\x40\x00\x01\xce").at(5683),
        udp(Side::Client, b"\x40\x00\x01\xce").not(),
        udp(Side::Client, b"\x40\x01\x01\xce\xbb.well")
            .at(5683)
            .not(),
        udp(Side::Client, b"\x4f\x01\x01\xce\xbb.well-known\x04core")
            .at(5683)
            .not(),
    ]
};
