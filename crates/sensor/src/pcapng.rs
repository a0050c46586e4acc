//! Contacts as a capture, for programs that read nothing else.
//!
//! The sensor sees no packets, only what they carried. Addresses, ports, times and payloads in the
//! capture are what was seen; the headers around them are built, and the file's own comment says so.
//! Format: draft-ietf-opsawg-pcapng; link type 101, bare IP.

use std::net::{IpAddr, SocketAddr};

use rutter_event::{Timestamp, Transport};

use crate::contact::Contact;

const COMMENT: &str = "Written by rutter listen. Addresses, ports, times and payloads are as seen; \
                       the headers around them are built: no TTL, sequence number or window in them was seen.";
/// Time to live where the system does not tell, the most common one.
const TTL: u8 = 64;
const SYN: u8 = 0x02;
const PSH_ACK: u8 = 0x18;

/// Writes what a capture file begins with.
pub(crate) fn write_head(out: &mut Vec<u8>) {
    block(out, 0x0a0d_0d0a, |out| {
        out.extend_from_slice(&0x1a2b_3c4d_u32.to_le_bytes());
        out.extend_from_slice(&[1, 0, 0, 0]);
        out.extend_from_slice(&u64::MAX.to_le_bytes());
        option(out, 1, COMMENT.as_bytes());
        option(out, 4, b"rutter listen");
        option(out, 0, b"");
    });
    block(out, 1, |out| {
        out.extend_from_slice(&[101, 0, 0, 0, 0, 0, 0, 0]);
        // Times are nanoseconds.
        option(out, 9, &[9]);
        option(out, 0, b"");
    });
}

/// Writes a contact: a datagram as one packet, a connection as its opening and what was said.
pub(crate) fn write(contact: &Contact<'_>, out: &mut Vec<u8>) {
    if contact.transport == Transport::UDP {
        let length = 8 + contact.payload.len();
        let mut header = ports(contact);
        header.extend_from_slice(&short(length));
        header.extend_from_slice(&[0, 0]);
        packet(contact, &header, 6, contact.payload, out);
        return;
    }
    packet(contact, &tcp(contact, 0, SYN), 16, b"", out);
    if !contact.payload.is_empty() {
        packet(contact, &tcp(contact, 1, PSH_ACK), 16, contact.payload, out);
    }
}

