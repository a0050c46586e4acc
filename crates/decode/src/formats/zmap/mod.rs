//! What zmap prints: JSON (`-O json`), and CSV with its header (`-O csv`).

use std::net::IpAddr;

use rutter_event::{Answer, Extra, Refusal, Stamp, Transport};

use super::answers::{self, Said};
use super::fields;
use super::json::Members;
use super::number::decimal;
use crate::formats::search::{holds, holds_any};
use crate::header::{Heading, KEPT, Mark};
use crate::record::{Emit, Format, Record, Rejection};

/// zmap's results.
pub struct Zmap;

impl Format for Zmap {
    fn name(&self) -> &'static str {
        "zmap"
    }

    fn title(&self) -> &'static str {
        "zmap: JSON and CSV results, as answers of ports"
    }

    fn example(&self) -> &'static str {
        r#"{"saddr":"192.0.2.4","daddr":"198.51.100.7","sport":80,"dport":43210,"classification":"synack","success":1,"ttl":52,"timestamp_str":"2026-11-23T10:00:00.000Z","timestamp_ts":1795428000}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        record.header_of(self.name()).is_some()
            || fields::is_object(record)
                && holds!(record.message, "\"saddr\"")
                && holds_any!(
                    record.message,
                    "\"classification\"",
                    "\"sport\"",
                    "\"success\""
                )
    }

    fn columns(&self, heading: &Heading<'_>) -> Option<Vec<u8>> {
        let is_ours = heading.mark == Mark::Bare
            && heading.names(b"saddr")
            && [&b"classification"[..], b"sport", b"success"]
                .iter()
                .any(|name| heading.names(name));
        // The code of a column is its place among those that are read, and it is kept if it is not.
        let code = |name: &&[u8]| match COLUMNS.iter().position(|column| column == name) {
            Some(place) => place as u8 | if place < TAKEN { 0 } else { KEPT },
            None => UNREAD | KEPT,
        };
        is_ours.then(|| heading.names.iter().map(code).collect())
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        let extra = if let Some(header) = record.header_of(self.name()) {
            let mut values = header.values(record.raw, record.is_ended);
            for (code, _) in header.columns() {
                let (value, is_whole) = values.next().ok_or(Refusal::Truncated)?;
                if !is_whole {
                    return Err(Refusal::Truncated.into());
                }
                if let Some(name) = COLUMNS.get(usize::from(code & !KEPT)) {
                    reading.take(name, value)?;
                }
            }
            Extra::named(record.raw, header)
        } else {
            for member in Members::new(record.message) {
                let (key, value) = member?;
                reading.take(key, value.text())?;
            }
            Extra::new(record.message, |record, sink| {
                let taken = COLUMNS.get(..TAKEN).unwrap_or_default();
                fields::each_member_but(record, taken, sink);
            })
        };
        let mut event = reading.said()?.event(record, "zmap")?;
        event.packet.ttl = reading.ttl;
        event.extra = extra;
        emit(&mut event);
        Ok(())
    }
}

/// The columns that are read, first those that fill a field as they stand.
const COLUMNS: &[&[u8]] = &[
    b"saddr",
    b"sport",
    b"ttl",
    b"classification",
    b"success",
    b"timestamp_str",
    b"timestamp_ts",
];
/// How many of them fill a field as they stand; the others are kept, too.
const TAKEN: usize = 3;
/// The code of a column that is kept only.
const UNREAD: u8 = 0x7f;

/// A record while it is read.
#[derive(Default)]
struct Reading {
    ip: Option<IpAddr>,
    port: Option<u16>,
    ttl: Option<u8>,
    stamp: Stamp,
    transport: Option<Transport>,
    answer: Option<Answer>,
    has_succeeded: Option<bool>,
}

impl Reading {
    fn take(&mut self, key: &[u8], text: &[u8]) -> Result<(), Refusal> {
        match key {
            // Who answers is the one that was asked.
            b"saddr" => self.ip = Some(answers::host(text)?),
            b"sport" => self.port = Some(answers::port(text)?),
            b"ttl" => self.ttl = decimal(text).filter(|ttl| *ttl > 0),
            b"classification" => (self.answer, self.transport) = of_class(text),
            b"success" => self.has_succeeded = Some(matches!(text, b"1" | b"true")),
            b"timestamp_str" | b"timestamp_ts" => {
                self.stamp = fields::stamp(text).unwrap_or(self.stamp);
            }
            _ => {}
        }
        Ok(())
    }

    fn said(&self) -> Result<Said, Refusal> {
        Ok(Said {
            ip: self.ip.ok_or(Refusal::MissingField)?,
            port: self.port,
            transport: self.transport,
            // Without a class zmap has printed what it counts as a success.
            answer: match (self.answer, self.has_succeeded) {
                (Some(answer), _) => answer,
                (None, Some(false)) => Answer::Closed,
                (None, _) => Answer::Open,
            },
            stamp: self.stamp,
        })
    }
}

/// What the class of an answer says (zmap's probe modules).
fn of_class(class: &[u8]) -> (Option<Answer>, Option<Transport>) {
    let (answer, transport) = match class {
        b"synack" => (Answer::Open, Transport::TCP),
        b"rst" => (Answer::Closed, Transport::TCP),
        b"udp" | b"ntp" | b"dns" | b"upnp" => (Answer::Open, Transport::UDP),
        b"udp-unreach" => (Answer::Closed, Transport::UDP),
        b"echoreply" => (Answer::Open, Transport::ICMP),
        b"unreach" | b"timxceed" | b"icmp" | b"icmp_unreach" => {
            return (Some(Answer::Filtered), None);
        }
        _ => return (None, None),
    };
    (Some(answer), Some(transport))
}
