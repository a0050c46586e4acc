//! Capture files: both formats, both orders, in pieces of any size.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use rutter_event::{Direction, Event, Refusal, Stamp, Timestamp};

use super::super::{Capture, MAX_INTERFACES};
use super::build::*;
use super::{Told, tell};
use crate::Rejection;

const RAW: u16 = 101;

/// Looks at each event of a capture that is fed whole.
fn look(bytes: &[u8], mut see: impl FnMut(u64, &Event<'_>)) -> u64 {
    let mut capture = Capture::new();
    let fed = capture.feed(bytes, &mut |number, event| see(number, event.unwrap()));
    assert_eq!((fed.used, fed.damage), (bytes.len(), None));
    assert_eq!(capture.finish(&[], &mut |_, _| ()), None);
    capture.packets()
}

fn instant(seconds: i64, nanoseconds: u32) -> Stamp {
    Stamp::Instant(Timestamp::from_seconds(seconds, nanoseconds).unwrap())
}

fn classic(writer: Writer, magic: u32) -> Vec<u8> {
    let syn = syn4();
    let length = syn.len() as u32;
    join(&[
        &writer.pcap_header(magic, u32::from(RAW)),
        &writer.record((1_700_000_000, 5), length, &syn),
        &writer.record((1_700_000_001, 6), length + 100, &syn),
    ])
}

fn next_generation(writer: Writer) -> Vec<u8> {
    let (v4, v6) = (syn4(), syn6());
    let tagged = ethernet(0x86dd, &v6);
    let name = |name: &str| writer.option(2, name.as_bytes());
    let offset = writer.option(
        14,
        &match writer.0 {
            super::Order::Little => 1_000_000_i64.to_le_bytes(),
            super::Order::Big => 1_000_000_i64.to_be_bytes(),
        },
    );
    let nanos = join(&[
        &name("wan0"),
        &writer.option(9, &[9]),
        &writer.option(0, &[]),
    ]);
    let binary = join(&[&name("lan0"), &writer.option(9, &[0x80 | 10]), &offset]);
    let received = writer.option(2, &writer.u32(1));
    let sent = join(&[
        &writer.option(1, b"a comment"),
        &writer.option(2, &writer.u32(2)),
    ]);
    join(&[
        &writer.section(),
        &writer.interface(RAW, 44, &nanos),
        &writer.interface(1, 0, &binary),
        // Name resolution, statistics, secrets and something nobody knows.
        &writer.block(4, &[0; 20]),
        &writer.block(5, &[0; 24]),
        &writer.block(10, b"TLSK"),
        &writer.block(0x8000_0bad, &[0xff; 40]),
        &writer.enhanced(0, 1_700_000_000_000_000_005, 44, &v4, &received),
        &writer.enhanced(1, 1024 * 5 + 512, tagged.len() as u32, &tagged, &sent),
        &writer.simple(200, &v4),
        &writer.old(1, 1024 * 9, &tagged, &[]),
    ])
}

#[test]
fn formats_are_known_by_their_first_bytes() {
    for writer in Writer::BOTH {
        assert_eq!(
            Capture::recognise(&classic(writer, 0xa1b2_c3d4)),
            Some("pcap")
        );
        assert_eq!(
            Capture::recognise(&classic(writer, 0xa1b2_3c4d)),
            Some("pcap")
        );
        assert_eq!(Capture::recognise(&next_generation(writer)), Some("pcapng"));
    }
    assert_eq!(Capture::recognise(b"Nov 23 04:05:06 host kernel: "), None);
    assert_eq!(Capture::recognise(&[0x0a, 0x0d, 0x0d]), None);
}

#[test]
fn classic_captures() {
    for writer in Writer::BOTH {
        for (magic, unit) in [(0xa1b2_c3d4, 1000), (0xa1b2_3c4d, 1)] {
            let packets = look(&classic(writer, magic), |number, event| {
                assert_eq!(event.format, "pcap");
                assert!(event.packet.is_syn());
                let number = number as u32;
                assert_eq!(
                    event.stamp,
                    instant(1_699_999_999 + i64::from(number), (4 + number) * unit)
                );
            });
            assert_eq!(packets, 2);
        }
    }
}

#[test]
fn classic_captures_with_long_records() {
    for writer in Writer::BOTH {
        let mut record = writer.record((1_700_000_000, 5), 44, &syn4());
        record.splice(16..16, [0, 0, 0, 2, 8, 0, 4, 0]);
        let header = writer.pcap_header(0xa1b2_cd34, u32::from(RAW));
        let packets = look(&join(&[&header, &record, &record]), |_, event| {
            assert!(event.packet.is_syn());
            assert_eq!(event.stamp, instant(1_700_000_000, 5000));
        });
        assert_eq!(packets, 2);
    }
}

#[test]
fn next_generation_captures() {
    for writer in Writer::BOTH {
        let packets = look(&next_generation(writer), |number, event| {
            assert_eq!(event.format, "pcapng");
            assert!(event.packet.is_syn(), "{number}");
            let (ingress, egress) = (
                event.observer.ingress.bytes(),
                event.observer.egress.bytes(),
            );
            let mut beside = Vec::new();
            event
                .extra
                .for_each(&mut |_, value| beside.push(value.bytes()));
            match number {
                1 => {
                    assert_eq!(event.stamp, instant(1_700_000_000, 5));
                    assert_eq!(event.direction, Direction::Inbound);
                    assert_eq!((ingress, egress), (&b"wan0"[..], &b""[..]));
                }
                2 => {
                    assert_eq!(event.stamp, instant(1_000_005, 500_000_000));
                    assert_eq!(event.direction, Direction::Outbound);
                    assert_eq!((ingress, egress), (&b""[..], &b"lan0"[..]));
                }
                3 => {
                    assert_eq!(
                        (event.stamp, event.direction),
                        (Stamp::Absent, Direction::Unknown)
                    );
                    assert_eq!(beside, [b"wan0"]);
                }
                _ => {
                    assert_eq!(event.stamp, instant(1_000_009, 0));
                    assert_eq!(beside, [b"lan0"]);
                }
            }
        });
        assert_eq!(packets, 4);
    }
}

#[test]
fn pieces_change_nothing() {
    for writer in Writer::BOTH {
        for bytes in [classic(writer, 0xa1b2_c3d4), next_generation(writer)] {
            let whole = tell(&bytes, usize::MAX);
            assert!(whole.packets.iter().all(|(_, event)| event.is_ok()));
            assert_eq!((whole.bytes, whole.unread), (bytes.len() as u64, 0));
            for piece in [1, 2, 3, 7, 16, 64, 101] {
                assert_eq!(tell(&bytes, piece), whole, "pieces of {piece}");
            }
        }
    }
}

#[test]
fn captures_one_after_another() {
    let [little, big] = Writer::BOTH;
    let appended = join(&[
        &classic(little, 0xa1b2_c3d4),
        &classic(big, 0xa1b2_3c4d),
        &classic(little, 0xa1b2_c3d4),
    ]);
    assert_eq!(
        look(&appended, |_, event| assert!(event.packet.is_syn())),
        6
    );
    let sections = join(&[&next_generation(little), &next_generation(big)]);
    assert_eq!(
        look(&sections, |_, event| assert!(event.packet.is_syn())),
        8
    );
    // A new section knows no interface of the last one.
    let orphan = join(&[
        &next_generation(little),
        &big.section(),
        &big.enhanced(0, 0, 44, &syn4(), &[]),
    ]);
    let told = tell(&orphan, usize::MAX);
    assert_eq!(
        told.packets[4],
        (5, Err(Rejection::Refuse(Refusal::BadFrame)))
    );
    assert_eq!(told.damage, None);
}

#[test]
fn broken_packets_do_not_end_a_capture() {
    let writer = Writer::BOTH[0];
    let syn = syn4();
    let mut liar = writer.enhanced(0, 0, 44, &syn, &[]);
    liar[20..24].copy_from_slice(&writer.u32(4096));
    let unclear = join(&[&writer.option(9, &[0]), &writer.option(0, &[])]);
    let bytes = join(&[
        &writer.section(),
        &writer.simple(44, &syn),
        &writer.interface(RAW, 0, &[]),
        &writer.block(1, &[1]),
        &writer.interface(RAW, 0, &unclear),
        &liar,
        &writer.enhanced(1, 0, 44, &syn, &[]),
        &writer.enhanced(2, u64::MAX, 44, &syn, &[]),
        &writer.enhanced(7, 0, 44, &syn, &[]),
        &writer.block(6, &[0; 8]),
        &writer.enhanced(0, 0, 44, &syn, &[]),
    ]);
    let told = tell(&bytes, usize::MAX);
    let why: Vec<_> = told
        .packets
        .iter()
        .map(|(_, event)| event.as_ref().err())
        .collect();
    let bad = Some(&Rejection::Refuse(Refusal::BadFrame));
    let time = Some(&Rejection::Refuse(Refusal::BadTime));
    assert_eq!(why, [bad, bad, bad, time, bad, bad, None]);
    assert_eq!(told.damage, None);

    let impossible = join(&[
        &writer.pcap_header(0xa1b2_c3d4, u32::from(RAW)),
        &writer.record((1, 1_000_000), 44, &syn),
        &writer.record((1, 999_999), 44, &syn),
    ]);
    let told = tell(&impossible, usize::MAX);
    assert_eq!(
        told.packets[0],
        (1, Err(Rejection::Refuse(Refusal::BadTime)))
    );
    assert!(told.packets[1].1.is_ok());
}

#[test]
fn interfaces_are_capped() {
    let writer = Writer::BOTH[0];
    let mut bytes = writer.section();
    for _ in 0..MAX_INTERFACES + 10 {
        bytes.extend(writer.interface(RAW, 0, &writer.option(2, &[b'x'; 2000])));
    }
    let last = MAX_INTERFACES as u32 - 1;
    bytes.extend(writer.enhanced(last, 0, 44, &syn4(), &[]));
    bytes.extend(writer.enhanced(last + 1, 0, 44, &syn4(), &[]));
    let Told { packets, .. } = tell(&bytes, 1 << 20);
    assert!(packets[0].1.is_ok());
    assert_eq!(packets[1].1, Err(Rejection::Refuse(Refusal::BadFrame)));
}
