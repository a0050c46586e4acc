//! What Vectra's sensors report: detections of hosts, campaigns, alerts of Vectra Match.

use rutter_event::{Event, Extra, Refusal, Stamp};

use super::fields::{self, NO_PACKET};
use super::json::Value;
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Vectra Detect and Match.
pub struct VectraDetect;

impl Format for VectraDetect {
    fn name(&self) -> &'static str {
        "vectra-detect"
    }

    fn title(&self) -> &'static str {
        "Vectra Detect and Match: detections and alerts (JSON)"
    }

    fn example(&self) -> &'static str {
        r#"<13>Nov 23 10:00:00 vectra01 vectra_json_v2 -: {"version": "7.4", "detection_id": 126, "category": "RECONNAISSANCE", "severity": "4.4", "threat": 44, "certainty": 61, "d_type": "port_sweep", "d_type_vname": "Port Sweep", "triaged": false, "headend_addr": "192.0.2.2", "dvchost": "vectra01.example.net", "dd_dst_ip": "203.0.113.9", "dd_dst_port": 445, "dd_dst_dns": "", "dd_bytes_sent": 120, "dd_bytes_rcvd": 0, "host_name": "desktop-7", "host_ip": "192.0.2.10", "dd_proto": "tcp", "vectra_timestamp": "1795428000"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        object(record).is_some_and(tells_of_ends)
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let object = object(record).ok_or(NO_PACKET)?;
        if !tells_of_ends(object) {
            return Err(NO_PACKET);
        }
        let mut reading = Reading::default();
        fields::walk(object, &[], &mut |path, value| reading.take(path, value))?;
        let mut event = reading.event;
        reading.ends.settle(&mut event.packet)?;
        let [sent, received, sent_here, received_here] = reading.bytes;
        event.bytes = fields::sum(sent, received).or(fields::sum(sent_here, received_here));
        event.stamp = reading.stamp.unwrap_or(record.stamp);
        event.observer.vendor = "vectra";
        event.observer.product = "detect";
        if event.observer.hostname.is_empty() && !is_name(record.hostname.bytes()) {
            event.observer.hostname = record.hostname;
        }
        event.extra = Extra::new(object, |object, sink| {
            fields::each_member_but(object, FIELDS, sink)
        });
        emit(&mut event);
        Ok(())
    }
}

/// The JSON object of a record. Before it may stand the name of the writer, which has no place in a
/// syslog header: `vectra_json_v2 -: {…}`.
fn object<'a>(record: &Record<'a>) -> Option<&'a [u8]> {
    let message = record.message.trim_ascii();
    let head = message.get(..64).unwrap_or(message);
    let (prefix, object) = message.split_at_checked(memchr::memchr(b'{', head)?)?;
    let prefix = prefix.trim_ascii();
    let is_own = is_name(prefix)
        || matches!(prefix, b"" | b"-:" | b"-")
            && (is_name(record.program)
                || is_name(record.hostname.bytes())
                || holds!(object, "\"vectra_timestamp\""));
    is_own.then_some(object)
}

fn is_name(text: &[u8]) -> bool {
    text.starts_with(b"vectra_")
}

/// Whether the record names two hosts. Scores of hosts and accounts, health and audits do not.
fn tells_of_ends(object: &[u8]) -> bool {
    holds!(object, "\"host_ip\"") && holds!(object, "\"dd_dst_ip\"")
        || holds!(object, "\"src_ip\"") && holds!(object, "\"dest_ip\"")
}

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    ends: fields::Named,
    stamp: Option<Stamp>,
    /// Sent and received in all, and towards the named destination.
    bytes: [Option<u64>; 4],
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"host_ip",
    b"src_ip",
    b"src_port",
    b"dd_dst_ip",
    b"dest_ip",
    b"dd_dst_port",
    b"dest_port",
    b"dd_proto",
    b"proto",
    b"dvchost",
    b"vectra_timestamp",
    b"timestamp",
    b"alert_signature",
    b"alert_signature_id",
];

impl<'a> Reading<'a> {
    fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        let event = &mut self.event;
        let packet = &mut event.packet;
        match key {
            b"host_ip" | b"src_ip" => self.ends.source(packet, text)?,
            b"dd_dst_ip" | b"dest_ip" => self.ends.destination(packet, text)?,
            b"src_port" => packet.source.port = fields::port(text)?,
            b"dd_dst_port" | b"dest_port" => packet.destination.port = fields::port(text)?,
            b"dd_proto" | b"proto" if !text.is_empty() => {
                packet.transport = fields::protocol(text)?;
            }
            b"dvchost" => event.observer.hostname = value.untrusted(),
            b"d_type_vname" | b"alert_signature" | b"campaign_name" => {
                event.rule = value.untrusted();
            }
            b"d_type" | b"alert_signature_id" => event.rule_id = value.untrusted(),
            b"vectra_timestamp" | b"timestamp" => {
                self.stamp = Some(fields::stamp(text).ok_or(Refusal::BadTime)?);
            }
            b"bytes_sent" => self.bytes[0] = fields::count(text),
            b"bytes_received" => self.bytes[1] = fields::count(text),
            b"dd_bytes_sent" => self.bytes[2] = fields::count(text),
            b"dd_bytes_rcvd" => self.bytes[3] = fields::count(text),
            _ => {}
        }
        Ok(())
    }
}
