//! What each key means, and which field it fills.

use rutter_event::{
    Action, Civil, Direction, Event, Observer, Packet, Refusal, Stamp, TcpFlags, Timestamp,
    Transport, Untrusted,
};

use super::super::clock;
use super::super::number::decimal;
use super::super::pairs::Value;
use super::super::sessions::{self, Seen, once};
use super::fields::{Fields, Style};

/// Facts that do not stand alone in an event.
#[derive(Default)]
pub(super) struct Notes<'a> {
    action: Option<&'a [u8]>,
    date: &'a [u8],
    time: Option<&'a [u8]>,
    /// The time of day before the first key.
    hour: &'a [u8],
    interface: Untrusted<'a>,
    interface_direction: &'a [u8],
    client_interface: Untrusted<'a>,
    server_interface: Untrusted<'a>,
    connection_direction: &'a [u8],
    flags: Option<TcpFlags>,
    pub(super) seen: Seen,
    /// Whether the record may be cut.
    pub(super) is_open: bool,
}

/// A record while it is read.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) event: Event<'a>,
    pub(super) notes: Notes<'a>,
}

impl<'a> Reading<'a> {
    /// Takes the words before the first key: `23Nov2026 10:00:00 drop fw01 >eth0`, or a header that
    /// is none of RFC 5424's: `1 2026-11-23 10:00:00 gw CheckPoint 13752 -`.
    pub(super) fn take_opening(&mut self, words: &'a [u8]) {
        let notes = &mut self.notes;
        for word in words
            .split(|byte| *byte == b' ')
            .filter(|word| !word.is_empty())
        {
            match word {
                [b'>', name @ ..] => {
                    notes.interface = Untrusted::new(name);
                    notes.interface_direction = b"inbound";
                }
                [b'<', name @ ..] => {
                    notes.interface = Untrusted::new(name);
                    notes.interface_direction = b"outbound";
                }
                [b'0'..=b'9', ..] if word.contains(&b':') => notes.hour = word,
                [b'0'..=b'9', ..] if day(word).is_some() || word.len() == 10 => notes.date = word,
                word if notes.action.is_none() && decision(word) != Action::Unstated => {
                    notes.action = Some(word);
                }
                _ => {}
            }
        }
    }

    /// Takes one field; keys that are not told here are left to `extra`.
    pub(super) fn take(&mut self, key: &[u8], value: Value<'a>) -> Result<(), Refusal> {
        let (event, notes) = (&mut self.event, &mut self.notes);
        let packet = &mut event.packet;
        notes.is_open = !value.is_closed;
        match key {
            b"action" | b"Action" if value.is_closed => once(&mut notes.action, Some(value.text))?,
            b"date" => notes.date = value.text,
            // The Splunk format writes it twice.
            b"time" if notes.time == Some(value.text) => {}
            b"time" => once(&mut notes.time, Some(value.text))?,
            b"origin" | b"orig" => event.observer.hostname = value.word(),

            b"src" | b"ipv6_src" => notes.seen.source(packet, value)?,
            b"dst" | b"ipv6_dst" => notes.seen.destination(packet, value)?,
            b"s_port" => notes.seen.source_port(packet, named(value))?,
            b"service" => {
                // `fw log` writes the name of the service where it knows one.
                let port = named(value);
                if port.text.is_empty() && !value.text.is_empty() {
                    event.application = value.word();
                }
                notes.seen.destination_port(packet, port)?;
            }
            b"proto" => once(&mut packet.transport, value.protocol()?)?,
            b"xlatesrc" => packet.source.nat_ip = translated(value),
            b"xlatedst" => packet.destination.nat_ip = translated(value),
            b"xlatesport" => packet.source.nat_port = translated_port(value),
            b"xlatedport" => packet.destination.nat_port = translated_port(value),
            b"icmp_type" | b"ICMP Type" | b"ICMP-Type" => packet.icmp.kind = value.decimal(),
            b"icmp_code" | b"ICMP Code" | b"ICMP-Code" => packet.icmp.code = value.decimal(),
            b"tcp_flags" | b"TCP flags" => notes.flags = flags(value.text),

            b"ifname" | b"i/f_name" => notes.interface = value.word(),
            b"ifdir" | b"i/f_dir" => notes.interface_direction = value.text,
            b"client_inbound_interface" => notes.client_interface = value.word(),
            b"server_outbound_interface" => notes.server_interface = value.word(),
            b"conn_direction" => notes.connection_direction = value.text,
            b"inzone" => event.observer.ingress_zone = value.word(),
            b"outzone" => event.observer.egress_zone = value.word(),

            // Of several layers the first that names a rule.
            b"rule_name" if event.rule.is_empty() => event.rule = value.word(),
            b"rule_uid" if event.rule_id.is_empty() => event.rule_id = value.word(),
            b"rule" if event.rule_id.is_empty() => event.rule_id = value.word(),
            b"appi_name" => event.application = value.word(),
            b"service_id" if event.application.is_empty() => event.application = value.word(),
            b"user" | b"src_user_name" if event.user.is_empty() => {
                event.user = Untrusted::new(value.word().bytes().trim_ascii());
            }
            // Where SmartView Tracker puts what has no column.
            b"information" => {
                for (key, value) in Fields::new(value.text, Style::Semicolons) {
                    let value = Value {
                        is_closed: true,
                        ..value
                    };
                    match key {
                        b"inzone" => event.observer.ingress_zone = value.word(),
                        b"outzone" => event.observer.egress_zone = value.word(),
                        b"ICMP Type" => packet.icmp.kind = value.decimal(),
                        b"ICMP Code" => packet.icmp.code = value.decimal(),
                        _ => {}
                    }
                }
            }
            b"bytes" => event.bytes = value.sum(),
            b"packets" => event.packets = value.sum(),
            b"elapsed" => event.duration = value.seconds(),
            _ => {}
        }
        Ok(())
    }
}

