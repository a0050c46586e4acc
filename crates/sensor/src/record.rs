//! A contact as one line of JSON: fields of the Elastic Common Schema, and ours below `rutter`.
//!
//! It is the event contract of the other commands, so `report` and `explain` read it as any log. A
//! record ends with its number and a sum over everything before the sum, by which the spool tells a
//! whole record from a torn one: `…,"sequence":17,"crc":"1c291ca3"}}`.

use std::io::Write as _;
use std::net::SocketAddr;

use rutter_event::{Transport, Untrusted};
use rutter_identify::{Identification, write_fields};

use crate::contact::Contact;
use crate::json::Object;

/// The version of the Elastic Common Schema whose names are used.
const ECS_VERSION: &str = "8.17.0";
/// Most bytes of the payload in the printable excerpt; the rest is in `hex`.
const EXCERPT: usize = 256;

/// What stands between a record's number and its sum.
const SUM: &[u8] = b",\"crc\":\"";
/// What stands behind the sum.
const END: &[u8] = b"\"}}";
/// Hexadecimal digits of the sum.
const DIGITS: usize = 8;

/// Writes a record and a newline at the end of `out`.
pub(crate) fn write(contact: &Contact<'_>, sequence: u64, host: &str, out: &mut Vec<u8>) {
    let from = out.len();
    let found = contact.found();
    let mut record = Object::open(out);
    let o = &mut record;
    time(contact, o);
    o.object("event", |o| {
        o.word("kind", "event");
        o.key("category").extend_from_slice(br#"["network"]"#);
        o.key("type").extend_from_slice(br#"["connection"]"#);
        if let Some(duration) = contact.duration {
            o.number("duration", duration.as_nanos());
        }
    });
    o.object("source", |o| end(contact.source, o));
    o.object("destination", |o| end(contact.destination, o));
    o.object("network", |o| {
        o.word("transport", contact.transport.word().unwrap_or_default());
        // A keyword in the schema, hence a string.
        o.word("iana_number", &contact.transport.0.to_string());
        o.word(
            "type",
            if contact.source.is_ipv4() {
                "ipv4"
            } else {
                "ipv6"
            },
        );
        o.word("direction", "inbound");
        if let Some(found) = &found {
            o.word("application", found.protocol);
        }
    });
    o.object("observer", |o| {
        o.word("vendor", "rutter");
        o.word("product", "listen");
        if !host.is_empty() {
            o.word("hostname", host);
        }
    });
    o.object("ecs", |o| o.word("version", ECS_VERSION));
    // Neither is closed here: number and sum follow.
    let mut own = Object::open(o.key("rutter"));
    ours(contact, found.as_ref(), &mut own);
    own.number("sequence", sequence);
    let sum = crc32fast::hash(out.get(from..).unwrap_or_default());
    out.extend_from_slice(SUM);
    // Writing into a vector does not fail.
    let _ = write!(out, "{sum:08x}");
    out.extend_from_slice(END);
    out.push(b'\n');
}

/// The number of a record whose sum is right; nothing when it is torn or changed.
///
/// `line` is without its newline.
pub(crate) fn verify(line: &[u8]) -> Option<u64> {
    let body = line.len().checked_sub(SUM.len() + DIGITS + END.len())?;
    let (body, tail) = line.split_at_checked(body)?;
    let digits = tail.strip_prefix(SUM)?.strip_suffix(END)?;
    let is_plain = digits
        .iter()
        .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let sum = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    if !is_plain || sum != crc32fast::hash(body) {
        return None;
    }
    let start = body.iter().rposition(|b| *b == b':')? + 1;
    std::str::from_utf8(body.get(start..)?).ok()?.parse().ok()
}

fn time(contact: &Contact<'_>, o: &mut Object<'_>) {
    let Ok(time) = jiff::Timestamp::from_nanosecond(i128::from(contact.time.0)) else {
        return;
    };
    let _ = write!(o.key("@timestamp"), "\"{time:.9}\"");
}

fn end(at: SocketAddr, o: &mut Object<'_>) {
    let _ = write!(o.key("ip"), "\"{}\"", at.ip().to_canonical());
    o.number("port", at.port());
}

fn ours(contact: &Contact<'_>, found: Option<&Identification<'_>>, o: &mut Object<'_>) {
    o.word("format", "listen");
    // A connection begins with this packet, whoever opens it.
    if contact.transport == Transport::TCP {
        o.object("tcp", |o| o.key("flags").extend_from_slice(br#"["SYN"]"#));
    }
    if let Some(ttl) = contact.ttl {
        o.object("ip", |o| o.number("ttl", ttl));
    }
    o.object("payload", |o| payload(contact, found, o));
    o.object("contact", |o| {
        if let Some(protocol) = contact.greeted {
            o.word("greeted", protocol);
        }
        if let Some(ended) = contact.ended {
            o.word("ended", ended.word());
        }
    });
}

fn payload(contact: &Contact<'_>, found: Option<&Identification<'_>>, o: &mut Object<'_>) {
    o.number("length", contact.length);
    if contact.payload.is_empty() {
        return;
    }
    o.hex("hex", contact.payload);
    let start = contact.payload.get(..EXCERPT).unwrap_or(contact.payload);
    o.word("text", &Untrusted::new(start).terminal().to_string());
    // One shape of answers, here as in `rutter identify`.
    write_fields(found, o.fields());
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]
mod tests {
    use std::time::Duration;

    use rutter_event::Timestamp;
    use serde_json::Value as Json;

    use super::*;
    use crate::contact::Ended;

    fn contact(payload: &[u8]) -> Contact<'_> {
        Contact {
            time: Timestamp(1_795_428_000_643_000_000),
            duration: Some(Duration::from_millis(3)),
            transport: Transport::TCP,
            source: "198.51.100.7:43210".parse().unwrap(),
            destination: "203.0.113.9:27374".parse().unwrap(),
            ttl: None,
            payload,
            length: payload.len(),
            greeted: None,
            ended: Some(Ended::Closed),
        }
    }

    fn written(contact: &Contact<'_>, sequence: u64) -> Vec<u8> {
        let mut out = Vec::new();
        write(contact, sequence, "sensor1", &mut out);
        assert_eq!(out.pop(), Some(b'\n'));
        assert!(!out.contains(&b'\n'));
        out
    }

    #[test]
    fn a_record_says_who_came_where_and_what_they_said() {
        let line = written(
            &contact(b"GET / HTTP/1.1\r\nUser-Agent: zgrab/0.x\r\n\r\n"),
            17,
        );
        let record: Json = serde_json::from_slice(&line).unwrap();
        assert_eq!(record["@timestamp"], "2026-11-23T10:00:00.643000000Z");
        assert_eq!(record["source"]["ip"], "198.51.100.7");
        assert_eq!(record["destination"]["port"], 27374);
        assert_eq!(record["network"]["application"], "http");
        assert_eq!(record["rutter"]["payload"]["protocol"], "http");
        assert_eq!(record["rutter"]["payload"]["length"], 41);
        let hex = record["rutter"]["payload"]["hex"].as_str().unwrap();
        assert!(hex.starts_with("474554202f"), "{hex}");
        let text = record["rutter"]["payload"]["text"].as_str().unwrap();
        assert!(text.starts_with("GET / HTTP/1.1\\x0d\\x0a"), "{text}");
        assert_eq!(record["rutter"]["contact"]["ended"], "closed");
        assert_eq!(record["rutter"]["sequence"], 17);
        assert_eq!(verify(&line), Some(17));
    }

    #[test]
    fn nothing_that_was_sent_stands_raw() {
        let hostile = "USER \u{1b}]0;x\u{7}\u{202e}\"},\"rutter\":{\\ \u{9b}31m\r\n";
        for payload in [hostile.as_bytes(), b"\xff\xfe\x00\"\\", b""] {
            let line = written(&contact(payload), 1);
            assert!(line.iter().all(|b| (b' '..=b'~').contains(b)));
            let record: Json = serde_json::from_slice(&line).unwrap();
            assert_eq!(record["rutter"]["payload"]["length"], payload.len());
            assert_eq!(verify(&line), Some(1));
        }
    }

    proptest::proptest! {
        /// Whatever is sent, to whichever port, the record is one line that its own sum vouches for
        /// and that the spool takes for one when it starts again.
        #[test]
        fn any_payload_makes_a_record(
            payload in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..=crate::settings::MOST_BYTES),
            start in 0..STARTS.len(),
            port in 1_u16..,
            is_udp: bool,
        ) {
            let mut bytes = STARTS[start].to_vec();
            bytes.extend(payload);
            bytes.truncate(crate::settings::MOST_BYTES);
            let mut contact = contact(&bytes);
            contact.destination.set_port(port);
            if is_udp {
                contact.transport = Transport::UDP;
            }
            let line = written(&contact, 7);
            proptest::prop_assert!((line.len() as u64) < crate::spool::LONGEST);
            let record: Json = serde_json::from_slice(&line).unwrap();
            proptest::prop_assert_eq!(&record["rutter"]["sequence"], 7);
            proptest::prop_assert_eq!(verify(&line), Some(7));
        }
    }

    /// What protocols begin with, so that more than the first look at a payload is tried.
    const STARTS: [&[u8]; 8] = [
        b"",
        b"GET /",
        b"GET / HTTP/1.1\r\nUser-Agent: ",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"SSH-2.0-",
        b"USER ",
        b"OPTIONS sip:",
        b"\x30\x26\x02\x01\x01\x04",
    ];

    #[test]
    fn a_torn_or_changed_record_is_told_from_a_whole_one() {
        let line = written(&contact(b"\x16\x03\x01hello"), 123_456);
        for end in 0..line.len() {
            assert_eq!(verify(line.get(..end).unwrap()), None, "{end}");
        }
        for at in 0..line.len() {
            for bit in 0..8 {
                let mut changed = line.clone();
                changed[at] ^= 1 << bit;
                assert_eq!(verify(&changed), None, "bit {bit} of byte {at}");
            }
        }
    }
}
