//! The logs that Cisco Umbrella lays into a bucket: of its IP layer and of its firewall.

use rutter_event::{Action, Direction, Event, Extra, Refusal, Skip, Stamp, Untrusted};

use super::csv::Columns;
use super::fields;
use super::number::decimal;
use super::{clock, extension};
use crate::record::{Emit, Format, Record, Rejection};

/// Cisco Umbrella.
pub struct CiscoUmbrella;

impl Format for CiscoUmbrella {
    fn name(&self) -> &'static str {
        "cisco-umbrella"
    }

    fn title(&self) -> &'static str {
        "Cisco Umbrella: IP logs and cloud firewall (CSV)"
    }

    fn example(&self) -> &'static str {
        r#""2026-11-23 10:00:00","FR123","192.0.2.10","54128","198.51.100.7","443","Malware","Roaming Computers""#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Kind::of(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let (kind, message) = Kind::of(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        if kind == Kind::Ip {
            // What this layer lets through it does not log.
            event.action = Action::Denied;
        }
        let mut columns = Columns::new(message);
        for name in kind.names() {
            let Some((column, is_closed)) = columns.next() else {
                break;
            };
            if is_closed || kind == Kind::Firewall && *name == "verdict" {
                take(name, bare(column), &mut event)?;
            } else if matches!(*name, "dstPort" | "verdict") {
                return Err(Refusal::Truncated.into());
            }
        }
        let packet = &mut event.packet;
        if packet.source.ip.is_none() && packet.destination.ip.is_none() {
            return Err(Refusal::MissingField.into());
        }
        fields::settle(packet)?;
        event.observer.vendor = "cisco";
        event.observer.product = "umbrella";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Which log a record is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ip,
    Firewall,
}

impl Kind {
    /// The kind of a record, and its text from the first column on.
    fn of(message: &[u8]) -> Option<(Self, &[u8])> {
        let message = message.trim_ascii();
        if !message.starts_with(b"\"") {
            return None;
        }
        let mut columns = Columns::new(message);
        let date = columns.closed().ok()?;
        // Columns are quoted, and times have no fraction.
        if date.len() != 19 || clock::iso(date).is_none() {
            return None;
        }
        let mut next = || columns.closed().ok();
        let second = next()?;
        let third = next()?;
        let fourth = next()?;
        let is_port = |column: &[u8]| decimal::<u16>(column).is_some();
        let is_address = |column: &[u8]| fields::end(column).is_ok();
        if is_address(third) && !third.is_empty() && is_port(fourth) {
            let to = next()?;
            let is_ip = is_address(to) && !to.is_empty();
            return (is_ip && next().is_some_and(is_port)).then_some((Self::Ip, message));
        }
        let is_origin = second.starts_with(b"[");
        let direction = next()?;
        let is_firewall = is_origin && matches!(direction, b"OUTBOUND" | b"INBOUND" | b"INTERNAL");
        is_firewall.then_some((Self::Firewall, message))
    }

    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Ip => &[
                "timestamp",
                "identity",
                "srcIp",
                "srcPort",
                "dstIp",
                "dstPort",
                "categories",
                "identityTypes",
            ],
            Self::Firewall => &[
                "timestamp",
                "originId",
                "identity",
                "identityType",
                "direction",
                "ipProtocol",
                "packetSize",
                "srcIp",
                "srcPort",
                "dstIp",
                "dstPort",
                "dataCenter",
                "ruleId",
                "verdict",
                "fqdns",
                "destinationListIds",
                "organizationId",
                "destinationCountry",
            ],
        }
    }
}

/// Columns that fill a field.
const FIELDS: &[&str] = &[
    "timestamp",
    "srcIp",
    "srcPort",
    "dstIp",
    "dstPort",
    "identity",
    "ipProtocol",
    "packetSize",
    "ruleId",
];

fn take<'a>(name: &str, value: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    match name {
        "timestamp" => {
            // The service writes UTC.
            event.stamp = match clock::iso(value).ok_or(Refusal::BadTime)? {
                Stamp::Civil(civil) => {
                    clock::instant(&civil, 0).map_or(Stamp::Civil(civil), Stamp::Instant)
                }
                stamp => stamp,
            };
        }
        "srcIp" => packet.source.ip = fields::end(value)?,
        "dstIp" => packet.destination.ip = fields::end(value)?,
        "srcPort" => packet.source.port = fields::port(value)?,
        "dstPort" => packet.destination.port = fields::port(value)?,
        "ipProtocol" => packet.transport = fields::protocol(value)?,
        "packetSize" => packet.length = decimal(value),
        "identity" => event.user = Untrusted::new(value),
        "direction" => {
            event.direction = match value {
                b"INBOUND" => Direction::Inbound,
                b"OUTBOUND" => Direction::Outbound,
                _ => Direction::Internal,
            };
        }
        "ruleId" => event.rule_id = Untrusted::new(value),
        "verdict" => event.action = extension::action(value),
        _ => {}
    }
    Ok(())
}

/// Without the quote that is left where quotes around the whole line were taken for an envelope.
fn bare(column: &[u8]) -> &[u8] {
    column.strip_suffix(b"\"").unwrap_or(column)
}

/// Calls back with every column that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some((kind, message)) = Kind::of(record) else {
        return;
    };
    let mut columns = Columns::new(message);
    for name in kind.names() {
        let Some((column, _)) = columns.next() else {
            return;
        };
        if !column.is_empty() && !FIELDS.contains(name) {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(column));
        }
    }
}
