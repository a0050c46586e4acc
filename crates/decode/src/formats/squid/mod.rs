//! Squid's access log, where it names the server.

use rutter_event::{Action, Event, Extra, Refusal, Skip, Stamp, Transport, Untrusted};

use super::words::Words;
use super::{fields, number};
use crate::record::{Emit, Format, Record, Rejection};

/// Squid.
pub struct Squid;

impl Format for Squid {
    fn name(&self) -> &'static str {
        "squid"
    }

    fn title(&self) -> &'static str {
        "Squid: access log in its native format"
    }

    fn example(&self) -> &'static str {
        "<166>Nov 23 10:00:00 fw01 (squid-1)[6802]: 1795428000.253    325 192.0.2.10 TCP_TUNNEL/200 \
         2912 CONNECT www.example.com:443 alice HIER_DIRECT/198.51.100.7 -"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Entry::read(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let entry = Entry::read(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        if let Some(stamp @ Stamp::Instant(_)) = fields::stamp(entry.time) {
            event.stamp = stamp;
        }
        let packet = &mut event.packet;
        packet.source.ip = fields::end(entry.client)?;
        packet.destination.ip = fields::end(entry.server)?;
        packet.destination.port = entry.port()?;
        packet.transport = Some(Transport::TCP);
        fields::settle(packet)?;
        event.action = if entry.result.starts_with(b"TCP_DENIED") {
            Action::Denied
        } else {
            Action::Unstated
        };
        event.duration = number::decimal::<u32>(entry.elapsed).map(|ms| u64::from(ms) * 1_000_000);
        event.bytes = fields::count(entry.size);
        if !fields::is_nothing(entry.user) {
            event.user = Untrusted::new(entry.user);
        }
        event.observer.vendor = "squid";
        event.observer.product = "squid";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// `time elapsed client result/status size method URL user hierarchy/server type`.
#[derive(Clone, Copy, Default)]
struct Entry<'a> {
    time: &'a [u8],
    elapsed: &'a [u8],
    client: &'a [u8],
    result: &'a [u8],
    size: &'a [u8],
    method: &'a [u8],
    url: &'a [u8],
    user: &'a [u8],
    hierarchy: &'a [u8],
    server: &'a [u8],
    kind: &'a [u8],
}

impl<'a> Entry<'a> {
    fn read(message: &'a [u8]) -> Option<Self> {
        let mut words = Words::new(message);
        let mut before = [&b""[..]; 3];
        let result = loop {
            let (word, _) = words.next()?;
            if word.starts_with(b"TCP_") || word.starts_with(b"UDP_") || word.starts_with(b"NONE") {
                break word;
            }
            before.rotate_left(1);
            before[2] = word;
            // An entry has a time, an elapsed time and a client before its result.
            if word.len() > 64 {
                return None;
            }
        };
        let slash = memchr::memchr(b'/', result)?;
        let status = result.get(slash + 1..)?;
        if status.len() != 3 || !status.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut next = || match words.next() {
            Some((word, true)) => Some(word),
            _ => None,
        };
        let mut entry = Entry {
            client: before[2],
            elapsed: before[1],
            time: before[0],
            result,
            ..Self::default()
        };
        // Some relays turn the time into something else that ends in its own brackets.
        entry.elapsed = entry.elapsed.strip_suffix(b")").unwrap_or(entry.elapsed);
        entry.size = next()?;
        entry.method = next()?;
        entry.url = next()?;
        entry.user = next()?;
        let peer = next()?;
        let slash = memchr::memchr(b'/', peer)?;
        (entry.hierarchy, entry.server) = (peer.get(..slash)?, peer.get(slash + 1..)?);
        // Without a server, or with its name alone, there is no second end.
        fields::end(entry.server).ok().flatten()?;
        entry.kind = words.next().map_or(&b""[..], |(word, _)| word);
        number::decimal::<u64>(entry.size)?;
        Some(entry)
    }

    /// The port of a tunnel, which its address names.
    fn port(&self) -> Result<Option<u16>, Refusal> {
        if self.method != b"CONNECT" {
            return Ok(None);
        }
        let colon = memchr::memrchr(b':', self.url).ok_or(Refusal::MissingField)?;
        fields::port(self.url.get(colon + 1..).unwrap_or_default())
    }
}

/// Calls back with the columns that have no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(entry) = Entry::read(record) else {
        return;
    };
    for (key, value) in [
        ("result", entry.result),
        ("method", entry.method),
        ("url", entry.url),
        ("hierarchy", entry.hierarchy),
        ("type", entry.kind),
    ] {
        if !fields::is_nothing(value) {
            sink(Untrusted::new(key.as_bytes()), Untrusted::new(value));
        }
    }
}
