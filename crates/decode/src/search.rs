//! Words that are looked for in every record, prepared once.

use std::sync::OnceLock;

use memchr::memmem::{FindIter, Finder};

use crate::scan;

/// A word that tells a format or a kind of record. To find it takes a search that is made at the first
/// use: making it anew for every record would take longer than the record itself.
pub(crate) struct Word {
    text: &'static str,
    search: OnceLock<Finder<'static>>,
}

impl Word {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self {
            text,
            search: OnceLock::new(),
        }
    }

    /// Whether it stands somewhere in the text.
    pub(crate) fn is_in(&self, text: &[u8]) -> bool {
        self.search().find(text).is_some()
    }

    /// Whether it stands at the start of the text or behind a blank, comma or tab, as keys do.
    pub(crate) fn begins_a_pair_in(&self, text: &[u8]) -> bool {
        self.search().find_iter(text).any(|at| {
            at.checked_sub(1)
                .and_then(|before| text.get(before))
                .is_none_or(|byte| matches!(byte, b' ' | b',' | b'\t'))
        })
    }

    /// Where it stands first.
    pub(crate) fn place_in(&self, text: &[u8]) -> Option<usize> {
        self.search().find(text)
    }

    /// Every place where it stands.
    pub(crate) fn places_in<'w, 't>(&'w self, text: &'t [u8]) -> FindIter<'t, 'w> {
        self.search().find_iter(text)
    }

    fn search(&self) -> &Finder<'static> {
        self.search.get_or_init(|| Finder::new(self.text))
    }
}

/// Where the words stand first in a text.
///
/// For words that are given as values and looked for in a few hundred bytes: a search by `memmem`
/// takes longer to make than this to find. The time is linear in the text's length times the words'.
pub(crate) fn find(text: &[u8], words: &[u8]) -> Option<usize> {
    // Blanks are everywhere, and tell little.
    let telling = words.iter().position(|byte| *byte != b' ').unwrap_or(0);
    let Some(byte) = words.get(telling) else {
        return Some(0);
    };
    let mut from = telling;
    loop {
        let found = from + scan::find(*byte, text.get(from..)?)?;
        let at = found - telling;
        if text.get(at..)?.starts_with(words) {
            return Some(at);
        }
        from = found + 1;
    }
}

/// Where the word stands first in the text.
macro_rules! place {
    ($text:expr, $word:literal) => {{
        static WORD: $crate::search::Word = $crate::search::Word::new($word);
        WORD.place_in($text)
    }};
}

/// Every place where the word stands in the text.
macro_rules! places {
    ($text:expr, $word:literal) => {{
        static WORD: $crate::search::Word = $crate::search::Word::new($word);
        WORD.places_in($text)
    }};
}

/// Whether the words stand somewhere in the text, all of them.
macro_rules! holds {
    ($text:expr, $word:literal $(,)?) => {{
        static WORD: $crate::search::Word = $crate::search::Word::new($word);
        WORD.is_in($text)
    }};
    ($text:expr, $word:literal, $($more:literal),+ $(,)?) => {
        ($crate::search::holds!($text, $word)
            && $crate::search::holds!($text, $($more),+))
    };
}

/// Whether one of the words stands somewhere in the text.
macro_rules! holds_any {
    ($text:expr, $word:literal $(,)?) => { $crate::search::holds!($text, $word) };
    ($text:expr, $word:literal, $($more:literal),+ $(,)?) => {
        ($crate::search::holds!($text, $word)
            || $crate::search::holds_any!($text, $($more),+))
    };
}

pub(crate) use {holds, holds_any, place, places};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_found_where_they_stand(text in "[ ab]{0,60}", words in "[ ab]{0,4}") {
            prop_assert_eq!(find(text.as_bytes(), words.as_bytes()), text.find(&words));
        }
    }
}
