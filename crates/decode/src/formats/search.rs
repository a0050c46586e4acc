//! Words that are looked for in every record, prepared once.

use std::sync::OnceLock;

use memchr::memmem::Finder;

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
        let search = self.search.get_or_init(|| Finder::new(self.text));
        search.find(text).is_some()
    }
}

/// Whether the words stand somewhere in the text, all of them.
macro_rules! holds {
    ($text:expr, $word:literal $(,)?) => {{
        static WORD: $crate::formats::search::Word = $crate::formats::search::Word::new($word);
        WORD.is_in($text)
    }};
    ($text:expr, $word:literal, $($more:literal),+ $(,)?) => {
        ($crate::formats::search::holds!($text, $word)
            && $crate::formats::search::holds!($text, $($more),+))
    };
}

/// Whether one of the words stands somewhere in the text.
macro_rules! holds_any {
    ($text:expr, $word:literal $(,)?) => { $crate::formats::search::holds!($text, $word) };
    ($text:expr, $word:literal, $($more:literal),+ $(,)?) => {
        ($crate::formats::search::holds!($text, $word)
            || $crate::formats::search::holds_any!($text, $($more),+))
    };
}

pub(crate) use {holds, holds_any};
