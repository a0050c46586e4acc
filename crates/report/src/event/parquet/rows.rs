//! Rows, held column by column until a row group is full.

use std::ops::Range;

use parquet::data_type::ByteArray;
use rutter_event::{Event, Timestamp, Untrusted};

use super::schema::{KINDS, Kind};
use crate::event::row::{Cells, fill};
use crate::ink::Ink;

/// Rows of a row group; only the last of a file has fewer.
pub(super) const ROW_GROUP: usize = 64 << 10;

/// Some rows, in columns.
pub struct Rows {
    columns: Vec<Column>,
    count: usize,
}

/// The cells of one column.
pub(super) enum Column {
    Numbers(Vec<Option<i64>>),
    Texts(Texts),
}

/// Texts one behind the other. An empty one is an absent one: no text of an event is there and empty.
#[derive(Default)]
pub(super) struct Texts {
    ink: Ink,
    ends: Vec<usize>,
}

/// Writes an event as one more row; `line` is the 1-based number of its line or packet.
pub fn write_parquet(line: u64, event: &Event<'_>, rows: &mut Rows) {
    let mut columns = rows.columns.iter_mut();
    fill(line, event, &mut Row(&mut columns));
    rows.count += 1;
}

impl Default for Rows {
    fn default() -> Self {
        let empty = |(_, kind)| match kind {
            Kind::Text => Column::Texts(Texts::default()),
            Kind::Instant | Kind::Unsigned(_) => Column::Numbers(Vec::new()),
        };
        Self {
            columns: KINDS.into_iter().map(empty).collect(),
            count: 0,
        }
    }
}

impl Rows {
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    pub(super) fn into_columns(self) -> Vec<Column> {
        self.columns
    }

    /// Takes over as many rows as fit into a row group, from one on. Gives back how many.
    pub(super) fn take_from(&mut self, other: &Self, from: usize) -> usize {
        let room = ROW_GROUP.saturating_sub(self.count);
        let end = other.count.min(from.saturating_add(room));
        for (own, others) in self.columns.iter_mut().zip(&other.columns) {
            own.extend(others, from..end);
        }
        let taken = end.saturating_sub(from);
        self.count += taken;
        taken
    }
}

impl Column {
    fn extend(&mut self, other: &Self, rows: Range<usize>) {
        match (self, other) {
            (Self::Numbers(own), Self::Numbers(others)) => {
                own.extend_from_slice(others.get(rows).unwrap_or_default());
            }
            (Self::Texts(own), Self::Texts(others)) => own.extend(others, rows),
            // Both sides were made of the same list of kinds.
            _ => {}
        }
    }

    /// For every row 1 when it has a value, 0 when it has none.
    pub(super) fn levels(&self) -> Vec<i16> {
        match self {
            Self::Numbers(cells) => cells.iter().map(|n| i16::from(n.is_some())).collect(),
            Self::Texts(texts) => texts.ranges().map(|at| i16::from(!at.is_empty())).collect(),
        }
    }
}

impl Texts {
    fn extend(&mut self, other: &Self, rows: Range<usize>) {
        let start = other.start(rows.start);
        let ends = other.ends.get(rows).unwrap_or_default();
        let end = ends.last().copied().unwrap_or(start);
        let shift = self.ink.place();
        let moved = ends.iter().map(|end| end - start + shift);
        self.ends.extend(moved);
        let texts = other.ink.from(0).get(start..end).unwrap_or_default();
        self.ink.text(texts);
    }

    /// Where the text of a row starts.
    fn start(&self, row: usize) -> usize {
        let before = row.checked_sub(1).and_then(|row| self.ends.get(row));
        before.copied().unwrap_or(0)
    }

    fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let range = start..*end;
            start = *end;
            range
        })
    }

    /// The texts that are there, all in one allocation.
    pub(super) fn into_values(mut self) -> Vec<ByteArray> {
        let all = ByteArray::from(std::mem::take(&mut self.ink).end());
        self.ranges()
            .filter(|at| !at.is_empty())
            .map(|at| all.slice(at.start, at.len()))
            .collect()
    }
}

/// A row under construction: the columns that still wait for their cell.
struct Row<'r, 'c>(&'r mut std::slice::IterMut<'c, Column>);

impl Row<'_, '_> {
    fn value(&mut self, value: Option<i64>) {
        if let Some(Column::Numbers(cells)) = self.0.next() {
            cells.push(value);
        }
    }
}

impl Cells for Row<'_, '_> {
    fn instant(&mut self, time: Option<Timestamp>) {
        self.value(time.map(|time| time.0));
    }

    fn uptime(&mut self, nanoseconds: Option<u64>) {
        self.number(nanoseconds);
    }

    fn number(&mut self, number: Option<u64>) {
        // Unsigned numbers are stored by their bits.
        self.value(number.map(u64::cast_signed));
    }

    fn plain(&mut self, write: impl FnOnce(&mut Ink)) {
        if let Some(Column::Texts(texts)) = self.0.next() {
            write(&mut texts.ink);
            texts.ends.push(texts.ink.place());
        }
    }

    /// Text of the log: UTF-8 in which nothing is left that a terminal acts on, since tables are
    /// shown on terminals too.
    fn log(&mut self, text: Untrusted<'_>) {
        self.plain(|ink| ink.text(text.terminal().to_string().as_bytes()));
    }
}
