//! Clavister cOS Core: `event=… action=…` and the parameters of connection, packet and rule.

mod fields;
mod keys;

use rutter_event::{Extra, Skip, Untrusted};

use self::fields::Fields;
use self::keys::Reading;
use super::pairs::has_keys;
use super::sessions::{self, total};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Clavister's firewalls.
pub struct Clavister;

impl Format for Clavister {
    fn name(&self) -> &'static str {
        "clavister"
    }

    fn title(&self) -> &'static str {
        "Clavister cOS Core: syslog, flat or in brackets"
    }

    fn example(&self) -> &'static str {
        "<134>Nov 23 10:00:00 fw01 id=6000051 event=ruleset_drop_packet action=drop \
         [message=Packet dropped by rule-set. Dropping recvzone=\"wan\" ][rules rule=Default_Rule \
         ][ippacket version=1 iphdrlen=20 [typeOfService precedence=Routine delay=Normal \
         ]iptotlen=40 ipproto=TCP ttl=241 fragid=54321 [controlflags rf=0 df=0 mf=0 fragoffs=0 \
         ]chksum=0x20BB srcip=198.51.100.7 destip=203.0.113.9 ][tcp srcport=43210 destport=23 \
         seqno=305419896 ackno=0 chksum=0xC995 window=1024 urgentpointer=0 [tcpflags YMAS=0 XMAS=0 \
         URG=0 ACK=0 PSH=0 RST=0 SYN=1 FIN=0 dataoffset=20 ]]"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let text = record.message;
        has_keys!(text, "event=")
            && has_keys!(text, "id=")
            && (holds!(text, "[message=")
                || holds!(text, "connipproto=")
                || has_keys!(text, "prio="))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        for (key, value) in Fields::new(record.message) {
            reading.take(key, value)?;
        }
        let Reading { mut event, notes } = reading;
        notes.choose_ends(&mut event.packet);
        let is_tunnel = notes.is_tunnel();
        if !notes.any() {
            return Err(Skip::NotFirewall.into());
        }
        if notes.seen().any() || !is_tunnel {
            notes.seen().judge(&event.packet, notes.is_open, true)?;
        }
        sessions::settle(&mut event.packet)?;
        notes.settle(&mut event);
        event.bytes = total(notes.bytes[0], notes.bytes[1]);
        event.stamp = record.stamp;
        event.observer.vendor = "clavister";
        event.observer.product = "cos-core";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Calls back with every parameter that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Fields::new(record) {
        if !key.is_empty() && !value.text.is_empty() && !keys::FIELDS.contains(&key) {
            sink(Untrusted::new(key), Untrusted::new(value.text));
        }
    }
}
