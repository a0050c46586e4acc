//! ArcSight's Common Event Format, of any vendor, as far as a record tells of two ends.

mod header;
mod keys;
mod labels;

use rutter_event::Extra;

use self::header::Header;
use self::keys::Reading;
use super::extension::Pairs;
use super::{fields, mikrotik};
use crate::record::{Emit, Format, Record, Rejection};

/// ArcSight's Common Event Format.
pub struct Cef;

impl Format for Cef {
    fn name(&self) -> &'static str {
        "cef"
    }

    fn title(&self) -> &'static str {
        "ArcSight Common Event Format (CEF), any vendor"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 fw01 CEF:0|Example|Firewall|1.0|100|Connection blocked|5|rt=1795428000643 act=Blocked src=198.51.100.7 spt=43210 dst=203.0.113.9 dpt=23 proto=TCP deviceInboundInterface=eth0 cs1Label=Rule Name cs1=no telnet cnt=1 "
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        !fields::is_object(record)
            && header::start(record.message).is_some()
            && !mikrotik::is_in_cef(record.message)
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let header = Header::read(record.message)?;
        let mut reading = Reading::of_line(record.is_ended);
        for pair in Pairs::new(header.extension) {
            reading.take(&pair)?;
        }
        let mut event = reading.settle(&header, record)?;
        event.extra = Extra::new(record.message, keys::each_extra);
        emit(&mut event);
        Ok(())
    }
}
