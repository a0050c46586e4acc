//! Snort's `alert_csv`, in its default order and in that of pfSense.

use std::net::IpAddr;

use rutter_event::{
    Action, Event, Extra, Family, Mac, Packet, Refusal, Skip, TcpFlags, Transport, Untrusted,
};

use super::address::{Written, family, leading_mac, written};
use super::alert;
use super::csv::Columns;
use super::number::{decimal, hexadecimal};
use crate::record::{Emit, Format, Record, Rejection};

/// Snort's CSV.
pub struct SnortCsv;

impl Format for SnortCsv {
    fn name(&self) -> &'static str {
        "snort-csv"
    }

    fn title(&self) -> &'static str {
        "Snort: alert_csv, default order and pfSense's"
    }

    fn example(&self) -> &'static str {
        r#"11/23-10:00:00.123456 ,1,1000006,0,"TCP connection",TCP,198.51.100.7,43210,203.0.113.9,22,00:00:5E:00:53:01,00:00:5E:00:53:02,0x4A,******S*,0x12345678,0x0,,0x400,241,0,54321,60,61440,,,,"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        is_own(record.message)
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        if !is_own(record.message) {
            return Err(Skip::NotFirewall.into());
        }
        let mut event = Event::default();
        event.observer.vendor = "snort";
        event.observer.product = "snort";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        let mut columns = Columns::new(record.message);
        read_head(&mut columns, &mut event)?;
        if order(columns) == DEFAULT {
            read_headers(&mut columns, &mut event.packet)?;
        } else {
            read_verdict(&mut columns, &mut event)?;
        }
        emit(&mut event);
        Ok(())
    }
}

/// The columns of both orders.
#[rustfmt::skip]
const HEAD: [&str; 10] = [
    "timestamp", "sig_generator", "sig_id", "sig_rev", "msg", "proto", "src", "srcport", "dst",
    "dstport",
];

#[rustfmt::skip]
static DEFAULT: [&str; 17] = [
    "ethsrc", "ethdst", "ethlen", "tcpflags", "tcpseq", "tcpack", "tcplen", "tcpwindow", "ttl",
    "tos", "id", "dgmlen", "iplen", "icmptype", "icmpcode", "icmpid", "icmpseq",
];

static PFSENSE: [&str; 5] = ["id", "classification", "priority", "action", "disposition"];

/// Columns that are kept under their own names.
const KEPT: [&str; 9] = [
    "sig_generator",
    "sig_rev",
    "ethlen",
    "tcplen",
    "iplen",
    "classification",
    "priority",
    "action",
    "disposition",
];

/// A date before a blank, three numbers, a text.
fn is_own(message: &[u8]) -> bool {
    if message.get(2) != Some(&b'/') {
        return false;
    }
    let mut columns = Columns::new(message);
    let mut next = || columns.closed().ok();
    next().is_some_and(|date| date.contains(&b'-') && date.len() <= 32)
        && (0..3).all(|_| next().is_some_and(|number| decimal::<u32>(number).is_some()))
}

/// Which columns follow the ends: pfSense's are five, and the first is no hardware address.
fn order(mut columns: Columns<'_>) -> &'static [&'static str] {
    let is_number = columns
        .next()
        .is_some_and(|(column, _)| decimal::<u32>(column).is_some());
    let mut count = 1;
    while columns.next().is_some() && count <= PFSENSE.len() {
        count += 1;
    }
    if is_number && count <= PFSENSE.len() {
        &PFSENSE
    } else {
        &DEFAULT
    }
}

fn read_head<'a>(columns: &mut Columns<'a>, event: &mut Event<'a>) -> Result<(), Refusal> {
    let date = columns.closed()?.trim_ascii_end();
    event.stamp = alert::stamp(date).ok_or(Refusal::BadTime)?;
    columns.closed()?;
    event.rule_id = Untrusted::new(columns.closed()?);
    columns.closed()?;
    event.rule = Untrusted::new(columns.closed()?);
    let transport = Transport::from_word(columns.closed()?).ok_or(Refusal::BadProtocol)?;
    let packet = &mut event.packet;
    packet.source.ip = address(columns.closed()?)?;
    let source = optional(columns.closed()?, Refusal::BadPort)?;
    packet.destination.ip = address(columns.closed()?)?;
    let destination = optional(columns.closed()?, Refusal::BadPort)?;
    if transport.has_ports() {
        (packet.source.port, packet.destination.port) = (source, destination);
    }
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    packet.transport = Some(match transport {
        Transport::ICMP if packet.family == Family::V6 => Transport::ICMPV6,
        transport => transport,
    });
    Ok(())
}

