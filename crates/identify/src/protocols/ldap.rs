//! Directories (RFC 4511), over TCP, and over UDP as Windows domain controllers answer it.

use super::{Carrier, Protocol};
use crate::ber::{INTEGER, SEQUENCE, TEXT, element, enter};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Between, Is, Least, OneOf};
use crate::pattern::{Pattern, either};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "ldap",
    title: "directory access",
    title_zh: "目录访问",
    aliases: &["cldap"],
    carrier: Carrier::Both,
    ports: &[389, 3268],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        either(&[Is(0, b"\x30"), Is(2, b"\x02\x01"), Between(4, 1, 9), OneOf(5, b"\x60\x61\x63\x64\x65\x77\x42"), Least(6)]),
        either(&[Is(0, b"\x30"), Is(2, b"\x02\x01")]).at_port(),
        either(&[Is(0, b"\x30\x84\0\0")]).at_port(),
        either(&[Is(0, b"\x30\x82"), Is(4, b"\x02\x01")]).at_port(),
];

const ENUMERATED: u8 = 0x0a;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let (mut message, _) = enter(&mut walk, SEQUENCE)?;
    let number = element(&mut message, INTEGER).filter(|number| (1..=4).contains(&number.len()))?;
    let operation = *message.0.first()?;
    let (mut body, _) = enter(&mut message, operation)?;
    let at_port = payload.is_at(PROTOCOL.ports);
    match operation {
        0x60 => {
            let version = element(&mut body, INTEGER)?;
            let name = element(&mut body, TEXT).filter(|name| is_text(name))?;
            matches!(version, [2 | 3]).then(|| {
                Match::new(CERTAIN, Side::Client)
                    .word("operation", "bind")
                    .text("name", name)
            })
        }
        0x63 => {
            let base = element(&mut body, TEXT).filter(|base| is_text(base))?;
            let scope = element(&mut body, ENUMERATED)?;
            matches!(scope, [0..=3]).then(|| {
                Match::new(CERTAIN, Side::Client)
                    .word("operation", "search")
                    .text("base", base)
            })
        }
        0x61 | 0x65 | 0x78 => {
            let code = element(&mut body, ENUMERATED)?;
            let [code @ 0..=123] = *code else { return None };
            Some(
                Match::new(STRONG, Side::Server)
                    .word("operation", "result")
                    .number("code", code),
            )
        }
        0x64 => {
            element(&mut body, TEXT).filter(|name| is_text(name))?;
            Some(Match::new(STRONG, Side::Server).word("operation", "entry"))
        }
        0x77 => {
            let name = element(&mut body, 0x80)
                .filter(|name| name.iter().all(|b| matches!(b, b'0'..=b'9' | b'.')))?;
            Some(
                Match::new(CERTAIN, Side::Client)
                    .word("operation", "extended")
                    .text("name", name),
            )
        }
        // Unbind says nothing more.
        0x42 if at_port && body.is_empty() && !number.is_empty() => {
            Some(Match::new(LIKELY, Side::Client).word("operation", "unbind"))
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        tcp(Side::Client, b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00").at(389).tells(&[("operation", "bind")]),
        udp(Side::Client, b"\x30\x25\x02\x01\x01\x63\x20\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0bobjectclass\x30\x00").tells(&[("operation", "search")]),
        udp(Side::Client, b"\x30\x84\x00\x00\x00\x2d\x02\x01\x01\x63\x84\x00\x00\x00\x24\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0bobjectclass\x30\x84\x00\x00\x00\x00"),
        tcp(Side::Client, b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037").tells(&[("operation", "extended")]),
        tcp(Side::Server, b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00").tells(&[("code", "0")]),
        udp(Side::Client, b"\x30\x26\x02\x01\x01\x04\x06public\xa1\x19\x02\x04\x71\xb4\xb5\x68").at(389).not(),
        tcp(Side::Client, b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x09\x04\x00\x80\x00").at(389).not(),
    ]
};
