//! What each part of a message means, and which field it fills.

use rutter_event::{Action, Endpoint, Event, Refusal, Transport, Untrusted};

use super::super::extension;
use super::super::fields::{self, NO_PACKET};
use super::super::number::{decimal, port_may_go_on};
use super::super::socket;
use super::header::Header;
use super::segments::Segment;
use crate::record::{Record, Rejection};

/// Keys that fill a field.
pub(super) const FIELDS: &[&[u8]] = &[
    b"Source",
    b"Client IP:Port:TD",
    b"ClientIP",
    b"ClientPort",
    b"Destination IP:Port:TD",
    b"NatIP",
    b"NatIP:NatPort",
    b"Protocol",
    b"User",
    b"Hit Rule",
    b"Total_bytes_send",
    b"Total_bytes_recv",
    b"Duration",
];

/// A message while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    event: Event<'a>,
    source: Option<Endpoint>,
    destination: Option<Endpoint>,
    /// The address by which the appliance goes on to the server.
    translated: Option<Endpoint>,
    /// Client and virtual server, of messages that tell of no other ends.
    client: [Option<Endpoint>; 2],
    bytes: [Option<u64>; 2],
    is_translation: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn new(header: &Header<'a>) -> Self {
        let mut reading = Self {
            is_translation: header.is_translation(),
            ..Self::default()
        };
        let packet = &mut reading.event.packet;
        packet.transport = match (header.feature, header.kind) {
            (b"TCP" | b"SSLLOG", _) | (b"SSLVPN", b"TCPCONNSTAT") => Some(Transport::TCP),
            (b"SSLVPN", b"UDPFLOWSTAT") => Some(Transport::UDP),
            _ => None,
        };
        if header.kind.ends_with(b"_DENIED") {
            reading.event.action = Action::Denied;
        }
        reading
    }

    pub(super) fn take(&mut self, segment: &Segment<'a>) -> Result<(), Refusal> {
        let value = segment.value;
        let event = &mut self.event;
        match segment.key {
            b"Source" => put(&mut self.source, end(segment)?)?,
            b"Client IP:Port:TD" => put(&mut self.source, in_domain(segment)?)?,
            b"Destination IP:Port:TD" => put(&mut self.destination, in_domain(segment)?)?,
            b"Destination" => {
                // Of a translated connection the end that the client asked for comes first.
                if self.is_translation && self.translated.is_none() {
                    return Ok(());
                }
                put(&mut self.destination, end(segment)?)?;
            }
            b"NatIP" => put(&mut self.translated, end(segment)?)?,
            b"NatIP:NatPort" => {
                let [ip, port] = parts(segment.value);
                put(&mut self.translated, joined(ip, port)?)?;
            }
            b"Client_ip" | b"ClientIP" => put(&mut self.client[0], end(segment)?)?,
            b"ClientPort" => port(&mut self.client[0], segment)?,
            b"Vserver" if value.first().is_some_and(|byte| *byte != b'"') => {
                put(&mut self.client[1], end(segment)?)?;
            }
            b"VserverServiceIP" => put(&mut self.client[1], end(segment)?)?,
            b"VserverServicePort" => port(&mut self.client[1], segment)?,
            b"Protocol" if event.packet.transport.is_none() => {
                let is_whole = segment.is_closed || matches!(value, b"TCP" | b"UDP" | b"ICMP");
                if !is_whole {
                    return Ok(());
                }
                event.packet.transport = fields::protocol(value)?;
                // Some messages name an application here.
                if event.packet.transport.is_none() {
                    event.application = Untrusted::new(value);
                }
            }
            b"Type" => event.packet.icmp.kind = number(segment),
            b"Code" => event.packet.icmp.code = number(segment),
            b"Action" | b"Access" | b"Policyaction" => self.decide(segment),
            b"Denied_by_policy" => event.action = Action::Denied,
            b"Hit Rule" if segment.is_closed => event.rule = Untrusted::new(value),
            b"User" if segment.is_closed => event.user = Untrusted::new(value),
            b"Total_bytes_send" => self.bytes[0] = count(segment),
            b"Total_bytes_recv" => self.bytes[1] = count(segment),
            b"Duration" => event.duration = duration(segment),
            _ => {}
        }
        Ok(())
    }

    fn decide(&mut self, segment: &Segment<'a>) {
        let end = segment.value.iter().position(u8::is_ascii_whitespace);
        let word = segment.value.get(..end.unwrap_or(segment.value.len()));
        let action = extension::action(word.unwrap_or_default());
        if action != Action::Unstated && self.event.action == Action::Unstated {
            self.event.action = action;
        }
    }

    /// Draws the conclusions that need the whole message.
    pub(super) fn settle(
        self,
        header: &Header<'a>,
        record: &Record<'a>,
    ) -> Result<Event<'a>, Rejection> {
        let mut event = self.event;
        let packet = &mut event.packet;
        (packet.source, packet.destination) = match (self.source, self.destination, self.client) {
            (Some(source), Some(destination), _) => (source, destination),
            // Statistics of connections and refused accesses name their own ends behind these.
            (None, None, [Some(client), Some(server)])
                if !header.kind.ends_with(b"STAT") && !header.kind.ends_with(b"_DENIED") =>
            {
                (client, server)
            }
            (None, None, [Some(_), Some(_)]) => return Err(Refusal::Truncated.into()),
            (Some(_), None, _) | (None, Some(_), _) => return Err(Refusal::Truncated.into()),
            _ => return Err(NO_PACKET),
        };
        if let Some(translated) = self.translated {
            packet.source.nat_ip = translated.ip;
            packet.source.nat_port = translated.port;
        }
        if !packet.transport.is_some_and(Transport::is_icmp) {
            packet.icmp = Default::default();
        }
        fields::settle(packet)?;
        event.bytes = fields::sum(self.bytes[0], self.bytes[1]);
        event.stamp = header.stamp(record.stamp);
        event.observer.vendor = "citrix";
        event.observer.product = "adc";
        event.observer.hostname = Untrusted::new(header.host)
            .some()
            .unwrap_or(record.hostname);
        Ok(event)
    }
}

