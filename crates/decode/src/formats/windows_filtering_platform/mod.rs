//! Security events of the Windows Filtering Platform: packets and connections, blocked and permitted.

use std::net::IpAddr;

use rutter_event::{Action, Direction, Escape, Event, Extra, Refusal, Transport, Untrusted};

use super::fields::{self, NO_PACKET};
use super::number::decimal;
use super::windows_event;
use crate::formats::search::{holds, holds_any};
use crate::record::{Emit, Format, Record, Rejection};

/// The Windows Filtering Platform's events.
pub struct WindowsFilteringPlatform;

impl Format for WindowsFilteringPlatform {
    fn name(&self) -> &'static str {
        "windows-filtering-platform"
    }

    fn title(&self) -> &'static str {
        "Windows Filtering Platform: security events 5152, 5153, 5156, 5157 (XML, JSON)"
    }

    fn example(&self) -> &'static str {
        r#"<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Security-Auditing" Guid="{54849625-5478-4994-A5BA-3E3B0328C30D}"/><EventID>5152</EventID><Version>0</Version><TimeCreated SystemTime="2026-11-23T10:00:00.274367300Z"/><EventRecordID>321323</EventRecordID><Channel>Security</Channel><Computer>dc01.example.net</Computer></System><EventData><Data Name="ProcessId">4556</Data><Data Name="Application">\device\harddiskvolume2\listener.exe</Data><Data Name="Direction">%%14592</Data><Data Name="SourceAddress">198.51.100.7</Data><Data Name="SourcePort">43210</Data><Data Name="DestAddress">203.0.113.9</Data><Data Name="DestPort">3333</Data><Data Name="Protocol">6</Data><Data Name="FilterRTID">70201</Data><Data Name="LayerName">%%14610</Data><Data Name="LayerRTID">44</Data></EventData></Event>"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        windows_event::is_event(record)
            && holds!(record.message, "DestAddress", "SourceAddress")
            && holds_any!(record.message, "5152", "5153", "5156", "5157")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut event = Event::default();
        let escape = windows_event::escape_of(record);
        let head = windows_event::read(record.message, &mut |name, text| {
            take(&mut event, name, text, escape)
        })?;
        // Packets are told as their headers have them, connections as the application sees them.
        let is_packet = matches!(head.id, b"5152" | b"5153");
        event.action = match head.id {
            b"5156" => Action::Allowed,
            b"5152" | b"5153" => Action::Dropped,
            b"5157" => Action::Denied,
            _ => return Err(NO_PACKET),
        };
        let packet = &mut event.packet;
        if event.direction == Direction::Inbound && !is_packet && !is_of_many(packet.destination.ip)
        {
            std::mem::swap(&mut packet.source, &mut packet.destination);
        }
        fields::settle(packet)?;
        event.stamp = head.time.unwrap_or(record.stamp);
        event.observer.vendor = "Microsoft";
        event.observer.product = "windows-filtering-platform";
        event.observer.hostname = match head.computer {
            [] => record.hostname,
            name => Untrusted::new(name),
        };
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
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
        b"SourceAddress" => packet.source.ip = fields::end(text)?,
        b"SourcePort" => packet.source.port = fields::port(text)?,
        b"DestAddress" => packet.destination.ip = fields::end(text)?,
        b"DestPort" => packet.destination.port = fields::port(text)?,
        b"Protocol" => {
            packet.transport = Some(decimal(text).map(Transport).ok_or(Refusal::BadProtocol)?);
        }
        b"Direction" => {
            event.direction = match text {
                b"%%14592" | b"Inbound" => Direction::Inbound,
                b"%%14593" | b"Outbound" => Direction::Outbound,
                _ => Direction::Unknown,
            };
        }
        b"Application" if !fields::is_nothing(text) => {
            event.application = Untrusted::escaped(text, escape)
        }
        b"FilterRTID" if text != b"0" => event.rule_id = Untrusted::escaped(text, escape),
        b"FilterOrigin" if !matches!(text, b"" | b"-" | b"Unknown") => {
            event.rule = Untrusted::escaped(text, escape);
        }
        b"InterfaceIndex" if text != b"0" => {
            event.observer.ingress = Untrusted::escaped(text, escape)
        }
        _ => {}
    }
    Ok(())
}

/// Whether the address is one to which many listen, and from which nothing is sent.
fn is_of_many(ip: Option<IpAddr>) -> bool {
    match ip {
        Some(IpAddr::V4(ip)) => ip.is_multicast() || ip.is_broadcast(),
        Some(IpAddr::V6(ip)) => ip.is_multicast(),
        None => false,
    }
}

/// Names that fill a field.
const FIELDS: &[&[u8]] = &[
    b"SourceAddress",
    b"DestAddress",
    b"Protocol",
    b"Application",
    b"FilterRTID",
    b"FilterOrigin",
    b"InterfaceIndex",
    b"TimeCreated",
    b"Computer",
];

/// Calls back with everything that has no field: `LayerName`, `ProcessID`, `RemoteUserID`, …
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    windows_event::each_data_but(record, FIELDS, sink);
}
