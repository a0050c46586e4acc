//! The Open Cybersecurity Schema Framework: network activity and its siblings.

use rutter_event::{
    Action, Direction, Endpoint, Event, Extra, Family, Refusal, Stamp, Transport, Untrusted,
};

use super::address::leading_mac;
use super::ecs;
use super::extension;
use super::fields::{self, NO_PACKET};
use super::json::{self, Members, Value};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// The Open Cybersecurity Schema Framework.
pub struct Ocsf;

impl Format for Ocsf {
    fn name(&self) -> &'static str {
        "ocsf"
    }

    fn title(&self) -> &'static str {
        "Open Cybersecurity Schema Framework (OCSF): network activity"
    }

    fn example(&self) -> &'static str {
        r#"{"class_uid":4001,"category_uid":4,"activity_id":5,"type_uid":400105,"severity_id":1,"time":1795428000643,"action_id":2,"disposition_id":6,"src_endpoint":{"ip":"198.51.100.7","port":43210},"dst_endpoint":{"ip":"203.0.113.9","port":23},"connection_info":{"protocol_num":6,"protocol_name":"tcp","direction_id":1,"tcp_flags":2},"traffic":{"bytes":60,"packets":1},"firewall_rule":{"name":"no telnet","uid":"7"},"device":{"hostname":"fw01","type_id":9},"metadata":{"version":"1.5.0","product":{"vendor_name":"Example","name":"Firewall"}}}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && (holds!(record.message, "\"class_uid\"")
                || holds!(record.message, "\"category_uid\""))
            && (holds!(record.message, "\"src_endpoint\"")
                || holds!(record.message, "\"dst_endpoint\"")
                || is_own(record.message))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, INSIDE, &mut |path, value| {
            reading.take(path, value)
        })?;
        // A record of ours may be of an event that names no end.
        if !reading.has_ends && !is_own(record.message) {
            return Err(NO_PACKET);
        }
        let mut event = reading.settle(record)?;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

const INSIDE: &[&[u8]] = &[
    b"src_endpoint",
    b"src_endpoint.proxy_endpoint",
    b"dst_endpoint",
    b"dst_endpoint.proxy_endpoint",
    b"unmapped",
    b"unmapped.rutter",
    b"unmapped.rutter.tcp",
    b"unmapped.rutter.ip",
    b"unmapped.rutter.ip.fragment",
    b"unmapped.rutter.icmp",
    b"unmapped.rutter.payload",
    b"unmapped.rutter.interface",
    b"connection_info",
    b"traffic",
    b"firewall_rule",
    b"policy",
    b"device",
    b"actor",
    b"actor.user",
];

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    has_ends: bool,
    family: Family,
    /// Flags of the packet itself have been told.
    has_flags: bool,
    /// The time is known more exactly than the schema's attribute tells it.
    is_exact: bool,
    time: Option<Stamp>,
    start: Stamp,
    end: Stamp,
    /// What the activity, the decision and the disposition say, in the order of their weight.
    activity: Action,
    decision: Action,
    disposition: Action,
    bytes: [Option<u64>; 2],
    packets: [Option<u64>; 2],
    flags: Option<u8>,
    policy: &'a [u8],
    device: &'a [u8],
}

impl<'a> Reading<'a> {
    fn take(&mut self, path: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        let event = &mut self.event;
        let packet = &mut event.packet;
        let shown = json::untrusted(text);
        if let Some(key) = path.strip_prefix(b"src_endpoint.") {
            self.has_ends |= key == b"ip";
            match key {
                b"interface_name" => event.observer.ingress = shown,
                b"zone" => event.observer.ingress_zone = shown,
                key => take_end(&mut packet.source, key, text)?,
            }
            return Ok(());
        }
        if let Some(key) = path.strip_prefix(b"dst_endpoint.") {
            self.has_ends |= key == b"ip";
            match key {
                b"interface_name" => event.observer.egress = shown,
                b"zone" => event.observer.egress_zone = shown,
                key => take_end(&mut packet.destination, key, text)?,
            }
            return Ok(());
        }
        if let Some(key) = path.strip_prefix(b"unmapped.rutter.") {
            return self.take_own(key, value);
        }
        match path {
            b"time" if self.is_exact => {}
            b"duration" if self.is_exact && event.duration.is_some() => {}
            b"connection_info.protocol_ver_id" => {
                self.family = match text {
                    b"4" => Family::V4,
                    b"6" => Family::V6,
                    _ => self.family,
                };
            }
            b"connection_info.protocol_ver" if text == b"arp" => self.family = Family::Arp,
            b"connection_info.direction" if text == b"external" => {
                event.direction = Direction::External;
            }
            b"time" => self.time = Some(fields::stamp(text).ok_or(Refusal::BadTime)?),
            b"start_time" => self.start = fields::stamp(text).unwrap_or_default(),
            b"end_time" => self.end = fields::stamp(text).unwrap_or_default(),
            b"duration" => {
                event.duration = fields::count(text).and_then(|ms| ms.checked_mul(1_000_000));
            }
            b"connection_info.protocol_num" if text != b"-1" => {
                packet.transport =
                    Some(value.decimal().map(Transport).ok_or(Refusal::BadProtocol)?);
            }
            b"connection_info.protocol_name" => {
                packet.transport = packet.transport.or(fields::protocol(text)?);
            }
            b"connection_info.tcp_flags" => self.flags = value.decimal(),
            b"connection_info.direction_id" => {
                event.direction = match text {
                    b"1" => Direction::Inbound,
                    b"2" => Direction::Outbound,
                    b"3" => Direction::Internal,
                    _ => event.direction,
                };
            }
            b"traffic.bytes" => event.bytes = fields::count(text),
            b"traffic.packets" => event.packets = fields::count(text),
            b"traffic.bytes_in" => self.bytes[0] = fields::count(text),
            b"traffic.bytes_out" => self.bytes[1] = fields::count(text),
            b"traffic.packets_in" => self.packets[0] = fields::count(text),
            b"traffic.packets_out" => self.packets[1] = fields::count(text),
            b"activity_id" if text == b"5" => self.activity = Action::Denied,
            b"action_id" => {
                self.decision = match text {
                    b"1" => Action::Allowed,
                    b"2" => Action::Denied,
                    _ => Action::Unstated,
                };
            }
            b"action" if self.decision == Action::Unstated => {
                self.decision = extension::action(text);
            }
            b"disposition_id" => self.disposition = disposition(text),
            b"disposition" if self.disposition == Action::Unstated => {
                self.disposition = extension::action(text);
            }
            b"firewall_rule.name" => event.rule = shown,
            b"firewall_rule.uid" => event.rule_id = shown,
            b"policy.name" => self.policy = text,
            b"app_name" => event.application = shown,
            b"actor.user.name" => event.user = shown,
            b"device.hostname" => event.observer.hostname = shown,
            b"device.name" => self.device = text,
            _ => {}
        }
        Ok(())
    }

