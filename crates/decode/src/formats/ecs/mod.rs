//! The Elastic Common Schema: network events of any pipeline, and our own NDJSON.

pub(super) mod keys;

use rutter_event::Extra;

use self::keys::Reading;
use super::fields::{self, NO_PACKET};
use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// The Elastic Common Schema.
pub struct Ecs;

impl Format for Ecs {
    fn name(&self) -> &'static str {
        "ecs"
    }

    fn title(&self) -> &'static str {
        "Elastic Common Schema (ECS), rutter's own NDJSON among it"
    }

    fn example(&self) -> &'static str {
        r#"{"@timestamp":"2026-11-23T10:00:00.643Z","event":{"kind":"event","category":["network"],"type":["denied","connection"],"action":"drop","outcome":"failure"},"source":{"ip":"198.51.100.7","port":43210},"destination":{"ip":"203.0.113.9","port":23},"network":{"transport":"tcp","iana_number":"6","type":"ipv4","direction":"inbound"},"observer":{"hostname":"fw01","ingress":{"interface":{"name":"eth0"},"zone":"wan"}},"rule":{"name":"no telnet"},"ecs":{"version":"8.17.0"}}"#
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        if is_own(record.message) {
            return true;
        }
        fields::is_object(record)
            && (holds!(record.message, "\"@timestamp\"")
                || holds!(record.message, "\"ecs\"")
                || holds!(record.message, "\"ecs.version\""))
            && (holds!(record.message, "\"source\"")
                || holds!(record.message, "\"destination\"")
                || holds!(record.message, "\"source.ip\"")
                || holds!(record.message, "\"destination.ip\""))
            && !is_ocsf(record.message)
            && !holds!(record.message, "\"SourceAddress\"")
            && !holds!(record.message, "\"SourceIp\"")
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let mut reading = Reading::default();
        fields::walk(record.message, keys::INSIDE, &mut |path, value| {
            reading.take(path, value)
        })?;
        // A record of ours may be of an event that names no end.
        if !reading.has_ends && !is_own(record.message) {
            return Err(NO_PACKET);
        }
        let mut event = reading.settle(record)?;
        event.extra = Extra::new(record.message, keys::each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// Whether the object is one that rutter has written for the other schema.
fn is_ocsf(message: &[u8]) -> bool {
    message.starts_with(b"{\"category_uid\":")
}

/// Whether the object is one that rutter has written.
fn is_own(message: &[u8]) -> bool {
    message.starts_with(b"{") && holds!(message, "\"rutter\":{\"line\":") && !is_ocsf(message)
}
