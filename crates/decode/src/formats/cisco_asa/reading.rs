//! The values of a message, as they become fields.

use std::net::IpAddr;

use rutter_event::{
    Action, Direction, Endpoint, Event, Family, Refusal, TcpFlags, Transport, Untrusted,
};

use super::super::number::{decimal, leading_decimal};
use super::super::phrase::{Values, until, word};
use super::end::End;

/// A value of a message.
pub(super) enum Field {
    /// Who sent, or the end that is named first; with or without an interface.
    Source,
    /// To whom.
    Destination,
    /// As [`Field::Source`], always with an interface, so that a colon parts it from the address.
    From,
    /// As [`Field::Destination`], always with an interface.
    To,
    /// To whom, before the path of a URL.
    Server,
    /// Who sent, and to whom, with a port behind a colon: `198.51.100.7:500`.
    Peer,
    Station,
    /// The source as the other side of the translation sees it.
    SourceMapped,
    /// `inbound` or `outbound`, in any case.
    Way,
    /// `permitted`, `denied`, `dropped`, …
    Verdict,
    /// A word or number of a protocol.
    Protocol,
    /// The interface at which the packet came in.
    Ingress,
    /// Words for TCP's flags.
    Flags,
    /// ICMP type.
    Type,
    /// ICMP code.
    Code,
    /// Access list or the like.
    Rule,
    /// User.
    User,
    /// Bytes of the connection.
    Bytes,
    /// `h:mm:ss`.
    Duration,
    /// The three of a packet that an ICMP error quotes.
    QuotedProtocol,
    QuotedSource,
    QuotedDestination,
    /// A word without a field, under Cisco's name for it.
    Word(&'static str),
    /// A value without a field, under Cisco's name for it, up to the words that follow.
    Note(&'static str),
}

impl Field {
    /// Whether the value is an address with or without a port.
    pub(super) const fn is_end(&self) -> bool {
        matches!(
            self,
            Self::Source
                | Self::Destination
                | Self::From
                | Self::To
                | Self::Server
                | Self::Peer
                | Self::Station
                | Self::QuotedSource
                | Self::QuotedDestination
        )
    }
}

/// A message while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    source: End<'a>,
    destination: End<'a>,
    ingress: &'a [u8],
    source_mapped: Option<Endpoint>,
    /// The line's end was seen: a sentence that is complete there is whole.
    pub(super) is_ended: bool,
}

impl Reading<'_> {
    pub(super) fn of_line(is_ended: bool) -> Self {
        Self {
            is_ended,
            ..Self::default()
        }
    }
}

impl<'a> Values<'a, Field> for Reading<'a> {
    fn take(
        &mut self,
        field: &Field,
        text: &'a [u8],
        stop: &'static str,
    ) -> Result<&'a [u8], Refusal> {
        match field {
            Field::Source => return self.source.read(text, false, self.is_ended),
            Field::From => return self.source.read(text, true, self.is_ended),
            Field::Destination => return self.destination.read(text, false, self.is_ended),
            Field::To => return self.destination.read(text, true, self.is_ended),
            Field::Server => return self.destination.read_server(text),
            Field::Peer => return self.source.read_socket(text),
            Field::Station => return self.destination.read_socket(text),
            Field::QuotedSource | Field::QuotedDestination => {
                let mut end = End::default();
                let rest = end.read(text, false, self.is_ended)?;
                let quoted = self.event.quoted.get_or_insert_default();
                match field {
                    Field::QuotedSource => quoted.source = end.endpoint,
                    _ => quoted.destination = end.endpoint,
                }
                return Ok(rest);
            }
            Field::SourceMapped => {
                let mut end = End::default();
                let rest = end.read(text, false, self.is_ended)?;
                self.source_mapped = Some(end.endpoint);
                return Ok(rest);
            }
            Field::Type | Field::Code => return self.take_icmp(field, text),
            Field::Word(_) => return Ok(word(text).1),
            Field::Note(_) => return Ok(until(text, stop)?.1),
            _ => {}
        }
        let (value, rest) = if stop.is_empty() {
            word(text)
        } else {
            until(text, stop)?
        };
        self.take_word(field, value, rest)?;
        Ok(rest)
    }
}

