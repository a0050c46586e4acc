//! What tcpdump prints of packets, and of pf's decisions about them (pflog, npflog, ipfw0).

mod carried;
mod packet;
mod prefix;

use rutter_event::{Event, Extra, Refusal, Skip, Untrusted};

use self::packet::Parts;
use self::prefix::Prefix;
use super::fields;
use crate::record::{Emit, Format, Record, Rejection};

/// tcpdump.
pub struct Tcpdump;

impl Format for Tcpdump {
    fn name(&self) -> &'static str {
        "tcpdump"
    }

    fn title(&self) -> &'static str {
        "tcpdump text: pf's pflog, NetBSD npf, ipfw0, plain packets"
    }

    fn example(&self) -> &'static str {
        "2026-11-23 10:00:00.123456 rule 5/0(match): block in on em0: 198.51.100.7.43210 > \
         203.0.113.9.23: Flags [S], seq 305419896, win 1024, options [mss 1460], length 0"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        let prefix = Prefix::read(record.message);
        Parts::find(&prefix).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let prefix = Prefix::read(record.message);
        let parts = Parts::find(&prefix).ok_or(Skip::NotFirewall)?;
        // Two lines run together.
        if Prefix::stands_in(parts.carried) {
            return Err(Refusal::BadSyntax.into());
        }
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        prefix.fill(&mut event);
        parts.fill(&mut event.packet)?;
        carried::read(parts.carried, &mut event.packet)?;
        fields::settle(&mut event.packet)?;
        event.observer.vendor = if prefix.rule.is_empty() { "" } else { "pf" };
        event.observer.product = "tcpdump";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Calls back with pf's reason and what tcpdump says of the packet's contents.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let prefix = Prefix::read(record);
    if !prefix.reason.is_empty() {
        sink(Untrusted::new(b"reason"), Untrusted::new(prefix.reason));
    }
    if let Some(parts) = Parts::find(&prefix) {
        sink(Untrusted::new(b"packet"), Untrusted::new(parts.carried));
    }
}
