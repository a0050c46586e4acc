//! The words of an entry, and what they mean.

use rutter_event::{
    Action, Direction, Endpoint, Event, Refusal, Skip, TcpFlags, Transport, Untrusted,
};

use super::super::number::{decimal, hexadecimal, port_may_go_on};
use super::super::socket;
use super::super::words::Words;
use crate::formats::search::holds;
use crate::record::Rejection;

/// `100 Deny TCP A:P B:Q in via em0 (frag 4660:1480@0+)`.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    rule: &'a [u8],
    /// The verb and its argument: `Deny`, `Divert 8668`, `Forward to 192.0.2.1:3128`.
    pub(super) action: &'a [u8],
    protocol: &'a [u8],
    ends: [&'a [u8]; 2],
    direction: &'a [u8],
    interface: &'a [u8],
    /// What stands behind the interface.
    pub(super) tail: &'a [u8],
}

impl<'a> Entry<'a> {
    pub(super) fn read(text: &'a [u8]) -> Result<Self, Refusal> {
        let text = text.trim_ascii();
        let rule_end = memchr::memchr(b' ', text).ok_or(Refusal::Truncated)?;
        let (rule, rest) = text.split_at_checked(rule_end).ok_or(Refusal::Truncated)?;
        let rest = rest.trim_ascii_start();
        // The protocol is the first word that names one: verbs have arguments or not.
        let mut words = Words::new(rest);
        let mut closed = || match words.next() {
            Some((word, true)) => Ok(word),
            _ => Err(Refusal::Truncated),
        };
        let mut action_end = 0;
        let mut protocol = closed()?;
        for _ in 0..4 {
            if is_protocol(protocol) && action_end > 0 {
                break;
            }
            action_end = offset(rest, protocol) + protocol.len();
            protocol = closed()?;
        }
        if !is_protocol(protocol) {
            return Err(Refusal::BadProtocol);
        }
        let ends = [closed()?, closed()?];
        let direction = closed()?;
        let mut entry = Self {
            rule,
            action: rest.get(..action_end).unwrap_or_default(),
            protocol,
            ends,
            direction,
            interface: b"",
            tail: b"",
        };
        if direction == b"[no" {
            return Ok(entry);
        }
        if !matches!(direction, b"in" | b"out") || closed()? != b"via" {
            return Err(Refusal::BadSyntax);
        }
        let (interface, _) = words.next().ok_or(Refusal::Truncated)?;
        entry.interface = interface;
        let behind = offset(rest, interface) + interface.len();
        entry.tail = rest.get(behind..).unwrap_or_default().trim_ascii();
        Ok(entry)
    }

    pub(super) fn fill(&self, event: &mut Event<'a>) -> Result<(), Rejection> {
        event.rule_id = Untrusted::new(self.rule);
        event.action = action(self.action);
        let interface = Untrusted::new(self.interface);
        match self.direction {
            b"in" => (event.direction, event.observer.ingress) = (Direction::Inbound, interface),
            b"out" => (event.direction, event.observer.egress) = (Direction::Outbound, interface),
            _ => {}
        }
        let packet = &mut event.packet;
        let (name, rest) = match memchr::memchr(b':', self.protocol) {
            Some(at) => self.protocol.split_at_checked(at).unwrap_or_default(),
            None => (self.protocol, &b""[..]),
        };
        let rest = rest.get(1..).unwrap_or_default();
        packet.transport = Some(match name {
            b"MAC" => return Err(Skip::NotIp.into()),
            b"P" => Transport(decimal(rest).ok_or(Refusal::BadProtocol)?),
            name => Transport::from_word(name).ok_or(Refusal::BadProtocol)?,
        });
        if let Some(dot) = memchr::memchr(b'.', rest).filter(|_| name.starts_with(b"ICMP")) {
            packet.icmp.kind = rest.get(..dot).and_then(decimal);
            packet.icmp.code = rest.get(dot + 1..).and_then(decimal);
        }
        [packet.source, packet.destination] = [end(self.ends[0])?, end(self.ends[1])?];
        if packet.source.port.is_some() != packet.destination.port.is_some() {
            return Err(Refusal::BadPort.into());
        }
        // `(frag 4660:1480@0+)`: identification, bytes, offset in bytes, whether more follow.
        if let Some(fragment) = self.tail.strip_prefix(b"(frag ")
            && let Some(fragment) = fragment.strip_suffix(b")")
        {
            let colon = memchr::memchr(b':', fragment).unwrap_or(0);
            let at = memchr::memchr(b'@', fragment).unwrap_or(fragment.len());
            packet.id = fragment.get(..colon).and_then(decimal);
            let offset = fragment.get(at + 1..).unwrap_or_default();
            packet.fragment.more = offset.ends_with(b"+");
            let digits = offset.strip_suffix(b"+").unwrap_or(offset);
            packet.fragment.offset = decimal::<u16>(digits).unwrap_or(0) / 8;
        }
        Ok(())
    }
}

