//! The same logs as Strata Logging Service (Cortex Data Lake) forwards them: JSON with names.

use super::super::address::family;
use crate::formats::search::holds;
use std::net::IpAddr;

use rutter_event::{Event, Refusal, Transport, Untrusted};

use super::super::json::{self, Members, Value};
use super::super::number::decimal;
use super::{action, address, decimal_u64, read_ports, stamp, translated};

/// Whether the text is an object with the names that every log of a session has.
pub(super) fn is_log(message: &[u8]) -> bool {
    message.first() == Some(&b'{')
        && holds!(message, "\"LogType\"")
        && holds!(message, "\"SourceAddress\"")
        && holds!(message, "\"DestinationPort\"")
}

/// Fills the event from the members.
pub(super) fn read<'a>(message: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let mut source = None;
    let mut destination = None;
    let mut nat: [Option<IpAddr>; 2] = [None; 2];
    let mut ports: [&[u8]; 4] = [b""; 4];
    let mut transport = None;
    let mut is_stamped = false;
    for member in Members::new(message) {
        let (key, value) = member?;
        let Some(text) = told(value) else { continue };
        match key {
            b"SourceAddress" => source = Some(address(text)?),
            b"DestinationAddress" => destination = Some(address(text)?),
            b"NATSource" => nat[0] = translated(text)?,
            b"NATDestination" => nat[1] = translated(text)?,
            b"SourcePort" => ports[0] = text,
            b"DestinationPort" => ports[1] = text,
            b"NATSourcePort" => ports[2] = text,
            b"NATDestinationPort" => ports[3] = text,
            b"Protocol" => {
                transport = Some(Transport::from_word(text).ok_or(Refusal::BadProtocol)?);
            }
            b"Action" => event.action = action(text),
            b"Rule" => event.rule = json::untrusted(text),
            b"RuleUUID" => event.rule_id = json::untrusted(text),
            b"SourceUser" => event.user = json::untrusted(text),
            b"Application" => event.application = json::untrusted(text),
            b"FromZone" => event.observer.ingress_zone = json::untrusted(text),
            b"ToZone" => event.observer.egress_zone = json::untrusted(text),
            b"InboundInterface" => event.observer.ingress = json::untrusted(text),
            b"OutboundInterface" => event.observer.egress = json::untrusted(text),
            b"DeviceName" => event.observer.hostname = json::untrusted(text),
            b"Bytes" => event.bytes = decimal_u64(text),
            b"PacketsTotal" => event.packets = decimal_u64(text),
            b"SessionDuration" => {
                event.duration = decimal::<u32>(text).map(|s| u64::from(s) * 1_000_000_000);
            }
            b"TimeGeneratedHighResolution" => {
                event.stamp = stamp(text).ok_or(Refusal::BadTime)?;
                is_stamped = true;
            }
            b"TimeGenerated" if !is_stamped => {
                event.stamp = stamp(text).ok_or(Refusal::BadTime)?;
            }
            _ => {}
        }
    }
    let packet = &mut event.packet;
    packet.source.ip = source.ok_or(Refusal::MissingField)?;
    packet.destination.ip = destination.ok_or(Refusal::MissingField)?;
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    [packet.source.nat_ip, packet.destination.nat_ip] = nat;
    let transport = transport.ok_or(Refusal::MissingField)?;
    packet.transport = Some(transport);
    let [from, to, nat_from, nat_to] = ports;
    read_ports(
        [from, to],
        [nat_from, nat_to],
        transport,
        &mut packet.source,
        &mut packet.destination,
    )
}

/// The text of a value that is one.
fn told(value: Value<'_>) -> Option<&[u8]> {
    match value {
        Value::Bare(b"null") | Value::String(b"") => None,
        value => Some(value.text()),
    }
}

/// Names that fill a field. The action keeps its own word.
const FIELDS: &[&[u8]] = &[
    b"SourceAddress",
    b"DestinationAddress",
    b"NATSource",
    b"NATDestination",
    b"SourcePort",
    b"DestinationPort",
    b"NATSourcePort",
    b"NATDestinationPort",
    b"Protocol",
    b"Rule",
    b"RuleUUID",
    b"SourceUser",
    b"Application",
    b"FromZone",
    b"ToZone",
    b"InboundInterface",
    b"OutboundInterface",
    b"DeviceName",
    b"Bytes",
    b"PacketsTotal",
    b"SessionDuration",
    b"TimeGenerated",
    b"TimeGeneratedHighResolution",
];

/// Calls back with every member that has no field.
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Members::new(record).map_while(Result::ok) {
        if let Some(text) = told(value)
            && !FIELDS.contains(&key)
        {
            sink(Untrusted::new(key), json::untrusted(text));
        }
    }
}
