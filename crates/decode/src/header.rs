//! Header lines, which name the columns of the lines behind them.
//!
//! A header counts from its line to the next one, so a line no longer tells by itself what it says.
//! What a decoder must know of the lines before is its [`Headers`]: whoever cuts a source into pieces
//! lets a copy of it [pass](Headers::pass) over them and hands each piece the state of its beginning.

mod choice;
mod names;

use std::sync::Arc;

use memchr::memchr;
use rutter_event::{Escape, Names, Sink, Untrusted};

pub use self::choice::{Choice, ParseChoiceError};
use crate::Format;

use crate::formats::REGISTRY;
use crate::formats::address;
use crate::formats::csv::Columns;
use crate::formats::csv_columns::CsvColumns;

/// The most columns that a header may name.
pub const MAX_COLUMNS: usize = 256;

/// The longest header line in bytes.
pub const MAX_HEADER: usize = 16 << 10;

/// Among so many lines at the beginning of a source a header without a mark is looked for.
const FIRST_LINES: u8 = 64;

/// A code with this bit: the value is kept under the column's name, whatever field it fills.
pub const KEPT: u8 = 0x80;

/// A code with this bit: a value that is no address is kept under the column's name.
pub const KEPT_NAME: u8 = 0x40;

/// The bits of a code that are its format's own.
pub const CODE: u8 = 0x3f;

/// What marks a header line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `#Fields:` and names between blanks (W3C Extended Log File Format, `pfirewall.log`).
    Fields,
    /// `#fields` and names behind separators (Zeek).
    Zeek,
    /// Nothing: a line of names alone, among the first of a source.
    Bare,
}

/// The columns that a header line names, as they are shown to the formats.
#[derive(Clone, Debug)]
pub struct Heading<'a> {
    /// What marks the line.
    pub mark: Mark,
    /// What stands between two columns; a blank stands for any number of blanks.
    pub separator: u8,
    /// The log that Zeek's `#path` names.
    pub path: &'a [u8],
    /// The names, without quotes and blanks around them.
    pub names: Vec<&'a [u8]>,
    /// What the user says the columns are.
    pub choice: Option<&'a Choice>,
}

impl Heading<'_> {
    /// Whether one of the columns has this name.
    #[must_use]
    pub fn names(&self, name: &[u8]) -> bool {
        self.names.contains(&name)
    }
}

/// The header in force, as its format reads it.
#[derive(Clone)]
pub struct Header {
    /// The format whose columns these are.
    format: &'static dyn Format,
    mark: Mark,
    separator: u8,
    unset: Box<[u8]>,
    path: Box<[u8]>,
    columns: Vec<Column>,
}

#[derive(Clone, Debug)]
struct Column {
    name: Box<[u8]>,
    code: u8,
}

impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Header")
            .field("format", &self.format.name())
            .field("mark", &self.mark)
            .field("separator", &self.separator)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Header {
    /// The format whose columns these are.
    #[must_use]
    pub fn format(&self) -> &'static dyn Format {
        self.format
    }

    /// What marks the header line.
    #[must_use]
    pub const fn mark(&self) -> Mark {
        self.mark
    }

    /// The log that Zeek's `#path` names; empty when none does.
    #[must_use]
    pub const fn path(&self) -> &[u8] {
        &self.path
    }

    /// How many columns there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is no column; no header is so.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// What stands between two columns; a blank stands for any number of blanks.
    #[must_use]
    pub const fn separator(&self) -> u8 {
        self.separator
    }

    /// The code that the format gave a column, counted from 0.
    #[must_use]
    pub fn code(&self, column: usize) -> Option<u8> {
        self.columns.get(column).map(|column| column.code)
    }

    /// The codes that the format gave its columns, with their names, in the order of the columns.
    pub fn columns(&self) -> impl Iterator<Item = (u8, &[u8])> {
        self.columns
            .iter()
            .map(|column| (column.code, &*column.name))
    }

    /// Whether a value says that there is none.
    #[must_use]
    pub fn is_unset(&self, value: &[u8]) -> bool {
        value.is_empty() || *value == *self.unset || self.mark == Mark::Zeek && value == b"(empty)"
    }

    /// The values of a record, in the order of its columns.
    pub(crate) const fn values<'a>(&self, record: &'a [u8], is_ended: bool) -> Values<'a> {
        Values {
            rest: Some(record),
            separator: self.separator,
            is_quoted: matches!(self.mark, Mark::Bare),
            is_ended,
        }
    }
}

