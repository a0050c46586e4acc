//! MySQL and MariaDB: the server greets first (protocol version 10), the client logs in.

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Between, Is, Long, OneOf};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, is_graphic, is_text};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "mysql",
    title: "MySQL and MariaDB",
    title_zh: "MySQL 数据库",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[3306, 33060],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        server(&[Is(1, b"\0\0\0\x0a"), Between(5, b'0', b'9'), OneOf(6, b".0123456789"), OneOf(7, b".0123456789")]),
        server(&[Is(1, b"\0\0\0\xff")]).at_port().worth(6),
        server(&[Between(0, 0x20, 0x9f), Is(1, b"\0\0\0"), Long(4, 4)]).at_port().worth(8),
        client(&[Is(1, b"\0\0\x01")]).at_port().worth(4),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    let [low, middle, high, sequence] = walk.array()?;
    let length = u32::from_le_bytes([low, middle, high, 0]);
    if !(5..=0xffff).contains(&length) || walk.left() > length as usize {
        return None;
    }
    match (sequence, walk.u8()?) {
        (0, 10) => greeting(walk),
        (0, 255) => refusal(walk, payload.is_at(PROTOCOL.ports)),
        // A query, in the middle of a conversation.
        (0, 3) if payload.is_at(PROTOCOL.ports) && walk.left() + 1 == length as usize => {
            let (line, _) = first_line(walk.0);
            let asks = line.len() >= 4 && is_text(line) && payload.may_be(Side::Client);
            asks.then(|| Match::new(LIKELY, Side::Client).word("command", "query"))
        }
        (1, capabilities) if walk.left() + 1 == length as usize => login(capabilities, walk),
        _ => None,
    }
}

/// A version, a thread number, eight bytes of salt, a NUL.
fn greeting(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    let version = walk.until(0).filter(|version| {
        (3..=128).contains(&version.len())
            && is_text(version)
            && version.first().is_some_and(u8::is_ascii_digit)
    })?;
    let ends = walk
        .take(12)
        .and_then(|_| walk.u8())
        .is_none_or(|filler| filler == 0);
    ends.then(|| Match::new(CERTAIN, Side::Server).text("server_version", version))
}

/// `Host '198.51.100.7' is not allowed to connect to this MySQL server`
fn refusal(mut walk: Cursor<'_>, at_port: bool) -> Option<Match<'_>> {
    let code = walk.le16()?;
    let message = walk.0;
    let known = at_port
        || contains(message, b"host ")
        || contains(message, b"connections")
        || contains(message, b"mysql")
        || contains(message, b"mariadb");
    ((1000..5000).contains(&code) && known && is_text(message)).then(|| {
        Match::new(STRONG, Side::Server)
            .number("error", code)
            .text("message", message)
    })
}

/// Capabilities, packet size, character set, twenty-three zeros, the user's name.
fn login(first: u8, mut walk: Cursor<'_>) -> Option<Match<'_>> {
    let [second, ..] = walk.array::<3>()?;
    // The bit that says protocol 4.1.
    if second & 0x02 == 0 || first & 1 == 0 && second & 0x80 == 0 {
        return None;
    }
    walk.take(5)?;
    let reserved = walk.take(23)?;
    // MariaDB keeps four bytes of its own at their end.
    if reserved.get(..19)?.iter().any(|byte| *byte != 0) {
        return None;
    }
    let user = walk.until(0).filter(|user| is_graphic(user))?;
    Some(Match::new(STRONG, Side::Client).text("user", user))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{padded, tcp};
    &[
        tcp(Side::Server, &padded::<78>(b"\x4a\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00saltsalt\x00\xff\xff\xff\x02\x00\xff\xdf\x15"))
            .at(3306)
            .tells(&[("server_version", "8.0.36")]),
        tcp(Side::Any, b"\x5d\x00\x00\x00\x0a5.5.5-10.11.6-MariaDB\x00\x07\x00\x00\x00").tells(&[("server_version", "5.5.5-10.11.6-MariaDB")]),
        tcp(Side::Server, b"\x45\x00\x00\x00\xff\x6a\x04Host '198.51.100.7' is not allowed to connect to this MySQL server").tells(&[("error", "1130")]),
        tcp(Side::Client, b"\x26\x00\x00\x01\x85\xa6\x03\x00\x00\x00\x00\x01\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00root\x00\x00").tells(&[("user", "root")]),
        tcp(Side::Client, b"\x09\x00\x00\x00\x03SELECT 1").at(3306).tells(&[("command", "query")]),
        tcp(Side::Client, b"\x09\x00\x00\x00\x03SELECT 1").not(),
        tcp(Side::Client, b"\x0a\x00\x00\x00\x03SELECT 1").at(3306).not(),
        tcp(Side::Server, b"\x4a\x00\x00\x00\x09old one\x00").at(3306).not(),
        tcp(Side::Server, b"\x4a\x00\x00\x00\x0aserver\x00\x08\x00\x00\x00").at(3306).not(),
        tcp(Side::Server, b"\x05\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00saltsalt\x00").at(3306).not(),
    ]
};
