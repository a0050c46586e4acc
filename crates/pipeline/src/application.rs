//! What a packet's payload says about its application, where the record itself says nothing.

use rutter_event::{Event, Untrusted};
use rutter_identify::{Side, identify};

/// How sure the bytes must make; what is told as a fact must hardly ever be wrong.
const SURE: f64 = 0.9;

/// Names the application of a packet, and the program that speaks, by the first bytes of its payload. Which end was called is not
/// known of a lone packet, so it is asked both ways.
pub(crate) fn name(event: &mut Event<'_>) {
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
