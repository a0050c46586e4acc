//! What each path of the schema means, and which field it fills.

use rutter_event::{
    Action, Direction, Endpoint, Event, Family, Packet, Refusal, Stamp, TcpFlags, Transport,
    Untrusted,
};

use super::super::address::{self, leading_mac};
use super::super::array::Elements;
use super::super::extension;
use super::super::fields;
use super::super::json::{self, Members, Value};
use crate::record::{Record, Rejection};

/// Objects whose members fill fields.
pub(super) const INSIDE: &[&[u8]] = &[
    b"source",
    b"source.nat",
    b"destination",
    b"destination.nat",
    b"event",
    b"network",
    b"observer",
    b"observer.ingress",
    b"observer.ingress.interface",
    b"observer.egress",
    b"observer.egress.interface",
    b"rule",
    b"user",
    b"host",
    b"rutter",
    b"rutter.tcp",
    b"rutter.ip",
    b"rutter.ip.fragment",
    b"rutter.icmp",
    b"rutter.payload",
    b"rutter.payload.client",
];

/// Objects inside the packet that an ICMP error quotes.
const INSIDE_QUOTED: &[&[u8]] = &[
    b"source",
    b"source.nat",
    b"destination",
    b"destination.nat",
    b"network",
    b"tcp",
    b"ip",
    b"ip.fragment",
    b"icmp",
    b"payload",
];

/// Vendor and product that `rutter listen` writes as observer of a contact.
const OURS: (&str, &str) = ("rutter", "listen");

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    event: Event<'a>,
    pub(super) has_ends: bool,
    family: Family,
    stamp: Option<Stamp>,
    action: Action,
    is_allowed: bool,
    is_denied: bool,
    protocol: &'a [u8],
    host: &'a [u8],
    name: &'a [u8],
    /// Bytes and packets of the source and of the destination, where the sum is missing.
    bytes: [Option<u64>; 2],
    packets: [Option<u64>; 2],
}

