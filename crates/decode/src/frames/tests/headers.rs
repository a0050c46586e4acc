//! Every header above the link.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::net::IpAddr;

use rutter_event::{Event, Family, Fragment, Icmp, Packet, Refusal, Tcp, TcpFlags, Transport};

use super::super::{LinkType, Scratch};
use super::build::*;
use super::{read, read_snapped};
use crate::Rejection;

/// Reads raw IP and looks at the event.
fn look(bytes: &[u8], see: impl FnOnce(&Event<'_>)) {
    let mut scratch = Scratch::default();
    see(&read(LinkType::RAW, bytes, &mut scratch).unwrap());
}

fn refused(bytes: &[u8], wire_length: usize) -> Option<Refusal> {
    match read_snapped(LinkType::RAW, bytes, wire_length, &mut Scratch::default()) {
        Err(Rejection::Refuse(why)) => Some(why),
        _ => None,
    }
}

#[test]
fn ipv4_and_tcp() {
    look(
        &ipv4(6, &tcp(0x18, &[1, 1, 1, 1, 2, 4, 5, 0xb4], b"GET /")),
        |event| {
            let expected = Packet {
                family: Family::V4,
                transport: Some(Transport::TCP),
                source: rutter_event::Endpoint::new(IpAddr::from(CLIENT), Some(40000)),
                destination: rutter_event::Endpoint::new(IpAddr::from(SERVER), Some(23)),
                length: Some(53),
                ttl: Some(57),
                id: Some(0xbeef),
                tos: Some(0x10),
                flow_label: None,
                fragment: Fragment {
                    dont: Some(true),
                    more: false,
                    offset: 0,
                },
                tcp: Tcp {
                    flags: Some(TcpFlags::PSH.with(TcpFlags::ACK)),
                    seq: Some(0x0102_0304),
                    ack: Some(9),
                    window: Some(1024),
                    urgent: Some(3),
                    mss: Some(1460),
                    options_length: Some(8),
                },
                icmp: Icmp::default(),
                payload_length: Some(5),
            };
            assert_eq!(event.packet, expected);
            assert_eq!(event.payload, b"GET /");
        },
    );
}

#[test]
fn ipv4_options_and_padding() {
    let mut bytes = ipv4(6, &[&[7, 4, 4, 0][..], &tcp(2, &[], &[])].concat());
    bytes[0] = 0x46;
    bytes.extend([0; 6]);
    look(&bytes, |event| {
        assert!(event.packet.is_syn());
        assert_eq!(event.packet.length, Some(44));
        assert_eq!(event.packet.tcp.options_length, Some(0));
        assert_eq!(
            (event.packet.payload_length, event.payload),
            (Some(0), &b""[..])
        );
    });
}

#[test]
fn large_segments_before_the_card_cut_them() {
    let mut bytes = ipv4(6, &tcp(0x10, &[], b"data"));
    bytes[2..4].fill(0);
    look(&bytes, |event| {
        assert_eq!(
            (event.packet.length, event.payload),
            (Some(44), &b"data"[..])
        );
    });
    let mut bytes = ipv6(6, &tcp(0x10, &[], b"data"));
    bytes[4..6].fill(0);
    look(&bytes, |event| {
        assert_eq!(
            (event.packet.length, event.payload),
            (Some(64), &b"data"[..])
        );
    });
}

#[test]
fn fragments() {
    // The first one, as small as `nmap -f` makes it: ports and sequence number, no flags yet.
    look(&fragment4(6, 0x2000, &tcp(2, &[], &[])[..8]), |event| {
        assert_eq!(event.packet.port(), Some(23));
        assert_eq!(event.packet.tcp.seq, Some(0x0102_0304));
        assert_eq!(event.packet.tcp.flags, None);
        assert_eq!(
            event.packet.fragment,
            Fragment {
                dont: Some(false),
                more: true,
                offset: 0
            }
        );
    });
    look(&fragment4(6, 0x0002, &tcp(2, &[], &[])), |event| {
        assert_eq!(event.packet.port(), None, "the middle of data is no header");
        assert_eq!(event.packet.fragment.offset, 2);
        assert_eq!(
            (event.packet.payload_length, event.payload),
            (Some(20), &b""[..])
        );
    });
    look(
        &ipv6(
            44,
            &[&[17, 0, 0, 1, 0, 0, 0, 9][..], &udp(b"part")].concat(),
        ),
        |event| {
            assert_eq!(event.packet.transport, Some(Transport::UDP));
            assert_eq!(event.packet.port(), Some(53));
            assert_eq!(
                event.packet.fragment,
                Fragment {
                    dont: None,
                    more: true,
                    offset: 0
                }
            );
        },
    );
    look(
        &ipv6(
            44,
            &[&[17, 0, 0, 8, 0, 0, 0, 9][..], b"the rest of it"].concat(),
        ),
        |event| {
            assert_eq!(event.packet.transport, Some(Transport::UDP));
            assert_eq!(
                (event.packet.port(), event.packet.fragment.offset),
                (None, 1)
            );
            assert_eq!(event.packet.payload_length, Some(14));
        },
    );
}

#[test]
fn ipv6_and_its_extensions() {
    let options = |next| [next, 0, 1, 4, 0, 0, 0, 0];
    let routing = |next| [next, 2, 3, 0, 0, 0, 0, 0];
    let chain = [
        &options(43)[..],
        &routing(60),
        &[0; 16],
        &options(6),
        &tcp(2, &[], &[]),
    ]
    .concat();
    look(&ipv6(0, &chain), |event| {
        assert!(event.packet.is_syn());
        assert_eq!(event.packet.family, Family::V6);
        assert_eq!(event.packet.source.ip, Some(IpAddr::from(CLIENT6)));
        assert_eq!(event.packet.destination.ip, Some(IpAddr::from(SERVER6)));
        assert_eq!((event.packet.ttl, event.packet.tos), (Some(57), Some(0x20)));
        assert_eq!(event.packet.flow_label, Some(0x12345));
        assert_eq!(event.packet.length, Some(40 + 8 + 24 + 8 + 20));
    });
    look(&ipv6(59, &[]), |event| {
        assert_eq!(event.packet.transport, Some(Transport(59)))
    });
    // A chain that runs past the packet.
    assert_eq!(
        refused(&ipv6(0, &[6, 9, 0, 0, 0, 0, 0, 0]), 48),
        Some(Refusal::BadFrame)
    );
    assert_eq!(refused(&ipv6(60, &[6, 0, 0]), 43), Some(Refusal::BadFrame));
}

#[test]
fn datagrams_and_their_own_lengths() {
    look(&ipv4(17, &udp(b"hello")), |event| {
        assert_eq!(event.packet.transport, Some(Transport::UDP));
        assert_eq!(
            (event.packet.source.port, event.packet.port()),
            (Some(40000), Some(53))
        );
        assert_eq!(
            (event.packet.payload_length, event.payload),
            (Some(5), &b"hello"[..])
        );
    });
    for (claimed, payload) in [
        (10_u16, &b"he"[..]),
        (500, b"hello"),
        (3, b"hello"),
        (0, b"hello"),
    ] {
        let mut bytes = ipv4(17, &udp(b"hello"));
        bytes[24..26].copy_from_slice(&claimed.to_be_bytes());
        look(&bytes, |event| {
            assert_eq!(event.payload, payload, "length {claimed}")
        });
    }
    look(&ipv4(136, &udp(b"hello")), |event| {
        assert_eq!(
            (event.packet.port(), event.payload),
            (Some(53), &b"hello"[..])
        );
    });
    let sctp = [&[0x9c, 0x40, 0x0b, 0x59, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 20][..]].concat();
    look(&ipv4(132, &sctp), |event| {
        assert_eq!(
            (event.packet.port(), event.payload),
            (Some(2905), &[1, 0, 0, 20][..])
        );
    });
    let dccp = [0x9c, 0x40, 0, 80, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, b'x'];
    look(&ipv4(33, &dccp), |event| {
        assert_eq!((event.packet.port(), event.payload), (Some(80), &b"x"[..]));
    });
}

#[test]
fn protocols_without_ports() {
    for protocol in [2, 4, 41, 47, 50, 51, 103, 112, 255] {
        look(&ipv4(protocol, b"whatever it is"), |event| {
            assert_eq!(event.packet.transport, Some(Transport(protocol)));
            assert_eq!(
                (event.packet.source.port, event.packet.port()),
                (None, None)
            );
            assert_eq!(event.payload, b"whatever it is");
        });
    }
    look(&ipv6(51, b"authenticated"), |event| {
        assert_eq!(event.packet.transport, Some(Transport::AH));
    });
    // 6in4 stays what the firewall saw.
    look(&ipv4(41, &syn6()), |event| {
        assert_eq!(
            (event.packet.family, event.packet.port()),
            (Family::V4, None)
        );
    });
}

#[test]
fn address_resolution() {
    for (operation, word) in [(1, Some(&b"request"[..])), (2, Some(b"reply")), (9, None)] {
        let bytes = ethernet(0x0806, &arp(operation));
        let mut scratch = Scratch::default();
        let event = read(LinkType::ETHERNET, &bytes, &mut scratch).unwrap();
        assert_eq!(event.packet.family, Family::Arp);
        assert_eq!(event.packet.transport, None);
        assert_eq!(event.packet.source.ip, Some(IpAddr::from(CLIENT)));
        assert_eq!(event.packet.destination.ip, Some(IpAddr::from(SERVER)));
        let mut told = None;
        event
            .extra
            .for_each(&mut |_, value| told = Some(value.bytes()));
        assert_eq!(told, word);
    }
}

#[test]
fn echoes() {
    for (kind, wrap) in [
        (8, ipv4 as fn(u8, &[u8]) -> Vec<u8>),
        (0, ipv4),
        (128, ipv6),
        (129, ipv6),
    ] {
        let protocol = if kind < 100 { 1 } else { 58 };
        look(
            &wrap(protocol, &icmp(kind, 0, [0, 7, 0, 9], b"abcdefgh")),
            |event| {
                let expected = Icmp {
                    kind: Some(kind),
                    code: Some(0),
                    id: Some(7),
                    sequence: Some(9),
                    ..Icmp::default()
                };
                assert_eq!(event.packet.icmp, expected);
                assert_eq!(
                    (event.packet.payload_length, event.payload),
                    (Some(8), &b"abcdefgh"[..])
                );
                assert_eq!(event.quoted, None);
            },
        );
    }
}

#[test]
fn errors_quote_a_packet() {
    // Eight bytes above IP, as RFC 792 asks for.
    let quote = &syn4()[..28];
    for (kind, code) in [(3, 3), (3, 13), (4, 0), (11, 0), (12, 0)] {
        look(&ipv4(1, &icmp(kind, code, [0; 4], quote)), |event| {
            let inner = event.quoted.unwrap();
            assert_eq!((inner.source.port, inner.port()), (Some(40000), Some(23)));
            assert_eq!(inner.tcp.seq, Some(0x0102_0304));
            assert_eq!(inner.tcp.flags, None);
            assert_eq!(event.payload, b"");
            assert_eq!(event.packet.payload_length, Some(28));
        });
    }
    look(&ipv4(1, &icmp(3, 4, [0, 0, 5, 0xdc], quote)), |event| {
        assert_eq!(event.packet.icmp.mtu, Some(1500));
    });
    look(&ipv4(1, &icmp(5, 1, SERVER, quote)), |event| {
        assert_eq!(event.packet.icmp.gateway, Some(IpAddr::from(SERVER)));
        assert!(event.quoted.is_some());
    });
    for kind in 1..=4 {
        look(&ipv6(58, &icmp(kind, 0, [0, 0, 5, 0], &syn6())), |event| {
            assert_eq!(event.packet.icmp.mtu, (kind == 2).then_some(1280));
            assert!(event.quoted.unwrap().is_syn());
        });
    }
    let target = [&[0; 4][..], &SERVER6, &CLIENT6, &[1, 1, 0, 0, 0, 0, 0, 0]].concat();
    let redirect = [
        &[137, 0, 0, 0][..],
        &target,
        &[4, 9, 0, 0, 0, 0, 0, 0],
        &syn6(),
    ]
    .concat();
    look(&ipv6(58, &redirect), |event| {
        assert_eq!(event.packet.icmp.gateway, Some(IpAddr::from(SERVER6)));
        assert!(event.quoted.unwrap().is_syn());
    });
}

#[test]
fn quotes_that_are_hardly_there() {
    let error = |quote: &[u8]| ipv4(1, &icmp(3, 1, [0; 4], quote));
    look(&error(&[]), |event| assert_eq!(event.quoted, None));
    look(&error(b"garbage that is no packet at all"), |event| {
        assert_eq!(event.quoted, None)
    });
    look(&error(&syn4()[..20]), |event| {
        let inner = event.quoted.unwrap();
        assert_eq!(inner.destination.ip, Some(IpAddr::from(SERVER)));
        assert_eq!(
            (inner.transport, inner.port()),
            (Some(Transport::TCP), None)
        );
    });
    // What a quote quotes is not read.
    look(&error(&ipv4(1, &icmp(11, 0, [0; 4], &syn4()))), |event| {
        assert_eq!(event.quoted.unwrap().icmp.kind, Some(11));
    });
}

#[test]
fn snapped_packets_give_what_they_hold() {
    let bytes = ipv4(6, &tcp(2, &[2, 4, 5, 0xb4], b"early data"));
    let facts = |kept: usize| {
        let mut scratch = Scratch::default();
        let event = read_snapped(LinkType::RAW, &bytes[..kept], bytes.len(), &mut scratch);
        event.map(|e| {
            (
                e.packet.port(),
                e.packet.tcp.flags,
                e.packet.tcp.mss,
                e.payload.len(),
            )
        })
    };
    let cut = Err(Rejection::Refuse(Refusal::Truncated));
    assert_eq!(facts(19), cut);
    assert_eq!(facts(23), cut);
    assert_eq!(facts(24), Ok((Some(23), None, None, 0)));
    assert_eq!(facts(34), Ok((Some(23), Some(TcpFlags::SYN), None, 0)));
    assert_eq!(
        facts(44),
        Ok((Some(23), Some(TcpFlags::SYN), Some(1460), 0))
    );
    assert_eq!(
        facts(48),
        Ok((Some(23), Some(TcpFlags::SYN), Some(1460), 4))
    );
}

#[test]
fn headers_that_contradict_themselves() {
    let whole = ipv4(6, &tcp(2, &[], &[]));
    let broken = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        refused(&bytes, bytes.len())
    };
    assert_eq!(broken(0, 0x44), Some(Refusal::BadFrame), "header length");
    assert_eq!(broken(3, 12), Some(Refusal::BadFrame), "total length");
    assert_eq!(broken(3, 30), Some(Refusal::BadFrame), "no room for TCP");
    assert_eq!(
        broken(32, 0x40),
        Some(Refusal::BadFrame),
        "data offset before the header's end"
    );
    assert_eq!(
        broken(32, 0xf0),
        Some(Refusal::BadFrame),
        "data offset beyond the packet"
    );
    assert_eq!(
        refused(&whole[..30], 30),
        None,
        "the frame is shorter than IP says"
    );
    assert_eq!(
        refused(&whole[..22], 22),
        Some(Refusal::BadFrame),
        "and has no ports"
    );
    assert_eq!(refused(&[], 0), Some(Refusal::BadFrame));
    assert_eq!(refused(&[], 60), Some(Refusal::Truncated));
}
