//! Community ID, version 1: one name for both directions of a flow.
//!
//! As the specification has it (<https://github.com/corelight/community-id-spec>): the ends are put
//! in order, the smaller address and port first, and hashed with seed 0.

use std::net::IpAddr;

use data_encoding::BASE64;
use rutter_event::{Packet, Transport};
use sha1::{Digest as _, Sha1};

/// Bytes of `1:` and the base64 of a SHA-1.
pub(super) const LENGTH: usize = 30;

/// The Community ID of a packet; nothing when an address or the protocol is unknown.
pub(super) fn community_id(packet: &Packet) -> Option<[u8; LENGTH]> {
    let (source, destination) = (packet.source.ip?, packet.destination.ip?);
    let transport = packet.transport?;
    let (ports, one_way) = ports(packet, transport);
    let mut ends = [
        (source, ports.map(|p| p.0)),
        (destination, ports.map(|p| p.1)),
    ];
    if !one_way {
        ends.sort_by_key(|(ip, port)| (octets(*ip), *port));
    }
    // Seed and addresses, protocol and ports: at most 40 bytes, handed over as one piece.
    let mut message = [0; 40];
    let mut length = 2;
    let mut add = |bytes: &[u8]| {
        if let Some(room) = message.get_mut(length..length + bytes.len()) {
            room.copy_from_slice(bytes);
            length += bytes.len();
        }
    };
    for (ip, _) in ends {
        match ip {
            IpAddr::V4(ip) => add(&ip.octets()),
            IpAddr::V6(ip) => add(&ip.octets()),
        }
    }
    add(&[transport.0, 0]);
    for port in ends.into_iter().filter_map(|(_, port)| port) {
        add(&port.to_be_bytes());
    }
    let hash = Sha1::digest(message.get(..length)?);
    let mut id = [0; LENGTH];
    let (version, rest) = id.split_at_mut(2);
    version.copy_from_slice(b"1:");
    BASE64.encode_mut(&hash, rest);
    Some(id)
}

/// An address in network byte order, and its length.
const fn octets(ip: IpAddr) -> ([u8; 16], usize) {
    match ip {
        IpAddr::V6(ip) => (ip.octets(), 16),
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            ([a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 4)
        }
    }
}

/// What stands in for ports, and whether the message has no counterpart, so that the ends keep
/// their places.
fn ports(packet: &Packet, transport: Transport) -> (Option<(u16, u16)>, bool) {
    if transport.is_icmp() {
        let (Some(kind), code) = (packet.icmp.kind, packet.icmp.code) else {
            return (None, false);
        };
        return match counterpart(transport, kind) {
            Some(other) => (Some((u16::from(kind), u16::from(other))), false),
            None => (Some((u16::from(kind), u16::from(code.unwrap_or(0)))), true),
        };
    }
    let both = packet.source.port.zip(packet.destination.port);
    (both.filter(|_| transport.has_ports()), false)
}

/// The ICMP type that answers a type, or asks for it.
const fn counterpart(transport: Transport, kind: u8) -> Option<u8> {
    Some(match (transport, kind) {
        (Transport::ICMP, 0) => 8,
        (Transport::ICMP, 8) => 0,
        (Transport::ICMP, 9) => 10,
        (Transport::ICMP, 10) => 9,
        (Transport::ICMP, 13 | 15 | 17) | (Transport::ICMPV6, 130 | 133 | 135 | 139 | 144) => {
            kind + 1
        }
        (Transport::ICMP, 14 | 16 | 18) | (Transport::ICMPV6, 131 | 134 | 136 | 140 | 145) => {
            kind - 1
        }
        (Transport::ICMPV6, 128) => 129,
        (Transport::ICMPV6, 129) => 128,
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    fn id(transport: Transport, source: &str, destination: &str, numbers: (u16, u16)) -> String {
        let mut packet = Packet {
            transport: Some(transport),
            ..Packet::default()
        };
        packet.source.ip = Some(source.parse().unwrap());
        packet.destination.ip = Some(destination.parse().unwrap());
        if transport.is_icmp() {
            packet.icmp.kind = u8::try_from(numbers.0).ok();
            packet.icmp.code = u8::try_from(numbers.1).ok();
        } else {
            packet.source.port = Some(numbers.0);
            packet.destination.port = Some(numbers.1);
        }
        String::from_utf8(community_id(&packet).unwrap().to_vec()).unwrap()
    }

    /// Values of the specification's own baseline.
    #[test]
    fn baseline() {
        let (tcp, udp, sctp) = (Transport::TCP, Transport::UDP, Transport::SCTP);
        let (icmp, icmp6) = (Transport::ICMP, Transport::ICMPV6);
        for (transport, source, destination, numbers, expected) in [
            (
                tcp,
                "128.232.110.120",
                "66.35.250.204",
                (34855, 80),
                "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
            ),
            (
                tcp,
                "66.35.250.204",
                "128.232.110.120",
                (80, 34855),
                "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
            ),
            (
                udp,
                "192.168.1.52",
                "8.8.8.8",
                (54585, 53),
                "1:d/FP5EW3wiY1vCndhwleRRKHowQ=",
            ),
            (
                sctp,
                "192.168.170.8",
                "192.168.170.56",
                (7, 80),
                "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ=",
            ),
            (
                icmp,
                "192.168.0.89",
                "192.168.0.1",
                (8, 0),
                "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=",
            ),
            (
                icmp,
                "192.168.0.1",
                "192.168.0.89",
                (0, 0),
                "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=",
            ),
            (
                icmp,
                "192.168.0.89",
                "192.168.0.1",
                (20, 0),
                "1:3o2RFccXzUgjl7zDpqmY7yJi8rI=",
            ),
            (
                icmp6,
                "fe80::200:86ff:fe05:80da",
                "fe80::260:97ff:fe07:69ea",
                (135, 0),
                "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=",
            ),
        ] {
            assert_eq!(
                id(transport, source, destination, numbers),
                expected,
                "{source} {destination}"
            );
        }
    }
}
