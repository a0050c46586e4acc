use super::*;

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
