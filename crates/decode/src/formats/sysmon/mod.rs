//! Sysmon's event 3: a process and the connection that it made or accepted.

use rutter_event::{Direction, Escape, Event, Extra, Refusal, Stamp, Untrusted};

use super::clock;
use super::fields::{self, NO_PACKET};
use super::windows_event;
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Sysmon's network connections.
pub struct Sysmon;

impl Format for Sysmon {
    fn name(&self) -> &'static str {
        "sysmon"
    }

    fn title(&self) -> &'static str {
        "Sysmon: event 3, network connection (XML, JSON)"
    }

    fn example(&self) -> &'static str {
        r#"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'/><EventID>3</EventID><Version>5</Version><TimeCreated SystemTime='2026-11-23T10:00:01.340580700Z'/><EventRecordID>14</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>pc01.example.net</Computer></System><EventData><Data Name='RuleName'>-</Data><Data Name='UtcTime'>2026-11-23 10:00:00.250</Data><Data Name='ProcessId'>924</Data><Data Name='Image'>C:\Windows\System32\svchost.exe</Data><Data Name='User'>NT AUTHORITY\NETWORK SERVICE</Data><Data Name='Protocol'>tcp</Data><Data Name='Initiated'>false</Data><Data Name='SourceIsIpv6'>false</Data><Data Name='SourceIp'>198.51.100.7</Data><Data Name='SourcePort'>43210</Data><Data Name='DestinationIsIpv6'>false</Data><Data Name='DestinationIp'>203.0.113.9</Data><Data Name='DestinationHostname'>pc01.example.net</Data><Data Name='DestinationPort'>3389</Data><Data Name='DestinationPortName'>ms-wbt-server</Data></EventData></Event>"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        windows_event::is_event(record)
            && holds!(record.message, "SourceIp", "DestinationIp")
            && holds!(record.message, "Sysmon")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut event = Event::default();
        let mut time = None;
        let escape = windows_event::escape_of(record);
        let head = windows_event::read(record.message, &mut |name, text| {
            if name == b"UtcTime" {
                time = Some(utc(text).ok_or(Refusal::BadTime)?);
            }
            take(&mut event, name, text, escape)
        })?;
        if head.id != b"3" {
            return Err(NO_PACKET);
        }
        fields::settle(&mut event.packet)?;
        event.stamp = time.or(head.time).unwrap_or(record.stamp);
        event.observer.vendor = "Microsoft";
        event.observer.product = "sysmon";
        event.observer.hostname = match head.computer {
            [] => record.hostname,
            name => Untrusted::new(name),
        };
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// The reading of a clock that is set to UTC.
fn utc(text: &[u8]) -> Option<Stamp> {
    match clock::iso(text)? {
        Stamp::Civil(civil) => clock::instant(&civil, 0).map(Stamp::Instant),
        stamp => Some(stamp),
    }
}

fn take<'a>(
    event: &mut Event<'a>,
    name: &[u8],
    text: &'a [u8],
    escape: Escape,
) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    match name {
        b"SourceIp" => packet.source.ip = fields::end(text)?,
        b"SourcePort" => packet.source.port = fields::port(text)?,
        b"DestinationIp" => packet.destination.ip = fields::end(text)?,
        b"DestinationPort" => packet.destination.port = fields::port(text)?,
        b"Protocol" => packet.transport = fields::protocol(text)?,
        b"Initiated" => {
            event.direction = match text {
                b"true" => Direction::Outbound,
                b"false" => Direction::Inbound,
                _ => Direction::Unknown,
            };
        }
        b"Image" => event.application = Untrusted::escaped(text, escape),
        b"User" => event.user = Untrusted::escaped(text, escape),
        b"RuleName" if !fields::is_nothing(text) => event.rule = Untrusted::escaped(text, escape),
        _ => {}
    }
    Ok(())
}

/// Names that fill a field.
const FIELDS: &[&[u8]] = &[
    b"SourceIp",
    b"SourcePort",
    b"DestinationIp",
    b"DestinationPort",
    b"Protocol",
    b"Initiated",
    b"Image",
    b"User",
    b"RuleName",
    b"UtcTime",
    b"Computer",
];

/// Calls back with everything that has no field: `ProcessGuid`, `DestinationHostname`, …
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    windows_event::each_data_but(record, FIELDS, sink);
}
