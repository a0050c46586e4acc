//! IPv6 and its extension headers (RFC 8200, RFC 6275, RFC 7401, RFC 5533).

use std::net::{IpAddr, Ipv6Addr};

use rutter_event::{Family, Fragment, Packet, Transport};

use super::Upper;
use crate::frames::bytes::{be16, be32, chunk};
use crate::frames::frame::Fault;

const FIXED: usize = 40;
const HOP_BY_HOP: u8 = 0;
const FRAGMENT: u8 = 44;

/// Reads the header and passes over extension headers up to the transport protocol.
pub(super) fn open<'a>(bytes: &'a [u8], packet: &mut Packet) -> Result<Upper<'a>, Fault> {
    let word = be32(bytes, 0).ok_or(Fault::Short)?;
    let length = be16(bytes, 4).ok_or(Fault::Short)?;
    let [next, hops] = chunk(bytes, 6).ok_or(Fault::Short)?;
    let source: [u8; 16] = chunk(bytes, 8).ok_or(Fault::Short)?;
    let destination: [u8; 16] = chunk(bytes, 24).ok_or(Fault::Short)?;
    if word >> 28 != 6 {
        return Err(Fault::Broken);
    }
    let held = bytes.len() - FIXED;
    let promised = match usize::from(length) {
        // A jumbogram (RFC 2675), or captured before the network card cut a large segment.
        0 if matches!(next, HOP_BY_HOP | 6 | 17) => held,
        promised => promised,
    };
    packet.family = Family::V6;
    packet.transport = Some(Transport(next));
    packet.source.ip = Some(IpAddr::V6(Ipv6Addr::from(source)));
    packet.destination.ip = Some(IpAddr::V6(Ipv6Addr::from(destination)));
    packet.length = u32::try_from(FIXED + promised).ok();
    packet.ttl = Some(hops);
    packet.tos = Some((word >> 20 & 0xff) as u8);
    packet.flow_label = Some(word & 0x000f_ffff);
    let rest = bytes
        .get(FIXED..FIXED + promised.min(held))
        .ok_or(Fault::Short)?;
    pass_extensions(
        Upper {
            transport: Transport(next),
            bytes: rest,
            promised,
        },
        packet,
    )
}

/// Each header takes at least eight bytes, so a hostile chain costs no more than its length.
fn pass_extensions<'a>(mut upper: Upper<'a>, packet: &mut Packet) -> Result<Upper<'a>, Fault> {
    loop {
        let header = match upper.transport.0 {
            FRAGMENT => 8,
            // Hop-by-hop, routing, destination options, mobility, host identity, shim.
            HOP_BY_HOP | 43 | 60 | 135 | 139 | 140 => {
                let [_, eights]: [u8; 2] = lead(&upper)?;
                (usize::from(eights) + 1) * 8
            }
            _ => return Ok(upper),
        };
        let [next, ..]: [u8; 8] = lead(&upper)?;
        if upper.transport.0 == FRAGMENT {
            let field = be16(upper.bytes, 2).ok_or(Fault::Short)?;
            packet.fragment = Fragment {
                dont: None,
                more: field & 1 != 0,
                offset: field >> 3,
            };
        }
        if header > upper.promised {
            return Err(Fault::Broken);
        }
        upper = Upper {
            transport: Transport(next),
            bytes: upper.bytes.get(header..).ok_or(Fault::Short)?,
            promised: upper.promised - header,
        };
        packet.transport = Some(upper.transport);
        if packet.fragment.offset > 0 {
            return Ok(upper);
        }
    }
}

/// The first bytes of an extension header.
fn lead<const N: usize>(upper: &Upper<'_>) -> Result<[u8; N], Fault> {
    if upper.promised < N {
        return Err(Fault::Broken);
    }
    chunk(upper.bytes, 0).ok_or(Fault::Short)
}
