//! What a packet's payload says about its application, where the record itself says nothing.

use std::collections::HashSet;
use std::net::IpAddr;

use rutter_event::{Event, Untrusted};
use rutter_identify::{Side, identify};

/// How sure the bytes must make; what is told as a fact must hardly ever be wrong.
const SURE: f64 = 0.9;

/// Whose payloads are asked for their application.
pub(crate) enum Naming {
    /// Nobody's.
    None,
    /// Every packet's.
    Every,
    /// The first of each flow and direction: whoever only sums needs no more, and most packets of a
    /// capture are the middle of something.
    First(HashSet<Flow>),
}

/// From whom to whom, by what.
type Flow = (
    u8,
    (Option<IpAddr>, Option<u16>),
    (Option<IpAddr>, Option<u16>),
);

/// Flows of a capture that are remembered to have spoken; when there are more, it begins anew, and
/// some are asked once more.
const FLOWS: usize = 1 << 16;

impl Naming {
    /// Names the application of a packet of a capture, if it is to be asked.
    pub(crate) fn name(&mut self, event: &mut Event<'_>) {
        let is_asked = match self {
            Self::None => false,
            Self::Every => true,
            Self::First(spoken) => !event.payload.is_empty() && is_first(spoken, event),
        };
        if is_asked {
            name(event);
        }
    }

    /// Forgets the flows of one capture before the next.
    pub(crate) fn restart(&mut self) {
        if let Self::First(spoken) = self {
            spoken.clear();
        }
    }
}

/// Whether nothing was said before in this direction of the packet's flow.
fn is_first(spoken: &mut HashSet<Flow>, event: &Event<'_>) -> bool {
    let packet = &event.packet;
    let [from, to] = [packet.source, packet.destination].map(|end| (end.ip, end.port));
    if spoken.len() >= FLOWS {
        spoken.clear();
    }
    spoken.insert((packet.transport.map_or(0, |t| t.0), from, to))
}

/// Names the application of a packet, and the program that speaks, by the first bytes of its payload. Which end was called is not
/// known of a lone packet, so it is asked both ways.
fn name(event: &mut Event<'_>) {
    let packet = &event.packet;
    let Some(transport) = packet.transport else {
        return;
    };
    if event.payload.is_empty() || !event.application.is_empty() || packet.fragment.offset > 0 {
        return;
    }
    let asked = [
        (packet.destination.port, Side::Client),
        (packet.source.port, Side::Server),
    ];
    let best = asked
        .into_iter()
        .filter_map(|(port, side)| identify(transport, port, side, event.payload))
        .reduce(|best, next| {
            if next.probability > best.probability {
                next
            } else {
                best
            }
        });
    if let Some(found) = best.filter(|found| found.probability >= SURE) {
        event.application = Untrusted::new(found.protocol.as_bytes());
        let client = found.client.and_then(|client| client.name.borrowed());
        if let Some(client) = client.filter(|_| event.client.is_empty()) {
            event.client = Untrusted::new(client);
        }
    }
}

#[cfg(test)]
mod tests {
    use rutter_event::{Packet, Transport};

    use super::*;

    fn named(payload: &[u8], port: u16, known: &'static [u8]) -> Vec<u8> {
        let mut event = Event {
            packet: Packet {
                transport: Some(Transport::TCP),
                ..Packet::default()
            },
            payload,
            application: Untrusted::new(known),
            ..Event::default()
        };
        event.packet.destination.port = Some(port);
        name(&mut event);
        event.application.bytes().to_vec()
    }

    #[test]
    fn the_program_that_speaks_is_named_too() {
        let mut event = Event {
            packet: Packet {
                transport: Some(Transport::TCP),
                ..Packet::default()
            },
            payload: b"GET / HTTP/1.1\r\nUser-Agent: Mozilla/5.0 zgrab/0.x\r\n\r\n",
            ..Event::default()
        };
        name(&mut event);
        assert_eq!(event.client.bytes(), b"zgrab");
    }

    #[test]
    fn of_a_flow_the_first_words_are_asked() {
        let mut naming = Naming::First(HashSet::new());
        let mut said = |payload: &'static [u8], port: u16| {
            let mut event = Event {
                packet: Packet {
                    transport: Some(Transport::TCP),
                    ..Packet::default()
                },
                payload,
                ..Event::default()
            };
            event.packet.source.port = Some(port);
            event.packet.destination.port = Some(2222);
            naming.name(&mut event);
            event.application.bytes().to_vec()
        };
        assert_eq!(said(b"", 40_000), b"", "a handshake says nothing");
        assert_eq!(said(b"SSH-2.0-Go\r\n", 40_000), b"ssh");
        assert_eq!(said(b"SSH-2.0-Go\r\n", 40_000), b"", "the middle of a flow");
        assert_eq!(said(b"SSH-2.0-Go\r\n", 40_001), b"ssh");
    }

    #[test]
    fn only_what_the_bytes_prove_is_named() {
        assert_eq!(named(b"SSH-2.0-Go\r\n", 443, b""), b"ssh");
        assert_eq!(named(b"hello", 22, b""), b"");
        assert_eq!(named(b"", 22, b""), b"");
        assert_eq!(
            named(b"SSH-2.0-Go\r\n", 443, b"web"),
            b"web",
            "the record knows better"
        );
    }
}
