//! What zmap prints: JSON (`-O json`), and CSV, whose rows [`framing`](crate::framing) has named.

use rutter_event::{Answer, Extra, Refusal, Stamp, Transport};

use super::answers::{self, Said};
use super::fields;
use super::json::Members;
use super::number::decimal;
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
        fields::is_object(record)
            && fields::holds(record, &["\"saddr\""])
            && ["\"classification\"", "\"sport\"", "\"success\""]
                .iter()
                .any(|key| fields::holds(record, &[key]))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let (mut ip, mut port, mut ttl) = (None, None, None);
        let (mut stamp, mut transport) = (Stamp::Absent, None);
        let (mut answer, mut has_succeeded) = (None, None);
        for member in Members::new(record.message) {
            let (key, value) = member?;
            let text = value.text();
            match key {
                // Who answers is the one that was asked.
                b"saddr" => ip = Some(answers::host(text)?),
                b"sport" => port = Some(answers::port(text)?),
                b"ttl" => ttl = decimal(text).filter(|ttl| *ttl > 0),
                b"classification" => (answer, transport) = of_class(text),
                b"success" => has_succeeded = Some(matches!(text, b"1" | b"true")),
                b"timestamp_str" | b"timestamp_ts" => {
                    stamp = fields::stamp(text).unwrap_or(stamp);
                }
                _ => {}
            }
        }
        // Without a class zmap has printed what it counts as a success.
        let answer = match (answer, has_succeeded) {
            (Some(answer), _) => answer,
            (None, Some(false)) => Answer::Closed,
            (None, _) => Answer::Open,
        };
        let said = Said {
            ip: ip.ok_or(Refusal::MissingField)?,
            port,
            transport,
            answer,
            stamp,
        };
        let mut event = said.event(record, "zmap")?;
        event.packet.ttl = ttl;
        event.extra = Extra::new(record.message, |record, sink| {
            fields::each_member_but(record, &[b"saddr", b"sport", b"ttl"], sink);
        });
        emit(&mut event);
        Ok(())
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
