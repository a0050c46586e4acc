//! VPC flow logs of Google Cloud, as log entries or their payload alone.

use rutter_event::{Direction, Event, Extra, Refusal, Stamp, Untrusted};

use super::fields::{self, NO_PACKET};
use super::json::{Members, Value};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Google Cloud's VPC flow logs.
pub struct GcpVpcFlow;

impl Format for GcpVpcFlow {
    fn name(&self) -> &'static str {
        "gcp-vpc-flow"
    }

    fn title(&self) -> &'static str {
        "Google Cloud: VPC flow logs"
    }

    fn example(&self) -> &'static str {
        r#"{"insertId":"1abc","jsonPayload":{"bytes_sent":"1776","connection":{"dest_ip":"198.51.100.7","dest_port":33478,"protocol":6,"src_ip":"203.0.113.9","src_port":443},"dest_location":{"asn":64496,"continent":"Europe","country":"che"},"end_time":"2026-11-23T10:00:00.301953198Z","packets_sent":"7","reporter":"SRC","rtt_msec":"36","src_instance":{"project_id":"example","region":"europe-west6","vm_name":"web-1","zone":"europe-west6-a"},"src_vpc":{"project_id":"example","subnetwork_name":"default","vpc_name":"default"},"start_time":"2026-11-23T09:59:59.186193305Z"},"logName":"projects/example/logs/compute.googleapis.com%2Fvpc_flows","receiveTimestamp":"2026-11-23T10:00:05.845445834Z","resource":{"labels":{"location":"europe-west6-a","project_id":"example","subnetwork_id":"42","subnetwork_name":"default"},"type":"gce_subnetwork"},"timestamp":"2026-11-23T10:00:05.845445834Z"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && holds!(record.message, "\"connection\"")
            && (holds!(record.message, "\"bytes_sent\"") || holds!(record.message, "\"reporter\""))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, INSIDE, &mut |path, value| {
            reading.take(path.strip_prefix(b"jsonPayload.").unwrap_or(path), value)
        })?;
        let Reading {
            mut event,
            has_connection,
            ..
        } = reading;
        if !has_connection {
            return Err(NO_PACKET);
        }
        fields::settle(&mut event.packet)?;
        event.duration = fields::between(reading.start, reading.end);
        event.stamp = [reading.written, reading.end, record.stamp]
            .into_iter()
            .find(|stamp| *stamp != Stamp::Absent)
            .unwrap_or_default();
        event.direction = match (
            reading.reporter,
            reading.has_source,
            reading.has_destination,
        ) {
            (_, true, true) => Direction::Internal,
            (b"SRC" | b"SRC_GATEWAY", ..) | (_, true, false) => Direction::Outbound,
            (b"DEST" | b"DEST_GATEWAY", ..) | (_, false, true) => Direction::Inbound,
            _ => Direction::Unknown,
        };
        event.observer.vendor = "Google";
        event.observer.product = "vpc-flow-logs";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

const INSIDE: &[&[u8]] = &[b"jsonPayload", b"jsonPayload.connection", b"connection"];

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    has_connection: bool,
    reporter: &'a [u8],
    /// Whether an end is a machine or a network of the reporter's organisation.
    has_source: bool,
    has_destination: bool,
    written: Stamp,
    start: Stamp,
    end: Stamp,
}

impl<'a> Reading<'a> {
    fn take(&mut self, path: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let packet = &mut self.event.packet;
        let text = value.text();
        let time = |text| fields::stamp(text).ok_or(Refusal::BadTime);
        match path {
            b"connection.src_ip" => {
                packet.source.ip = fields::end(text)?;
                self.has_connection = true;
            }
            b"connection.dest_ip" => packet.destination.ip = fields::end(text)?,
            b"connection.src_port" => packet.source.port = fields::port(text)?,
            b"connection.dest_port" => packet.destination.port = fields::port(text)?,
            b"connection.protocol" => packet.transport = fields::protocol(text)?,
            b"bytes_sent" => self.event.bytes = fields::count(text),
            b"packets_sent" => self.event.packets = fields::count(text),
            b"start_time" => self.start = time(text)?,
            b"end_time" => self.end = time(text)?,
            b"timestamp" => self.written = time(text)?,
            b"reporter" => self.reporter = text,
            b"src_vpc" => self.has_source = true,
            b"dest_vpc" => self.has_destination = true,
            _ => {}
        }
        Ok(())
    }
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"connection",
    b"bytes_sent",
    b"packets_sent",
    b"timestamp",
    b"jsonPayload",
];

/// Calls back with every member of the payload and of the entry around it that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Members::new(record).map_while(Result::ok) {
        if key == b"jsonPayload" {
            fields::each_member_but(value.text(), FIELDS, sink);
        }
    }
    fields::each_member_but(record, FIELDS, sink);
}
