//! Ethernet II, IEEE 802.1Q and 802.1ad tags, SNAP, PPPoE sessions (RFC 894, RFC 1042, RFC 2516).

use rutter_event::{Mac, Packet};

use super::{Inner, Kind};
use crate::frames::bytes::{be16, chunk};
use crate::frames::frame::Fault;

const ADDRESSES: usize = 12;
/// 802.1Q, 802.1ad, and the two that were used for stacked tags before it.
const TAGS: [u16; 4] = [0x8100, 0x88a8, 0x9100, 0x9200];
/// Values below are lengths of IEEE 802.3 frames.
const FIRST_ETHERTYPE: u16 = 0x0600;
const PPPOE_SESSION: u16 = 0x8864;
/// LLC header of a SNAP frame whose EtherType follows.
const SNAP: [u8; 6] = [0xaa, 0xaa, 0x03, 0, 0, 0];

/// Takes off the header and every tag.
pub(super) fn open<'a>(bytes: &'a [u8], packet: &mut Packet) -> Result<Inner<'a>, Fault> {
    let to = chunk(bytes, 0).ok_or(Fault::Short)?;
    let from = chunk(bytes, 6).ok_or(Fault::Short)?;
    packet.destination.mac = Some(Mac(to));
    packet.source.mac = Some(Mac(from));
    open_type(bytes, ADDRESSES)
}

/// Reads the EtherType at `at`, passing over tags: each is four bytes, so the walk is linear.
fn open_type(bytes: &[u8], mut at: usize) -> Result<Inner<'_>, Fault> {
    let mut ethertype = be16(bytes, at).ok_or(Fault::Short)?;
    while TAGS.contains(&ethertype) {
        at += 4;
        ethertype = be16(bytes, at).ok_or(Fault::Short)?;
    }
    let rest = bytes.get(at + 2..).unwrap_or_default();
    if ethertype < FIRST_ETHERTYPE {
        return open_snap(rest);
    }
    if ethertype == PPPOE_SESSION {
        return open_pppoe(rest);
    }
    Ok(Inner {
        kind: Kind::of_ethertype(ethertype)?,
        bytes: rest,
    })
}

fn open_snap(bytes: &[u8]) -> Result<Inner<'_>, Fault> {
    let rest = bytes.strip_prefix(&SNAP).ok_or(Fault::NotIp)?;
    let kind = Kind::of_ethertype(be16(rest, 0).ok_or(Fault::Short)?)?;
    Ok(Inner {
        kind,
        bytes: rest.get(2..).unwrap_or_default(),
    })
}

fn open_pppoe(bytes: &[u8]) -> Result<Inner<'_>, Fault> {
    let kind = match be16(bytes, 6).ok_or(Fault::Short)? {
        0x0021 => Kind::V4,
        0x0057 => Kind::V6,
        _ => return Err(Fault::NotIp),
    };
    Ok(Inner {
        kind,
        bytes: bytes.get(8..).unwrap_or_default(),
    })
}
