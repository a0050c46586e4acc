//! Snort 3's `alert_json`.

use rutter_event::{Action, Event, Extra, Refusal, Stamp, Timestamp};

use super::address::leading_mac;
use super::alert;
use super::fields::{self, NO_PACKET};
use super::json::Value;
use super::meaning;
use crate::record::{Emit, Format, Record, Rejection};

/// Snort 3's JSON alerts.
pub struct SnortJson;

impl Format for SnortJson {
    fn name(&self) -> &'static str {
        "snort-json"
    }

    fn title(&self) -> &'static str {
        "Snort 3: alert_json"
    }

    fn example(&self) -> &'static str {
        r#"{ "timestamp" : "11/23-10:00:00.123456", "seconds" : 1795428000, "action" : "allow", "class" : "none", "dir" : "C2S", "dst_addr" : "203.0.113.9", "dst_ap" : "203.0.113.9:23", "dst_port" : 23, "eth_dst" : "00:00:5E:00:53:02", "eth_len" : 60, "eth_src" : "00:00:5E:00:53:01", "gid" : 1, "iface" : "eth0", "ip_id" : 54321, "ip_len" : 40, "msg" : "telnet", "priority" : 3, "proto" : "TCP", "rev" : 1, "rule" : "1:1000001:1", "sid" : 1000001, "src_addr" : "198.51.100.7", "src_ap" : "198.51.100.7:43210", "src_port" : 43210, "tcp_flags" : "******S*", "tcp_seq" : 305419896, "tcp_win" : 1024, "tos" : 0, "ttl" : 241 }"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let has = |word| fields::holds(record, &[word]);
        fields::is_object(record)
            && (has("\"src_ap\"") || has("\"src_addr\""))
            && (has("\"dst_ap\"") || has("\"dst_addr\""))
            && (has("\"rule\"") || has("\"sid\"") || has("\"pkt_num\"") || has("\"pkt_gen\""))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, &[], &mut |key, value| {
            reading.take(key, value)
        })?;
        let mut event = reading.settle(record)?;
        event.observer.vendor = "snort";
        event.observer.product = "snort";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, |message, sink| {
            fields::each_member_but(message, FIELDS, sink);
        });
        emit(&mut event);
        Ok(())
    }
}

/// Keys that fill a field; the action keeps its word.
const FIELDS: &[&[u8]] = &[
    b"timestamp",
    b"seconds",
    b"src_addr",
    b"src_ap",
    b"src_port",
    b"dst_addr",
    b"dst_ap",
    b"dst_port",
    b"eth_src",
    b"eth_dst",
    b"iface",
    b"icmp_code",
    b"icmp_type",
    b"ip_id",
    b"ip_len",
    b"msg",
    b"proto",
    b"service",
    b"sid",
    b"tcp_ack",
    b"tcp_flags",
    b"tcp_seq",
    b"tcp_win",
    b"tos",
    b"ttl",
];

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    stamp: Option<Stamp>,
    seconds: Option<u64>,
    /// Addresses with ports behind a colon, where nothing else tells.
    pairs: [&'a [u8]; 2],
}

impl<'a> Reading<'a> {
    fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let event = &mut self.event;
        let packet = &mut event.packet;
        let text = value.text();
        match key {
            b"timestamp" => {
                self.stamp = alert::stamp(text).or_else(|| fields::stamp(text));
                if self.stamp.is_none() {
                    return Err(Refusal::BadTime);
                }
            }
            b"seconds" => self.seconds = value.decimal(),
            b"src_addr" => packet.source.ip = fields::end(text)?,
            b"dst_addr" => packet.destination.ip = fields::end(text)?,
            b"src_ap" => self.pairs[0] = text,
            b"dst_ap" => self.pairs[1] = text,
            b"src_port" => packet.source.port = fields::port(text)?,
            b"dst_port" => packet.destination.port = fields::port(text)?,
            b"proto" => packet.transport = fields::protocol(text)?,
            b"eth_src" => packet.source.mac = leading_mac(text),
            b"eth_dst" => packet.destination.mac = leading_mac(text),
            b"ip_id" => packet.id = value.decimal(),
            b"ip_len" => packet.length = value.decimal(),
            b"ttl" => packet.ttl = value.decimal(),
            b"tos" => packet.tos = value.decimal(),
            b"tcp_seq" => packet.tcp.seq = value.decimal(),
            b"tcp_ack" => packet.tcp.ack = value.decimal(),
            b"tcp_win" => packet.tcp.window = value.decimal(),
            b"tcp_flags" => packet.tcp.flags = meaning::flags(text),
            b"icmp_type" => packet.icmp.kind = value.decimal(),
            b"icmp_code" => packet.icmp.code = value.decimal(),
            b"iface" => event.observer.ingress = value.untrusted(),
            b"msg" => event.rule = value.untrusted(),
            b"sid" => event.rule_id = value.untrusted(),
            b"service" if text != b"unknown" => event.application = value.untrusted(),
            b"action" => {
                event.action = match text {
                    b"allow" | b"pass" => Action::Allowed,
                    b"drop" | b"block" => Action::Dropped,
                    b"reject" => Action::Rejected,
                    b"deny" => Action::Denied,
                    // `would_drop`, `cant_block` and others: nothing was done.
                    _ => Action::Unstated,
                };
            }
            _ => {}
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    fn settle(self, record: &Record<'_>) -> Result<Event<'a>, Rejection> {
        let mut event = self.event;
        let packet = &mut event.packet;
        for (end, pair) in [&mut packet.source, &mut packet.destination]
            .into_iter()
            .zip(self.pairs)
        {
            if end.ip.is_none()
                && let Some(colon) = memchr::memrchr(b':', pair)
            {
                end.ip = fields::end(pair.get(..colon).unwrap_or_default())?;
                let port = fields::port(pair.get(colon + 1..).unwrap_or_default())?;
                end.port = end.port.or(port);
            }
        }
        if packet.source.ip.is_none() && packet.destination.ip.is_none() {
            return Err(NO_PACKET);
        }
        fields::settle(packet)?;
        event.stamp = match (self.seconds, self.stamp) {
            // The same second since 1970, and the fraction of the reading.
            (Some(seconds), reading) => {
                let fraction = match reading {
                    Some(Stamp::Civil(civil)) => civil.nanosecond,
                    _ => 0,
                };
                i64::try_from(seconds)
                    .ok()
                    .and_then(|seconds| Timestamp::from_seconds(seconds, fraction))
                    .map_or(record.stamp, Stamp::Instant)
            }
            (None, Some(stamp)) => stamp,
            (None, None) => record.stamp,
        };
        Ok(event)
    }
}
