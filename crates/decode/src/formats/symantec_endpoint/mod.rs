//! Symantec Endpoint Protection: traffic, packet and security logs of its agents.

mod cells;
mod reading;

use rutter_event::{Extra, Untrusted};

use self::cells::Cells;
use self::reading::Reading;
use super::fields;
use crate::formats::search::{holds, holds_any};
use crate::record::{Emit, Format, Record, Rejection};

/// Symantec Endpoint Protection.
pub struct SymantecEndpoint;

impl Format for SymantecEndpoint {
    fn name(&self) -> &'static str {
        "symantec-endpoint"
    }

    fn title(&self) -> &'static str {
        "Symantec Endpoint Protection: traffic, packet and security logs"
    }

    fn example(&self) -> &'static str {
        "<54>Nov 23 10:00:00 sepm SymantecServer: desktop-7,Local Host IP: 203.0.113.9,Local Port: \
         3389,Local Host MAC: 00005E005301,Remote Host IP: 198.51.100.7,Remote Host Name: ,Remote \
         Port: 43210,Remote Host MAC: 00005E005302,TCP,Inbound,Begin: 2026-11-23 09:59:21,End \
         Time: 2026-11-23 09:59:28,Occurrences: 4,Application: C:/WINDOWS/system32/NTOSKRNL.EXE,\
         Rule: Block Unapproved Incoming Ports,Location: Default,User Name: alice,Domain Name: \
         EXAMPLE,Action: Blocked,SHA-256: ,MD-5: "
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        !fields::is_object(record)
            && holds!(record.message, ",Remote Host IP: ")
            && holds_any!(
                record.message,
                ",Local: ",
                ",Local Host IP: ",
                ",Local Host: "
            )
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        for cell in Cells::new(record.message) {
            reading.take(&cell)?;
        }
        let mut event = reading.settle(record)?;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Calls back with every cell that has a name and no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for cell in Cells::new(record) {
        if !cell.key.is_empty() && !cell.value.is_empty() && !reading::FIELDS.contains(&cell.key) {
            sink(Untrusted::new(cell.key), Untrusted::new(cell.value));
        }
    }
}
