//! Tunnel logs of Zscaler Internet Access: GRE and IPsec between a site and the cloud.

use rutter_event::{Event, Extra, Refusal, Stamp};

use super::fields;
use super::json::Value;
use super::{clock, week};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Zscaler's tunnel feed.
pub struct ZscalerTunnel;

impl Format for ZscalerTunnel {
    fn name(&self) -> &'static str {
        "zscaler-tunnel"
    }

    fn title(&self) -> &'static str {
        "Zscaler Internet Access: NSS tunnel feed (JSON)"
    }

    fn example(&self) -> &'static str {
        r#"{"sourcetype":"zscalernss-tunnel","event":{"datetime":"Mon Nov 23 10:00:00 2026","Recordtype":"IPSec Phase1","tunneltype":"IPSEC IKEV 2","user":"alice@example.com","location":"Office","sourceip":"203.0.113.9","destinationip":"198.51.100.7","sourceport":"500","destinationport":"500","recordid":"7112472280601133057"}}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && holds!(
                record.message,
                "\"tunneltype\"",
                "\"sourceip\"",
                "\"destinationip\""
            )
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, &[b"event"], &mut |path, value| {
            reading.take(path.strip_prefix(b"event.").unwrap_or(path), value)
        })?;
        let mut event = reading.event;
        reading.ends.settle(&mut event.packet)?;
        event.bytes = fields::sum(reading.bytes[0], reading.bytes[1]);
        event.stamp = reading.stamp.unwrap_or(record.stamp);
        event.observer.vendor = "zscaler";
        event.observer.product = "zia";
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
    bytes: [Option<u64>; 2],
    stamp: Option<Stamp>,
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"sourceip",
    b"destinationip",
    b"sourceport",
    b"destinationport",
    b"user",
    b"datetime",
];

impl<'a> Reading<'a> {
    fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let text = value.text();
        let event = &mut self.event;
        let packet = &mut event.packet;
        match key {
            b"sourceip" => self.ends.source(packet, text)?,
            b"destinationip" => self.ends.destination(packet, text)?,
            // A tunnel without ports has zeros.
            b"sourceport" => packet.source.port = fields::port(text)?.filter(|port| *port > 0),
            b"destinationport" => {
                packet.destination.port = fields::port(text)?.filter(|port| *port > 0);
            }
            b"user" => event.user = value.untrusted(),
            b"txbytes" => self.bytes[0] = fields::count(text),
            b"rxbytes" => self.bytes[1] = fields::count(text),
            b"datetime" => {
                let civil = week::civil(text).ok_or(Refusal::BadTime)?;
                self.stamp =
                    Some(clock::instant(&civil, 0).map_or(Stamp::Civil(civil), Stamp::Instant));
            }
            _ => {}
        }
        Ok(())
    }
}