impl Names for Header {
    fn each<'a>(&'a self, record: &'a [u8], sink: Sink<'_, 'a>) {
        let escape = if self.mark == Mark::Bare {
            Escape::Doubled
        } else {
            Escape::None
        };
        let mut values = self.values(record, true);
        for column in &self.columns {
            let Some((value, _)) = values.next() else {
                return;
            };
            let is_kept = column.code & KEPT != 0
                || column.code & KEPT_NAME != 0 && address::written(value).is_none();
            if is_kept && !self.is_unset(value) {
                sink(
                    Untrusted::new(&column.name),
                    Untrusted::escaped(value, escape),
                );
            }
        }
    }
}

/// The values of a record whose columns a header names.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
    is_quoted: bool,
    is_ended: bool,
}

impl<'a> Values<'a> {
    /// The next value, and whether it is known to be whole: something follows it, or the line's
    /// end was seen.
    pub(crate) fn next(&mut self) -> Option<(&'a [u8], bool)> {
        let mut rest = self.rest?;
        if self.separator == b' ' {
            rest = rest.trim_ascii_start();
            if rest.is_empty() {
                self.rest = None;
                return None;
            }
        }
        if self.is_quoted && rest.first() == Some(&b'"') {
            let mut columns = Columns::parted(rest, self.separator);
            let (value, is_closed) = columns.next()?;
            self.rest = columns.rest();
            return Some((value, is_closed || self.is_ended));
        }
        match memchr(self.separator, rest) {
            Some(at) => {
                let (value, behind) = rest.split_at_checked(at)?;
                self.rest = behind.get(1..);
                Some((value, true))
            }
            None => {
                self.rest = None;
                Some((rest, self.is_ended))
            }
        }
    }
}

/// What the lines before leave behind for those that follow: the header in force, and where a
/// header may still come.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    header: Option<Arc<Header>>,
    zeek: Zeek,
    /// Lines seen, up to [`FIRST_LINES`].
    lines: u8,
    /// What the user says the columns are.
    choice: Option<Arc<Choice>>,
}

/// What Zeek writes before `#fields`.
#[derive(Clone, Debug)]
struct Zeek {
    separator: u8,
    unset: Box<[u8]>,
    path: Box<[u8]>,
}

impl Default for Zeek {
    fn default() -> Self {
        Self {
            separator: b'\t',
            unset: Box::from(&b"-"[..]),
            path: Box::default(),
        }
    }
}

impl Headers {
    /// The headers of a source whose columns the user names.
    #[must_use]
    pub fn chosen(choice: Arc<Choice>) -> Self {
        Self {
            choice: Some(choice),
            ..Self::default()
        }
    }

    /// What the user says the columns are.
    #[must_use]
    pub fn choice(&self) -> Option<&Choice> {
        self.choice.as_deref()
    }

    /// The header in force.
    #[must_use]
    pub fn header(&self) -> Option<&Header> {
        self.header.as_deref()
    }

    /// Takes the next line of the source, with or without its line end. Whether it is a header line;
    /// the header in force is then another, or none where no format reads its columns.
    #[inline]
    pub fn take(&mut self, line: &[u8]) -> bool {
        let is_first = self.lines == 0;
        self.lines = self.lines.saturating_add(1).min(FIRST_LINES);
        match line.first() {
            Some(b'#') => self.marked(trim(line)),
            Some(_) if self.may_be_bare() => self.bare(line, is_first),
            _ => false,
        }
    }

