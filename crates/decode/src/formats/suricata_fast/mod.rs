//! Suricata's `fast.log`, and its alerts in syslog.

use rutter_event::Skip;

use super::alert::{Alert, IcmpEnds};
use crate::record::{Emit, Format, Record, Rejection};

/// Suricata's one-line alerts.
pub struct SuricataFast;

impl Format for SuricataFast {
    fn name(&self) -> &'static str {
        "suricata-fast"
    }

    fn title(&self) -> &'static str {
        "Suricata: fast.log and syslog alerts"
    }

    fn example(&self) -> &'static str {
        "11/23/2026-10:00:00.123456  [**] [1:2001219:20] ET SCAN Potential SSH Scan [**] [Classification: \
         Attempted Information Leak] [Priority: 2] {TCP} 198.51.100.7:43210 -> 203.0.113.9:7"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        alert(record).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let alert = alert(record).ok_or(Skip::NotFirewall)?;
        alert.emit(record, "suricata", IcmpEnds::TypeAndCode, emit)
    }
}

/// Suricata's own log has a year of four digits; in syslog its name stands before the alert.
fn alert<'a>(record: &Record<'a>) -> Option<Alert<'a>> {
    let alert = Alert::parse(record.message)?;
    let is_own = match alert.date_length() {
        Some(length) => length == 10,
        None => record.program.starts_with(b"suricata"),
    };
    is_own.then_some(alert)
}