    /// What we have written beside the schema's attributes: headers, and what those cannot hold.
    fn take_own(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let event = &mut self.event;
        let text = value.text();
        match key {
            b"time" => {
                self.time = Some(fields::stamp(text).ok_or(Refusal::BadTime)?);
                self.is_exact = true;
            }
            b"clock" => {
                self.time = Some(Stamp::Absent);
                self.is_exact = true;
            }
            b"uptime" => {
                self.time = fields::nanoseconds(text).map(Stamp::Boot);
                self.is_exact = true;
            }
            b"duration" => event.duration = fields::count(text),
            b"interface.ingress" => event.observer.ingress = value.untrusted(),
            b"interface.egress" => event.observer.egress = value.untrusted(),
            b"icmp.quoted" => event.quoted = Some(ecs::keys::quoted(text)?),
            b"tcp.flags" => {
                ecs::keys::take_header(&mut event.packet, key, value)?;
                self.has_flags = true;
            }
            _ => ecs::keys::take_header(&mut event.packet, key, value)?,
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    fn settle(self, record: &Record<'a>) -> Result<Event<'a>, Rejection> {
        let mut event = self.event;
        ecs::keys::settle_ends(&mut event.packet, self.family)?;
        event.stamp = self.time.unwrap_or(match self.start {
            Stamp::Absent => record.stamp,
            start => start,
        });
        event.duration = fields::between(self.start, self.end).or(event.duration);
        event.action = match (self.decision, self.disposition, self.activity) {
            // How it was denied.
            (Action::Denied, how, _) if how.is_denial() => how,
            (Action::Unstated, Action::Unstated, activity) => activity,
            (Action::Unstated, disposition, _) => disposition,
            (decision, ..) => decision,
        };
        event.bytes = event.bytes.or(fields::sum(self.bytes[0], self.bytes[1]));
        event.packets = event
            .packets
            .or(fields::sum(self.packets[0], self.packets[1]));
        if let (Some(flags), Some(Transport::TCP), false) =
            (self.flags, event.packet.transport, self.has_flags)
        {
            fields::take_flags_of_flow(&mut event.packet.tcp, flags, event.packets);
        }
        if event.rule.is_empty() {
            event.rule = Untrusted::new(self.policy);
        }
        for name in [self.device, record.hostname.bytes()] {
            if event.observer.hostname.is_empty() {
                event.observer.hostname = Untrusted::new(name);
            }
        }
        Ok(event)
    }
}

fn take_end(end: &mut Endpoint, key: &[u8], text: &[u8]) -> Result<(), Refusal> {
    match key {
        b"ip" => end.ip = fields::end(text)?,
        b"port" => end.port = fields::port(text)?,
        b"proxy_endpoint.ip" => end.nat_ip = fields::end(text)?,
        b"proxy_endpoint.port" => end.nat_port = fields::port(text)?,
        b"mac" if text.len() == 17 => end.mac = leading_mac(text),
        _ => {}
    }
    Ok(())
}

/// What the schema's number for the outcome says; nothing for those that decide nothing.
const fn disposition(number: &[u8]) -> Action {
    match number {
        b"1" | b"8" => Action::Allowed,
        b"2" | b"3" | b"4" => Action::Denied,
        b"6" => Action::Dropped,
        b"21" | b"25" => Action::Rejected,
        _ => Action::Unstated,
    }
}

/// Keys that fill a field. Objects of which some members do are kept whole.
const FIELDS: &[&[u8]] = &[b"time", b"traffic"];

/// Calls back with every member that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let own = Members::new(record)
        .map_while(Result::ok)
        .find_map(|(key, value)| match (key, value) {
            (b"unmapped", Value::Nested(object)) if is_own(record) => Some(object),
            _ => None,
        });
    match own {
        Some(unmapped) => {
            for (key, value) in Members::new(unmapped).map_while(Result::ok) {
                if let (b"rutter", Value::Nested(ours)) = (key, value) {
                    ecs::keys::each_own(ours, sink);
                }
            }
        }
        None => fields::each_member_but(record, FIELDS, sink),
    }
}

/// Whether the object is one that rutter has written.
fn is_own(message: &[u8]) -> bool {
    holds!(message, "\"unmapped\":{\"rutter\":{\"line\":")
}
