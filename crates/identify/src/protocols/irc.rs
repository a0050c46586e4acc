//! Internet relay chat (RFC 2812), where bots took their orders.

use super::{Carrier, Protocol};
use crate::found::{LIKELY, Match, STRONG};
use crate::pattern::Test::{Is, Least};
use crate::pattern::{Pattern, client, either, server};
use crate::payload::{Payload, Side};
use crate::text::{contains, is_text, strip, whole_line, words};

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "irc",
    title: "internet relay chat",
    title_zh: "互联网中继聊天",
    aliases: &[],
    carrier: Carrier::Tcp,
    ports: &[
        194, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6697, 7000,
    ],
    recognise: Some(recognise),
    patterns: CUT,
};

/// What is left of it in payloads that are cut.
const CUT: &[Pattern] = &[
        client(&[Is(0, b"NICK ")]),
        client(&[Is(0, b"CAP LS"), Least(6)]),
        server(&[Is(0, b"NOTICE AUTH :"), Least(8)]),
        server(&[Is(0, b":irc.")]),
        client(&[Is(0, b"USER ")]).at_port(),
        client(&[Is(0, b"PASS ")]).at_port(),
        server(&[Is(0, b"ERROR :")]).at_port(),
        either(&[Is(0, b"PING :")]).at_port(),
];

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let line = whole_line(payload.bytes)?;
    notice(line)
        .or_else(|| registration(payload, line))
        .or_else(|| at_port(payload, line))
}

/// `:irc.example.org NOTICE AUTH :*** Looking up your hostname`
fn notice(line: &[u8]) -> Option<Match<'_>> {
    let (server, rest) = match line.strip_prefix(b":") {
        Some(rest) => {
            let mut parts = rest.splitn(2, |byte| *byte == b' ');
            (parts.next()?, parts.next()?)
        }
        None => (&b""[..], line),
    };
    let said = rest.strip_prefix(b"NOTICE ")?;
    let aside = memchr::memmem::find(said, b" :*** ")?;
    let to = said.get(..aside)?;
    (!to.contains(&b' ')).then(|| Match::new(STRONG, Side::Server).text("server", server))
}

/// What others might say too: a numeric answer, and words of those who are already in.
fn at_port<'a>(payload: &Payload<'a>, line: &'a [u8]) -> Option<Match<'a>> {
    if !payload.is_at(PROTOCOL.ports) {
        return None;
    }
    if let Some(from) = line.strip_prefix(b":") {
        let mut words = words(from);
        let (server, code) = (words.next()?, words.next()?);
        let is_code = code.len() == 3 && code.iter().all(u8::is_ascii_digit);
        // What others do in a room reaches everybody in it.
        let relayed = matches!(code, b"PRIVMSG" | b"NOTICE" | b"JOIN" | b"PART" | b"QUIT" | b"MODE" | b"NICK" | b"PONG");
        let answers = (is_code || relayed) && payload.may_be(Side::Server);
        return answers.then(|| Match::new(STRONG, Side::Server).text("server", server));
    }
    let said = [&b"JOIN #"[..], b"PING ", b"PONG ", b"PRIVMSG ", b"PART #", b"MODE "]
        .iter()
        .find_map(|verb| strip(line, verb));
    said.map(|_| Match::new(LIKELY, payload.side))
}

/// `NICK name` and `USER name 0 * :real name`, in either order, perhaps after `CAP LS` or `PASS`.
fn registration<'a>(payload: &Payload<'a>, line: &'a [u8]) -> Option<Match<'a>> {
    if strip(line, b"CAP LS").is_some_and(|rest| matches!(rest, b"" | b" 302")) {
        return Some(Match::new(STRONG, Side::Client));
    }
    if let Some(rest) = strip(line, b"USER ") {
        let four = words(rest).take(4).filter(|word| !word.is_empty()).count() == 4;
        let named = four
            && (memchr::memmem::find(rest, b" :").is_some()
                || contains(payload.bytes, b"\nNICK "));
        return named.then(|| Match::new(STRONG, Side::Client).maybe("user", words(rest).next()));
    }
    let name = strip(line, b"NICK ")?;
    let fits = (1..=32).contains(&name.len()) && is_text(name) && !name.contains(&b' ');
    let probability = match contains(payload.bytes, b"\nUSER ") || payload.is_at(PROTOCOL.ports) {
        true => STRONG,
        false => LIKELY,
    };
    fits.then(|| Match::new(probability, Side::Client).text("nick", name))
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::tcp;
    &[
        tcp(Side::Server, b":irc.example.org 001 guest :Welcome\r\n").at(6667),
        tcp(Side::Client, b"JOIN #room\r\n").at(6667),
        tcp(Side::Client, b"PRIVMSG #room :hello\r\n").at(6667),
        tcp(Side::Server, b":guest!~g@192.0.2.7 PRIVMSG #room :hello\r\n").at(6667),
        tcp(Side::Server, b":guest!~g@192.0.2.7 PRIVMSG #room :hello\r\n").not(),
        tcp(Side::Client, b"USER a b c d\r\nNICK guest\r\n"),
        tcp(Side::Server, b":irc.example.org 001 guest :Welcome\r\n").not(),
        tcp(Side::Client, b"NICK bot1234\r\nUSER bot 0 * :bot\r\n")
            .at(6667)
            .tells(&[("nick", "bot1234")]),
        tcp(Side::Client, b"USER guest 0 * :nobody\r\n").tells(&[("user", "guest")]),
        tcp(Side::Client, b"CAP LS 302\r\n"),
        tcp(
            Side::Server,
            b":irc.example.org NOTICE AUTH :*** Looking up your hostname...\r\n",
        )
        .tells(&[("server", "irc.example.org")]),
        tcp(Side::Client, b"USER admin\r\n").at(6667).not(),
        tcp(Side::Client, b"NICK of time it is\r\n").at(6667).not(),
        tcp(Side::Server, b"NOTICE to all\r\n").at(6667).not(),
    ]
};
