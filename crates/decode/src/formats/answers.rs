//! What port scanners print: which port of a host said what when it was asked.
//!
//! Such a record is no packet that came to us. Its event has an [`Answer`], the host that was asked as
//! destination, and no source.

use std::net::IpAddr;

use rutter_event::{Answer, Event, Refusal, Stamp, Timestamp, Transport};

use super::fields;
use super::number::decimal;
use crate::record::{Record, Rejection};

/// One port's answer while it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said {
    pub(crate) ip: IpAddr,
    pub(crate) port: Option<u16>,
    pub(crate) transport: Option<Transport>,
    pub(crate) answer: Answer,
    pub(crate) stamp: Stamp,
}

impl Said {
    /// The event that it is; `product` is the scanner.
    pub(crate) fn event<'a>(
        self,
        record: &Record<'a>,
        product: &'static str,
    ) -> Result<Event<'a>, Rejection> {
        let mut event = Event {
            answer: Some(self.answer),
            stamp: match self.stamp {
                Stamp::Absent => record.stamp,
                stamp => stamp,
            },
            ..Event::default()
        };
        event.packet.destination.ip = Some(self.ip);
        event.packet.destination.port = self.port;
        event.packet.transport = self.transport;
        fields::settle(&mut event.packet)?;
        event.observer.product = product;
        event.observer.hostname = record.hostname;
        Ok(event)
    }
}

/// The host that was asked; a record without one says nothing.
pub(crate) fn host(text: &[u8]) -> Result<IpAddr, Refusal> {
    fields::end(text)?.ok_or(Refusal::MissingField)
}

/// The port that was asked.
pub(crate) fn port(text: &[u8]) -> Result<u16, Refusal> {
    decimal(text).ok_or(Refusal::BadPort)
}

/// The protocol by which it was asked; nothing for words of layers that have no number (`ip`).
pub(crate) fn protocol(text: &[u8]) -> Result<Option<Transport>, Refusal> {
    fields::protocol(text)
}

/// Seconds since 1970.
pub(crate) fn seconds(text: &[u8]) -> Stamp {
    let seconds = decimal::<u32>(text).filter(|seconds| *seconds > 0);
    let time = seconds.and_then(|seconds| Timestamp::from_seconds(seconds.into(), 0));
    time.map_or(Stamp::Absent, Stamp::Instant)
}
