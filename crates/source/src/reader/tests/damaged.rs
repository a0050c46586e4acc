use super::*;

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

proptest! {
    /// Changed compressed data end in an error or in the same text, and never in a panic. (A
    /// changed magic number makes it plain text.)
    #[test]
    fn changed_data_are_noticed(
        which in 0_usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..4),
    ) {
        let text = log(300);
        let (compression, pack) = PACKS[which];
        let mut packed = pack(&text);
        for (at, change) in changes {
            let at = at.index(packed.len());
            packed[at] ^= change;
        }
        if let Ok(reader) = open(Cursor::new(packed)) && reader.layers() == [compression] {
            let outcome = drain(reader);
            prop_assert!(outcome.error.is_some() || outcome.text == text);
        }
    }

    /// Whatever follows a magic number, reading comes to an end, and gives what it says it gives.
    #[test]
    fn noise_comes_to_an_end(which in 0_usize..4, noise in prop::collection::vec(any::<u8>(), 0..999)) {
        let head = &PACKS[which].1(b"")[..6];
        if let Ok(reader) = open(Cursor::new([head, &noise].concat())) {
            let outcome = drain(reader);
            match outcome.error.map(|error| error.problem) {
                Some(
                    Problem::Damaged { delivered, .. }
                    | Problem::CutOff { delivered, .. }
                    | Problem::Appended { delivered, .. },
                ) => prop_assert_eq!(delivered, outcome.text.len() as u64),
                Some(Problem::Memory { .. }) | None => {}
                Some(other) => prop_assert!(false, "{}", other),
            }
        }
    }
}
