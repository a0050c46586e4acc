//! The values of a message, as they become fields.

use rutter_event::{Action, Endpoint, Event, Family, Mac, Refusal, Transport, Untrusted};

use super::super::address::{Written, family, written};
use super::super::ending::address_may_go_on;
use super::super::number::{decimal, hexadecimal, leading_decimal, port_may_go_on};
use super::super::phrase::{Values, until, word};

/// A value of a message.
pub(super) enum Field {
    /// `A:P`.
    Source,
    Destination,
    /// `A(P)` or `A`, with what the keyword `log-input` adds behind: `(Vlan1 0000.5e00.5301)`.
    SourceInput,
    /// The same, with ICMP's type and code behind: `(8/0)`.
    DestinationInput,
    /// Name of the list, perhaps with the number of the entry behind a slash.
    Rule,
    RuleId,
    /// `permitted` or `denied`.
    Verdict,
    Protocol,
    Packets,
    /// Bytes of who began.
    Bytes,
    /// Bytes of the other.
    Responded,
    /// Interface by which the packet came.
    Input,
    /// Identification of the IP header.
    Ident,
    User,
    /// Port of the router itself.
    LocalPort,
    /// A value without a field, up to the words that follow.
    Note(&'static str),
}

/// A message while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    /// What could not be taken for an address or port.
    pub(super) unread: [&'a [u8]; 2],
    /// The line's end was seen: a sentence that is complete there is whole.
    pub(super) is_ended: bool,
}

impl<'a> Values<'a, Field> for Reading<'a> {
    fn take(
        &mut self,
        field: &Field,
        text: &'a [u8],
        stop: &'static str,
    ) -> Result<&'a [u8], Refusal> {
        match field {
            Field::Source | Field::SourceInput => {
                let end = Self::end(text, matches!(field, Field::Source), self.is_ended)?;
                self.event.packet.source = end.endpoint;
                self.unread[0] = end.unread;
                return Ok(match field {
                    Field::SourceInput => self.input(end.rest),
                    _ => end.rest,
                });
            }
            Field::Destination | Field::DestinationInput => {
                let end = Self::end(text, matches!(field, Field::Destination), self.is_ended)?;
                let mac = self.event.packet.destination.mac;
                self.event.packet.destination = Endpoint {
                    mac,
                    ..end.endpoint
                };
                self.unread[1] = end.unread;
                return Ok(match field {
                    Field::DestinationInput => self.behind_destination(end.rest),
                    _ => end.rest,
                });
            }
            Field::Note(_) => return Ok(until(text, stop)?.1),
            Field::Ident => {
                let (value, length) = leading_decimal(text).ok_or(Refusal::BadNumber)?;
                let rest = text.get(length..).unwrap_or_default();
                self.event.packet.id = u16::try_from(value).ok().filter(|_| !rest.is_empty());
                return Ok(rest);
            }
            _ => {}
        }
        let (value, rest) = if stop.is_empty() {
            word(text)
        } else {
            until(text, stop)?
        };
        self.take_word(field, value)?;
        Ok(rest)
    }
}

