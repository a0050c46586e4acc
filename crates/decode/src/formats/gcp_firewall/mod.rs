//! Firewall rules logging of Google Cloud, as log entries or their payload alone.

use rutter_event::{Action, Direction, Event, Extra, Refusal, Untrusted};

use super::fields::{self, NO_PACKET};
use super::json::{self, Members, Value};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Google Cloud's firewall rules log.
pub struct GcpFirewall;

impl Format for GcpFirewall {
    fn name(&self) -> &'static str {
        "gcp-firewall"
    }

    fn title(&self) -> &'static str {
        "Google Cloud: firewall rules logging"
    }

    fn example(&self) -> &'static str {
        r#"{"insertId":"1abc","jsonPayload":{"connection":{"dest_ip":"203.0.113.9","dest_port":23,"protocol":6,"src_ip":"198.51.100.7","src_port":43210},"disposition":"DENIED","instance":{"project_id":"example","region":"europe-west6","vm_name":"web-1","zone":"europe-west6-a"},"remote_location":{"continent":"Europe","country":"che"},"rule_details":{"action":"DENY","direction":"INGRESS","ip_port_info":[{"ip_protocol":"ALL"}],"priority":1000,"reference":"network:default/firewall:deny-telnet","source_range":["0.0.0.0/0"]},"vpc":{"project_id":"example","subnetwork_name":"default","vpc_name":"default"}},"logName":"projects/example/logs/compute.googleapis.com%2Ffirewall","receiveTimestamp":"2026-11-23T10:00:05.466374097Z","resource":{"labels":{"location":"europe-west6-a","project_id":"example","subnetwork_id":"42","subnetwork_name":"default"},"type":"gce_subnetwork"},"timestamp":"2026-11-23T10:00:00.214711274Z"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && holds!(record.message, "\"connection\"")
            && (holds!(record.message, "\"disposition\"")
                || holds!(record.message, "\"rule_details\""))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        let mut has_connection = false;
        fields::walk(record.message, INSIDE, &mut |path, value| {
            let path = path.strip_prefix(b"jsonPayload.").unwrap_or(path);
            has_connection |= path == b"connection.src_ip";
            take(&mut event, path, value)
        })?;
        if !has_connection {
            return Err(NO_PACKET);
        }
        fields::settle(&mut event.packet)?;
        event.observer.vendor = "Google";
        event.observer.product = "vpc-firewall";
        if event.observer.hostname.is_empty() {
            event.observer.hostname = record.hostname;
        }
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

const INSIDE: &[&[u8]] = &[
    b"jsonPayload",
    b"jsonPayload.connection",
    b"jsonPayload.rule_details",
    b"jsonPayload.instance",
    b"connection",
    b"rule_details",
    b"instance",
];

fn take<'a>(event: &mut Event<'a>, path: &[u8], value: Value<'a>) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    let text = value.text();
    match path {
        b"connection.src_ip" => packet.source.ip = fields::end(text)?,
        b"connection.dest_ip" => packet.destination.ip = fields::end(text)?,
        b"connection.src_port" => packet.source.port = fields::port(text)?,
        b"connection.dest_port" => packet.destination.port = fields::port(text)?,
        b"connection.protocol" => packet.transport = fields::protocol(text)?,
        b"disposition" => {
            event.action = match text {
                b"ALLOWED" => Action::Allowed,
                // The documentation of the VPC firewall: packets are dropped in silence.
                b"DENIED" => Action::Dropped,
                _ => Action::Unstated,
            };
        }
        b"rule_details.reference" => event.rule = json::untrusted(text),
        b"rule_details.direction" => {
            event.direction = match text {
                b"INGRESS" => Direction::Inbound,
                b"EGRESS" => Direction::Outbound,
                _ => Direction::Unknown,
            };
        }
        b"instance.vm_name" => event.observer.hostname = json::untrusted(text),
        b"timestamp" => {
            event.stamp = fields::stamp(text).ok_or(Refusal::BadTime)?;
        }
        _ => {}
    }
    Ok(())
}

/// Keys that fill a field. Objects of which some members do are kept whole.
const FIELDS: &[&[u8]] = &[b"connection", b"disposition", b"timestamp", b"jsonPayload"];

/// Calls back with every member of the payload and of the entry around it that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Members::new(record).map_while(Result::ok) {
        if key == b"jsonPayload" {
            fields::each_member_but(value.text(), FIELDS, sink);
        }
    }
    fields::each_member_but(record, FIELDS, sink);
}
