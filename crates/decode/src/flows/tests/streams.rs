//! Files of packets, however they arrive.

use super::build::{PLAIN, ipfix, plain, sample, set, sflow, syn, template, v5, v9};
use super::of_told;
use crate::flows::{Damage, Stream};

fn file() -> Vec<u8> {
    let flow = ("198.51.100.7", "203.0.113.9", 1, 40, 1, 2, 43_210, 23, 2, 6);
    let template = template(256, PLAIN);
    [
        v9(1, &[set(0, &template), set(256, &plain())]),
        v9(1, &[set(256, &plain())]),
        v5(&[flow, flow]),
        sflow(&[(1, sample(&syn()))]),
        ipfix(1, &[set(2, &template), set(256, &plain())]),
        v9(1, &[set(256, &plain())]),
    ]
    .concat()
}

/// What is told of a file that arrives in pieces, and where it breaks off.
fn read(file: &[u8], piece: usize) -> (Vec<String>, Option<Damage>) {
    let mut stream = Stream::new();
    let (mut lines, mut damage) = (Vec::new(), None);
    let mut held = Vec::new();
    let mut pieces = file.chunks(piece);
    loop {
        let next = pieces.next();
        held.extend_from_slice(next.unwrap_or_default());
        let fed = stream.feed(&held, next.is_none(), &mut |number, told| {
            lines.push(format!("{number} {}", of_told(told)));
        });
        damage = damage.or(fed.damage);
        held.drain(..fed.used);
        if next.is_none() {
            assert!(held.is_empty(), "nothing is left behind");
            return (lines, damage);
        }
    }
}

#[test]
fn pieces_of_any_size_give_the_same() {
    let file = file();
    let (whole, damage) = read(&file, file.len());
    assert_eq!(damage, None);
    assert_eq!(
        whole.iter().filter(|line| line.contains(" > ")).count(),
        7,
        "{whole:?}"
    );
    assert!(
        whole.last().is_some_and(|line| line == "6 = 1"),
        "{whole:?}"
    );
    for piece in [1, 2, 3, 7, 16, 100] {
        assert_eq!(
            read(&file, piece),
            (whole.clone(), None),
            "pieces of {piece} bytes"
        );
    }
}

#[test]
fn what_is_no_packet_ends_the_file() {
    let good = v5(&[("192.0.2.1", "192.0.2.2", 1, 40, 1, 2, 3, 4, 2, 6)]);
    let file = [&good[..], &[b'x'; 200], &good[..]].concat();
    let (lines, damage) = read(&file, 50);
    assert_eq!(
        lines.last().map(String::as_str),
        Some("2 = refused: bad-frame")
    );
    let damage = damage.unwrap();
    assert_eq!(
        (damage.offset, damage.packet, damage.is_cut),
        (good.len() as u64, 2, false)
    );
    assert_eq!(
        damage.to_string(),
        "flow export damaged at byte 72, packet 2: no export packet begins here"
    );
}

#[test]
fn a_file_that_ends_inside_a_packet_says_so() {
    let file = file();
    for length in 1..file.len() {
        let (lines, damage) = read(&file[..length], 64);
        let is_refused = lines.last().is_some_and(|line| line.contains("refused"));
        assert_eq!(damage.is_some(), is_refused, "{length}: {lines:?}");
    }
}
