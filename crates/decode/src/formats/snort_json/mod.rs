//! Snort 3's alerts as JSON (`alert_json`).

use rutter_event::{Event, Extra, Mac, Refusal, Stamp, TcpFlags, Timestamp, Untrusted};

use super::address::leading_mac;
use super::fields;
use super::json::Value;
use super::number::hexadecimal;
use super::{alert, extension};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Snort 3, `alert_json`.
pub struct SnortJson;

impl Format for SnortJson {
    fn name(&self) -> &'static str {
        "snort-json"
    }

    fn title(&self) -> &'static str {
        "Snort 3 alert_json"
    }

    fn example(&self) -> &'static str {
        r#"{ "timestamp" : "11/23-10:00:00.126173", "pkt_num" : 689, "proto" : "TCP", "pkt_gen" : "raw", "pkt_len" : 60, "dir" : "C2S", "src_ap" : "198.51.100.7:43210", "dst_ap" : "203.0.113.9:23", "rule" : "1:1000006:1", "action" : "drop" }"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && (holds!(record.message, "\"src_addr\"", "\"dst_addr\"")
                || holds!(record.message, "\"src_ap\"", "\"dst_ap\""))
            && (holds!(record.message, "\"rule\"") || holds!(record.message, "\"gid\"", "\"sid\""))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, &[], &mut |path, value| {
            reading.take(path, value)
        })?;
        let mut event = reading.event;
        reading.ends.settle(&mut event.packet)?;
        event.stamp = reading.instant.or(reading.reading).unwrap_or(record.stamp);
        event.observer.vendor = "snort";
        event.observer.product = "snort";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, |record, sink| {
            fields::each_member_but(record, FIELDS, sink)
        });
        emit(&mut event);
        Ok(())
    }
}

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    ends: fields::Named,
    instant: Option<Stamp>,
    reading: Option<Stamp>,
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"timestamp",
    b"seconds",
    b"proto",
    b"src_addr",
    b"dst_addr",
    b"src_ap",
    b"dst_ap",
    b"src_port",
    b"dst_port",
    b"eth_src",
    b"eth_dst",
    b"ttl",
    b"tos",
    b"ip_id",
    b"pkt_len",
    b"icmp_type",
    b"icmp_code",
    b"icmp_id",
    b"icmp_seq",
    b"tcp_flags",
    b"tcp_seq",
    b"tcp_ack",
    b"tcp_win",
    b"msg",
    b"iface",
];

impl<'a> Reading<'a> {
    fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        let event = &mut self.event;
        let packet = &mut event.packet;
        match key {
            b"src_addr" => self.ends.source(packet, text)?,
            b"dst_addr" => self.ends.destination(packet, text)?,
            b"src_ap" | b"dst_ap" => self.take_joined(key, text)?,
            b"src_port" => packet.source.port = fields::port(text)?,
            b"dst_port" => packet.destination.port = fields::port(text)?,
            b"proto" => packet.transport = fields::protocol(text)?,
            b"eth_src" => packet.source.mac = mac(text),
            b"eth_dst" => packet.destination.mac = mac(text),
            b"ttl" => packet.ttl = value.decimal(),
            b"tos" => packet.tos = value.decimal(),
            b"ip_id" => packet.id = value.decimal(),
            b"pkt_len" => packet.length = value.decimal(),
            b"icmp_type" => packet.icmp.kind = value.decimal(),
            b"icmp_code" => packet.icmp.code = value.decimal(),
            b"icmp_id" => packet.icmp.id = value.decimal(),
            b"icmp_seq" => packet.icmp.sequence = value.decimal(),
            b"tcp_flags" => packet.tcp.flags = flags(text),
            b"tcp_seq" => packet.tcp.seq = value.decimal().or_else(|| hexadecimal(text)),
            b"tcp_ack" => packet.tcp.ack = value.decimal().or_else(|| hexadecimal(text)),
            b"tcp_win" => packet.tcp.window = value.decimal().or_else(|| hexadecimal(text)),
            b"action" => event.action = extension::action(text),
            b"msg" => event.rule = value.untrusted(),
            b"sid" => event.rule_id = value.untrusted(),
            b"rule" if event.rule_id.is_empty() => {
                // Generator, signature, revision.
                let mut parts = text.split(|byte| *byte == b':');
                event.rule_id = Untrusted::new(parts.nth(1).unwrap_or_default());
            }
            b"iface" => event.observer.ingress = value.untrusted(),
            b"service" if text != b"unknown" => event.application = value.untrusted(),
            b"seconds" => {
                let instant = value
                    .decimal::<u32>()
                    .and_then(|seconds| Timestamp::from_seconds(i64::from(seconds), 0));
                self.instant = Some(Stamp::Instant(instant.ok_or(Refusal::BadTime)?));
            }
            b"timestamp" => {
                let stamp = alert::stamp(text).or_else(|| fields::stamp(text));
                self.reading = Some(stamp.ok_or(Refusal::BadTime)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// An address and a port in one word; IPv6 is written without brackets, and always with a port.
    fn take_joined(&mut self, key: &[u8], text: &[u8]) -> Result<(), Refusal> {
        let colon = memchr::memrchr(b':', text).ok_or(Refusal::BadPort)?;
        let (ip, port) = text.split_at_checked(colon).ok_or(Refusal::BadPort)?;
        let port = fields::port(port.get(1..).unwrap_or_default())?;
        let packet = &mut self.event.packet;
        let (earlier, end) = if key == b"src_ap" {
            let earlier = (packet.source.ip, packet.source.port);
            self.ends.source(packet, ip)?;
            (earlier, &mut packet.source)
        } else {
            let earlier = (packet.destination.ip, packet.destination.port);
            self.ends.destination(packet, ip)?;
            (earlier, &mut packet.destination)
        };
        // The other two keys say the same.
        if earlier.0.is_some() && earlier.0 != end.ip || earlier.1.is_some() && earlier.1 != port {
            return Err(Refusal::BadAddress);
        }
        end.port = port;
        Ok(())
    }
}

fn mac(text: &[u8]) -> Option<Mac> {
    leading_mac(text).filter(|_| text.len() == 17)
}

/// `***AP***`: a letter for each flag that is set.
fn flags(text: &[u8]) -> Option<TcpFlags> {
    text.iter()
        .filter(|letter| **letter != b'*')
        .try_fold(TcpFlags::NONE, |flags, letter| match letter {
            b'1' => Some(flags.with(TcpFlags::CWR)),
            b'2' => Some(flags.with(TcpFlags::ECE)),
            letter => Some(flags.with(TcpFlags::from_letter(*letter)?)),
        })
}
