//! What each key means, and which field it fills.

use rutter_event::{Direction, Endpoint, Event, Refusal};

use super::super::address::leading_mac;
use super::super::number::hexadecimal;
use super::super::pairs::Value;
use super::super::sessions::{Seen, once};

/// Facts that do not stand alone in an event.
#[derive(Default)]
pub(super) struct Notes<'a> {
    /// Whether the record numbers its kind: `logid`, in older versions `log_id`.
    pub(super) has_number: bool,
    /// `traffic`, `utm`, `event`, and in older versions `virus`, `ips`, `webfilter`, …
    pub(super) kind: Option<&'a [u8]>,
    pub(super) subtype: &'a [u8],
    pub(super) device: &'a [u8],
    pub(super) date: Option<&'a [u8]>,
    pub(super) time: Option<&'a [u8]>,
    pub(super) zone: &'a [u8],
    pub(super) event_time: Option<u64>,
    pub(super) action: Option<&'a [u8]>,
    pub(super) status: &'a [u8],
    /// What the security profiles of a session did.
    pub(super) inspection: &'a [u8],
    pub(super) roles: [&'a [u8]; 2],
    /// Of a security log: which way the packet went within its session.
    pub(super) direction: Direction,
    pub(super) sent: [Option<u64>; 2],
    pub(super) received: [Option<u64>; 2],
    /// The ends of a tunnel: ours, and the other.
    pub(super) tunnel: [Endpoint; 2],
    /// Whether the record sums a tunnel up, and so tells no direction.
    pub(super) is_tunnel: bool,
    pub(super) seen: Seen,
    /// Whether the record may be cut.
    pub(super) is_open: bool,
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
        notes.is_open = !value.is_closed;
        match key {
            b"date" => once(&mut notes.date, Some(value.text))?,
            b"time" => once(&mut notes.time, Some(value.text))?,
            b"tz" => notes.zone = value.text,
            b"eventtime" => notes.event_time = value.sum(),
            b"logid" | b"log_id" => notes.has_number = true,
            b"type" => once(&mut notes.kind, Some(value.text))?,
            b"subtype" => notes.subtype = value.text,
            b"devname" => event.observer.hostname = value.word(),
            b"devid" | b"device_id" => notes.device = value.text,

            b"srcip" | b"src" => notes.seen.source(&mut event.packet, value)?,
            b"dstip" | b"dst" => notes.seen.destination(&mut event.packet, value)?,
            b"srcport" | b"src_port" => notes.seen.source_port(&mut event.packet, value)?,
            b"dstport" | b"dst_port" => notes.seen.destination_port(&mut event.packet, value)?,
            b"proto" => once(&mut event.packet.transport, value.protocol()?)?,
            b"srcmac" => event.packet.source.mac = leading_mac(value.text),
            b"dstmac" => event.packet.destination.mac = leading_mac(value.text),
            b"transip" | b"tran_sip" => translated(&mut event.packet.source, value)?,
            b"tranip" | b"tran_ip" => translated(&mut event.packet.destination, value)?,
            b"transport" | b"tran_sport" => event.packet.source.nat_port = translated_port(value)?,
            b"tranport" | b"tran_port" => {
                event.packet.destination.nat_port = translated_port(value)?;
            }
            b"icmptype" => event.packet.icmp.kind = hexadecimal(value.text),
            b"icmpcode" => event.packet.icmp.code = hexadecimal(value.text),
            b"icmpid" => event.packet.icmp.id = hexadecimal(value.text),

            b"locip" => once(&mut notes.tunnel[0].ip, value.address()?)?,
            b"remip" => once(&mut notes.tunnel[1].ip, value.address()?)?,
            b"locport" => once(&mut notes.tunnel[0].port, value.port()?)?,
            b"remport" => once(&mut notes.tunnel[1].port, value.port()?)?,

            // Clavister's, run together with one of ours.
            b"connsrcip" => return Err(Refusal::BadSyntax),
            b"tunneltype" => notes.is_tunnel = value.is_closed,

            b"srcintf" | b"src_int" | b"interface" => event.observer.ingress = value.word(),
            b"dstintf" | b"dst_int" => event.observer.egress = value.word(),
            b"srcintfrole" => notes.roles[0] = value.text,
            b"dstintfrole" => notes.roles[1] = value.text,
            b"direction" | b"dir" => notes.direction = direction(value.text),
            b"action" => once(&mut notes.action, Some(value.text))?,
            b"status" => notes.status = value.text,
            b"utmaction" => notes.inspection = value.text,

            b"policyid" | b"policy_id" => event.rule_id = value.word(),
            b"policyname" => event.rule = value.word(),
            b"app" | b"app_name" => event.application = value.word(),
            b"user" => event.user = value.word(),
            b"unauthuser" if event.user.is_empty() => event.user = value.word(),
            b"sentbyte" | b"sent" => notes.sent[0] = value.sum(),
            b"rcvdbyte" | b"rcvd" => notes.received[0] = value.sum(),
            b"sentpkt" | b"sent_pkt" => notes.sent[1] = value.sum(),
            b"rcvdpkt" | b"rcvd_pkt" => notes.received[1] = value.sum(),
            b"duration" => event.duration = value.seconds(),
            _ => {}
        }
        Ok(())
    }
}

/// An address after translation. Where nothing was translated, some logs write 0.0.0.0.
fn translated(end: &mut Endpoint, value: Value<'_>) -> Result<(), Refusal> {
    end.nat_ip = value.address()?.filter(|ip| !ip.is_unspecified());
    Ok(())
}

fn translated_port(value: Value<'_>) -> Result<Option<u16>, Refusal> {
    Ok(value.port()?.filter(|port| *port != 0))
}

fn direction(word: &[u8]) -> Direction {
    match word {
        b"incoming" | b"inbound" => Direction::Inbound,
        b"outgoing" | b"outbound" => Direction::Outbound,
        _ => Direction::Unknown,
    }
}

impl Notes<'_> {
    /// Whether the record has shown what all records of FortiOS have.
    pub(super) const fn has_names(&self) -> bool {
        self.has_number && self.kind.is_some() && !self.subtype.is_empty()
    }

    /// Whether the record tells of a session or a packet, and so must name both ends.
    pub(super) fn is_traffic(&self) -> bool {
        !matches!(self.kind, Some(b"event") | None)
    }

    /// The device's name in the vendor's own catalogue.
    pub(super) fn product(&self) -> &'static str {
        if self.device.starts_with(b"FPX") || self.subtype == b"http-transaction" {
            "fortiproxy"
        } else {
            "fortigate"
        }
    }
}

/// Keys that fill a field and say no more than the field.
pub(super) const FIELDS: &[&[u8]] = &[
    b"date",
    b"time",
    b"tz",
    b"devname",
    b"srcip",
    b"src",
    b"dstip",
    b"dst",
    b"srcport",
    b"src_port",
    b"dstport",
    b"dst_port",
    b"proto",
    b"srcmac",
    b"dstmac",
    b"transip",
    b"tran_sip",
    b"tranip",
    b"tran_ip",
    b"transport",
    b"tran_sport",
    b"tranport",
    b"tran_port",
    b"icmptype",
    b"icmpcode",
    b"icmpid",
    b"srcintf",
    b"src_int",
    b"dstintf",
    b"dst_int",
    b"interface",
    b"policyid",
    b"policy_id",
    b"policyname",
    b"app",
    b"app_name",
    b"duration",
    b"user",
];
