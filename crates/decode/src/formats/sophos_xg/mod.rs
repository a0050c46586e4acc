//! Sophos Firewall (SFOS, formerly XG and Cyberoam): the device's own and the central format.

mod decision;
mod keys;

use rutter_event::{Extra, Skip, Stamp};

use self::keys::{KINDS_WITHOUT_PROTOCOL, Reading};
use super::pairs::{Pairs, Style, each_other, has_keys};
use super::sessions::{self, total};
use crate::record::{Emit, Format, Record, Rejection};

/// Sophos Firewall.
pub struct SophosXg;

impl Format for SophosXg {
    fn name(&self) -> &'static str {
        "sophos-xg"
    }

    fn title(&self) -> &'static str {
        "Sophos Firewall (SFOS, XG, Cyberoam): standard and central reporting syslog"
    }

    fn example(&self) -> &'static str {
        "<30>device=\"SFW\" date=2026-11-23 time=10:00:00 timezone=\"GMT\" device_name=\"XG230\" \
         device_id=C00000000000000 log_id=010102600002 log_type=\"Firewall\" \
         log_component=\"Firewall Rule\" log_subtype=\"Denied\" status=\"Deny\" \
         priority=Information duration=0 fw_rule_id=29 nat_rule_id=0 policy_type=1 user_name=\"\" \
         application=\"\" in_interface=\"Port2\" out_interface=\"\" src_mac=00:00:5e:00:53:01 \
         src_ip=198.51.100.7 src_country_code=R1 dst_ip=203.0.113.9 dst_country_code=R1 \
         protocol=\"TCP\" src_port=43210 dst_port=23 sent_pkts=0 recv_pkts=0 sent_bytes=0 \
         recv_bytes=0 tran_src_ip= tran_src_port=0 tran_dst_ip= tran_dst_port=0 \
         srczonetype=\"WAN\" srczone=\"WAN\" dstzonetype=\"LAN\" dstzone=\"LAN\" dir_disp=\"\" \
         connid=\"\" vconnid=\"\" hb_health=\"No Heartbeat\" message=\"\" \
         appresolvedby=\"Signature\" app_is_cloud=0"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let text = record.message;
        has_keys!(text, "log_component=")
            && has_keys!(text, "log_type=")
            // FortiGate's, run together with one of ours.
            && !has_keys!(text, "subtype=")
            && !text.starts_with(b"CEF:")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        for (key, value) in pairs(record.message) {
            reading.take(key, value)?;
        }
        let Reading { mut event, notes } = reading;
        let packet = &mut event.packet;
        match notes.kind {
            // Most events tell of the device itself.
            Some(kind) if KINDS_WITHOUT_PROTOCOL.contains(&kind) => {
                if packet.source.ip.is_none() && packet.destination.ip.is_none() {
                    return Err(Skip::NotFirewall.into());
                }
            }
            _ => notes.seen.judge(packet, notes.is_open, true)?,
        }
        sessions::settle(packet)?;
        event.stamp = match notes.stamp() {
            Stamp::Absent => record.stamp,
            stamp => stamp,
        };
        event.action = decision::of(&notes);
        event.direction = notes.direction();
        event.bytes = total(notes.bytes[0], notes.bytes[1]);
        event.packets = total(notes.packets[0], notes.packets[1]);
        event.observer.vendor = "sophos";
        event.observer.product = "sfos";
        event.observer.hostname = record.hostname.some().unwrap_or(notes.device);
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
