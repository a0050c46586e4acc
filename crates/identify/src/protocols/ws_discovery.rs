//! Discovery of web services on devices: SOAP over UDP (OASIS WS-Discovery 1.1).

use super::{Carrier, Protocol};
use crate::found::{Match, STRONG};
use crate::pattern::Test::{Is};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};
use crate::text::contains;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ws-discovery",
    title: "discovery of web services",
    title_zh: "Web 服务发现",
    aliases: &["wsd"],
    carrier: Carrier::Udp,
    ports: &[3702],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"<?xml")]).at_port(),
        either(&[Is(0, b"<soap:Env")]).at_port(),
        either(&[Is(0, b"<s:Envel")]).at_port(),
        either(&[Is(0, b"<SOAP-ENV")]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    if bytes.trim_ascii_start().first() != Some(&b'<') || !contains(bytes, b"envelope") {
        return None;
    }
    if !contains(bytes, b"/ws/2005/04/discovery") && !contains(bytes, b"/ws-dd/ns/discovery/") {
        return None;
    }
    let answered = contains(bytes, b"probematches") || contains(bytes, b"resolvematches");
    let side = if answered { Side::Server } else { Side::Client };
    Some(Match::new(STRONG, side).word("message", if answered { "answer" } else { "probe" }))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::udp;
    &[
        udp(Side::Client, b"<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><s:Body><d:Probe/></s:Body></s:Envelope>")
            .at(3702)
            .tells(&[("message", "probe")]),
        udp(Side::Server, b"<s:Envelope xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><d:ProbeMatches/></s:Envelope>").tells(&[("message", "answer")]),
        udp(Side::Client, b"<?xml version=\"1.0\"?><s:Envelope/>").at(3702).not(),
    ]
};
