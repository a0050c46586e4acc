//! UDP (RFC 768), UDP-Lite (RFC 3828), SCTP (RFC 9260), DCCP (RFC 4340).

use rutter_event::Packet;

use super::{Found, beyond, has_room};
use crate::frames::bytes::be16;
use crate::frames::frame::Fault;
use crate::frames::network::Upper;

/// A header that begins with the ports and is `header` bytes long.
pub(super) fn read<'a>(
    upper: Upper<'a>,
    packet: &mut Packet,
    header: usize,
) -> Result<Found<'a>, Fault> {
    enter(&upper, packet, header)?;
    Ok(beyond(&upper, packet, header, upper.promised))
}

/// UDP has a length of its own; what IP carries beyond it is not payload.
pub(super) fn read_udp<'a>(upper: Upper<'a>, packet: &mut Packet) -> Result<Found<'a>, Fault> {
    const HEADER: usize = 8;
    enter(&upper, packet, HEADER)?;
    let promised = match be16(upper.bytes, 4).map(usize::from) {
        Some(own) if own >= HEADER => own.min(upper.promised),
        // Snapped, a jumbogram's zero (RFC 2675), or a lie.
        _ => upper.promised,
    };
    Ok(beyond(&upper, packet, HEADER, promised))
}

/// DCCP tells where its data begins, in words of four bytes.
pub(super) fn read_dccp<'a>(upper: Upper<'a>, packet: &mut Packet) -> Result<Found<'a>, Fault> {
    enter(&upper, packet, 12)?;
    let header = upper
        .bytes
        .get(4)
        .map_or(12, |words| usize::from(*words) * 4);
    if header < 12 {
        return Err(Fault::Broken);
    }
    has_room(&upper, packet, header)?;
    Ok(beyond(&upper, packet, header, upper.promised))
}

/// Enters the ports, with which every such header begins, after seeing that `header` bytes fit.
pub(super) fn enter(upper: &Upper<'_>, packet: &mut Packet, header: usize) -> Result<(), Fault> {
    packet.source.port = be16(upper.bytes, 0);
    packet.destination.port = be16(upper.bytes, 2);
    has_room(upper, packet, header)?;
    if packet.destination.port.is_none() && !packet.fragment.more {
        return Err(Fault::Short);
    }
    Ok(())
}
