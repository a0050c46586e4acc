//! The key exchange of IPsec, versions 1 and 2 (RFC 2408, RFC 7296), also behind the four zeros of
//! port 4500 (RFC 3948).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "isakmp",
    title: "key exchange of IPsec",
    title_zh: "IPsec 密钥协商",
    aliases: &["ike", "ipsec"],
    carrier: Carrier::Udp,
    ports: &[500, 4500],
    recognise: Some(recognise),
    patterns: &[],
};

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes.strip_prefix(&[0; 4]).unwrap_or(payload.bytes);
    let mut walk = Cursor(bytes);
    let initiator = walk.array::<8>()?;
    let responder = walk.array::<8>()?;
    let [_, version, exchange, _] = walk.array()?;
    walk.take(4)?;
    let length = usize::try_from(walk.be32()?).ok()?;
    if initiator == [0; 8] || length != bytes.len() {
        return None;
    }
    let (version, exchange) = match (version, exchange) {
        (0x10, 2) => ("1", "identity protection"),
        (0x10, 4) => ("1", "aggressive"),
        (0x10, 5) => ("1", "informational"),
        (0x10, 32) => ("1", "quick"),
        (0x20, 34) => ("2", "initial"),
        (0x20, 35) => ("2", "authentication"),
        (0x20, 37) => ("2", "informational"),
        _ => return None,
    };
    let side = if responder == [0; 8] {
        Side::Client
    } else {
        payload.side
    };
    Some(
        Match::new(CERTAIN, side)
            .word("version", version)
            .word("exchange", exchange),
    )
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        udp(Side::Client, b"abcdefgh\x00\x00\x00\x00\x00\x00\x00\x00\x01\x10\x02\x00\x00\x00\x00\x00\x00\x00\x00\x20\x00\x00\x00\x04").at(500).tells(&[("version", "1"), ("exchange", "identity protection")]),
        udp(Side::Client, b"\x00\x00\x00\x00abcdefgh\x00\x00\x00\x00\x00\x00\x00\x00\x21\x20\x22\x08\x00\x00\x00\x00\x00\x00\x00\x1c").tells(&[("version", "2"), ("exchange", "initial")]),
        udp(Side::Client, b"abcdefgh\x00\x00\x00\x00\x00\x00\x00\x00\x01\x10\x02\x00\x00\x00\x00\x00\x00\x00\x00\x21\x00\x00\x00\x04").at(500).not(),
        udp(Side::Client, b"abcdefgh\x00\x00\x00\x00\x00\x00\x00\x00\x01\x30\x02\x00\x00\x00\x00\x00\x00\x00\x00\x20\x00\x00\x00\x04").at(500).not(),
        udp(Side::Client, b"\xff").at(4500).not(),
    ]
};
