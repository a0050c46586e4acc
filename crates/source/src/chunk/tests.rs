#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

use std::io::{self, Read};

use proptest::prelude::*;

use super::*;
use crate::stage::Disk;

/// Gives its bytes in reads of the lengths named, again and again, an interruption between each.
struct Dribble {
    bytes: Vec<u8>,
    at: usize,
    lengths: Vec<usize>,
    reads: usize,
}

impl Read for Dribble {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if self.reads.is_multiple_of(2) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = self.lengths[(self.reads / 2) % self.lengths.len()];
        let count = length
            .max(1)
            .min(into.len())
            .min(self.bytes.len() - self.at);
        into[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn cut(bytes: &[u8], lengths: &[usize], full: usize, max_line: usize) -> Vec<Chunk> {
    let dribble = Dribble {
        bytes: bytes.to_vec(),
        at: 0,
        lengths: lengths.to_vec(),
        reads: 0,
    };
    let mut window = Window::new(Disk::new(Box::new(dribble), Default::default()));
    let mut cutter = Cutter::new(full, max_line);
    let mut chunks = Vec::new();
    // A dirty buffer, as recycled ones are.
    let mut buffer = vec![b'\n'; full / 2];
    while let Some(chunk) = cutter
        .next(&mut window, std::mem::take(&mut buffer))
        .unwrap()
    {
        buffer = [&chunk.bytes[..], b"\n?\n"].concat();
        assert!(cutter.carry.len() <= full);
        chunks.push(chunk);
    }
    assert!(cutter.next(&mut window, Vec::new()).unwrap().is_none());
    chunks
}

fn text(chunks: &[Chunk]) -> Vec<&str> {
    chunks
        .iter()
        .map(|chunk| std::str::from_utf8(&chunk.bytes).unwrap())
        .collect()
}

#[test]
fn chunks_end_behind_a_line_feed() {
    let chunks = cut(b"one\ntwo\nthree\nfour", &[100], 9, 9);
    assert_eq!(text(&chunks), ["one\ntwo\n", "three\n", "four"]);
    let numbers: Vec<_> = chunks
        .iter()
        .map(|c| (c.index, c.first_line, c.lines))
        .collect();
    assert_eq!(numbers, [(0, 1, 2), (1, 3, 1), (2, 4, 1)]);
    assert!(
        chunks
            .iter()
            .all(|chunk| !chunk.cut_short && chunk.too_long.is_empty())
    );
}

#[test]
fn a_line_may_be_longer_than_a_chunk() {
    let chunks = cut(b"a\n123456789\nb\n", &[3], 4, 9);
    assert_eq!(text(&chunks), ["a\n", "123456789\n", "b\n"]);
    assert!(chunks.iter().all(|chunk| chunk.too_long.is_empty()));
}

#[test]
fn a_line_beyond_the_limit_is_counted() {
    let chunks = cut(b"a\n1234567890\nb\n", &[3], 4, 9);
    assert_eq!(text(&chunks), ["a\n", "", "b\n"]);
    assert_eq!(chunks[1].too_long, [TooLong { line: 2, bytes: 11 }]);
    assert_eq!((chunks[1].first_line, chunks[1].lines), (2, 0));
    assert_eq!(chunks[2].first_line, 3);
}

#[test]
fn lines_beyond_the_limit_leave_the_others_their_numbers() {
    let chunks = cut(
        b"long!\na\nlonger\nlongest\nb\nc\nlong again",
        &[100],
        100,
        3,
    );
    assert_eq!(text(&chunks), ["a\nb\nc\n"]);
    let too_long = [(1, 6), (3, 7), (4, 8), (7, 10)];
    assert_eq!(
        chunks[0].too_long,
        too_long.map(|(line, bytes)| TooLong { line, bytes })
    );
    let lines: Vec<_> = chunks[0].lines().collect();
    assert_eq!(lines, [(2, &b"a\n"[..]), (5, b"b\n"), (6, b"c\n")]);
}

#[test]
fn carriage_returns_nuls_and_blank_lines_are_lines() {
    let chunks = cut(b"a\r\n\n\0\n\r", &[100], 100, 100);
    let lines: Vec<_> = chunks[0].lines().collect();
    assert_eq!(
        lines,
        [(1, &b"a\r\n"[..]), (2, b"\n"), (3, b"\0\n"), (4, b"\r")]
    );
    assert_eq!(chunks[0].lines, 4);
}

#[test]
fn nothing_gives_no_chunk() {
    assert_eq!(cut(b"", &[1], 4, 4), []);
}

/// Lines of all lengths around the limits, with and without a last line feed.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let line = (
        0_usize..40,
        prop::sample::select(vec![b'x', 0, b'\r', 0xff]),
    )
        .prop_map(|(length, byte)| [vec![byte; length], vec![b'\n']].concat());
    (prop::collection::vec(line, 0..60), 0_usize..40)
        .prop_map(|(lines, last)| [lines.concat(), vec![b'.'; last]].concat())
}

proptest! {
    /// Law 3: every byte is accounted for, once, under the right number.
    #[test]
    fn every_byte_is_accounted_for(
        input in input(),
        lengths in prop::collection::vec(1_usize..30, 1..5),
        full in 1_usize..64,
        max_line in 0_usize..40,
    ) {
        let chunks = cut(&input, &lengths, full, max_line);
        let mut found = Vec::new();
        let mut next = (0, 1);
        for chunk in &chunks {
            prop_assert_eq!((chunk.index, chunk.first_line), next);
            next = (next.0 + 1, next.1 + chunk.lines + chunk.too_long.len() as u64);
            prop_assert_eq!(chunk.lines().count() as u64, chunk.lines);
            let short = chunk.lines().map(|(number, line)| (number, Some(line), 0));
            let long = chunk.too_long.iter().map(|long| (long.line, None, long.bytes));
            let mut both: Vec<_> = short.chain(long).collect();
            both.sort_unstable();
            found.extend(both);
        }
        let mut expected: Vec<_> = (1..).zip(input.split_inclusive(|byte| *byte == b'\n')).map(
            |(number, line)| match line.strip_suffix(b"\n").unwrap_or(line) {
                short if short.len() <= max_line => (number, Some(line), 0),
                _ => (number, None, line.len() as u64),
            },
        ).collect();
        expected.sort_unstable();
        prop_assert_eq!(&found, &expected);
        let kept: usize = chunks.iter().map(|chunk| chunk.bytes.len()).sum();
        let counted: u64 = chunks.iter().flat_map(|c| &c.too_long).map(|long| long.bytes).sum();
        prop_assert_eq!(kept as u64 + counted, input.len() as u64);
    }

    /// Law 5: how a pipe delivers its bytes does not change the chunks.
    #[test]
    fn chunks_depend_on_the_bytes_alone(
        input in input(),
        one in prop::collection::vec(1_usize..2_000, 1..5),
        other in prop::collection::vec(1_usize..30, 1..5),
        full in 1_usize..64,
        max_line in 0_usize..40,
    ) {
        prop_assert_eq!(cut(&input, &one, full, max_line), cut(&input, &other, full, max_line));
    }

    /// Without lines that are too long, the chunks are the input, and none is fuller than agreed.
    #[test]
    fn chunks_put_together_are_the_input(input in input(), full in 1_usize..64) {
        let chunks = cut(&input, &[7], full, 40);
        let whole: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.clone()).collect();
        prop_assert_eq!(whole, input);
        prop_assert!(chunks.iter().all(|chunk| chunk.bytes.len() <= full.max(41)));
    }
}
