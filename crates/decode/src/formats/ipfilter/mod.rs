//! IPFilter's packets and states, as ipmon writes them.

mod reading;

use rutter_event::{Event, Extra, Refusal, Skip, Untrusted};

use self::reading::Parts;
use super::fields;
use crate::record::{Emit, Format, Record, Rejection};

/// IPFilter.
pub struct Ipfilter;

impl Format for Ipfilter {
    fn name(&self) -> &'static str {
        "ipfilter"
    }

    fn title(&self) -> &'static str {
        "IPFilter ipmon (FreeBSD, NetBSD, illumos, Solaris)"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 fw01 ipmon[123]: 10:00:00.123456 em0 @0:12 b 198.51.100.7,43210 -> \
         203.0.113.9,23 PR tcp len 20 40 -S IN"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Parts::find(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let parts = Parts::find(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        parts.fill(record.is_ended, &mut event)?;
        // Two entries run together.
        if Parts::find(parts.tail).is_some() {
            return Err(Refusal::BadSyntax.into());
        }
        fields::settle(&mut event.packet)?;
        event.observer.vendor = "ipfilter";
        event.observer.product = "ipfilter";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Calls back with the letter of the action and what follows the protocol.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(parts) = Parts::find(record) else {
        return;
    };
    for (key, value) in [
        ("time", parts.time()),
        ("count", parts.count),
        ("verdict", parts.verdict),
        ("tail", parts.tail),
    ] {
        if !value.is_empty() {
            sink(Untrusted::new(key.as_bytes()), Untrusted::new(value));
        }
    }
}
