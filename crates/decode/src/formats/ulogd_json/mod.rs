//! The JSON output plugin of ulogd2, the userspace end of netfilter's NFLOG.

mod keys;

use rutter_event::{Direction, Event, Extra, Refusal, Skip, Untrusted};

use self::keys::Reading;
use super::json::Members;
use super::netfilter::read_label;
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// ulogd2's JSON.
pub struct UlogdJson;

impl Format for UlogdJson {
    fn name(&self) -> &'static str {
        "ulogd-json"
    }

    fn title(&self) -> &'static str {
        "Linux netfilter through ulogd2: JSON output plugin"
    }

    fn example(&self) -> &'static str {
        r#"{"timestamp": "2026-11-23T10:00:00.000250", "dvc": "Netfilter", "raw.pktlen": 40, "oob.prefix": "DROP ", "oob.time.sec": 1795428000, "oob.time.usec": 250, "oob.hook": 1, "oob.family": 2, "oob.protocol": 2048, "ip.protocol": 6, "ip.tos": 0, "ip.ttl": 241, "ip.totlen": 40, "ip.id": 54321, "ip.fragoff": 0, "src_port": 43210, "dest_port": 23, "tcp.seq": 305419896, "tcp.window": 1024, "tcp.ack": 0, "tcp.psh": 0, "tcp.rst": 0, "tcp.syn": 1, "tcp.fin": 0, "tcp.urg": 0, "oob.in": "eth0", "oob.out": "", "src_ip": "198.51.100.7", "dest_ip": "203.0.113.9"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        record.message.trim_ascii_start().starts_with(b"{") && holds!(record.message, "\"oob.")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        for member in Members::new(record.message) {
            let (key, value) = member?;
            reading.take(key, value)?;
        }
        let Reading { mut event, notes } = reading;
        keys::settle(&mut event.packet, &notes)?;
        if event.packet.source.ip.is_none() && event.packet.destination.ip.is_none() {
            let is_ip = matches!(notes.ethertype, None | Some(0x0800 | 0x86dd));
            return Err(if is_ip {
                Refusal::MissingField.into()
            } else {
                Skip::NotIp.into()
            });
        }

        let label = read_label(notes.prefix);
        event.stamp = notes.stamp().unwrap_or(record.stamp);
        if notes.action.is_none() {
            event.action = label.action;
        }
        event.rule = Untrusted::new(label.rule);
        event.rule_id = Untrusted::new(label.rule_id);
        event.direction = direction(&event, notes.hook);
        event.observer.vendor = "netfilter";
        event.observer.product = label.product;
        event.observer.hostname = record
            .hostname
            .some()
            .unwrap_or(Untrusted::new(notes.device));
        event.observer.ingress_zone = Untrusted::new(label.ingress_zone);
        event.observer.egress_zone = Untrusted::new(label.egress_zone);
        event.extra = Extra::new(record.message, keys::each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// The hook tells the way; without it the interfaces do.
fn direction(event: &Event<'_>, hook: Option<u8>) -> Direction {
    match (
        hook,
        event.observer.ingress.is_empty(),
        event.observer.egress.is_empty(),
    ) {
        (Some(1), ..) | (None, false, true) => Direction::Inbound,
        (Some(3), ..) | (None, true, false) => Direction::Outbound,
        _ => Direction::Unknown,
    }
}
