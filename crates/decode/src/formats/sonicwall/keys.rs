//! What each key means, and which field it fills.

use rutter_event::{Direction, Endpoint, Event, Refusal, Stamp, TcpFlags, Untrusted};

use super::super::address::{leading_mac, v6};
use super::super::clock;
use super::super::pairs::{Value, each_other};
use super::super::sessions::{self, Seen, once};
use super::pairs;

/// Facts that do not stand alone in an event.
#[derive(Default)]
pub(super) struct Notes<'a> {
    time: Option<&'a [u8]>,
    pub(super) message: &'a [u8],
    pub(super) decision: &'a [u8],
    note: &'a [u8],
    pub(super) bytes: [Option<u64>; 2],
    pub(super) packets: [Option<u64>; 2],
    zones: [&'a [u8]; 2],
    pub(super) seen: Seen,
    /// Whether the record may be cut.
    pub(super) is_open: bool,
}

impl Notes<'_> {
    /// The device's clock: its own zone's, or Greenwich's where it says so.
    pub(super) fn stamp(&self) -> Stamp {
        let time = self.time.unwrap_or_default();
        let stamp = match time
            .strip_suffix(b" UTC")
            .and_then(|time| time.split_at_checked(10))
        {
            Some((date, time)) => sessions::stamp(date, time.trim_ascii_start(), b"Z"),
            None => clock::iso(time),
        };
        stamp.unwrap_or_default()
    }

    /// The flags of a packet that fitted no connection: `TCP Flag(s): ACK RST`.
    pub(super) fn flags(&self) -> Option<TcpFlags> {
        let words = self.note.strip_prefix(b"TCP Flag(s):")?;
        let mut flags = TcpFlags::NONE;
        let words = words.split(|byte| matches!(byte, b' ' | b','));
        for word in words.filter(|word| !word.is_empty()) {
            flags = flags.with(TcpFlags::from_word(word)?);
        }
        Some(flags)
    }

    /// The zones tell which way a connection goes, as far as they are the built-in ones.
    pub(super) fn direction(&self) -> Direction {
        let is_ours = |zone: &[u8]| match zone {
            b"WAN" | b"Untrusted" => Some(false),
            b"LAN" | b"DMZ" | b"WLAN" | b"VPN" | b"SSLVPN" | b"MGMT" | b"Trusted" | b"Public"
            | b"Wireless" | b"Encrypted" => Some(true),
            _ => None,
        };
        Direction::between(self.zones.map(is_ours))
    }
}

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    pub(super) notes: Notes<'a>,
}

impl<'a> Reading<'a> {
    /// Takes one pair; keys that are not told here are left to `extra`.
    pub(super) fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let (event, notes) = (&mut self.event, &mut self.notes);
        let packet = &mut event.packet;
        notes.is_open = !value.is_closed;
        match key {
            b"id" => event.observer.hostname = value.word(),
            b"time" => once(&mut notes.time, Some(value.text))?,
            b"msg" => notes.message = value.text,
            b"fw_action" => notes.decision = value.text,
            b"note" if value.is_closed => notes.note = value.text,

            b"src" => {
                let end = Written::of(value);
                notes.seen.source(packet, end.address)?;
                once(&mut packet.source.port, end.port.port()?)?;
                event.observer.ingress = end.interface.word();
            }
            b"dst" => {
                let end = Written::of(value);
                notes.seen.destination(packet, end.address)?;
                once(&mut packet.destination.port, end.port.port()?)?;
                event.observer.egress = end.interface.word();
            }
            b"srcV6" => notes.seen.source(packet, value)?,
            b"dstV6" => notes.seen.destination(packet, uncut(value))?,
            b"natSrc" => translated(&mut packet.source, value),
            b"natDst" => translated(&mut packet.destination, value),
            b"natSrcV6" => packet.source.nat_ip = value.address().ok().flatten(),
            b"natDstV6" => packet.destination.nat_ip = value.address().ok().flatten(),
            b"srcMac" => packet.source.mac = leading_mac(value.text),
            b"dstMac" => packet.destination.mac = leading_mac(value.text),
            b"proto" => once(&mut packet.transport, part(value, b'/').0.protocol()?)?,
            b"type" => packet.icmp.kind = value.decimal(),
            b"icmpCode" => packet.icmp.code = value.decimal(),

            b"srcZone" => {
                notes.zones[0] = value.text;
                event.observer.ingress_zone = value.word();
            }
            b"dstZone" => {
                notes.zones[1] = value.text;
                event.observer.egress_zone = value.word();
            }
            b"rule" => event.rule = value.word(),
            b"appName" => event.application = value.word(),
            b"usr" => event.user = value.word(),
            b"sent" => notes.bytes[0] = value.sum(),
            b"rcvd" => notes.bytes[1] = value.sum(),
            b"spkt" => notes.packets[0] = value.sum(),
            b"rpkt" => notes.packets[1] = value.sum(),
            // Milliseconds.
            b"cdur" => event.duration = value.sum().and_then(|ms| ms.checked_mul(1_000_000)),
            _ => {}
        }
        Ok(())
    }
}

