//! Every link type, with a SYN in it.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use rutter_event::{Action, Direction, Event, Family, Mac, Refusal, Skip, Stamp, Timestamp};

use super::super::{Frame, LinkType, Order, Scratch};
use super::build::*;
use super::read;
use crate::Rejection;

fn extras<'a>(event: &Event<'a>) -> Vec<(&'a [u8], &'a [u8])> {
    let mut all = Vec::new();
    event
        .extra
        .for_each(&mut |key, value| all.push((key.bytes(), value.bytes())));
    all
}

fn assert_is_syn(event: &Event<'_>, family: Family) {
    assert_eq!(event.packet.family, family);
    assert!(event.packet.is_syn(), "{event:?}");
    assert_eq!(event.packet.port(), Some(23));
}

#[test]
fn raw_ip_goes_by_its_version() {
    for link in [12, 14, 101].map(LinkType) {
        let (v4, v6) = (syn4(), syn6());
        assert_is_syn(
            &read(link, &v4, &mut Scratch::default()).unwrap(),
            Family::V4,
        );
        assert_is_syn(
            &read(link, &v6, &mut Scratch::default()).unwrap(),
            Family::V6,
        );
        let neither = read(link, &[0x50; 40], &mut Scratch::default()).map(|_| ());
        assert_eq!(neither, Err(Rejection::Skip(Skip::NotIp)));
    }
    assert_is_syn(
        &read(LinkType::IPV4, &syn4(), &mut Scratch::default()).unwrap(),
        Family::V4,
    );
    assert_is_syn(
        &read(LinkType::IPV6, &syn6(), &mut Scratch::default()).unwrap(),
        Family::V6,
    );
    let wrong = read(LinkType::IPV4, &syn6(), &mut Scratch::default()).map(|_| ());
    assert_eq!(wrong, Err(Rejection::Refuse(Refusal::BadFrame)));
}

#[test]
fn ethernet_with_tags_and_without() {
    let tag = |kind: u16, vlan: u8| join(&[&kind.to_be_bytes(), &[0x20, vlan]]);
    let plain = [&SERVER_MAC[..], &CLIENT_MAC].concat();
    let ip = [&[0x08, 0x00][..], &syn4()].concat();
    let ways = [
        join(&[&plain, &ip]),
        join(&[&plain, &tag(0x8100, 7), &ip]),
        join(&[&plain, &tag(0x88a8, 7), &tag(0x8100, 8), &ip]),
        join(&[
            &plain,
            &tag(0x9100, 7),
            &tag(0x9100, 8),
            &tag(0x8100, 9),
            &ip,
        ]),
        // IEEE 802.3 with a SNAP header.
        join(&[&plain, &[0, 52, 0xaa, 0xaa, 3, 0, 0, 0], &ip]),
        // A PPPoE session.
        join(&[
            &plain,
            &[0x88, 0x64, 0x11, 0, 0, 1, 0, 46, 0, 0x21],
            &syn4(),
        ]),
        // Padding of a short frame.
        join(&[&plain, &ip, &[0; 6]]),
    ];
    for bytes in &ways {
        let mut scratch = Scratch::default();
        let event = read(LinkType::ETHERNET, bytes, &mut scratch).unwrap();
        assert_is_syn(&event, Family::V4);
        assert_eq!(event.packet.source.mac, Some(Mac(CLIENT_MAC)));
        assert_eq!(event.packet.destination.mac, Some(Mac(SERVER_MAC)));
        assert_eq!(
            event.packet.payload_length,
            Some(0),
            "padding is not payload"
        );
        assert_eq!(event.direction, Direction::Unknown);
    }
}

