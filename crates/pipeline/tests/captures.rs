//! What flows of a capture say first reaches the verdicts of a report.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::io::Cursor;
use std::num::NonZeroUsize;

use rutter_analysis::{Home, Language, find};
use rutter_knowledge::Knowledge;
use rutter_pipeline::{Settings, profile};
use rutter_source::{Options, Source};

const STRANGER: [u8; 4] = [198, 51, 100, 7];
const OURS: [u8; 4] = [203, 0, 113, 9];
/// 2026-11-23T10:00:00Z.
const TEN: u32 = 1_795_428_000;

/// A packet of the stranger to port 27374, behind an Ethernet header.
fn frame(flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = [0; 12].to_vec();
    frame.extend(0x0800_u16.to_be_bytes());
    frame.extend([0x45, 0]);
    frame.extend(u16::try_from(40 + payload.len()).unwrap().to_be_bytes());
    frame.extend([0, 1, 0x40, 0, 51, 6, 0, 0]);
    frame.extend(STRANGER);
    frame.extend(OURS);
    frame.extend(40_000_u16.to_be_bytes());
    frame.extend(27_374_u16.to_be_bytes());
    frame.extend([0, 0, 0, 9, 0, 0, 0, 1, 0x50, flags, 0xfa, 0xf0, 0, 0, 0, 0]);
    frame.extend(payload);
    frame
}

/// A capture of these packets, a tenth of a second apart.
fn capture(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = 0xa1b2_c3d4_u32.to_le_bytes().to_vec();
    bytes.extend([2, 0, 4, 0]);
    for word in [0, 0, 65_535, 1] {
        bytes.extend(u32::to_le_bytes(word));
    }
    for (frame, tenths) in frames.iter().zip(0..) {
        let length = u32::try_from(frame.len()).unwrap();
        for word in [TEN, tenths * 100_000, length, length] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(frame);
    }
    bytes
}

/// What most of the packets to 27374 meant, and everything that speaks for the findings.
fn told(frames: &[Vec<u8>]) -> (String, String) {
    let options = Options::default();
    let source = Source::of_program("x.pcap", Cursor::new(capture(frames)), &options);
    let settings = Settings {
        home: Home::new(vec!["203.0.113.0/24".parse().unwrap()]),
        threads: NonZeroUsize::MIN,
        ..Settings::default()
    };
    let outcome = profile(vec![source], &settings, Knowledge::embedded());
    let summary = find(&outcome.profile, Knowledge::embedded());
    let actor = summary.actors.first().unwrap();
    let evidence = summary
        .findings
        .iter()
        .flat_map(|finding| &finding.evidence);
    let says: Vec<String> = evidence
        .map(|piece| piece.says.text(Language::En))
        .collect();
    (actor.entry.id.clone(), says.join("\n"))
}

#[test]
fn the_first_words_of_a_flow_explain_its_first_packet() {
    let syn = frame(2, b"");
    let words = b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: Mozilla/5.0 zgrab/0.x\r\n\r\n";
    let (alone, _) = told(std::slice::from_ref(&syn));
    assert_eq!(alone, "trojan.subseven");
    let (id, says) = told(&[syn, frame(0x18, words)]);
    assert_eq!(id, "scan.tool", "{says}");
    let heard = "the capture holds what the same caller said on this port, 0.1 seconds apart: http, spoken by zgrab";
    assert!(says.contains(heard), "{says}");
}
