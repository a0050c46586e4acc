//! Remote management of servers: RMCP, with IPMI or ASF inside (ASF 2.0, IPMI 2.0).

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Is, Least, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ipmi",
    title: "remote management of servers",
    title_zh: "服务器带外管理",
    aliases: &["asf-rmcp", "rmcp"],
    carrier: Carrier::Udp,
    ports: &[623, 664],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\x06\0\xff"), OneOf(3, b"\x06\x07"), Least(4)]).worth(8),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    match *payload.bytes {
        // ASF's enterprise number, then presence ping or pong.
        [6, 0, _, 6, 0, 0, 0x11, 0xbe, kind @ (0x80 | 0x40), ..] => {
            let side = if kind == 0x80 {
                Side::Client
            } else {
                Side::Server
            };
            Some(Match::new(CERTAIN, side).word("message", "presence"))
        }
        // No acknowledgement wanted, then IPMI with one of the kinds of authentication.
        [6, 0, 0xff, 7, authentication @ (0..=2 | 4..=6), ..] if payload.bytes.len() >= 14 => {
            let version = if authentication == 6 { "2.0" } else { "1.5" };
            Some(
                Match::new(CERTAIN, payload.side)
                    .word("message", "ipmi")
                    .word("version", version),
            )
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        udp(Side::Client, b"\x06\x00\xff\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09\x20\x18\xc8\x81\x00\x38\x8e\x04\xb5").at(623).tells(&[("version", "1.5")]),
        udp(Side::Client, b"\x06\x00\xff\x06\x00\x00\x11\xbe\x80\x00\x00\x00").tells(&[("message", "presence")]),
        udp(Side::Client, b"\x06\x00\xff\x07\x09\x00\x00\x00\x00\x00\x00\x00\x00\x09").at(623).not(),
        udp(Side::Client, b"\x06\x00\xff\x06\x00\x00\x00\x00\x80\x00\x00\x00").at(623).not(),
    ]
};
