//! What naabu prints (`-json`): one object for each open port.

use rutter_event::{Answer, Extra, Refusal, Stamp, Transport};

use super::answers::{self, Said};
use super::fields;
use super::json::{Members, Value};
use crate::formats::search::{holds, holds_any};
use crate::record::{Emit, Format, Record, Rejection};

/// naabu's results.
pub struct Naabu;

impl Format for Naabu {
    fn name(&self) -> &'static str {
        "naabu"
    }

    fn title(&self) -> &'static str {
        "naabu: JSON results, as answers of ports"
    }

    fn example(&self) -> &'static str {
        r#"{"host":"www.example.org","ip":"192.0.2.4","timestamp":"2026-11-23T10:00:00.123456789Z","port":443,"protocol":"tcp","tls":true}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && holds!(record.message, "\"ip\"", "\"port\"", "\"tls\"")
            && !holds!(record.message, "\"ports\"")
            && !holds_any!(record.message, "\"source", "\"src", "\"dst", "\"dest")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let (mut ip, mut port, mut transport) = (None, None, None);
        let mut stamp = Stamp::Absent;
        for member in Members::new(record.message) {
            let (key, value) = member?;
            let text = value.text();
            match key {
                b"ip" => ip = Some(answers::host(text)?),
                // An object in older versions.
                b"port" => match value {
                    Value::Nested(object) => {
                        for member in Members::new(object) {
                            match member? {
                                (b"Port" | b"port", value) => {
                                    port = Some(answers::port(value.text())?);
                                }
                                (b"Protocol" | b"protocol", Value::String(text)) => {
                                    transport = answers::protocol(text)?;
                                }
                                _ => {}
                            }
                        }
                    }
                    _ => port = Some(answers::port(text)?),
                },
                b"protocol" => transport = answers::protocol(text)?,
                b"timestamp" => stamp = fields::stamp(text).ok_or(Refusal::BadTime)?,
                _ => {}
            }
        }
        let said = Said {
            ip: ip.ok_or(Refusal::MissingField)?,
            port: Some(port.ok_or(Refusal::MissingField)?),
            transport: transport.or(Some(Transport::TCP)),
            answer: Answer::Open,
            stamp,
        };
        let mut event = said.event(record, "naabu")?;
        event.extra = Extra::new(record.message, |record, sink| {
            fields::each_member_but(record, &[b"ip", b"port", b"protocol", b"timestamp"], sink);
        });
        emit(&mut event);
        Ok(())
    }
}
