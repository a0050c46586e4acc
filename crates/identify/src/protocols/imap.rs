//! The internet message access protocol (RFC 9051).

use super::{Carrier, Protocol};
use crate::found::{LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Long};
use crate::pattern::{Pattern, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, is_text, whole_line, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "imap",
    title: "mail boxes, message access protocol",
    title_zh: "收取邮件（IMAP）",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[143, 993],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        server(&[Is(0, b"* OK"), Long(4, 4)]),
        server(&[Is(0, b"* PREAUTH ")]).at_port(),
        server(&[Is(0, b"* BYE ")]).at_port(),
];

/// Commands that open a session.
const COMMANDS: [&[u8]; 7] = [
    b"CAPABILITY",
    b"LOGIN",
    b"AUTHENTICATE",
    b"STARTTLS",
    b"SELECT",
    b"EXAMINE",
    b"LOGOUT",
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    greeting(payload).or_else(|| command(payload))
}

fn greeting<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let (line, _) = first_line(payload.bytes);
    let said = [&b"* OK "[..], b"* PREAUTH ", b"* BYE "]
        .iter()
        .find_map(|word| line.strip_prefix(*word))?;
    if !payload.may_be(Side::Server) || !is_text(said) {
        return None;
    }
    let named = [
        &b"imap"[..],
        b"[capability",
        b"dovecot",
        b"courier",
        b"cyrus",
    ]
    .iter()
    .any(|word| contains(said, word));
    let probability = if named { STRONG } else { LIKELY };
    Some(Match::new(probability, Side::Server).text("greeting", said))
}

/// `a001 LOGIN fred blurdybloop`
fn command<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let line = whole_line(payload.bytes)?;
    let mut words = words(line);
    let (tag, verb) = (words.next()?, words.next()?);
    let is_tag = (1..=16).contains(&tag.len())
        && tag
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if !is_tag
        || !COMMANDS
            .iter()
            .any(|known| verb.eq_ignore_ascii_case(known))
    {
        return None;
    }
    // A tag that ends in a number tells it from a sentence.
    let numbered = tag.last().is_some_and(u8::is_ascii_digit);
    if !numbered && !payload.is_at(PROTOCOL.ports) {
        return None;
    }
    let found = Match::new(STRONG, Side::Client).text("command", verb);
    Some(match verb.eq_ignore_ascii_case(b"LOGIN") {
        true => found.maybe("user", words.next()),
        false => found,
    })
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(
            Side::Server,
            b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] Dovecot ready.\r\n",
        )
        .at(143),
        tcp(Side::Any, b"* OK IMAP4rev1 Service Ready\r\n")
            .tells(&[("greeting", "IMAP4rev1 Service Ready")]),
        tcp(Side::Server, b"* OK ready\r\n"),
        tcp(Side::Client, b"a001 CAPABILITY\r\n").tells(&[("command", "CAPABILITY")]),
        tcp(Side::Client, b"A1 LOGIN admin admin\r\n").tells(&[("user", "admin")]),
        tcp(Side::Client, b"please LOGIN now\r\n").not(),
        tcp(Side::Client, b"a001 DANCE\r\n").at(143).not(),
        tcp(Side::Server, b"* all is well\r\n").at(143).not(),
    ]
};
