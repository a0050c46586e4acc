//! Firewall and application firewall of F5 BIG-IP (AFM, ASM), as pairs or JSON.

mod irule;
mod members;

use std::net::IpAddr;

use rutter_event::{Action, Civil, Event, Extra, Family, Refusal, Stamp, Transport, Untrusted};

use self::members::Members;
use super::address::family;
use super::clock;
use super::number::decimal;
use super::values::{address, once, port, translated};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// BIG-IP's high-speed logging.
pub struct F5Bigip;

impl Format for F5Bigip {
    fn name(&self) -> &'static str {
        "f5-bigip"
    }

    fn title(&self) -> &'static str {
        "F5 BIG-IP AFM and ASM: pairs and telemetry JSON"
    }

    fn example(&self) -> &'static str {
        r#"<134>Nov 23 10:00:01 bigip1 acl_policy_name="/Common/edge",acl_policy_type="Enforced",acl_rule_name="no-rdp",action="Drop",hostname="bigip1.example.com",bigip_mgmt_ip="192.0.2.245",context_name="/Common/external",context_type="Virtual Server",date_time="Nov 23 2026 10:00:00",dest_ip="203.0.113.9",dest_port="3389",device_product="Network Firewall",device_vendor="F5",drop_reason="Policy",ip_protocol="TCP",route_domain="0",source_ip="198.51.100.7",source_port="43210",vlan="/Common/external""#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        is_own(record.message) || irule::open(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        if let Some(said) = irule::open(record.message) {
            emit(&mut read_rule(said, record)?);
            return Ok(());
        }
        let mut reading = Reading::default();
        reading.event.stamp = record.stamp;
        reading.event.observer.vendor = "f5";
        reading.event.observer.product = "big-ip";
        reading.event.observer.hostname = record.hostname;
        for member in Members::new(record.message) {
            let (key, value) = member?;
            // `N/A` stands for none.
            if !matches!(value, b"" | b"N/A" | b"NA" | b"Unknown") {
                reading.take(key, value)?;
            }
        }
        let mut event = reading.settle()?;
        event.extra = Extra::new(record.message, |message, sink| {
            for (key, value) in Members::new(message).map_while(Result::ok) {
                if !value.is_empty() && !FIELDS.contains(&key) {
                    sink(Untrusted::new(key), Untrusted::new(value));
                }
            }
        });
        emit(&mut event);
        Ok(())
    }
}

/// The event that an iRule's line tells of.
fn read_rule<'a>(said: irule::Said<'a>, record: &Record<'a>) -> Result<Event<'a>, Rejection> {
    let [source, destination] = irule::ends(said, record)?;
    let mut event = Event {
        stamp: record.stamp,
        rule: Untrusted::new(said.rule),
        ..Event::default()
    };
    event.observer.vendor = "f5";
    event.observer.product = "big-ip";
    event.observer.hostname = record.hostname;
    event.packet.family = told_family(source.ip, destination.ip)?;
    (event.packet.source, event.packet.destination) = (source, destination);
    event.extra = Extra::new(record.message, |message, sink| {
        if let Some(said) = irule::open(message) {
            sink(Untrusted::new(b"event"), Untrusted::new(said.event));
            sink(
                Untrusted::new(b"message"),
                Untrusted::new(said.text.trim_ascii()),
            );
        }
    });
    Ok(event)
}

/// The family of the two ends.
///
/// # Errors
/// [`Refusal::BadAddress`] when they are of two, [`Refusal::MissingField`] when neither is told.
fn told_family(source: Option<IpAddr>, destination: Option<IpAddr>) -> Result<Family, Refusal> {
    match family(source, destination)? {
        Family::Unknown => Err(Refusal::MissingField),
        known => Ok(known),
    }
}

/// The management address stands in all of F5's own formats, and nowhere else.
fn is_own(message: &[u8]) -> bool {
    match message.first() {
        Some(b'{') => holds!(message, "\"bigip_mgmt_ip\"") && holds!(message, "\"dest_ip\""),
        Some(first) if first.is_ascii_lowercase() => {
            holds!(message, "bigip_mgmt_ip=\"") && holds!(message, "=\"F5\"") || is_request(message)
        }
        _ => message.strip_prefix(members::ASM).is_some_and(is_request),
    }
}

/// Whether the pairs are those of the application firewall's profiles, which name no vendor.
fn is_request(pairs: &[u8]) -> bool {
    holds!(pairs, "ip_client=\"")
        && holds!(pairs, "request_status=\"")
        && (holds!(pairs, "support_id=\"") || holds!(pairs, "web_application_name=\""))
}

