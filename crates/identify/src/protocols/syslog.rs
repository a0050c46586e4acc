//! Log messages (RFC 3164, RFC 5424).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::found::{FAIR, LIKELY, Match, STRONG};
use crate::pattern::Test::{Between, Is, OneOf, Text};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};
use crate::text::{first_line, is_text};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "syslog",
    title: "log messages",
    title_zh: "系统日志",
    aliases: &[],
    carrier: Carrier::Both,
    ports: &[514, 601, 1514, 5514],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"<"), Between(1, b'0', b'9'), OneOf(2, b"0123456789>"), Text(3)]).at_port(),
];

const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// A priority between angle brackets, then a time.
fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    if walk.u8()? != b'<' {
        return None;
    }
    let digits = walk
        .until(b'>')
        .filter(|digits| (1..=3).contains(&digits.len()))?;
    let priority = digits.iter().try_fold(0_u32, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })?;
    // Some end their messages in NUL.
    let (line, _) = first_line(walk.0.strip_suffix(b"\0").unwrap_or(walk.0));
    if priority > 191 || line.is_empty() || !is_text(line) {
        return None;
    }
    let version = line.starts_with(b"1 ")
        && line
            .get(2)
            .is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
    let month = MONTHS.iter().any(|month| line.starts_with(month)) && line.get(3) == Some(&b' ');
    let probability = match (version || month, payload.is_at(PROTOCOL.ports)) {
        (true, true) => STRONG,
        (true, false) => LIKELY,
        (false, true) => FAIR,
        (false, false) => return None,
    };
    let found = Match::new(probability, Side::Client);
    Some(
        found
            .number("facility", priority / 8)
            .number("severity", priority % 8),
    )
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        udp(
            Side::Client,
            b"<34>Oct 11 22:14:15 mymachine su: failed for lonvick on /dev/pts/8",
        )
        .at(514)
        .tells(&[("facility", "4"), ("severity", "2")]),
        tcp(
            Side::Client,
            b"<165>1 2026-10-11T22:14:15.003Z host app - ID47 - message\n",
        ),
        udp(Side::Client, b"<13>a message").at(514),
        udp(Side::Client, b"<5>Sep  1 19:16:12 host logger: a message\0"),
        udp(Side::Client, b"<13>a message").not(),
        udp(Side::Client, b"<999>Oct 11 22:14:15 x").at(514).not(),
        tcp(Side::Client, b"<html>").at(514).not(),
    ]
};
