//! EVE, Suricata's JSON log: one object per alert, drop, flow or transaction.

mod keys;

use rutter_event::{Event, Extra};

use self::keys::Reading;
use super::fields::{self, NO_PACKET};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Suricata's EVE.
pub struct SuricataEve;

impl Format for SuricataEve {
    fn name(&self) -> &'static str {
        "suricata-eve"
    }

    fn title(&self) -> &'static str {
        "Suricata: EVE JSON (alert, drop, flow, netflow, protocols)"
    }

    fn example(&self) -> &'static str {
        r#"{"timestamp":"2026-11-23T10:00:00.643182+0000","flow_id":1805461738637437,"in_iface":"eth0","event_type":"alert","src_ip":"198.51.100.7","src_port":43210,"dest_ip":"203.0.113.9","dest_port":23,"proto":"TCP","alert":{"action":"blocked","gid":1,"signature_id":1000001,"rev":2,"signature":"LOCAL telnet from outside","category":"Attempted Information Leak","severity":2},"flow":{"pkts_toserver":1,"pkts_toclient":0,"bytes_toserver":60,"bytes_toclient":0,"start":"2026-11-23T10:00:00.643182+0000"}}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        fields::is_object(record)
            && holds!(record.message, "\"src_ip\"", "\"flow_id\"")
            && (holds!(record.message, "\"event_type\"")
                || holds!(record.message, "\"signature_id\""))
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, keys::INSIDE, &mut |path, value| {
            reading.take(path, value)
        })?;
        if !reading.has_ends {
            return Err(NO_PACKET);
        }
        let mut event: Event<'a> = reading.settle(record)?;
        event.observer.vendor = "OISF";
        event.observer.product = "suricata";
        event.extra = Extra::new(record.message, keys::each_extra);
        emit(&mut event);
        Ok(())
    }
}
