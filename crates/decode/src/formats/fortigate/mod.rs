//! FortiOS and FortiProxy: traffic, security and event logs as `key=value` text.

mod decision;
mod keys;
mod session;

use rutter_event::{Extra, Refusal, Stamp};

use self::keys::Reading;
use super::pairs::{Pairs, Style, each_other, has_keys};
use crate::record::{Emit, Format, Record, Rejection};

/// Fortinet's FortiGate and FortiProxy.
pub struct Fortigate;

impl Format for Fortigate {
    fn name(&self) -> &'static str {
        "fortigate"
    }

    fn title(&self) -> &'static str {
        "Fortinet FortiGate and FortiProxy: key=value, between blanks or commas"
    }

    fn example(&self) -> &'static str {
        "<189>date=2026-11-23 time=10:00:00 devname=\"fw01\" devid=\"FGT60F0000000000\" \
         eventtime=1795428000643182000 tz=\"+0000\" logid=\"0000000007\" type=\"traffic\" \
         subtype=\"forward\" level=\"warning\" vd=\"root\" srcip=198.51.100.7 srcport=43210 \
         srcintf=\"wan1\" srcintfrole=\"wan\" dstip=203.0.113.9 dstport=23 dstintf=\"internal\" \
         dstintfrole=\"lan\" sessionid=107478 proto=6 action=\"deny\" policyid=0 \
         policytype=\"policy\" service=\"TELNET\" trandisp=\"noop\" duration=0 sentbyte=0 \
         rcvdbyte=0 sentpkt=0 appcat=\"unscanned\""
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let text = record.message;
        (has_keys!(text, "logid=") || has_keys!(text, "log_id="))
            && has_keys!(text, "type=")
            && has_keys!(text, "subtype=")
            && !is_of_others(text)
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        take_all(&mut reading, record)?;
        finish(&mut reading, record, emit)
    }

    /// A record whose pairs have been read has shown its keys: looking for each of them again took a
    /// tenth of the whole.
    fn decode_own<'a>(
        &self,
        record: &Record<'a>,
        emit: Emit<'_, 'a>,
    ) -> Option<Result<(), Rejection>> {
        let mut reading = Reading::default();
        let taken = take_all(&mut reading, record);
        let is_own = reading.notes.has_names() && !is_of_others(record.message);
        if !is_own && !self.claims(record) {
            return None;
        }
        Some(match taken {
            Ok(()) => finish(&mut reading, record, emit),
            Err(why) => Err(why.into()),
        })
    }
}

/// Whether the keys that others have too are another's: Sophos writes `log_id`, but always a component
/// beside it.
fn is_of_others(text: &[u8]) -> bool {
    text.starts_with(b"CEF:") || has_keys!(text, "log_component=")
}

fn take_all<'a>(reading: &mut Reading<'a>, record: &Record<'a>) -> Result<(), Refusal> {
    for (key, value) in pairs(record.message) {
        reading.take(key, value)?;
    }
    Ok(())
}

/// Settles what has been read and hands it out.
fn finish<'a>(
    reading: &mut Reading<'a>,
    record: &Record<'a>,
    emit: Emit<'_, 'a>,
) -> Result<(), Rejection> {
    session::settle(reading)?;
    let event = &mut reading.event;
    if event.stamp == Stamp::Absent {
        event.stamp = record.stamp;
    }
    if event.observer.hostname.is_empty() {
        event.observer.hostname = record.hostname;
    }
    event.extra = Extra::new(record.message, |record, sink| {
        each_other(pairs(record), keys::FIELDS, sink)
    });
    emit(event);
    Ok(())
}

/// The pairs of a record, in the style in which its first two are written.
fn pairs(message: &[u8]) -> Pairs<'_> {
    let style = match message.iter().find(|byte| matches!(byte, b' ' | b',')) {
        Some(b',') => Style::COMMAS,
        _ => Style::ESCAPED,
    };
    Pairs::new(message, style)
}
