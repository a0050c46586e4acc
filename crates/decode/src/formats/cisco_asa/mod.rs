//! The messages of Cisco's ASA, PIX and firewall modules.

mod end;
mod extra;
mod mark;
mod messages;
mod reading;

use rutter_event::{Action, Direction, Extra, Refusal, Skip};

pub(super) use self::mark::{Marked, find, has_another};
use self::messages::{Form, Message, Order};
use self::reading::Reading;
use super::phrase::{self, Piece};
use crate::record::{Emit, Format, Record, Rejection};

/// Cisco ASA.
pub struct CiscoAsa;

impl Format for CiscoAsa {
    fn name(&self) -> &'static str {
        "cisco-asa"
    }

    fn title(&self) -> &'static str {
        "Cisco ASA, PIX and FWSM: syslog messages"
    }

    fn example(&self) -> &'static str {
        "Nov 23 2026 10:00:00 fw01 : %ASA-4-106023: Deny tcp src outside:198.51.100.7/43210 dst \
         inside:203.0.113.9/23 by access-group \"outside_in\" [0x0, 0x0]"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        find(record.message).is_some_and(|marked| is_own(marked) && is_known(marked))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let marked = find(record.message).ok_or(Skip::NotFirewall)?;
        decode(marked, record, emit)
    }

    fn decode_own<'a>(
        &self,
        record: &Record<'a>,
        emit: Emit<'_, 'a>,
    ) -> Option<Result<(), Rejection>> {
        let marked = find(record.message).filter(|marked| is_own(*marked))?;
        let message = known(marked)?;
        Some(decode_message(message, marked, record, emit))
    }
}

/// Whether the mark is of this family's older members; those of FTD are another format's.
fn is_own(marked: Marked<'_>) -> bool {
    matches!(marked.product, "asa" | "pix" | "fwsm") && !is_event_id(marked.id)
}

/// Whether the message is one of Firepower's key-value messages.
pub(super) const fn is_event_id(id: u32) -> bool {
    matches!(id, 430_001..=430_009)
}

/// Whether a message of this number is read.
pub(super) fn is_known(marked: Marked<'_>) -> bool {
    known(marked).is_some()
}

/// The message of this number, if the text begins as it does.
fn known(marked: Marked<'_>) -> Option<&'static Message> {
    messages::by_id(marked.id).filter(|message| {
        let (text, begins) = (marked.text.trim_ascii_start(), message.begins);
        let reach = text.len().min(begins.len());
        text.get(..reach) == begins.get(..reach)
    })
}

/// Reads a message that has a mark.
pub(super) fn decode<'a>(
    marked: Marked<'a>,
    record: &Record<'a>,
    emit: Emit<'_, 'a>,
) -> Result<(), Rejection> {
    let message = messages::by_id(marked.id).ok_or(Skip::NotFirewall)?;
    decode_message(message, marked, record, emit)
}

fn decode_message<'a>(
    message: &Message,
    marked: Marked<'a>,
    record: &Record<'a>,
    emit: Emit<'_, 'a>,
) -> Result<(), Rejection> {
    if has_another(marked.text) {
        return Err(Refusal::BadSyntax.into());
    }
    let mut reading = Reading::of_line(record.is_ended);
    read(message, marked.text, &mut reading)?;
    if message.order == Order::Translated {
        reading.translate();
    }
    if message.needs_ends && !reading.has_end() {
        return Err(Refusal::MissingField.into());
    }
    reading.settle(is_swapped(message, &reading))?;
    let event = &mut reading.event;
    if event.action == Action::Unstated {
        event.action = message.action;
    }
    event.stamp = record.stamp;
    event.observer.vendor = "cisco";
    event.observer.product = marked.product;
    event.observer.hostname = record.hostname;
    event.extra = Extra::new(record.message, extra::each);
    emit(event);
    Ok(())
}

/// Reads the text by the first of the message's wordings that fits, into a reading of the line that is
/// still empty: it is large, and copied nowhere.
fn read<'a>(message: &Message, text: &'a [u8], reading: &mut Reading<'a>) -> Result<(), Refusal> {
    let mut why = Refusal::Unsupported;
    for form in message.forms {
        match phrase::follow(form, text, reading) {
            Ok(rest) if is_end(form, text, rest) => return Ok(()),
            Ok(_) => why = phrase::telling(why, Refusal::BadSyntax),
            Err(other) => why = phrase::telling(why, other),
        }
        *reading = Reading::of_line(reading.is_ended);
    }
    Err(why)
}

/// Whether the sentence may end here. What follows an address or port that nothing closes, other than
/// another word, may belong to it or to another record that has run into this one.
fn is_end(form: Form, text: &[u8], rest: &[u8]) -> bool {
    let is_closed = match form.last() {
        Some(Piece::Holds(field)) => !field.is_end(),
        _ => true,
    };
    let before = text.get(..text.len() - rest.len());
    is_closed
        || matches!(rest.trim_ascii(), b"" | b".")
        || matches!(rest, [b' ', b'a'..=b'z', ..])
        || before.is_some_and(|before| before.ends_with(b")"))
}

/// Whether the end that is named first is the one that was called.
fn is_swapped(message: &Message, reading: &Reading<'_>) -> bool {
    match message.order {
        Order::AsWritten | Order::Translated => false,
        Order::ByWay => reading.event.direction == Direction::Outbound,
        Order::LocalFirst => reading.event.direction == Direction::Inbound,
        Order::ByPorts => reading.is_called_first(),
    }
}
