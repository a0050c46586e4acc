//! Security and connectivity events of Cato Networks, as its events feed gives them.

use rutter_event::{Event, Extra, Refusal, Stamp, Untrusted};

use super::extension;
use super::fields;
use super::json::Value;
use crate::formats::search::{holds, holds_any};
use crate::record::{Emit, Format, Record, Rejection};

/// Cato Networks.
pub struct CatoSase;

impl Format for CatoSase {
    fn name(&self) -> &'static str {
        "cato-sase"
    }

    fn title(&self) -> &'static str {
        "Cato Networks SASE: events feed (JSON)"
    }

    fn example(&self) -> &'static str {
        r#"{"account_id":"1714","action":"Block","dest_ip":"203.0.113.9","dest_port":"23","dest_site":"Office","event_count":"1","event_sub_type":"RPF","event_type":"Security","internalId":"cAmaGkX3na","ip_protocol":"TCP","pop_name":"London","rule":"no telnet","rule_id":"15366","rule_name":"no telnet","src_country":"United States of America","src_ip":"198.51.100.7","time":"1795428000123","event_timestamp":"2026-11-23T10:00:00Z"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && holds!(
                record.message,
                "\"event_sub_type\"",
                "\"src_ip\"",
                "\"dest_ip\""
            )
            && holds_any!(
                record.message,
                "\"internalId\"",
                "\"pop_name\"",
                "\"account_id\""
            )
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, &[b"fieldsMap"], &mut |path, value| {
            let key = path.strip_prefix(b"fieldsMap.").unwrap_or(path);
            reading.take(key, value)
        })?;
        let Reading {
            mut event,
            ends,
            milliseconds,
            second,
        } = reading;
        ends.settle(&mut event.packet)?;
        event.stamp = milliseconds.or(second).unwrap_or(record.stamp);
        event.observer.vendor = "cato";
        event.observer.product = "sase";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    ends: fields::Named,
    milliseconds: Option<Stamp>,
    second: Option<Stamp>,
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"src_ip",
    b"src_port",
    b"src_isp_ip",
    b"dest_ip",
    b"dest_port",
    b"ip_protocol",
    b"rule_id",
    b"application",
    b"time",
];

impl<'a> Reading<'a> {
    fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        let event = &mut self.event;
        let packet = &mut event.packet;
        match key {
            b"src_ip" => self.ends.source(packet, text)?,
            b"dest_ip" => self.ends.destination(packet, text)?,
            b"src_port" => packet.source.port = fields::port(text)?,
            b"dest_port" => packet.destination.port = fields::port(text)?,
            b"src_isp_ip" => packet.source.nat_ip = fields::translated(text)?,
            b"ip_protocol" => packet.transport = fields::protocol(text)?,
            b"action" => event.action = extension::action(text),
            b"rule_name" => event.rule = value.untrusted(),
            b"rule" if event.rule.is_empty() => event.rule = value.untrusted(),
            b"rule_id" => event.rule_id = value.untrusted(),
            b"application" => event.application = value.untrusted(),
            b"user_name" | b"vpn_user_email" if event.user.is_empty() => {
                event.user = value.untrusted();
            }
            b"time" => self.milliseconds = Some(fields::stamp(text).ok_or(Refusal::BadTime)?),
            b"event_timestamp" => self.second = Some(fields::stamp(text).ok_or(Refusal::BadTime)?),
            _ => {}
        }
        Ok(())
    }
}

/// Calls back with every member that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    fields::each_member_but(record, FIELDS, sink);
}
