#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

use std::io::{Cursor, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use proptest::prelude::*;

mod bounded;
mod compressed;
mod damaged;
mod text;

use super::*;
use crate::TooLong;
use crate::source::Source;

/// What came of a source.
struct Outcome {
    text: Vec<u8>,
    chunks: u64,
    too_long: Vec<TooLong>,
    cut_short: bool,
    error: Option<SourceError>,
    /// Most memory that reader and chunk held at a time.
    held: usize,
}

impl Outcome {
    fn problem(&self) -> &Problem {
        &self.error.as_ref().unwrap().problem
    }
}

fn open(bytes: impl Read + Send + 'static) -> Result<Reader, SourceError> {
    open_with(bytes, &Options::default())
}

fn open_with(bytes: impl Read + Send + 'static, options: &Options) -> Result<Reader, SourceError> {
    Source::of_program("input", bytes, options).read()
}

fn drain(mut reader: Reader) -> Outcome {
    let (mut text, mut too_long) = (Vec::new(), Vec::new());
    let (mut chunks, mut cut_short, mut held) = (0, false, 0);
    let mut buffer = Vec::new();
    let error = loop {
        match reader.next_chunk(std::mem::take(&mut buffer)) {
            Ok(Some(chunk)) => {
                assert!(!cut_short, "only the last chunk is cut short");
                text.extend_from_slice(&chunk.bytes);
                too_long.extend_from_slice(&chunk.too_long);
                chunks += 1;
                cut_short = chunk.cut_short;
                held = held.max(chunk.bytes.capacity() + reader.held());
                buffer = chunk.bytes;
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert!(
        reader.next_chunk(Vec::new()).unwrap().is_none(),
        "the end stays the end"
    );
    Outcome {
        text,
        chunks,
        too_long,
        cut_short,
        error,
        held,
    }
}

fn read(bytes: Vec<u8>) -> Outcome {
    drain(open(Cursor::new(bytes)).unwrap())
}

/// Lines that differ, so that a shift would show.
fn log(lines: u32) -> Vec<u8> {
    let mut text = Vec::new();
    for line in 0..lines {
        let port = line.wrapping_mul(2_654_435_761) >> 16;
        writeln!(
            text,
            "Jan  2 03:04:05 fw kernel: {line} SRC=192.0.2.{} DPT={port}",
            line % 256
        )
        .unwrap();
    }
    text
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut writer = zstd::Encoder::new(Vec::new(), 3).unwrap();
    writer.include_checksum(true).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = liblzma::write::XzEncoder::new(Vec::new(), 1);
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

type Pack = fn(&[u8]) -> Vec<u8>;

const PACKS: [(Compression, Pack); 4] = [
    (Compression::Gzip, gzip),
    (Compression::Zstd, zstd),
    (Compression::Xz, xz),
    (Compression::Bzip2, bzip2),
];