impl<'a> Reading<'a> {
    fn take_word(&mut self, field: &Field, value: &'a [u8], rest: &'a [u8]) -> Result<(), Refusal> {
        let event = &mut self.event;
        match field {
            Field::Way => {
                event.direction = match value {
                    b"inbound" | b"Inbound" => Direction::Inbound,
                    b"outbound" | b"Outbound" => Direction::Outbound,
                    _ => Direction::Unknown,
                };
            }
            Field::Verdict => event.action = verdict(value, rest)?,
            Field::Protocol => event.packet.transport = protocol(value)?,
            Field::QuotedProtocol => {
                event.quoted.get_or_insert_default().transport = protocol(value)?;
            }
            Field::Ingress => {
                self.ingress = value.strip_suffix(b".").unwrap_or(value);
            }
            Field::Flags => {
                event.packet.tcp.flags = value
                    .split(u8::is_ascii_whitespace)
                    .filter(|word| !word.is_empty())
                    .try_fold(TcpFlags::NONE, |flags, word| {
                        TcpFlags::from_word(word).map(|flag| flags.with(flag))
                    });
            }
            Field::Rule => event.rule = Untrusted::new(value),
            Field::User => event.user = Untrusted::new(value),
            Field::Bytes => event.bytes = whole_number(value),
            Field::Duration => event.duration = duration(value),
            _ => {}
        }
        Ok(())
    }

    /// A number in front of whatever follows. One that ends the line may have been longer; no code
    /// above 15 is assigned, so that only 1 could be the beginning of another.
    fn take_icmp(&mut self, field: &Field, text: &'a [u8]) -> Result<&'a [u8], Refusal> {
        let (value, length) = leading_decimal(text).ok_or(Refusal::BadNumber)?;
        let rest = text.get(length..).unwrap_or_default();
        let value = u8::try_from(value).map_err(|_| Refusal::BadNumber)?;
        let icmp = &mut self.event.packet.icmp;
        match field {
            Field::Type => icmp.kind = Some(value).filter(|_| !rest.is_empty()),
            _ => icmp.code = Some(value).filter(|code| !rest.is_empty() || *code != 1),
        }
        Ok(rest)
    }

    /// Settles the event, with its ends in the order of the message or in the other.
    ///
    /// # Errors
    /// [`Refusal::BadAddress`] when the ends are of two families.
    pub(super) fn settle(&mut self, is_swapped: bool) -> Result<(), Refusal> {
        let Self {
            event,
            source,
            destination,
            ingress,
            source_mapped,
            ..
        } = self;
        if let Some(mapped) = source_mapped {
            source.map(mapped);
        }
        let (source, destination) = if is_swapped {
            (destination, source)
        } else {
            (source, destination)
        };
        let packet = &mut event.packet;
        packet.family = match (source.endpoint.ip, destination.endpoint.ip) {
            // Translations between the families are logged so; the packet came as the source's.
            (Some(IpAddr::V4(_)), _) | (None, Some(IpAddr::V4(_))) => Family::V4,
            (Some(IpAddr::V6(_)), _) | (None, Some(IpAddr::V6(_))) => Family::V6,
            (None, None) => Family::Unknown,
        };
        packet.tell_icmp_apart();
        let has_brackets = source.is_bracketed && destination.is_bracketed;
        if packet.transport.is_some_and(Transport::is_icmp) && has_brackets {
            let byte = |port: Option<u16>| port.and_then(|port| u8::try_from(port).ok());
            packet.icmp.kind = byte(source.endpoint.port);
            packet.icmp.code = byte(destination.endpoint.port);
        }
        if packet
            .transport
            .is_some_and(|transport| !transport.has_ports())
        {
            for end in [&mut source.endpoint, &mut destination.endpoint] {
                (end.port, end.nat_port) = (None, None);
            }
        }
        (packet.source, packet.destination) = (source.endpoint, destination.endpoint);
        event.observer.ingress = Untrusted::new(if source.interface.is_empty() {
            ingress
        } else {
            source.interface
        });
        event.observer.egress = Untrusted::new(destination.interface);
        if event.user.is_empty() {
            let user = if source.user.is_empty() {
                destination.user
            } else {
                source.user
            };
            event.user = Untrusted::new(user);
        }
        Ok(())
    }

    /// Notes that the destination is the source's own address after translation.
    pub(super) fn translate(&mut self) {
        self.source.map(&self.destination.endpoint);
    }

    /// Which of the ends was called, by its port: services listen below 1024, callers do not.
    pub(super) fn is_called_first(&self) -> bool {
        match (self.source.endpoint.port, self.destination.endpoint.port) {
            (Some(first), Some(second)) => first < 1024 && second >= 1024,
            _ => false,
        }
    }

    /// Whether any end is told.
    pub(super) fn has_end(&self) -> bool {
        let is_told = |end: &End<'_>| end.endpoint.ip.is_some() || !end.unread.is_empty();
        is_told(&self.source) || is_told(&self.destination)
    }

    /// What stands in the place of an address or port and could not be taken for one, and the numbers
    /// that ASA writes in the place of ports where a protocol has none.
    pub(super) fn each_unread(&self, call: &mut dyn FnMut(&'static [u8], &'a [u8])) {
        let transport = self.event.packet.transport;
        let has_ports = transport.is_none_or(Transport::has_ports);
        let ends: [(&End<'a>, [&'static [u8]; 2]); 2] = [
            (&self.source, [b"unread_source", b"source_number"]),
            (
                &self.destination,
                [b"unread_destination", b"destination_number"],
            ),
        ];
        for (end, [unread, number]) in ends {
            if end.unread != end.number || has_ports {
                call(unread, end.unread);
            }
            if !has_ports && end.number != b"0" {
                call(number, end.number);
            }
        }
    }
}

