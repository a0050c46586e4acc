//! The columns of a record, one after the other.

use rutter_event::Refusal;

use super::super::number::{decimal, whole};
use crate::scan::{find, places};

/// What is still to be read of a record. No column is quoted, and none holds a comma.
///
/// Commas are found all together, and numbers read where they stand in the record: a fourth of the
/// instructions of a search and a slice for each column.
pub(super) struct Columns<'a> {
    text: &'a [u8],
    /// The places of the first commas, and behind the last one the record's length.
    commas: [usize; COMMAS],
    /// How many columns have been taken.
    taken: usize,
    /// Where the next column begins; behind the record when the last one has been taken.
    from: usize,
}

/// Commas that are found together: those of the longest record, but for what its last column holds.
const COMMAS: usize = 32;

impl<'a> Columns<'a> {
    #[inline(always)]
    pub(super) fn new(record: &'a [u8]) -> Self {
        Self {
            text: record,
            commas: places(b',', record),
            taken: 0,
            from: 0,
        }
    }

    /// The first column, if a comma closes it.
    pub(super) fn first(&self) -> Option<&'a [u8]> {
        let [comma, ..] = self.commas;
        self.text.get(..comma).filter(|_| comma < self.text.len())
    }

    /// What is still to be read; nothing when the last column has been taken.
    pub(super) fn rest(&self) -> Option<&'a [u8]> {
        self.text.get(self.from..)
    }

    /// The next column, and whether a comma closes it. The last column of a record is open: of a
    /// cut record it may be only the beginning.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<(&'a [u8], bool)> {
        let (from, length) = (self.from, self.text.len());
        let comma = match self.commas.get(self.taken) {
            Some(comma) => *comma,
            None => find(b',', self.text.get(from..)?).map_or(length, |at| from + at),
        };
        let column = self.text.get(from..comma)?;
        self.taken += 1;
        self.from = comma + 1;
        if comma < length {
            Some((column, true))
        } else {
            Some((column.trim_ascii_end(), false))
        }
    }

    /// The next column, which another must follow.
    #[inline(always)]
    pub(super) fn closed(&mut self) -> Result<&'a [u8], Refusal> {
        self.trusted().ok_or(Refusal::Truncated)
    }

    /// The next column if a comma closes it.
    #[inline(always)]
    pub(super) fn trusted(&mut self) -> Option<&'a [u8]> {
        self.next()
            .filter(|(_, closed)| *closed)
            .map(|(column, _)| column)
    }

    /// The number in the next column, which another must follow; nothing when it holds none that
    /// fits.
    #[inline(always)]
    pub(super) fn number<T: TryFrom<u64>>(&mut self) -> Result<Option<T>, Refusal> {
        let from = self.from;
        let column = self.closed()?;
        // The bytes behind the column are the record's: eight can be read at once.
        let eight = self.text.get(from..).and_then(<[u8]>::first_chunk::<8>);
        Ok(match eight {
            Some(eight) if matches!(column.len(), 1..=8) => {
                whole(u64::from_le_bytes(*eight), column.len()).and_then(|n| T::try_from(n).ok())
            }
            _ => decimal(column),
        })
    }
}
