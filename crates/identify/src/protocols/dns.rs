//! The domain name system (RFC 1035), over UDP and, behind a length, over TCP (RFC 7766).

use super::{Carrier, Protocol};
use crate::cursor::Cursor;
use crate::dns_message::{Message, Question, is_assigned, type_word};
use crate::found::{CERTAIN, LIKELY, Match, STRONG};
use crate::payload::{Payload, Side};
use crate::protocols::{llmnr, mdns};
use crate::text::is_graphic;

pub(super) const PROTOCOL: Protocol = Protocol {
    name: "dns",
    title: "domain name system",
    title_zh: "域名系统",
    aliases: &["domain"],
    carrier: Carrier::Both,
    ports: &[53],
    recognise: Some(recognise),
    patterns: &[],
};

fn recognise<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    if payload.is_at(llmnr::PORTS) || payload.is_at(mdns::PORTS) {
        return None;
    }
    let message = if payload.is_tcp() {
        behind_length(payload.bytes)
    } else {
        Message::read(payload.bytes)
    };
    let Some(message) = message else {
        return cut(payload);
    };
    if message.reserved() || message.operation() > 6 || mdns::is_local(&message) {
        return None;
    }
    let Some(question) = message.question else {
        return without_question(payload, &message);
    };
    if message.questions > 1 || !is_assigned(&question) || question.name.is_netbios() {
        return None;
    }
    if !message.is_response() && message.operation() == 0 && message.answers > 0 {
        return None;
    }
    let probability = if message.is_whole { CERTAIN } else { STRONG };
    Some(tell(
        Match::new(probability, side(&message)),
        &message,
        &question,
    ))
}

/// The message behind the two bytes of its length; the rest of it may come later.
fn behind_length(bytes: &[u8]) -> Option<Message<'_>> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length < 12 {
        return None;
    }
    Message::read(rest.get(..length).unwrap_or(rest))
}

/// A message that ends within its question: a header that adds up, and the beginning of a name. Less
/// than a header says something at the port alone.
fn cut<'a>(payload: &Payload<'a>) -> Option<Match<'a>> {
    let mut walk = Cursor(payload.bytes);
    if payload.is_tcp() {
        walk.be16().filter(|length| *length >= 17)?;
    }
    let (id, flags) = (walk.be16()?, walk.be16());
    let (at_port, flags) = (payload.is_at(PROTOCOL.ports), flags?);
    // Multicast has no identifier, others hardly ever 0.
    if id == 0 && !at_port {
        return None;
    }
    // A query or an answer, without the reserved bit, with a code that resolvers give.
    if flags & 0x7840 != 0 || flags & 15 > 5 {
        return None;
    }
    let side = if flags & 0x8000 != 0 { Side::Server } else { Side::Client };
    let counts = (walk.be16(), walk.be16(), walk.be16(), walk.be16());
    let (Some(questions), Some(answers), Some(authorities), Some(additions)) = counts else {
        let fits = counts.0.is_none_or(|questions| questions == 1);
        return (at_port && fits).then(|| Match::new(LIKELY, side));
    };
    let few = match side {
        Side::Client => answers == 0 && authorities == 0 && additions <= 2,
        _ => answers <= 64 && authorities <= 32 && additions <= 64,
    };
    let label = walk.u8().filter(|length| (1..=63).contains(length))?;
    let held = walk.0.get(..usize::from(label)).unwrap_or(walk.0);
    let is_name = !held.is_empty() && is_graphic(held);
    let netbios = label == 32 && held.iter().all(|byte| matches!(byte, b'A'..=b'P'));
    (questions == 1 && few && is_name && !netbios).then(|| Match::new(STRONG, side))
}

/// A server's status request or a refusal that repeats nothing: twelve bytes, too few to go by
/// without the port.
fn without_question<'a>(payload: &Payload<'a>, message: &Message<'a>) -> Option<Match<'a>> {
    let told = message.is_response() && message.response_code() != 0 || message.operation() == 2;
    (told && message.is_whole && message.answers == 0 && payload.is_at(PROTOCOL.ports))
        .then(|| Match::new(LIKELY, side(message)))
}

fn side(message: &Message<'_>) -> Side {
    if message.is_response() {
        Side::Server
    } else {
        Side::Client
    }
}

/// What is asked, and how it was answered.
pub(super) fn tell<'a>(
    found: Match<'a>,
    message: &Message<'a>,
    question: &Question<'a>,
) -> Match<'a> {
    let found = found.text("name", question.name.dotted());
    let found = match type_word(question.kind) {
        Some(word) => found.word("type", word),
        None => found.number("type", question.kind),
    };
    let found = if question.class == 3 {
        found.word("class", "CH")
    } else {
        found
    };
    if !message.is_response() {
        return found;
    }
    match message.response_code() {
        0 => found.word("response_code", "NOERROR"),
        1 => found.word("response_code", "FORMERR"),
        2 => found.word("response_code", "SERVFAIL"),
        3 => found.word("response_code", "NXDOMAIN"),
        4 => found.word("response_code", "NOTIMP"),
        5 => found.word("response_code", "REFUSED"),
        code => found.number("response_code", code),
    }
}

#[cfg(test)]
pub(super) const EXAMPLES: &[crate::tests::Example] = {
    use crate::tests::{tcp, udp};
    &[
        udp(Side::Client, b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example\x03org\x00\x00\x01\x00\x01")
            .at(53)
            .tells(&[("name", "www.example.org"), ("type", "A")]),
        // The root, everything, with room for a large answer: an amplifier is wanted.
        udp(Side::Client, b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\xff\x00\x01\x00\x00\x29\x23\x28\x00\x00\x00\x00\x00\x00")
            .tells(&[("name", "."), ("type", "ANY")]),
        udp(Side::Client, b"\x00\x06\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07version\x04bind\x00\x00\x10\x00\x03")
            .tells(&[("name", "version.bind"), ("type", "TXT"), ("class", "CH")]),
        tcp(Side::Client, b"\x00\x1e\x00\x06\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07version\x04bind\x00\x00\x10\x00\x03"),
        udp(Side::Server, b"\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x07example\x03org\x00\x00\x01\x00\x01\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01")
            .tells(&[("response_code", "NOERROR")]),
        udp(Side::Server, b"\x12\x34\x81\x05\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03org\x00\x00\x1c\x00\x01")
            .tells(&[("type", "AAAA"), ("response_code", "REFUSED")]),
        udp(Side::Client, b"\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00").at(53),
        // Without the port twelve bytes of hardly anything are no proof.
        udp(Side::Client, b"\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00").not(),
        // A pointer where no name can be yet; a type that nobody assigned; a reserved bit.
        udp(Side::Client, b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01").at(53).not(),
        udp(Side::Client, b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x00\x77\x77\x00\x01").at(53).not(),
        udp(Side::Client, b"\x12\x34\x01\x40\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x01\x00\x01").at(53).not(),
    ]
};
