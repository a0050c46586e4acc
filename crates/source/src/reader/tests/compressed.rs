use super::*;

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
