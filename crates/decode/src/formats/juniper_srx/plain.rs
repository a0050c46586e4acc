//! Plain records: `session created 198.51.100.7/43210->203.0.113.9/23 junos-telnet …`.

use rutter_event::{Action, Endpoint, Event, Refusal, Transport, Untrusted};

use super::super::address::{Written, written};
use super::super::number::decimal;
use super::settle;
use super::structured::{action, is_told};
use crate::formats::search::{self, holds, place};

/// Whether the text is of a kind that is read.
pub(super) fn is_known(text: &[u8]) -> bool {
    text.starts_with(b"session created ")
        || text.starts_with(b"session denied ")
        || text.starts_with(b"session closed ")
        || text.starts_with(APP_TRACK)
        || is_screen(text)
}

/// What the sentences of AppTrack begin with.
const APP_TRACK: &[u8] = b"AppTrack session ";

/// `TCP sweep! source: A:P, destination: B:Q, zone name: …, interface name: …, action: drop`
fn is_screen(text: &[u8]) -> bool {
    holds!(text, " source: ") && holds!(text, ", zone name: ")
}

/// Reads a record.
///
/// # Errors
/// [`Refusal::Truncated`] where something must follow, and what cannot be trusted of ends and
/// protocol.
pub(super) fn read<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    if let Some(rest) = text.strip_prefix(APP_TRACK) {
        event.action = Action::Allowed;
        if let Some(rest) = rest.strip_prefix(b"created ") {
            return tracked(rest, event, false);
        }
        // `closed TCP FIN: `, `volume update: `
        let is_closed = rest.starts_with(b"closed ") || rest.starts_with(b"volume ");
        let colon = place!(rest, ": ").ok_or(Refusal::Truncated)?;
        return tracked(rest.get(colon + 2..).unwrap_or_default(), event, is_closed);
    }
    if let Some(rest) = text.strip_prefix(b"session created ") {
        event.action = Action::Allowed;
        return session(rest, event, false);
    }
    if let Some(rest) = text.strip_prefix(b"session denied ") {
        event.action = Action::Denied;
        return denied(rest, event);
    }
    if let Some(rest) = text.strip_prefix(b"session closed ") {
        event.action = Action::Allowed;
        // `TCP FIN: `
        let colon = place!(rest, ": ").ok_or(Refusal::Truncated)?;
        return session(rest.get(colon + 2..).unwrap_or_default(), event, true);
    }
    screen(text, event)
}

/// The blank-parted words of a record. The last may be cut.
pub(super) struct Words<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Words<'a> {
    /// The next word, which a blank must close.
    pub(super) fn closed(&mut self) -> Result<&'a [u8], Refusal> {
        let at = memchr::memchr(b' ', self.rest).ok_or(Refusal::Truncated)?;
        let (word, rest) = self.rest.split_at_checked(at).ok_or(Refusal::Truncated)?;
        self.rest = rest.trim_ascii_start();
        Ok(word)
    }

    /// The next word, wherever it ends.
    fn next(&mut self) -> &'a [u8] {
        self.closed()
            .unwrap_or_else(|_| std::mem::take(&mut self.rest))
    }
}

/// Ends, service, ends after translation, rules of the translation, protocol, policy, zones, session;
/// of a closed session also what it carried.
fn session<'a>(text: &'a [u8], event: &mut Event<'a>, is_closed: bool) -> Result<(), Refusal> {
    let mut words = Words { rest: text };
    let nat = read_session(&mut words, event, is_closed)?;
    if is_closed {
        // Application and nested application.
        let _ = (words.next(), words.next());
    }
    take_user(words.next(), event);
    event.observer.ingress = Untrusted::new(words.next());
    settle(&mut event.packet, nat)
}

/// The same, with application and nested application behind the service.
fn tracked<'a>(text: &'a [u8], event: &mut Event<'a>, is_closed: bool) -> Result<(), Refusal> {
    let mut words = Words { rest: text };
    let nat = read_session(&mut words, event, is_closed)?;
    take_user(words.next(), event);
    settle(&mut event.packet, nat)
}

fn read_session<'a>(
    words: &mut Words<'a>,
    event: &mut Event<'a>,
    is_closed: bool,
) -> Result<[Endpoint; 2], Refusal> {
    let [source, destination] = pair(words.closed()?)?;
    // A tag of the connection, in later versions; then the service.
    let mut word = words.closed()?;
    if word.starts_with(b"0x") {
        word = words.closed()?;
    }
    if is_told(word) {
        event.application = Untrusted::new(word);
    }
    let mut word = words.closed()?;
    if word.starts_with(b"0x") {
        word = words.closed()?;
    }
    for _ in 0..2 {
        if holds!(word, "->") {
            break;
        }
        if is_told(word) {
            event.application = Untrusted::new(word);
        }
        word = words.closed()?;
    }
    let nat = pair(word)?;
    if words.rest.starts_with(b"0x") {
        words.closed()?;
    }
    // Two rules of translation, in later versions each with a type of two words before it: the
    // protocol is the first number that has a number four words behind.
    let protocol = loop {
        let word = words.closed()?;
        if let Some(number) = decimal::<u8>(word)
            && has_number_behind(words.rest)
        {
            break number;
        }
    };
    let packet = &mut event.packet;
    packet.transport = Some(Transport(protocol));
    (packet.source, packet.destination) = (source, destination);
    event.rule = Untrusted::new(words.closed()?);
    event.observer.ingress_zone = Untrusted::new(words.closed()?);
    event.observer.egress_zone = Untrusted::new(words.closed()?);
    // The session, with which Junos 10 ends the record.
    words.next();
    if is_closed {
        let from_client = counts(words.closed()?);
        let from_server = counts(words.closed()?);
        if let (Some((packets, bytes)), Some((more_packets, more_bytes))) =
            (from_client, from_server)
        {
            event.packets = packets.checked_add(more_packets);
            event.bytes = bytes.checked_add(more_bytes);
        }
        // What ends the record may be cut.
        let elapsed = words.closed().ok().and_then(decimal::<u64>);
        event.duration = elapsed.and_then(|seconds| seconds.checked_mul(1_000_000_000));
    }
    Ok(nat)
}

