//! Captures that end early or go wrong in the middle.

use rutter_event::Refusal;

use super::super::{Capture, Damage, MAX_BLOCK, Reason};
use super::build::*;
use super::tell;
use crate::Rejection;

const WRITER: Writer = Writer::BOTH[0];

fn good_pcap() -> Vec<u8> {
    join(&[
        &WRITER.pcap_header(0xa1b2_c3d4, 101),
        &WRITER.record((1, 2), 44, &syn4()),
        &WRITER.record((3, 4), 44, &syn4()),
    ])
}

fn good_pcapng() -> Vec<u8> {
    join(&[
        &WRITER.section(),
        &WRITER.interface(101, 0, &[]),
        &WRITER.enhanced(0, 1, 44, &syn4(), &[]),
    ])
}

/// What follows `start` damages the capture right there.
fn assert_damaged(start: &[u8], rest: &[u8], reason: Reason, refusal: Refusal) {
    let before = tell(start, usize::MAX).packets;
    let bytes = join(&[start, rest]);
    for piece in [1, 5, usize::MAX] {
        let told = tell(&bytes, piece);
        let packet = before.len() as u64 + 1;
        assert_eq!(
            told.damage,
            Some(Damage {
                offset: start.len() as u64,
                packet,
                reason
            })
        );
        assert_eq!(
            told.packets[..before.len()],
            before,
            "what came before stands"
        );
        assert_eq!(
            told.packets.last(),
            Some(&(packet, Err(Rejection::Refuse(refusal))))
        );
        assert_eq!(told.packets.len() as u64, packet);
        assert_eq!(
            told.bytes,
            bytes.len() as u64,
            "every byte is accounted for"
        );
        assert_eq!(told.unread, rest.len() as u64);
    }
}

#[test]
fn lengths_beyond_reason() {
    let claims = [MAX_BLOCK as u32 + 1, u32::MAX];
    for claim in claims {
        let mut record = WRITER.record((1, 2), 44, &syn4());
        record[8..12].copy_from_slice(&WRITER.u32(claim));
        assert_damaged(
            &good_pcap(),
            &record,
            Reason::TooLong(claim),
            Refusal::BadFrame,
        );
    }
    let claim = MAX_BLOCK as u32 + 4;
    let mut block = WRITER.block(0xbad, &[0; 64]);
    block[4..8].copy_from_slice(&WRITER.u32(claim));
    assert_damaged(
        &good_pcapng(),
        &block,
        Reason::TooLong(claim),
        Refusal::BadFrame,
    );
}

#[test]
fn lengths_that_no_block_has() {
    for claim in [0, 8, 13, 75] {
        let mut block = WRITER.block(6, &[0; 64]);
        block[4..8].copy_from_slice(&WRITER.u32(claim));
        assert_damaged(
            &good_pcapng(),
            &block,
            Reason::ImpossibleLength(claim),
            Refusal::BadFrame,
        );
    }
    let mut block = WRITER.block(6, &[0; 64]);
    block[72..76].copy_from_slice(&WRITER.u32(80));
    assert_damaged(
        &good_pcapng(),
        &block,
        Reason::LengthsDisagree(76, 80),
        Refusal::BadFrame,
    );
}

#[test]
fn headers_of_no_known_kind() {
    assert_damaged(
        &[],
        b"Nov 23 04:05:06",
        Reason::NotACapture,
        Refusal::BadFrame,
    );
    let mut old = WRITER.pcap_header(0xa1b2_c3d4, 1);
    old[4] = 3;
    assert_damaged(&[], &old, Reason::UnknownVersion, Refusal::BadFrame);
    let mut new = WRITER.section();
    new[12] = 2;
    assert_damaged(&[], &new, Reason::UnknownVersion, Refusal::BadFrame);
    let mut unmarked = WRITER.section();
    unmarked[8] = 0;
    assert_damaged(
        &good_pcapng(),
        &unmarked,
        Reason::NoByteOrder,
        Refusal::BadFrame,
    );
}

#[test]
fn captures_cut_anywhere_keep_what_came_before() {
    for (bytes, ends) in [
        (good_pcap(), &[0, 24, 84, 144][..]),
        (good_pcapng(), &[0, 28, 48, 124]),
    ] {
        let whole = tell(&bytes, usize::MAX);
        for cut in 0..bytes.len() {
            let told = tell(&bytes[..cut], usize::MAX);
            let begin = ends
                .iter()
                .rev()
                .find(|end| **end <= cut)
                .copied()
                .unwrap_or(0);
            let expected = (begin < cut).then_some((begin as u64, Reason::CutShort));
            assert_eq!(
                told.damage.map(|d| (d.offset, d.reason)),
                expected,
                "cut at {cut}"
            );
            let kept = told
                .packets
                .iter()
                .take_while(|(_, event)| event.is_ok())
                .count();
            assert_eq!(told.packets[..kept], whole.packets[..kept]);
            assert_eq!(told.packets.len(), kept + usize::from(expected.is_some()));
            assert_eq!(
                (told.bytes, told.unread),
                (cut as u64, (cut - begin) as u64)
            );
        }
    }
}

#[test]
fn needs_tell_how_much_to_read() {
    let mut record = WRITER.record((1, 2), 44, &syn4());
    record[8..12].copy_from_slice(&WRITER.u32(MAX_BLOCK as u32));
    let bytes = join(&[&good_pcap(), &record]);
    let mut capture = Capture::new();
    let fed = capture.feed(&bytes, &mut |_, _| ());
    assert_eq!((fed.used, fed.needs), (good_pcap().len(), MAX_BLOCK + 16));
    assert_eq!(fed.damage, None);
}

#[test]
fn damage_speaks_for_itself() {
    let damage = Damage {
        offset: 84,
        packet: 2,
        reason: Reason::TooLong(u32::MAX),
    };
    let text = "capture damaged at byte 84, packet 2: \
                a block claims 4294967295 bytes, more than 16777216";
    assert_eq!(damage.to_string(), text);
}
