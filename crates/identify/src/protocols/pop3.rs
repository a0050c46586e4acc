//! The post office protocol (RFC 1939, RFC 2449, RFC 2595).

use super::{Carrier, Protocol};
use crate::found::{LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Least, Long};
use crate::pattern::{Pattern, client, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, is_text, strip, whole_line, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "pop3",
    title: "mail boxes, post office protocol",
    title_zh: "收取邮件（POP3）",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[110, 995],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        server(&[Is(0, b"+OK "), Least(4), Long(4, 4)]),
        client(&[Is(0, b"CAPA")]).at_port(),
        client(&[Is(0, b"AUTH")]).at_port(),
        client(&[Is(0, b"USER ")]).at_port(),
        server(&[Is(0, b"-ERR")]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    greeting(payload).or_else(|| command(payload))
}

/// Commands that others have too (RFC 1939, RFC 5034): the port must agree.
const SHARED: [&[u8]; 6] = [b"AUTH", b"QUIT", b"STAT", b"LIST", b"PASS", b"NOOP"];

fn greeting<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let (line, _) = first_line(payload.bytes);
    let is_refusal = line.starts_with(b"-ERR") && is_text(line);
    if is_refusal && payload.is_at(PROTOCOL.ports) && payload.may_be(Side::Server) {
        return Some(Match::new(LIKELY, Side::Server).text("greeting", line));
    }
    let said = line.strip_prefix(b"+OK")?.trim_ascii_start();
    if !payload.may_be(Side::Server) || !is_text(said) {
        return None;
    }
    let named = contains(said, b"pop") || contains(said, b"dovecot") || is_timestamped(said);
    let probability = if named {
        STRONG
    } else if payload.is_at(PROTOCOL.ports) {
        LIKELY
    } else {
        return None;
    };
    Some(Match::new(probability, Side::Server).text("greeting", said))
}

/// Whether the greeting ends in a challenge, `<1896.697170952@example.org>`.
fn is_timestamped(said: &[u8]) -> bool {
    let last = words(said).last().unwrap_or_default();
    last.starts_with(b"<") && last.ends_with(b">") && last.contains(&b'@')
}

fn command<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let line = whole_line(payload.bytes).filter(|_| payload.may_be(Side::Client))?;
    if line.eq_ignore_ascii_case(b"CAPA") || line.eq_ignore_ascii_case(b"STLS") {
        return Some(Match::new(LIKELY, Side::Client).text("command", line));
    }
    if let Some(rest) = strip(line, b"APOP ") {
        let digest = words(rest).nth(1)?;
        let is_digest = digest.len() == 32 && digest.iter().all(u8::is_ascii_hexdigit);
        return is_digest
            .then(|| Match::new(STRONG, Side::Client).maybe("user", words(rest).next()));
    }
    let verb = words(line).next().unwrap_or_default();
    let is_shared = SHARED.iter().any(|shared| verb.eq_ignore_ascii_case(shared));
    if is_shared && payload.is_at(PROTOCOL.ports) {
        return Some(Match::new(LIKELY, Side::Client).text("command", verb));
    }
    // File servers are entered with the same word.
    let user = strip(line, b"USER ").filter(|_| payload.is_at(PROTOCOL.ports))?;
    Some(Match::new(LIKELY, Side::Client).text("user", user))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(
            Side::Server,
            b"+OK POP3 server ready <1896.697170952@example.org>\r\n",
        )
        .at(110),
        tcp(Side::Server, b"+OK <1896.697170952@example.org>\r\n"),
        tcp(Side::Any, b"+OK Dovecot ready.\r\n").tells(&[("greeting", "Dovecot ready.")]),
        tcp(Side::Server, b"+OK ready\r\n").at(110),
        tcp(Side::Client, b"CAPA\r\n"),
        tcp(
            Side::Client,
            b"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
        )
        .tells(&[("user", "mrose")]),
        tcp(Side::Client, b"USER admin\r\n")
            .at(110)
            .tells(&[("user", "admin")]),
        tcp(Side::Client, b"STAT\r\n").at(110),
        tcp(Side::Server, b"-ERR in use\r\n").at(110),
        tcp(Side::Server, b"-ERR in use\r\n").not(),
        tcp(Side::Client, b"USER admin\r\n").not(),
        tcp(Side::Server, b"+OK\r\n").not(),
        tcp(Side::Client, b"CAPABILITIES\r\n").at(110).not(),
        tcp(Side::Client, b"APOP and so on\r\n").at(110).not(),
    ]
};
