//! What the packet carries: TCP, UDP, ICMP and the protocols that filterlog does not open.

use rutter_event::{Event, Family, Packet, Refusal, TcpFlags, Transport};

use super::super::number::decimal;
use super::columns::Columns;
use super::icmp;
use crate::scan::find;
use crate::search::holds;

/// Reads the columns behind the addresses.
///
/// # Errors
/// [`Refusal::Truncated`] when the columns that a protocol always has are not all there.
pub(super) fn read<'a>(
    columns: &mut Columns<'a>,
    has_ip_options: bool,
    event: &mut Event<'a>,
) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    // Only the first fragment holds the header of the next layer.
    if packet.fragment.offset > 0 {
        let rest = columns.rest().unwrap_or_default().trim_ascii();
        return if rest.is_empty() || rest.starts_with(b"datalength=") {
            Ok(())
        } else {
            Err(Refusal::BadColumns)
        };
    }
    match packet.transport {
        Some(Transport::TCP) => read_tcp(columns, has_ip_options, packet),
        Some(Transport::UDP) => read_udp(columns, has_ip_options, packet),
        Some(transport) if transport.is_icmp() => {
            event.quoted = icmp::read(columns, packet)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn read_tcp(
    columns: &mut Columns<'_>,
    has_ip_options: bool,
    packet: &mut Packet,
) -> Result<(), Refusal> {
    let source = columns.closed()?;
    if is_complaint(source) {
        return Ok(());
    }
    let destination = columns.closed()?;
    packet.source.port = Some(decimal(source).ok_or(Refusal::BadPort)?);
    packet.destination.port = Some(decimal(destination).ok_or(Refusal::BadPort)?);
    let payload = columns.closed()?;
    // A header that claims to be longer than the packet gives a negative payload.
    if decimal::<u32>(payload.strip_prefix(b"-").unwrap_or(payload)).is_none() {
        return Err(Refusal::BadColumns);
    }
    let payload: Option<u32> = decimal(payload);
    if payload > packet.length {
        return Err(Refusal::BadColumns);
    }
    packet.tcp.flags = Some(flags(columns.closed()?).ok_or(Refusal::BadColumns)?);
    let sequence = columns.closed()?;
    if is_complaint(sequence) {
        return Ok(());
    }
    // A packet with payload shows its first and its last number: `100:148`.
    let colon = find(b':', sequence).unwrap_or(sequence.len());
    let (first, last) = sequence.split_at_checked(colon).unwrap_or_default();
    packet.tcp.seq = optional(first)?;
    optional::<u32>(last.get(1..).unwrap_or_default())?;
    packet.tcp.ack = optional(columns.closed()?)?;
    packet.tcp.window = optional(columns.closed()?)?;
    packet.tcp.urgent = optional(columns.closed()?)?;
    // The options are the last column; one OPNsense version puts a label behind them.
    let rest = columns.rest().unwrap_or_default();
    if rest.iter().filter(|byte| **byte == b',').count() > 1 && !holds!(rest, "[bad opt]") {
        return Err(Refusal::BadColumns);
    }
    packet.payload_length = payload;
    if let (Some(rest), Some(payload)) = (above_ip(packet, has_ip_options), payload) {
        let options = rest
            .checked_sub(payload)
            .and_then(|header| header.checked_sub(20));
        packet.tcp.options_length = options
            .filter(|bytes| *bytes <= 40 && bytes % 4 == 0)
            .and_then(|b| u8::try_from(b).ok());
    }
    Ok(())
}

/// A column that is a number or empty. Anything else means that the columns are not where they belong.
fn optional<T: TryFrom<u64>>(column: &[u8]) -> Result<Option<T>, Refusal> {
    if column.is_empty() {
        Ok(None)
    } else {
        decimal(column).ok_or(Refusal::BadColumns).map(Some)
    }
}

/// Instead of a header that cannot be, filterlog writes `errormsg='…'`.
fn is_complaint(column: &[u8]) -> bool {
    column.starts_with(b"errormsg=")
}

fn flags(letters: &[u8]) -> Option<TcpFlags> {
    letters.iter().try_fold(TcpFlags::NONE, |flags, letter| {
        Some(flags.with(TcpFlags::from_letter(*letter)?))
    })
}

fn read_udp(
    columns: &mut Columns<'_>,
    has_ip_options: bool,
    packet: &mut Packet,
) -> Result<(), Refusal> {
    packet.source.port = Some(decimal(columns.closed()?).ok_or(Refusal::BadPort)?);
    packet.destination.port = Some(decimal(columns.closed()?).ok_or(Refusal::BadPort)?);
    let (length, is_closed) = columns.next().ok_or(Refusal::Truncated)?;
    let Some(length) = decimal::<u32>(length) else {
        return Err(if is_closed {
            Refusal::BadColumns
        } else {
            Refusal::Truncated
        });
    };
    let Some(rest) = above_ip(packet, has_ip_options) else {
        return Ok(());
    };
    // pfSense writes the length of the UDP header and its payload here, others the payload's.
    packet.payload_length = [
        (rest, length.checked_sub(8)),
        (rest.saturating_sub(8), Some(length)),
    ]
    .into_iter()
    .find_map(|(expected, payload)| if expected == length { payload } else { None });
    let is_cut = [10, 100, 1000, 10_000]
        .iter()
        .any(|cut| rest / cut == length);
    if packet.payload_length.is_none() && is_cut && !is_closed && !packet.fragment.more {
        return Err(Refusal::Truncated);
    }
    Ok(())
}

/// Bytes of the packet above the IP header, when nothing stands between.
fn above_ip(packet: &Packet, has_ip_options: bool) -> Option<u32> {
    if has_ip_options || packet.fragment.more {
        return None;
    }
    packet
        .length?
        .checked_sub(if packet.family == Family::V6 { 40 } else { 20 })
}