/// An address and a port, and the text behind them.
struct Read<'a> {
    endpoint: Endpoint,
    unread: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Reading<'a> {
    fn take_word(&mut self, field: &Field, value: &'a [u8]) -> Result<(), Refusal> {
        let event = &mut self.event;
        match field {
            Field::Rule => {
                event.rule = Untrusted::new(value);
                // IPv6 lists name their entry.
                let slash = value.iter().rposition(|byte| *byte == b'/');
                if let Some((name, number)) = slash.and_then(|at| value.split_at_checked(at))
                    && let Some(number) = number.get(1..)
                    && decimal::<u32>(number).is_some()
                {
                    event.rule = Untrusted::new(name);
                    event.rule_id = Untrusted::new(number);
                }
            }
            Field::RuleId => event.rule_id = Untrusted::new(value),
            Field::Verdict => {
                event.action = match value {
                    b"permitted" | b"permit" | b"passed" | b"were passed" => Action::Allowed,
                    b"denied" | b"deny" => Action::Denied,
                    b"dropped" | b"were dropped" | b"was dropped" => Action::Dropped,
                    _ => return Err(Refusal::BadSyntax),
                };
            }
            Field::Protocol => self.take_protocol(value)?,
            Field::Packets => event.packets = decimal(value),
            Field::Bytes => event.bytes = decimal(value),
            Field::Responded => {
                event.bytes = match (event.bytes, decimal::<u64>(value)) {
                    (Some(ours), Some(theirs)) => ours.checked_add(theirs),
                    _ => None,
                };
            }
            Field::Input => event.observer.ingress = Untrusted::new(value),
            Field::User => event.user = Untrusted::new(value),
            Field::LocalPort => {
                event.packet.destination.port = Some(decimal(value).ok_or(Refusal::BadPort)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// A protocol by name or number. The firewall names applications in its place.
    fn take_protocol(&mut self, value: &'a [u8]) -> Result<(), Refusal> {
        let event = &mut self.event;
        match value {
            b"ip" | b"ipv6" | b"ipv4" => {}
            b"nos" => event.packet.transport = Some(Transport(94)),
            b"igrp" => event.packet.transport = Some(Transport(9)),
            b"ipinip" => event.packet.transport = Some(Transport(4)),
            _ => match Transport::from_word(value) {
                Some(transport) => event.packet.transport = Some(transport),
                None if value.iter().all(u8::is_ascii_digit) || value.len() > 32 => {
                    return Err(Refusal::BadProtocol);
                }
                None if value
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || *b == b'-') =>
                {
                    event.application = Untrusted::new(value);
                }
                None => return Err(Refusal::BadProtocol),
            },
        }
        Ok(())
    }

    /// Reads `A(P)`, `A:P`, `[A]:P` or `A`.
    fn end(text: &'a [u8], has_colon: bool, is_ended: bool) -> Result<Read<'a>, Refusal> {
        let is_end = |byte: &u8| matches!(byte, b' ' | b'(' | b')' | b',' | b'[' | b']');
        let (inside, is_boxed) = match text.strip_prefix(b"[") {
            Some(inside) => (inside, true),
            None => (text, false),
        };
        let length = inside.iter().position(is_end).unwrap_or(inside.len());
        let (mut host, mut rest) = inside.split_at_checked(length).unwrap_or((inside, b""));
        let mut port: Option<&[u8]> = None;
        let mut is_closed = false;
        if is_boxed {
            rest = rest.strip_prefix(b"]").ok_or(Refusal::BadAddress)?;
            if let Some(after) = rest.strip_prefix(b":") {
                let digits = after
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                (port, rest) = (after.get(..digits), after.get(digits..).unwrap_or_default());
            }
        } else if !has_colon && let Some(after) = rest.strip_prefix(b"(") {
            // What is no number belongs to the sentence.
            let close = memchr::memchr(b')', after).ok_or(Refusal::Truncated)?;
            let inner = after.get(..close);
            if inner.is_some_and(|inner| inner.iter().all(u8::is_ascii_digit)) {
                (port, rest) = (inner, after.get(close + 1..).unwrap_or_default());
                is_closed = true;
            }
        } else if host.contains(&b'.')
            && let Some(colon) = host.iter().position(|byte| *byte == b':')
            && host.iter().filter(|byte| **byte == b':').count() == 1
        {
            port = host.get(colon + 1..);
            host = host.get(..colon).unwrap_or_default();
        }
        if has_colon && port.is_none() {
            // The last group of an IPv6 address, or a port?
            return Err(if rest.is_empty() {
                Refusal::Truncated
            } else {
                Refusal::BadAddress
            });
        }
        let is_open = rest.is_empty() && !is_ended;
        let mut read = Read {
            endpoint: Endpoint::default(),
            unread: b"",
            rest,
        };
        match written(host) {
            Some(Written::Plain(ip)) if is_open && port.is_none() && address_may_go_on(ip) => {
                read.unread = host;
            }
            Some(Written::Plain(ip)) => read.endpoint.ip = Some(ip),
            Some(Written::Redacted) => read.unread = host,
            None if host.is_empty() && is_open => return Err(Refusal::Truncated),
            None => return Err(Refusal::BadAddress),
        }
        if let Some(text) = port {
            match decimal(text) {
                Some(port) if is_open && !is_closed && port_may_go_on(port) => {
                    read.unread = text;
                }
                Some(port) => read.endpoint.port = Some(port),
                None => read.unread = text,
            }
        }
        Ok(read)
    }

    /// `(GigabitEthernet0/0 0000.5e00.5301)`
    fn input(&mut self, text: &'a [u8]) -> &'a [u8] {
        let Some(inside) = text.strip_prefix(b" (") else {
            return text;
        };
        let Some(close) = memchr::memchr(b')', inside) else {
            return text;
        };
        let (inner, rest) = inside.split_at_checked(close).unwrap_or((inside, b""));
        let (interface, mac) = word(inner.trim_ascii());
        self.event.observer.ingress = Untrusted::new(interface);
        self.event.packet.source.mac = dotted_mac(mac.trim_ascii());
        rest.get(1..).unwrap_or_default()
    }

    /// `(8/0)`
    fn behind_destination(&mut self, text: &'a [u8]) -> &'a [u8] {
        let Some(inside) = text.strip_prefix(b" (") else {
            return text;
        };
        let Some(close) = memchr::memchr(b')', inside) else {
            return text;
        };
        let (inner, rest) = inside.split_at_checked(close).unwrap_or((inside, b""));
        let slash = inner.iter().position(|byte| *byte == b'/');
        let pair = slash.and_then(|at| Some((inner.get(..at)?, inner.get(at + 1..)?)));
        let Some((Some(kind), Some(code))) = pair.map(|(a, b)| (decimal(a), decimal(b))) else {
            return text;
        };
        let icmp = &mut self.event.packet.icmp;
        (icmp.kind, icmp.code) = (Some(kind), Some(code));
        rest.get(1..).unwrap_or_default()
    }

    /// The event.
    ///
    /// # Errors
    /// [`Refusal::MissingField`] when no address is told.
    pub(super) fn finish(self) -> Result<Event<'a>, Refusal> {
        let Self {
            mut event, unread, ..
        } = self;
        let packet = &mut event.packet;
        packet.family = family(packet.source.ip, packet.destination.ip)?;
        if packet.family == Family::Unknown && unread.iter().all(|text| text.is_empty()) {
            return Err(Refusal::MissingField);
        }
        packet.tell_icmp_apart();
        if packet
            .transport
            .is_some_and(|transport| !transport.has_ports())
        {
            (packet.source.port, packet.destination.port) = (None, None);
        }
        Ok(event)
    }
}

/// Cisco's way to write a hardware address: `0000.5e00.5301`.
fn dotted_mac(text: &[u8]) -> Option<Mac> {
    let mut parts = text.split(|byte| *byte == b'.');
    let mut mac = [0_u8; 6];
    for pair in mac.chunks_exact_mut(2) {
        let part = parts.next().filter(|part| part.len() == 4)?;
        pair.copy_from_slice(&hexadecimal::<u16>(part)?.to_be_bytes());
    }
    (parts.next().is_none() && mac != [0; 6]).then_some(Mac(mac))
}
