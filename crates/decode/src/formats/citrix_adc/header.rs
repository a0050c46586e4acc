//! What stands before the text of a message: time, appliance, engine, feature and kind.

use rutter_event::{Civil, Stamp};

use super::super::clock;
use super::super::number::decimal;
use super::super::words::Words;
use crate::formats::search::{self, holds, place};

/// `11/23/2026:10:00:00 GMT adc01 0-PPE-0 : default TCP CONN_DELINK 4471 0 : text`.
#[derive(Clone, Copy)]
pub(super) struct Header<'a> {
    /// The date and time as written; empty where the envelope has taken it off.
    date: &'a [u8],
    is_gmt: bool,
    /// Name or address of the appliance; empty where the envelope has taken it off.
    pub(super) host: &'a [u8],
    /// `TCP`, `ACL`, `SSLVPN`, `LSN`.
    pub(super) feature: &'a [u8],
    /// `CONN_DELINK`, `ACL_PKT_LOG`.
    pub(super) kind: &'a [u8],
    /// What follows the second colon.
    pub(super) text: &'a [u8],
}

impl<'a> Header<'a> {
    pub(super) fn read(message: &'a [u8]) -> Option<Self> {
        let message = message.trim_ascii_start();
        let colon = place!(message.get(..160).unwrap_or(message), " : ")?;
        let (before, behind) = message.split_at_checked(colon)?;
        let mut header = Header {
            date: b"",
            is_gmt: false,
            host: b"",
            feature: b"",
            kind: b"",
            text: b"",
        };
        let mut engine: &[u8] = b"";
        let mut words = Words::new(before);
        while let Some((word, _)) = words.next() {
            if civil(word, None).is_some() {
                header.date = word;
            } else if matches!(word, b"GMT" | b"UTC") && !header.date.is_empty() {
                header.is_gmt = true;
            } else {
                header.host = std::mem::replace(&mut engine, word);
            }
        }
        // `0-PPE-0`: the packet engine.
        place!(engine, "PPE")?;
        let behind = behind.get(3..)?;
        let close = place!(behind, " : ").or_else(|| {
            let end = behind.len().checked_sub(2)?;
            behind.ends_with(b" :").then_some(end)
        })?;
        let (title, text) = behind.split_at_checked(close)?;
        header.text = text.get(3..).unwrap_or_default();
        // A second header in the text: two messages run together.
        if holds!(header.text, "-PPE-") {
            return None;
        }
        // Before the feature stands the partition, behind the kind two numbers.
        let mut title: [&[u8]; 5] = {
            let mut words = Words::new(title);
            [(); 5].map(|()| words.next().map_or(&b""[..], |(word, _)| word))
        };
        if decimal::<u64>(title[2]).is_none() {
            title.rotate_left(1);
        }
        decimal::<u64>(title[2])?;
        (header.feature, header.kind) = (title[0], title[1]);
        Some(header)
    }

    /// Whether the text names two ends.
    pub(super) fn tells_of_ends(&self) -> bool {
        let has = |words: &str| search::find(self.text, words.as_bytes()).is_some();
        has("Source ")
            || has("Client IP:Port:TD") && has("Destination IP:Port:TD")
            || has("ClientIP ") && has("VserverServiceIP ")
            || has("Client_ip ") && has("Vserver ")
    }

    /// Whether the kind names the end that the client asked for before the one it was sent to.
    pub(super) fn is_translation(&self) -> bool {
        self.kind.starts_with(b"NAT_")
    }

    /// The time; `envelope` tells day and month apart where both could be either.
    pub(super) fn stamp(&self, envelope: Stamp) -> Stamp {
        let Some(civil) = civil(self.date, Some(envelope)) else {
            return envelope;
        };
        let instant = self.is_gmt.then(|| clock::instant(&civil, 0)).flatten();
        instant.map_or(Stamp::Civil(civil), Stamp::Instant)
    }
}

/// `11/23/2026:10:00:00`; an appliance may be told to write the day first, or the year.
fn civil(text: &[u8], envelope: Option<Stamp>) -> Option<Civil> {
    if text.len() != 19 {
        return None;
    }
    let mut parts = text.split(|byte| matches!(byte, b'/' | b':'));
    let mut part = || parts.next().and_then(decimal::<u16>);
    let date = [part()?, part()?, part()?];
    let time = [part()?, part()?, part()?];
    let small = |number: u16| u8::try_from(number).ok();
    let [hour, minute, second] = [small(time[0])?, small(time[1])?, small(time[2])?];
    let [year, month, day] = match date {
        [year, month, day] if year >= 1000 => [year, month, day],
        [day, month, year] if day > 12 || is_day_first([day, month], envelope) => {
            [year, month, day]
        }
        [month, day, year] => [year, month, day],
    };
    let civil = Civil {
        year: Some(i16::try_from(year).ok()?),
        month: small(month)?,
        day: small(day)?,
        hour,
        minute,
        second,
        nanosecond: 0,
    };
    civil.is_valid().then_some(civil)
}

fn is_day_first(date: [u16; 2], envelope: Option<Stamp>) -> bool {
    match envelope {
        Some(Stamp::Civil(civil)) => date == [u16::from(civil.day), u16::from(civil.month)],
        _ => false,
    }
}
