//! The pairs of a record: `src=198.51.100.7 name='a b' message: the rest`.

/// What is still to be read.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    rest: &'a [u8],
    is_ended: bool,
}

/// A key and its value, without quotes. A word that is no pair has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    pub(super) key: &'a [u8],
    pub(super) value: &'a [u8],
    /// The line ends with the value, and may have been cut there.
    pub(super) is_last: bool,
}

impl<'a> Pairs<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self {
            rest: text,
            is_ended: false,
        }
    }

    /// The last pair is whole: the line's end was seen.
    pub(super) const fn ended(self, is_ended: bool) -> Self {
        Self { is_ended, ..self }
    }

    /// Splits the rest behind `length` bytes.
    fn split(&mut self, length: usize) -> &'a [u8] {
        let (head, tail) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, b""));
        self.rest = tail;
        head
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        self.rest = self.rest.trim_ascii_start();
        let end = self
            .rest
            .iter()
            .position(|byte| matches!(byte, b' ' | b'='))
            .unwrap_or(self.rest.len());
        if self.rest.is_empty() {
            return None;
        }
        let key = self.split(end);
        let Some(text) = self.rest.strip_prefix(b"=") else {
            // `pattern: …`, `message: …`, `request: …`: free text to the end of the line.
            if let Some(key @ (b"pattern" | b"message" | b"request")) = key.strip_suffix(b":") {
                let value = self.split(self.rest.len()).trim_ascii();
                let is_last = true;
                return Some(Pair {
                    key,
                    value,
                    is_last,
                });
            }
            return Some(Pair {
                key,
                value: b"",
                is_last: self.rest.is_empty() && !self.is_ended,
            });
        };
        self.rest = text;
        if let Some(quoted) = text.strip_prefix(b"'")
            && let Some(close) = memchr::memchr(b'\'', quoted)
        {
            let value = quoted.get(..close).unwrap_or_default();
            self.split(close + 2);
            return Some(Pair {
                key,
                value,
                is_last: false,
            });
        }
        let end = memchr::memchr(b' ', text).unwrap_or(text.len());
        let value = self.split(end);
        Some(Pair {
            key,
            value,
            is_last: self.rest.is_empty() && !self.is_ended,
        })
    }
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
            read("allow src=192.0.2.1 name='a b' x= pattern: 1 all"),
            [
                ("allow", "", false),
                ("src", "192.0.2.1", false),
                ("name", "a b", false),
                ("x", "", false),
                ("pattern", "1 all", true),
            ]
        );
        assert_eq!(read("a=1"), [("a", "1", true)]);
        assert_eq!(read("a='1"), [("a", "'1", true)]);
        assert_eq!(read(" "), []);
    }
}