/// An end as it is written: `address:port:interface:name`, each of which may be empty or missing.
#[derive(Default)]
struct Written<'a> {
    address: Value<'a>,
    port: Value<'a>,
    interface: Value<'a>,
}

impl<'a> Written<'a> {
    fn of(value: Value<'a>) -> Self {
        if v6(value.text).is_some() {
            // `::` is an end with neither address nor port.
            let is_empty = value.text.iter().all(|byte| *byte == b':');
            let address = if is_empty { Value::default() } else { value };
            return Self {
                address,
                ..Self::default()
            };
        }
        let (address, rest) = part(value, b':');
        let (port, rest) = part(rest, b':');
        let (interface, _name) = part(rest, b':');
        Self {
            address,
            port,
            interface,
        }
    }
}

/// The value up to a separator, and what stands behind it.
fn part(value: Value<'_>, separator: u8) -> (Value<'_>, Value<'_>) {
    let at = memchr::memchr(separator, value.text);
    let Some((text, rest)) = at.and_then(|at| value.text.split_at_checked(at)) else {
        let nothing = Value {
            text: b"",
            is_closed: value.is_closed,
            ..Value::default()
        };
        return (value, nothing);
    };
    let before = Value {
        text,
        is_closed: true,
        ..Value::default()
    };
    let behind = Value {
        text: rest.get(1..).unwrap_or_default(),
        ..value
    };
    (before, behind)
}

/// The value, or an empty one if it may be cut: the last pair of some records, which costs the
/// address alone.
fn uncut(value: Value<'_>) -> Value<'_> {
    match value.address() {
        Ok(None) => Value {
            text: b"",
            is_closed: true,
            ..Value::default()
        },
        _ => value,
    }
}

/// `address:port` after translation.
fn translated(end: &mut Endpoint, value: Value<'_>) {
    let written = Written::of(value);
    end.nat_ip = written
        .address
        .address()
        .ok()
        .flatten()
        .filter(|ip| !ip.is_unspecified());
    end.nat_port = written.port.port().ok().flatten().filter(|port| *port != 0);
}

/// Keys that fill a field and say no more than the field.
pub(super) const FIELDS: &[&[u8]] = &[
    b"time",
    b"srcV6",
    b"dstV6",
    b"natSrc",
    b"natDst",
    b"natSrcV6",
    b"natDstV6",
    b"srcMac",
    b"dstMac",
    b"type",
    b"icmpCode",
    b"srcZone",
    b"dstZone",
    b"rule",
    b"appName",
    b"usr",
    b"cdur",
];

/// Calls back with every pair that has no field, and with an end that bears a name.
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    each_other(pairs(record), FIELDS, &mut |key, value| {
        let is_end = matches!(key.bytes(), b"src" | b"dst");
        let is_named = || value.bytes().iter().filter(|byte| **byte == b':').count() == 3;
        if !is_end || is_named() {
            sink(key, value);
        }
    });
}
