//! The parameters of a record, whatever brackets they stand in.

use super::super::pairs::{Pairs, Style, Value};

/// An iterator over the pairs of a record. Brackets group parameters; the names of the groups come
/// with an empty key.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    pairs: Pairs<'a>,
    /// Whether a bracket closes the group that is read.
    is_closed: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self {
            rest: text,
            pairs: Pairs::new(b"", Style::PLAIN),
            is_closed: false,
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.pairs.next() {
                let text = value.text.trim_ascii_end();
                let is_closed = value.is_closed || self.is_closed;
                return Some((
                    key,
                    Value {
                        text,
                        is_closed,
                        ..Value::default()
                    },
                ));
            }
            if self.rest.is_empty() {
                return None;
            }
            let end = memchr::memchr2(b'[', b']', self.rest);
            self.is_closed = end.is_some();
            let (group, after) = self.rest.split_at_checked(end.unwrap_or(self.rest.len()))?;
            self.rest = after.get(1..).unwrap_or_default();
            self.pairs = Pairs::new(group, Style::PLAIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_close() {
        let word = |bytes| std::str::from_utf8(bytes).unwrap_or("?");
        let found: Vec<_> =
            Fields::new(b"id=1 event=x [message=Two words. a=\"\" ][conn [conn b=2 ]c=3 ]][d=4")
                .map(|(key, value)| (word(key), word(value.text), value.is_closed))
                .collect();
        assert_eq!(
            found,
            [
                ("id", "1", true),
                ("event", "x", true),
                ("message", "Two words.", true),
                ("a", "", true),
                ("", "conn", true),
                ("", "conn", true),
                ("b", "2", true),
                ("c", "3", true),
                ("d", "4", false),
            ]
        );
    }
}
