//! The journal export format (`journalctl -o export`, systemd-journal-remote), flattened to one JSON
//! object per record, of which only the fields that an envelope reads are kept.
//!
//! <https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-export-format>

use super::draft::Draft;

/// The fields that are kept, in the order in which they are written.
const FIELDS: [&str; 6] = [
    "__REALTIME_TIMESTAMP",
    "_SOURCE_REALTIME_TIMESTAMP",
    "_HOSTNAME",
    "SYSLOG_IDENTIFIER",
    "_COMM",
    "MESSAGE",
];

/// The longest field name that journald accepts.
const NAME_CAP: usize = 64;

/// The largest field that journald accepts (DATA_SIZE_MAX). A greater length is no length.
const SIZE_CAP: u64 = 768 << 20;

/// Turns exported records into lines.
#[derive(Debug)]
pub(super) struct Export {
    state: State,
    name: Vec<u8>,
    fields: [Draft; FIELDS.len()],
    /// A record has begun, with a kept field or without.
    has_fields: bool,
    /// A line that is no field.
    damage: Draft,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// In the name of a field, at the start of a line.
    Name,
    /// In a value that ends with the line.
    Value(Option<usize>),
    /// In the eight bytes of a length, so many of them read.
    Size([u8; 8], usize),
    /// In a binary value, so many bytes before its end.
    Data(Option<usize>, u64),
    /// At the line end behind a binary value.
    End,
    /// In a line that is no field.
    Damage,
}

impl Export {
    pub(super) fn new(cap: usize) -> Self {
        Self {
            state: State::Name,
            name: Vec::new(),
            fields: std::array::from_fn(|_| Draft::new(cap)),
            has_fields: false,
            damage: Draft::new(cap),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], lines: &mut Vec<u8>) {
        let mut rest = bytes;
        while let [first, behind @ ..] = rest {
            match self.state {
                State::Name => {
                    rest = behind;
                    self.name_byte(*first, lines);
                }
                State::Value(field) => {
                    let end = memchr::memchr(b'\n', rest);
                    let (value, behind) = rest.split_at(end.unwrap_or(rest.len()));
                    self.keep(field, value);
                    rest = behind;
                    if end.is_some() {
                        self.state = State::Name;
                        rest = behind.get(1..).unwrap_or_default();
                    }
                }
                State::Size(mut size, read) => {
                    rest = behind;
                    if let Some(byte) = size.get_mut(read) {
                        *byte = *first;
                    }
                    self.state = State::Size(size, read + 1);
                    if read + 1 == size.len() {
                        self.sized(size, lines);
                    }
                }
                State::Data(field, left) => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                    let (value, behind) = rest.split_at(here);
                    self.keep(field, value);
                    rest = behind;
                    let left = left - here as u64;
                    self.state = if left == 0 {
                        State::End
                    } else {
                        State::Data(field, left)
                    };
                }
                State::End => {
                    if *first == b'\n' {
                        self.state = State::Name;
                        rest = behind;
                    } else {
                        self.state = State::Damage;
                    }
                }
                State::Damage => {
                    let end = memchr::memchr(b'\n', rest);
                    let (line, behind) = rest.split_at(end.unwrap_or(rest.len()));
                    self.damage.extend(line);
                    rest = behind;
                    if end.is_some() {
                        self.damage.finish(lines);
                        self.state = State::Name;
                        rest = behind.get(1..).unwrap_or_default();
                    }
                }
            }
        }
    }

    fn name_byte(&mut self, byte: u8, lines: &mut Vec<u8>) {
        match byte {
            b'A'..=b'Z' | b'0'..=b'9' | b'_' if self.name.len() < NAME_CAP => self.name.push(byte),
            b'=' if !self.name.is_empty() => {
                self.state = State::Value(self.field());
                self.name.clear();
            }
            b'\n' if self.name.is_empty() => self.record(true, lines),
            b'\n' => self.state = State::Size([0; 8], 0),
            b'\r' if self.name.is_empty() => {}
            _ => {
                self.damage.extend(&self.name);
                self.damage.push(byte);
                self.name.clear();
                self.state = State::Damage;
            }
        }
    }

    /// The slot of the field whose name has been read, if it is kept and new.
    fn field(&mut self) -> Option<usize> {
        self.has_fields = true;
        let at = FIELDS
            .iter()
            .position(|field| field.as_bytes() == self.name)?;
        self.fields
            .get(at)
            .filter(|field| field.is_blank())
            .map(|_| at)
    }

    fn keep(&mut self, field: Option<usize>, value: &[u8]) {
        if let Some(draft) = field.and_then(|at| self.fields.get_mut(at)) {
            draft.extend(value);
        }
    }

    fn sized(&mut self, size: [u8; 8], lines: &mut Vec<u8>) {
        let length = u64::from_le_bytes(size);
        if length <= SIZE_CAP {
            let field = self.field();
            self.name.clear();
            self.state = if length == 0 {
                State::End
            } else {
                State::Data(field, length)
            };
            return;
        }
        // The name was a line of its own, and what follows it are lines too. Each turn takes a name
        // and a line end off the eight bytes at least, so this ends.
        self.damage.extend(&self.name);
        self.damage.finish(lines);
        self.name.clear();
        self.state = State::Name;
        self.push(&size, lines);
    }

    /// Ends a record. One that breaks off is written without its closing brace: its envelope then
    /// says so.
    fn record(&mut self, is_whole: bool, lines: &mut Vec<u8>) {
        if !std::mem::take(&mut self.has_fields) {
            return;
        }
        if self.fields.iter().any(Draft::is_over) {
            lines.extend_from_slice(super::TOO_LONG);
        } else {
            let mut before = b'{';
            for (name, value) in FIELDS
                .iter()
                .zip(&self.fields)
                .filter(|(_, v)| !v.is_blank())
            {
                lines.extend_from_slice(&[before, b'"']);
                lines.extend_from_slice(name.as_bytes());
                lines.extend_from_slice(b"\":");
                write_value(value.bytes(), lines);
                before = b',';
            }
            if before == b'{' {
                lines.push(before);
            }
            if is_whole {
                lines.push(b'}');
            }
        }
        lines.push(b'\n');
        self.fields.iter_mut().for_each(Draft::clear);
    }

    pub(super) fn finish(&mut self, lines: &mut Vec<u8>) {
        self.damage.extend(&self.name);
        self.name.clear();
        self.damage.finish(lines);
        let state = std::mem::replace(&mut self.state, State::Name);
        self.record(matches!(state, State::Name | State::Damage), lines);
    }
}

/// A string when the value is UTF-8, an array of bytes otherwise, as journald itself writes JSON.
fn write_value(value: &[u8], lines: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    if std::str::from_utf8(value).is_err() {
        let mut before = b'[';
        for byte in value {
            lines.push(before);
            lines.extend_from_slice(byte.to_string().as_bytes());
            before = b',';
        }
        lines.push(b']');
        return;
    }
    lines.push(b'"');
    for byte in value {
        match byte {
            b'"' | b'\\' => lines.extend_from_slice(&[b'\\', *byte]),
            0..0x20 => {
                let [high, low] = [byte >> 4, byte & 15].map(usize::from);
                let digits = [HEX.get(high), HEX.get(low)].map(|d| d.copied().unwrap_or(b'0'));
                lines.extend_from_slice(b"\\u00");
                lines.extend_from_slice(&digits);
            }
            _ => lines.push(*byte),
        }
    }
    lines.push(b'"');
}
