//! Linux netfilter: every line that the kernel's packet logger, ulogd or a tool above them writes.

mod bridge;
mod decision;
mod extra;
mod families;
mod fields;
mod header;
mod label;
mod notes;
mod opening;
mod options;
mod proxmox;
mod reading;
mod whole;

use rutter_event::{Direction, Event, Extra, Skip, Untrusted};

use self::notes::Notes;
use self::opening::Opening;
use crate::record::{Emit, Format, Record, Rejection};

pub(crate) use label::read as read_label;

/// iptables, nftables, ufw, firewalld, Shorewall, OpenWrt, Proxmox, VyOS and their kin.
pub struct Netfilter;

impl Format for Netfilter {
    fn name(&self) -> &'static str {
        "netfilter"
    }

    fn title(&self) -> &'static str {
        "Linux netfilter: iptables, nftables, ufw, firewalld, Shorewall, OpenWrt, Proxmox, VyOS, ulogd"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 fw kernel: [UFW BLOCK] IN=eth0 OUT= \
         MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=198.51.100.7 DST=203.0.113.9 LEN=40 \
         TOS=0x00 PREC=0x00 TTL=241 ID=54321 PROTO=TCP SPT=43210 DPT=23 WINDOW=1024 RES=0x00 SYN \
         URGP=0 "
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        opening::find(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        self.decode_own(record, emit)
            .unwrap_or(Err(Rejection::Skip(Skip::NotFirewall)))
    }

    fn decode_own<'a>(
        &self,
        record: &Record<'a>,
        emit: Emit<'_, 'a>,
    ) -> Option<Result<(), Rejection>> {
        let opening = opening::find(record.message)?;
        Some(read(&opening, record, emit))
    }
}

/// Reads a record whose label and fields have been told apart.
#[inline]
fn read<'a>(
    opening: &Opening<'a>,
    record: &Record<'a>,
    emit: Emit<'_, 'a>,
) -> Result<(), Rejection> {
    let mut event = Event::default();
    let mut notes = Notes::default();
    reading::read(opening.fields, &mut event, &mut notes)?;
    let label = label::read(opening.label);
    let is_open = opening.fields.last().is_some_and(|byte| *byte != b' ');
    whole::check(
        &event.packet,
        &notes,
        is_open,
        label.product == proxmox::PRODUCT,
    )?;

    event.stamp = record.stamp;
    if let Some(stamp) = label.stamp {
        event.stamp = stamp;
    }
    event.action = label.action;
    event.rule = Untrusted::new(label.rule);
    event.rule_id = Untrusted::new(label.rule_id);
    event.observer.vendor = "netfilter";
    event.observer.product = label.product;
    event.observer.hostname = record.hostname;
    event.observer.ingress_zone = Untrusted::new(label.ingress_zone);
    event.observer.egress_zone = Untrusted::new(label.egress_zone);
    event.direction = label
        .direction
        .unwrap_or_else(|| direction(event.observer.ingress, event.observer.egress));
    if notes.has_more || extra::is_in_label(opening.label) {
        event.extra = Extra::new(record.message, extra::each);
    }
    emit(&mut event);
    Ok(())
}

/// A packet without a way out is for the host itself, one without a way in comes from it. With
/// both it is forwarded, and which side is ours the line does not say.
fn direction(ingress: Untrusted<'_>, egress: Untrusted<'_>) -> Direction {
    match (ingress.is_empty(), egress.is_empty()) {
        (false, true) if ingress.bytes() == b"lo" => Direction::Internal,
        (true, false) if egress.bytes() == b"lo" => Direction::Internal,
        (false, true) => Direction::Inbound,
        (true, false) => Direction::Outbound,
        _ => Direction::Unknown,
    }
}
