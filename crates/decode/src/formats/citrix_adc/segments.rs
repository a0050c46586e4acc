//! The parts of a message's text: a key, a value, and ` - ` before the next.

use crate::formats::search::{holds, place};

/// A key and its value.
#[derive(Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) key: &'a [u8],
    pub(super) value: &'a [u8],
    /// Whether something follows. A value that does not may be cut.
    pub(super) is_closed: bool,
}

/// Keys of more than one word, and those that are followed by another key without ` - `.
const KEYS: &[&[u8]] = &[
    b"Client IP:Port:TD",
    b"Destination IP:Port:TD",
    b"NatIP:NatPort",
    b"Start Time",
    b"End Time",
    b"Delink Time",
    b"Time Stamp",
    b"Hit Rule",
    b"Closure Reason",
    b"Session Reuse",
];

/// An iterator over the parts of a text.
pub(super) struct Segments<'a> {
    rest: &'a [u8],
    /// Translations have commas between their parts.
    has_commas: bool,
}

impl<'a> Segments<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self {
            rest: text,
            has_commas: holds!(text, "NatIP:NatPort"),
        }
    }

    /// The text up to the next mark between two parts, what follows it, and whether there is one.
    fn split(&self, text: &'a [u8]) -> (&'a [u8], &'a [u8], bool) {
        for at in memchr::memchr_iter(b' ', text) {
            let (segment, behind) = text.split_at_checked(at).unwrap_or((text, b""));
            let marked = [&b" - "[..], b" --> "]
                .iter()
                .find_map(|mark| behind.strip_prefix(*mark));
            if let Some(rest) = marked {
                return (segment, rest, true);
            }
            if let Some(segment) = segment.strip_suffix(b",").filter(|_| self.has_commas) {
                return (segment, behind, true);
            }
        }
        (text, b"", false)
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        let text = self.rest.trim_ascii_start();
        if text.is_empty() {
            return None;
        }
        let (mut segment, rest, is_closed) = self.split(text);
        // `A&PDM CREATED Client IP:Port:TD …`
        if let Some(at) = place!(segment, "Client IP:Port:TD")
            && self.has_commas
        {
            segment = segment.get(at..)?;
        }
        let known = KEYS.iter().find(|key| {
            segment.starts_with(key) && matches!(segment.get(key.len()), None | Some(b' ' | b':'))
        });
        let length = match known {
            Some(key) => key.len(),
            None => segment
                .iter()
                .position(|byte| matches!(byte, b' ' | b':'))
                .unwrap_or(segment.len()),
        };
        let (key, value) = segment.split_at_checked(length)?;
        let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
        // Some kinds write no mark behind a value: `Destination 192.0.2.1:80 User: alice`.
        let end = match key {
            b"Source" | b"Destination" | b"Category" => memchr::memchr(b' ', value),
            b"SessionId" => place!(value, "- "),
            b"Delink Time" => place!(value, " Total_bytes_"),
            _ => None,
        };
        if let Some(end) = end {
            let (value, next) = value.split_at_checked(end)?;
            let next = next.len() - usize::from(next.starts_with(b"-"));
            // What is left of the part, and all that follows it.
            self.rest = text.get(segment.trim_ascii_end().len() - next..)?;
            return Some(Segment {
                key,
                value,
                is_closed: true,
            });
        }
        self.rest = rest;
        Some(Segment {
            key,
            value,
            is_closed,
        })
    }
}
