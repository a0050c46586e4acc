//! QRadar's Log Event Extended Format, of any vendor, as far as a record tells of two ends.

mod header;
mod keys;

use rutter_event::Extra;

use self::header::Header;
use self::keys::Reading;
use super::fields;
use crate::record::{Emit, Format, Record, Rejection};

/// QRadar's Log Event Extended Format.
pub struct Leef;

impl Format for Leef {
    fn name(&self) -> &'static str {
        "leef"
    }

    fn title(&self) -> &'static str {
        "QRadar Log Event Extended Format (LEEF), any vendor"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 fw01 LEEF:1.0|Example|Firewall|1.0|Deny|devTime=Nov 23 2026 10:00:00\tdevTimeFormat=MMM dd yyyy HH:mm:ss\tsrc=198.51.100.7\tsrcPort=43210\tdst=203.0.113.9\tdstPort=23\tproto=TCP\tpolicy=no telnet\tsev=5"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        !fields::is_object(record) && header::start(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let header = Header::read(record.message)?;
        let mut reading = Reading::of_line(record.is_ended);
        for pair in header.pairs() {
            reading.take(&pair)?;
        }
        let mut event = reading.settle(&header, record)?;
        event.extra = Extra::new(record.message, keys::each_extra);
        emit(&mut event);
        Ok(())
    }
}
