//! Access lists and the zone-based firewall of Cisco's IOS, IOS XE and IOS XR.

mod mark;
mod messages;
mod reading;

use rutter_event::{Action, Extra, Refusal, Skip, Untrusted};

use self::mark::Marked;
use self::messages::Form;
use self::reading::{Field, Reading};
use super::cisco_asa;
use super::phrase::{self, Piece, Values, until};
use crate::record::{Emit, Format, Record, Rejection};

/// Cisco IOS.
pub struct CiscoIos;

impl Format for CiscoIos {
    fn name(&self) -> &'static str {
        "cisco-ios"
    }

    fn title(&self) -> &'static str {
        "Cisco IOS, IOS XE, IOS XR: access lists, zone-based firewall"
    }

    fn example(&self) -> &'static str {
        "<190>352133: rtr01: *Nov 23 2026 10:00:00.123 UTC: %SEC-6-IPACCESSLOGP: list 101 denied \
         tcp 198.51.100.7(43210) -> 203.0.113.9(23), 1 packet"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        mark::find(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let marked = mark::find(record.message).ok_or(Skip::NotFirewall)?;
        if cisco_asa::has_another(marked.text) {
            return Err(Refusal::BadSyntax.into());
        }
        let (_, reading) = read(marked, record.is_ended)?;
        let mut event = reading.finish()?;
        if event.action == Action::Unstated {
            event.action = marked.message.action;
        }
        event.stamp = record.stamp;
        event.observer.vendor = "cisco";
        event.observer.product = "ios";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Reads the text by the first of the message's wordings that fits.
fn read(marked: Marked<'_>, is_ended: bool) -> Result<(Form, Reading<'_>), Refusal> {
    let mut why = Refusal::Unsupported;
    for form in marked.message.forms {
        let mut reading = Reading {
            is_ended,
            ..Reading::default()
        };
        match phrase::follow(form, marked.text, &mut reading) {
            Ok(rest) if is_end(form, rest) => return Ok((form, reading)),
            Ok(_) => why = phrase::telling(why, Refusal::BadSyntax),
            Err(other) => why = phrase::telling(why, other),
        }
    }
    Err(why)
}

/// Whether the sentence may end here. What follows an address that nothing closes may belong to it,
/// or to another record that has run into this one.
fn is_end(form: Form, rest: &[u8]) -> bool {
    let is_closed = !matches!(
        form.last(),
        Some(Piece::Holds(Field::SourceInput | Field::DestinationInput))
    );
    is_closed || matches!(rest.trim_ascii(), b"" | b".")
}

/// Calls back with the code of the message, what has a name in it and no field, what could not be
/// taken for an address or port, and the rest of the text.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let mut call = |key: &'static [u8], value: &'a [u8]| {
        if !value.is_empty() {
            sink(Untrusted::new(key), Untrusted::new(value));
        }
    };
    let Some(marked) = mark::find(record) else {
        return;
    };
    call(b"code", marked.code);
    let Ok((form, reading)) = read(marked, true) else {
        return;
    };
    let mut notes = Notes {
        reading: Reading::default(),
        call: &mut call,
    };
    let rest = phrase::follow(form, marked.text, &mut notes).unwrap_or_default();
    let [source, destination] = reading.unread;
    call(b"unread_source", source);
    call(b"unread_destination", destination);
    // The plural of `packet`.
    let rest = rest.strip_prefix(b"s").unwrap_or(rest).trim_ascii();
    call(b"rest", rest);
}

/// Hands out the values that have no field, and reads the others to know where they end.
struct Notes<'n, 'a> {
    reading: Reading<'a>,
    call: &'n mut dyn FnMut(&'static [u8], &'a [u8]),
}

impl<'a> Values<'a, Field> for Notes<'_, 'a> {
    fn take(
        &mut self,
        field: &Field,
        text: &'a [u8],
        stop: &'static str,
    ) -> Result<&'a [u8], Refusal> {
        let key = match field {
            Field::Note(key) => key,
            Field::Bytes => "initiator_bytes",
            Field::Responded => "responder_bytes",
            _ => return self.reading.take(field, text, stop),
        };
        let (value, rest) = until(text, stop)?;
        (self.call)(key.as_bytes(), value);
        Ok(rest)
    }
}
