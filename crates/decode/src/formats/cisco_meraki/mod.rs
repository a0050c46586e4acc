//! The syslog of Cisco's Meraki MX: flows, requests, alerts.

mod pairs;
mod reading;

use rutter_event::{Event, Extra, Skip, Untrusted};

use crate::formats::search::holds;
use crate::record::{Emit, Format, Record, Rejection};

/// Cisco Meraki.
pub struct CiscoMeraki;

impl Format for CiscoMeraki {
    fn name(&self) -> &'static str {
        "cisco-meraki"
    }

    fn title(&self) -> &'static str {
        "Cisco Meraki MX: flows, firewall, URLs, security events"
    }

    fn example(&self) -> &'static str {
        "<134>1 1795428000.429996761 MX84 flows src=198.51.100.7 dst=203.0.113.9 protocol=tcp \
         sport=43210 dport=23 pattern: 1 all"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        split(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let (head, text) = split(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        match head.kind {
            b"events" => reading::read_vpn_event(text, &mut event)?,
            kind => reading::read(text, kind == b"ids-alerts", record.is_ended, &mut event)?,
        }
        event.observer.vendor = "cisco";
        event.observer.product = "meraki";
        event.observer.hostname = Untrusted::new(head.host).some().unwrap_or(record.hostname);
        event.extra = Extra::new(record.message, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// What stands before the pairs.
#[derive(Clone, Copy)]
struct Head<'a> {
    /// Name of the appliance, where the envelope has left it in the message.
    host: &'a [u8],
    kind: &'a [u8],
}

/// Head and pairs of a record that tells of a packet.
#[inline]
fn split(message: &[u8]) -> Option<(Head<'_>, &[u8])> {
    let (first, rest) = word(message);
    let (host, kind, text) = if is_kind(first) {
        (&b""[..], first, rest)
    } else if first.first()?.is_ascii_digit() && first.contains(&b'.') {
        // `1795428000.429996761 MX84 flows …`
        let (host, rest) = word(rest);
        let (kind, rest) = word(rest);
        (host, kind, rest)
    } else {
        return None;
    };
    let tells_of_packet = match kind {
        b"events" => holds!(text, "Peer IP=") && holds!(text, "type="),
        _ => is_kind(kind) && (holds!(text, "src=") || holds!(text, "dst=")),
    };
    tells_of_packet.then_some((Head { host, kind }, text))
}

/// Whether the word names a kind of message.
fn is_kind(word: &[u8]) -> bool {
    matches!(
        word,
        b"flows"
            | b"firewall"
            | b"vpn_firewall"
            | b"cellular_firewall"
            | b"bridge_anyconnect_client_vpn_firewall"
            | b"l7_firewall"
            | b"ip_flow_start"
            | b"ip_flow_end"
            | b"urls"
            | b"ids-alerts"
            | b"security_event"
            | b"events"
    )
}

/// The first word and what stands behind its blank.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, b""));
    (word, rest.trim_ascii_start())
}

/// Calls back with the kind of the message and every pair that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    if let Some((head, text)) = split(record) {
        sink(Untrusted::new(b"event"), Untrusted::new(head.kind));
        if head.kind == b"events" {
            sink(Untrusted::new(b"text"), Untrusted::new(text));
        } else {
            reading::each_extra(text, sink);
        }
    }
}
