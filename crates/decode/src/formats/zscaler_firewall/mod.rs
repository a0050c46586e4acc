//! Firewall logs of Zscaler Internet Access, as its Nanolog Streaming Service (NSS) feeds them.

use std::net::IpAddr;

use rutter_event::{
    Action, Civil, Event, Extra, Refusal, Skip, Stamp, Timestamp, Transport, Untrusted,
};

use super::address::family;
use super::clock;
use super::csv::Columns;
use super::json::{self, Members, Value};
use super::number::decimal;
use super::values::{address, once, port, translated};
use super::week;
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Zscaler's firewall feed.
pub struct ZscalerFirewall;

impl Format for ZscalerFirewall {
    fn name(&self) -> &'static str {
        "zscaler-firewall"
    }

    fn title(&self) -> &'static str {
        "Zscaler Internet Access: NSS firewall feed, CSV and JSON"
    }

    fn example(&self) -> &'static str {
        r#"<14>Nov 23 10:00:05 nss "Mon Nov 23 10:00:00 2026","alice@example.com","Sales","Office","443","36084","443","20077","192.0.2.49","198.51.100.53","203.0.113.9","198.51.100.53","203.0.113.115","0","GRE","Drop","No","Yes","No","HTTPS","ebay","TCP","Online Shopping","United States","21","Firewall_1","14693","548","0","21","1","None","None","None","NA","NA""#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        is_json(record.message) || is_csv(record.message)
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        reading.event.stamp = record.stamp;
        reading.event.observer.vendor = "zscaler";
        reading.event.observer.product = "zia";
        reading.event.observer.hostname = record.hostname;

        if is_json(record.message) {
            reading.event.extra = Extra::new(record.message, each_member);
            for member in Members::new(record.message) {
                let (key, value) = member?;
                reading.take(key, value.text())?;
            }
        } else if is_csv(record.message) {
            reading.event.extra = Extra::new(record.message, each_column);
            let mut columns = Columns::new(record.message);
            for name in ORDER {
                let (column, is_closed) = columns.next().ok_or(Refusal::Truncated)?;
                // The last column may be cut, and fills no field.
                if is_closed {
                    reading.take(name.as_bytes(), bare(column))?;
                }
            }
            if columns.next().is_some() {
                return Err(Refusal::BadColumns.into());
            }
        } else {
            return Err(Skip::NotFirewall.into());
        }
        let mut event = reading.settle()?;
        emit(&mut event);
        Ok(())
    }
}

/// The order of the vendor's own feed.
#[rustfmt::skip]
const ORDER: [&str; 36] = [
    "time", "login", "dept", "location", "cdport", "csport", "sdport", "ssport", "csip", "cdip",
    "ssip", "sdip", "tsip", "tsport", "ttype", "action", "dnat", "stateful", "aggregate", "nwsvc",
    "nwapp", "ipproto", "ipcat", "destcountry", "avgduration", "rulelabel", "inbytes", "outbytes",
    "duration", "durationms", "numsessions", "ipsrulelabel", "threatcat", "threatname",
    "deviceowner", "devicehostname",
];

/// Names that fill a field.
const FIELDS: &[&[u8]] = &[
    b"time",
    b"datetime",
    b"tz",
    b"csip",
    b"cdip",
    b"ssip",
    b"sdip",
    b"csport",
    b"cdport",
    b"ssport",
    b"sdport",
    b"proto",
    b"ipproto",
    b"login",
    b"user",
    b"nwapp",
    b"rulelabel",
    b"durationms",
];

fn is_json(message: &[u8]) -> bool {
    message.first() == Some(&b'{') && holds!(message, "\"csip\"") && holds!(message, "\"cdip\"")
}

/// A date that begins with the day of the week, and ports in the fifth to eighth column.
fn is_csv(message: &[u8]) -> bool {
    let mut columns = Columns::new(message);
    let mut next = || columns.closed().ok();
    next().is_some_and(|date| week::civil(bare(date)).is_some())
        && (1..4).all(|_| next().is_some())
        && (4..8).all(|_| next().is_some_and(|port| decimal::<u16>(port).is_some()))
}

/// Without the quote that is left of a column when the quotes around the whole line have been
/// taken for an envelope.
fn bare(column: &[u8]) -> &[u8] {
    column.strip_suffix(b"\"").unwrap_or(column)
}

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    civil: Option<Civil>,
    epoch: Option<i64>,
    is_gmt: bool,
    seconds: Option<u32>,
    ends: [Option<Option<IpAddr>>; 2],
    ports: [Option<u16>; 4],
}

