//! Check Point: Log Exporter's syslog and Splunk text, `fw log`, SmartView Tracker's export.

mod fields;
mod keys;

use rutter_event::{Extra, Refusal, Skip, Stamp, Untrusted};

use self::fields::{Fields, opening, style};
use self::keys::Reading;
use super::sessions;
use crate::record::{Emit, Format, Record, Rejection};

/// Check Point's gateways.
pub struct Checkpoint;

impl Format for Checkpoint {
    fn name(&self) -> &'static str {
        "checkpoint"
    }

    fn title(&self) -> &'static str {
        "Check Point: Log Exporter (syslog, Splunk), fw log, SmartView Tracker"
    }

    fn example(&self) -> &'static str {
        "<134>1 2026-11-23T10:00:00Z gw-0a0a0a CheckPoint 7776 - [action:\"Drop\"; \
         flags:\"425984\"; ifdir:\"inbound\"; ifname:\"eth0\"; logid:\"0\"; \
         loguid:\"{0x5e818e17,0x0,0x6401a8c0,0x108620ab}\"; origin:\"203.0.113.1\"; \
         originsicname:\"cn=cp_mgmt,o=gw-0a0a0a..tmn8s8\"; sequencenum:\"1\"; time:\"1795428000\"; \
         version:\"5\"; dst:\"203.0.113.9\"; inzone:\"External\"; layer_name:\"Network\"; \
         match_id:\"7\"; rule_action:\"Drop\"; rule_name:\"Cleanup\"; \
         rule_uid:\"1fde807b-6300-4b1a-914f-f1c1f3e2e7d2\"; outzone:\"Internal\"; \
         product:\"VPN-1 & FireWall-1\"; proto:\"6\"; s_port:\"43210\"; service:\"23\"; \
         service_id:\"telnet\"; src:\"198.51.100.7\"]"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        style(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let style = style(record.message).ok_or(Skip::NotFirewall)?;
        let mut reading = Reading::default();
        let (words, text) = opening(record.message, style);
        reading.take_opening(words);
        for (key, value) in Fields::new(text, style) {
            reading.take(key, value)?;
        }
        let Reading { mut event, notes } = reading;
        let packet = &mut event.packet;
        // Logins, updates, audit: the device itself, or one end alone.
        let is_session = notes.is_session();
        if !is_session && !notes.seen.any() {
            return Err(Skip::NotFirewall.into());
        }
        let is_whole = notes.seen.both() || !is_session;
        if notes.seen.is_cut(packet) || notes.is_open && !is_whole {
            return Err(Refusal::Truncated.into());
        }
        if !is_whole {
            return Err(if notes.seen.any() {
                Refusal::MissingField.into()
            } else {
                Skip::NotFirewall.into()
            });
        }
        notes.interfaces(&mut event.observer);
        sessions::settle(packet)?;
        notes.settle(packet);
        event.stamp = match notes.stamp() {
            Stamp::Absent => record.stamp,
            stamp => stamp,
        };
        event.action = notes.action();
        event.direction = notes.direction(&event.observer);
        event.observer.vendor = "checkpoint";
        event.observer.product = "firewall";
        if event.observer.hostname.is_empty() {
            event.observer.hostname = record.hostname;
        }
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Calls back with every field that fills none of the event's.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(style) = style(record) else {
        return;
    };
    let (_, text) = opening(record, style);
    for (key, value) in Fields::new(text, style) {
        if !value.text.is_empty() && !keys::FIELDS.contains(&key) {
            sink(Untrusted::new(key), Untrusted::new(value.text));
        }
    }
}
