#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

use std::io::{Cursor, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;

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

#[test]
fn plain_text_comes_as_it_is() {
    let text = log(30_000);
    let outcome = read(text.clone());
    assert!(outcome.text == text && outcome.error.is_none());
    assert_eq!(outcome.chunks, (text.len() as u64).div_ceil(CHUNK as u64));
}

#[test]
fn compression_is_taken_off() {
    let text = log(30_000);
    for (compression, pack) in PACKS {
        let packed = pack(&text);
        let reader = open(Cursor::new(packed.clone())).unwrap();
        assert_eq!(reader.layers(), [compression]);
        assert!(text.starts_with(reader.peek()) && reader.peek().len() == PEEK);
        let outcome = drain(reader);
        assert!(
            outcome.text == text && outcome.error.is_none(),
            "{compression}"
        );
    }
}

#[test]
fn nothing_compressed_is_nothing() {
    for (compression, pack) in PACKS {
        let outcome = read(pack(b""));
        assert_eq!(
            (outcome.chunks, outcome.error.is_none()),
            (0, true),
            "{compression}"
        );
    }
    let outcome = read(Vec::new());
    assert_eq!((outcome.chunks, outcome.error.is_none()), (0, true));
}

#[test]
fn members_follow_each_other_with_or_without_padding() {
    let (one, two) = (log(3_000), b"and a line across\nthe seam".to_vec());
    for (compression, pack) in PACKS {
        for padding in [0, 4, 100_000] {
            let packed = [
                pack(&one),
                vec![0; padding],
                pack(b""),
                pack(&two),
                vec![0; padding],
            ]
            .concat();
            let outcome = read(packed);
            assert!(
                outcome.text == [&one[..], &two].concat(),
                "{compression} {padding}"
            );
            assert!(outcome.error.is_none(), "{compression} {padding}");
        }
    }
}

#[test]
fn skippable_frames_are_skipped() {
    let skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec();
    let packed = [
        skippable.clone(),
        zstd(b"one\n"),
        skippable.clone(),
        zstd(b"two\n"),
        skippable,
    ];
    let outcome = read(packed.concat());
    assert_eq!(
        (outcome.text.as_slice(), outcome.error.is_none()),
        (&b"one\ntwo\n"[..], true)
    );
}

#[test]
fn zstd_frames_without_check_sum_or_with_their_length_end_where_they_end() {
    let mut text = log(20_000);
    text.truncate(1 << 20);
    for length in [1, 1_000, 1 << 17, (1 << 17) + 1, 1 << 20] {
        let frame = zstd::bulk::compress(&text[..length], 1).unwrap();
        let outcome = read([frame.clone(), frame].concat());
        assert!(outcome.error.is_none(), "{length}");
        assert!(
            outcome.text == [&text[..length], &text[..length]].concat(),
            "{length}"
        );
    }
}

#[test]
fn a_gzip_header_may_have_all_its_fields() {
    let plain = gzip(b"one\n");
    let mut packed = b"\x1f\x8b\x08\x1e\0\0\0\0\0\x03\x04\0xtraname\0comment\0".to_vec();
    let mut sum = flate2::Crc::new();
    sum.update(&packed);
    packed.extend_from_slice(&sum.sum().to_le_bytes()[..2]);
    packed.extend_from_slice(&plain[10..]);
    let outcome = read(packed);
    assert_eq!(
        (outcome.text.as_slice(), outcome.error.is_none()),
        (&b"one\n"[..], true)
    );
}

#[test]
fn what_is_compressed_twice_is_read_and_thrice_is_refused() {
    let text = log(10_000);
    for (_, inner) in PACKS {
        for (_, outer) in PACKS {
            let outcome = read(outer(&inner(&text)));
            assert!(outcome.text == text && outcome.error.is_none());
        }
    }
    let error = open(Cursor::new(gzip(&zstd(&xz(&text))))).unwrap_err();
    assert!(matches!(error.problem, Problem::TooDeep { layers: 2 }));
}

#[test]
fn all_before_a_cut_is_delivered() {
    let text = log(30_000);
    for (compression, pack) in PACKS {
        let packed = pack(&text);
        for kept in [packed.len() / 2, packed.len() - 1] {
            let outcome = read(packed[..kept].to_vec());
            assert!(text.starts_with(&outcome.text), "{compression}");
            let Problem::CutOff {
                compression: named,
                offset,
                delivered,
            } = *outcome.problem()
            else {
                unreachable!("{compression}: {:?}", outcome.error)
            };
            assert_eq!((named, offset), (compression, kept as u64));
            assert_eq!(delivered, outcome.text.len() as u64);
            let whole = outcome.text.ends_with(b"\n");
            assert_eq!(outcome.cut_short, !whole);
        }
        // Only the trailer is missing: nothing of the text is.
        let outcome = read(packed[..packed.len() - 1].to_vec());
        assert!(outcome.text == text, "{compression}");
    }
}

/// Two texts in one member, and where in it the second begins.
fn flushed<W: Write>(mut writer: W, one: &[u8], two: &[u8], inner: fn(&W) -> usize) -> (W, usize) {
    writer.write_all(one).unwrap();
    // Twice: that of xz keeps the last bytes until the next time.
    writer.flush().unwrap();
    writer.flush().unwrap();
    let seam = inner(&writer);
    writer.write_all(two).unwrap();
    (writer, seam)
}

#[test]
fn all_before_the_damage_is_delivered_to_the_byte() {
    let one = log(20_000);
    let two = log(30_000).split_off(one.len());
    let options = flate2::Compression::default();
    let gzip = flate2::write::GzEncoder::new(Vec::new(), options);
    let (gzip, gzip_seam) = flushed(gzip, &one, &two, |writer| writer.get_ref().len());
    let zstd = zstd::Encoder::new(Vec::new(), 3).unwrap();
    let (zstd, zstd_seam) = flushed(zstd, &one, &two, |writer| writer.get_ref().len());
    let xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    let (xz, xz_seam) = flushed(xz, &one, &two, |writer| writer.get_ref().len());
    let bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    let (bzip2, bzip2_seam) = flushed(bzip2, &one, &two, |writer| writer.get_ref().len());
    // At the seam each format expects the head of a block, and none of these is one: block type 3
    // of deflate and zstd, a wrong check sum for xz, for bzip2 anything but pi or its root.
    // Blocks of bzip2 end within a byte.
    for (compression, mut packed, seam, poison) in [
        (Compression::Gzip, gzip.finish().unwrap(), gzip_seam, 0xff),
        (Compression::Zstd, zstd.finish().unwrap(), zstd_seam, 0xff),
        (Compression::Xz, xz.finish().unwrap(), xz_seam, 0x01),
        (
            Compression::Bzip2,
            bzip2.finish().unwrap(),
            bzip2_seam + 1,
            0xff,
        ),
    ] {
        assert!(
            read(packed.clone()).text == [&one[..], &two].concat(),
            "{compression}"
        );
        packed[seam..].fill(poison);
        let outcome = read(packed);
        let Problem::Damaged {
            compression: named,
            offset,
            delivered,
            ..
        } = *outcome.problem()
        else {
            unreachable!("{compression}: {:?}", outcome.error)
        };
        assert_eq!((named, delivered), (compression, one.len() as u64));
        assert!(
            outcome.text == one,
            "{compression}: {} of {}",
            outcome.text.len(),
            one.len()
        );
        // Decoders read a few bytes ahead before they see it.
        assert!(
            (seam as u64..seam as u64 + 16).contains(&offset),
            "{compression} {seam} {offset}"
        );
    }
}

#[test]
fn a_wrong_check_sum_is_damage() {
    for (compression, pack) in PACKS {
        let mut packed = pack(b"SRC=192.0.2.1 DPT=23\n");
        // gzip ends in sum and length, zstd in the sum; xz and bzip2 keep theirs further in.
        let at = match compression {
            Compression::Gzip => packed.len() - 5,
            Compression::Zstd => packed.len() - 1,
            Compression::Xz => packed.len() - 30,
            Compression::Bzip2 => 11,
        };
        packed[at] ^= 1;
        let outcome = read(packed);
        assert!(
            matches!(outcome.problem(), Problem::Damaged { .. }),
            "{:?}",
            outcome.error
        );
    }
}

#[test]
fn what_was_appended_is_named() {
    for (compression, pack) in PACKS {
        let packed = pack(b"one\n");
        let outcome = read([&packed[..], b"garbage"].concat());
        assert_eq!(outcome.text, b"one\n");
        let Problem::Appended {
            offset, delivered, ..
        } = *outcome.problem()
        else {
            unreachable!("{compression}: {:?}", outcome.error)
        };
        assert_eq!((offset, delivered), (packed.len() as u64, 4));
    }
}

#[test]
fn a_failing_disk_is_named_with_its_offset() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("medium error"))
        }
    }
    let outcome = drain(open(Cursor::new(b"one\ntw").chain(Broken)).unwrap());
    assert_eq!(
        (outcome.text.as_slice(), outcome.cut_short),
        (&b"one\ntw"[..], true)
    );
    assert!(matches!(
        outcome.problem(),
        Problem::Failed { offset: 6, .. }
    ));

    let packed = gzip(&log(10_000));
    let half = packed.len() / 2;
    let outcome = drain(open(Cursor::new(packed).take(half as u64).chain(Broken)).unwrap());
    assert!(!outcome.text.is_empty());
    assert!(matches!(outcome.problem(), Problem::Failed { offset, .. } if *offset == half as u64));
}

