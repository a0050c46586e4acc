//! Access lists of Cisco's NX-OS (`%ACLLOG-…`).

use rutter_event::{Action, Event, Extra, Refusal, Skip, Untrusted};

use super::fields;
use crate::formats::search::place;
use crate::record::{Emit, Format, Record, Rejection};

/// Cisco NX-OS.
pub struct CiscoNxos;

impl Format for CiscoNxos {
    fn name(&self) -> &'static str {
        "cisco-nxos"
    }

    fn title(&self) -> &'static str {
        "Cisco NX-OS: access lists (%ACLLOG)"
    }

    fn example(&self) -> &'static str {
        "2026 Nov 23 10:00:00 nx01 %ACLLOG-6-ACLLOG_NEW_FLOW: ACL name: no-telnet, ACE Action: Deny, \
         Appl Intf: Ethernet1/1, Src Intf: Ethernet1/1, Src IP: 198.51.100.7, Dst IP: 203.0.113.9, \
         Src Port: 43210, Dst Port: 23, Protocol: \"TCP\"(6), Hit-count = 1"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        text(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let text = text(record.message).ok_or(Skip::NotFirewall)?;
        let mut reading = Reading::default();
        for part in Parts(text) {
            reading.take(&part)?;
        }
        let mut event = reading.event;
        if reading.seen != ALL {
            return Err(Refusal::Truncated.into());
        }
        fields::settle(&mut event.packet)?;
        event.stamp = record.stamp;
        event.observer.vendor = "cisco";
        event.observer.product = "nx-os";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(text, each_extra);
        emit(&mut event);
        Ok(())
    }
}

/// What follows the mnemonic of a record that tells of a packet.
fn text(message: &[u8]) -> Option<&[u8]> {
    let rest = message.trim_ascii().strip_prefix(b"%ACLLOG-")?;
    let colon = place!(rest, ": ")?;
    let text = rest.get(colon + 2..)?;
    place!(text, " IP: ").map(|_| text)
}

/// A key and its value, with a comma behind it or not.
struct Part<'a> {
    key: &'a [u8],
    value: &'a [u8],
    is_closed: bool,
}

/// The parts of a record: `Src IP: 198.51.100.7, Hit-count = 2`.
struct Parts<'a>(&'a [u8]);

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let comma = memchr::memchr(b',', self.0);
        let (part, rest) = self.0.split_at_checked(comma.unwrap_or(self.0.len()))?;
        self.0 = rest.get(1..).unwrap_or_default();
        let part = part.trim_ascii();
        let (end, behind) = match place!(part, " = ") {
            Some(at) => (at, at + 3),
            None => {
                let at = memchr::memchr(b':', part).unwrap_or(part.len());
                (at, at + 1)
            }
        };
        Some(Part {
            key: part.get(..end).unwrap_or_default(),
            value: part.get(behind..).unwrap_or_default().trim_ascii(),
            is_closed: comma.is_some(),
        })
    }
}

/// Both addresses, both ports and the protocol have been seen.
const ALL: u8 = 0b1_1111;

/// A record while it is read.
#[derive(Default)]
struct Reading<'a> {
    event: Event<'a>,
    seen: u8,
}

/// Keys that fill a field.
const FIELDS: &[&[u8]] = &[
    b"ACL name",
    b"Src IP",
    b"Source IP",
    b"Dst IP",
    b"Destination IP",
    b"Src Port",
    b"Source Port",
    b"Dst Port",
    b"Destination Port",
    b"Src Intf",
    b"Source Interface",
    b"Protocol",
    b"Hit-count",
];

impl<'a> Reading<'a> {
    fn take(&mut self, part: &Part<'a>) -> Result<(), Refusal> {
        let value = part.value;
        let event = &mut self.event;
        let packet = &mut event.packet;
        if !part.is_closed {
            // The last part is a count; of a cut record it is something else that is not whole.
            return Ok(());
        }
        let bit = match part.key {
            b"Src IP" | b"Source IP" => {
                packet.source.ip = fields::end(value)?;
                1
            }
            b"Dst IP" | b"Destination IP" => {
                packet.destination.ip = fields::end(value)?;
                2
            }
            b"Src Port" | b"Source Port" => {
                packet.source.port = fields::port(value)?;
                4
            }
            b"Dst Port" | b"Destination Port" => {
                packet.destination.port = fields::port(value)?;
                8
            }
            b"Protocol" => {
                // `"TCP"(6)`: a name, or nothing, and the number; later releases write the name alone.
                let number = memchr::memchr(b'(', value)
                    .and_then(|open| value.get(open + 1..))
                    .and_then(|rest| rest.strip_suffix(b")"));
                let word = number.unwrap_or(value);
                packet.transport = fields::protocol(word)?;
                16
            }
            b"ACL name" => {
                event.rule = Untrusted::new(value);
                0
            }
            b"ACE Action" => {
                event.action = match value {
                    b"Permit" => Action::Allowed,
                    b"Deny" => Action::Dropped,
                    _ => Action::Unstated,
                };
                0
            }
            b"Src Intf" | b"Source Interface" => {
                event.observer.ingress = Untrusted::new(value);
                0
            }
            _ => 0,
        };
        if self.seen & bit != 0 {
            // Two records run together.
            return Err(Refusal::BadSyntax);
        }
        self.seen |= bit;
        Ok(())
    }
}

/// Calls back with every part that has no field.
fn each_extra<'a>(record: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for part in Parts(record) {
        let is_told = !part.value.is_empty() && !part.key.is_empty();
        if is_told && (!FIELDS.contains(&part.key) || !part.is_closed) {
            sink(Untrusted::new(part.key), Untrusted::new(part.value));
        }
    }
}