/// Keys that fill a field. The action keeps its own word.
const FIELDS: &[&[u8]] = &[
    b"source_ip",
    b"client_ip",
    b"ip_client",
    b"dest_ip",
    b"source_port",
    b"client_port",
    b"src_port",
    b"dest_port",
    b"translated_source_ip",
    b"translated_dest_ip",
    b"translated_source_port",
    b"translated_dest_port",
    b"ip_protocol",
    b"acl_rule_name",
    b"acl_rule_uuid",
    b"vlan",
    b"src_zone",
    b"dest_zone",
    b"source_user",
    b"username",
    b"application",
    b"hostname",
    b"date_time",
];

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    date: &'a [u8],
    timestamp: &'a [u8],
    ports: [Option<u16>; 4],
    /// The address that all formats have.
    device: Option<&'a [u8]>,
    /// Addresses of source and destination; told and blotted out is not the same as not told.
    ends: [Option<Option<IpAddr>>; 2],
}

impl<'a> Reading<'a> {
    fn take(&mut self, key: &[u8], value: &'a [u8]) -> Result<(), Refusal> {
        let event = &mut self.event;
        let packet = &mut event.packet;
        let [
            source_port,
            destination_port,
            nat_source_port,
            nat_destination_port,
        ] = &mut self.ports;
        match key {
            b"source_ip" | b"client_ip" | b"ip_client" => once(&mut self.ends[0], address(value)?)?,
            b"dest_ip" => once(&mut self.ends[1], address(value)?)?,
            b"source_port" | b"client_port" | b"src_port" => once(source_port, port(value)?)?,
            b"dest_port" => once(destination_port, port(value)?)?,
            b"translated_source_ip" => packet.source.nat_ip = translated(value)?,
            b"translated_dest_ip" => packet.destination.nat_ip = translated(value)?,
            b"translated_source_port" => once(nat_source_port, port(value)?)?,
            b"translated_dest_port" => once(nat_destination_port, port(value)?)?,
            b"ip_protocol" => {
                let transport = Transport::from_word(value).ok_or(Refusal::BadProtocol)?;
                once(&mut packet.transport, transport)?;
            }
            b"action" | b"request_status" => {
                if let Some(action) = action(value) {
                    event.action = action;
                }
            }
            b"acl_rule_name" => event.rule = Untrusted::new(value),
            b"acl_rule_uuid" => event.rule_id = Untrusted::new(value),
            b"vlan" => event.observer.ingress = Untrusted::new(value),
            b"src_zone" => event.observer.ingress_zone = Untrusted::new(value),
            b"dest_zone" => event.observer.egress_zone = Untrusted::new(value),
            b"source_user" | b"username" => event.user = Untrusted::new(value),
            b"application" => event.application = Untrusted::new(value),
            b"bigip_mgmt_ip" | b"management_ip_address" => once(&mut self.device, value)?,
            b"hostname" | b"unit_hostname" => event.observer.hostname = Untrusted::new(value),
            b"date_time" => self.date = value,
            b"timestamp" => self.timestamp = value,
            _ => {}
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    fn settle(self) -> Result<Event<'a>, Refusal> {
        let mut event = self.event;
        let text = if self.date.is_empty() {
            self.timestamp
        } else {
            self.date
        };
        if !text.is_empty() {
            event.stamp = stamp(text).ok_or(Refusal::BadTime)?;
        }
        let packet = &mut event.packet;
        let [source, destination] = self.ends.map(Option::flatten);
        (packet.source.ip, packet.destination.ip) = (source, destination);
        packet.family = told_family(source, destination)?;
        // The application firewall names no protocol, and has ports.
        if packet.transport.is_none_or(Transport::has_ports) {
            let [from, to, nat_from, nat_to] = self.ports;
            if from.is_none() || to.is_none() {
                return Err(Refusal::MissingField);
            }
            (packet.source.port, packet.destination.port) = (from, to);
            packet.source.nat_port = nat_from.filter(|port| *port != 0);
            packet.destination.nat_port = nat_to.filter(|port| *port != 0);
        }
        Ok(event)
    }
}

/// Words of the network firewall's rules and session events, and what became of a request.
const fn action(word: &[u8]) -> Option<Action> {
    Some(match word {
        b"Accept" | b"Accept decisively" | b"Open" | b"Established" | b"Closed" | b"passed"
        | b"alerted" => Action::Allowed,
        b"Drop" => Action::Dropped,
        b"Reject" => Action::Rejected,
        b"blocked" => Action::Denied,
        _ => return None,
    })
}

/// `Nov 23 2026 10:00:00`, or ISO 8601.
fn stamp(text: &[u8]) -> Option<Stamp> {
    if text.first().is_some_and(u8::is_ascii_digit) {
        return clock::iso(text);
    }
    let mut words = text.split(|byte| *byte == b' ').filter(|w| !w.is_empty());
    let month = clock::month(words.next()?)?;
    let day = decimal(words.next()?)?;
    let year = decimal::<u16>(words.next()?)?.try_into().ok()?;
    let mut time = words.next()?.split(|byte| *byte == b':').map(decimal::<u8>);
    let civil = Civil {
        year: Some(year),
        month,
        day,
        hour: time.next()??,
        minute: time.next()??,
        second: time.next()??,
        nanosecond: 0,
    };
    civil.is_valid().then_some(Stamp::Civil(civil))
}
