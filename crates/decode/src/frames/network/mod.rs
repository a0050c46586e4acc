//! The network layer: ARP, IPv4, IPv6, and the packet that an ICMP error quotes.

mod arp;
mod ipv4;
mod ipv6;

use rutter_event::{Event, Packet, Transport};

use super::frame::Fault;
use super::link::{Inner, Kind};
use super::transport;

/// What an IP header hands on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Upper<'a> {
    pub(super) transport: Transport,
    /// As much of the transport header and payload as was captured.
    pub(super) bytes: &'a [u8],
    /// How many bytes of them the IP header promises.
    pub(super) promised: usize,
}

/// Reads everything from the network layer up.
pub(super) fn read<'a>(inner: Inner<'a>, event: &mut Event<'a>) -> Result<(), Fault> {
    if inner.kind == Kind::Arp {
        return arp::read(inner.bytes, event);
    }
    let upper = open(inner, &mut event.packet)?;
    let found = transport::read(upper, &mut event.packet)?;
    event.payload = found.payload;
    event.quoted = found.quoted.and_then(quoted);
    Ok(())
}

fn open<'a>(inner: Inner<'a>, packet: &mut Packet) -> Result<Upper<'a>, Fault> {
    match inner.kind {
        Kind::V4 => ipv4::open(inner.bytes, packet),
        Kind::V6 => ipv6::open(inner.bytes, packet),
        Kind::Ip | Kind::Arp => match inner.bytes.first().ok_or(Fault::Short)? >> 4 {
            4 => ipv4::open(inner.bytes, packet),
            6 => ipv6::open(inner.bytes, packet),
            _ => Err(Fault::NotIp),
        },
    }
}

/// The quoted packet, as far as the quote reaches: eight bytes above IP are all that is promised
/// (RFC 792). What a quote inside it quotes is not read.
fn quoted(bytes: &[u8]) -> Option<Packet> {
    let mut packet = Packet::default();
    match open(
        Inner {
            kind: Kind::Ip,
            bytes,
        },
        &mut packet,
    ) {
        Ok(upper) => {
            // A cut header has already left what it holds.
            let _ = transport::read(upper, &mut packet);
            Some(packet)
        }
        // Addresses before a cut extension header still tell who talked to whom.
        Err(_) => packet.destination.ip.is_some().then_some(packet),
    }
}
