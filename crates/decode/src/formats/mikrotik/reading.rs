//! What follows `in:`: interfaces, marks, protocol, ends, length.

use rutter_event::{Event, Family, Refusal, TcpFlags, Transport, Untrusted};

use super::super::address::{family, leading_mac};
use super::super::number::decimal;
use super::ends;
use crate::formats::search::{self, place};

/// A packet, and what of it has no field.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    /// `connection-state:new src-mac …`
    marks: &'a [u8],
    priority: &'a [u8],
}

/// Reads `ether1 out:ether2, MARKS, proto TCP (SYN), A:P->B:Q, NAT …, prio 0, len 40`.
///
/// # Errors
/// [`Refusal::Truncated`] where something must follow, and what cannot be trusted of ends and
/// protocol.
pub(super) fn read(text: &[u8]) -> Result<Reading<'_>, Refusal> {
    let mut reading = Reading::default();
    let (ingress, rest) = cut(text, b" out:")?;
    // `(unknown 0)` has a blank, but no comma.
    let (egress, rest) = cut(rest, b",")?;
    let observer = &mut reading.event.observer;
    observer.ingress = interface(ingress);
    observer.egress = interface(egress);
    let (marks, rest) = cut(rest, b"proto ")?;
    reading.take_marks(marks);
    let rest = reading.take_protocol(rest)?;
    let (text, rest) = cut(rest.trim_ascii_start(), b",")?;
    let [source, destination] = ends::read(text)?;
    let packet = &mut reading.event.packet;
    let mac = packet.source.mac;
    (packet.source, packet.destination) = (source, destination);
    packet.source.mac = mac;
    reading.take_tail(rest);
    reading.settle()?;
    Ok(reading)
}

/// The text before `mark` and the text behind it.
fn cut<'a>(text: &'a [u8], mark: &[u8]) -> Result<(&'a [u8], &'a [u8]), Refusal> {
    let at = search::find(text, mark).ok_or(Refusal::Truncated)?;
    let rest = text.get(at + mark.len()..).ok_or(Refusal::Truncated)?;
    Ok((text.get(..at).unwrap_or_default(), rest))
}

/// An interface; `(none)` and `(unknown 0)` are none.
fn interface(name: &[u8]) -> Untrusted<'_> {
    Untrusted::new(if name.starts_with(b"(") { b"" } else { name })
}

impl<'a> Reading<'a> {
    fn take_marks(&mut self, marks: &'a [u8]) {
        self.marks = marks.trim_ascii();
        self.marks = self.marks.strip_suffix(b",").unwrap_or(self.marks);
        if let Some(at) = place!(marks, "src-mac ") {
            self.event.packet.source.mac = marks.get(at + 8..).and_then(leading_mac);
        }
    }

    /// `TCP (SYN,ACK),`, `ICMP (type 8, code 0),`, `UDP,`, `47,`
    fn take_protocol(&mut self, text: &'a [u8]) -> Result<&'a [u8], Refusal> {
        let end = text
            .iter()
            .position(|byte| matches!(byte, b',' | b' '))
            .ok_or(Refusal::Truncated)?;
        let (word, rest) = text.split_at_checked(end).ok_or(Refusal::Truncated)?;
        let packet = &mut self.event.packet;
        packet.transport = Some(Transport::from_word(word).ok_or(Refusal::BadProtocol)?);
        let Some(inside) = rest.strip_prefix(b" (") else {
            return rest.strip_prefix(b",").ok_or(Refusal::BadSyntax);
        };
        let (inner, rest) = cut(inside, b")")?;
        if let Some(numbers) = inner.strip_prefix(b"type ") {
            let (kind, code) = cut(numbers, b", code ")?;
            packet.icmp.kind = decimal(kind);
            packet.icmp.code = decimal(code);
        } else {
            packet.tcp.flags = inner
                .split(|byte| *byte == b',')
                .try_fold(TcpFlags::NONE, |flags, word| {
                    TcpFlags::from_word(word).map(|flag| flags.with(flag))
                });
        }
        rest.strip_prefix(b",").ok_or(Refusal::BadSyntax)
    }

    /// `NAT …, prio 0->1, len 40`
    fn take_tail(&mut self, text: &'a [u8]) {
        let mut rest = text;
        loop {
            let (part, after) = match cut(rest, b", ") {
                Ok((part, after)) => (part.trim_ascii(), Some(after)),
                Err(_) => (rest.trim_ascii(), None),
            };
            let packet = &mut self.event.packet;
            if let Some(length) = part.strip_prefix(b"len ") {
                packet.length = decimal(length);
            } else if let Some(priority) = part.strip_prefix(b"prio ") {
                self.priority = priority;
            } else if let (Some(text), true) = (part.strip_prefix(b"NAT "), after.is_some())
                && let Some([source, destination]) = ends::translations(text)
            {
                if let Some(pair) = source {
                    ends::translate(&mut packet.source, pair);
                }
                if let Some(pair) = destination {
                    ends::translate(&mut packet.destination, pair);
                }
            }
            match after {
                Some(after) => rest = after,
                None => return,
            }
        }
    }

    fn settle(&mut self) -> Result<(), Refusal> {
        let packet = &mut self.event.packet;
        packet.family = family(packet.source.ip, packet.destination.ip)?;
        if packet.family == Family::V6 {
            // The payload length of the IPv6 header.
            packet.length = packet.length.and_then(|length| length.checked_add(40));
            if packet.transport == Some(Transport::ICMP) {
                packet.transport = Some(Transport::ICMPV6);
            }
        }
        if packet
            .transport
            .is_some_and(|transport| !transport.has_ports())
        {
            (packet.source.port, packet.destination.port) = (None, None);
        }
        Ok(())
    }

    /// Calls back with `connection-state` and the like, and the priority.
    pub(super) fn each_extra(&self, call: &mut dyn FnMut(&'a [u8], &'a [u8])) {
        let mut words = self.marks.split(|byte| *byte == b' ');
        while let Some(word) = words.next() {
            if word == b"src-mac" {
                words.next();
            } else if let Some(at) = word.iter().position(|byte| *byte == b':') {
                let (key, value) = word.split_at_checked(at).unwrap_or((word, b""));
                let value = value.get(1..).unwrap_or_default();
                call(key, value.strip_suffix(b",").unwrap_or(value));
            } else if !word.is_empty() {
                call(b"mark", word.strip_suffix(b",").unwrap_or(word));
            }
        }
        call(b"prio", self.priority);
    }
}
