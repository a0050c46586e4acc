//! The columns of an entry, and which field each fills.

use std::net::IpAddr;

use rutter_event::{Direction, Endpoint, Event, Refusal, Transport, Untrusted};

use super::super::address::{Written, family, leading_mac, written};
use super::super::number::decimal;

/// The names of the columns in their order; they stand in the entry itself only where the firewall is told to
/// write keys.
#[rustfmt::skip]
pub(super) const ORDER: [&str; 26] = [
    "type", "proto", "srcIF", "srcIP", "srcPort", "srcMAC", "dstIP", "dstPort", "dstService",
    "dstIF", "rule", "info", "srcNAT", "dstNAT", "duration", "count", "receivedBytes", "sentBytes",
    "receivedPackets", "sentPackets", "user", "protocol", "application", "target", "content",
    "urlcat",
];

/// Columns that fill a field and are not kept under their own name.
pub(super) fn is_field(name: &[u8]) -> bool {
    matches!(
        name,
        b"proto"
            | b"srcIF"
            | b"srcIP"
            | b"srcPort"
            | b"srcMAC"
            | b"dstIP"
            | b"dstPort"
            | b"dstIF"
            | b"rule"
            | b"srcNAT"
            | b"dstNAT"
            | b"user"
            | b"application"
    )
}

/// Puts one column where it belongs.
pub(super) fn take<'a>(
    name: &[u8],
    column: &'a [u8],
    event: &mut Event<'a>,
) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    match name {
        b"type" => {
            event.direction = match column {
                b"LIN" => Direction::Inbound,
                b"LOUT" => Direction::Outbound,
                // The names of the forwarding rules tell of the rules, not of the packet.
                _ => Direction::Unknown,
            };
        }
        b"proto" => {
            packet.transport = Some(Transport::from_word(column).ok_or(Refusal::BadProtocol)?);
        }
        b"srcIP" => read_end(column, &mut packet.source)?,
        b"dstIP" => read_end(column, &mut packet.destination)?,
        b"srcPort" => packet.source.port = Some(port(column)?),
        b"dstPort" => packet.destination.port = Some(port(column)?),
        b"srcMAC" => packet.source.mac = leading_mac(column),
        b"srcNAT" => packet.source.nat_ip = translated(column)?,
        b"dstNAT" => packet.destination.nat_ip = translated(column)?,
        b"receivedBytes" | b"sentBytes" => add(&mut event.bytes, column)?,
        b"receivedPackets" | b"sentPackets" => add(&mut event.packets, column)?,
        b"srcIF" => event.observer.ingress = Untrusted::new(column),
        b"dstIF" => event.observer.egress = Untrusted::new(column),
        b"rule" => event.rule = Untrusted::new(column),
        b"user" => event.user = Untrusted::new(column),
        b"application" => event.application = Untrusted::new(column),
        b"duration" | b"count" if column.iter().any(|byte| !byte.is_ascii_digit()) => {
            return Err(Refusal::BadColumns);
        }
        _ => {}
    }
    Ok(())
}

/// Draws the conclusions that need the whole entry.
pub(super) fn settle(event: &mut Event<'_>) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    packet.tell_icmp_apart();
    let transport = packet.transport.ok_or(Refusal::MissingField)?;
    if !transport.has_ports() {
        (packet.source.port, packet.destination.port) = (None, None);
    } else if packet.source.port.is_none() || packet.destination.port.is_none() {
        return Err(Refusal::MissingField);
    }
    // A session that begins has zeros for what it has not yet carried.
    event.bytes = event.bytes.filter(|bytes| *bytes > 0);
    event.packets = event.packets.filter(|packets| *packets > 0);
    Ok(())
}

fn read_end(column: &[u8], end: &mut Endpoint) -> Result<(), Refusal> {
    end.ip = match written(column) {
        Some(Written::Plain(ip)) => Some(ip),
        Some(Written::Redacted) => None,
        None if column.is_empty() => return Err(Refusal::MissingField),
        None => return Err(Refusal::BadAddress),
    };
    Ok(())
}

fn translated(column: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    match written(column) {
        Some(Written::Plain(ip)) => Ok(Some(ip).filter(|ip| !ip.is_unspecified())),
        Some(Written::Redacted) => Ok(None),
        None if column.is_empty() => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

fn port(column: &[u8]) -> Result<u16, Refusal> {
    decimal(column).ok_or(Refusal::BadPort)
}

/// Both ways together.
fn add(sum: &mut Option<u64>, column: &[u8]) -> Result<(), Refusal> {
    if column.is_empty() {
        return Ok(());
    }
    let number = std::str::from_utf8(column)
        .ok()
        .and_then(|digits| digits.parse::<u64>().ok());
    let number = number.ok_or(Refusal::BadColumns)?;
    *sum = sum.unwrap_or(0).checked_add(number);
    Ok(())
}
