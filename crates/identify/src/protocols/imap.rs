//! The internet message access protocol (RFC 9051).

use super::{Carrier, Protocol};
use crate::found::{LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Long};
use crate::pattern::{Pattern, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, is_text, strip, whole_line, words};

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

/// Commands whose names are words of others: the port must agree.
const SHARED: [&[u8]; 9] = [
    b"ID", b"NOOP", b"LIST", b"LSUB", b"ENABLE", b"STATUS", b"NAMESPACE", b"IDLE", b"COMPRESS",
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    greeting(payload).or_else(|| command(payload))
}

fn greeting<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let (line, _) = first_line(payload.bytes);
    let bare = || (line == b"* OK" && payload.is_at(PROTOCOL.ports)).then_some(&b""[..]);
    let said = [&b"* OK "[..], b"* PREAUTH ", b"* BYE "]
        .iter()
        .find_map(|word| strip(line, word))
        .or_else(bare)?;
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
    let line = whole_line(payload.bytes).filter(|_| payload.may_be(Side::Client))?;
    let at_port = payload.is_at(PROTOCOL.ports);
    let mut words = words(line);
    let (tag, verb) = (words.next()?, words.next()?);
    let is_tag = (1..=16).contains(&tag.len())
        && tag
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    let is_verb = |verbs: &[&[u8]]| verbs.iter().any(|known| verb.eq_ignore_ascii_case(known));
    let is_known = is_verb(&COMMANDS) || at_port && is_verb(&SHARED);
    // Codes of other protocols' answers are numbers too: `530 Login incorrect.`
    let is_code = tag.len() == 3 && tag.iter().all(u8::is_ascii_digit);
    if !is_tag || !is_known || is_code && !at_port {
        return None;
    }
    // A tag that ends in a number tells it from a sentence.
    let numbered = tag.last().is_some_and(u8::is_ascii_digit);
    if !numbered && !at_port {
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
        tcp(Side::Client, b"2 ENABLE UTF8=ACCEPT\r\n").at(143),
        tcp(Side::Server, b"* ok ready\r\n"),
        tcp(Side::Client, b"2 LIST\r\n").not(),
        tcp(Side::Server, b"530 Login incorrect.\r\n").not(),
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
