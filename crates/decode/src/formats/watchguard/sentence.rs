//! Messages that are sentences: alarms and diagnostics that name two ends.

use rutter_event::{Action, Event, Refusal, Skip};

use super::super::pairs::Value;
use crate::formats::search::{self, place};
use crate::record::Rejection;

/// Reads the ends of a sentence: `… against A from B …`, `… from A to B …`,
/// `… Source IP: A … Destination IP: B …`. The sender is the source.
///
/// # Errors
/// [`Skip::NotFirewall`] for sentences that name none.
pub(super) fn read(text: &[u8], event: &mut Event<'_>) -> Result<(), Rejection> {
    let find = |word: &[u8]| search::find(text, word).map(|at| at + word.len());
    let ends = match (find(b" against "), find(b"Source IP: "), find(b" from ")) {
        (Some(destination), _, Some(source)) => [source, destination],
        (_, Some(source), _) => [source, find(b"Destination IP: ").ok_or(Refusal::Truncated)?],
        (_, _, Some(source)) => {
            let rest = text.get(source..).unwrap_or_default();
            let Some(to) = place!(rest, " to ") else {
                return Err(Skip::NotFirewall.into());
            };
            [source, source + to + 4]
        }
        _ => return Err(Skip::NotFirewall.into()),
    };
    let packet = &mut event.packet;
    for (end, at) in [&mut packet.source, &mut packet.destination]
        .into_iter()
        .zip(ends)
    {
        let (address, port) = address_and_port(text.get(at..).unwrap_or_default());
        // Not every `from … to …` is about addresses.
        end.ip = address.address().map_err(|_| Skip::NotFirewall)?;
        end.port = port.port().ok().flatten();
        if end.ip.is_none() {
            return Err(if address.is_closed {
                Skip::NotFirewall.into()
            } else {
                Refusal::Truncated.into()
            });
        }
    }
    let number = |word: &[u8]| find(word).map(|at| word_at(text.get(at..).unwrap_or_default()));
    if let Some(port) = number(b"Source Port: ") {
        packet.source.port = port.port()?;
    }
    if let Some(port) = number(b"Destination Port: ").or_else(|| number(b" on port ")) {
        packet.destination.port = port.port()?;
    }
    if text.trim_ascii_start().starts_with(b"Blocked ") {
        event.action = Action::Denied;
    }
    Ok(())
}

/// The word at the start, without the mark that ends a sentence.
fn word_at(text: &[u8]) -> Value<'_> {
    let end = text
        .iter()
        .position(|byte| matches!(byte, b' ' | b',' | b'\''));
    let word = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    match word.strip_suffix(b".") {
        Some(word) => Value {
            text: word,
            is_closed: true,
            ..Value::default()
        },
        None => Value {
            text: word,
            is_closed: end.is_some(),
            ..Value::default()
        },
    }
}

/// `192.0.2.1:500` or an address alone.
fn address_and_port(text: &[u8]) -> (Value<'_>, Value<'_>) {
    let word = word_at(text);
    let mut colons = memchr::memchr_iter(b':', word.text);
    match (colons.next(), colons.next()) {
        (Some(at), None) => (
            Value {
                text: word.text.get(..at).unwrap_or_default(),
                is_closed: true,
                ..Value::default()
            },
            Value {
                text: word.text.get(at + 1..).unwrap_or_default(),
                ..word
            },
        ),
        _ => (
            word,
            Value {
                text: b"",
                is_closed: true,
                ..Value::default()
            },
        ),
    }
}
