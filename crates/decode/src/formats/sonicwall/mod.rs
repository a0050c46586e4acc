//! SonicOS of SonicWall: the default and the enhanced syslog format.

mod decision;
mod keys;

use rutter_event::{Extra, Refusal, Skip, Stamp, Transport};

use self::keys::Reading;
use super::pairs::{Pairs, Style, has_keys};
use super::sessions::{self, total};
use crate::record::{Emit, Format, Record, Rejection};

/// SonicWall's SonicOS.
pub struct Sonicwall;

impl Format for Sonicwall {
    fn name(&self) -> &'static str {
        "sonicwall"
    }

    fn title(&self) -> &'static str {
        "SonicWall SonicOS: default and enhanced syslog"
    }

    fn example(&self) -> &'static str {
        "<129>id=firewall sn=0000A0AAAA00 time=\"2026-11-23 10:00:00 UTC\" fw=203.0.113.2 pri=5 \
         c=64 m=36 msg=\"TCP connection dropped\" n=7652 src=198.51.100.7:43210:X1 \
         dst=203.0.113.9:23:X0 srcMac=00:00:5e:00:53:01 dstMac=00:00:5e:00:53:02 \
         proto=tcp/telnet rule=\"15 (WAN->LAN)\" fw_action=\"drop\""
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let text = record.message;
        has_keys!(text, "sn=")
            && has_keys!(text, "fw=")
            && has_keys!(text, "pri=")
            && !text.starts_with(b"CEF:")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        for (key, mut value) in pairs(record.message) {
            // Short records end with the destination.
            value.is_closed |= record.is_ended && matches!(key, b"dst" | b"dstV6");
            reading.take(key, value)?;
        }
        let Reading { mut event, notes } = reading;
        let packet = &mut event.packet;
        if !notes.seen.any() {
            // Most messages tell of the device itself.
            return Err(Skip::NotFirewall.into());
        }
        if notes.seen.is_cut(packet) || notes.is_open && !notes.seen.both() {
            return Err(Refusal::Truncated.into());
        }
        if !notes.seen.both() {
            return Err(Refusal::MissingField.into());
        }
        // The messages of ICMP alone name no protocol.
        let has_ports = packet.source.port.is_some() || packet.destination.port.is_some();
        if packet.transport.is_none() && packet.icmp.kind.is_some() && !has_ports {
            packet.transport = Some(Transport::ICMP);
        }
        sessions::settle(packet)?;
        packet.tcp.flags = notes
            .flags()
            .filter(|_| packet.transport == Some(Transport::TCP));
        event.stamp = match notes.stamp() {
            Stamp::Absent => record.stamp,
            stamp => stamp,
        };
        event.action = decision::of(notes.decision, notes.message);
        event.direction = notes.direction();
        event.bytes = total(notes.bytes[0], notes.bytes[1]);
        event.packets = total(notes.packets[0], notes.packets[1]);
        event.observer.vendor = "sonicwall";
        event.observer.product = "sonicos";
        // Every installation that has not been told otherwise is called so.
        let is_default = event.observer.hostname.bytes() == b"firewall";
        if event.observer.hostname.is_empty() || is_default && !record.hostname.is_empty() {
            event.observer.hostname = record.hostname;
        }
        event.extra = Extra::new(record.message, keys::each_extra);
        emit(&mut event);
        Ok(())
    }
}

fn pairs(message: &[u8]) -> Pairs<'_> {
    Pairs::new(message, Style::PLAIN)
}
