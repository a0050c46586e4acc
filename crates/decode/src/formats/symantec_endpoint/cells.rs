//! Cells between commas, of which most have a name: `Local Port: 80,TCP,Inbound,Begin: …`.

use super::super::csv::Columns;

/// A cell with its name, or without.
#[derive(Clone, Copy)]
pub(super) struct Cell<'a> {
    pub(super) key: &'a [u8],
    pub(super) value: &'a [u8],
    /// Whether a comma closes it.
    pub(super) is_closed: bool,
}

/// An iterator over the cells of a record.
pub(super) struct Cells<'a> {
    columns: Columns<'a>,
}

impl<'a> Cells<'a> {
    pub(super) const fn new(message: &'a [u8]) -> Self {
        Self {
            columns: Columns::new(message),
        }
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let (column, is_closed) = self.columns.next()?;
        let column = column.trim_ascii_start();
        let end = memchr::memchr(b':', column).filter(|end| {
            matches!(column.get(end + 1), None | Some(b' '))
                && column.get(..*end).is_some_and(is_name)
        });
        let (key, value) = match end {
            Some(end) => column.split_at_checked(end)?,
            None => (&b""[..], column),
        };
        let value = value.strip_prefix(b":").unwrap_or(value);
        Some(Cell {
            key,
            value: value.trim_ascii(),
            is_closed,
        })
    }
}

/// Letters, digits, blanks and hyphens, and not many of them.
fn is_name(text: &[u8]) -> bool {
    text.len() <= 40
        && text.first().is_some_and(u8::is_ascii_alphabetic)
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'))
}
