//! The logs of Palo Alto Networks: PAN-OS, Panorama, Prisma Access.

mod columns;
mod json;
mod login;

use std::net::IpAddr;

use rutter_event::{Action, Endpoint, Event, Extra, Refusal, Skip, Stamp, Transport, Untrusted};

use self::columns::{FIELDS, Layout};
use super::address::{Written, family, written};
use super::clock;
use super::csv::Columns;
use super::number::decimal;
use crate::record::{Emit, Format, Record, Rejection};

/// PAN-OS's CSV, and Strata Logging Service's JSON.
pub struct Panos;

impl Format for Panos {
    fn name(&self) -> &'static str {
        "panos"
    }

    fn title(&self) -> &'static str {
        "Palo Alto Networks PAN-OS and Prisma Access: CSV and JSON"
    }

    fn example(&self) -> &'static str {
        "<14>Nov 23 10:00:05 pa-1 1,2026/11/23 10:00:05,007051000000001,TRAFFIC,end,2561,\
         2026/11/23 10:00:04,192.0.2.10,198.51.100.7,203.0.113.9,198.51.100.7,outbound web,\
         example\\alice,,ssl,vsys1,trust,untrust,ethernet1/2,ethernet1/1,to-siem,\
         2026/11/23 10:00:05,33288,1,49908,443,20077,443,0x400053,tcp,allow,7291,1696,5595,21,\
         2026/11/23 09:59:33,30,any,,620386,0x0,192.0.2.0-192.0.2.255,United States,,14,7,\
         tcp-fin,0,0,0,0,,pa-1,from-policy"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        match kind(record.message) {
            Some(kind) => Layout::of(kind).is_some() || is_login(kind, record.message),
            None => json::is_log(record.message),
        }
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        event.observer.vendor = "palo-alto";
        event.observer.product = "pan-os";
        event.observer.hostname = record.hostname;
        if json::is_log(record.message) {
            event.extra = Extra::new(record.message, json::each_extra);
            json::read(record.message, &mut event)?;
        } else if kind(record.message).is_some_and(|kind| is_login(kind, record.message)) {
            event.extra = Extra::new(record.message, login::each_extra);
            login::read(record, &mut event)?;
        } else {
            let layout = layout(record.message).ok_or(Skip::NotFirewall)?;
            event.extra = Extra::new(record.message, each_extra);
            let mut columns = Columns::new(record.message);
            read_head(&mut columns, layout, &mut event)?;
            read_tail(columns, layout, &mut event);
        }
        emit(&mut event);
        Ok(())
    }
}

/// The columns of the record, when its first four are those of a log of packets or sessions.
fn layout(message: &[u8]) -> Option<&'static Layout> {
    Layout::of(kind(message)?)
}

/// Whether a record of this type tells of a login: `SYSTEM` with the subtype `auth`.
fn is_login(kind: &[u8], message: &[u8]) -> bool {
    let mut columns = Columns::new(message);
    kind == b"SYSTEM"
        && (0..4).all(|_| columns.closed().is_ok())
        && columns.closed() == Ok(&b"auth"[..])
}

/// The type of the log, when the record's first four columns are those of PAN-OS.
fn kind(message: &[u8]) -> Option<&[u8]> {
    // A reserved number, the time of receipt, the serial number, the type.
    let first = message.first()?;
    if !first.is_ascii_digit() && *first != b',' {
        return None;
    }
    let mut columns = Columns::new(message);
    let reserved = columns.closed().ok()?;
    let received = columns.closed().ok()?;
    columns.closed().ok()?;
    let kind = columns.closed().ok()?;
    let is_date = received.len() >= 8
        && received.first().is_some_and(u8::is_ascii_digit)
        && received.contains(&b':');
    let is_own = reserved.len() <= 3 && reserved.iter().all(u8::is_ascii_digit) && is_date;
    is_own.then_some(kind)
}

/// Reads the columns that every type has: times, ends, rule, zones, protocol, action.
fn read_head<'a>(
    columns: &mut Columns<'a>,
    layout: &Layout,
    event: &mut Event<'a>,
) -> Result<(), Refusal> {
    columns.closed()?;
    let received = columns.closed()?;
    for _ in 2..6 {
        columns.closed()?;
    }
    let generated = columns.closed()?;
    if let Some(stamp) = made_or_taken(stamp(generated), stamp(received)) {
        event.stamp = stamp;
    }

    let packet = &mut event.packet;
    packet.source.ip = address(columns.closed()?)?;
    packet.destination.ip = address(columns.closed()?)?;
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    packet.source.nat_ip = translated(columns.closed()?)?;
    packet.destination.nat_ip = translated(columns.closed()?)?;

    event.rule = Untrusted::new(columns.closed()?);
    event.user = Untrusted::new(columns.closed()?);
    columns.closed()?;
    event.application = Untrusted::new(columns.closed()?);
    columns.closed()?;
    event.observer.ingress_zone = Untrusted::new(columns.closed()?);
    event.observer.egress_zone = Untrusted::new(columns.closed()?);
    event.observer.ingress = Untrusted::new(columns.closed()?);
    event.observer.egress = Untrusted::new(columns.closed()?);
    // Log action, time, session, repetitions.
    for _ in 20..24 {
        columns.closed()?;
    }

    let ports = [columns.closed()?, columns.closed()?];
    let nat_ports = [columns.closed()?, columns.closed()?];
    // Flags, and what is reserved before the protocol of an SCTP log.
    for _ in 28..layout.head.len() - 2 {
        columns.closed()?;
    }
    let transport = Transport::from_word(columns.closed()?).ok_or(Refusal::BadProtocol)?;
    event.action = action(columns.closed()?);

    packet.transport = Some(transport);
    read_ports(
        ports,
        nat_ports,
        transport,
        &mut packet.source,
        &mut packet.destination,
    )
}

