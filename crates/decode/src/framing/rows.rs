//! Rows below a header that alone says what their columns are: each row becomes an object of its own.

use super::draft::Draft;

/// Turns rows of CSV (RFC 4180, without line ends inside quotes) into JSON objects, with the header's
/// words as keys and every value as a string. A row with more columns than the header is passed on as
/// it is; a line end closes a row even within quotes.
#[derive(Debug)]
pub(super) struct Rows {
    draft: Draft,
    /// The keys, quoted; nothing before the header has been read.
    keys: Vec<Vec<u8>>,
}

/// Whether the text begins with the header of such rows: zmap's, whose columns are chosen by the user
/// and among which is the answering address.
pub(super) fn is_header(text: &[u8]) -> bool {
    let line = text.split(|b| *b == b'\n').next().unwrap_or_default();
    let is_word = |word: &[u8]| {
        !word.is_empty()
            && word
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    let mut words = line.trim_ascii_end().split(|b| *b == b',');
    line.starts_with(b"saddr,") && words.all(is_word)
}

impl Rows {
    pub(super) const fn new(cap: usize) -> Self {
        Self {
            draft: Draft::new(cap),
            keys: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], lines: &mut Vec<u8>) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            self.draft.extend(rest.get(..end).unwrap_or_default());
            self.row(lines);
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        self.draft.extend(rest);
    }

    pub(super) fn finish(&mut self, lines: &mut Vec<u8>) {
        self.row(lines);
        *self = Self::new(self.draft.cap());
    }

    /// A row is complete.
    fn row(&mut self, lines: &mut Vec<u8>) {
        let row = self.draft.bytes().trim_ascii_end();
        let row = row.strip_prefix(b"\xef\xbb\xbf").unwrap_or(row);
        if self.draft.is_over() {
            self.draft.finish(lines);
        } else if row.is_empty() {
            self.draft.clear();
        } else if self.keys.is_empty() {
            self.keys = row
                .split(|b| *b == b',')
                .map(|word| quoted(&mut word.iter().copied()))
                .collect();
            self.draft.clear();
        } else if let Some(mut object) = object(&self.keys, row) {
            object.push(b'\n');
            lines.extend(object);
            self.draft.clear();
        } else {
            self.draft.finish(lines);
        }
    }
}

/// The row as an object; nothing when it has more columns than there are keys.
fn object(keys: &[Vec<u8>], row: &[u8]) -> Option<Vec<u8>> {
    let mut object = vec![b'{'];
    let mut keys = keys.iter();
    let mut rest = Some(row);
    while let Some(text) = rest {
        let (value, behind) = cell(text);
        if object.len() > 1 {
            object.push(b',');
        }
        object.extend_from_slice(keys.next()?);
        object.push(b':');
        object.extend(value);
        rest = behind;
    }
    object.push(b'}');
    Some(object)
}

/// The first cell as a JSON string, and what follows its comma.
fn cell(text: &[u8]) -> (Vec<u8>, Option<&[u8]>) {
    let Some(inside) = text.strip_prefix(b"\"") else {
        let end = memchr::memchr(b',', text).unwrap_or(text.len());
        let value = text.get(..end).unwrap_or(text);
        return (quoted(&mut value.iter().copied()), text.get(end + 1..));
    };
    // Up to the first quote that is not doubled.
    let mut end = 0;
    while let Some(byte) = inside.get(end) {
        match (byte, inside.get(end + 1)) {
            (b'"', Some(b'"')) => end += 2,
            (b'"', _) => break,
            _ => end += 1,
        }
    }
    let value = inside.get(..end).unwrap_or(inside);
    let mut was_quote = false;
    let mut bytes = value.iter().copied().filter(|byte| {
        was_quote = *byte == b'"' && !was_quote;
        !was_quote
    });
    let behind = inside.get(end + 1..).unwrap_or_default();
    let comma = memchr::memchr(b',', behind);
    (
        quoted(&mut bytes),
        comma.and_then(|at| behind.get(at + 1..)),
    )
}

/// A JSON string. Bytes beyond ASCII stay as they are.
fn quoted(bytes: &mut dyn Iterator<Item = u8>) -> Vec<u8> {
    let mut text = vec![b'"'];
    for byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend([b'\\', byte]),
            0..0x20 => text.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => text.push(byte),
        }
    }
    text.push(b'"');
    text
}
