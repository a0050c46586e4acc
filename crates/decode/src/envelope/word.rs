//! A word of a header, looked at once: where it ends, what it is made of, where its first mark stands.

/// Kinds of bytes; a word's kinds are the union.
pub(super) mod kind {
    /// `0` to `9`.
    pub(crate) const DIGIT: u8 = 1;
    /// `a` to `f` and `A` to `F`.
    pub(crate) const HEX: u8 = 2;
    /// Other letters, `_`, `-`, `/`, `@`, `~`.
    pub(crate) const LETTER: u8 = 4;
    /// The full stop.
    pub(crate) const DOT: u8 = 8;
    /// The colon.
    pub(crate) const COLON: u8 = 16;
    /// `(`, `)`, `+`, `#`, `*`: in tags, not in hosts.
    pub(crate) const TAG_ONLY: u8 = 32;
    /// `%` and bytes beyond ASCII: in hosts, not in tags.
    pub(crate) const HOST_ONLY: u8 = 64;
    /// Everything else: in neither.
    pub(crate) const ODD: u8 = 128;
    /// Blank and tab, which end a word.
    pub(super) const BLANK: u8 = COLON | ODD;
}

static KIND: [u8; 256] = {
    let mut kinds = [kind::ODD; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b' ' | b'\t' => kind::BLANK,
            b'0'..=b'9' => kind::DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => kind::HEX,
            b'g'..=b'z' | b'G'..=b'Z' | b'_' | b'-' | b'/' | b'@' | b'~' => kind::LETTER,
            b'.' => kind::DOT,
            b':' => kind::COLON,
            b'(' | b')' | b'+' | b'#' | b'*' => kind::TAG_ONLY,
            b'%' | 0x80.. => kind::HOST_ONLY,
            _ => kind::ODD,
        };
        byte += 1;
    }
    kinds
};

/// The beginning of a word, up to its first colon or odd byte: that is as far as a tag needs to be
/// seen. The rest is looked at when somebody asks.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    /// The text that the word begins.
    pub(super) text: &'a [u8],
    /// How many bytes stand before the first colon or odd byte, or before the word's end.
    mark: usize,
    /// The kinds of the bytes before the mark.
    pub(super) kinds: u8,
}

impl<'a> Word<'a> {
    /// Looks at the word that begins the text.
    #[inline]
    pub(super) fn of(text: &'a [u8]) -> Self {
        let (mut kinds, mut mark) = (0, 0);
        for byte in text {
            let kind = KIND[usize::from(*byte)];
            if kind & kind::BLANK != 0 {
                break;
            }
            kinds |= kind;
            mark += 1;
        }
        Self { text, mark, kinds }
    }

    /// The bytes before the mark.
    #[inline]
    pub(super) fn head(&self) -> &'a [u8] {
        self.text.get(..self.mark).unwrap_or_default()
    }

    /// The text from the mark on.
    #[inline]
    pub(super) fn tail(&self) -> &'a [u8] {
        self.text.get(self.mark..).unwrap_or_default()
    }

    /// The whole word, the kinds of all its bytes, and the text behind it, from the blank on.
    #[inline]
    pub(super) fn whole(&self) -> (&'a [u8], u8, &'a [u8]) {
        let (mut kinds, mut len) = (self.kinds, self.mark);
        for byte in self.tail() {
            let kind = KIND[usize::from(*byte)];
            if kind & kind::BLANK == kind::BLANK {
                break;
            }
            kinds |= kind;
            len += 1;
        }
        match self.text.split_at_checked(len) {
            Some((word, behind)) => (word, kinds, behind),
            None => (self.text, kinds, b""),
        }
    }
}
