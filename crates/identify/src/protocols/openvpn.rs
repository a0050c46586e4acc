//! OpenVPN's first control packet (<https://openvpn.net/community-docs/>, "network protocol").

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Least, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "openvpn",
    title: "OpenVPN tunnel",
    title_zh: "OpenVPN 虚拟专用网",
    aliases: &[],
    carrier: Carrier::Both,
    ports: &[1194],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[OneOf(0, b"\x38\x40"), Least(4)]).at_port().worth(10),
        either(&[Is(0, b"\0"), OneOf(1, b"\x0e\x2a\x36\x56"), OneOf(2, b"\x38\x40")]).at_port(),
];

/// Kinds of control packet, in the five highest bits; the three lowest number the key, here 0.
const CLIENT_RESET: u8 = 7 << 3;
const SERVER_RESET: u8 = 8 << 3;
const CLIENT_RESET_WRAPPED: u8 = 10 << 3;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    if payload.is_tcp() && usize::from(walk.be16()?) != walk.left() {
        return None;
    }
    let length = walk.left();
    let kind = walk.u8()?;
    let session = walk.array::<8>()?;
    if session == [0; 8] {
        return None;
    }
    match (kind, length) {
        // Nothing acknowledged, packet 0.
        (CLIENT_RESET, 14) if walk.0 == [0; 5] => {
            Some(Match::new(STRONG, Side::Client).word("message", "reset"))
        }
        // Packet 0 of the client acknowledged, with its session.
        (SERVER_RESET, 26) if walk.0.starts_with(&[1, 0, 0, 0, 0]) && walk.0.ends_with(&[0; 4]) => {
            Some(Match::new(STRONG, Side::Server).word("message", "reset"))
        }
        // The third kind brings a wrapped key along (tls-crypt-v2).
        (CLIENT_RESET_WRAPPED, 100..=1400) if payload.is_at(PROTOCOL.ports) => {
            Some(Match::new(LIKELY, Side::Client).word("message", "reset"))
        }
        // A code of SHA-1, SHA-256 or SHA-512 stands between.
        (CLIENT_RESET, 42 | 54 | 86) if walk.0.ends_with(&[0; 5]) => {
            let sure = if payload.is_at(PROTOCOL.ports) {
                STRONG
            } else {
                LIKELY
            };
            Some(
                Match::new(sure, Side::Client)
                    .word("message", "reset")
                    .word("protection", "tls-auth"),
            )
        }
        // The same in the server's answer, before what it acknowledges.
        (SERVER_RESET, 54 | 66 | 98) if walk.0.ends_with(&[0; 4]) => {
            let acknowledged = walk.0.get(length - 9 - 17..length - 9 - 12);
            (acknowledged == Some(&[1, 0, 0, 0, 0])).then(|| {
                Match::new(STRONG, Side::Server)
                    .word("message", "reset")
                    .word("protection", "tls-auth")
            })
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        udp(Side::Client, b"\x38abcdefgh\x00\x00\x00\x00\x00")
            .at(1194)
            .tells(&[("message", "reset")]),
        tcp(Side::Client, b"\x00\x0e\x38abcdefgh\x00\x00\x00\x00\x00"),
        udp(
            Side::Server,
            b"\x40abcdefgh\x01\x00\x00\x00\x00ijklmnop\x00\x00\x00\x00",
        ),
        udp(
            Side::Client,
            b"\x38abcdefgh0123456789abcdefghij\x00\x00\x00\x01\x65\x00\x00\x00\x00\x00\x00\x00\x00",
        )
        .tells(&[("protection", "tls-auth")]),
        udp(
            Side::Server,
            b"\x40abcdefgh0123456789abcdefghij\x00\x00\x00\x01\x65\x60\x00\x00\x01\x00\x00\x00\x00ijklmnop\x00\x00\x00\x00",
        )
        .tells(&[("protection", "tls-auth")]),
        udp(
            Side::Server,
            b"\x40abcdefgh0123456789abcdefghij\x00\x00\x00\x01\x65\x60\x00\x00\x02\x00\x00\x00\x00ijklmnop\x00\x00\x00\x00",
        )
        .at(1194)
        .not(),
        udp(
            Side::Client,
            b"\x38\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        )
        .at(1194)
        .not(),
        tcp(Side::Client, b"\x00\x0f\x38abcdefgh\x00\x00\x00\x00\x00")
            .at(1194)
            .not(),
        udp(Side::Client, b"8 bits and more").at(1194).not(),
    ]
};
