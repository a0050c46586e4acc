//! The packet logs of VMware NSX: distributed firewall on the hosts, gateway firewall on the edges.

mod reading;

use rutter_event::{Extra, Untrusted};

use self::reading::Parts;
use crate::record::{Emit, Format, Record, Rejection};

/// VMware NSX, now vDefend.
pub struct VmwareNsx;

impl Format for VmwareNsx {
    fn name(&self) -> &'static str {
        "vmware-nsx"
    }

    fn title(&self) -> &'static str {
        "VMware NSX: distributed and gateway firewall (dfwpktlogs)"
    }

    fn example(&self) -> &'static str {
        "2026-11-23T10:00:00.749Z b6507827 INET match DROP mainrs/1024 IN 52 TCP \
         198.51.100.7/49627->203.0.113.9/23 S"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Parts::of(record).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut event = reading::read(record)?;
        // The filter's hash may stand where the envelope looks for a host.
        let is_hash = record.hostname.bytes().len() == 8
            && record.hostname.bytes().iter().all(u8::is_ascii_hexdigit);
        if is_hash {
            event.observer.hostname = Untrusted::default();
        }
        event.extra = Extra::new(
            if is_hash { record.raw } else { record.message },
            each_extra,
        );
        emit(&mut event);
        Ok(())
    }
}

/// Calls back with what stands before the family, the reason, and what follows the ends.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(parts) = Parts::find(record).or_else(|| Parts::without_family(record)) else {
        return;
    };
    let [filter, reason, tail] = parts.extra();
    for (key, value) in [("filter", filter), ("reason", reason), ("tail", tail)] {
        if !value.is_empty() {
            sink(Untrusted::new(key.as_bytes()), Untrusted::new(value));
        }
    }
}
