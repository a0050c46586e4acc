//! What the Windows Network Policy Server writes of those whom it lets in by RADIUS.

use std::net::IpAddr;

use rutter_event::{Action, Event, Extra, Refusal, Untrusted};

use super::fields;
use super::windows_event;
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Windows Network Policy Server.
pub struct WindowsNps;

/// Granted, denied, discarded, quarantined, full access (Security log).
const IDS: [&[u8]; 9] = [
    b"6272", b"6273", b"6274", b"6275", b"6276", b"6277", b"6278", b"6279", b"6280",
];

impl Format for WindowsNps {
    fn name(&self) -> &'static str {
        "windows-nps"
    }

    fn title(&self) -> &'static str {
        "Windows Network Policy Server: RADIUS decisions (6272 to 6278)"
    }

    fn example(&self) -> &'static str {
        r#"{"EventTime":"2026-11-23 10:00:00","Hostname":"nps01","EventID":6273,"SourceName":"Microsoft-Windows-Security-Auditing","Channel":"Security","Category":"Network Policy Server","SubjectUserName":"alice","SubjectDomainName":"EXAMPLE","CalledStationID":"203.0.113.9","CallingStationID":"198.51.100.7","NASIPv4Address":"203.0.113.9","NASIPv6Address":"-","NASPort":"450560","ClientName":"FW01","ClientIPAddress":"203.0.113.9","NetworkPolicyName":"admins","AuthenticationServer":"192.0.2.20","AuthenticationType":"PAP","ReasonCode":"16"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        holds!(record.message, "CallingStationID")
            && windows_event::is_event(record)
            && holds!(record.message, "AuthenticationServer")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut event = Event::default();
        let mut has_source = false;
        // The server that decided, or the one that asked it.
        let mut servers: [Option<IpAddr>; 3] = [None; 3];
        let head = windows_event::read(record.message, &mut |name, text| {
            match name {
                b"CallingStationID" => {
                    // Of Wi-Fi it is a hardware address, of telephones a number.
                    event.packet.source.ip = fields::end(text).ok().flatten();
                    has_source = event.packet.source.ip.is_some();
                }
                b"AuthenticationServer" => servers[0] = fields::end(text).ok().flatten(),
                b"ClientIPAddress" => servers[1] = fields::end(text)?,
                b"NASIPv4Address" | b"NASIPv6Address" if servers[2].is_none() => {
                    servers[2] = fields::end(text)?;
                }
                b"SubjectUserName" if !fields::is_nothing(text) => {
                    event.user = Untrusted::new(text)
                }
                b"NetworkPolicyName" if !fields::is_nothing(text) => {
                    event.rule = Untrusted::new(text);
                }
                _ => {}
            }
            Ok(())
        })?;
        if !IDS.contains(&head.id) {
            return Err(fields::NO_PACKET);
        }
        event.packet.destination.ip = servers.into_iter().flatten().next();
        if !has_source || event.packet.destination.ip.is_none() {
            return Err(Refusal::MissingField.into());
        }
        fields::settle(&mut event.packet)?;
        event.action = match head.id {
            b"6272" | b"6278" => Action::Allowed,
            b"6273" => Action::Rejected,
            b"6274" => Action::Dropped,
            _ => Action::Unstated,
        };
        event.stamp = head.time.unwrap_or(record.stamp);
        event.observer.vendor = "microsoft";
        event.observer.product = "nps";
        event.observer.hostname = Untrusted::new(head.computer)
            .some()
            .unwrap_or(record.hostname);
        event.extra = Extra::new(record.message, |record, sink| {
            windows_event::each_data_but(record, FIELDS, sink)
        });
        emit(&mut event);
        Ok(())
    }
}

/// Names of data that fill a field.
const FIELDS: &[&[u8]] = &[
    b"CallingStationID",
    b"SubjectUserName",
    b"NetworkPolicyName",
    b"Hostname",
    b"Computer",
    b"EventTime",
    b"TimeCreated",
];