fn tcp(contact: &Contact<'_>, sequence: u32, flags: u8) -> Vec<u8> {
    let mut header = ports(contact);
    header.extend_from_slice(&sequence.to_be_bytes());
    header.extend_from_slice(&sequence.to_be_bytes());
    header.extend_from_slice(&[0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    header
}

fn ports(contact: &Contact<'_>) -> Vec<u8> {
    let mut bytes = contact.source.port().to_be_bytes().to_vec();
    bytes.extend_from_slice(&contact.destination.port().to_be_bytes());
    bytes
}

/// Lengths here are below 8 KiB.
fn short(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

/// Writes a packet; `sum_at` is where the checksum lies in the transport's header.
fn packet(contact: &Contact<'_>, header: &[u8], sum_at: usize, payload: &[u8], out: &mut Vec<u8>) {
    let mut body = [header, payload].concat();
    let number = contact.transport.0;
    let (from, to) = (address(contact.source), address(contact.destination));
    let length = u32::try_from(body.len()).unwrap_or_default();
    let sum = checksum(&[&from, &to, &length.to_be_bytes(), &[0, 0, 0, number], &body]);
    if let Some(place) = body.get_mut(sum_at..sum_at + 2) {
        // Zero would say that there is none (RFC 768).
        let sum = if sum == 0 && contact.transport == Transport::UDP {
            u16::MAX
        } else {
            sum
        };
        place.copy_from_slice(&sum.to_be_bytes());
    }
    let ttl = contact.ttl.unwrap_or(TTL);
    let mut bytes = Vec::with_capacity(40 + body.len());
    if from.len() == 4 {
        bytes.extend_from_slice(&[0x45, 0]);
        bytes.extend_from_slice(&short(20 + body.len()));
        bytes.extend_from_slice(&[0, 0, 0x40, 0, ttl, number, 0, 0]);
        bytes.extend_from_slice(&from);
        bytes.extend_from_slice(&to);
        let sum = checksum(&[&bytes]);
        if let Some(place) = bytes.get_mut(10..12) {
            place.copy_from_slice(&sum.to_be_bytes());
        }
    } else {
        bytes.extend_from_slice(&[0x60, 0, 0, 0]);
        bytes.extend_from_slice(&short(body.len()));
        bytes.extend_from_slice(&[number, ttl]);
        bytes.extend_from_slice(&from);
        bytes.extend_from_slice(&to);
    }
    bytes.extend_from_slice(&body);
    enhanced(contact.time, &bytes, out);
}

fn address(end: SocketAddr) -> Vec<u8> {
    match end.ip().to_canonical() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

/// The Internet checksum (RFC 1071) of pieces of even length, the last one aside.
fn checksum(pieces: &[&[u8]]) -> u16 {
    let mut sum = 0_u32;
    for piece in pieces {
        for pair in piece.chunks(2) {
            let high = pair.first().copied().unwrap_or_default();
            let low = pair.get(1).copied().unwrap_or_default();
            sum += u32::from(u16::from_be_bytes([high, low]));
        }
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or_default()
}

fn enhanced(Timestamp(time): Timestamp, packet: &[u8], out: &mut Vec<u8>) {
    block(out, 6, |out| {
        let time = time.to_le_bytes();
        let (low, high) = time.split_at(4);
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(high);
        out.extend_from_slice(low);
        let length = u32::try_from(packet.len())
            .unwrap_or_default()
            .to_le_bytes();
        out.extend_from_slice(&length);
        out.extend_from_slice(&length);
        out.extend_from_slice(packet);
        pad(out, packet.len());
    });
}

fn block(out: &mut Vec<u8>, kind: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let from = out.len();
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    fill(out);
    let length = u32::try_from(out.len() - from + 4)
        .unwrap_or_default()
        .to_le_bytes();
    out.extend_from_slice(&length);
    if let Some(place) = out.get_mut(from + 4..from + 8) {
        place.copy_from_slice(&length);
    }
}

fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    out.extend_from_slice(&code.to_le_bytes());
    let length = u16::try_from(value.len()).unwrap_or_default();
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(value);
    pad(out, value.len());
}

/// Fills up to a multiple of four.
fn pad(out: &mut Vec<u8>, length: usize) {
    out.resize(out.len() + length.next_multiple_of(4) - length, 0);
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]
mod tests {
    use etherparse::{NetSlice, SlicedPacket, TransportSlice};
    use pcap_parser::traits::PcapReaderIterator as _;
    use pcap_parser::{Block, PcapBlockOwned, PcapNGReader};

    use super::*;

    fn contact(transport: Transport, v6: bool, payload: &[u8]) -> Contact<'_> {
        let (source, destination) = if v6 {
            ("[2001:db8::7]:43210", "[2001:db8:1::9]:161")
        } else {
            ("198.51.100.7:43210", "203.0.113.9:161")
        };
        Contact {
            time: Timestamp(1_795_428_000_643_000_001),
            duration: None,
            transport,
            source: source.parse().unwrap(),
            destination: destination.parse().unwrap(),
            ttl: Some(57),
            payload,
            length: payload.len(),
            greeted: None,
            ended: None,
        }
    }

    /// Time stamps and packets of a capture, as another program reads it.
    fn packets(capture: &[u8]) -> Vec<(u64, Vec<u8>)> {
        let mut reader = PcapNGReader::new(1 << 16, capture).unwrap();
        let mut packets = Vec::new();
        while let Ok((size, block)) = reader.next() {
            if let PcapBlockOwned::NG(Block::EnhancedPacket(packet)) = block {
                let time = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                packets.push((time, packet.data[..packet.caplen as usize].to_vec()));
            }
            reader.consume(size);
        }
        packets
    }

    #[test]
    fn others_read_what_was_written_and_every_sum_is_right() {
        let longest = vec![0xa5; crate::settings::MOST_BYTES];
        for v6 in [false, true] {
            for payload in [&b""[..], b"x", b"GET / HTTP/1.0\r\n\r\n", &longest] {
                for transport in [Transport::TCP, Transport::UDP] {
                    let contact = contact(transport, v6, payload);
                    let mut capture = Vec::new();
                    write_head(&mut capture);
                    write(&contact, &mut capture);
                    let packets = packets(&capture);
                    let said = transport == Transport::UDP || payload.is_empty();
                    assert_eq!(packets.len(), if said { 1 } else { 2 });
                    for (time, packet) in &packets {
                        assert_eq!(i64::try_from(*time).unwrap(), contact.time.0);
                        check(&contact, packet);
                    }
                    let last = SlicedPacket::from_ip(&packets.last().unwrap().1).unwrap();
                    let carried = match last.transport.unwrap() {
                        TransportSlice::Tcp(tcp) => tcp.payload().to_vec(),
                        TransportSlice::Udp(udp) => udp.payload().to_vec(),
                        other => panic!("{other:?}"),
                    };
                    assert_eq!(carried, payload);
                }
            }
        }
    }

    fn check(contact: &Contact<'_>, packet: &[u8]) {
        let sliced = SlicedPacket::from_ip(packet).unwrap();
        let net = sliced.net.unwrap();
        let transport = sliced.transport.unwrap();
        let sum = match (&net, &transport) {
            (NetSlice::Ipv4(ip), TransportSlice::Tcp(tcp)) => {
                tcp.calc_checksum_ipv4(ip.header().source(), ip.header().destination())
                    .unwrap()
                    == tcp.checksum()
            }
            (NetSlice::Ipv6(ip), TransportSlice::Tcp(tcp)) => {
                tcp.calc_checksum_ipv6(ip.header().source(), ip.header().destination())
                    .unwrap()
                    == tcp.checksum()
            }
            (NetSlice::Ipv4(ip), TransportSlice::Udp(udp)) => {
                let header = udp.to_header();
                let sum = header.calc_checksum_ipv4(&ip.header().to_header(), udp.payload());
                sum.unwrap() == udp.checksum()
            }
            (NetSlice::Ipv6(ip), TransportSlice::Udp(udp)) => {
                let header = udp.to_header();
                let sum = header.calc_checksum_ipv6(&ip.header().to_header(), udp.payload());
                sum.unwrap() == udp.checksum()
            }
            other => panic!("{other:?}"),
        };
        assert!(sum, "checksum of the transport");
        match net {
            NetSlice::Ipv4(ip) => {
                let header = ip.header().to_header();
                assert_eq!(header.header_checksum, header.calc_header_checksum());
                assert_eq!(header.time_to_live, 57);
                assert_eq!(IpAddr::from(header.source), contact.source.ip());
            }
            NetSlice::Ipv6(ip) => {
                assert_eq!(ip.header().hop_limit(), 57);
                assert_eq!(
                    IpAddr::from(ip.header().destination()),
                    contact.destination.ip()
                );
            }
            NetSlice::Arp(arp) => panic!("{arp:?}"),
        }
        let (source, destination) = match transport {
            TransportSlice::Tcp(tcp) => (tcp.source_port(), tcp.destination_port()),
            TransportSlice::Udp(udp) => (udp.source_port(), udp.destination_port()),
            other => panic!("{other:?}"),
        };
        assert_eq!((source, destination), (43210, 161));
    }
}