/// Where a part of a text begins in it.
fn offset(text: &[u8], part: &[u8]) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// `TCP`, `ICMP:8.0`, `P:2`.
fn is_protocol(word: &[u8]) -> bool {
    let end = memchr::memchr(b':', word).unwrap_or(word.len());
    matches!(
        word.get(..end),
        Some(
            b"TCP"
                | b"UDP"
                | b"UDPLite"
                | b"SCTP"
                | b"ICMP"
                | b"ICMPv6"
                | b"IPv6-ICMP"
                | b"P"
                | b"MAC"
        )
    )
}

/// An address, with a port or not; IPv6 stands in brackets.
fn end(text: &[u8]) -> Result<Endpoint, Refusal> {
    socket::end(text, b':')
}

/// What the verb does to the packet. A packet that is counted, diverted, shaped or translated goes on
/// through the rules, or to a program that decides.
fn action(verb: &[u8]) -> Action {
    let end = memchr::memchr(b' ', verb).unwrap_or(verb.len());
    match verb.get(..end).unwrap_or_default() {
        b"Accept" | b"Allow" | b"Pass" => Action::Allowed,
        b"Deny" | b"Drop" => Action::Dropped,
        b"Reset" | b"Reject" | b"Unreach" | b"Abort" => Action::Rejected,
        _ => Action::Unstated,
    }
}

/// `TCP B:Q from A:P flags:0x02`: a packet to a port where nobody listens.
pub(super) struct Attempt<'a> {
    transport: Transport,
    ends: [&'a [u8]; 2],
    flags: &'a [u8],
    is_closed: bool,
}

impl<'a> Attempt<'a> {
    pub(super) fn read(text: &'a [u8]) -> Result<Self, Refusal> {
        let mut words = Words::new(text);
        let mut closed = || match words.next() {
            Some((word, true)) => Ok(word),
            _ => Err(Refusal::Truncated),
        };
        let transport = Transport::from_word(closed()?).ok_or(Refusal::BadProtocol)?;
        let destination = closed()?;
        if closed()? != b"from" {
            return Err(Refusal::BadSyntax);
        }
        let (source, is_closed) = words.next().ok_or(Refusal::Truncated)?;
        let flags = words.next().map_or(&b""[..], |(word, _)| word);
        // Two entries run together.
        if holds!(text, "attempt to") {
            return Err(Refusal::BadSyntax);
        }
        Ok(Self {
            transport,
            ends: [source, destination],
            flags,
            is_closed,
        })
    }

    pub(super) fn fill(
        &self,
        is_stealth: bool,
        is_ended: bool,
        event: &mut Event<'a>,
    ) -> Result<(), Refusal> {
        let packet = &mut event.packet;
        packet.transport = Some(self.transport);
        [packet.source, packet.destination] = [end(self.ends[0])?, end(self.ends[1])?];
        if packet.source.port.is_none() || packet.destination.port.is_none() {
            return Err(Refusal::MissingField);
        }
        // The sender's port ends the entry.
        if !self.is_closed && !is_ended {
            packet.source.port = packet.source.port.filter(|port| !port_may_go_on(*port));
        }
        if let Some(flags) = self.flags.strip_prefix(b"flags:") {
            packet.tcp.flags = hexadecimal(flags).map(TcpFlags);
        }
        event.direction = Direction::Inbound;
        if is_stealth {
            event.action = Action::Dropped;
        }
        Ok(())
    }
}
