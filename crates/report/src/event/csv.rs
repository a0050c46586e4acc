//! One event as one row of comma-separated values (RFC 4180).

use rutter_event::{Event, Timestamp, Untrusted};

use super::row::{COLUMNS, Cells, fill};
use crate::clock;

/// Writes the row of column names at the end of `out`.
pub fn write_csv_header(out: &mut Vec<u8>) {
    row(out, |cell| {
        COLUMNS.iter().for_each(|name| cell(name.as_bytes()))
    });
}

/// Writes an event as one row at the end of `out`; `line` is the 1-based number of its line.
pub fn write_csv(line: u64, event: &Event<'_>, out: &mut Vec<u8>) {
    row(out, |cell| fill(line, event, &mut Row { cell }));
}

/// Bytes that a row usually fits into.
const ROW: usize = 768;

fn row(out: &mut Vec<u8>, write: impl FnOnce(&mut dyn FnMut(&[u8]))) {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(ROW)
        .from_writer(out);
    // Writing into memory does not fail, and rows of any length are allowed only once.
    write(&mut |cell| drop(writer.write_field(cell)));
    let _ = writer.write_record(None::<&[u8]>);
    let _ = writer.flush();
}

/// A row under construction.
struct Row<'c> {
    cell: &'c mut dyn FnMut(&[u8]),
}

impl Cells for Row<'_> {
    fn instant(&mut self, time: Option<Timestamp>) {
        self.plain(|out| time.iter().for_each(|time| clock::rfc3339(*time, out)));
    }

    fn uptime(&mut self, nanoseconds: Option<u64>) {
        self.plain(|out| nanoseconds.iter().for_each(|n| clock::seconds(*n, out)));
    }

    fn number(&mut self, number: Option<u64>) {
        match number {
            Some(number) => (self.cell)(itoa::Buffer::new().format(number).as_bytes()),
            None => (self.cell)(b""),
        }
    }

    fn plain(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let mut out = Vec::new();
        write(&mut out);
        (self.cell)(&out);
    }

    /// Text of the log: formulas neutralised, nothing that a terminal or a spreadsheet acts on.
    fn log(&mut self, text: Untrusted<'_>) {
        (self.cell)(text.csv().as_bytes());
    }

    fn word(&mut self, word: Option<&str>) {
        (self.cell)(word.unwrap_or_default().as_bytes());
    }
}
