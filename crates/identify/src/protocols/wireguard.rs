//! WireGuard: messages of fixed lengths (<https://www.wireguard.com/protocol/>).

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Least};
use crate::pattern::{Pattern, client, either, server};
use crate::payload::{Payload, Side};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "wireguard",
    title: "WireGuard tunnel",
    title_zh: "WireGuard 虚拟专用网",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: &[51820],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\x01\0\0\0"), Least(4)]).at_port(),
        server(&[Is(0, b"\x02\0\0\0"), Least(4)]).at_port(),
        either(&[Is(0, b"\x04\0\0\0"), Least(4)]).at_port(),
];

/// Bytes of the second code at the end, zero unless the other side is under load.
const SECOND_CODE: usize = 16;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    let [kind, 0, 0, 0] = *bytes.first_chunk()? else {
        return None;
    };
    let calm = bytes.ends_with(&[0; SECOND_CODE]);
    // What must be random is not all zeros.
    let counter = if kind == 4 { 8 } else { 0 };
    let random = bytes
        .get(8 + counter..(40 + counter).min(bytes.len()))
        .is_some_and(|key| key.iter().filter(|byte| **byte == 0).count() < 8);
    if !random {
        return None;
    }
    let at_port = payload.is_at(PROTOCOL.ports);
    let (probability, side, word) = match (kind, bytes.len()) {
        (1, 148) => (
            if calm { CERTAIN } else { LIKELY },
            Side::Client,
            "initiation",
        ),
        (2, 92) => (
            if calm { CERTAIN } else { LIKELY },
            Side::Server,
            "response",
        ),
        (3, 64) if at_port => (STRONG, Side::Server, "cookie"),
        (4, 32..) if at_port && bytes.len().is_multiple_of(16) => (LIKELY, payload.side, "data"),
        _ => return None,
    };
    Some(Match::new(probability, side).word("message", word))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{padded, udp};
    const FILL: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-";
    const INITIATION: &[u8] = &crate::tests::joined::<148>(b"\x01\x00\x00\x00", FILL, b"");
    const RESPONSE: &[u8] = &crate::tests::joined::<92>(
        b"\x02\x00\x00\x00abcdefghijklmnopqrstuvwxyz0123456789",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        b"",
    );
    &[
        udp(Side::Client, INITIATION)
            .at(51820)
            .tells(&[("message", "initiation")]),
        udp(Side::Server, RESPONSE).tells(&[("message", "response")]),
        udp(
            Side::Server,
            b"\x03\x00\x00\x00abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWX",
        )
        .at(51820),
        udp(Side::Client, &padded::<148>(b"\x01\x00\x00\x00"))
            .at(51820)
            .not(),
        udp(
            Side::Client,
            b"\x01\x00\x00\x00abcdefghijklmnopqrstuvwxyz0123456789",
        )
        .at(51820)
        .not(),
        udp(Side::Any, b"\x04\x00\x00\x00abcdefghijklmnopqrstuvwxyz01").not(),
    ]
};
