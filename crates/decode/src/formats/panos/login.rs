//! `SYSTEM` logs of the subtype `auth`: who logs in from where, and which server was asked.

use std::net::IpAddr;

use memchr::memmem;
use rutter_event::{Event, Family, Refusal, Skip, Untrusted};

use super::super::address::{Written, written};
use super::super::csv::Columns;
use super::{made_or_taken, stamp};
use crate::formats::search::place;
use crate::record::{Record, Rejection};

/// The columns, under the vendor's names; those without a name are reserved.
#[rustfmt::skip]
const NAMES: [&str; 26] = [
    "", "receive_time", "serial", "type", "subtype", "", "time_generated", "vsys", "eventid",
    "object", "", "", "module", "severity", "opaque", "seqno", "actionflags", "dg_hier_level_1",
    "dg_hier_level_2", "dg_hier_level_3", "dg_hier_level_4", "vsys_name", "device_name", "", "",
    "high_res_timestamp",
];

/// Names that fill a field. The sentence (`opaque`) stays as well: it says more than its addresses.
const FIELDS: [&str; 4] = ["", "time_generated", "device_name", "high_res_timestamp"];

/// Reads a record of which [`super::kind`] has seen that it is one.
///
/// # Errors
/// [`Refusal::Truncated`] when it ends before its sentence does, [`Skip::NotFirewall`] when the
/// sentence names no address that somebody came from.
pub(super) fn read<'a>(record: &Record<'a>, event: &mut Event<'a>) -> Result<(), Rejection> {
    let mut columns = Columns::new(record.message);
    let (mut received, mut generated, mut exact) = (None, None, None);
    let mut sentence = None;
    for name in NAMES {
        let Some((column, is_closed)) = columns.next() else {
            break;
        };
        // Only the last column of all can be whole without a comma behind it.
        if !(is_closed || record.is_ended && name == "high_res_timestamp") {
            break;
        }
        match name {
            "receive_time" => received = stamp(column),
            "time_generated" => generated = stamp(column),
            "opaque" => sentence = Some(column),
            "device_name" if !column.is_empty() => {
                event.observer.hostname = Untrusted::new(column);
            }
            "high_res_timestamp" => exact = stamp(column),
            _ => {}
        }
    }
    let sentence = sentence.ok_or(Refusal::Truncated)?;
    let source = source(sentence).ok_or(Skip::NotFirewall)?;
    let packet = &mut event.packet;
    packet.source.ip = source;
    packet.destination.ip = server(sentence);
    packet.family = match (packet.source.ip, packet.destination.ip) {
        (Some(IpAddr::V4(_)), Some(IpAddr::V6(_))) | (Some(IpAddr::V6(_)), Some(IpAddr::V4(_))) => {
            // Who logs in and the server that is asked need not speak the same.
            packet.destination.ip = None;
            packet.source.ip.map_or(Family::Unknown, family)
        }
        (ip, None) | (_, ip) => ip.map_or(Family::Unknown, family),
    };
    if let Some(stamp) = exact.or_else(|| made_or_taken(generated, received)) {
        event.stamp = stamp;
    }
    Ok(())
}

const fn family(ip: IpAddr) -> Family {
    match ip {
        IpAddr::V4(_) => Family::V4,
        IpAddr::V6(_) => Family::V6,
    }
}

/// Where somebody came from: `…, From: 198.51.100.7.` at the end of the sentence, or
/// `When authenticating user alice from 198.51.100.7, a less secure authentication method …`.
///
/// The name that he gave stands before it, and may hold such words: the last ones count, and only
/// where the vendor's own sentence has them.
fn source(sentence: &[u8]) -> Option<Option<IpAddr>> {
    let word = if let Some(at) = memmem::rfind(sentence, b"From: ") {
        let word = sentence.get(at + 6..)?.trim_ascii_end();
        word.strip_suffix(b".").unwrap_or(word)
    } else {
        let rest = sentence.strip_prefix(b"When authenticating user ")?;
        let rest = rest.get(..place!(rest, ", a less secure")?)?;
        rest.get(memmem::rfind(rest, b" from ")? + 6..)?
    };
    match written(word)? {
        Written::Plain(ip) => Some(Some(ip)),
        Written::Redacted => Some(None),
    }
}

/// The server that was asked: `server address '192.0.2.53'`, `Server Address 192.0.2.53`.
fn server(sentence: &[u8]) -> Option<IpAddr> {
    let at = memmem::rfind(sentence, b"erver address ")
        .or_else(|| memmem::rfind(sentence, b"erver Address "))?;
    let word = sentence.get(at + 14..)?;
    let word = word.strip_prefix(b"'").unwrap_or(word);
    let end = word
        .iter()
        .position(|byte| matches!(byte, b'\'' | b',' | b' '))
        .unwrap_or(word.len());
    match written(word.get(..end)?)? {
        Written::Plain(ip) => Some(ip),
        Written::Redacted => None,
    }
}

/// Calls back with every column that has a name and no field.
pub(super) fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let mut columns = Columns::new(record);
    for name in NAMES {
        let Some((column, _)) = columns.next() else {
            return;
        };
        if !column.is_empty() && !FIELDS.contains(&name) {
            sink(Untrusted::new(name.as_bytes()), Untrusted::new(column));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(sentence: &str) -> (Option<String>, Option<String>) {
        let text = |ip: IpAddr| ip.to_string();
        let sentence = sentence.as_bytes();
        (
            source(sentence).flatten().map(text),
            server(sentence).map(text),
        )
    }

    #[test]
    fn only_the_vendors_words_count() {
        let told = |source: &str, server: Option<&str>| {
            (Some(source.to_owned()), server.map(str::to_owned))
        };
        for (sentence, expected) in [
            (
                "failed authentication for user 'a'. Reason: x. server address '192.0.2.53', \
                 auth protocol 'PAP', From: 198.51.100.7.",
                told("198.51.100.7", Some("192.0.2.53")),
            ),
            (
                "When authenticating user a from 198.51.100.7, a less secure authentication \
                 method PAP is used. Server Address 192.0.2.53",
                told("198.51.100.7", Some("192.0.2.53")),
            ),
            (
                "failed authentication for user 'From: 192.0.2.66.'. From: 198.51.100.7.",
                told("198.51.100.7", None),
            ),
            (
                "failed authentication for user 'x From: 192.0.2.66'.",
                (None, None),
            ),
            ("authenticated for user 'a'. From: console.", (None, None)),
        ] {
            assert_eq!(ends(sentence), expected, "{sentence}");
        }
    }
}
