//! Multicast DNS and its service discovery (RFC 6762, RFC 6763).

use super::{Carrier, Protocol, dns};
use crate::dns_message::{Message, is_assigned};
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Is, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};

pub(super) const PORTS: &[u16] = &[5353];

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "mdns",
    title: "multicast DNS, service discovery",
    title_zh: "多播域名",
    aliases: &[],
    carrier: Carrier::Udp,
    ports: PORTS,
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
    either(&[Is(0, b"\0\0"), OneOf(2, b"\0\x84"), Is(3, b"\0")]).at_port().worth(8),
];

/// Without the port, a message of multicast DNS has no identifier and asks for, or tells of, a
/// name under `local`.
pub(super) fn is_local(message: &Message<'_>) -> bool {
    let names = [
        message.question.map(|question| question.name),
        message.answer,
    ];
    message.id == 0
        && names
            .into_iter()
            .flatten()
            .any(|name| name.ends_in(b"local"))
}

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let message = Message::read(payload.bytes)?;
    let known = message.question.as_ref().is_none_or(is_assigned);
    let empty = message.question.is_none() && message.answer.is_none();
    if empty || !known || message.operation() != 0 || message.reserved() {
        return None;
    }
    if !payload.is_at(PORTS) && !is_local(&message) {
        return None;
    }
    let probability = if message.is_whole { CERTAIN } else { STRONG };
    let side = if message.is_response() {
        Side::Server
    } else {
        Side::Client
    };
    let found = Match::new(probability, side);
    Some(match (message.question, message.answer) {
        (Some(question), _) => dns::tell(found, &message, &question),
        (None, Some(name)) => found.text("name", name.dotted()),
        (None, None) => found,
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        udp(Side::Client, b"\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x09_services\x07_dns-sd\x04_udp\x05local\x00\x00\x0c\x00\x01")
            .tells(&[("name", "_services._dns-sd._udp.local"), ("type", "PTR")]),
        // With the bit that asks for an answer to the asker alone.
        udp(Side::Client, b"\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07printer\x05local\x00\x00\x01\x80\x01").at(5353),
        udp(Side::Server, b"\x00\x00\x84\x00\x00\x00\x00\x01\x00\x00\x00\x00\x07printer\x05local\x00\x00\x01\x80\x01\x00\x00\x00\x78\x00\x04\xc0\x00\x02\x07")
            .tells(&[("name", "printer.local")]),
        udp(Side::Client, b"\x4d\x15\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03org\x00\x00\x01\x00\x01").at(5353),
        // An ordinary question: another identifier, another domain.
        udp(Side::Client, b"\x4d\x15\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07printer\x05local\x00\x00\x01\x00\x01").not(),
        udp(Side::Client, b"\x00\x00\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03org\x00\x00\x01\x00\x01").not(),
    ]
};