impl<'a> Notes<'a> {
    /// Where the packet came in and where it went out: the interface at which it was matched, and
    /// where the sums of a connection tell them, the ones of both ways.
    pub(super) fn interfaces(&self, observer: &mut Observer<'a>) {
        (observer.ingress, observer.egress) = match self.interface_direction {
            b"outbound" | b"<" => (Untrusted::default(), self.interface),
            _ => (self.interface, Untrusted::default()),
        };
        if let Some(name) = self.client_interface.some() {
            observer.ingress = name;
        }
        if let Some(name) = self.server_interface.some() {
            observer.egress = name;
        }
    }
}

impl Notes<'_> {
    /// Whether the record tells of a connection, and so must name both ends.
    pub(super) fn is_session(&self) -> bool {
        self.action
            .is_none_or(|word| decision(word) != Action::Unstated)
    }

    pub(super) fn action(&self) -> Action {
        decision(self.action.unwrap_or_default())
    }

    /// What a fragment of a connection's header tells.
    pub(super) fn settle(&self, packet: &mut Packet) {
        if packet.transport == Some(Transport::TCP) {
            packet.tcp.flags = self.flags;
        }
    }

    /// Seconds or milliseconds since 1970, or a date.
    pub(super) fn stamp(&self) -> Stamp {
        let time = self.time.unwrap_or(self.hour);
        let stamp = match decimal::<u64>(time) {
            Some(seconds) => i64::try_from(seconds)
                .ok()
                .and_then(|seconds| Timestamp::from_seconds(seconds, 0)),
            None => milliseconds(time),
        };
        stamp
            .map(Stamp::Instant)
            .or_else(|| clock::iso(time))
            .or_else(|| sessions::stamp(self.date, time, b""))
            .or_else(|| civil(self.date, time))
            .unwrap_or_default()
    }

    /// The connection's own direction where it is told, else what the zones tell. `ifdir` is about
    /// the interface: a connection from inside comes in at one too.
    pub(super) fn direction(&self, observer: &Observer<'_>) -> Direction {
        match self.connection_direction {
            b"Incoming" => return Direction::Inbound,
            b"Outgoing" => return Direction::Outbound,
            b"Internal" => return Direction::Internal,
            _ => {}
        }
        let is_ours = |zone: Untrusted<'_>| match zone.bytes() {
            b"External" => Some(false),
            b"Internal" | b"Local" | b"DMZ" => Some(true),
            _ => None,
        };
        Direction::between([observer.ingress_zone, observer.egress_zone].map(is_ours))
    }
}

