//! Remote syslog of Arista NG Firewall, which was Untangle's: one JSON object per event.

use std::net::IpAddr;

use rutter_event::{Action, Direction, Event, Extra, Refusal, Skip, Transport, Untrusted};

use super::address::{Written, family, written};
use super::clock;
use super::json::{self, Members, Value};
use super::number::decimal;
use super::values::once;
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// NG Firewall's events.
pub struct AristaNgfw;

impl Format for AristaNgfw {
    fn name(&self) -> &'static str {
        "arista-ngfw"
    }

    fn title(&self) -> &'static str {
        "Arista NG Firewall (Untangle): remote syslog"
    }

    fn example(&self) -> &'static str {
        r#"<174>Nov 23 10:00:00 INFO  uvm[0]:  {"timeStamp":"2026-11-23 10:00:00.395","flagged":true,"blocked":true,"ruleId":2,"sessionEvent":{"entitled":true,"protocol":6,"hostname":"pc1","CServerPort":3389,"protocolName":"TCP","localAddr":"192.0.2.50","SServerAddr":"198.51.100.7","remoteAddr":"198.51.100.7","serverIntf":1,"CClientAddr":"192.0.2.50","sessionId":110221866487106,"SClientAddr":"203.0.113.9","policyRuleId":0,"CClientPort":16040,"timeStamp":"2026-11-23 10:00:00.386","clientIntf":2,"policyId":1,"SClientPort":15128,"bypassed":false,"SServerPort":3389,"CServerAddr":"198.51.100.7"},"class":"class com.untangle.app.firewall.FirewallEvent"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        object(record).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let object = object(record).ok_or(Skip::NotFirewall)?;
        let mut reading = Reading::default();
        reading.event.stamp = record.stamp;
        reading.event.observer.vendor = "arista";
        reading.event.observer.product = "ngfw";
        walk(object, 0, &mut |depth, key, value| {
            reading.take(depth, key, value)
        })?;
        let mut event = reading.settle()?;
        event.extra = Extra::new(object, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// The object of an event that names both ends. The text of an intrusion stands under `msg`, which
/// an envelope takes for the line: the object is then still in the line as it came.
fn object<'a>(record: &Record<'a>) -> Option<&'a [u8]> {
    let text = if record.message.starts_with(b"{") {
        record.message
    } else if record.program == b"uvm" {
        let brace = memchr::memchr(b'{', record.raw)?;
        record.raw.get(brace..)?
    } else {
        return None;
    };
    let is_own = holds!(text, "\"class com.untangle.") || record.program == b"uvm";
    let has_ends = holds!(text, "\"CClientAddr\"") || holds!(text, "\"ipSource\"");
    (is_own && has_ends).then_some(text)
}

/// Calls back with every member, those of objects inside objects too.
fn walk<'a>(
    text: &'a [u8],
    depth: u8,
    take: &mut dyn FnMut(u8, &'a [u8], Value<'a>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    for member in Members::new(text) {
        match member? {
            (_, Value::Nested(inner)) if inner.starts_with(b"{") && depth < 3 => {
                walk(inner, depth + 1, take)?;
            }
            (key, value) => take(depth, key, value)?,
        }
    }
    Ok(())
}

/// Names that fill a field.
const FIELDS: &[&[u8]] = &[
    b"timeStamp",
    b"CClientAddr",
    b"CClientPort",
    b"CServerAddr",
    b"CServerPort",
    b"SClientAddr",
    b"SClientPort",
    b"SServerAddr",
    b"SServerPort",
    b"ipSource",
    b"ipDestination",
    b"sportItype",
    b"dportIcode",
    b"protocol",
    b"protocolName",
    b"blocked",
    b"username",
    b"clientIntf",
    b"serverIntf",
    b"ruleId",
    b"msg",
];

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    ends: [Option<Option<IpAddr>>; 2],
    ports: [Option<u16>; 4],
    local: &'a [u8],
    is_stamped: bool,
}

