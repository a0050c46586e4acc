//! The columns of a record, one after the other.

use rutter_event::Refusal;

/// What is still to be read of a record. No column is quoted, and none holds a comma.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Columns<'a> {
    pub(super) const fn new(record: &'a [u8]) -> Self {
        Self { rest: Some(record) }
    }

    /// What is still to be read; nothing when the last column has been taken.
    pub(super) const fn rest(&self) -> Option<&'a [u8]> {
        self.rest
    }

    /// The next column, and whether a comma closes it. The last column of a record is open: of a
    /// cut record it may be only the beginning.
    pub(super) fn next(&mut self) -> Option<(&'a [u8], bool)> {
        let rest = self.rest?;
        let Some(comma) = memchr::memchr(b',', rest) else {
            self.rest = None;
            return Some((rest.trim_ascii_end(), false));
        };
        let (column, after) = rest.split_at_checked(comma)?;
        self.rest = after.get(1..);
        Some((column, true))
    }

    /// The next column, which another must follow.
    pub(super) fn closed(&mut self) -> Result<&'a [u8], Refusal> {
        match self.next() {
            Some((column, true)) => Ok(column),
            _ => Err(Refusal::Truncated),
        }
    }

    /// The next column if a comma closes it.
    pub(super) fn trusted(&mut self) -> Option<&'a [u8]> {
        self.next()
            .filter(|(_, closed)| *closed)
            .map(|(column, _)| column)
    }
}