/// The decision that a record's `action` states.
fn decision(word: &[u8]) -> Action {
    let is = |words: &[&str]| {
        words
            .iter()
            .any(|known| known.as_bytes().eq_ignore_ascii_case(word))
    };
    if is(&[
        "accept",
        "allow",
        "decrypt",
        "encrypt",
        "authcrypt",
        "bypass",
        "https bypass",
        "https inspect",
        "inspect",
        "detect",
        "monitor",
        "monitored",
        "inform user",
        "inline",
    ]) {
        Action::Allowed
    } else if is(&["drop"]) {
        Action::Dropped
    } else if is(&["reject"]) {
        Action::Rejected
    } else if is(&["block", "prevent", "deny", "quarantine"]) {
        Action::Denied
    } else {
        Action::Unstated
    }
}

/// The port, or nothing where the name of a service stands in its place.
fn named(value: Value<'_>) -> Value<'_> {
    match value.text.first() {
        Some(byte) if byte.is_ascii_digit() => value,
        _ => Value { text: b"", ..value },
    }
}

/// An address after translation; an end that was not translated is 0.0.0.0.
fn translated(value: Value<'_>) -> Option<std::net::IpAddr> {
    value
        .address()
        .ok()
        .flatten()
        .filter(|ip| !ip.is_unspecified())
}

fn translated_port(value: Value<'_>) -> Option<u16> {
    value.port().ok().flatten().filter(|port| *port != 0)
}

/// `SYN-ACK`, `FIN-ACK`, `RST`.
fn flags(text: &[u8]) -> Option<TcpFlags> {
    let words = text.split(|byte| matches!(byte, b'-' | b' ' | b','));
    words
        .filter(|word| !word.is_empty())
        .try_fold(TcpFlags::NONE, |flags, word| {
            let word = if word.eq_ignore_ascii_case(b"PUSH") {
                b"PSH"
            } else {
                word
            };
            Some(flags.with(TcpFlags::from_word(word)?))
        })
        .filter(|flags| *flags != TcpFlags::NONE)
}

/// Thirteen digits: newer exporters write milliseconds.
fn milliseconds(text: &[u8]) -> Option<Timestamp> {
    let (seconds, thousandths) = text
        .split_at_checked(10)
        .filter(|(_, rest)| rest.len() == 3)?;
    let seconds = i64::from(decimal::<u32>(seconds)?);
    Timestamp::from_seconds(seconds, decimal::<u32>(thousandths)? * 1_000_000)
}

/// Day, month and year of `23Nov2026`.
fn day(text: &[u8]) -> Option<(u8, u8, i16)> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (day, rest) = text.split_at_checked(digits)?;
    let (month, year) = rest.split_at_checked(3)?;
    let year = i16::try_from(decimal::<u16>(year)?).ok()?;
    Some((decimal(day)?, clock::month(month)?, year))
}

/// `23Nov2026` and `10:00:00`; the hour may be a single digit.
fn civil(date: &[u8], time: &[u8]) -> Option<Stamp> {
    let (day, month, year) = day(date)?;
    let mut parts = time.split(|byte| *byte == b':');
    let mut part = || parts.next().and_then(decimal);
    let civil = Civil {
        year: Some(year),
        month,
        day,
        hour: part()?,
        minute: part()?,
        second: part()?,
        nanosecond: 0,
    };
    civil.is_valid().then_some(Stamp::Civil(civil))
}

/// Keys that fill a field and say no more than the field.
pub(super) const FIELDS: &[&[u8]] = &[
    b"date",
    b"time",
    b"src",
    b"ipv6_src",
    b"dst",
    b"ipv6_dst",
    b"s_port",
    b"service",
    b"proto",
    b"xlatesrc",
    b"xlatedst",
    b"xlatesport",
    b"xlatedport",
    b"icmp_type",
    b"icmp_code",
    b"tcp_flags",
    b"inzone",
    b"outzone",
    b"origin",
    b"orig",
    b"conn_direction",
    b"bytes",
    b"packets",
    b"elapsed",
];