/// Two windows of a compressed source, a carried rest and the chunk itself.
const FLAT: usize = 2 * CHUNK + 4 * (PEEK + 64) + 1;

#[test]
fn a_gzip_bomb_is_read_as_a_stream() {
    // 200 MiB of NULs: deflate reaches 1:1030, which is within the limit, so it is one long line.
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..200 {
        writer.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let outcome = read(writer.finish().unwrap());
    assert!(outcome.error.is_none() && outcome.text.is_empty());
    assert_eq!(
        outcome.too_long,
        [TooLong {
            line: 1,
            bytes: 200 << 20
        }]
    );
    assert!(outcome.held <= FLAT, "{}", outcome.held);
}

#[test]
fn a_bomb_beyond_the_ratio_is_stopped() {
    let zeros = vec![0; 200 << 20];
    for pack in [zstd as Pack, xz, bzip2] {
        let outcome = read(pack(&zeros));
        let Problem::Bomb {
            offset,
            delivered,
            ratio,
        } = *outcome.problem()
        else {
            unreachable!("{:?}", outcome.error)
        };
        assert!(
            delivered > 64 << 20 && delivered > offset * ratio,
            "{delivered} {offset}"
        );
        assert!(delivered <= (66 << 20).max((offset + 1) * ratio + CHUNK as u64));
        assert_eq!(
            outcome.too_long,
            [TooLong {
                line: 1,
                bytes: delivered
            }]
        );
        assert!(outcome.held <= FLAT, "{}", outcome.held);
    }
}

#[test]
fn a_bomb_within_a_bomb_is_stopped_at_the_outer_layer() {
    // Empty members unpack to nothing, however many of them the outer layer brings.
    let empty = gzip(b"").repeat(4 << 20);
    let options = Options {
        expansion_free: 1 << 20,
        expansion_ratio: 100,
        ..Options::default()
    };
    let error = match open_with(Cursor::new(zstd(&empty)), &options) {
        Ok(reader) => drain(reader).error.unwrap(),
        Err(error) => error,
    };
    assert!(matches!(error.problem, Problem::Bomb { .. }), "{error}");
}

#[test]
fn a_ratio_of_the_caller_is_obeyed() {
    let text = b"the same line again\n".repeat(10_000);
    let options = Options {
        expansion_free: 10_000,
        expansion_ratio: 5,
        ..Options::default()
    };
    let outcome = drain(open_with(Cursor::new(gzip(&text)), &options).unwrap());
    assert!(matches!(outcome.problem(), Problem::Bomb { ratio: 5, .. }));
    assert!(outcome.text.len() > 10_000 && text.starts_with(&outcome.text));
}

#[test]
fn decompressors_take_no_more_memory_than_agreed() {
    // A frame header that asks for a window of 256 MiB, and an empty last block.
    let frame = b"\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00".to_vec();
    let outcome = read(frame);
    assert!(
        matches!(outcome.problem(), Problem::Memory { .. }),
        "{:?}",
        outcome.error
    );

    // The dictionary of the one filter set to 4 GiB - 1, and the header's check sum made good.
    let mut packed = xz(b"one\n");
    let (start, length) = (12, (usize::from(packed[12]) + 1) * 4);
    assert_eq!(
        packed[start + 2..start + 4],
        [0x21, 1],
        "LZMA2, one byte of properties"
    );
    packed[start + 4] = 40;
    let mut sum = flate2::Crc::new();
    sum.update(&packed[start..start + length - 4]);
    packed[start + length - 4..start + length].copy_from_slice(&sum.sum().to_le_bytes());
    let outcome = read(packed);
    assert!(
        matches!(outcome.problem(), Problem::Memory { .. }),
        "{:?}",
        outcome.error
    );
}

#[test]
fn a_line_without_end_keeps_memory_flat() {
    let endless = Cursor::new(b"one\n").chain(io::repeat(b'x').take(100 << 20));
    let outcome = drain(open(endless.chain(Cursor::new(b"\ntwo"))).unwrap());
    assert_eq!(outcome.text, b"one\ntwo");
    assert_eq!(
        outcome.too_long,
        [TooLong {
            line: 2,
            bytes: (100 << 20) + 1
        }]
    );
    assert!(outcome.held <= FLAT, "{}", outcome.held);
}

#[test]
fn a_line_of_a_mebibyte_is_fine_and_one_byte_more_is_not() {
    let line = |length| vec![b'x'; length];
    for before in [&b""[..], b"short\n"] {
        let text = [before, &line(1 << 20), b"\nshort\n"].concat();
        let outcome = read(text.clone());
        assert!(outcome.text == text && outcome.too_long.is_empty());

        let outcome = read([before, &line((1 << 20) + 1), b"\nshort"].concat());
        assert!(outcome.text == [before, b"short"].concat());
        assert_eq!(outcome.too_long.len(), 1);
        assert_eq!(outcome.too_long[0].bytes, (1 << 20) + 2);

        let outcome = read([before, &line((1 << 20) + 1)].concat());
        assert!(outcome.text == before);
        assert_eq!(outcome.too_long[0].bytes, (1 << 20) + 1);
    }
}

#[test]
fn a_longer_limit_of_lines_is_obeyed() {
    let options = Options {
        max_line: 5 << 20,
        ..Options::default()
    };
    let text = [&b"a\n"[..], &vec![b'x'; 5 << 20], b"\nb\n"].concat();
    let outcome = drain(open_with(Cursor::new(text.clone()), &options).unwrap());
    assert!(outcome.text == text && outcome.too_long.is_empty());
    let text = [&b"a\n"[..], &vec![b'x'; (5 << 20) + 1], b"\nb\n"].concat();
    let outcome = drain(open_with(Cursor::new(text), &options).unwrap());
    assert_eq!(outcome.text, b"a\nb\n");
    assert_eq!(
        outcome.too_long,
        [TooLong {
            line: 2,
            bytes: (5 << 20) + 2
        }]
    );
}

#[test]
fn marks_are_dropped_and_utf16_is_turned_into_utf8() {
    let text = "date=2026-01-02 src=192.0.2.1 user=王一芳 😀\r\n".repeat(5_000);
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, encoding) in [
        (
            [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat(),
            Encoding::Utf8,
        ),
        ([&b"\xff\xfe"[..], &little].concat(), Encoding::Utf16Le),
        ([&b"\xfe\xff"[..], &big].concat(), Encoding::Utf16Be),
        (little, Encoding::Utf16Le),
        (big, Encoding::Utf16Be),
    ] {
        for bytes in [gzip(&bytes), bytes] {
            let reader = open(Cursor::new(bytes)).unwrap();
            assert_eq!(reader.encoding(), encoding);
            assert!(text.as_bytes().starts_with(reader.peek()));
            assert_eq!(reader.peek().len(), PEEK);
            let outcome = drain(reader);
            assert!(outcome.text == text.as_bytes() && outcome.error.is_none());
        }
    }
}

#[test]
fn broken_utf16_is_repaired_visibly() {
    let outcome = read(b"\xff\xfea\0\x00\xd8b\0\n\0c".to_vec());
    assert_eq!(
        String::from_utf8(outcome.text).unwrap(),
        "a\u{fffd}b\n\u{fffd}"
    );
    assert!(outcome.error.is_none());
}

#[test]
fn nul_bytes_and_odd_bytes_are_passed_on() {
    let text = b"a\0b\n\xff\xfe\x80\r\n\0\0\0\n\x1b[2J".to_vec();
    assert_eq!(read(text.clone()).text, text);
    assert_eq!(read(b"\xef\xbb\xbf".to_vec()).text, b"");
}

#[test]
fn captures_are_streams() {
    let capture = [
        &b"\xd4\xc3\xb2\xa1\x02\0\x04\0"[..],
        &b"\n\0\xff\xfe".repeat(300_000),
    ]
    .concat();
    for (bytes, layers) in [(capture.clone(), 0), (gzip(&capture), 1)] {
        let mut reader = open(Cursor::new(bytes)).unwrap();
        assert_eq!(
            (reader.kind(), reader.layers().len()),
            (Kind::Capture, layers)
        );
        assert!(reader.peek() == &capture[..PEEK]);
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
        assert!(all == capture);
    }
    assert_eq!(open(Cursor::new(log(1))).unwrap().kind(), Kind::Text);
}

#[test]
fn a_capture_that_breaks_off_says_so_as_a_source_does() {
    let capture = [&b"\xd4\xc3\xb2\xa1"[..], &log(10_000)].concat();
    let mut packed = gzip(&capture);
    packed.pop();
    let mut reader = open(Cursor::new(packed)).unwrap();
    let mut all = Vec::new();
    let error = reader.read_to_end(&mut all).unwrap_err();
    let error: &SourceError = error.get_ref().unwrap().downcast_ref().unwrap();
    assert!(matches!(error.problem, Problem::CutOff { .. }));
    assert!(all == capture);
}

#[test]
fn containers_are_refused_by_name() {
    let mut tar = vec![0; 1024];
    tar[..7].copy_from_slice(b"ufw.log");
    tar[257..262].copy_from_slice(b"ustar");
    for bytes in [gzip(&tar), tar, b"PK\x03\x04 and so on".to_vec()] {
        let error = open(Cursor::new(bytes)).unwrap_err();
        assert!(
            matches!(error.problem, Problem::Unsupported { .. }),
            "{error}"
        );
    }
}

#[test]
fn progress_counts_what_is_on_disk() {
    let options = Options::default();
    let packed = gzip(&log(20_000));
    let plain = log(100);
    let total = (packed.len() + plain.len()) as u64;
    for bytes in [packed, plain] {
        let length = bytes.len() as u64;
        let mut reader = open_with(Cursor::new(bytes), &options).unwrap();
        while reader.next_chunk(Vec::new()).unwrap().is_some() {}
        assert_eq!(reader.offset(), length);
    }
    assert_eq!(Arc::clone(&options.progress).load(Ordering::Relaxed), total);
}