/// Ends, service, protocol with ICMP's type, policy, zones.
fn denied<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let mut words = Words { rest: text };
    let [source, destination] = pair(words.closed()?)?;
    let mut word = words.closed()?;
    if word.starts_with(b"0x") {
        word = words.closed()?;
    }
    if is_told(word) {
        event.application = Untrusted::new(word);
    }
    // `6(0)`
    let word = words.closed()?;
    let bracket = memchr::memchr(b'(', word).unwrap_or(word.len());
    let (protocol, kind) = word.split_at_checked(bracket).unwrap_or((word, b""));
    let packet = &mut event.packet;
    packet.transport = Some(Transport(decimal(protocol).ok_or(Refusal::BadProtocol)?));
    (packet.source, packet.destination) = (source, destination);
    if packet.transport.is_some_and(Transport::is_icmp) {
        let kind = kind
            .strip_prefix(b"(")
            .and_then(|kind| kind.strip_suffix(b")"));
        packet.icmp.kind = kind.and_then(decimal);
    }
    event.rule = Untrusted::new(words.closed()?);
    event.observer.ingress_zone = Untrusted::new(words.closed()?);
    event.observer.egress_zone = Untrusted::new(words.next());
    let _ = (words.next(), words.next());
    take_user(words.next(), event);
    event.observer.ingress = Untrusted::new(words.next());
    settle(&mut event.packet, [Endpoint::default(); 2])
}

/// Whether the fourth word is a number: the session, behind policy and zones.
fn has_number_behind(text: &[u8]) -> bool {
    text.split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty())
        .nth(3)
        .is_some_and(|word| word.iter().all(u8::is_ascii_digit))
}

/// `alice(group)`
fn take_user<'a>(word: &'a [u8], event: &mut Event<'a>) {
    let bracket = memchr::memchr(b'(', word).unwrap_or(word.len());
    let name = word.get(..bracket).unwrap_or_default();
    if is_told(name) {
        event.user = Untrusted::new(name);
    }
}

/// `5(420)`: packets and bytes.
fn counts(word: &[u8]) -> Option<(u64, u64)> {
    let bracket = memchr::memchr(b'(', word)?;
    let (packets, bytes) = word.split_at_checked(bracket)?;
    let bytes = bytes.strip_prefix(b"(")?.strip_suffix(b")")?;
    Some((decimal(packets)?, decimal(bytes)?))
}

/// `A/P->B/Q`, with a tag of the connection behind a comma.
fn pair(word: &[u8]) -> Result<[Endpoint; 2], Refusal> {
    let arrow = place!(word, "->").ok_or(Refusal::BadSyntax)?;
    let (source, destination) = word.split_at_checked(arrow).ok_or(Refusal::BadSyntax)?;
    let destination = destination.get(2..).unwrap_or_default();
    let destination = destination
        .split(|byte| *byte == b',')
        .next()
        .unwrap_or_default();
    Ok([end(source, b'/')?, end(destination, b'/')?])
}

pub(super) fn end(text: &[u8], mark: u8) -> Result<Endpoint, Refusal> {
    let at = text.iter().rposition(|byte| *byte == mark);
    let (host, port) = match at.and_then(|at| text.split_at_checked(at)) {
        Some((host, port)) => (host, port.get(1..)),
        None => (text, None),
    };
    let ip = match written(host) {
        Some(Written::Plain(ip)) => Some(ip),
        Some(Written::Redacted) => None,
        None => return Err(Refusal::BadAddress),
    };
    let port = match port {
        None => None,
        Some(text) => Some(decimal(text).ok_or(Refusal::BadPort)?),
    };
    Ok(Endpoint {
        ip,
        port,
        ..Endpoint::default()
    })
}

fn screen<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let value = |key: &str| {
        let at = search::find(text, key.as_bytes())? + key.len();
        let rest = text.get(at..)?;
        let end = place!(rest, ", ");
        Some((rest.get(..end.unwrap_or(rest.len()))?, end.is_some()))
    };
    let endpoint = |key: &str| match value(key) {
        // IPv4 with a port; IPv6 parts both by colons, and only ICMP has no port.
        Some((text, true)) => match memchr::memchr(b'.', text) {
            Some(_) => end(text, b':'),
            None => Err(Refusal::BadAddress),
        },
        _ => Err(Refusal::Truncated),
    };
    let packet = &mut event.packet;
    packet.source = endpoint(" source: ")?;
    packet.destination = endpoint(", destination: ")?;
    let known = |key: &str| value(key).map(|(text, _)| text).unwrap_or_default();
    event.observer.ingress_zone = Untrusted::new(known(", zone name: "));
    event.observer.ingress = Untrusted::new(known(", interface name: "));
    event.action = action(known(", action: "));
    let exclamation = memchr::memchr(b'!', text).unwrap_or(0);
    event.rule = Untrusted::new(text.get(..exclamation).unwrap_or_default());
    settle(packet, [Endpoint::default(); 2])
}