fn verdict(value: &[u8], rest: &[u8]) -> Result<Action, Refusal> {
    if rest.is_empty() {
        return Err(Refusal::Truncated);
    }
    Ok(match value {
        b"permitted" | b"est-allowed" | b"Permitted" => Action::Allowed,
        b"denied" | b"Denied" => Action::Denied,
        b"dropped" | b"Dropped" | b"drop" => Action::Dropped,
        b"reset" => Action::Rejected,
        _ => Action::Unstated,
    })
}

/// The protocol of a word; nothing for `ip`, which may be any.
fn protocol(value: &[u8]) -> Result<Option<Transport>, Refusal> {
    // As nearly all messages write it.
    match value {
        b"TCP" | b"tcp" => return Ok(Some(Transport::TCP)),
        b"UDP" | b"udp" => return Ok(Some(Transport::UDP)),
        _ => {}
    }
    let value = value.strip_prefix(b"protocol ").unwrap_or(value);
    if value.eq_ignore_ascii_case(b"ip") {
        return Ok(None);
    }
    let known = Transport::from_word(value).or(match value {
        b"ipinip" => Some(Transport(4)),
        b"igrp" => Some(Transport(9)),
        b"nos" => Some(Transport(94)),
        b"pcp" => Some(Transport(108)),
        b"snp" => Some(Transport(109)),
        _ => None,
    });
    known.map(Some).ok_or(Refusal::BadProtocol)
}

/// A number of any length that 64 bits hold.
fn whole_number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Nanoseconds of `1:02:03`.
fn duration(text: &[u8]) -> Option<u64> {
    let mut parts = text.split(|byte| *byte == b':').map(decimal::<u64>);
    let mut part = || parts.next().flatten();
    let (hours, minutes, seconds) = (part()?, part()?, part()?);
    let seconds = hours * 3600 + minutes * 60 + seconds;
    parts.next().is_none().then_some(())?;
    seconds.checked_mul(1_000_000_000)
}
