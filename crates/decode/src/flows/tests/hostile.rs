//! Packets that lie: bounded memory, bounded time, an account that adds up.

use proptest::prelude::*;

use super::build::{PLAIN, be, ipfix, plain, sample, set, sflow, syn, template, v5, v9};
use super::told;
use crate::flows::{Exports, MAX_FIELDS, MAX_TEMPLATES};

#[test]
fn templates_are_capped() {
    let mut exports = Exports::new();
    let fields = template(256, PLAIN);
    for domain in 0..MAX_TEMPLATES as u64 {
        assert_eq!(
            told(&mut exports, &v9(domain, &[set(0, &fields)])),
            ["= skipped: header"]
        );
    }
    let refused = ["= refused: too-long"];
    let full = v9(MAX_TEMPLATES as u64, &[set(0, &fields)]);
    assert_eq!(told(&mut exports, &full), refused);
    assert_eq!(exports.memory.templates.count(), MAX_TEMPLATES);
    // What is known can be replaced.
    assert_eq!(
        told(&mut exports, &v9(0, &[set(0, &fields)])),
        ["= skipped: header"]
    );
    let long = template(256, &vec![(1, 4); MAX_FIELDS + 1]);
    assert_eq!(told(&mut exports, &v9(0, &[set(0, &long)])), refused);
}

#[test]
fn templates_without_bytes_are_refused() {
    let mut exports = Exports::new();
    for fields in [&[][..], &[(8, 0), (12, 0)]] {
        let packet = v9(0, &[set(0, &template(256, fields))]);
        assert_eq!(
            told(&mut exports, &packet),
            ["= refused: bad-frame"],
            "{fields:?}"
        );
    }
    assert_eq!(
        told(&mut exports, &v9(0, &[set(0, &template(255, PLAIN))])),
        ["= refused: bad-frame"]
    );
    // Fields without bytes are left out of those that have some.
    let padded = template(256, &[(8, 4), (12, 4), (90, 0), (4, 1)]);
    let record = be(&[(0xc000_0201, 4), (0xc633_6407, 4), (17, 1)]);
    let lines = told(&mut exports, &v9(0, &[set(0, &padded), set(256, &record)]));
    assert!(
        lines[1].starts_with("netflow-v9 udp 192.0.2.1 > 198.51.100.7"),
        "{lines:?}"
    );
}

#[test]
fn records_that_end_early_are_told_and_so_are_those_before() {
    let fields = template(256, &[(8, 4), (12, 4), (371, 65_535)]);
    let mut records = be(&[(0xc000_0201, 4), (0xc633_6407, 4), (1, 1), (0x61, 1)]);
    records.extend(be(&[
        (0xc000_0201, 4),
        (0xc633_6407, 4),
        (200, 1),
        (0x61, 1),
    ]));
    let lines = told(
        &mut Exports::new(),
        &ipfix(0, &[set(2, &fields), set(256, &records)]),
    );
    assert_eq!(lines[2..], ["= 1", "= refused: truncated"], "{lines:?}");
}

#[test]
fn data_without_addresses_is_passed_over() {
    let packet = v9(
        0,
        &[
            set(0, &template(256, &[(10, 2), (1, 4)])),
            set(256, &[0; 12]),
        ],
    );
    assert_eq!(
        told(&mut Exports::new(), &packet)[1..],
        ["= skipped: not-ip"]
    );
}

fn samples() -> Vec<Vec<u8>> {
    let flow = ("198.51.100.7", "203.0.113.9", 1, 40, 1, 2, 43_210, 23, 2, 6);
    vec![
        v5(&[flow, flow]),
        v9(1, &[set(0, &template(256, PLAIN)), set(256, &plain())]),
        ipfix(1, &[set(2, &template(256, PLAIN)), set(256, &plain())]),
        ipfix(
            1,
            &[
                set(3, &be(&[(400, 2), (1, 2), (1, 2), (160, 2), (8, 2)])),
                set(400, &[0; 8]),
            ],
        ),
        sflow(&[(1, sample(&syn())), (3, sample(&syn()))]),
    ]
}

#[test]
fn every_prefix_and_every_changed_byte_is_harmless() {
    for packet in samples() {
        for length in 0..packet.len() {
            told(&mut Exports::new(), &packet[..length]);
        }
        let mut exports = Exports::new();
        let mut changed = packet.clone();
        for at in 0..packet.len() {
            for value in [0, 1, 4, 0x7f, 0x80, 0xff] {
                changed[at] = value;
                told(&mut exports, &changed);
            }
            changed[at] = packet[at];
        }
    }
}

proptest! {
    #[test]
    fn random_sets_are_harmless(body in prop::collection::vec(any::<u8>(), 0..300), id in 0_u64..600) {
        let mut exports = Exports::new();
        told(&mut exports, &v9(1, &[set(0, &template(256, PLAIN))]));
        for packet in [v9(1, &[set(id, &body)]), ipfix(1, &[set(id, &body)]), sflow(&[(1, body)])] {
            let lines = told(&mut exports, &packet);
            let flows = lines.iter().filter(|line| !line.starts_with("= ")).count();
            let counted: usize = lines
                .iter()
                .filter_map(|line| line.strip_prefix("= ")?.parse::<usize>().ok())
                .sum();
            prop_assert_eq!(flows, counted);
        }
    }
}
