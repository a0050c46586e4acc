//! Zeek's logs as tables and as JSON: conn.log, and every other that names the connection of which it tells.

mod keys;
mod table;

use rutter_event::Extra;

use self::keys::Reading;
use super::fields::{self, NO_PACKET};
use crate::formats::search::holds;
use crate::header::{Header, Heading};
use crate::record::{Emit, Format, Record, Rejection};

/// Zeek's JSON logs.
pub struct Zeek;

impl Format for Zeek {
    fn name(&self) -> &'static str {
        "zeek"
    }

    fn title(&self) -> &'static str {
        "Zeek: logs with a connection's id (conn, dns, http, ssl, notice, …), tables and JSON"
    }

    fn example(&self) -> &'static str {
        r#"{"ts":1795428000.643182,"uid":"CAcJw21BbVedgFnYH3","id.orig_h":"198.51.100.7","id.orig_p":43210,"id.resp_h":"203.0.113.9","id.resp_p":23,"proto":"tcp","duration":3.0,"orig_bytes":0,"resp_bytes":0,"conn_state":"S0","local_orig":false,"local_resp":true,"missed_bytes":0,"history":"S","orig_pkts":1,"orig_ip_bytes":40,"resp_pkts":0,"resp_ip_bytes":0}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        if !fields::is_object(record) {
            return self.header(record).is_some() || table::is_connection(record.raw);
        }
        holds!(record.message, "\"id.orig_h\"")
            || holds!(record.message, "\"orig_h\"", "\"resp_h\"")
            || holds!(record.message, "\"id_orig_h\"")
            || holds!(record.message, "\"note\"", "\"src\"", "\"actions\"")
    }

    fn columns(&self, heading: &Heading<'_>) -> Option<Vec<u8>> {
        table::columns(heading)
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        let header = self.header(record);
        let extra = if let Some(header) = header {
            table::read(record, header, &mut reading)?;
            Extra::named(record.raw, header)
        } else if !fields::is_object(record) {
            table::read_connection(record, &mut reading)?;
            Extra::new(record.raw, table::each_of_connection)
        } else {
            fields::walk(record.message, &[b"id"], &mut |key, value| {
                reading.take(key, value)
            })?;
            Extra::new(record.message, keys::each_extra)
        };
        let Some(mut event) = reading.settle(record)? else {
            return Err(NO_PACKET);
        };
        event.observer.vendor = "Zeek";
        event.observer.product = "zeek";
        // A row's first columns are no envelope.
        if event.observer.hostname.is_empty() && fields::is_object(record) {
            event.observer.hostname = record.hostname;
        }
        event.extra = extra;
        emit(&mut event);
        Ok(())
    }
}

impl Zeek {
    /// The header in force, when the line is a row under it.
    fn header<'a>(&self, record: &Record<'a>) -> Option<&'a Header> {
        record
            .header_of(self.name())
            .filter(|header| table::is_row(record, header))
    }
}
