//! A message of Linux's netfilter log (`nfnetlink_log`), as `tcpdump -i nflog:N` writes it: a
//! four-byte header, then attributes whose length and type are in the capturing machine's order
//! and whose values are in network order.

use rutter_event::{Direction, Event, Extra, Mac, Stamp, Timestamp, Untrusted};

use super::{Inner, Kind};
use crate::formats::netfilter::read_label;
use crate::frames::bytes::{Order, be16, be32, chunk, until_nul};
use crate::frames::frame::{Fault, Scratch};

/// Attribute types of `linux/netfilter/nfnetlink_log.h` that are read.
mod attribute {
    pub(super) const PACKET_HEADER: u16 = 1;
    pub(super) const TIMESTAMP: u16 = 3;
    pub(super) const INDEX_IN: u16 = 4;
    pub(super) const INDEX_OUT: u16 = 5;
    pub(super) const HARDWARE_ADDRESS: u16 = 8;
    pub(super) const PAYLOAD: u16 = 9;
    pub(super) const PREFIX: u16 = 10;
    pub(super) const HARDWARE_TYPE: u16 = 15;
    pub(super) const HARDWARE_HEADER: u16 = 16;
}

const INET: u8 = 2;
const ARP: u8 = 3;
const NETDEV: u8 = 5;
const BRIDGE: u8 = 7;
const INET6: u8 = 10;
const HARDWARE_ETHERNET: u16 = 1;

/// The hooks of the IP families, by number.
const HOOKS: [&str; 5] = ["prerouting", "input", "forward", "output", "postrouting"];

/// Takes off header and attributes.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    order: Order,
    scratch: &'a mut Scratch,
    event: &mut Event<'a>,
) -> Result<Inner<'a>, Fault> {
    let [family, version, _, _] = chunk(bytes, 0).ok_or(Fault::Short)?;
    if version != 0 {
        return Err(Fault::UnknownLink);
    }
    let mut message = Message::default();
    message.read(bytes.get(4..).unwrap_or_default(), order, event);

    let Scratch { first, second } = scratch;
    if let Some(index) = message.index_in {
        event.observer.ingress = Untrusted::new(first.push(b"ifindex ").push_number(index).bytes());
    }
    if let Some(index) = message.index_out {
        event.observer.egress = Untrusted::new(second.push(b"ifindex ").push_number(index).bytes());
    }
    if message.hardware_type.is_none_or(|t| t == HARDWARE_ETHERNET) {
        event.packet.source.mac = message.source;
        event.packet.destination.mac = message.destination;
    }
    let hook = message.hook.filter(|_| matches!(family, INET | INET6));
    event.direction = match hook {
        Some(1) => Direction::Inbound,
        Some(3) => Direction::Outbound,
        _ => Direction::Unknown,
    };
    if let Some(name) = hook.and_then(|h| HOOKS.get(usize::from(h))) {
        event.extra = Extra::new(name.as_bytes(), tell);
    }
    let label = read_label(message.prefix);
    event.action = label.action;
    event.rule = Untrusted::new(label.rule);
    event.rule_id = Untrusted::new(label.rule_id);
    event.observer.vendor = "netfilter";
    event.observer.product = label.product;
    event.observer.ingress_zone = Untrusted::new(label.ingress_zone);
    event.observer.egress_zone = Untrusted::new(label.egress_zone);

    let kind = match family {
        INET => Kind::V4,
        INET6 => Kind::V6,
        ARP => Kind::Arp,
        // The `inet` family never stands here; the others tell the protocol apart.
        BRIDGE | NETDEV => Kind::of_ethertype(message.protocol)?,
        _ => return Err(Fault::NotIp),
    };
    Ok(Inner {
        kind,
        bytes: message.payload.ok_or(Fault::Short)?,
    })
}

#[derive(Default)]
struct Message<'a> {
    payload: Option<&'a [u8]>,
    prefix: &'a [u8],
    protocol: u16,
    hook: Option<u8>,
    index_in: Option<u32>,
    index_out: Option<u32>,
    hardware_type: Option<u16>,
    source: Option<Mac>,
    destination: Option<Mac>,
}

impl<'a> Message<'a> {
    /// Walks the attributes; each takes at least four bytes, so the walk is linear. It ends where
    /// one does not fit: what a snapped payload holds is kept.
    fn read(&mut self, mut rest: &'a [u8], order: Order, event: &mut Event<'a>) {
        while let (Some(length), Some(kind)) = (order.u16_at(rest, 0), order.u16_at(rest, 2)) {
            let length = usize::from(length);
            if length < 4 {
                return;
            }
            let value = rest.get(4..length.min(rest.len())).unwrap_or_default();
            // The two highest bits say "nested" and "network order".
            self.attribute(kind & 0x3fff, value, event);
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
    }

    fn attribute(&mut self, kind: u16, value: &'a [u8], event: &mut Event<'a>) {
        match kind {
            attribute::PACKET_HEADER => {
                if let Some([high, low, hook]) = chunk(value, 0) {
                    self.protocol = u16::from_be_bytes([high, low]);
                    self.hook = Some(hook);
                }
            }
            attribute::TIMESTAMP => {
                if let Some(time) = instant(value) {
                    event.stamp = Stamp::Instant(time);
                }
            }
            attribute::INDEX_IN => self.index_in = be32(value, 0),
            attribute::INDEX_OUT => self.index_out = be32(value, 0),
            attribute::HARDWARE_ADDRESS if be16(value, 0) == Some(6) => {
                self.source = chunk(value, 4).map(Mac);
            }
            attribute::PAYLOAD => self.payload = Some(value),
            attribute::PREFIX => self.prefix = until_nul(value),
            attribute::HARDWARE_TYPE => self.hardware_type = be16(value, 0),
            attribute::HARDWARE_HEADER if value.len() >= 14 => {
                self.destination = chunk(value, 0).map(Mac);
                self.source = chunk(value, 6).map(Mac);
            }
            _ => {}
        }
    }
}

/// Seconds and microseconds, 64 bits each.
fn instant(value: &[u8]) -> Option<Timestamp> {
    let seconds = i64::try_from(u64::from_be_bytes(chunk(value, 0)?)).ok()?;
    let micros = u64::from_be_bytes(chunk(value, 8)?);
    if micros >= 1_000_000 {
        return None;
    }
    Timestamp::from_seconds(seconds, u32::try_from(micros * 1000).ok()?)
}

/// The hook's name, which the link header gives as a number.
fn tell<'a>(hook: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    sink(Untrusted::new(b"nflog.hook"), Untrusted::new(hook));
}
