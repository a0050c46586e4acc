//! One flow: the columns of a tuple.

use rutter_event::{Action, Direction, Event, Mac, Refusal, Transport, Untrusted};

use super::super::fields;
use super::super::number::hexadecimal;

/// Reads a tuple of version 1 or 2 of network security groups, or of virtual networks.
///
/// # Errors
/// [`Refusal::BadColumns`] when it is none of them, and the reason of the column that is wrong.
pub(super) fn read<'a>(tuple: &'a [u8], mac: &[u8]) -> Result<Event<'a>, Refusal> {
    let mut columns = [&b""[..]; 13];
    let mut count = 0;
    for column in tuple.split(|byte| *byte == b',') {
        *columns.get_mut(count).ok_or(Refusal::BadColumns)? = column.trim_ascii();
        count += 1;
    }
    let [
        time,
        source,
        destination,
        source_port,
        destination_port,
        protocol,
        way,
        verdict,
        ..,
    ] = columns;
    if !matches!(count, 8 | 13) {
        return Err(Refusal::BadColumns);
    }
    let mut event = Event {
        stamp: fields::stamp(time).ok_or(Refusal::BadTime)?,
        ..Event::default()
    };
    let packet = &mut event.packet;
    packet.source.ip = fields::end(source)?;
    packet.destination.ip = fields::end(destination)?;
    packet.source.port = fields::port(source_port)?;
    packet.destination.port = fields::port(destination_port)?;
    packet.transport = match protocol {
        b"T" => Some(Transport::TCP),
        b"U" => Some(Transport::UDP),
        number => Some(fields::protocol(number)?.ok_or(Refusal::BadProtocol)?),
    };
    event.action = match verdict {
        b"A" | b"B" | b"C" | b"E" => Action::Allowed,
        b"D" => Action::Denied,
        _ => return Err(Refusal::BadColumns),
    };
    // The address of the network interface at which the flow was seen.
    match way {
        b"I" => {
            event.direction = Direction::Inbound;
            packet.destination.mac = bare_mac(mac);
        }
        b"O" => {
            event.direction = Direction::Outbound;
            packet.source.mac = bare_mac(mac);
        }
        _ => return Err(Refusal::BadColumns),
    }
    let [.., packets_there, bytes_there, packets_back, bytes_back] = columns;
    event.packets = fields::sum(fields::count(packets_there), fields::count(packets_back));
    event.bytes = fields::sum(fields::count(bytes_there), fields::count(bytes_back));
    fields::settle(packet).map_err(|_| Refusal::BadAddress)?;
    Ok(event)
}

/// Twelve digits without separators.
fn bare_mac(text: &[u8]) -> Option<Mac> {
    if text.len() != 12 {
        return None;
    }
    let [_, _, bytes @ ..] = hexadecimal::<u64>(text)?.to_be_bytes();
    Some(Mac(bytes))
}

/// The columns that have no field, under the names of the documentation.
pub(super) fn each_extra<'a>(tuple: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let is_of_network = tuple
        .split(|byte| *byte == b',')
        .nth(5)
        .is_some_and(|protocol| !matches!(protocol, b"T" | b"U"));
    let names: [&[u8]; 6] = if is_of_network {
        [
            b"flowState",
            b"encryption",
            b"packetsSent",
            b"bytesSent",
            b"packetsReceived",
            b"bytesReceived",
        ]
    } else {
        [
            b"",
            b"flowState",
            b"packetsSent",
            b"bytesSent",
            b"packetsReceived",
            b"bytesReceived",
        ]
    };
    let columns = tuple.split(|byte| *byte == b',').skip(7);
    for (name, column) in names.into_iter().zip(columns) {
        if !name.is_empty() && !column.is_empty() {
            sink(Untrusted::new(name), Untrusted::new(column));
        }
    }
}
