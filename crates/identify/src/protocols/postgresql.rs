//! PostgreSQL's start-up (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{CERTAIN, Match, STRONG};
use crate::pattern::Test::{Between, Is, Long, OneOf};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};
use crate::text::is_text;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "postgresql",
    title: "PostgreSQL",
    title_zh: "PostgreSQL 数据库",
    aliases: &["postgres"],
    carrier: Carrier::Tcp,
    ports: &[5432, 5433],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"\0\0\0\x08\x04\xd2\x16"), OneOf(7, b"\x2e\x2f\x30")]),
        client(&[Is(0, b"\0\0"), Is(4, b"\0\x03\0\0user\0")]),
        client(&[Is(0, b"\0\0\0"), Between(3, 8, 200)]).at_port().worth(6),
        server(&[OneOf(0, b"NS"), Long(1, 1)]).at_port().worth(9),
        server(&[OneOf(0, b"RE"), Is(1, b"\0\0\0")]).at_port(),
];

const START: u32 = 3 << 16;
const CANCEL: u32 = 80_877_102;
const TLS: u32 = 80_877_103;
const GSSAPI: u32 = 80_877_104;

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    if payload.bytes.first()?.is_ascii_uppercase() {
        return answer(walk);
    }
    let length = usize::try_from(walk.be32()?).ok()?;
    let code = walk.be32()?;
    let found = Match::new(CERTAIN, Side::Client);
    match (code, length) {
        (TLS, 8) => Some(found.word("asks", "tls")),
        (GSSAPI, 8) => Some(found.word("asks", "gssapi")),
        (CANCEL, 16) => Some(found.word("asks", "cancel")),
        (START..=0x0003_0002, 9..=10_000) if length >= payload.bytes.len() => start(found, walk),
        _ => None,
    }
}

/// Names and values, each ended by a NUL, in any order; a user must be among them.
fn start<'a>(found: Match<'a>, mut walk: Cursor<'a>) -> Option<Match<'a>> {
    let (mut user, mut database, mut program) = (None, None, None);
    for _ in 0..32 {
        let Some(name) = walk.until(0).filter(|name| !name.is_empty()) else {
            break;
        };
        let value = walk.until(0).filter(|value| is_text(value))?;
        match name {
            b"user" => user = Some(value),
            b"database" => database = Some(value),
            b"application_name" => program = Some(value).filter(|value| !value.is_empty()),
            _ if !is_text(name) => return None,
            _ => {}
        }
    }
    let found = found
        .word("asks", "start")
        .text("user", user?)
        .maybe("database", database);
    Some(match program {
        Some(program) => found.by(program, None),
        None => found,
    })
}

/// An error's severity comes first; a demand for a password has its length and its kind.
fn answer(mut walk: Cursor<'_>) -> Option<Match<'_>> {
    let kind = walk.u8()?;
    let length = walk.be32()?;
    let said = match kind {
        b'E' if walk.0.starts_with(b"SFATAL\0") || walk.0.starts_with(b"SERROR\0") => "error",
        b'R' if (8..=64).contains(&length)
            && walk.be32().is_some_and(|how| matches!(how, 3 | 5 | 10)) =>
        {
            "password"
        }
        _ => return None,
    };
    Some(Match::new(STRONG, Side::Server).word("says", said))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"\x00\x00\x00\x08\x04\xd2\x16\x2f").at(5432).tells(&[("asks", "tls")]),
        tcp(Side::Client, b"\x00\x00\x00\x3f\x00\x03\x00\x00user\x00postgres\x00database\x00postgres\x00application_name\x00psql\x00\x00")
            .by("psql")
            .tells(&[("user", "postgres"), ("database", "postgres")]),
        tcp(Side::Server, b"E\x00\x00\x00\x5dSFATAL\x00VFATAL\x00C0A000\x00").tells(&[("says", "error")]),
        tcp(Side::Server, b"R\x00\x00\x00\x0c\x00\x00\x00\x05salt").tells(&[("says", "password")]),
        tcp(Side::Client, b"\x00\x00\x00\x09\x04\xd2\x16\x2f").at(5432).not(),
        tcp(Side::Client, b"\x00\x00\x00\x20\x00\x03\x00\x00database\x00postgres\x00\x00").at(5432).not(),
        tcp(Side::Server, b"ERROR: no\r\n").at(5432).not(),
    ]
};
