use std::fmt;

/// How a source is compressed; recognised by content, never by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// The .xz file format, <https://tukaani.org/xz/xz-file-format.txt>.
    Xz,
    /// The bzip2 format, <https://sourceware.org/bzip2/>.
    Bzip2,
}

impl Compression {
    /// The usual name: `gzip`, `zstd`, `xz`, `bzip2`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
        }
    }

    /// What the first bytes say. A dozen are enough.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 0x08, ..] => Some(Self::Gzip),
            // A skippable frame (0x184d2a5?) may come first: pzstd and seekable archives do so.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            // Four printable characters could begin a text; the mark of the first block, or that
            // of the end of an empty file, could not.
            [b'B', b'Z', b'h', b'1'..=b'9', block @ ..] => {
                let block = block.get(..6).unwrap_or(block);
                let known = BZIP2_BLOCK.starts_with(block) || BZIP2_END.starts_with(block);
                known.then_some(Self::Bzip2)
            }
            _ => None,
        }
    }
}

const BZIP2_BLOCK: [u8; 6] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
const BZIP2_END: [u8; 6] = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a source is cut into lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Lines.
    Text,
    /// A packet capture, pcap or pcapng: a byte stream in which a line feed means nothing.
    Capture,
}

impl Kind {
    /// What the first bytes say: the magic numbers of pcap, in both byte orders and both
    /// resolutions, and the section header of pcapng (draft-ietf-opsawg-pcap, -pcapng).
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0xa1, 0xb2, 0xc3, 0xd4, ..]
            | [0xd4, 0xc3, 0xb2, 0xa1, ..]
            | [0xa1, 0xb2, 0x3c, 0x4d, ..]
            | [0x4d, 0x3c, 0xb2, 0xa1, ..]
            | [
                0x0a,
                0x0d,
                0x0d,
                0x0a,
                _,
                _,
                _,
                _,
                0x1a,
                0x2b,
                0x3c,
                0x4d,
                ..,
            ]
            | [
                0x0a,
                0x0d,
                0x0d,
                0x0a,
                _,
                _,
                _,
                _,
                0x4d,
                0x3c,
                0x2b,
                0x1a,
                ..,
            ] => Self::Capture,
            // Four line ends of an odd sort could begin a text, unless the file ends right there.
            [0x0a, 0x0d, 0x0d, 0x0a, rest @ ..] if rest.len() < 8 => Self::Capture,
            _ => Self::Text,
        }
    }
}

/// How a text is written; what is handed out is never UTF-16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8 or anything else that agrees with ASCII; handed out as it is, but for a leading mark.
    Utf8,
    /// UTF-16, least significant byte first.
    Utf16Le,
    /// UTF-16, most significant byte first.
    Utf16Be,
}

impl Encoding {
    /// What the first bytes say, and how many of them are a byte order mark.
    pub(crate) fn of(head: &[u8]) -> (Self, usize) {
        match head {
            [0xef, 0xbb, 0xbf, ..] => (Self::Utf8, 3),
            [0xff, 0xfe, ..] => (Self::Utf16Le, 2),
            [0xfe, 0xff, ..] => (Self::Utf16Be, 2),
            _ => (Self::without_mark(head.get(..1024).unwrap_or(head)), 0),
        }
    }

