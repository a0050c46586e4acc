//! The firewall log of MikroTik's RouterOS.

mod ends;
mod reading;

use rutter_event::{Direction, Extra, Refusal, Skip, Untrusted};

use self::reading::Reading;
use super::netfilter::read_label;
use crate::formats::search::{holds, place};
use crate::record::{Emit, Format, Record, Rejection};

/// MikroTik RouterOS.
pub struct Mikrotik;

impl Format for Mikrotik {
    fn name(&self) -> &'static str {
        "mikrotik"
    }

    fn title(&self) -> &'static str {
        "MikroTik RouterOS: firewall log"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 gw firewall,info drop-in input: in:ether1 out:(unknown 0), \
         connection-state:new src-mac 00:00:5e:00:53:01, proto TCP (SYN), \
         198.51.100.7:43210->203.0.113.9:23, len 40"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        split(record.message).is_some_and(|parts| holds!(parts.text, " proto "))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let parts = split(record.message).ok_or(Skip::NotFirewall)?;
        if holds!(parts.text, ": in:") {
            return Err(Refusal::BadSyntax.into());
        }
        let Reading { mut event, .. } = reading::read(parts.text)?;
        let label = read_label(parts.prefix);
        event.action = label.action;
        event.rule = Untrusted::new(label.rule);
        event.direction = match parts.chain {
            b"input" => Direction::Inbound,
            b"output" => Direction::Outbound,
            _ => Direction::Unknown,
        };
        event.stamp = record.stamp;
        event.observer.vendor = "mikrotik";
        event.observer.product = "routeros";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// `TOPICS PREFIX CHAIN: in:TEXT`
#[derive(Clone, Copy)]
struct Parts<'a> {
    topics: &'a [u8],
    prefix: &'a [u8],
    chain: &'a [u8],
    text: &'a [u8],
}

/// How far behind its start a record may name its chain: topics and prefix are short.
const REACH: usize = 256;

#[inline]
fn split(message: &[u8]) -> Option<Parts<'_>> {
    let reach = message.get(..message.len().min(REACH))?;
    let at = place!(reach, ": in:")?;
    let head = message.get(..at)?;
    let text = message.get(at + 5..)?;
    let start = head
        .iter()
        .rposition(|byte| *byte == b' ')
        .map_or(0, |blank| blank + 1);
    let (before, chain) = head.split_at_checked(start)?;
    let before = before.trim_ascii();
    let end = before
        .iter()
        .position(|byte| *byte == b' ')
        .unwrap_or(before.len());
    let (first, rest) = before.split_at_checked(end)?;
    // `firewall,info`, with a colon where it went as the program's tag.
    let topics = first.strip_suffix(b":").unwrap_or(first);
    let has_topics = topics == b"firewall" || topics.starts_with(b"firewall,");
    let (topics, prefix) = if has_topics {
        (topics, rest.trim_ascii())
    } else {
        (&b""[..], before)
    };
    Some(Parts {
        topics,
        prefix,
        chain,
        text,
    })
}

/// Calls back with topics, chain, and what of the packet has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(parts) = split(record) else {
        return;
    };
    let mut call = |key: &'a [u8], value: &'a [u8]| {
        if !value.is_empty() {
            sink(Untrusted::new(key), Untrusted::new(value));
        }
    };
    call(b"topics", parts.topics);
    call(b"chain", parts.chain);
    if let Ok(reading) = reading::read(parts.text) {
        reading.each_extra(&mut call);
    }
}