#[test]
fn serial_lines_in_each_of_their_ways() {
    let ways: [(LinkType, &[u8]); 6] = [
        (LinkType::PPP, &[0, 0x21]),
        (LinkType::PPP, &[0x21]),
        (LinkType::PPP, &[0xff, 3, 0, 0x21]),
        (LinkType::PPP_HDLC, &[0xff, 3, 0x21]),
        // Cisco's way, under either number.
        (LinkType::PPP, &[0x0f, 0, 8, 0]),
        (LinkType::C_HDLC, &[0x8f, 0, 8, 0]),
    ];
    for (link, head) in ways {
        let mut scratch = Scratch::default();
        let bytes = join(&[head, &syn4()]);
        let event = read(link, &bytes, &mut scratch).unwrap();
        assert_is_syn(&event, Family::V4);
    }
}

#[test]
fn frames_without_ip_are_passed_over() {
    let spanning_tree = join(&[
        &[1, 0x80, 0xc2, 0, 0, 0],
        &CLIENT_MAC,
        &[0, 38, 0x42, 0x42, 3],
    ]);
    let pppoe_control = ethernet(0x8864, &[0x11, 0, 0, 1, 0, 4, 0xc0, 0x21, 0, 0]);
    let cases = [
        (LinkType::ETHERNET, ethernet(0x88cc, &[0; 40])),
        (LinkType::ETHERNET, spanning_tree),
        (LinkType::ETHERNET, pppoe_control),
        // Link control, and a keepalive.
        (LinkType::PPP, join(&[&[0xff, 3, 0xc0, 0x21], &[0; 40]])),
        (LinkType::C_HDLC, join(&[&[0x8f, 0, 0x80, 0x35], &[0; 40]])),
        (LinkType::NULL, join(&[&7_u32.to_le_bytes(), &[0; 40]])),
        (
            LinkType::LINUX_SLL,
            join(&[&[0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4], &[0; 40]]),
        ),
        (
            LinkType::ETHERNET,
            ethernet(0x0806, &[0, 1, 0x80, 0x9b, 6, 4, 0, 1, 0, 0]),
        ),
    ];
    for (link, bytes) in cases {
        let told = read(link, &bytes, &mut Scratch::default()).map(|_| ());
        assert_eq!(told, Err(Rejection::Skip(Skip::NotIp)), "{link:?}");
    }
}

#[test]
fn links_that_are_not_read_say_so() {
    for link in (0..=300).map(LinkType).filter(|l| !l.is_read()) {
        let told = read(link, &syn4(), &mut Scratch::default()).map(|_| ());
        assert_eq!(
            told,
            Err(Rejection::Refuse(Refusal::Unsupported)),
            "{link:?}"
        );
    }
}

#[test]
fn loopback_families_in_every_order() {
    for (family, frame) in [
        (2_u32, syn4()),
        (10, syn6()),
        (24, syn6()),
        (28, syn6()),
        (30, syn6()),
    ] {
        let expected = if family == 2 { Family::V4 } else { Family::V6 };
        let forward = join(&[&family.to_le_bytes(), &frame]);
        let backward = join(&[&family.to_be_bytes(), &frame]);
        for (link, bytes) in [
            (LinkType::NULL, &forward),
            (LinkType::NULL, &backward),
            (LinkType::LOOP, &backward),
        ] {
            assert_is_syn(
                &read(link, bytes, &mut Scratch::default()).unwrap(),
                expected,
            );
        }
    }
}

#[test]
fn cooked_frames_tell_the_direction() {
    let ways = [
        (0, Direction::Inbound),
        (1, Direction::Inbound),
        (2, Direction::Inbound),
        (3, Direction::Unknown),
        (4, Direction::Outbound),
    ];
    for (kind, direction) in ways {
        let v1 = [
            &[0, kind, 0, 1, 0, 6][..],
            &CLIENT_MAC,
            &[0, 0, 0x08, 0],
            &syn4(),
        ]
        .concat();
        let mut scratch = Scratch::default();
        let event = read(LinkType::LINUX_SLL, &v1, &mut scratch).unwrap();
        assert_is_syn(&event, Family::V4);
        assert_eq!(event.direction, direction);
        assert_eq!(event.packet.source.mac, Some(Mac(CLIENT_MAC)));

        let head = [0x86, 0xdd, 0, 0, 0, 0, 0, 17, 0, 1, kind, 6];
        let v2 = [&head[..], &CLIENT_MAC, &[0, 0], &syn6()].concat();
        let mut scratch = Scratch::default();
        let event = read(LinkType::LINUX_SLL2, &v2, &mut scratch).unwrap();
        assert_is_syn(&event, Family::V6);
        assert_eq!(event.direction, direction);
        let (ingress, egress) = (
            event.observer.ingress.bytes(),
            event.observer.egress.bytes(),
        );
        assert_eq!(ingress == b"ifindex 17", direction == Direction::Inbound);
        assert_eq!(egress == b"ifindex 17", direction == Direction::Outbound);
    }
}

