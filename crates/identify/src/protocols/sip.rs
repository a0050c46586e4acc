//! The session initiation protocol (RFC 3261).

use super::{Carrier, Protocol, http};
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Is, Least};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, header, strip, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "sip",
    title: "session initiation, telephony",
    title_zh: "会话发起（网络电话）",
    aliases: &[],
    carrier: Carrier::Both,
    ports: &[5060, 5080],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"INVITE sip")]),
        client(&[Is(0, b"REGISTER sip")]),
        server(&[Is(0, b"SIP/2.0 ")]),
        client(&[Is(0, b"OPTIONS sip"), Least(9)]),
        client(&[Is(0, b"OPTIONS ")]).at_port(),
        client(&[Is(0, b"SUBSCRIBE ")]).at_port(),
        client(&[Is(0, b"NOTIFY ")]).at_port(),
        client(&[Is(0, b"MESSAGE sip")]),
        client(&[Is(0, b"PUBLISH sip")]),
        client(&[Is(0, b"CANCEL sip")]),
        client(&[Is(0, b"ACK sip:")]),
        client(&[Is(0, b"BYE sip:")]),
];

const METHODS: [&[u8]; 14] = [
    b"OPTIONS",
    b"REGISTER",
    b"INVITE",
    b"ACK",
    b"CANCEL",
    b"BYE",
    b"SUBSCRIBE",
    b"NOTIFY",
    b"MESSAGE",
    b"INFO",
    b"REFER",
    b"UPDATE",
    b"PRACK",
    b"PUBLISH",
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    let (line, whole) = first_line(bytes);
    if let Some(rest) = line.strip_prefix(b"SIP/2.0 ") {
        let status = std::str::from_utf8(rest.get(..3)?)
            .ok()?
            .parse::<u16>()
            .ok()?;
        let found = Match::new(CERTAIN, Side::Server).number("status", status);
        return Some(found.maybe("server", header(bytes, b"Server")));
    }
    let mut words = words(line);
    let (method, target, version) = (words.next()?, words.next()?, words.next());
    let addressed = [&b"sip:"[..], b"sips:", b"tel:"]
        .iter()
        .any(|scheme| strip(target, scheme).is_some());
    if !METHODS.contains(&method) || !addressed {
        return None;
    }
    let probability = match version {
        Some(b"SIP/2.0") => CERTAIN,
        // Cut before the version.
        _ if !whole && target.len() > 4 => STRONG,
        _ => return None,
    };
    let agent = header(bytes, b"User-Agent").filter(|agent| !agent.is_empty());
    let found = Match::new(probability, Side::Client)
        .text("method", method)
        .text("target", target)
        .maybe("user_agent", agent);
    if contains(bytes, b"friendly-scanner") || contains(bytes, b"sipvicious") {
        return Some(found.by("sipvicious", None));
    }
    if target == b"sip:nm" {
        return Some(found.by("nmap", None));
    }
    Some(match agent {
        Some(agent) => http::name_agent(found, agent),
        None => found,
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        udp(Side::Client, b"OPTIONS sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5061;branch=z9hG4bK-1\r\nFrom: \"sipvicious\"<sip:100@1.1.1.1>;tag=1\r\nUser-Agent: friendly-scanner\r\nContent-Length: 0\r\n\r\n")
            .at(5060)
            .by("sipvicious")
            .tells(&[("method", "OPTIONS"), ("target", "sip:100@192.0.2.1"), ("user_agent", "friendly-scanner")]),
        udp(Side::Client, b"REGISTER sip:192.0.2.1 SIP/2.0\r\nUser-Agent: Linphone/5.1.0\r\n\r\n").by("Linphone"),
        tcp(Side::Client, b"OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm;branch=foo\r\nFrom: <sip:nm@nm>;tag=root\r\n\r\n").by("nmap"),
        udp(Side::Server, b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 198.51.100.7:5060\r\nServer: Asterisk PBX\r\n\r\n").tells(&[("status", "200"), ("server", "Asterisk PBX")]),
        udp(Side::Client, b"INVITE sip:0123456789@192.0.2"),
        udp(Side::Client, b"OPTIONS * RTSP/1.0\r\n\r\n").at(5060).not(),
        udp(Side::Client, b"INVITE everybody\r\n").at(5060).not(),
        udp(Side::Server, b"SIP/2.0 now\r\n").at(5060).not(),
    ]
};
