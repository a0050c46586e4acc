//! The pairs of an event: `SrcIP: 198.51.100.7, DstIP: 203.0.113.9, …`.

use crate::formats::search;

/// What is still to be read. A comma begins a new pair only where a key and a colon follow it:
/// values hold commas too.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    rest: &'a [u8],
}

/// A key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    pub(super) key: &'a [u8],
    pub(super) value: &'a [u8],
    /// The line ends with it, and may have been cut there.
    pub(super) is_last: bool,
}

/// Longer than any key of Cisco's.
const LONGEST_KEY: usize = 40;

impl<'a> Pairs<'a> {
    /// The pairs of a text; what stands before the first is passed over.
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        let key = loop {
            match key(self.rest) {
                Some(key) => break key,
                None => self.rest = after_comma(self.rest)?.1,
            }
        };
        let text = self.rest.get(key.len() + 1..)?;
        let mut length = 0;
        let (value, is_last) = loop {
            let tail = text.get(length..)?;
            match after_comma(tail) {
                None => {
                    self.rest = b"";
                    break (text, true);
                }
                Some((comma, rest)) => {
                    if self::key(rest).is_some() {
                        self.rest = rest;
                        break (text.get(..length + comma)?, false);
                    }
                    length = text.len() - rest.len();
                }
            }
        };
        Some(Pair {
            key,
            value: value.trim_ascii(),
            is_last,
        })
    }
}

/// Where the first comma stands that a blank follows, and the text behind them.
fn after_comma(text: &[u8]) -> Option<(usize, &[u8])> {
    let at = search::find(text, b", ")?;
    Some((at, text.get(at + 2..)?))
}

/// The key that begins the text: a capital letter, then letters, digits, `_` and blanks, then a
/// colon and a blank.
fn key(text: &[u8]) -> Option<&[u8]> {
    if !text.first()?.is_ascii_uppercase() {
        return None;
    }
    let length = text
        .iter()
        .take(LONGEST_KEY)
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b' ')))?;
    let (key, rest) = text.split_at_checked(length)?;
    (rest.starts_with(b": ") || rest == b":").then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        let read = |text: &'static str| {
            Pairs::new(text.as_bytes())
                .map(|pair| {
                    let part = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
                    (part(pair.key), part(pair.value), pair.is_last)
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            read("SrcIP: 192.0.2.1, Message: a, b, c: d, Prefilter Policy: x, URL: "),
            [
                ("SrcIP", "192.0.2.1", false),
                ("Message", "a, b, c: d", false),
                ("Prefilter Policy", "x", false),
                ("URL", "", true),
            ]
        );
        assert_eq!(read("lower: x, no pairs, at all"), []);
        assert_eq!(read(""), []);
    }
}
