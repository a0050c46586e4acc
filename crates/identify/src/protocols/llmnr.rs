//! Link-local multicast name resolution (RFC 4795): DNS in form, told apart by its port alone.

use super::{Carrier, Protocol, dns};
use crate::dns_message::{Message, is_assigned};
use crate::found::{Match, STRONG};
use crate::pattern::Test::{Is, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PORTS: &[u16] = &[5355];

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "llmnr",
    title: "link-local multicast name resolution",
    title_zh: "链路本地的名称解析",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: PORTS,
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
    either(&[OneOf(2, b"\0\x80"), Is(3, b"\0"), Is(4, b"\0\x01")]).at_port().worth(8),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    if !payload.is_at(PORTS) {
        return None;
    }
    let message = Message::read(payload.bytes)?;
    let question = message.question.filter(is_assigned)?;
    if message.questions != 1 || message.operation() != 0 {
        return None;
    }
    let side = if message.is_response() {
        Side::Server
    } else {
        Side::Client
    };
    Some(dns::tell(Match::new(STRONG, side), &message, &question))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        udp(
            Side::Client,
            b"\x9a\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04wpad\x00\x00\x01\x00\x01",
        )
        .at(5355)
        .tells(&[("name", "wpad"), ("type", "A")]),
        udp(
            Side::Client,
            b"\x9a\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04wpad\x00\x00\x01\x00\x01",
        )
        .not(),
        udp(
            Side::Client,
            b"\x9a\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04wp",
        )
        .at(5355)
        .not(),
    ]
};