impl<'a> Reading<'a> {
    pub(super) fn take(&mut self, path: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        let event = &mut self.event;
        let shown = || json::untrusted(text);
        if let Some(path) = path.strip_prefix(b"rutter.") {
            if path == b"icmp.quoted" {
                event.quoted = Some(quoted(text)?);
                return Ok(());
            }
            if path == b"payload.client.name" {
                event.client = shown();
                return Ok(());
            }
            if path == b"payload.hex" {
                event.payload_digits = text;
                return Ok(());
            }
            if path == b"answer" {
                event.answer = rutter_event::Answer::from_word(text);
            }
            if path == b"uptime" {
                self.stamp = self.stamp.or(fields::nanoseconds(text).map(Stamp::Boot));
            }
            return take_header(&mut event.packet, path, value);
        }
        if take_end(&mut event.packet, path, value)? {
            self.has_ends |= path.ends_with(b".ip") || path.ends_with(b".address");
            return Ok(());
        }
        match path {
            b"@timestamp" => self.stamp = Some(fields::stamp(text).ok_or(Refusal::BadTime)?),
            b"event.action" => self.action = extension::action(text),
            b"event.type" => {
                let holds =
                    |word: &[u8]| text == word || Elements::new(value).any(|v| v.text() == word);
                (self.is_allowed, self.is_denied) = (holds(b"allowed"), holds(b"denied"));
            }
            b"event.duration" => event.duration = fields::count(text),
            b"source.bytes" => self.bytes[0] = fields::count(text),
            b"destination.bytes" => self.bytes[1] = fields::count(text),
            b"source.packets" => self.packets[0] = fields::count(text),
            b"destination.packets" => self.packets[1] = fields::count(text),
            b"network.bytes" => event.bytes = fields::count(text),
            b"network.packets" => event.packets = fields::count(text),
            b"network.application" => event.application = shown(),
            b"network.protocol" => self.protocol = text,
            b"network.type" => self.family = family(text),
            b"network.direction" => event.direction = direction(text),
            b"observer.hostname" => event.observer.hostname = shown(),
            b"observer.name" => self.name = text,
            b"observer.vendor" if text == OURS.0.as_bytes() => event.observer.vendor = OURS.0,
            b"observer.product" if text == OURS.1.as_bytes() => event.observer.product = OURS.1,
            b"host.name" | b"host.hostname" => self.host = text,
            b"observer.ingress.interface.name" => event.observer.ingress = shown(),
            b"observer.egress.interface.name" => event.observer.egress = shown(),
            b"observer.ingress.zone" => event.observer.ingress_zone = shown(),
            b"observer.egress.zone" => event.observer.egress_zone = shown(),
            b"rule.name" => event.rule = shown(),
            b"rule.id" => event.rule_id = shown(),
            b"rule.uuid" if event.rule_id.is_empty() => event.rule_id = shown(),
            b"user.name" => event.user = shown(),
            _ => {}
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    pub(super) fn settle(self, record: &Record<'a>) -> Result<Event<'a>, Rejection> {
        let mut event = self.event;
        settle_ends(&mut event.packet, self.family)?;
        event.stamp = self.stamp.unwrap_or(record.stamp);
        event.action = match (self.is_denied, self.is_allowed, self.action) {
            (true, false, action) if action.is_denial() => action,
            (true, false, _) => Action::Denied,
            (false, true, _) => Action::Allowed,
            (.., action) => action,
        };
        event.bytes = event.bytes.or(fields::sum(self.bytes[0], self.bytes[1]));
        event.packets = event
            .packets
            .or(fields::sum(self.packets[0], self.packets[1]));
        if event.application.is_empty() {
            event.application = Untrusted::new(self.protocol);
        }
        let names = [self.name, record.hostname.bytes(), self.host];
        if let (true, Some(name)) = (
            event.observer.hostname.is_empty(),
            names.iter().find(|name| !name.is_empty()),
        ) {
            event.observer.hostname = Untrusted::new(name);
        }
        Ok(event)
    }
}

/// As [`fields::settle`]; where neither end has an address, the family is the one that is told.
pub(in super::super) fn settle_ends(packet: &mut Packet, family: Family) -> Result<(), Rejection> {
    if packet.source.ip.is_some() || packet.destination.ip.is_some() {
        fields::settle(packet)?;
    }
    if packet.family == Family::Unknown || family == Family::Arp {
        packet.family = family;
    }
    Ok(())
}

/// The family of ECS's word for it.
fn family(word: &[u8]) -> Family {
    match word {
        b"ipv4" => Family::V4,
        b"ipv6" => Family::V6,
        b"arp" => Family::Arp,
        _ => Family::Unknown,
    }
}

/// Ends and network layers, of the record or of a quoted packet.
fn take_end(packet: &mut Packet, path: &[u8], value: Value<'_>) -> Result<bool, Refusal> {
    let text = value.text();
    let (end, key): (&mut Endpoint, &[u8]) = match path {
        [b's', b'o', b'u', b'r', b'c', b'e', b'.', key @ ..] => (&mut packet.source, key),
        [
            b'd',
            b'e',
            b's',
            b't',
            b'i',
            b'n',
            b'a',
            b't',
            b'i',
            b'o',
            b'n',
            b'.',
            key @ ..,
        ] => (&mut packet.destination, key),
        b"network.transport" => {
            packet.transport = fields::protocol(text)?.or(packet.transport);
            return Ok(true);
        }
        b"network.iana_number" => {
            packet.transport = Some(value.decimal().map(Transport).ok_or(Refusal::BadProtocol)?);
            return Ok(true);
        }
        _ => return Ok(false),
    };
    match key {
        b"ip" => end.ip = fields::end(text)?,
        // The raw address: a name, or what `ip` says again.
        b"address" => end.ip = end.ip.or_else(|| address::ip(text)),
        b"port" => end.port = fields::port(text)?,
        b"mac" => end.mac = leading_mac(text),
        b"nat.ip" => end.nat_ip = fields::translated(text)?,
        b"nat.port" => end.nat_port = fields::port(text)?.filter(|port| *port > 0),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Header facts, under our own names.
pub(in super::super) fn take_header(
    packet: &mut Packet,
    path: &[u8],
    value: Value<'_>,
) -> Result<(), Refusal> {
    let text = value.text();
    let tcp = &mut packet.tcp;
    let icmp = &mut packet.icmp;
    match path {
        b"tcp.flags" => {
            tcp.flags = Elements::new(value).try_fold(TcpFlags::NONE, |flags, word| {
                Some(flags.with(TcpFlags::from_word(word.text())?))
            });
        }
        b"tcp.window" => tcp.window = value.decimal(),
        b"tcp.seq" => tcp.seq = value.decimal(),
        b"tcp.ack" => tcp.ack = value.decimal(),
        b"tcp.urgent" => tcp.urgent = value.decimal(),
        b"tcp.mss" => tcp.mss = value.decimal(),
        b"tcp.options" => tcp.options_length = value.decimal(),
        b"ip.ttl" => packet.ttl = value.decimal(),
        b"ip.id" => packet.id = value.decimal(),
        b"ip.length" => packet.length = value.decimal(),
        b"ip.tos" => packet.tos = value.decimal(),
        b"ip.flow_label" => packet.flow_label = value.decimal(),
        b"ip.df" => packet.fragment.dont = Some(text == b"true"),
        b"ip.fragment.more" => packet.fragment.more = text == b"true",
        b"ip.fragment.offset" => {
            packet.fragment.offset = value.decimal::<u16>().map_or(0, |offset| offset / 8);
        }
        b"icmp.type" => icmp.kind = value.decimal(),
        b"icmp.code" => icmp.code = value.decimal(),
        b"icmp.id" => icmp.id = value.decimal(),
        b"icmp.sequence" => icmp.sequence = value.decimal(),
        b"icmp.mtu" => icmp.mtu = value.decimal(),
        b"icmp.gateway" => icmp.gateway = fields::end(text)?,
        b"payload.length" => packet.payload_length = value.decimal(),
        _ => {}
    }
    Ok(())
}

/// The packet that an ICMP error quotes.
pub(in super::super) fn quoted(object: &[u8]) -> Result<Packet, Refusal> {
    let mut packet = Packet::default();
    let mut told = Family::Unknown;
    fields::walk(object, INSIDE_QUOTED, &mut |path, value| {
        if path == b"network.type" {
            told = family(value.text());
        }
        if !take_end(&mut packet, path, value)? {
            take_header(&mut packet, path, value)?;
        }
        Ok(())
    })?;
    // A quotation may know no address.
    settle_ends(&mut packet, told).map_err(|_| Refusal::BadAddress)?;
    Ok(packet)
}

fn direction(word: &[u8]) -> Direction {
    match word {
        b"inbound" | b"ingress" => Direction::Inbound,
        b"outbound" | b"egress" => Direction::Outbound,
        b"internal" => Direction::Internal,
        b"external" => Direction::External,
        _ => Direction::Unknown,
    }
}

/// Calls back with every member of `extra` in our own object, the empty ones too.
pub(in super::super) fn each_own<'a>(
    ours: &'a [u8],
    sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>),
) {
    for (key, value) in Members::new(ours).map_while(Result::ok) {
        if let (b"extra", Value::Nested(extra)) = (key, value) {
            for (key, value) in Members::new(extra).map_while(Result::ok) {
                sink(json::untrusted(key), value.untrusted());
            }
        }
    }
}

/// Calls back with what an event of ours keeps below `rutter.extra`; of another pipeline's, with
/// every object as a whole, since most have members that fill no field.
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let member = |object: &'a [u8], wanted: &[u8]| {
        let mut members = Members::new(object).map_while(Result::ok);
        members
            .find(|(key, _)| *key == wanted)
            .map(|(_, value)| value.text())
    };
    let Some(ours) = member(record, b"rutter") else {
        fields::each_member_but(record, &[b"@timestamp", b"ecs"], sink);
        return;
    };
    if let Some(observer) = member(record, b"observer") {
        let names: [(&[u8], &[u8], &str); 2] = [
            (b"vendor", b"observer.vendor", OURS.0),
            (b"product", b"observer.product", OURS.1),
        ];
        for (key, path, ours) in names {
            // Ours has fields of its own.
            if let Some(text) = member(observer, key).filter(|text| *text != ours.as_bytes()) {
                sink(Untrusted::new(path), json::untrusted(text));
            }
        }
    }
    each_own(ours, sink);
}
