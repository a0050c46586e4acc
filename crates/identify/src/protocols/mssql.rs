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
        stream(payload)
    } else {
        browser(payload)
    }
}

/// Type, status, length, process, packet number, window.
fn stream<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let bytes = payload.bytes;
    let at_port = payload.is_at(&[1433]);
    let mut walk = Cursor(bytes);
    // The last packet of a message, and one before which the session is put back.
    let [kind, 0 | 1 | 8 | 9] = walk.array()? else {
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
            if prelogin {
                return Some(Match::new(STRONG, Side::Server).word("message", "prelogin answer"));
            }
            // The tokens with which an answer begins: columns, orders, changes, results, ends.
            let token = walk.u8().filter(|_| at_port)?;
            matches!(token, 0x79 | 0x81 | 0xa5 | 0xa9..=0xae | 0xe3 | 0xe5 | 0xed | 0xfd..=0xff)
                .then(|| Match::new(LIKELY, Side::Server).word("message", "answer"))
        }
        // A batch in two bytes a letter, or a procedure; since version 7.2 behind headers, of which
        // the one about the transaction is always there.
        0x01 | 0x03 => {
            let word = if kind == 0x01 { "batch" } else { "procedure" };
            let headed = walk.0.starts_with(b"\x16\0\0\0\x12\0\0\0\x02\0");
            let letters = walk.0.get(..8)?.as_chunks::<2>().0;
            let batch = letters.iter().all(|letter| matches!(letter, [b' '..=b'~' | b'\t' | b'\r' | b'\n', 0]));
            let named = |name: &[[u8; 2]]| name.iter().all(|letter| matches!(letter, [b' '..=b'~', 0]));
            let procedure = match letters {
                [[0xff, 0xff], [1..=15, 0], ..] => true,
                [[1..=128, 0], name @ ..] => named(name),
                _ => false,
            };
            let sure = match headed {
                true => CERTAIN,
                false if at_port && (if kind == 0x01 { batch } else { procedure }) => LIKELY,
                false => return None,
            };
            Some(Match::new(sure, Side::Client).word("message", word))
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
        tcp(Side::Client, b"\x01\x01\x00\x28\0\0\x01\0\x16\0\0\0\x12\0\0\0\x02\0\0\0\0\0\0\0\0\0\x01\0\0\0s\0e\0l\0e\0c\0").tells(&[("message", "batch")]),
        tcp(Side::Client, b"\x01\x01\x00\x14\0\0\x01\0s\0e\0l\0e\0c\0t\0").at(1433).tells(&[("message", "batch")]),
        tcp(Side::Client, b"\x03\x09\x00\x14\0\0\x01\0\x04\0s\0p\0_\0a\0\0\0").at(1433).tells(&[("message", "procedure")]),
        tcp(Side::Server, b"\x04\x01\x00\x11\0\x33\x01\0\xfd\0\0\xd5\0\0\0\0\0").at(1433).tells(&[("message", "answer")]),
        tcp(Side::Server, b"\x04\x01\x00\x11\0\x33\x01\0\xfd\0\0\xd5\0\0\0\0\0").not(),
        tcp(Side::Client, b"\x01\x01\x00\x14\0\0\x01\0select selec").at(1433).not(),
        udp(Side::Client, b"\x02").at(1434).tells(&[("message", "browse")]),
        udp(Side::Client, b"\x04MSSQLSERVER\x00").at(1434).tells(&[("instance", "MSSQLSERVER")]),
        udp(Side::Server, b"\x05\x2a\x00ServerName;HOST;InstanceName;MSSQLSERVER;").tells(&[("message", "instances")]),
        udp(Side::Client, b"\x02").not(),
        tcp(Side::Client, b"\x12\x01\x00\x34\x00\x00\x00\x00\x07\x00\x15\x00\x06").at(1433).not(),
        tcp(Side::Client, b"\x12\x01\x00\x08\x00\x00\x00\x00\x00\x00\x15\x00\x06").at(1433).not(),
    ]
};
