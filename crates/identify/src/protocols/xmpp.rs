//! Messaging and presence: the opening of a stream (RFC 6120).

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, Match};
use crate::pattern::Test::{Is};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};
use crate::text::contains;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "xmpp",
    title: "messaging and presence",
    title_zh: "可扩展的消息与在线状态",
    aliases: &["jabber"],
    carrier: Carrier::Tcp,
    ports: &[5222, 5269],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"<stream:stream")]),
        either(&[Is(0, b"<?xml ")]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    let opens = bytes.starts_with(b"<stream:stream") || bytes.starts_with(b"<?xml");
    if !opens || !contains(bytes, b"<stream:stream") {
        return None;
    }
    let kind = if contains(bytes, b"jabber:client") {
        "client"
    } else if contains(bytes, b"jabber:server") {
        "server"
    } else {
        return None;
    };
    // Whoever answers gives the stream a name.
    let side = if contains(bytes, b" id=") {
        Side::Server
    } else {
        Side::Client
    };
    Some(Match::new(CERTAIN, side).word("stream", kind))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"<?xml version='1.0'?><stream:stream to='example.org' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>").at(5222).tells(&[("stream", "client")]),
        tcp(Side::Client, b"<stream:stream xmlns='jabber:server'>").tells(&[("stream", "server")]),
        tcp(Side::Client, b"<?xml version='1.0'?><methodCall/>").at(5222).not(),
        tcp(Side::Client, b"<stream:stream>").at(5222).not(),
    ]
};
