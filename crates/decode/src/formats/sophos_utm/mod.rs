//! Sophos UTM (formerly Astaro): the packet filter's and the proxies' `id="2001" … sys="SecureNet"`.

mod keys;

use rutter_event::{Extra, Skip};

use self::keys::Reading;
use super::pairs::{Pairs, Style, each_other, has_keys};
use super::sessions;
use crate::record::{Emit, Format, Record, Rejection};

/// Sophos UTM.
pub struct SophosUtm;

impl Format for SophosUtm {
    fn name(&self) -> &'static str {
        "sophos-utm"
    }

    fn title(&self) -> &'static str {
        "Sophos UTM (Astaro): packet filter and proxies"
    }

    fn example(&self) -> &'static str {
        "2026:11:23-10:00:00 utm01 ulogd[4242]: id=\"2001\" severity=\"info\" sys=\"SecureNet\" \
         sub=\"packetfilter\" name=\"Packet dropped\" action=\"drop\" fwrule=\"60001\" \
         initf=\"eth1\" srcmac=\"00:00:5e:00:53:02\" dstmac=\"00:00:5e:00:53:01\" \
         srcip=\"198.51.100.7\" dstip=\"203.0.113.9\" proto=\"6\" length=\"40\" tos=\"0x00\" \
         prec=\"0x00\" ttl=\"241\" srcport=\"43210\" dstport=\"23\" tcpflags=\"SYN\""
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let text = record.message;
        text.starts_with(b"id=\"") && has_keys!(text, "sys=") && has_keys!(text, "sub=")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        for (key, value) in pairs(record.message) {
            reading.take(key, value)?;
        }
        let Reading { mut event, notes } = reading;
        let is_packet = notes.part == b"packetfilter";
        if !is_packet && (event.packet.source.ip.is_none() || event.packet.destination.ip.is_none())
        {
            // Proxies, mail, logins: the device itself, or one end alone.
            return Err(Skip::NotFirewall.into());
        }
        notes.seen.judge(&event.packet, notes.is_open, is_packet)?;
        sessions::settle(&mut event.packet)?;
        notes.settle(&mut event);
        event.stamp = record.stamp;
        event.observer.vendor = "sophos";
        event.observer.product = "utm";
        event.observer.hostname = record.hostname;
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
