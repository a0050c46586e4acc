//! Transport layer security over datagrams (RFC 6347, RFC 9147).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Is, Least, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dtls",
    title: "transport layer security over datagrams",
    title_zh: "数据报的传输层安全",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: &[443, 853, 3391, 4433, 5684, 10161],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\x16\xfe"), OneOf(2, b"\xff\xfd"), Is(3, b"\0\0"), Least(4)]).worth(8),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [kind, major, minor] = walk.array()?;
    let version = match [major, minor] {
        [0xfe, 0xff] | [1, 0] => "DTLS 1.0",
        [0xfe, 0xfd] => "DTLS 1.2",
        _ => return None,
    };
    // Nothing is encrypted yet.
    if walk.be16()? != 0 {
        return None;
    }
    walk.take(6)?;
    let length = usize::from(walk.be16()?);
    if walk.left() < length.min(12) || length == 0 || length > 16384 {
        return None;
    }
    match kind {
        21 if length == 2 => Some(
            Match::new(STRONG, payload.side)
                .word("version", version)
                .word("message", "alert"),
        ),
        22 => {
            let (word, side) = match walk.u8()? {
                1 => ("client hello", Side::Client),
                2 => ("server hello", Side::Server),
                3 => ("hello verify request", Side::Server),
                _ => return None,
            };
            Some(
                Match::new(CERTAIN, side)
                    .word("version", version)
                    .word("message", word),
            )
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{padded, udp};
    &[
        udp(Side::Client, &padded::<67>(b"\x16\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x36\x01\x00\x00\x2a\x00\x00\x00\x00\x00\x00\x00\x2a\xfe\xfd"))
            .tells(&[("version", "DTLS 1.0"), ("message", "client hello")]),
        udp(Side::Server, &padded::<60>(b"\x16\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x2f\x03\x00\x00\x23")).tells(&[("message", "hello verify request")]),
        udp(Side::Server, b"\x15\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x02\x28"),
        udp(Side::Client, b"\x16\xfe\xff\x00\x00").at(443).not(),
        udp(Side::Client, &padded::<67>(b"\x17\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x36\x01")).at(443).not(),
        udp(Side::Client, &padded::<67>(b"\x16\x03\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x36\x01")).at(443).not(),
    ]
};
