//! Whether a line reaches its end.
//!
//! A cut line is worse than a missing one: `DST=10.0.0.1` may have been `10.0.0.12`. Each writer
//! ends a record in a known way, so the last field tells whether the record is whole.

use rutter_event::{Family, Packet, Refusal, Skip, Transport};

use super::super::number::port_may_go_on;
use super::fields::Code;
use super::header::{CODE, DPT, TYPE};
use super::notes::{Notes, Seen};
use crate::Rejection;

/// Judges the record.
///
/// `is_open` says that the line ends with the last byte of a value, not with a blank; `ends_early`
/// that the writer is one that leaves out the end of TCP and ICMP headers (Proxmox).
///
/// # Errors
/// [`Refusal::Truncated`] for a cut line, [`Refusal::MissingField`] for one without an end,
/// [`Skip::NotIp`] for a frame that carries neither IP nor ARP.
pub(super) fn check(
    packet: &Packet,
    notes: &Notes,
    is_open: bool,
    ends_early: bool,
) -> Result<(), Rejection> {
    let ends = notes.seen.has(Seen::SOURCE | Seen::DESTINATION);
    if packet.family == Family::Arp {
        return if ends {
            Ok(())
        } else {
            Err(Refusal::Truncated.into())
        };
    }
    if !ends {
        let carries_ip = matches!(notes.ethertype, None | Some(0x0800 | 0x86dd | 0x0806));
        return Err(if !carries_ip && !is_open {
            Skip::NotIp.into()
        } else if notes.seen.has(Seen::PROTOCOL) {
            Refusal::MissingField.into()
        } else {
            Refusal::Truncated.into()
        });
    }
    let last = is_open.then_some(notes.last);
    let is_whole = match packet.transport {
        Some(transport) if notes.is_bridge => {
            !transport.has_ports() || packet.source.port.is_some()
        }
        // Some IPv6 headers are never named; then something behind the headers must say that
        // the line goes on.
        None => notes.is_incomplete || notes.has_tail || packet.fragment.offset > 0,
        _ if packet.fragment.offset > 0 || notes.is_incomplete => true,
        Some(Transport::TCP) => ports_are_whole(packet, last) && tcp_is_whole(notes, ends_early),
        Some(Transport::UDP) => {
            ports_are_whole(packet, last) && udp_is_whole(packet, notes, is_open)
        }
        Some(Transport::UDPLITE) => ports_are_whole(packet, last),
        // The kernel prints only a number for these, ulogd ports.
        Some(Transport::SCTP | Transport::DCCP) => {
            packet.source.port.is_none() || ports_are_whole(packet, last)
        }
        Some(transport) if transport.is_icmp() => icmp_is_whole(packet, notes, last, ends_early),
        Some(_) => true,
    };
    if is_whole {
        Ok(())
    } else {
        Err(Refusal::Truncated.into())
    }
}

fn ports_are_whole(packet: &Packet, last: Option<Code>) -> bool {
    packet.source.port.is_some()
        && packet
            .destination
            .port
            .is_some_and(|port| last != Some(DPT) || !port_may_go_on(port))
}

/// The kernel and ulogd end a TCP header with the urgent pointer; people and relays shorten lines.
/// What stands behind a whole port is optional, but the reserved bits announce the flags: without
/// any, a cut line would look like a NULL probe.
const fn tcp_is_whole(notes: &Notes, ends_early: bool) -> bool {
    notes.has_urgent || notes.has_flags || !notes.has_reserved || ends_early
}

/// The kernel and ulogd end a UDP header with its length, which can be checked against the packet's.
fn udp_is_whole(packet: &Packet, notes: &Notes, is_open: bool) -> bool {
    match (notes.udp_length, packet.length) {
        (Some(length), Some(total)) if is_open && !notes.has_tail => {
            let header = if packet.family == Family::V6 {
                40
            } else {
                20 + notes.ip_options
            };
            let expected = total.saturating_sub(header);
            // A number whose last digits are missing.
            ![10, 100, 1000, 10_000]
                .iter()
                .any(|cut| expected / cut == length)
        }
        _ => true,
    }
}

/// An echo ends with its sequence number. An error quotes a packet, which a shortened line may lack;
/// then its last number must not be one that could go on.
fn icmp_is_whole(packet: &Packet, notes: &Notes, last: Option<Code>, ends_early: bool) -> bool {
    if !notes.has_code {
        return last != Some(TYPE);
    }
    if !notes.is_full || notes.is_ulogd || ends_early {
        return true;
    }
    // A type out of range is left out, and has nothing more to say.
    let kind = packet.icmp.kind.unwrap_or(u8::MAX);
    match (packet.transport, kind) {
        (Some(Transport::ICMP), 0 | 8) | (Some(Transport::ICMPV6), 128 | 129) => {
            notes.has_sequence || last != Some(CODE)
        }
        _ => notes.has_quotation || last != Some(CODE),
    }
}
