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

/// What RouterOS puts before a record in ArcSight's format, up to the record itself.
const CEF: &[u8] = b"CEF:0|MikroTik|";

/// Whether the record travels in ArcSight's format.
pub(super) fn is_in_cef(message: &[u8]) -> bool {
    message.starts_with(CEF) && split(message).is_some()
}

fn without_header(head: &[u8]) -> &[u8] {
    if !head.starts_with(CEF) {
        return head;
    }
    let at = place!(head, " msg=").or_else(|| place!(head, "|msg="));
    at.and_then(|at| head.get(at + 5..)).unwrap_or_default()
}

/// The text from the topics on, where `/log/print` has put a time before them.
fn without_time(head: &[u8]) -> &[u8] {
    let is_time = |text: &[u8]| {
        text.len() <= 20
            && text.contains(&b':')
            && text.iter().all(|byte| {
                byte.is_ascii_lowercase()
                    || byte.is_ascii_digit()
                    || matches!(byte, b':' | b'/' | b'-' | b' ')
            })
    };
    place!(head, " firewall,")
        .and_then(|at| head.split_at_checked(at + 1))
        .filter(|(time, _)| is_time(time.trim_ascii()))
        .map_or(head, |(_, rest)| rest)
}

#[inline]
fn split(message: &[u8]) -> Option<Parts<'_>> {
    let reach = message.get(..message.len().min(REACH))?;
    let (head, text) = match place!(reach, ": in:") {
        Some(at) => (message.get(..at)?, message.get(at + 5..)?),
        // A collector has taken the chain for the program's tag.
        None => (&b""[..], message.strip_prefix(b"in:")?),
    };
    let start = head
        .iter()
        .rposition(|byte| *byte == b' ')
        .map_or(0, |blank| blank + 1);
    let (before, chain) = head.split_at_checked(start)?;
    let before = without_time(without_header(before).trim_ascii());
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
