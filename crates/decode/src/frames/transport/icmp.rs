//! ICMP (RFC 792, RFC 1191, RFC 950) and ICMPv6 (RFC 4443, RFC 4861).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rutter_event::{Icmp, Packet};

use super::{Found, beyond, has_room};
use crate::frames::bytes::{be16, be32, chunk};
use crate::frames::frame::Fault;
use crate::frames::network::Upper;

const HEADER: usize = 8;

/// ICMP for IPv4.
pub(super) fn read_v4<'a>(upper: Upper<'a>, packet: &mut Packet) -> Result<Found<'a>, Fault> {
    let (kind, code) = enter(&upper, packet)?;
    let bytes = upper.bytes;
    let icmp = &mut packet.icmp;
    match kind {
        // Destination unreachable, source quench, redirect, time exceeded, parameter problem.
        3 | 4 | 5 | 11 | 12 => {
            match (kind, code) {
                (3, 4) => icmp.mtu = be16(bytes, 6).map(u32::from),
                (5, _) => icmp.gateway = chunk(bytes, 4).map(|a: [u8; 4]| Ipv4Addr::from(a).into()),
                _ => {}
            }
            Ok(error(&upper, packet, HEADER))
        }
        // Echo, timestamp, information, address mask: questions and answers.
        0 | 8 | 13..=18 => {
            (icmp.id, icmp.sequence) = (be16(bytes, 4), be16(bytes, 6));
            Ok(beyond(&upper, packet, HEADER, upper.promised))
        }
        _ => Ok(beyond(&upper, packet, HEADER, upper.promised)),
    }
}

/// ICMP for IPv6.
pub(super) fn read_v6<'a>(upper: Upper<'a>, packet: &mut Packet) -> Result<Found<'a>, Fault> {
    let (kind, _) = enter(&upper, packet)?;
    let bytes = upper.bytes;
    let icmp = &mut packet.icmp;
    match kind {
        // Destination unreachable, packet too big, time exceeded, parameter problem.
        1..=4 => {
            icmp.mtu = if kind == 2 { be32(bytes, 4) } else { None };
            Ok(error(&upper, packet, HEADER))
        }
        128 | 129 => {
            (icmp.id, icmp.sequence) = (be16(bytes, 4), be16(bytes, 6));
            Ok(beyond(&upper, packet, HEADER, upper.promised))
        }
        137 => {
            icmp.gateway = chunk(bytes, 8).map(|a: [u8; 16]| IpAddr::V6(Ipv6Addr::from(a)));
            packet.payload_length = super::length(upper.promised.saturating_sub(HEADER));
            Ok(Found {
                payload: &[],
                quoted: redirected(bytes),
            })
        }
        _ => Ok(beyond(&upper, packet, HEADER, upper.promised)),
    }
}

/// Type and code; everything after them may be missing from a snapped packet.
fn enter(upper: &Upper<'_>, packet: &mut Packet) -> Result<(u8, u8), Fault> {
    has_room(upper, packet, 4)?;
    let [kind, code] = chunk(upper.bytes, 0).ok_or(Fault::Short)?;
    packet.icmp = Icmp {
        kind: Some(kind),
        code: Some(code),
        ..Icmp::default()
    };
    Ok((kind, code))
}

fn error<'a>(upper: &Upper<'a>, packet: &mut Packet, header: usize) -> Found<'a> {
    let found = beyond(upper, packet, header, upper.promised);
    Found {
        payload: &[],
        quoted: (!found.payload.is_empty()).then_some(found.payload),
    }
}

/// The redirected-header option of an ICMPv6 redirect, which quotes the packet.
fn redirected(bytes: &[u8]) -> Option<&[u8]> {
    let mut options = bytes.get(40..)?;
    loop {
        let [kind, eights] = chunk(options, 0)?;
        let length = usize::from(eights) * 8;
        if length == 0 {
            return None;
        }
        if kind == 4 {
            return options.get(8..length.min(options.len()));
        }
        options = options.get(length..)?;
    }
}
