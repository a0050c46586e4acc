//! Address resolution for IPv4 (RFC 826).

use std::net::{IpAddr, Ipv4Addr};

use rutter_event::{Event, Extra, Family, Mac, Untrusted};

use crate::frames::bytes::{be16, chunk};
use crate::frames::frame::Fault;

const FIXED: usize = 8;
const MAC_BYTES: usize = 6;

/// Reads sender and target. Hardware addresses of the link header, if there is one, stand.
pub(super) fn read<'a>(bytes: &'a [u8], event: &mut Event<'a>) -> Result<(), Fault> {
    let head: [u8; FIXED] = chunk(bytes, 0).ok_or(Fault::Short)?;
    let [_, _, protocol_high, protocol_low, hardware, address, _, _] = head;
    if [protocol_high, protocol_low] != [0x08, 0x00] || address != 4 {
        return Err(Fault::NotIp);
    }
    let hardware = usize::from(hardware);
    let sender: [u8; 4] = chunk(bytes, FIXED + hardware).ok_or(Fault::Short)?;
    let target: [u8; 4] = chunk(bytes, FIXED + 2 * hardware + 4).ok_or(Fault::Short)?;
    let packet = &mut event.packet;
    packet.family = Family::Arp;
    packet.source.ip = Some(IpAddr::V4(Ipv4Addr::from(sender)));
    packet.destination.ip = Some(IpAddr::V4(Ipv4Addr::from(target)));
    if hardware == MAC_BYTES {
        packet.source.mac = packet.source.mac.or_else(|| chunk(bytes, FIXED).map(Mac));
        packet.destination.mac = packet
            .destination
            .mac
            .or_else(|| chunk(bytes, FIXED + MAC_BYTES + 4).map(Mac));
    }
    event.extra = Extra::new(bytes, tell);
    Ok(())
}

/// The operation's word.
fn tell<'a>(bytes: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let word: &[u8] = match be16(bytes, 6) {
        Some(1) => b"request",
        Some(2) => b"reply",
        _ => return,
    };
    sink(Untrusted::new(b"arp.opcode"), Untrusted::new(word));
}
