//! strongSwan's charon, where it names the two ends of a packet or a tunnel.

mod sentence;

use rutter_event::{Direction, Event, Extra, Refusal, Skip, Transport, Untrusted};

use self::sentence::Sentence;
use super::fields;
use super::socket;
use crate::record::{Emit, Format, Record, Rejection};

/// strongSwan.
pub struct Strongswan;

impl Format for Strongswan {
    fn name(&self) -> &'static str {
        "strongswan"
    }

    fn title(&self) -> &'static str {
        "strongSwan charon: IKE packets and tunnels (pfSense, OPNsense, Linux)"
    }

    fn example(&self) -> &'static str {
        "<30>1 2026-11-23T10:00:00.777042Z fw01.example.net charon 18610 - - 14[NET] <con1|11> \
         received packet: from 198.51.100.7[500] to 203.0.113.9[500] (464 bytes)"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        Sentence::read(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let sentence = Sentence::read(record.message).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: record.stamp,
            direction: sentence.direction,
            ..Event::default()
        };
        let packet = &mut event.packet;
        packet.source = end(sentence.source)?;
        packet.destination = end(sentence.destination)?;
        if sentence.direction != Direction::Unknown {
            // Internet Key Exchange is UDP (RFC 7296), or its NAT traversal (RFC 3947).
            packet.transport = Some(Transport::UDP);
            if packet.source.port.is_none() || packet.destination.port.is_none() {
                return Err(Refusal::MissingField.into());
            }
        } else {
            // What stands in brackets is who they are.
            (packet.source.port, packet.destination.port) = (None, None);
        }
        fields::settle(packet)?;
        event.bytes = sentence.bytes;
        event.rule = Untrusted::new(sentence.connection);
        event.observer.vendor = "strongswan";
        event.observer.product = "charon";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(record.message, |record, sink| {
            sink(Untrusted::new(b"text"), Untrusted::new(record))
        });
        emit(&mut event);
        Ok(())
    }
}

/// `192.0.2.1[500]`, or with the end's identity in the brackets.
fn end(text: &[u8]) -> Result<rutter_event::Endpoint, Refusal> {
    let bracket = memchr::memchr(b'[', text).ok_or(Refusal::Truncated)?;
    let (ip, inside) = text.split_at_checked(bracket).ok_or(Refusal::Truncated)?;
    let inside = inside
        .get(1..)
        .and_then(|inside| inside.strip_suffix(b"]"))
        .ok_or(Refusal::Truncated)?;
    let mut end = socket::end(ip, b'/')?;
    end.port = match inside.iter().all(u8::is_ascii_digit) {
        true => fields::port(inside)?,
        false => None,
    };
    Ok(end)
}