    /// UTF-16 without a mark shows as text in which every second byte is NUL, but for those of the
    /// letters beyond Latin.
    ///
    /// A log that was truncated under its writer begins with NULs in both places, and a lone NUL in
    /// a log is no pattern: neither is taken for UTF-16.
    fn without_mark(head: &[u8]) -> Self {
        let (pairs, _) = head.as_chunks::<2>();
        let text = |byte: u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
        let (mut little, mut big) = (0, 0);
        for pair in pairs {
            match *pair {
                [0, 0] => return Self::Utf8,
                [byte, 0] if text(byte) => little += 1,
                // Also, now and then, a letter such as U+4E00 in the other order.
                [0, byte] if text(byte) => big += 1,
                _ => {}
            }
        }
        let clear = |one: usize, other: usize| one * 2 >= pairs.len() && other * 8 <= one;
        match pairs.len() {
            8.. if clear(little, big) => Self::Utf16Le,
            8.. if clear(big, little) => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }
}

/// Containers that hold logs often enough to deserve a word, and that are not unpacked here: what
/// it is, and what to do. Their bytes read as text would glue headers to the first line.
pub(crate) fn unsupported(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const UNPACK: &str = "unpack it first, and name the files that it holds";
    const CONVERT: &str = "convert it with `editcap -F pcap`, and name the result";
    let what = match head {
        [b'P', b'K', 3, 4, ..] => ("a zip archive", UNPACK),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => ("a 7z archive", UNPACK),
        [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => ("a rar archive", UNPACK),
        [0x04, 0x22, 0x4d, 0x18, ..] => ("lz4 data", UNPACK),
        [0x1f, 0x9d, ..] => ("data of the old compress program (.Z)", UNPACK),
        [b'L', b'Z', b'I', b'P', 1, ..] => ("lzip data", UNPACK),
        [0x89, b'L', b'Z', b'O', 0, ..] => ("lzop data", UNPACK),
        [b'L', b'P', b'K', b'S', b'H', b'H', b'R', b'H', ..] => (
            "a journal of systemd",
            "write it out with `journalctl --file FILE --output json`, and name the result",
        ),
        [b'E', b'l', b'f', b'F', b'i', b'l', b'e', 0, ..] => (
            "an event log of Windows (evtx)",
            "export it as XML or text, and name the result",
        ),
        [0xa1, 0xb2, 0xcd, 0x34, ..] | [0x34, 0xcd, 0xb2, 0xa1, ..] => {
            ("a capture in the modified pcap format", CONVERT)
        }
        [b's', b'n', b'o', b'o', b'p', 0, 0, 0, ..] => ("a snoop capture", CONVERT),
        [0x0c, 0xa5, 1 | 2, 0, ..] => (
            "a flow file of nfcapd",
            "write it out with `nfdump -r FILE -o ndjson`, and name the result",
        ),
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => (
            "UTF-32 text",
            "convert it to UTF-8, for instance with iconv",
        ),
        _ if is_tar(head) => ("a tar archive", UNPACK),
        _ => return None,
    };
    Some(what)
}

/// The mark of a tar header (POSIX.1-1988) stands behind a name that is padded with NULs.
fn is_tar(head: &[u8]) -> bool {
    head.split_at_checked(257)
        .is_some_and(|(name, mark)| mark.starts_with(b"ustar") && name.contains(&0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_goes_by_content() {
        for (head, what) in [
            (&b"\x1f\x8b\x08\0"[..], Some(Compression::Gzip)),
            (b"\x28\xb5\x2f\xfd", Some(Compression::Zstd)),
            (b"\x5e\x2a\x4d\x18", Some(Compression::Zstd)),
            (b"\xfd7zXZ\0", Some(Compression::Xz)),
            (b"BZh91AY&SY\0", Some(Compression::Bzip2)),
            (b"BZh1\x17rE8P\x90", Some(Compression::Bzip2)),
            (b"BZh9", Some(Compression::Bzip2)),
            (b"BZh9 was here, and left a line", None),
            (b"\x1f\x8b", None),
            (b"", None),
        ] {
            assert_eq!(Compression::of(head), what, "{head:x?}");
        }
    }

    #[test]
    fn captures_are_no_text() {
        for head in [
            &b"\xa1\xb2\xc3\xd4"[..],
            b"\xd4\xc3\xb2\xa1\x02\0\x04\0",
            b"\xa1\xb2\x3c\x4d",
            b"\x4d\x3c\xb2\xa1",
            b"\n\r\r\n",
            b"\n\r\r\n\x1c\0\0\0\x4d\x3c\x2b\x1a",
            b"\n\r\r\n\0\0\0\x1c\x1a\x2b\x3c\x4d",
        ] {
            assert_eq!(Kind::of(head), Kind::Capture, "{head:x?}");
        }
        assert_eq!(Kind::of(b"\n\r\r\nJan  1 00:00:00"), Kind::Text);
        assert_eq!(Kind::of(b"\xa1\xb2"), Kind::Text);
    }

    #[test]
    fn encodings_by_mark_and_by_pattern() {
        let wide = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(order).collect()
        };
        let line = "date=2026-01-02 src=192.0.2.1 user=王一芳 😀\r\n";
        assert_eq!(Encoding::of(b"\xef\xbb\xbfJan"), (Encoding::Utf8, 3));
        assert_eq!(Encoding::of(b"\xff\xfeJ\0"), (Encoding::Utf16Le, 2));
        assert_eq!(Encoding::of(b"\xfe\xff\0J"), (Encoding::Utf16Be, 2));
        assert_eq!(
            Encoding::of(&wide(line, u16::to_le_bytes)),
            (Encoding::Utf16Le, 0)
        );
        assert_eq!(
            Encoding::of(&wide(line, u16::to_be_bytes)),
            (Encoding::Utf16Be, 0)
        );
        for plain in [
            &b"a\0b\0"[..],
            b"one\0two three four five",
            &[0; 600],
            line.as_bytes(),
        ] {
            assert_eq!(Encoding::of(plain), (Encoding::Utf8, 0), "{plain:x?}");
        }
        // Columns of 16-bit numbers are not text.
        assert_eq!(
            Encoding::of(&b"\x01\0\x02\0".repeat(9)),
            (Encoding::Utf8, 0)
        );
    }

    #[test]
    fn containers_are_named() {
        let mut tar = vec![0; 512];
        tar.splice(..7, *b"ufw.log");
        tar.splice(257..262, *b"ustar");
        assert_eq!(
            unsupported(&tar).map(|(what, _)| what),
            Some("a tar archive")
        );
        assert_eq!(
            unsupported(b"PK\x03\x04").map(|(what, _)| what),
            Some("a zip archive")
        );
        let prose = "x".repeat(257) + "ustar";
        assert_eq!(unsupported(prose.as_bytes()), None);
    }
}
