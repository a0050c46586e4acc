//! What each key means, and which field it fills.

use rutter_event::{Action, Direction, Event, Refusal, TcpFlags, Transport};

use super::super::address::leading_mac;
use super::super::number::hexadecimal;
use super::super::pairs::Value;
use super::super::sessions::{Seen, once};

/// Facts that do not stand alone in an event.
#[derive(Default)]
pub(super) struct Notes<'a> {
    /// `packetfilter`, `http`, `ips`, …
    pub(super) part: &'a [u8],
    action: &'a [u8],
    flags: Option<TcpFlags>,
    pub(super) seen: Seen,
    /// Whether the record may be cut.
    pub(super) is_open: bool,
}

impl Notes<'_> {
    /// Draws the conclusions that need the whole record.
    pub(super) fn settle(&self, event: &mut Event<'_>) {
        event.action = decision(self.action);
        if event.packet.transport == Some(Transport::TCP) {
            event.packet.tcp.flags = self.flags;
        }
        if self.part == b"packetfilter" {
            let observer = &event.observer;
            event.direction = match (observer.ingress.is_empty(), observer.egress.is_empty()) {
                (false, true) => Direction::Inbound,
                (true, false) => Direction::Outbound,
                _ => Direction::Unknown,
            };
        }
    }
}

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    pub(super) notes: Notes<'a>,
}

impl<'a> Reading<'a> {
    /// Takes one pair; keys that are not told here are left to `extra`.
    pub(super) fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let (event, notes) = (&mut self.event, &mut self.notes);
        let packet = &mut event.packet;
        notes.is_open = !value.is_closed;
        match key {
            b"sub" => notes.part = value.text,
            b"action" if value.is_closed => notes.action = value.text,
            b"srcip" => notes.seen.source(packet, value)?,
            b"dstip" => notes.seen.destination(packet, value)?,
            b"srcport" => notes.seen.source_port(packet, value)?,
            b"dstport" => notes.seen.destination_port(packet, value)?,
            b"proto" => once(&mut packet.transport, value.protocol()?)?,
            b"type" if value.is_closed => packet.icmp.kind = value.decimal(),
            b"code" if value.is_closed => packet.icmp.code = value.decimal(),
            b"length" => packet.length = value.decimal(),
            b"ttl" => packet.ttl = value.decimal(),
            // The kernel prints the two halves of the byte apart.
            b"tos" | b"prec" if value.is_closed => {
                let half: Option<u8> = hexadecimal(value.text);
                packet.tos = half
                    .map(|half| half | packet.tos.unwrap_or(0))
                    .or(packet.tos);
            }
            b"tcpflags" if value.is_closed => notes.flags = flags(value.text),
            b"srcmac" => packet.source.mac = leading_mac(value.text),
            b"dstmac" => packet.destination.mac = leading_mac(value.text),
            b"initf" => event.observer.ingress = value.word(),
            b"outitf" => event.observer.egress = value.word(),
            b"fwrule" => event.rule_id = value.word(),
            b"user" => event.user = value.word(),
            b"application" => event.application = value.word(),
            _ => {}
        }
        Ok(())
    }
}

/// The decision that `action` states: `drop`, `IP spoofing drop`, `accept`, …
fn decision(word: &[u8]) -> Action {
    match word {
        b"accept" | b"allow" | b"pass" | b"NAT" => Action::Allowed,
        b"reject" => Action::Rejected,
        b"block" | b"deny" => Action::Denied,
        word if word.ends_with(b"drop") => Action::Dropped,
        _ => Action::Unstated,
    }
}

/// `SYN`, `ACK FIN`.
fn flags(text: &[u8]) -> Option<TcpFlags> {
    let mut words = text
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty());
    words.try_fold(TcpFlags::NONE, |flags, word| {
        Some(flags.with(TcpFlags::from_word(word)?))
    })
}

/// Keys that fill a field and say no more than the field.
pub(super) const FIELDS: &[&[u8]] = &[
    b"srcip",
    b"dstip",
    b"srcport",
    b"dstport",
    b"proto",
    b"type",
    b"code",
    b"length",
    b"ttl",
    b"tos",
    b"prec",
    b"tcpflags",
    b"srcmac",
    b"dstmac",
    b"initf",
    b"outitf",
    b"fwrule",
    b"user",
    b"application",
];
