//! What protocols of lines have in common.

use crate::cursor::Cursor;

/// The longest line that is looked at.
const LONGEST_LINE: usize = 4096;

/// The first line without its end, and whether its end was there.
pub(crate) fn first_line(bytes: &[u8]) -> (&[u8], bool) {
    let head = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
    match memchr::memchr(b'\n', head) {
        Some(at) => {
            let line = head.get(..at).unwrap_or_default();
            (line.strip_suffix(b"\r").unwrap_or(line), true)
        }
        None => (head, false),
    }
}

/// The first line, when it is whole, has no control bytes but tabs, and is not empty.
pub(crate) fn whole_line(bytes: &[u8]) -> Option<&[u8]> {
    let (line, whole) = first_line(bytes);
    (whole && is_text(line) && !line.is_empty()).then_some(line)
}

/// Whether there is no control byte but tabs.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| !byte.is_ascii_control() || *byte == b'\t')
}

/// Whether every byte is a visible ASCII character.
pub(crate) fn is_graphic(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_graphic)
}

/// What follows `prefix`, whatever its case.
pub(crate) fn strip<'a>(bytes: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Whether `needle` occurs, whatever its case. Looks at the first bytes only.
pub(crate) fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let head = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
    let Some(first) = needle.first() else {
        return false;
    };
    memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), head).any(|at| {
        let found = head.get(at..at + needle.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(needle))
    })
}

/// Words of a line, separated by single blanks.
pub(crate) fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b' ')
}

/// The value of a header field (`Name: value`) among at most 100 lines after the first.
pub(crate) fn header<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut lines = Cursor(head.get(..LONGEST_LINE).unwrap_or(head));
    lines.until(b'\n')?;
    for _ in 0..100 {
        let line = lines
            .until(b'\n')
            .unwrap_or_else(|| std::mem::take(&mut lines.0));
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return None;
        }
        if let Some(value) = strip(line, name).and_then(|rest| rest.strip_prefix(b":")) {
            return Some(value.trim_ascii());
        }
    }
    None
}

/// A product token of the form `name/version rest`, cut in two. The name ends at the first blank
/// too; what has no slash has no version.
pub(crate) fn product(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let word = words(text).next().unwrap_or_default();
    match memchr::memchr(b'/', word) {
        Some(at) => {
            let (name, version) = word.split_at_checked(at).unwrap_or((word, b""));
            (name, version.get(1..).filter(|version| !version.is_empty()))
        }
        None => (word, None),
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| DIGITS.get(usize::from(nibble)).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        assert_eq!(first_line(b"a\r\nb"), (&b"a"[..], true));
        assert_eq!(first_line(b"a\nb"), (&b"a"[..], true));
        assert_eq!(first_line(b"a"), (&b"a"[..], false));
        assert_eq!(whole_line(b"a\x01\n"), None);
        assert_eq!(whole_line(b"\r\n"), None);
    }

    #[test]
    fn headers() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\nuser-agent:\tcurl/8 x\r\n\r\nHost: b\r\n";
        assert_eq!(header(head, b"host"), Some(&b"a"[..]));
        assert_eq!(header(head, b"User-Agent"), Some(&b"curl/8 x"[..]));
        assert_eq!(header(head, b"Accept"), None);
        assert_eq!(
            header(b"GET / HTTP/1.1\r\nHost: cut", b"Host"),
            Some(&b"cut"[..])
        );
        assert_eq!(header(b"", b"Host"), None);
    }

    #[test]
    fn products() {
        assert_eq!(
            product(b"curl/8.5.0 (x)"),
            (&b"curl"[..], Some(&b"8.5.0"[..]))
        );
        assert_eq!(product(b"scanner"), (&b"scanner"[..], None));
        assert_eq!(product(b"x/"), (&b"x"[..], None));
    }

    #[test]
    fn needles() {
        assert!(contains(b"220 ESMTP Postfix", b"postfix"));
        assert!(contains(b"xFtP", b"ftp"));
        assert!(!contains(b"220 ESMTP Postfi", b"postfix"));
        assert!(!contains(b"", b"postfix") && !contains(b"anything", b""));
    }

    #[test]
    fn hexadecimal_digits() {
        assert_eq!(hexadecimal(&[0x0f, 0xa0]), b"0fa0");
    }
}
