//! Cloudflare's Logpush: network analytics, Zero Trust sessions, Gateway's network log, Spectrum.

mod keys;

use rutter_event::Extra;

use self::keys::Reading;
use super::fields::{self, NO_PACKET};
use super::search::Word;
use crate::formats::search::holds_any;
use crate::record::{Emit, Format, Record, Rejection};

/// Cloudflare's Logpush.
pub struct Cloudflare;

/// Pairs of keys of which one data set holds both, and nothing else does.
static MARKS: [[Word; 2]; 4] = [
    [
        Word::new("\"IPSourceAddress\""),
        Word::new("\"IPDestinationAddress\""),
    ],
    [Word::new("\"SourceIP\""), Word::new("\"DestinationIP\"")],
    [Word::new("\"SourceIP\""), Word::new("\"OriginIP\"")],
    [Word::new("\"ClientIP\""), Word::new("\"OriginIP\"")],
];

impl Format for Cloudflare {
    fn name(&self) -> &'static str {
        "cloudflare"
    }

    fn title(&self) -> &'static str {
        "Cloudflare Logpush: network analytics, sessions, Gateway network, Spectrum"
    }

    fn example(&self) -> &'static str {
        r#"{"AccountID":"0","Action":"blockedRule","Datetime":"2026-11-23T10:00:00Z","DestinationIP":"198.51.100.7","DestinationPort":445,"DeviceID":"","DeviceName":"","Email":"jane@example.org","OverrideIP":"","OverridePort":0,"PolicyID":"7","PolicyName":"no smb","SNI":"","SessionID":"1","SourceIP":"203.0.113.9","SourcePort":51000,"Transport":"tcp","UserID":"u1"}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && MARKS
                .iter()
                .any(|mark| mark.iter().all(|word| word.is_in(record.message)))
            && holds_any!(
                record.message,
                "\"Datetime\"",
                "\"SessionID\"",
                "\"ClientProto\"",
                "\"ColoCode\"",
                "\"AccountID\""
            )
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, &[], &mut |key, value| {
            reading.take(key, value)
        })?;
        let Some(mut event) = reading.settle(record)? else {
            return Err(NO_PACKET);
        };
        event.observer.vendor = "Cloudflare";
        event.observer.product = "logpush";
        event.extra = Extra::new(record.message, keys::each_extra);
        emit(&mut event);
        Ok(())
    }
}
