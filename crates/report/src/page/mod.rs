//! A page for people, before it is known how it will be shown.
//!
//! Composers say what stands where; renderers ([`Page::terminal`], [`Page::markdown`]) decide how it
//! looks. Every text, ours and the log's alike, leaves through the exit of the medium, so a page
//! cannot carry a control byte to a reader.

mod markdown;
mod table;
mod terminal;
mod wrap;

use rutter_event::Untrusted;
use rutter_knowledge::Severity;

pub(crate) use table::{Column, Table};

/// Blocks from top to bottom.
#[derive(Clone, Debug, Default)]
pub struct Page {
    blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
enum Block {
    /// A title: level 1 once a page, then 2 and 3.
    Heading(u8, Line),
    /// Running text.
    Paragraph(Line),
    /// A word in the margin and what belongs to it.
    Item(Line, Line),
    /// A number or sign and what belongs to it.
    Bullet(Line, Line),
    /// Rows and columns.
    Table(Table),
    /// Air, where the eye needs it.
    Gap,
    /// Blocks that belong to the one before.
    Inset(Page),
}

/// Running text in several tones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    spans: Vec<Span>,
}

#[derive(Clone, Debug)]
struct Span {
    /// As it came; it leaves by an exit of [`Untrusted`].
    text: Vec<u8>,
    tone: Tone,
}

/// What a piece of text is, so that a renderer can tell it apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Running text.
    #[default]
    Plain,
    /// What to look at.
    Strong,
    /// What to pass over.
    Faint,
    /// A name, number or command to copy.
    Code,
    /// An address of a page, written by us.
    Link,
    /// How grave.
    Grave(Severity),
}

/// How much of one text of the log is shown; hosts and rules have short names.
const MOST_LOG_BYTES: usize = 80;

impl Line {
    /// Text of ours.
    pub(crate) fn of(text: impl AsRef<str>) -> Self {
        Self::default().plain(text)
    }

    pub(crate) fn plain(self, text: impl AsRef<str>) -> Self {
        self.toned(text, Tone::Plain)
    }

    pub(crate) fn strong(self, text: impl AsRef<str>) -> Self {
        self.toned(text, Tone::Strong)
    }

    pub(crate) fn faint(self, text: impl AsRef<str>) -> Self {
        self.toned(text, Tone::Faint)
    }

    pub(crate) fn code(self, text: impl AsRef<str>) -> Self {
        self.toned(text, Tone::Code)
    }

    pub(crate) fn toned(mut self, text: impl AsRef<str>, tone: Tone) -> Self {
        let text = text.as_ref().as_bytes().to_vec();
        if !text.is_empty() {
            self.spans.push(Span { text, tone });
        }
        self
    }

    /// Text of the log, cut when it is long.
    pub(crate) fn log(mut self, text: Untrusted<'_>) -> Self {
        let bytes = text.resolved();
        let mut end = bytes.len().min(MOST_LOG_BYTES);
        // Not in the middle of a character of UTF-8.
        while end < bytes.len() && bytes.get(end).is_some_and(|b| b & 0xc0 == 0x80) && end > 0 {
            end -= 1;
        }
        let mut shown = bytes.get(..end).unwrap_or_default().to_vec();
        if end < bytes.len() {
            shown.extend_from_slice("…".as_bytes());
        }
        self.spans.push(Span {
            text: shown,
            tone: Tone::Code,
        });
        self
    }

    /// Another line behind this one.
    pub(crate) fn then(mut self, other: Self) -> Self {
        self.spans.extend(other.spans);
        self
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The words without their tones, as they came.
    pub(crate) fn words(&self) -> String {
        self.spans
            .iter()
            .map(|span| String::from_utf8_lossy(&span.text).into_owned())
            .collect()
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::of(text)
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::of(text)
    }
}

impl Page {
    pub(crate) fn heading(&mut self, level: u8, line: impl Into<Line>) {
        self.blocks.push(Block::Heading(level, line.into()));
    }

    pub(crate) fn paragraph(&mut self, line: impl Into<Line>) {
        let line = line.into();
        if !line.is_empty() {
            self.blocks.push(Block::Paragraph(line));
        }
    }

    pub(crate) fn item(&mut self, mark: impl Into<Line>, body: impl Into<Line>) {
        self.blocks.push(Block::Item(mark.into(), body.into()));
    }

    pub(crate) fn bullet(&mut self, sign: impl Into<Line>, body: impl Into<Line>) {
        self.blocks.push(Block::Bullet(sign.into(), body.into()));
    }

    pub(crate) fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    pub(crate) fn gap(&mut self) {
        self.blocks.push(Block::Gap);
    }

    pub(crate) fn inset(&mut self, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        fill(&mut inner);
        if !inner.blocks.is_empty() {
            self.blocks.push(Block::Inset(inner));
        }
    }

    /// Another page below this one.
    pub fn append(&mut self, other: Self) {
        self.blocks.extend(other.blocks);
    }

    /// Whether there is nothing on it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}
