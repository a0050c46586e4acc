//! What vendors' records of sessions have in common: two ends, sums of both ways, dates in two
//! values.

use rutter_event::{Packet, Refusal, Stamp, Transport};

use super::address::family;
use super::clock;
use super::pairs::Value;

/// Enters a fact of which a record holds only one: two of them are two records run together.
///
/// # Errors
/// [`Refusal::BadSyntax`] when there is one already.
pub(crate) fn once<T>(slot: &mut Option<T>, value: Option<T>) -> Result<(), Refusal> {
    if slot.is_some() {
        return Err(Refusal::BadSyntax);
    }
    *slot = value;
    Ok(())
}

/// The keys of the ends that a record has shown, and whether it may be cut within one.
#[derive(Clone, Copy, Default)]
pub(crate) struct Seen {
    source: bool,
    destination: bool,
    source_port: bool,
    destination_port: bool,
    is_cut: bool,
}

impl Seen {
    pub(crate) fn source(&mut self, packet: &mut Packet, value: Value<'_>) -> Result<(), Refusal> {
        self.source = true;
        self.is_cut |= !value.is_closed;
        once(&mut packet.source.ip, value.address()?)
    }

    pub(crate) fn destination(
        &mut self,
        packet: &mut Packet,
        value: Value<'_>,
    ) -> Result<(), Refusal> {
        self.destination = true;
        self.is_cut |= !value.is_closed;
        once(&mut packet.destination.ip, value.address()?)
    }

    pub(crate) fn source_port(
        &mut self,
        packet: &mut Packet,
        value: Value<'_>,
    ) -> Result<(), Refusal> {
        self.source_port = true;
        once(&mut packet.source.port, value.port()?)
    }

    pub(crate) fn destination_port(
        &mut self,
        packet: &mut Packet,
        value: Value<'_>,
    ) -> Result<(), Refusal> {
        self.destination_port = true;
        once(&mut packet.destination.port, value.port()?)
    }

    /// Whether any end was named.
    pub(crate) const fn any(&self) -> bool {
        self.source || self.destination
    }

    /// Whether both ends were named.
    pub(crate) const fn both(&self) -> bool {
        self.source && self.destination
    }

    /// Whether the line ends within an address.
    pub(crate) fn is_cut(&self, packet: &Packet) -> bool {
        self.is_cut && (packet.source.ip.is_none() || packet.destination.ip.is_none())
    }

    /// Judges a record that tells of a session or a packet: it names both ends, and the ports
    /// where the protocol has them. `is_open` says that the line may be cut.
    ///
    /// # Errors
    /// [`Refusal::Truncated`] or [`Refusal::MissingField`].
    pub(crate) fn judge(
        &self,
        packet: &Packet,
        is_open: bool,
        needs_protocol: bool,
    ) -> Result<(), Refusal> {
        let has_transport = match packet.transport {
            Some(transport) if transport.is_everyday() => self.source_port && self.destination_port,
            Some(_) => true,
            None => !needs_protocol,
        };
        let is_whole = self.source && self.destination && has_transport;
        if self.is_cut(packet) || is_open && !is_whole {
            Err(Refusal::Truncated)
        } else if is_whole {
            Ok(())
        } else {
            Err(Refusal::MissingField)
        }
    }
}

/// Draws the conclusions that addresses and protocol allow: the family, ICMP's, and that ICMP has
/// no ports. Several vendors write its type, code or identifier where the ports stand.
///
/// # Errors
/// [`Refusal::BadAddress`] when the two ends are of two families.
pub(crate) fn settle(packet: &mut Packet) -> Result<(), Refusal> {
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    if packet.transport.is_some_and(Transport::is_icmp) {
        for end in [&mut packet.source, &mut packet.destination] {
            (end.port, end.nat_port) = (None, None);
        }
    }
    packet.tell_icmp_apart();
    Ok(())
}

/// Both ways together, of those that are told.
pub(crate) fn total(sent: Option<u64>, received: Option<u64>) -> Option<u64> {
    match (sent, received) {
        (Some(sent), Some(received)) => sent.checked_add(received),
        (sent, received) => sent.or(received),
    }
}

/// The time of a record that tells date (`2026-11-23`), time (`10:00:00`) and zone (`+0100`, or
/// nothing) apart. A zone that is not written as an offset says nothing.
pub(crate) fn stamp(date: &[u8], time: &[u8], zone: &[u8]) -> Option<Stamp> {
    let zone = if clock::offset(zone).is_some() {
        zone
    } else {
        b""
    };
    let mut text = [0_u8; 48];
    let mut length = 0;
    for part in [date, b"T", time, zone] {
        let end = length + part.len();
        text.get_mut(length..end)?.copy_from_slice(part);
        length = end;
    }
    clock::iso(text.get(..length)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_parts() {
        let whole = clock::iso(b"2026-11-23T10:00:00+0100");
        assert!(whole.is_some());
        assert_eq!(stamp(b"2026-11-23", b"10:00:00", b"+0100"), whole);
        assert_eq!(
            stamp(b"2026-11-23", b"10:00:00", b"CET"),
            clock::iso(b"2026-11-23T10:00:00")
        );
        assert_eq!(stamp(b"2026-11-23", b"10:00", b""), None);
        assert_eq!(stamp(&[b'1'; 99], b"10:00:00", b""), None);
    }

    #[test]
    fn sums() {
        assert_eq!(total(Some(1), Some(2)), Some(3));
        assert_eq!(total(Some(1), None), Some(1));
        assert_eq!(total(None, None), None);
        assert_eq!(total(Some(u64::MAX), Some(1)), None);
    }
}
