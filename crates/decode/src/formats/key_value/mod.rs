//! Pairs of any writer: `src=198.51.100.7 dst=203.0.113.9 dport=23`, as no vendor's format has them.

use rutter_event::{Extra, Refusal, Skip, Untrusted};

use super::address;
use super::meaning::{Meaning, Reading};
use super::pairs::{Pairs, Style, Value};
use crate::record::{Emit, Format, Record, Rejection};

/// Key-value pairs.
pub struct KeyValue;

impl Format for KeyValue {
    fn name(&self) -> &'static str {
        "key-value"
    }

    fn title(&self) -> &'static str {
        "key=value pairs of any writer that name two ends"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 gw filter: action=drop proto=tcp src_ip=198.51.100.7 src_port=43210 dst_ip=203.0.113.9 dst_port=23 iface=wan0"
    }

    fn is_generic(&self) -> bool {
        true
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        if memchr::memchr(b'=', record.message).is_none() {
            return false;
        }
        let (mut has_source, mut ends, mut has_port) = (false, 0, false);
        for (key, value) in pairs(record.message).take(MOST) {
            match meaning(record, key) {
                Some(end @ (Meaning::Source | Meaning::Destination)) => {
                    let is_address = address::written(value.text).is_some();
                    has_source |= is_address && matches!(end, Meaning::Source);
                    ends += u8::from(is_address);
                }
                Some(Meaning::DestinationPort) => has_port = true,
                _ => {}
            }
            // A line that names only who was called has its source under a key that is not known.
            if ends >= 2 || has_source && has_port {
                return true;
            }
        }
        false
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        for (key, value) in pairs(record.message) {
            let Some(meaning) = meaning(record, key) else {
                continue;
            };
            let is_needed = meaning.code() <= Meaning::Protocol.code();
            if !value.is_closed && !record.is_ended {
                if is_needed {
                    return Err(Refusal::Truncated.into());
                }
                continue;
            }
            if !value.text.is_empty() && value.text != b"-" {
                reading.take(meaning, value.text, value.untrusted())?;
            }
        }
        if !reading.has(Meaning::Source) && !reading.has(Meaning::Destination) {
            return Err(Skip::NotFirewall.into());
        }
        if !record.is_ended && !reading.has(Meaning::Protocol) {
            // What stood behind may say that the ports are none.
            return Err(Refusal::Truncated.into());
        }
        let mut event = reading.settle(record)?;
        if event.observer.hostname.is_empty() {
            event.observer.hostname = record.hostname;
        }
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// The most pairs among which ends are looked for.
const MOST: usize = 64;

/// What a key means, by the user's choice or by its name.
fn meaning(record: &Record<'_>, key: &[u8]) -> Option<Meaning> {
    let found = match record.choice {
        Some(choice) => choice.meaning(key),
        None => Meaning::of(key),
    };
    found.map(|(meaning, _)| meaning)
}

/// The pairs, parted by what stands before the second key.
fn pairs(message: &[u8]) -> Pairs<'_> {
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let separator = memchr::memchr_iter(b'=', message)
        .nth(1)
        .and_then(|equals| {
            let before = message.get(..equals)?.trim_ascii_end();
            let start = before.iter().rposition(|byte| !is_key(byte))?;
            let gap = before.get(..=start)?.trim_ascii_end();
            gap.last()
                .copied()
                .filter(|byte| matches!(byte, b',' | b';' | b'|'))
        });
    Pairs::new(
        message,
        Style {
            separator: separator.unwrap_or(b' '),
            ..Style::ESCAPED
        },
    )
}

fn each_extra<'a>(message: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in pairs(message) {
        let Value { text, .. } = value;
        let fills = Meaning::of(key).is_some_and(|(meaning, _)| {
            let is_end = matches!(meaning, Meaning::Source | Meaning::Destination);
            !(meaning.is_kept() || is_end && address::written(text).is_none())
        });
        if !fills && !text.is_empty() && text != b"-" && !key.is_empty() {
            sink(Untrusted::new(key), value.untrusted());
        }
    }
}
