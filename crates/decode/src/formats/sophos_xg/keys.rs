//! What each key means, and which field it fills.

use rutter_event::{Direction, Endpoint, Event, Refusal, Stamp, Untrusted};

use super::super::address::leading_mac;
use super::super::clock;
use super::super::pairs::Value;
use super::super::sessions::{self, Seen, once};

/// Log types that may name one end alone, or no protocol.
pub(super) const KINDS_WITHOUT_PROTOCOL: &[&[u8]] = &[
    b"Event",
    b"WAF",
    b"Heartbeat",
    b"Wireless Protection",
    b"System Health",
];

/// Facts that do not stand alone in an event.
#[derive(Default)]
pub(super) struct Notes<'a> {
    /// `Firewall`, `IDP`, `Content Filtering`, `Event`, …
    pub(super) kind: Option<&'a [u8]>,
    /// `Allowed`, `Denied`, `Drop`, `Virus`, …
    pub(super) subtype: &'a [u8],
    pub(super) status: &'a [u8],
    /// What was done with a mail.
    pub(super) mail: &'a [u8],
    /// Why the web application firewall refused a request.
    pub(super) reason: &'a [u8],
    pub(super) device: Untrusted<'a>,
    date: Option<&'a [u8]>,
    time: Option<&'a [u8]>,
    zone: &'a [u8],
    /// Date, time and offset of the central format.
    timestamp: Option<&'a [u8]>,
    zones: [&'a [u8]; 2],
    pub(super) bytes: [Option<u64>; 2],
    pub(super) packets: [Option<u64>; 2],
    pub(super) seen: Seen,
    /// Whether the record may be cut.
    pub(super) is_open: bool,
}

impl Notes<'_> {
    /// The device's clock. An abbreviation of a zone says nothing, except for Greenwich's.
    pub(super) fn stamp(&self) -> Stamp {
        let zone = match self.zone {
            b"GMT" | b"UTC" => b"Z",
            zone => zone,
        };
        match (self.timestamp, self.date, self.time) {
            (Some(timestamp), ..) => clock::iso(timestamp),
            (None, Some(date), Some(time)) => sessions::stamp(date, time, zone),
            _ => None,
        }
        .unwrap_or_default()
    }

    /// The types of the zones tell which way a connection goes.
    pub(super) fn direction(&self) -> Direction {
        let is_ours = |zone: &[u8]| match zone {
            b"" => None,
            zone => Some(zone != b"WAN"),
        };
        Direction::between(self.zones.map(is_ours))
    }
}

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    pub(super) notes: Notes<'a>,
}

impl<'a> Reading<'a> {
    /// Takes one pair; keys that are not told here are left to `extra`.
    pub(super) fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let (event, notes) = (&mut self.event, &mut self.notes);
        let packet = &mut event.packet;
        notes.is_open = !value.is_closed;
        match key {
            b"date" => once(&mut notes.date, Some(value.text))?,
            b"time" => once(&mut notes.time, Some(value.text))?,
            b"timezone" => notes.zone = value.text,
            b"timestamp" => once(&mut notes.timestamp, Some(value.text))?,
            // The central format writes the family of devices here.
            b"device_name" if value.text != b"SFW" => notes.device = value.word(),
            b"log_type" => once(&mut notes.kind, Some(value.text))?,
            b"log_subtype" if value.is_closed => notes.subtype = value.text.trim_ascii(),
            b"status" if value.is_closed => notes.status = value.text,
            b"spamaction" if value.is_closed => notes.mail = value.text,
            b"reason" => notes.reason = value.text,

            b"src_ip" | b"sourceip" | b"remoteinterfaceip" => notes.seen.source(packet, value)?,
            b"dst_ip" | b"destinationip" | b"localip" | b"localinterfaceip" => {
                notes.seen.destination(packet, value)?;
            }
            b"src_port" => notes.seen.source_port(packet, value)?,
            b"dst_port" => notes.seen.destination_port(packet, value)?,
            b"protocol" => once(&mut packet.transport, trimmed(value).protocol()?)?,
            b"icmp_type" => packet.icmp.kind = value.decimal(),
            b"icmp_code" => packet.icmp.code = value.decimal(),
            b"src_mac" => packet.source.mac = leading_mac(value.text),
            b"dst_mac" => packet.destination.mac = leading_mac(value.text),
            b"tran_src_ip" | b"src_trans_ip" => translated(&mut packet.source, value)?,
            b"tran_dst_ip" | b"dst_trans_ip" => translated(&mut packet.destination, value)?,
            b"tran_src_port" | b"src_trans_port" => {
                packet.source.nat_port = translated_port(value);
            }
            b"tran_dst_port" | b"dst_trans_port" => {
                packet.destination.nat_port = translated_port(value);
            }

            b"in_interface" => event.observer.ingress = value.word(),
            b"out_interface" => event.observer.egress = value.word(),
            b"srczone" | b"src_zone" => event.observer.ingress_zone = value.word(),
            b"dstzone" | b"dst_zone" => event.observer.egress_zone = value.word(),
            b"srczonetype" | b"src_zone_type" => notes.zones[0] = value.text,
            b"dstzonetype" | b"dst_zone_type" => notes.zones[1] = value.text,
            b"fw_rule_id" => event.rule_id = value.word(),
            b"fw_rule_name" => event.rule = value.word(),
            b"application" | b"app_name" => event.application = value.word(),
            b"user_name" => event.user = value.word(),
            b"duration" => event.duration = value.seconds(),
            b"sent_bytes" | b"bytes_sent" | b"bytessent" => notes.bytes[0] = value.sum(),
            b"recv_bytes" | b"bytes_received" | b"bytesrcv" => notes.bytes[1] = value.sum(),
            b"sent_pkts" | b"packets_sent" => notes.packets[0] = value.sum(),
            b"recv_pkts" | b"packets_received" => notes.packets[1] = value.sum(),
            _ => {}
        }
        Ok(())
    }
}

/// Some versions pad the protocol with a blank.
fn trimmed(value: Value<'_>) -> Value<'_> {
    Value {
        text: value.text.trim_ascii(),
        ..value
    }
}

fn translated(end: &mut Endpoint, value: Value<'_>) -> Result<(), Refusal> {
    end.nat_ip = value.address()?.filter(|ip| !ip.is_unspecified());
    Ok(())
}

/// Some versions lack the blank behind this one, and run it together with the next key.
fn translated_port(value: Value<'_>) -> Option<u16> {
    value.port().ok().flatten().filter(|port| *port != 0)
}

/// Keys that fill a field and say no more than the field.
pub(super) const FIELDS: &[&[u8]] = &[
    b"date",
    b"time",
    b"timestamp",
    b"src_ip",
    b"sourceip",
    b"remoteinterfaceip",
    b"dst_ip",
    b"destinationip",
    b"localip",
    b"localinterfaceip",
    b"src_port",
    b"dst_port",
    b"protocol",
    b"icmp_type",
    b"icmp_code",
    b"src_mac",
    b"dst_mac",
    b"tran_src_ip",
    b"src_trans_ip",
    b"tran_dst_ip",
    b"dst_trans_ip",
    b"tran_src_port",
    b"src_trans_port",
    b"tran_dst_port",
    b"dst_trans_port",
    b"in_interface",
    b"out_interface",
    b"srczone",
    b"src_zone",
    b"dstzone",
    b"dst_zone",
    b"fw_rule_id",
    b"fw_rule_name",
    b"application",
    b"app_name",
    b"user_name",
    b"duration",
];
