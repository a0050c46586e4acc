//! IPv4 (RFC 791).

use std::net::{IpAddr, Ipv4Addr};

use rutter_event::{Family, Fragment, Packet, Transport};

use super::Upper;
use crate::frames::frame::Fault;

const FIXED: usize = 20;

/// Reads the header; its options are passed over.
pub(super) fn open<'a>(bytes: &'a [u8], packet: &mut Packet) -> Result<Upper<'a>, Fault> {
    let head: &[u8; FIXED] = bytes.first_chunk().ok_or(Fault::Short)?;
    let [
        version_and_length,
        tos,
        length_high,
        length_low,
        id_high,
        id_low,
        fragment_high,
        fragment_low,
        ttl,
        protocol,
        _,
        _,
        s0,
        s1,
        s2,
        s3,
        d0,
        d1,
        d2,
        d3,
    ] = *head;
    let header = usize::from(version_and_length & 0x0f) * 4;
    if version_and_length >> 4 != 4 || header < FIXED {
        return Err(Fault::Broken);
    }
    let total = match usize::from(u16::from_be_bytes([length_high, length_low])) {
        // Captured before the network card cut a large segment into packets.
        0 => bytes.len().max(header),
        total if total < header => return Err(Fault::Broken),
        total => total,
    };
    let fragment = u16::from_be_bytes([fragment_high, fragment_low]);
    packet.family = Family::V4;
    packet.transport = Some(Transport(protocol));
    packet.source.ip = Some(IpAddr::V4(Ipv4Addr::new(s0, s1, s2, s3)));
    packet.destination.ip = Some(IpAddr::V4(Ipv4Addr::new(d0, d1, d2, d3)));
    packet.length = u32::try_from(total).ok();
    packet.ttl = Some(ttl);
    packet.id = Some(u16::from_be_bytes([id_high, id_low]));
    packet.tos = Some(tos);
    packet.fragment = Fragment {
        dont: Some(fragment & 0x4000 != 0),
        more: fragment & 0x2000 != 0,
        offset: fragment & 0x1fff,
    };
    // What lies beyond the total length is padding or a trailer of the link.
    let end = total.min(bytes.len());
    let rest = bytes.get(header..end).ok_or(Fault::Short)?;
    Ok(Upper {
        transport: Transport(protocol),
        bytes: rest,
        promised: total - header,
    })
}
