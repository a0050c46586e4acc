//! Every cut and every single-byte change of a few frames: nothing panics, nothing is read twice.

use rutter_event::Event;

use super::super::{Frame, LinkType, Order, Scratch};
use super::build::*;
use super::tell;

/// One frame of each shape, with its link type.
fn zoo() -> Vec<(LinkType, Vec<u8>)> {
    let quoted4 = ipv4(1, &icmp(3, 4, [0, 0, 5, 0], &syn4()));
    let quoted6 = ipv6(58, &icmp(2, 0, [0, 0, 5, 0], &syn6()));
    let extended = ipv6(
        0,
        &join(&[
            &[60, 0, 1, 4, 0, 0, 0, 0],
            &[44, 0, 1, 4, 0, 0, 0, 0],
            &[17, 0, 0, 0, 0, 0, 0, 1],
            &udp(b"hi"),
        ]),
    );
    let redirect = join(&[
        &[137, 0, 0, 0, 0, 0, 0, 0],
        &SERVER6,
        &CLIENT6,
        &[4, 9, 0, 0, 0, 0, 0, 0],
        &syn6(),
    ]);
    let mut pflog = vec![0; 64];
    pflog[..4].copy_from_slice(&[61, 2, 1, 0]);
    pflog[4..7].copy_from_slice(b"em0");
    pflog[60] = 1;
    let nflog = [
        2, 0, 0, 5, 8, 0, 1, 0, 8, 0, 1, 0, 8, 0, 10, 0, b'a', b':', b' ', 0,
    ];
    vec![
        (
            LinkType::ETHERNET,
            ethernet(
                0x0800,
                &ipv4(6, &tcp(2, &[1, 3, 3, 7, 2, 4, 5, 0xb4], b"x")),
            ),
        ),
        (
            LinkType::ETHERNET,
            ethernet(0x8100, &join(&[&[0, 7, 0x86, 0xdd], &extended])),
        ),
        (LinkType::ETHERNET, ethernet(0x0806, &arp(1))),
        (
            LinkType::ETHERNET,
            ethernet(50, &join(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &syn4()])),
        ),
        (LinkType::RAW, quoted4),
        (LinkType::RAW, quoted6),
        (LinkType::RAW, ipv6(58, &redirect)),
        (LinkType::RAW, ipv4(33, &[0; 20])),
        (LinkType::NULL, join(&[&[2, 0, 0, 0], &syn4()])),
        (LinkType::LOOP, join(&[&[0, 0, 0, 30], &syn6()])),
        (
            LinkType::LINUX_SLL,
            join(&[&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 7, 0, 0, 8, 0], &syn4()]),
        ),
        (
            LinkType::LINUX_SLL2,
            join(&[
                &[8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 4, 6, 2, 0, 0, 0, 0, 7, 0, 0],
                &syn4(),
            ]),
        ),
        (LinkType::PFLOG, join(&[&pflog, &syn4()])),
        (LinkType::NFLOG, join(&[&nflog, &[48, 0, 9, 0], &syn4()])),
    ]
}

/// Reads a frame and touches everything that the event gives.
fn touch(link: LinkType, bytes: &[u8], wire_length: usize) {
    for order in [Order::Little, Order::Big] {
        let frame = Frame {
            link,
            order,
            bytes,
            wire_length: wire_length as u32,
        };
        let mut scratch = Scratch::default();
        let mut event = Event::default();
        if frame.read(&mut scratch, &mut event).is_ok() {
            assert!(event.payload.len() <= bytes.len());
            assert!(event.packet.transport.is_some() || event.packet.source.ip.is_some());
            event.extra.for_each(&mut |key, value| {
                assert!(!key.is_empty() && !value.is_empty());
            });
        }
    }
}

#[test]
fn every_cut_of_every_shape() {
    for (link, bytes) in zoo() {
        for cut in 0..=bytes.len() {
            touch(link, &bytes[..cut], cut);
            touch(link, &bytes[..cut], bytes.len());
        }
    }
}

#[test]
fn every_value_of_every_byte() {
    for (link, whole) in zoo() {
        let mut bytes = whole.clone();
        for at in 0..bytes.len() {
            for value in 0..=255 {
                bytes[at] = value;
                touch(link, &bytes, bytes.len());
            }
            bytes[at] = whole[at];
        }
    }
}

#[test]
fn every_frame_as_every_link() {
    for (_, bytes) in zoo() {
        for link in (0..=300).map(LinkType).filter(|l| l.is_read()) {
            touch(link, &bytes, bytes.len());
        }
    }
}

#[test]
fn every_value_of_every_byte_of_a_capture() {
    let [little, big] = Writer::BOTH;
    let name = big.option(2, b"em0");
    let captures = [
        join(&[
            &little.pcap_header(0xa1b2_c3d4, 101),
            &little.record((1, 2), 44, &syn4()),
        ]),
        join(&[
            &big.section(),
            &big.interface(101, 64, &name),
            &big.enhanced(0, 1, 44, &syn4(), &big.option(2, &big.u32(1))),
            &big.simple(44, &syn4()),
        ]),
    ];
    for whole in captures {
        let mut bytes = whole.clone();
        for at in 0..bytes.len() {
            for value in 0..=255 {
                bytes[at] = value;
                let told = tell(&bytes, usize::MAX);
                assert_eq!(told.bytes, bytes.len() as u64, "byte {at} = {value}");
            }
            bytes[at] = whole[at];
        }
    }
}

#[test]
fn a_long_chain_of_tags_or_extensions_ends() {
    let tags = [0x81, 0x00, 0, 1].repeat(1 << 14);
    touch(
        LinkType::ETHERNET,
        &join(&[&SERVER_MAC, &CLIENT_MAC, &tags]),
        1 << 16,
    );
    let chain = [60, 0, 1, 4, 0, 0, 0, 0].repeat(1 << 12);
    touch(LinkType::RAW, &ipv6(60, &chain), 1 << 16);
    let attributes = [4, 0, 99, 0].repeat(1 << 14);
    touch(
        LinkType::NFLOG,
        &join(&[&[2, 0, 0, 0], &attributes]),
        1 << 17,
    );
}
