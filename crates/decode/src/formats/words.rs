//! Columns between blanks as log writers print them.

use crate::scan::find_blank;

/// What is still to be read of a record.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    pub(crate) const fn new(record: &'a [u8]) -> Self {
        Self { rest: record }
    }

    /// The next word, and whether a blank closes it. The last word of a record is open: of a cut
    /// record it may be only the beginning.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<(&'a [u8], bool)> {
        let text = match self.rest {
            // One blank stands between most words.
            [b' ', text @ ..] if text.first().is_some_and(u8::is_ascii_graphic) => text,
            text => text.trim_ascii_start(),
        };
        if text.is_empty() {
            return None;
        }
        let end = find_blank(text);
        let (word, rest) = text
            .split_at_checked(end.unwrap_or(text.len()))
            .unwrap_or((text, b""));
        self.rest = rest;
        Some((word, end.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_open() {
        let mut words = Words::new(b"  a \tbc d");
        assert_eq!(words.next(), Some((&b"a"[..], true)));
        assert_eq!(words.next(), Some((&b"bc"[..], true)));
        assert_eq!(words.next(), Some((&b"d"[..], false)));
        assert_eq!(words.next(), None);
        assert_eq!(Words::new(b"a ").next(), Some((&b"a"[..], true)));
        assert_eq!(Words::new(b" \n").next(), None);
    }
}
