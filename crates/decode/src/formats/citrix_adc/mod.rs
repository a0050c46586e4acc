//! The audit log of Citrix ADC (NetScaler): connections, ACLs, gateway sessions, translations.

mod header;
mod reading;
mod segments;

use rutter_event::{Extra, Skip, Untrusted};

use self::header::Header;
use self::reading::Reading;
use self::segments::Segments;
use crate::record::{Emit, Format, Record, Rejection};

/// Citrix ADC.
pub struct CitrixAdc;

impl Format for CitrixAdc {
    fn name(&self) -> &'static str {
        "citrix-adc"
    }

    fn title(&self) -> &'static str {
        "Citrix ADC (NetScaler): audit log of connections, ACLs, gateway, LSN"
    }

    fn example(&self) -> &'static str {
        "<134> 11/23/2026:10:00:00 GMT adc01 0-PPE-0 : default TCP CONN_TERMINATE 4472 0 :  \
         Source 198.51.100.7:43210 - Destination 203.0.113.9:443 - Start Time \
         11/23/2026:09:59:30 GMT - End Time 11/23/2026:10:00:00 GMT - Total_bytes_send 1200 - \
         Total_bytes_recv 5400"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Header::read(record.message).is_some_and(|header| header.tells_of_ends())
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let header = Header::read(record.message).ok_or(Skip::NotFirewall)?;
        if !header.tells_of_ends() {
            return Err(Skip::NotFirewall.into());
        }
        let mut reading = Reading::new(&header);
        for segment in Segments::new(header.text) {
            reading.take(&segment)?;
        }
        let mut event = reading.settle(&header, record)?;
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Calls back with the kind of the message and every part that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    let Some(header) = Header::read(record) else {
        return;
    };
    sink(Untrusted::new(b"feature"), Untrusted::new(header.feature));
    sink(Untrusted::new(b"event"), Untrusted::new(header.kind));
    // Of two destinations the first has no field.
    let mut has_field = !header.is_translation();
    for segment in Segments::new(header.text) {
        if segment.key == b"Destination" && std::mem::replace(&mut has_field, true) {
            continue;
        }
        if !segment.value.is_empty() && !reading::FIELDS.contains(&segment.key) {
            sink(Untrusted::new(segment.key), Untrusted::new(segment.value));
        }
    }
}
