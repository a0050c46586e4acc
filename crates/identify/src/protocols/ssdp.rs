//! The simple service discovery protocol of UPnP: HTTP heads over UDP.

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Is, Least};
use crate::pattern::{Pattern, client, either, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, header, strip};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ssdp",
    title: "simple service discovery, UPnP",
    title_zh: "简单服务发现（UPnP）",
    aliases: &["upnp"],
    carrier: Carrier::Udp,
    ports: &[1900],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"M-SEARCH * HTTP/1.1")]),
        either(&[Is(0, b"NOTIFY * HTTP/1.1"), Least(9)]),
        either(&[Is(0, b"NOTIFY ")]).at_port(),
        server(&[Is(0, b"HTTP/1.1 200")]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    if strip(bytes, b"M-SEARCH * HTTP/1.").is_some() {
        let agent = header(bytes, b"User-Agent");
        let found = Match::new(CERTAIN, Side::Client).word("kind", "search");
        return Some(
            found
                .maybe("target", header(bytes, b"ST"))
                .maybe("user_agent", agent),
        );
    }
    if strip(bytes, b"NOTIFY * HTTP/1.").is_some() {
        let found = Match::new(CERTAIN, Side::Server).word("kind", "notice");
        return Some(
            found
                .maybe("target", header(bytes, b"NT"))
                .maybe("server", header(bytes, b"Server")),
        );
    }
    if bytes.starts_with(b"HTTP/1.") && (contains(bytes, b"\nST:") || contains(bytes, b"\nUSN:")) {
        let found = Match::new(STRONG, Side::Server).word("kind", "answer");
        return Some(
            found
                .maybe("target", header(bytes, b"ST"))
                .maybe("server", header(bytes, b"Server")),
        );
    }
    None
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        udp(Side::Client, b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n")
            .at(1900)
            .tells(&[("kind", "search"), ("target", "ssdp:all")]),
        udp(Side::Server, b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n\r\n")
            .tells(&[("kind", "notice"), ("target", "upnp:rootdevice")]),
        udp(Side::Server, b"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nST: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n")
            .tells(&[("kind", "answer")]),
        udp(Side::Server, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").at(1900).not(),
        tcp(Side::Client, b"M-SEARCH * HTTP/1.1\r\n\r\n").at(1900).not(),
    ]
};
