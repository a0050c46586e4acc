//! HAProxy's connection logs, as far as they name both ends.

use rutter_event::{Endpoint, Event, Extra, Refusal, Skip, Transport, Untrusted};

use super::fields;
use super::values::{self, address};
use crate::formats::search::place;
use crate::record::{Emit, Format, Record, Rejection};

/// HAProxy.
pub struct Haproxy;

impl Format for Haproxy {
    fn name(&self) -> &'static str {
        "haproxy"
    }

    fn title(&self) -> &'static str {
        "HAProxy: default log of connections"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 lb01 haproxy[14385]: Connect from 198.51.100.7:43210 to 203.0.113.9:443 \
         (www/HTTP)"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Parts::read(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let parts = Parts::read(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        let packet = &mut event.packet;
        packet.source = end(parts.source)?;
        packet.destination = end(parts.destination)?;
        if !parts.note.ends_with(b")") {
            return Err(Refusal::Truncated.into());
        }
        packet.transport = Some(Transport::TCP);
        fields::settle(packet)?;
        event.rule = Untrusted::new(parts.proxy());
        event.observer.vendor = "haproxy";
        event.observer.product = "haproxy";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// `Connect from A:P to B:Q (proxy/MODE)`.
#[derive(Clone, Copy)]
struct Parts<'a> {
    source: &'a [u8],
    destination: &'a [u8],
    /// What stands in the brackets, the closing one included.
    note: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(message: &'a [u8]) -> Option<Self> {
        let rest = message.trim_ascii().strip_prefix(b"Connect from ")?;
        let (source, rest) = rest.split_at_checked(place!(rest, " to ")?)?;
        let rest = rest.get(4..)?;
        let (destination, note) = rest.split_at_checked(place!(rest, " (")?)?;
        Some(Self {
            source,
            destination,
            note: note.get(2..)?,
        })
    }

    /// Name of the frontend.
    fn proxy(&self) -> &'a [u8] {
        let end = memchr::memrchr(b'/', self.note).unwrap_or(0);
        self.note.get(..end).unwrap_or_default()
    }
}

/// An address and its port behind the last colon; IPv6 stands without brackets.
fn end(text: &[u8]) -> Result<Endpoint, Refusal> {
    let colon = memchr::memrchr(b':', text).ok_or(Refusal::BadPort)?;
    let (ip, port) = text.split_at_checked(colon).ok_or(Refusal::BadPort)?;
    let ip = match ip {
        [b'[', ip @ .., b']'] => ip,
        ip => ip,
    };
    Ok(Endpoint {
        ip: address(ip)?,
        port: Some(values::port(port.get(1..).unwrap_or_default())?),
        ..Endpoint::default()
    })
}

/// Calls back with the mode.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    if let Some(parts) = Parts::read(record)
        && let Some(slash) = memchr::memrchr(b'/', parts.note)
        && let Some(mode) = parts.note.get(slash + 1..)
    {
        sink(
            Untrusted::new(b"mode"),
            Untrusted::new(mode.strip_suffix(b")").unwrap_or(mode)),
        );
    }
}
