use super::*;

#[test]
fn plain_text_comes_as_it_is() {
    let text = log(30_000);
    let outcome = read(text.clone());
    assert!(outcome.text == text && outcome.error.is_none());
    assert_eq!(outcome.chunks, (text.len() as u64).div_ceil(CHUNK as u64));
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
