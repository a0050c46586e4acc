//! Above IP: ports, TCP, ICMP. What has no ports and no file here is payload as a whole.

mod icmp;
mod ports;
mod tcp;

use rutter_event::{Packet, Transport};

use super::frame::Fault;
use super::network::Upper;

/// What lies above a transport header.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found<'a> {
    /// Payload, as much of it as was captured; empty for an ICMP error.
    pub(super) payload: &'a [u8],
    /// The packet that an ICMP error quotes.
    pub(super) quoted: Option<&'a [u8]>,
}

/// Reads the transport header. A snapped one leaves what it holds, at least the ports or the ICMP
/// type; one that the packet itself has no room for is broken, unless more fragments follow.
pub(super) fn read<'a>(upper: Upper<'a>, packet: &mut Packet) -> Result<Found<'a>, Fault> {
    if packet.fragment.offset > 0 {
        // The header went with the first fragment; this is the middle of somebody's data.
        packet.payload_length = length(upper.promised);
        return Ok(Found::default());
    }
    match upper.transport {
        Transport::TCP => tcp::read(upper, packet),
        Transport::UDP => ports::read_udp(upper, packet),
        Transport::UDPLITE => ports::read(upper, packet, 8),
        Transport::SCTP => ports::read(upper, packet, 12),
        Transport::DCCP => ports::read_dccp(upper, packet),
        Transport::ICMP => icmp::read_v4(upper, packet),
        Transport::ICMPV6 => icmp::read_v6(upper, packet),
        _ => {
            packet.payload_length = length(upper.promised);
            Ok(Found {
                payload: upper.bytes,
                quoted: None,
            })
        }
    }
}

/// Whether `bytes` of header fit into the packet, or into the fragments to come.
fn has_room(upper: &Upper<'_>, packet: &Packet, bytes: usize) -> Result<(), Fault> {
    if upper.promised >= bytes || packet.fragment.more {
        Ok(())
    } else {
        Err(Fault::Broken)
    }
}

/// The payload after `header` bytes, of which `promised` were on the wire.
fn beyond<'a>(upper: &Upper<'a>, packet: &mut Packet, header: usize, promised: usize) -> Found<'a> {
    packet.payload_length = length(promised.saturating_sub(header));
    let end = promised.min(upper.bytes.len());
    Found {
        payload: upper.bytes.get(header..end).unwrap_or_default(),
        quoted: None,
    }
}

fn length(bytes: usize) -> Option<u32> {
    u32::try_from(bytes).ok()
}
