//! The messages of Cisco's ASA, PIX and firewall modules.

mod end;
mod extra;
mod mark;
mod messages;
mod reading;

use rutter_event::{Action, Direction, Event, Extra, Refusal, Skip};

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
    messages::by_id(marked.id).is_some_and(|message| {
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
    if has_another(marked.text) {
        return Err(Refusal::BadSyntax.into());
    }
    let mut reading = read(message, marked.text, record.is_ended)?;
    if message.order == Order::Translated {
        reading.translate();
    }
    if message.needs_ends && !reading.has_end() {
        return Err(Refusal::MissingField.into());
    }
    let is_swapped = is_swapped(message, &reading);
    let mut event: Event<'a> = reading.finish(is_swapped)?;
    if event.action == Action::Unstated {
        event.action = message.action;
    }
    event.stamp = record.stamp;
    event.observer.vendor = "cisco";
    event.observer.product = marked.product;
    event.observer.hostname = record.hostname;
    event.extra = Extra::new(record.message, extra::each);
    emit(&mut event);
    Ok(())
}

/// Reads the text by the first of the message's wordings that fits.
fn read<'a>(message: &Message, text: &'a [u8], is_ended: bool) -> Result<Reading<'a>, Refusal> {
    let mut why = Refusal::Unsupported;
    for form in message.forms {
        let mut reading = Reading::of_line(is_ended);
        match phrase::follow(form, text, &mut reading) {
            Ok(rest) if is_end(form, text, rest) => return Ok(reading),
            Ok(_) => why = phrase::telling(why, Refusal::BadSyntax),
            Err(other) => why = phrase::telling(why, other),
        }
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