impl<'a> Reading<'a> {
    fn take(&mut self, depth: u8, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        if text == b"null" || text.is_empty() {
            return Ok(());
        }
        let event = &mut self.event;
        let packet = &mut event.packet;
        match key {
            b"CClientAddr" | b"ipSource" => once(&mut self.ends[0], address(text)?)?,
            b"CServerAddr" | b"ipDestination" => once(&mut self.ends[1], address(text)?)?,
            b"SClientAddr" => packet.source.nat_ip = address(text)?,
            b"SServerAddr" => packet.destination.nat_ip = address(text)?,
            b"CClientPort" | b"sportItype" => once(&mut self.ports[0], port(text)?)?,
            b"CServerPort" | b"dportIcode" => once(&mut self.ports[1], port(text)?)?,
            b"SClientPort" => once(&mut self.ports[2], port(text)?)?,
            b"SServerPort" => once(&mut self.ports[3], port(text)?)?,
            // An intrusion of protocol `ip` may be of any.
            b"protocol" if text != b"ip" => {
                let transport = Transport::from_word(text).ok_or(Refusal::BadProtocol)?;
                once(&mut packet.transport, transport)?;
            }
            b"blocked" => {
                event.action = match text {
                    b"true" => Action::Denied,
                    b"false" => Action::Allowed,
                    _ => Action::Unstated,
                };
            }
            b"msg" => event.rule = json::untrusted(text),
            b"ruleId" => event.rule_id = json::untrusted(text),
            b"username" => event.user = json::untrusted(text),
            b"clientIntf" => event.observer.ingress = json::untrusted(text),
            b"serverIntf" => event.observer.egress = json::untrusted(text),
            b"localAddr" => self.local = text,
            b"c2pBytes" | b"p2cBytes" => {
                let number = std::str::from_utf8(text)
                    .ok()
                    .and_then(|digits| digits.parse::<u64>().ok());
                let number = number.ok_or(Refusal::BadNumber)?;
                event.bytes = event.bytes.unwrap_or(0).checked_add(number);
            }
            // The event's own time, before that of the session inside it.
            b"timeStamp" if depth == 0 || !self.is_stamped => {
                event.stamp = clock::iso(text).ok_or(Refusal::BadTime)?;
                self.is_stamped = true;
            }
            _ => {}
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    fn settle(self) -> Result<Event<'a>, Refusal> {
        let mut event = self.event;
        let packet = &mut event.packet;
        let [Some(source), Some(destination)] = self.ends else {
            return Err(Refusal::MissingField);
        };
        (packet.source.ip, packet.destination.ip) = (source, destination);
        packet.family = family(source, destination)?;
        let [from, to, nat_from, nat_to] = self.ports;
        match packet.transport {
            Some(transport) if transport.has_ports() => {
                if from.is_none() || to.is_none() {
                    return Err(Refusal::MissingField);
                }
                (packet.source.port, packet.destination.port) = (from, to);
                packet.source.nat_port = nat_from.filter(|port| *port != 0);
                packet.destination.nat_port = nat_to.filter(|port| *port != 0);
            }
            _ => {}
        }
        let local = match written(self.local) {
            Some(Written::Plain(ip)) => Some(ip),
            _ => None,
        };
        event.direction = match local {
            Some(local) if source == Some(local) && destination != Some(local) => {
                Direction::Outbound
            }
            Some(local) if destination == Some(local) && source != Some(local) => {
                Direction::Inbound
            }
            _ => Direction::Unknown,
        };
        Ok(event)
    }
}

fn address(text: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    match written(text) {
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

fn port(text: &[u8]) -> Result<u16, Refusal> {
    decimal(text).ok_or(Refusal::BadPort)
}

fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    // A record that gave an event holds no error.
    let _ = walk(record, 0, &mut |_, key, value| {
        let text = value.text();
        if text != b"null" && !text.is_empty() && !FIELDS.contains(&key) {
            sink(Untrusted::new(key), json::untrusted(text));
        }
        Ok(())
    });
}
