//! The remote desktop protocol: the X.224 connection request and its confirmation ([MS-RDPBCGR]
//! 2.2.1.1 and 2.2.1.2, RFC 1006).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, FAIR, LIKELY, Match};
use crate::pattern::Tell::{Line};
use crate::pattern::Test::{Between, Is, Least};
use crate::pattern::{Pattern, client, either};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "rdp",
    title: "remote desktop",
    title_zh: "远程桌面",
    aliases: &["ms-wbt-server"],
    carrier: Carrier::Tcp,
    ports: &[3389],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\x03\0\0"), Is(5, b"\xe0\0\0\0\0\0Cookie: mstshash="), Least(13)]).tells(&[("cookie", Line(28))]),
        either(&[Is(0, b"\x03\0\0"), Between(3, 0x0b, 0x40)]).at_port(),
];

const TPKT_VERSION: u8 = 3;
const CONNECTION_REQUEST: u8 = 0xe0;
const CONNECTION_CONFIRM: u8 = 0xd0;
/// TPKT header and the fixed part of the X.224 packet.
const SHORTEST: u16 = 11;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [TPKT_VERSION, 0] = walk.array()? else {
        return None;
    };
    let length = walk.be16()?;
    let indicator = walk.u8()?;
    let code = walk.u8()?;
    let [_, _, _, _, class] = walk.array()?;
    if !(SHORTEST..=1024).contains(&length) || u16::from(indicator) + 5 != length || class != 0 {
        return None;
    }
    let held = walk.left().min(usize::from(length - SHORTEST));
    let rest = walk.take(held)?;
    // Cut before it says what it is: controllers are called in the same words.
    if rest.is_empty() && length > SHORTEST {
        return None;
    }
    match code {
        CONNECTION_REQUEST => request(payload, rest),
        CONNECTION_CONFIRM => confirm(payload, rest),
        _ => None,
    }
}

/// A cookie or routing token, a negotiation request, both, or nothing.
fn request<'a>(payload: &Payload<'a>, rest: &'a [u8]) -> Option<Match<'a>> {
    if rest.is_empty() {
        let probability = if payload.is_at(PROTOCOL.ports) {
            LIKELY
        } else {
            FAIR
        };
        return Some(Match::new(probability, Side::Client));
    }
    let mut walk = Cursor(rest);
    let mut found = Match::new(CERTAIN, Side::Client);
    if rest.starts_with(b"Cookie:") || rest.starts_with(b"tsv:") {
        let line = walk
            .until(b'\n')
            .unwrap_or_else(|| std::mem::take(&mut walk.0));
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !is_text(line) {
            return None;
        }
        found = match line.strip_prefix(b"Cookie: mstshash=") {
            Some(b"nmap") => found.text("cookie", &b"nmap"[..]).by("nmap", None),
            Some(user) => found.text("cookie", user),
            None => found.text("token", line),
        };
        if walk.is_empty() {
            return Some(found);
        }
    }
    let [1, _, 8, 0, protocols, _, _, _] = walk.array()? else {
        return None;
    };
    Some(found.word("asks", security(protocols)))
}

/// A negotiation response, a failure, or nothing.
fn confirm<'a>(payload: &Payload<'a>, rest: &'a [u8]) -> Option<Match<'a>> {
    if rest.is_empty() {
        return payload
            .is_at(PROTOCOL.ports)
            .then(|| Match::new(LIKELY, Side::Server));
    }
    match *rest.first_chunk()? {
        [2, _, 8, 0, protocol, _, _, _] => {
            Some(Match::new(CERTAIN, Side::Server).word("chosen", security(protocol)))
        }
        [3, _, 8, 0, failure, _, _, _] => {
            Some(Match::new(CERTAIN, Side::Server).number("failure", failure))
        }
        _ => None,
    }
}

/// The strongest of the protocols that the lowest byte names.
const fn security(protocols: u8) -> &'static str {
    match protocols {
        0 => "rdp",
        _ if protocols & 0x10 != 0 => "entra",
        _ if protocols & 0x0a != 0 => "credssp",
        _ if protocols & 1 != 0 => "tls",
        _ => "other",
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"\x03\x00\x00\x2b\x26\xe0\x00\x00\x00\x00\x00Cookie: mstshash=hello\r\n\x01\x00\x08\x00\x03\x00\x00\x00")
            .at(3389)
            .tells(&[("cookie", "hello"), ("asks", "credssp")]),
        tcp(Side::Client, b"\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00Cookie: mstshash=nmap\r\n\x01\x00\x08\x00\x03\x00\x00\x00").by("nmap"),
        tcp(Side::Client, b"\x03\x00\x00\x26\x21\xe0\x00\x00\x00\x00\x00Cookie: mstshash=Administr\r\n").tells(&[("cookie", "Administr")]),
        tcp(Side::Client, b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x0b\x00\x00\x00").tells(&[("asks", "credssp")]),
        tcp(Side::Client, b"\x03\x00\x00\x0b\x06\xe0\x00\x00\x00\x00\x00").at(3389),
        tcp(Side::Client, b"\x03\x00\x00\x0b\x06\xe0\x00\x00\x00\x00\x00"),
        tcp(Side::Server, b"\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x1f\x08\x00\x02\x00\x00\x00").tells(&[("chosen", "credssp")]),
        tcp(Side::Server, b"\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x03\x00\x08\x00\x05\x00\x00\x00").tells(&[("failure", "5")]),
        tcp(Side::Server, b"\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00").at(3389),
        // A programmable controller is called the same way, with other parameters.
        tcp(Side::Client, b"\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc2\x02\x01\x02").not(),
        tcp(Side::Client, b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x09\x00\x08\x00\x0b\x00\x00\x00").at(3389).not(),
        tcp(Side::Client, b"\x03\x00\x00\x20\x0e\xe0\x00\x00\x00\x00\x00").at(3389).not(),
    ]
};
