//! Mail transfer (RFC 5321).

use super::{Carrier, Protocol};
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Least};
use crate::pattern::{Pattern, client};
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, is_text, strip, whole_line, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "smtp",
    title: "mail transfer",
    title_zh: "发送邮件",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[25, 465, 587, 2525],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"EHLO ")]),
        client(&[Is(0, b"HELO ")]),
        client(&[Is(0, b"ehlo ")]),
        client(&[Is(0, b"helo ")]),
        client(&[Is(0, b"MAIL FROM:"), Least(5)]),
];

/// Words of a greeting that only mail servers use.
const SERVERS: [&[u8]; 9] = [
    b"smtp",
    b"postfix",
    b"sendmail",
    b"exim ",
    b"exchange",
    b"mail service",
    b"mailenable",
    b"opensmtpd",
    b"haraka",
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    greeting(payload).or_else(|| command(payload))
}

/// Whether a greeting with code 220 or 554 is a mail server's.
pub(super) fn is_mail(line: &[u8]) -> bool {
    SERVERS.iter().any(|word| contains(line, word))
}

/// Commands that others have too (RFC 5321, section 4.1; RFC 4954): the port must agree.
const SHARED: [&[u8]; 8] = [
    b"RSET", b"QUIT", b"VRFY", b"EXPN", b"NOOP", b"STARTTLS", b"AUTH", b"XCLIENT",
];

fn greeting<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let (line, _) = first_line(payload.bytes);
    let opening = [&b"220 "[..], b"220-", b"554 ", b"554-", b"421 "]
        .iter()
        .find_map(|code| line.strip_prefix(*code));
    // Refusals of many reasons (RFC 5321, section 4.2.2), and a greeting without words.
    let refusal = || {
        let codes = [&b"450 "[..], b"451 ", b"521 ", b"550 ", b"421-"];
        let said = codes.iter().find_map(|code| line.strip_prefix(*code));
        said.or_else(|| (line == b"220").then_some(&b""[..]))
    };
    let refusal = payload.is_at(PROTOCOL.ports).then(refusal).flatten();
    let said = opening.or(refusal)?;
    if !payload.may_be(Side::Server) || !is_text(said) {
        return None;
    }
    let probability = if is_mail(payload.bytes) {
        STRONG
    } else if payload.is_at(PROTOCOL.ports) {
        LIKELY
    } else {
        return None;
    };
    let host = words(said).next().unwrap_or_default();
    Some(
        Match::new(probability, Side::Server)
            .text("host", host)
            .text("greeting", said),
    )
}

fn command<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let line = whole_line(payload.bytes).filter(|_| payload.may_be(Side::Client))?;
    for verb in [&b"EHLO"[..], b"HELO"] {
        if let Some(rest) = strip(line, verb) {
            let host = rest.strip_prefix(b" ").unwrap_or_default();
            let probability = if host.is_empty() { LIKELY } else { CERTAIN };
            return (rest.is_empty() || !host.is_empty())
                .then(|| Match::new(probability, Side::Client).text("helo", host));
        }
    }
    let verb = words(line).next().unwrap_or_default();
    let is_shared = SHARED.iter().any(|shared| verb.eq_ignore_ascii_case(shared));
    if is_shared && payload.is_at(PROTOCOL.ports) {
        return Some(Match::new(LIKELY, Side::Client).text("command", verb));
    }
    let from = strip(line, b"MAIL FROM:").or_else(|| strip(line, b"RCPT TO:"))?;
    Some(Match::new(CERTAIN, Side::Client).text("address", from.trim_ascii()))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Client, b"EHLO scanner.example.net\r\n")
            .at(25)
            .tells(&[("helo", "scanner.example.net")]),
        tcp(Side::Client, b"helo x\n"),
        tcp(Side::Client, b"EHLO\r\n"),
        tcp(
            Side::Client,
            b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\n",
        )
        .tells(&[("address", "<a@example.org>")]),
        tcp(Side::Server, b"220 mx.example.org ESMTP Postfix\r\n")
            .tells(&[("host", "mx.example.org")]),
        tcp(
            Side::Any,
            b"220-mx.example.org ESMTP Exim 4.97 #2\r\n220-We do not authorize\r\n",
        ),
        tcp(
            Side::Server,
            b"554 mx.example.org ESMTP not accepting messages\r\n",
        ),
        tcp(Side::Server, b"220 mx.example.org ready\r\n").at(25),
        tcp(Side::Server, b"220 mx.example.org ready\r\n").not(),
        tcp(Side::Server, b"450 4.3.2 come back later\r\n").at(25),
        tcp(Side::Client, b"RSET\r\n").at(25).tells(&[("command", "RSET")]),
        tcp(Side::Client, b"RSET\r\n").not(),
        tcp(Side::Server, b"450 apples\r\n").not(),
        tcp(Side::Client, b"HELOISE is here\r\n").at(25).not(),
        tcp(Side::Server, b"250 OK\r\n").at(25).not(),
    ]
};
