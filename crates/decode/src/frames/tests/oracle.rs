//! What other readers say of the same bytes: `etherparse` of the headers, `pcap-parser` of the
//! blocks. Neither is used outside the tests; README.md says why.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use etherparse::{LaxNetSlice, LaxSlicedPacket, LinkSlice, PacketBuilder, TransportSlice};
use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{Block, LegacyPcapReader, PcapBlockOwned, PcapError, PcapNGReader};
use rutter_event::{Mac, Transport};

use super::super::{LinkType, Scratch};
use super::build::*;
use super::{read, tell};

fn frames() -> Vec<Vec<u8>> {
    let v4 = || PacketBuilder::ethernet2(CLIENT_MAC, SERVER_MAC).ipv4(CLIENT, SERVER, 64);
    let v6 = || PacketBuilder::ethernet2(CLIENT_MAC, SERVER_MAC).ipv6(CLIENT6, SERVER6, 64);
    let vlan = || {
        let id = etherparse::VlanId::try_new(7).unwrap();
        PacketBuilder::ethernet2(CLIENT_MAC, SERVER_MAC)
            .single_vlan(id)
            .ipv4(CLIENT, SERVER, 9)
    };
    let mut all = Vec::new();
    for payload in [&b""[..], b"x", b"a somewhat longer payload"] {
        for tcp in [
            v4().tcp(40000, 23, 77, 1024).syn(),
            v6().tcp(1, 65535, u32::MAX, 0).fin().psh().urg(5),
            vlan().tcp(0, 0, 0, 65535).rst().ack(9).ece().cwr(),
            v4().tcp(5, 6, 7, 8)
                .options(&[
                    etherparse::TcpOptionElement::Noop,
                    etherparse::TcpOptionElement::MaximumSegmentSize(1400),
                ])
                .unwrap(),
        ] {
            let mut bytes = Vec::new();
            tcp.write(&mut bytes, payload).unwrap();
            all.push(bytes);
        }
        for udp in [v4().udp(1900, 53), v6().udp(53, 1900), vlan().udp(0, 0)] {
            let mut bytes = Vec::new();
            udp.write(&mut bytes, payload).unwrap();
            all.push(bytes);
        }
    }
    all
}

#[test]
fn headers_read_as_etherparse_reads_them() {
    for bytes in frames() {
        let mut scratch = Scratch::default();
        let event = read(LinkType::ETHERNET, &bytes, &mut scratch).unwrap();
        let packet = event.packet;
        let other = LaxSlicedPacket::from_ethernet(&bytes).unwrap();
        let Some(LinkSlice::Ethernet2(link)) = other.link else {
            unreachable!("ethernet")
        };
        assert_eq!(packet.source.mac, Some(Mac(link.source())));
        assert_eq!(packet.destination.mac, Some(Mac(link.destination())));
        match other.net.unwrap() {
            LaxNetSlice::Ipv4(ip) => {
                let ip = ip.header();
                assert_eq!(packet.source.ip, Some(ip.source_addr().into()));
                assert_eq!(packet.destination.ip, Some(ip.destination_addr().into()));
                assert_eq!(
                    (packet.ttl, packet.id),
                    (Some(ip.ttl()), Some(ip.identification()))
                );
                assert_eq!(packet.length, Some(u32::from(ip.total_len())));
                assert_eq!(packet.fragment.dont, Some(ip.dont_fragment()));
            }
            LaxNetSlice::Ipv6(ip) => {
                let ip = ip.header();
                assert_eq!(packet.source.ip, Some(ip.source_addr().into()));
                assert_eq!(packet.destination.ip, Some(ip.destination_addr().into()));
                assert_eq!(packet.ttl, Some(ip.hop_limit()));
                assert_eq!(packet.length, Some(40 + u32::from(ip.payload_length())));
            }
            LaxNetSlice::Arp(_) => unreachable!("no ARP was built"),
        }
        match other.transport.unwrap() {
            TransportSlice::Tcp(tcp) => {
                assert_eq!(packet.transport, Some(Transport::TCP));
                assert_eq!(packet.source.port, Some(tcp.source_port()));
                assert_eq!(packet.destination.port, Some(tcp.destination_port()));
                assert_eq!(packet.tcp.seq, Some(tcp.sequence_number()));
                assert_eq!(packet.tcp.ack, Some(tcp.acknowledgment_number()));
                assert_eq!(packet.tcp.window, Some(tcp.window_size()));
                assert_eq!(packet.tcp.urgent, Some(tcp.urgent_pointer()));
                assert_eq!(packet.tcp.flags.map(|f| f.0), tcp.slice().get(13).copied());
                let size = tcp
                    .options_iterator()
                    .flatten()
                    .find_map(|option| match option {
                        etherparse::TcpOptionElement::MaximumSegmentSize(size) => Some(size),
                        _ => None,
                    });
                assert_eq!(packet.tcp.mss, size);
                assert_eq!(
                    packet.tcp.options_length.map(usize::from),
                    Some(tcp.options().len())
                );
                assert_eq!(event.payload, tcp.payload());
            }
            TransportSlice::Udp(udp) => {
                assert_eq!(packet.transport, Some(Transport::UDP));
                assert_eq!(packet.source.port, Some(udp.source_port()));
                assert_eq!(packet.destination.port, Some(udp.destination_port()));
                assert_eq!(event.payload, udp.payload());
            }
            _ => unreachable!("neither TCP nor UDP was built"),
        }
    }
}

/// How many packets `pcap-parser` finds.
fn count(mut reader: impl PcapReaderIterator) -> usize {
    let mut packets = 0;
    loop {
        match reader.next() {
            Ok((length, block)) => {
                packets += usize::from(matches!(
                    block,
                    PcapBlockOwned::Legacy(_)
                        | PcapBlockOwned::NG(Block::EnhancedPacket(_) | Block::SimplePacket(_))
                ));
                reader.consume(length);
            }
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(_) => return packets,
        }
    }
}

#[test]
fn blocks_are_found_where_pcap_parser_finds_them() {
    for writer in Writer::BOTH {
        let mut classic = writer.pcap_header(0xa1b2_c3d4, 1);
        let mut modern = join(&[&writer.section(), &writer.interface(1, 0, &[])]);
        for (number, bytes) in frames().iter().enumerate() {
            let number = number as u32;
            let length = bytes.len() as u32;
            classic.extend(writer.record((number, 5), length, bytes));
            modern.extend(writer.enhanced(0, u64::from(number), length, bytes, &[]));
            modern.extend(writer.block(5, &[0; 12]));
            modern.extend(writer.simple(length, bytes));
        }
        let told = tell(&classic, 1000);
        assert!(told.packets.iter().all(|(_, event)| event.is_ok()));
        assert_eq!(
            told.packets.len(),
            count(LegacyPcapReader::new(65536, &classic[..]).unwrap())
        );
        let told = tell(&modern, 1000);
        assert!(told.packets.iter().all(|(_, event)| event.is_ok()));
        assert_eq!(
            told.packets.len(),
            count(PcapNGReader::new(65536, &modern[..]).unwrap())
        );
    }
}