/// An attribute: length and type in the order of the machine, the value as it is.
fn attribute(writer: Writer, kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = join(&[
        &writer.u16(value.len() as u16 + 4),
        &writer.u16(kind),
        value,
    ]);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn nflog(writer: Writer, hook: u8) -> Vec<u8> {
    let hardware = [&SERVER_MAC[..], &CLIENT_MAC, &[8, 0]].concat();
    let time = [1_700_000_000_u64.to_be_bytes(), 250_000_u64.to_be_bytes()].concat();
    join(&[
        &[2, 0, 0, 5],
        &attribute(writer, 1, &[8, 0, hook, 0]),
        &attribute(writer, 10, b"DROP wan: \0"),
        &attribute(writer, 4, &3_u32.to_be_bytes()),
        &attribute(writer, 5, &40_u32.to_be_bytes()),
        &attribute(writer, 8, &[0, 6, 0, 0, 2, 0, 0, 0, 0, 7, 0, 0]),
        &attribute(writer, 15, &[0, 1]),
        &attribute(writer, 17, &[0, 14]),
        &attribute(writer, 16, &hardware),
        &attribute(writer, 3, &time),
        &attribute(writer, 9, &syn4()),
    ])
}

#[test]
fn netfilter_log_in_both_orders() {
    let hooks = [
        (0, Direction::Unknown, &b"prerouting"[..]),
        (1, Direction::Inbound, b"input"),
        (2, Direction::Unknown, b"forward"),
        (3, Direction::Outbound, b"output"),
        (4, Direction::Unknown, b"postrouting"),
    ];
    for writer in Writer::BOTH {
        for (hook, direction, name) in hooks {
            let bytes = nflog(writer, hook);
            let wire_length = bytes.len() as u32;
            let frame = Frame {
                link: LinkType::NFLOG,
                order: writer.0,
                bytes: &bytes,
                wire_length,
            };
            let mut scratch = Scratch::default();
            let mut event = Event::default();
            frame.read(&mut scratch, &mut event).unwrap();
            assert_is_syn(&event, Family::V4);
            assert_eq!(event.direction, direction);
            assert_eq!(
                (event.rule.bytes(), event.action),
                (&b"DROP wan"[..], Action::Dropped)
            );
            assert_eq!(event.observer.ingress.bytes(), b"ifindex 3");
            assert_eq!(event.observer.egress.bytes(), b"ifindex 40");
            assert_eq!(event.packet.source.mac, Some(Mac(CLIENT_MAC)));
            assert_eq!(event.packet.destination.mac, Some(Mac(SERVER_MAC)));
            let time = Timestamp::from_seconds(1_700_000_000, 250_000_000).unwrap();
            assert_eq!(event.stamp, Stamp::Instant(time));
            assert_eq!(extras(&event), [(&b"nflog.hook"[..], name)]);
        }
    }
}

#[test]
fn netfilter_log_of_other_families() {
    let writer = Writer(Order::Little);
    let payload = |bytes: &[u8]| attribute(writer, 9, bytes);
    let header = |high, low| attribute(writer, 1, &[high, low, 0, 0]);
    let v6 = join(&[&[10, 0, 0, 0], &payload(&syn6())]);
    assert_is_syn(
        &read(LinkType::NFLOG, &v6, &mut Scratch::default()).unwrap(),
        Family::V6,
    );
    let bridge = join(&[&[7, 0, 0, 0], &header(0x86, 0xdd), &payload(&syn6())]);
    assert_is_syn(
        &read(LinkType::NFLOG, &bridge, &mut Scratch::default()).unwrap(),
        Family::V6,
    );
    let whohas = join(&[&[3, 0, 0, 0], &payload(&arp(1))]);
    let mut scratch = Scratch::default();
    let event = read(LinkType::NFLOG, &whohas, &mut scratch).unwrap();
    assert_eq!(event.packet.family, Family::Arp);
    let empty = read(LinkType::NFLOG, &[2, 0, 0, 0], &mut Scratch::default()).map(|_| ());
    assert_eq!(empty, Err(Rejection::Refuse(Refusal::BadFrame)));
}

/// A header of `length` bytes, padded, with the direction where that length has it.
fn pflog(length: u8, action: u8, direction: u8, anchored: u32) -> Vec<u8> {
    let mut header = vec![0; usize::from(length).next_multiple_of(4)];
    header[..4].copy_from_slice(&[length, 2, action, 10]);
    header[4..8].copy_from_slice(b"vtn0");
    header[20..25].copy_from_slice(b"guard");
    header[36..40].copy_from_slice(&12_u32.to_be_bytes());
    header[40..44].copy_from_slice(&anchored.to_be_bytes());
    header[if length < 61 { 44 } else { 60 }] = direction;
    if length == 69 {
        header[64..68].copy_from_slice(&1_000_000_103_u32.to_be_bytes());
    }
    header
}

#[test]
fn pf_log_of_every_system() {
    for (length, id) in [(45, "12"), (61, "12"), (69, "1000000103"), (100, "12")] {
        let bytes = join(&[&pflog(length, 1, 1, u32::MAX), &syn4()]);
        let mut scratch = Scratch::default();
        let event = read(LinkType::PFLOG, &bytes, &mut scratch).unwrap();
        assert_is_syn(&event, Family::V4);
        assert_eq!(event.action, Action::Denied);
        assert_eq!(event.direction, Direction::Inbound);
        assert_eq!(event.observer.ingress.bytes(), b"vtn0");
        assert_eq!(event.rule.bytes(), b"guard");
        assert_eq!(event.rule_id.bytes(), id.as_bytes());
        let expected = [
            (&b"pflog.action"[..], &b"block"[..]),
            (b"pflog.reason", b"state-mismatch"),
        ];
        assert_eq!(extras(&event), expected);
    }
}

#[test]
fn pf_log_actions_and_anchors() {
    let bytes = join(&[&pflog(61, 0, 2, 3), &syn6()]);
    let mut scratch = Scratch::default();
    let event = read(LinkType::PFLOG, &bytes, &mut scratch).unwrap();
    assert_is_syn(&event, Family::V6);
    assert_eq!(
        (event.action, event.direction),
        (Action::Allowed, Direction::Outbound)
    );
    assert_eq!(event.observer.egress.bytes(), b"vtn0");
    assert_eq!(event.rule_id.bytes(), b"12.3");

    for (action, expected) in [
        (4, Action::Unstated),
        (10, Action::Unstated),
        (99, Action::Unstated),
    ] {
        let bytes = join(&[&pflog(61, action, 0, 3), &syn4()]);
        let mut scratch = Scratch::default();
        let event = read(LinkType::PFLOG, &bytes, &mut scratch).unwrap();
        assert_eq!(
            (event.action, event.direction),
            (expected, Direction::Unknown)
        );
    }
    let mut short = join(&[&pflog(45, 1, 1, 0), &syn4()]);
    short[0] = 44;
    let told = read(LinkType::PFLOG, &short, &mut Scratch::default()).map(|_| ());
    assert_eq!(told, Err(Rejection::Refuse(Refusal::BadFrame)));
}