/// Protocols without ports have zeros in these columns, and reserved ones are empty.
fn read_ports(
    ports: [&[u8]; 2],
    nat_ports: [&[u8]; 2],
    transport: Transport,
    source: &mut Endpoint,
    destination: &mut Endpoint,
) -> Result<(), Refusal> {
    let mut numbers = [None; 4];
    for (number, column) in numbers.iter_mut().zip(ports.iter().chain(&nat_ports)) {
        *number = match *column {
            b"" => None,
            column => Some(decimal::<u16>(column).ok_or(Refusal::BadPort)?),
        };
    }
    if transport.has_ports() {
        let [from, to, nat_from, nat_to] = numbers;
        if from.is_none() || to.is_none() {
            return Err(Refusal::MissingField);
        }
        (source.port, destination.port) = (from, to);
        source.nat_port = nat_from.filter(|port| *port != 0);
        destination.nat_port = nat_to.filter(|port| *port != 0);
    }
    Ok(())
}

/// Reads what of the columns behind the action fills a field. A column that no comma closes may
/// be cut and is not trusted.
fn read_tail<'a>(mut columns: Columns<'a>, layout: &Layout, event: &mut Event<'a>) {
    let places = layout.places;
    for place in 0..places.end {
        let Ok(column) = columns.closed() else { return };
        if column.is_empty() {
            continue;
        }
        let place = Some(place);
        if place == places.bytes {
            event.bytes = decimal_u64(column);
        } else if place == places.packets {
            event.packets = decimal_u64(column);
        } else if place == places.elapsed {
            event.duration = decimal::<u32>(column).map(|s| u64::from(s) * 1_000_000_000);
        } else if place == places.device {
            event.observer.hostname = Untrusted::new(column);
        } else if place == places.rule {
            event.rule_id = Untrusted::new(column);
        } else if place == places.stamp {
            event.stamp = stamp(column).unwrap_or(event.stamp);
        }
    }
}

/// A count of bytes may have more digits than any header field.
fn decimal_u64(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0_u64, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| value * 10 + u64::from(digit))
    })
}

fn address(column: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    match written(column) {
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None if column.is_empty() => Err(Refusal::MissingField),
        None => Err(Refusal::BadAddress),
    }
}

/// Where nothing is translated the column is empty or all zeros.
fn translated(column: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    match written(column) {
        Some(Written::Plain(ip)) => Ok(Some(ip).filter(|ip| !ip.is_unspecified())),
        Some(Written::Redacted) => Ok(None),
        None if column.is_empty() => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

/// How far the clocks of dataplane and management plane may be apart before the first is not
/// believed: a day, as logs wait that long for a collector.
const APART: i64 = 86_400 * 1_000_000_000;

/// The time at which the dataplane made the log, unless it lies more than a day before or behind
/// the time at which the management plane took it: then that one's clock, which dates the file, is
/// taken.
fn made_or_taken(generated: Option<Stamp>, received: Option<Stamp>) -> Option<Stamp> {
    let utc = |stamp: Option<Stamp>| match stamp {
        Some(Stamp::Civil(civil)) => civil.utc(civil.year?),
        _ => None,
    };
    match (utc(generated), utc(received)) {
        (Some(made), Some(taken)) if made.0.abs_diff(taken.0) > APART.unsigned_abs() => received,
        _ => generated.or(received),
    }
}

/// `2026/11/23 10:00:00`, the firewall's wall clock; or ISO 8601 with a zone.
fn stamp(text: &[u8]) -> Option<Stamp> {
    let Some(slashed) = text.first_chunk::<19>().filter(|date| date[4] == b'/') else {
        return clock::iso(text);
    };
    if text.len() != 19 || slashed[7] != b'/' {
        return None;
    }
    let mut date = *slashed;
    (date[4], date[7]) = (b'-', b'-');
    clock::iso(&date)
}

/// The vendor's words, with hyphens or blanks between their parts.
fn action(word: &[u8]) -> Action {
    match word {
        // A threat that is only reported, and a page that the user chose to go on to, have passed.
        b"allow" | b"alert" | b"continue" | b"override" => Action::Allowed,
        b"drop" | b"drop-packet" | b"drop-all-packets" | b"drop all packets" | b"random-drop" => {
            Action::Dropped
        }
        b"drop-icmp" | b"drop icmp" | b"drop ICMP" | b"reset-client" | b"reset client"
        | b"reset-server" | b"reset server" | b"reset-both" | b"reset both" => Action::Rejected,
        b"deny" | b"block" | b"block-url" | b"block-ip" | b"block-continue" | b"block-override"
        | b"override-lockout" | b"sinkhole" => Action::Denied,
        _ => Action::Unstated,
    }
}

/// Calls back with every column that has a name and no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(layout) = layout(record) else { return };
    let mut columns = Columns::new(record);
    for name in layout.head.iter().chain(layout.tail) {
        let Some((column, _)) = columns.next() else {
            return;
        };
        if !column.is_empty() && !FIELDS.contains(name) {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(column));
        }
    }
}