impl<'a> Reading<'a> {
    fn take(&mut self, name: &[u8], value: &'a [u8]) -> Result<(), Refusal> {
        if matches!(value, b"" | b"None" | b"NA" | b"N/A" | b"Unknown" | b"null") {
            return Ok(());
        }
        let event = &mut self.event;
        let packet = &mut event.packet;
        match name {
            b"csip" => once(&mut self.ends[0], address(value)?)?,
            b"cdip" => once(&mut self.ends[1], address(value)?)?,
            b"ssip" => packet.source.nat_ip = translated(value)?,
            b"sdip" => packet.destination.nat_ip = translated(value)?,
            b"csport" => once(&mut self.ports[0], port(value)?)?,
            b"cdport" => once(&mut self.ports[1], port(value)?)?,
            b"ssport" => once(&mut self.ports[2], port(value)?)?,
            b"sdport" => once(&mut self.ports[3], port(value)?)?,
            b"proto" | b"ipproto" => packet.transport = protocol(value)?,
            b"action" => event.action = action(value),
            b"rulelabel" => event.rule = json::untrusted(value),
            b"login" | b"user" => event.user = json::untrusted(value),
            b"nwapp" => event.application = json::untrusted(value),
            b"inbytes" | b"outbytes" => add(&mut event.bytes, value)?,
            b"durationms" => {
                let milliseconds = decimal::<u32>(value).ok_or(Refusal::BadNumber)?;
                event.duration = Some(u64::from(milliseconds) * 1_000_000);
            }
            b"duration" => self.seconds = decimal(value),
            b"time" | b"datetime" => self.civil = Some(week::civil(value).ok_or(Refusal::BadTime)?),
            b"tz" => self.is_gmt = matches!(value, b"GMT" | b"UTC"),
            b"epochtime" => self.epoch = decimal::<u32>(value).map(i64::from),
            _ => {}
        }
        Ok(())
    }

    /// Draws the conclusions that need the whole record.
    fn settle(self) -> Result<Event<'a>, Refusal> {
        let mut event = self.event;
        let instant = match (&self.civil, self.is_gmt) {
            (Some(civil), true) => clock::instant(civil, 0),
            (Some(_), false) => None,
            (None, _) => self
                .epoch
                .and_then(|seconds| Timestamp::from_seconds(seconds, 0)),
        };
        event.stamp = match (instant, self.civil) {
            (Some(instant), _) => Stamp::Instant(instant),
            (None, Some(civil)) => Stamp::Civil(civil),
            (None, None) => event.stamp,
        };
        event.duration = event.duration.or(self
            .seconds
            .map(|seconds| u64::from(seconds) * 1_000_000_000));
        let packet = &mut event.packet;
        let [Some(source), Some(destination)] = self.ends else {
            return Err(Refusal::MissingField);
        };
        (packet.source.ip, packet.destination.ip) = (source, destination);
        packet.family = family(source, destination)?;
        if packet.transport.is_none_or(Transport::has_ports) {
            let [from, to, nat_from, nat_to] = self.ports;
            if from.is_none() || to.is_none() {
                return Err(Refusal::MissingField);
            }
            (packet.source.port, packet.destination.port) = (from, to);
            packet.source.nat_port = nat_from.filter(|port| *port != 0);
            packet.destination.nat_port = nat_to.filter(|port| *port != 0);
        }
        Ok(event)
    }
}

/// Words that name no protocol stand for all that is neither TCP, UDP nor ICMP.
fn protocol(word: &[u8]) -> Result<Option<Transport>, Refusal> {
    match word {
        b"IP" | b"Any" | b"Other" | b"Others" | b"OutOfRange" => Ok(None),
        word => Transport::from_word(word)
            .ok_or(Refusal::BadProtocol)
            .map(Some),
    }
}

/// `Allow`, `Allowed`, `Allow due to insufficient app data`, `Drop`, `Block/Drop`, `Block/ICMP`,
/// `Block/Reset`, `Blocked`, `IPS Drop`, `IPS Reset`.
fn action(words: &[u8]) -> Action {
    if words.starts_with(b"Allow") {
        Action::Allowed
    } else if words.ends_with(b"Drop") {
        Action::Dropped
    } else if words.ends_with(b"Reset") || words.ends_with(b"ICMP") {
        Action::Rejected
    } else if words.starts_with(b"Block") {
        Action::Denied
    } else {
        Action::Unstated
    }
}

fn add(sum: &mut Option<u64>, value: &[u8]) -> Result<(), Refusal> {
    let number = std::str::from_utf8(value)
        .ok()
        .and_then(|digits| digits.parse::<u64>().ok());
    let number = number.ok_or(Refusal::BadNumber)?;
    *sum = sum.unwrap_or(0).checked_add(number);
    Ok(())
}

fn each_member<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Members::new(record).map_while(Result::ok) {
        let is_told = !matches!(value, Value::Bare(b"null") | Value::String(b""));
        if is_told && !FIELDS.contains(&key) {
            sink(Untrusted::new(key), value.untrusted());
        }
    }
}

fn each_column<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let mut columns = Columns::new(record);
    for name in ORDER {
        let Some((column, _)) = columns.next() else {
            return;
        };
        if !column.is_empty() && !FIELDS.contains(&name.as_bytes()) {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(column));
        }
    }
}