/// The columns of the default order. The last one, ICMP's sequence, may be cut.
fn read_headers(columns: &mut Columns<'_>, packet: &mut Packet) -> Result<(), Refusal> {
    packet.source.mac = mac(columns.closed()?)?;
    packet.destination.mac = mac(columns.closed()?)?;
    columns.closed()?;
    packet.tcp.flags = flags(columns.closed()?)?;
    packet.tcp.seq = hexadecimal_or_none(columns.closed()?)?;
    packet.tcp.ack = hexadecimal_or_none(columns.closed()?)?;
    columns.closed()?;
    packet.tcp.window = hexadecimal_or_none(columns.closed()?)?;
    packet.ttl = optional(columns.closed()?, Refusal::BadColumns)?;
    packet.tos = optional(columns.closed()?, Refusal::BadColumns)?;
    packet.id =
        optional::<u32>(columns.closed()?, Refusal::BadColumns)?.and_then(|id| id.try_into().ok());
    packet.length = optional(columns.closed()?, Refusal::BadColumns)?;
    columns.closed()?;
    packet.icmp.kind = optional(columns.closed()?, Refusal::BadColumns)?;
    packet.icmp.code = optional(columns.closed()?, Refusal::BadColumns)?;
    packet.icmp.id = optional(columns.closed()?, Refusal::BadColumns)?;
    Ok(())
}

/// The columns of pfSense. Its last is a word.
fn read_verdict(columns: &mut Columns<'_>, event: &mut Event<'_>) -> Result<(), Refusal> {
    event.packet.id =
        optional::<u32>(columns.closed()?, Refusal::BadColumns)?.and_then(|id| id.try_into().ok());
    columns.closed()?;
    optional::<u32>(columns.closed()?, Refusal::BadColumns)?;
    columns.closed()?;
    let (disposition, _) = columns.next().ok_or(Refusal::Truncated)?;
    event.action = match disposition.trim_ascii_end() {
        b"Allow" => Action::Allowed,
        b"Drop" | b"Block" => Action::Dropped,
        b"Reject" => Action::Rejected,
        _ => return Err(Refusal::Truncated),
    };
    Ok(())
}

fn address(column: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    match written(column) {
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

fn optional<T: TryFrom<u64>>(column: &[u8], otherwise: Refusal) -> Result<Option<T>, Refusal> {
    match column {
        b"" => Ok(None),
        column => decimal(column).ok_or(otherwise).map(Some),
    }
}

fn hexadecimal_or_none<T: TryFrom<u64>>(column: &[u8]) -> Result<Option<T>, Refusal> {
    match column {
        b"" => Ok(None),
        column => hexadecimal(column).ok_or(Refusal::BadColumns).map(Some),
    }
}

fn mac(column: &[u8]) -> Result<Option<Mac>, Refusal> {
    match column.len() {
        0 => Ok(None),
        17 => Ok(leading_mac(column)),
        _ => Err(Refusal::BadColumns),
    }
}

/// Eight places from CWR to FIN, a letter or a star each; the first two may be digits.
fn flags(column: &[u8]) -> Result<Option<TcpFlags>, Refusal> {
    if column.is_empty() {
        return Ok(None);
    }
    let letters = column.first_chunk::<8>().filter(|_| column.len() == 8);
    let letters = letters.ok_or(Refusal::BadColumns)?;
    let mut flags = 0_u8;
    for letter in letters {
        flags = flags << 1 | u8::from(*letter != b'*');
        if !b"*12CEUAPRSF".contains(letter) {
            return Err(Refusal::BadColumns);
        }
    }
    Ok(Some(TcpFlags(flags)))
}

fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let mut columns = Columns::new(record);
    let mut keep = |columns: &mut Columns<'a>, name: &'static str| {
        if let Some((column, _)) = columns.next()
            && !column.is_empty()
            && KEPT.contains(&name)
        {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(column));
        }
    };
    for name in HEAD {
        keep(&mut columns, name);
    }
    for name in order(columns) {
        keep(&mut columns, name);
    }
}