    /// Takes every line of `bytes`, which are whole lines of the source behind those taken before.
    /// Where no header can stand it looks at no line: most of a log is passed at the speed of memory.
    pub fn pass(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if !self.is_looking() && rest.first() != Some(&b'#') {
                // Bare headers come no more, and every other begins with its mark.
                match memchr::memmem::find(rest, b"\n#") {
                    Some(at) => rest = rest.get(at + 1..).unwrap_or_default(),
                    None => return,
                }
            }
            let end = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, b""));
            self.take(line);
            rest = behind;
        }
    }

    /// Whether every line must be looked at.
    fn is_looking(&self) -> bool {
        self.lines < FIRST_LINES || self.may_be_bare()
    }

    /// Whether the next line may be a header without a mark: one of the first of its source, or one
    /// behind another such.
    fn may_be_bare(&self) -> bool {
        self.lines < FIRST_LINES || self.header().is_some_and(|h| h.mark == Mark::Bare)
    }

    /// A line that begins with `#`.
    fn marked(&mut self, line: &[u8]) -> bool {
        if let Some(names) = line.strip_prefix(b"#Fields:") {
            self.enter(names::marked(names, Mark::Fields, b' ', b"", None));
            return true;
        }
        let Some(word) = names::zeek_word(line) else {
            return names::is_comment(line);
        };
        let value = line.get(1 + word.len() + 1..).unwrap_or_default();
        match word {
            b"separator" => {
                self.zeek = Zeek::default();
                if let Some(separator) = names::separator(value) {
                    self.zeek.separator = separator;
                }
                self.header = None;
            }
            b"unset_field" => self.zeek.unset = Box::from(value),
            b"path" => self.zeek.path = Box::from(value),
            b"fields" => {
                let zeek = std::mem::take(&mut self.zeek);
                self.enter(names::marked(
                    value,
                    Mark::Zeek,
                    zeek.separator,
                    &zeek.path,
                    None,
                ));
                self.zeek = zeek;
                self.set_unset();
            }
            _ => {}
        }
        true
    }

    /// Zeek's word for what is not there belongs to the header whose log names it.
    fn set_unset(&mut self) {
        if let Some(header) = self.header.as_mut().and_then(Arc::get_mut) {
            header.unset.clone_from(&self.zeek.unset);
        }
    }

    /// A line that may be names alone.
    fn bare(&mut self, line: &[u8], is_first: bool) -> bool {
        let line = if is_first {
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
        } else {
            line
        };
        let line = trim(line);
        let choice = self.choice.as_deref();
        if let Some(heading) = names::bare(line, choice)
            && let Some(header) = read(&heading)
        {
            self.header = Some(Arc::new(header));
            return true;
        }
        // Columns by their numbers: the first line with so many is a record already.
        if let Some(choice) = choice
            && self.header.is_none()
        {
            let header = choice.numbered(line).as_ref().and_then(read);
            self.header = header.map(Arc::new);
        }
        false
    }

    /// A header line was read, or could not be: what was in force is not any more.
    fn enter(&mut self, heading: Option<Heading<'_>>) {
        self.header = heading.as_ref().and_then(read).map(Arc::new);
    }
}

/// The header of the first format that reads its columns.
fn read(heading: &Heading<'_>) -> Option<Header> {
    // Who says what the columns are means a table of his own.
    let chosen: &[&'static dyn Format] = if heading.choice.is_some() {
        &[&CsvColumns]
    } else {
        &[]
    };
    let (format, codes) = chosen
        .iter()
        .chain(REGISTRY)
        .find_map(|format| Some((*format, format.columns(heading)?)))?;
    let columns = heading
        .names
        .iter()
        .zip(codes)
        .zip(1_usize..)
        .map(|((name, code), number)| Column {
            // A column that nobody named is called by its number.
            name: if name.is_empty() {
                Box::from(number.to_string().as_bytes())
            } else {
                Box::from(*name)
            },
            code,
        })
        .collect();
    Some(Header {
        format,
        mark: heading.mark,
        separator: heading.separator,
        unset: Box::from(&b"-"[..]),
        path: Box::from(heading.path),
        columns,
    })
}

impl<'a> crate::Record<'a> {
    /// The header in force, when it is one of this format's.
    #[must_use]
    pub fn header_of(&self, format: &str) -> Option<&'a Header> {
        self.header.filter(|header| header.format.name() == format)
    }
}

/// The line without its end.
fn trim(line: &[u8]) -> &[u8] {
    line.trim_ascii_end()
}

#[cfg(test)]
mod tests;
