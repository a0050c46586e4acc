//! Microsoft SQL Server: the tabular data stream over TCP ([MS-TDS]) and the browser that tells its
//! ports over UDP ([MC-SQLR]).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Between, Is, OneOf};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, is_text};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "mssql",
    title: "Microsoft SQL Server",
    title_zh: "微软 SQL Server",
    aliases: &["ms-sql-s", "tds"],
    carrier: Carrier::Both,
    ports: &[1433, 1434],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\x12\x01\0"), Is(4, b"\0\0"), Is(7, b"\0"), Is(8, b"\0\0")]),
        client(&[OneOf(0, b"\x10\x12"), Is(1, b"\x01"), Between(2, 0, 8)]).at_port(),
        server(&[Is(0, b"\x04\x01"), Between(2, 0, 16)]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    if payload.is_tcp() {
        stream(payload.bytes)
    } else {
        browser(payload)
    }
}

/// Type, status, length, process, packet number, window.
fn stream(bytes: &[u8]) -> Option<Match<'_>> {
    let mut walk = Cursor(bytes);
    let [kind, 0 | 1] = walk.array()? else {
        return None;
    };
    let length = usize::from(walk.be16()?);
    walk.take(3)?;
    if walk.u8()? != 0 || length < bytes.len() || length < 9 {
        return None;
    }
    match kind {
        0x12 => {
            // A version comes first, at an offset within the packet, and takes six bytes.
            let [0, 0, offset, 0, 6] = walk.array()? else {
                return None;
            };
            (offset >= 6).then(|| Match::new(CERTAIN, Side::Client).word("message", "prelogin"))
        }
        0x10 => {
            let inner = usize::try_from(walk.le32()?).ok()?;
            let version = walk.le32()?;
            let known = matches!(version >> 24, 0x70..=0x74 | 0x08)
                || matches!(version & 0xff, 0x07 | 0x70..=0x74);
            (inner + 8 == length && known)
                .then(|| Match::new(CERTAIN, Side::Client).word("message", "login"))
        }
        0x04 => {
            let prelogin = walk.0.starts_with(&[0, 0]) && walk.0.get(3..5) == Some(&[0, 6]);
            prelogin.then(|| Match::new(STRONG, Side::Server).word("message", "prelogin answer"))
        }
        _ => None,
    }
}

/// One byte that asks for every instance, or a four and a name.
fn browser<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let at_port = payload.is_at(&[1434]);
    match *payload.bytes {
        [2 | 3] if at_port => Some(Match::new(LIKELY, Side::Client).word("message", "browse")),
        [4, ref name @ .., 0] if at_port && (1..=32).contains(&name.len()) && is_text(name) => {
            Some(
                Match::new(LIKELY, Side::Client)
                    .word("message", "instance")
                    .text("instance", name),
            )
        }
        [5, _, _, ref told @ ..] if contains(told, b"ServerName;") => {
            Some(Match::new(STRONG, Side::Server).word("message", "instances"))
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        tcp(Side::Client, b"\x12\x01\x00\x34\x00\x00\x00\x00\x00\x00\x15\x00\x06\x01\x00\x1b\x00\x01\x02\x00\x1c\x00\x0c\x03\x00\x28\x00\x04\xff\x08\x00\x01\x55\x00\x00\x00\x4d\x53\x53\x51\x4c\x53\x65\x72\x76\x65\x72\x00\x48\x0f\x00\x00")
            .at(1433)
            .tells(&[("message", "prelogin")]),
        tcp(Side::Client, b"\x10\x01\x00\x90\x00\x00\x01\x00\x88\x00\x00\x00\x04\x00\x00\x74\x00\x10\x00\x00").tells(&[("message", "login")]),
        tcp(Side::Server, b"\x04\x01\x00\x25\x00\x00\x01\x00\x00\x00\x15\x00\x06\x01\x00\x1b\x00\x01\x02").tells(&[("message", "prelogin answer")]),
        udp(Side::Client, b"\x02").at(1434).tells(&[("message", "browse")]),
        udp(Side::Client, b"\x04MSSQLSERVER\x00").at(1434).tells(&[("instance", "MSSQLSERVER")]),
        udp(Side::Server, b"\x05\x2a\x00ServerName;HOST;InstanceName;MSSQLSERVER;").tells(&[("message", "instances")]),
        udp(Side::Client, b"\x02").not(),
        tcp(Side::Client, b"\x12\x01\x00\x34\x00\x00\x00\x00\x07\x00\x15\x00\x06").at(1433).not(),
        tcp(Side::Client, b"\x12\x01\x00\x08\x00\x00\x00\x00\x00\x00\x15\x00\x06").at(1433).not(),
    ]
};
