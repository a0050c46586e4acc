use super::Framing;
use super::alerts::Alerts;
use super::json::LISTS;

/// Says how the records of a stream are told apart, from the bytes that it begins with.
///
/// The more bytes, the surer: a few kibibytes are plenty. Whatever is not clearly something else is
/// [`Framing::Lines`].
#[must_use]
pub fn detect(peek: &[u8]) -> Framing {
    let text = peek
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(peek)
        .trim_ascii_start();
    match text {
        [0x1e, ..] => Framing::Json,
        [b'[', ..] if Alerts::opens(text) => Framing::Alerts,
        [b'[', rest @ ..] if rest.trim_ascii_start().starts_with(b"{") => Framing::Json,
        [b'{', ..] if !is_line_of_json(text) => Framing::Json,
        [b'<', ..] if is_scan(text) => Framing::Hosts,
        [b'<', ..] if is_xml(text) => Framing::Xml,
        [b'_', b'_', ..] if is_export(text) => Framing::JournalExport,
        _ => Framing::Lines,
    }
}

/// Whether the text begins with one of the address fields that open an exported record.
fn is_export(text: &[u8]) -> bool {
    const FIRST: [&[u8]; 4] = [
        b"__CURSOR=",
        b"__REALTIME_TIMESTAMP=",
        b"__MONOTONIC_TIMESTAMP=",
        b"__SEQNUM=",
    ];
    FIRST.iter().any(|field| text.starts_with(field))
}

/// Whether the first object is a record that stands alone on its line. What the text is too short to
/// tell counts as a line.
fn is_line_of_json(text: &[u8]) -> bool {
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    let (mut key_start, mut key, mut before) = (0, &b""[..], 0_u8);
    for (at, byte) in text.iter().enumerate() {
        if in_text {
            match byte {
                // A line that breaks off in a string: the next one may be whole.
                b'\n' => return true,
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => {
                    in_text = false;
                    if depth == 1 && matches!(before, b'{' | b',') {
                        key = text.get(key_start..at).unwrap_or_default();
                    }
                    before = b'"';
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'\n' => return false,
            b' ' | b'\t' | b'\r' => continue,
            b'"' => {
                (in_text, key_start) = (true, at + 1);
                continue;
            }
            b'{' if depth == 2 && before == b'[' && LISTS.contains(&key) => return false,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = *byte;
        if depth == 0 {
            // Another object behind it on the same line: they are one behind the other.
            let rest = text.get(at + 1..).unwrap_or_default();
            let next = rest.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
            return next != Some(&b'{');
        }
    }
    true
}

/// Whether the text is XML of nmap or masscan, whose root stands behind at most a prolog.
fn is_scan(text: &[u8]) -> bool {
    let is_prolog = text.starts_with(b"<?xml") || text.starts_with(b"<!");
    text.starts_with(b"<nmaprun") || is_prolog && memchr::memmem::find(text, b"<nmaprun").is_some()
}

/// Whether the text is XML with events that do not stand alone on their lines.
fn is_xml(text: &[u8]) -> bool {
    let find = |word: &[u8]| memchr::memmem::find(text, word);
    if text.starts_with(b"<Events") {
        return true;
    }
    if text.starts_with(b"<?xml") {
        return find(b"<Event").is_some();
    }
    if !matches!(
        text.strip_prefix(b"<Event"),
        Some([b' ' | b'>' | b'\r' | b'\n', ..])
    ) {
        return false;
    }
    let line_end = memchr::memchr(b'\n', text);
    match (find(b"</Event>"), line_end) {
        (Some(end), Some(line_end)) if line_end < end => true,
        (Some(end), _) => {
            let rest = text.get(end + b"</Event>".len()..).unwrap_or_default();
            let next = rest.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
            next == Some(&b'<')
        }
        (None, line_end) => line_end.is_some(),
    }
}
