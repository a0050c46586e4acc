//! Stormshield Network Security: audit logs in WELF.

mod keys;

use rutter_event::{Extra, Skip, Stamp};

use self::keys::Reading;
use super::pairs::{Pairs, Style, each_other, has_keys};
use super::sessions::{self, total};
use crate::record::{Emit, Format, Record, Rejection};

/// Stormshield's firewalls.
pub struct Stormshield;

impl Format for Stormshield {
    fn name(&self) -> &'static str {
        "stormshield"
    }

    fn title(&self) -> &'static str {
        "Stormshield Network Security: audit logs (WELF)"
    }

    fn example(&self) -> &'static str {
        "<13>1 2026-11-23T10:00:00+01:00 fw01 asqd - - - id=firewall time=\"2026-11-23 11:00:01\" \
         fw=\"fw01\" tz=+0100 startime=\"2026-11-23 11:00:00\" pri=5 confid=01 slotlevel=2 ruleid=7 \
         srcif=\"Ethernet0\" srcifname=\"out\" ipproto=tcp dstif=\"Ethernet1\" dstifname=\"in\" \
         proto=telnet src=198.51.100.7 srcport=43210 srcportname=ephemeral_fw_tcp \
         dst=203.0.113.9 dstport=23 dstportname=telnet ipv=4 sent=0 rcvd=0 duration=0.00 \
         action=block logtype=\"filter\""
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let text = record.message;
        has_keys!(text, "startime=") && has_keys!(text, "fw=") && !has_keys!(text, "sn=")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        for (key, value) in pairs(record.message) {
            reading.take(key, value)?;
        }
        let Reading { mut event, notes } = reading;
        let packet = &mut event.packet;
        let is_session = notes.is_session();
        if !is_session && !notes.seen.both() {
            // Logins, commands, statistics: the device itself, or one end alone.
            return Err(Skip::NotFirewall.into());
        }
        notes.seen.judge(packet, notes.is_open, is_session)?;
        sessions::settle(packet)?;
        event.stamp = match notes.stamp() {
            Stamp::Absent => record.stamp,
            stamp => stamp,
        };
        event.action = notes.action();
        event.bytes = total(notes.bytes[0], notes.bytes[1]);
        event.observer.vendor = "stormshield";
        event.observer.product = "sns";
        if event.observer.hostname.is_empty() {
            event.observer.hostname = record.hostname;
        }
        event.extra = Extra::new(record.message, |record, sink| {
            each_other(pairs(record), keys::FIELDS, sink)
        });
        emit(&mut event);
        Ok(())
    }
}

fn pairs(message: &[u8]) -> Pairs<'_> {
    Pairs::new(message, Style::PLAIN)
}
