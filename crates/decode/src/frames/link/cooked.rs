//! Linux cooked captures, versions 1 and 2: what the `any` device writes.

use rutter_event::{Direction, Event, Mac, Untrusted};

use super::{Inner, Kind};
use crate::frames::bytes::{be16, be32, chunk};
use crate::frames::frame::{Fault, Scratch};

/// `ARPHRD_NETLINK`: the protocol field is a netlink family, not an EtherType.
const NETLINK: u16 = 824;
const MAC_BYTES: u16 = 6;

/// Version 1, 16 bytes.
pub(super) fn open_v1<'a>(bytes: &'a [u8], event: &mut Event<'a>) -> Result<Inner<'a>, Fault> {
    let head: [u8; 16] = chunk(bytes, 0).ok_or(Fault::Short)?;
    let kind = be16(&head, 0).ok_or(Fault::Short)?;
    let hardware = be16(&head, 2).ok_or(Fault::Short)?;
    let address_length = be16(&head, 4).ok_or(Fault::Short)?;
    let protocol = be16(&head, 14).ok_or(Fault::Short)?;
    event.direction = direction(kind);
    event.packet.source.mac = mac(&head, 6, address_length);
    open(hardware, protocol, bytes.get(16..).unwrap_or_default())
}

/// Version 2, 20 bytes: knows the interface, by its number.
pub(super) fn open_v2<'a>(
    bytes: &'a [u8],
    scratch: &'a mut Scratch,
    event: &mut Event<'a>,
) -> Result<Inner<'a>, Fault> {
    let head: [u8; 20] = chunk(bytes, 0).ok_or(Fault::Short)?;
    let protocol = be16(&head, 0).ok_or(Fault::Short)?;
    let interface = be32(&head, 4).ok_or(Fault::Short)?;
    let hardware = be16(&head, 8).ok_or(Fault::Short)?;
    let [_, _, _, _, _, _, _, _, _, _, kind, address_length, ..] = head;
    event.direction = direction(u16::from(kind));
    event.packet.source.mac = mac(&head, 12, u16::from(address_length));
    if interface != 0 {
        let name = Untrusted::new(
            scratch
                .first
                .push(b"ifindex ")
                .push_number(interface)
                .bytes(),
        );
        match event.direction {
            Direction::Inbound => event.observer.ingress = name,
            Direction::Outbound => event.observer.egress = name,
            _ => {}
        }
    }
    open(hardware, protocol, bytes.get(20..).unwrap_or_default())
}

fn open(hardware: u16, protocol: u16, bytes: &[u8]) -> Result<Inner<'_>, Fault> {
    if hardware == NETLINK {
        return Err(Fault::NotIp);
    }
    Ok(Inner {
        kind: Kind::of_ethertype(protocol)?,
        bytes,
    })
}

/// The packet type: to us, broadcast, multicast, to somebody else, from us.
const fn direction(kind: u16) -> Direction {
    match kind {
        0..=2 => Direction::Inbound,
        4 => Direction::Outbound,
        _ => Direction::Unknown,
    }
}

/// The sender's address, when it is one of six bytes that are not all zero (as on the loopback).
fn mac(head: &[u8], at: usize, length: u16) -> Option<Mac> {
    let address = chunk(head, at)?;
    (length == MAC_BYTES && address != [0; 6]).then_some(Mac(address))
}
