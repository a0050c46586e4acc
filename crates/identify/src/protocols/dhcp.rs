//! Dynamic host configuration (RFC 2131, RFC 2132).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Is, Least, OneOf};
use crate::pattern::{Pattern, client, either, server};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dhcp",
    title: "dynamic host configuration",
    title_zh: "动态主机配置",
    aliases: &["bootp"],
    carrier: Carrier::Udp,
    ports: &[67, 68],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\x01\x01\x06\0"), Least(4)]).worth(4),
        server(&[Is(0, b"\x02\x01\x06\0"), Least(4)]).worth(4),
        either(&[OneOf(0, b"\x01\x02"), Is(1, b"\x01\x06")]).at_port(),
];

const COOKIE: [u8; 4] = [99, 130, 83, 99];
const COOKIE_AT: usize = 236;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [operation @ 1..=2, _, 0..=16, 0..=16] = walk.array()? else {
        return None;
    };
    let mut options = Cursor(payload.bytes.get(COOKIE_AT..)?);
    if options.array()? != COOKIE {
        return None;
    }
    let side = if operation == 1 {
        Side::Client
    } else {
        Side::Server
    };
    let mut found = Match::new(CERTAIN, side);
    // Each option takes at least one byte.
    while let Some(code) = options.u8() {
        if code == 0 {
            continue;
        }
        let Some(value) = options
            .u8()
            .and_then(|length| options.take(usize::from(length)))
        else {
            break;
        };
        match (code, value) {
            (53, [kind]) => found = found.word("message", message(*kind)),
            (12, name) if is_text(name) => found = found.text("host", name),
            (60, class) if is_text(class) => found = found.text("vendor_class", class),
            _ => {}
        }
    }
    Some(found)
}

const fn message(kind: u8) -> &'static str {
    match kind {
        1 => "discover",
        2 => "offer",
        3 => "request",
        4 => "decline",
        5 => "ack",
        6 => "nak",
        7 => "release",
        8 => "inform",
        _ => "other",
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{joined, padded, udp};
    const HEAD: [u8; 236] = padded(b"\x01\x01\x06\x00\x12\x34\x56\x78");
    const DISCOVER: &[u8] = &joined::<300>(
        &HEAD,
        b"\x63\x82\x53\x63",
        b"\x35\x01\x01\x0c\x06laptop\x3c\x08MSFT 5.0\xff",
    );
    const OFFER: &[u8] = &joined::<300>(
        &padded::<236>(b"\x02\x01\x06\x00"),
        b"\x63\x82\x53\x63",
        b"\x35\x01\x02\xff",
    );
    &[
        udp(Side::Client, DISCOVER).at(67).tells(&[
            ("message", "discover"),
            ("host", "laptop"),
            ("vendor_class", "MSFT 5.0"),
        ]),
        udp(Side::Server, OFFER).tells(&[("message", "offer")]),
        udp(Side::Client, &padded::<300>(b"\x01\x01\x06\x00"))
            .at(67)
            .not(),
        udp(Side::Client, &HEAD).at(67).not(),
    ]
};
