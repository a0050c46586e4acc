//! The sentence of the older log: `TCP request from … to …. Action: Deny.`

use rutter_event::{Action, Endpoint, Event, Refusal, Transport, Untrusted};

use super::super::fields;
use super::super::number::decimal;
use crate::formats::search::{self, place};

/// Reads the sentence; whether it is one about a request.
///
/// # Errors
/// [`Refusal::BadAddress`] or [`Refusal::BadPort`] where an end is none.
pub(super) fn read<'a>(message: &'a [u8], event: &mut Event<'a>) -> Result<bool, Refusal> {
    let message = message.trim_ascii();
    if let Some(query) = message.strip_prefix(b"DNS Request: ") {
        event.packet.source = address_and_port(word(query))?;
        event.application = Untrusted::new(b"dns");
        return Ok(true);
    }
    let Some((kind, rest)) = part(message, b" request from ") else {
        return Ok(false);
    };
    let Some((source, rest)) = part(rest, b" to ") else {
        return Err(Refusal::MissingField);
    };
    event.packet.source = address_and_port(source)?;
    event.packet.destination = named_end(word(rest))?;
    read_kind(kind, event);
    if let Some((_, target)) = part(rest, b" was DNAT'ed to ") {
        let translated = address_and_port(word(target))?;
        event.packet.destination.nat_ip = translated.ip;
        event.packet.destination.nat_port = translated.port;
        event.action = Action::Allowed;
    }
    event.action = match clause(rest, b"Action: ") {
        Some(word) => super::action(word),
        None => event.action,
    };
    event.rule = Untrusted::new(clause(rest, b" Rule: ").unwrap_or_default());
    Ok(true)
}

/// `TCP`, `UDP`, `ICMP Type=8`, `HTTPS`.
fn read_kind<'a>(kind: &'a [u8], event: &mut Event<'a>) {
    let (protocol, detail) = part(kind, b" ").unwrap_or((kind, b""));
    super::take_protocol(protocol, event);
    if event.packet.transport == Some(Transport::ICMP) {
        event.packet.icmp.kind = detail.strip_prefix(b"Type=").and_then(decimal);
    }
}

/// What stands before and behind the first occurrence of the words.
fn part<'a>(text: &'a [u8], words: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = search::find(text, words)?;
    Some((text.get(..at)?, text.get(at + words.len()..)?))
}

/// Up to the next blank, without the mark that ends a clause.
fn word(text: &[u8]) -> &[u8] {
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    let word = word.strip_suffix(b".").unwrap_or(word);
    word.strip_suffix(b",").unwrap_or(word)
}

/// What follows the words, up to the end of the sentence.
fn clause<'a>(text: &'a [u8], words: &[u8]) -> Option<&'a [u8]> {
    let (_, clause) = part(text, words)?;
    let end = place!(clause, ". ").unwrap_or(clause.len());
    let clause = clause.get(..end)?;
    Some(clause.strip_suffix(b".").unwrap_or(clause))
}

/// `192.0.2.4:49680`; ICMP leaves the port empty.
fn address_and_port(text: &[u8]) -> Result<Endpoint, Refusal> {
    let (address, port) = split(text.trim_ascii());
    Ok(Endpoint {
        ip: fields::end(address)?,
        port: fields::port(port)?,
        ..Endpoint::default()
    })
}

/// An end that rules for applications give by name: `www.example.org:443`.
fn named_end(text: &[u8]) -> Result<Endpoint, Refusal> {
    let (address, port) = split(text.trim_ascii());
    let is_name = address.iter().any(u8::is_ascii_alphabetic)
        && address
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'*'));
    Ok(Endpoint {
        ip: if is_name { None } else { fields::end(address)? },
        port: fields::port(port)?,
        ..Endpoint::default()
    })
}

/// Address and port, at the last colon unless there is none behind the brackets.
fn split(text: &[u8]) -> (&[u8], &[u8]) {
    let at = match memchr::memrchr(b']', text) {
        Some(bracket) => bracket + 1,
        None => memchr::memrchr(b':', text).unwrap_or(text.len()),
    };
    let (address, port) = text.split_at_checked(at).unwrap_or((text, b""));
    let address = address.strip_prefix(b"[").unwrap_or(address);
    let address = address.strip_suffix(b"]").unwrap_or(address);
    (address, port.strip_prefix(b":").unwrap_or(port))
}
