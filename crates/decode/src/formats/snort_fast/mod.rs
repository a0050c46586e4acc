//! Snort's `alert_fast`, and its alerts in syslog.

use rutter_event::Skip;

use super::alert::{Alert, IcmpEnds};
use crate::record::{Emit, Format, Record, Rejection};

/// Snort's one-line alerts.
pub struct SnortFast;

impl Format for SnortFast {
    fn name(&self) -> &'static str {
        "snort-fast"
    }

    fn title(&self) -> &'static str {
        "Snort: alert_fast and syslog alerts"
    }

    fn example(&self) -> &'static str {
        "11/23-10:00:00.123456  [**] [1:1917:6] SCAN UPnP service discover attempt [**] [Classification: \
         Detection of a Network Scan] [Priority: 3] {UDP} 198.51.100.7:1035 -> 203.0.113.9:7"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        alert(record).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let alert = alert(record).ok_or(Skip::NotFirewall)?;
        alert.emit(record, "snort", IcmpEnds::Plain, emit)
    }
}

/// Snort's own log has no year, or one of two digits; in syslog any name but Suricata's may stand
/// before the alert.
fn alert<'a>(record: &Record<'a>) -> Option<Alert<'a>> {
    let alert = Alert::parse(record.message)?;
    let is_own = match alert.date_length() {
        Some(length) => matches!(length, 5 | 8),
        None => !record.program.starts_with(b"suricata"),
    };
    is_own.then_some(alert)
}
