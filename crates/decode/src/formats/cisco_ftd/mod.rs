//! The messages of Cisco's Firepower: events as pairs, and ASA's sentences under `%FTD-`.

mod event;
mod pairs;

use rutter_event::{Event, Extra, Refusal, Untrusted};

use super::cisco_asa::{self, Marked};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Cisco Firepower Threat Defense.
pub struct CiscoFtd;

impl Format for CiscoFtd {
    fn name(&self) -> &'static str {
        "cisco-ftd"
    }

    fn title(&self) -> &'static str {
        "Cisco Firepower (FTD, NGIPS): connection, intrusion and file events"
    }

    fn example(&self) -> &'static str {
        "2026-11-23T10:00:00Z fw01  %FTD-1-430002: AccessControlRuleAction: Block, SrcIP: \
         198.51.100.7, DstIP: 203.0.113.9, SrcPort: 43210, DstPort: 23, Protocol: tcp, \
         IngressInterface: outside, EgressInterface: inside, IngressZone: internet, EgressZone: \
         servers, ACPolicy: default, AccessControlRuleName: no telnet, User: No Authentication \
         Required, InitiatorPackets: 1, ResponderPackets: 0, InitiatorBytes: 60, ResponderBytes: 0"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        match cisco_asa::find(record.message) {
            Some(marked) => cisco_asa::is_event_id(marked.id) || is_own_sentence(marked),
            None => is_bare_event(record.message),
        }
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let (product, text) = match cisco_asa::find(record.message) {
            Some(marked) if !cisco_asa::is_event_id(marked.id) => {
                return cisco_asa::decode(marked, record, emit);
            }
            Some(marked) => (marked.product, marked.text),
            None => ("ftd", record.message),
        };
        if cisco_asa::has_another(text) {
            return Err(Refusal::BadSyntax.into());
        }
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        event::read(text, &mut event)?;
        event.observer.vendor = "cisco";
        event.observer.product = if product == "asa" { "ftd" } else { product };
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Whether it is one of ASA's messages under Firepower's mark.
fn is_own_sentence(marked: Marked<'_>) -> bool {
    matches!(marked.product, "ftd" | "ngips") && cisco_asa::is_known(marked)
}

/// Whether it is an event whose mark a relay, or the management center itself, has left out.
fn is_bare_event(message: &[u8]) -> bool {
    holds!(message, "SrcIP: ") && holds!(message, "DstIP: ")
}

/// Calls back with the number and severity of the mark, and every pair that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let text = match cisco_asa::find(record) {
        Some(marked) => {
            sink(
                Untrusted::new(b"message_id"),
                Untrusted::new(marked.id_text),
            );
            sink(Untrusted::new(b"severity"), Untrusted::new(marked.severity));
            marked.text
        }
        None => record,
    };
    event::each_extra(text, sink);
}
