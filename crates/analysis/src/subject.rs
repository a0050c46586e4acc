//! An event as the engine sees it.

use std::net::IpAddr;

use rutter_event::{Action, Direction, Event, Packet, Timestamp, Transport};
use rutter_knowledge::Proof;
use rutter_knowledge::model::Service;

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Header facts.
    pub packet: &'a Packet,
    /// The packet that an ICMP error quotes.
    pub quoted: Option<&'a Packet>,
    /// Year of the event, when it is known.
    pub year: Option<i16>,
    /// What the firewall did.
    pub action: Action,
    /// Which way it went.
    pub direction: Direction,
    /// First payload bytes.
    pub payload: &'a [u8],
    /// What was said, and by which program, where somebody has read it.
    pub speech: Speech<'a>,
    /// Equations that hold between the fields.
    pub proofs: Proofs,
}

/// What was said, as whoever read it names it; empty where nobody did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Speech<'a> {
    /// Protocol.
    pub protocol: &'a [u8],
    /// Program that speaks.
    pub client: &'a [u8],
    /// First payload bytes as hexadecimal digits, where they are only written so.
    pub digits: &'a [u8],
}

impl Speech<'_> {
    /// Whether the digits begin with these bytes.
    #[must_use]
    pub fn starts_with(&self, bytes: &[u8]) -> bool {
        let value = |digit: u8| char::from(digit).to_digit(16);
        let (pairs, _) = self.digits.as_chunks::<2>();
        pairs.len() >= bytes.len()
            && pairs.iter().zip(bytes).all(|([high, low], byte)| {
                value(*high) == Some(u32::from(byte >> 4))
                    && value(*low) == Some(u32::from(byte & 15))
            })
    }
}

impl<'a> Subject<'a> {
    /// The subject of an event whose direction has been settled.
    #[must_use]
    #[inline]
    pub fn of(event: &'a Event<'_>) -> Self {
        Self {
            packet: &event.packet,
            quoted: event.quoted.as_ref(),
            year: event.time.map(year_of),
            action: event.action,
            direction: event.direction,
            payload: event.payload,
            speech: Speech {
                protocol: event.application.bytes(),
                client: event.client.bytes(),
                digits: event.payload_digits,
            },
            proofs: Proofs::of(&event.packet),
        }
    }

    /// Whether payload bytes are known.
    #[must_use]
    #[inline]
    pub const fn has_payload(&self) -> bool {
        !self.payload.is_empty() || !self.speech.digits.is_empty()
    }

    /// Whether the payload begins with these bytes.
    #[must_use]
    pub fn starts_with(&self, bytes: &[u8]) -> bool {
        self.payload.starts_with(bytes) || self.speech.starts_with(bytes)
    }
}

/// The UTC year of an instant.
#[must_use]
pub(crate) fn year_of(time: Timestamp) -> i16 {
    // Mean Gregorian years: off by at most a day at New Year, which no era minds.
    let days = time.seconds().div_euclid(86_400);
    i16::try_from(1970 + (days * 400 + 200).div_euclid(146_097)).unwrap_or(i16::MAX)
}

/// Which equations could be tried, and which held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Proofs {
    held: u8,
    tried: u8,
}

impl Proofs {
    /// Tries every equation on a packet.
    #[must_use]
    #[inline]
    pub fn of(packet: &Packet) -> Self {
        let mut proofs = Self::default();
        if packet.transport != Some(Transport::TCP) {
            if let Some(id) = packet.id {
                proofs.note(Proof::IdIsZmap, id == 54_321);
            }
            return proofs;
        }
        let destination = match packet.destination.ip {
            Some(IpAddr::V4(ip)) => Some(ip.to_bits()),
            _ => None,
        };
        if let (Some(seq), Some(destination)) = (packet.tcp.seq, destination) {
            proofs.note(Proof::SeqIsDestination, seq == destination);
            if let (Some(id), Some(port)) = (packet.id, packet.destination.port) {
                let rule = (destination ^ u32::from(port) ^ seq) & 0xffff;
                proofs.note(Proof::IdIsMasscan, u32::from(id) == rule);
            }
        }
        if let Some(id) = packet.id {
            proofs.note(Proof::IdIsZmap, id == 54_321);
        }
        proofs
    }

    /// Both sets in one number, to be kept.
    pub(crate) const fn bits(self) -> u16 {
        (self.tried as u16) << 8 | self.held as u16
    }

    /// What [`bits`](Self::bits) kept.
    pub(crate) const fn from_bits(bits: u16) -> Self {
        Self {
            held: bits as u8,
            tried: (bits >> 8) as u8,
        }
    }

    const fn note(&mut self, proof: Proof, held: bool) {
        self.tried |= 1 << proof as u8;
        self.held |= (held as u8) << proof as u8;
    }

    /// Whether the equation held; nothing when the log lacks a field of it.
    #[must_use]
    pub const fn held(self, proof: Proof) -> Option<bool> {
        if self.tried >> proof as u8 & 1 == 1 {
            Some(self.held >> proof as u8 & 1 == 1)
        } else {
            None
        }
    }
}

/// What has been seen of a subject's source, the subject included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    /// Packets to this very address and port.
    pub repeats: u32,
    /// Distinct destination ports, all transports.
    pub ports: u32,
    /// Distinct addresses on this port.
    pub targets: u32,
    /// Distinct sources on this port of ours.
    pub sources: u32,
    /// This answers a packet of ours.
    pub answered: bool,
    /// Our side has sent something to this source.
    pub spoke: bool,
    /// Repeats come at even intervals.
    pub regular: bool,
}

impl Default for Seen {
    /// A source that nobody has seen before.
    fn default() -> Self {
        Self {
            repeats: 1,
            ports: 1,
            targets: 1,
            sources: 1,
            answered: false,
            spoke: false,
            regular: false,
        }
    }
}

/// What a condition may ask of the past.
pub trait Memory {
    /// Whether the subject's source has touched the service, other than by the subject's own port.
    fn touched(&self, subject: &Subject<'_>, service: &Service) -> bool;
    /// Whether our side has sent to the subject's source on the service, shortly before.
    fn contacted(&self, subject: &Subject<'_>, service: &Service) -> bool;
}

/// No past at all.
impl Memory for () {
    fn touched(&self, _: &Subject<'_>, _: &Service) -> bool {
        false
    }

    fn contacted(&self, _: &Subject<'_>, _: &Service) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years() {
        for (seconds, year) in [
            (0, 1970),
            (981_173_106, 2001),
            (1_795_435_200, 2026),
            (4_102_444_800, 2100),
        ] {
            assert_eq!(year_of(Timestamp(seconds * 1_000_000_000)), year);
        }
    }
}