/// Enters an end of which a message holds only one.
fn put(slot: &mut Option<Endpoint>, end: Endpoint) -> Result<(), Refusal> {
    if slot.replace(end).is_some() {
        return Err(Refusal::BadSyntax);
    }
    Ok(())
}

/// An address, and the port where there is one.
fn end(segment: &Segment<'_>) -> Result<Endpoint, Refusal> {
    let end = match socket::end(segment.value, b':') {
        Err(_) if !segment.is_closed => return Err(Refusal::Truncated),
        end => end?,
    };
    let may_go_on = match end.port {
        Some(port) => port_may_go_on(port),
        // The port itself may be missing.
        None => true,
    };
    if may_go_on && !segment.is_closed {
        return Err(Refusal::Truncated);
    }
    Ok(end)
}

/// `192.0.2.1:80:0`, with the traffic domain behind the port, in some releases with a blank before
/// the port.
fn in_domain(segment: &Segment<'_>) -> Result<Endpoint, Refusal> {
    let [rest, domain] = parts(segment.value);
    if domain.is_empty() || !segment.is_closed {
        return Err(Refusal::Truncated);
    }
    let [ip, port] = parts(rest);
    joined(ip, port)
}

/// What stands before the last colon and behind it.
fn parts(text: &[u8]) -> [&[u8]; 2] {
    let at = memchr::memrchr(b':', text).unwrap_or(text.len());
    let (before, behind) = text.split_at_checked(at).unwrap_or((text, b""));
    [before, behind.get(1..).unwrap_or_default()].map(<[u8]>::trim_ascii)
}

fn joined(ip: &[u8], port: &[u8]) -> Result<Endpoint, Refusal> {
    Ok(Endpoint {
        ip: fields::end(ip)?,
        port: Some(decimal(port).ok_or(Refusal::BadPort)?),
        ..Endpoint::default()
    })
}

/// A port that stands apart from its address.
fn port(end: &mut Option<Endpoint>, segment: &Segment<'_>) -> Result<(), Refusal> {
    let Some(end) = end else {
        return Ok(());
    };
    let port = decimal(segment.value).ok_or(Refusal::BadPort)?;
    if end.port.is_some() {
        return Err(Refusal::BadSyntax);
    }
    end.port = Some(port).filter(|port| segment.is_closed || !port_may_go_on(*port));
    Ok(())
}

fn number(segment: &Segment<'_>) -> Option<u8> {
    decimal(segment.value).filter(|_| segment.is_closed)
}

fn count(segment: &Segment<'_>) -> Option<u64> {
    fields::count(segment.value).filter(|_| segment.is_closed)
}

/// `00:00:27`, in nanoseconds.
fn duration(segment: &Segment<'_>) -> Option<u64> {
    let mut parts = segment
        .value
        .split(|byte| *byte == b':')
        .map(decimal::<u64>);
    let mut part = || parts.next().flatten().filter(|_| segment.is_closed);
    let seconds = part()?
        .checked_mul(60)?
        .checked_add(part()?)?
        .checked_mul(60)?
        .checked_add(part()?)?;
    seconds.checked_mul(1_000_000_000)
}
