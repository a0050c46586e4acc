//! FreeBSD's ipfw as it writes to the kernel's log, and the attempts that its kernel logs itself.

mod reading;

use rutter_event::{Event, Extra, Refusal, Skip, Untrusted};

use self::reading::{Attempt, Entry};
use super::fields;
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// FreeBSD's ipfw.
pub struct Ipfw;

impl Format for Ipfw {
    fn name(&self) -> &'static str {
        "ipfw"
    }

    fn title(&self) -> &'static str {
        "FreeBSD ipfw: kernel log, also of macOS and DragonFly BSD"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 fw01 kernel: ipfw: 100 Deny TCP 198.51.100.7:43210 203.0.113.9:23 in via em0"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        entry_text(record).is_some() || attempt_text(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        if let Some(text) = entry_text(record) {
            // Two entries run together.
            if holds!(text, "ipfw: ") {
                return Err(Refusal::BadSyntax.into());
            }
            Entry::read(text)?.fill(&mut event)?;
            event.extra = Extra::new(text, |text, sink| {
                if let Ok(entry) = Entry::read(text) {
                    sink(Untrusted::new(b"action"), Untrusted::new(entry.action));
                    if !entry.tail.is_empty() {
                        sink(Untrusted::new(b"tail"), Untrusted::new(entry.tail));
                    }
                }
            });
        } else {
            let (is_stealth, text) = attempt_text(record.message).ok_or(Skip::NotFirewall)?;
            Attempt::read(text)?.fill(is_stealth, record.is_ended, &mut event)?;
        }
        fields::settle(&mut event.packet)?;
        event.observer.vendor = "freebsd";
        event.observer.product = "ipfw";
        event.observer.hostname = record.hostname;
        emit(&mut event);
        Ok(())
    }
}

/// What follows `ipfw: `, when it begins with the number of a rule.
fn entry_text<'a>(record: &Record<'a>) -> Option<&'a [u8]> {
    let message = record.message.trim_ascii();
    let text = match message.strip_prefix(b"ipfw: ") {
        Some(text) => text,
        None if record.program == b"ipfw" => message,
        None => return None,
    };
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let end = memchr::memchr(b' ', digits)?;
    let is_number = end > 0 && digits.get(..end)?.iter().all(u8::is_ascii_digit);
    let is_verb = digits.get(end + 1).is_some_and(u8::is_ascii_uppercase);
    (is_number && is_verb).then_some(text)
}

/// What follows `Connection attempt to `, and whether the kernel keeps silent about it.
fn attempt_text(message: &[u8]) -> Option<(bool, &[u8])> {
    let message = message.trim_ascii();
    let message = message.strip_prefix(b"ipfw: ").unwrap_or(message);
    let (is_stealth, rest) = match message.strip_prefix(b"Stealth Mode c") {
        Some(rest) => (true, rest),
        None => (false, message.strip_prefix(b"C")?),
    };
    let text = rest.strip_prefix(b"onnection attempt to ")?;
    let is_own = text.starts_with(b"TCP ") || text.starts_with(b"UDP ");
    is_own.then_some((is_stealth, text))
}
