//! What a message says that has no field in an event, enumerated on demand.

use rutter_event::{Refusal, Untrusted};

use super::super::phrase::{self, Values, until, word};
use super::messages::by_id;
use super::reading::{Field, Reading};
use super::{is_end, mark, read};

/// Calls back with number and severity, what has Cisco's name for it, what could not be taken for
/// an address or port, and the rest of the text.
pub(super) fn each<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(marked) = mark::find(record) else {
        return;
    };
    let mut call = |key: &'static [u8], value: &'a [u8]| {
        if !value.is_empty() {
            sink(Untrusted::new(key), Untrusted::new(value));
        }
    };
    call(b"message_id", marked.id_text);
    call(b"severity", marked.severity);
    let Some(message) = by_id(marked.id) else {
        return;
    };
    let Some(form) = message.forms.iter().find(|form| {
        phrase::follow(form, marked.text, &mut Reading::default())
            .is_ok_and(|rest| is_end(form, marked.text, rest))
    }) else {
        return;
    };
    let mut notes = Notes {
        reading: Reading::default(),
        call: &mut call,
    };
    let rest = phrase::follow(form, marked.text, &mut notes).unwrap_or_default();
    let mut reading = Reading::of_line(true);
    if read(message, marked.text, &mut reading).is_ok() {
        reading.each_unread(&mut call);
    }
    // What closes the sentence says nothing.
    let rest = rest.trim_ascii();
    if !matches!(rest, b"." | b"\"" | b")" | b").") {
        call(b"rest", rest);
    }
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
        let (key, (value, rest)) = match field {
            Field::Word(key) => (key, word(text)),
            Field::Note(key) => (key, until(text, stop)?),
            _ => return self.reading.take(field, text, stop),
        };
        (self.call)(key.as_bytes(), value);
        Ok(rest)
    }
}
