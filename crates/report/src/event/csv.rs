//! One event as one row of comma-separated values (RFC 4180).

use rutter_event::{Event, Timestamp, Untrusted};

use super::row::{COLUMNS, Cells, fill};
use crate::clock;
use crate::ink::Ink;

/// Writes the row of column names at the end of `out`.
pub fn write_csv_header(out: &mut Vec<u8>) {
    row(out, |row| {
        COLUMNS.iter().for_each(|name| row.word(Some(name)));
    });
}

/// Writes an event as one row at the end of `out`; `line` is the 1-based number of its line.
pub fn write_csv(line: u64, event: &Event<'_>, out: &mut Vec<u8>) {
    row(out, |row| fill(line, event, row));
}

fn row(out: &mut Vec<u8>, write: impl FnOnce(&mut Row<'_>)) {
    let mut ink = Ink::behind(std::mem::take(out));
    write(&mut Row { ink: &mut ink });
    // Behind the last cell stands a comma.
    ink.back_to(ink.place() - 1);
    ink.fixed(b"\r\n");
    *out = ink.end();
}

/// A row under construction: each cell has a comma behind it.
struct Row<'i> {
    ink: &'i mut Ink,
}

impl Row<'_> {
    /// Writes a cell that may hold what rows are made of.
    fn cell(&mut self, text: &[u8]) {
        if text
            .iter()
            .any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n'))
        {
            self.ink.byte(b'"');
            for part in text.split_inclusive(|byte| *byte == b'"') {
                self.ink.text(part);
                if part.ends_with(b"\"") {
                    self.ink.byte(b'"');
                }
            }
            self.ink.byte(b'"');
        } else {
            self.ink.text(text);
        }
        self.ink.byte(b',');
    }
}

impl Cells for Row<'_> {
    fn instant(&mut self, time: Option<Timestamp>) {
        self.plain(|ink| time.iter().for_each(|time| clock::rfc3339(*time, ink)));
    }

    fn uptime(&mut self, nanoseconds: Option<u64>) {
        self.plain(|ink| nanoseconds.iter().for_each(|n| clock::seconds(*n, ink)));
    }

    fn number(&mut self, number: Option<u64>) {
        if let Some(number) = number {
            self.ink.number(number);
        }
        self.ink.byte(b',');
    }

    /// Numbers, addresses and the like, in which there is nothing to quote.
    fn plain(&mut self, write: impl FnOnce(&mut Ink)) {
        write(self.ink);
        self.ink.byte(b',');
    }

    /// Text of the log: formulas neutralised, nothing that a terminal or a spreadsheet acts on.
    fn log(&mut self, text: Untrusted<'_>) {
        match text.plain() {
            // No formula begins with a letter or a digit.
            Some(plain) if plain.first().is_none_or(u8::is_ascii_alphanumeric) => self.cell(plain),
            _ => self.cell(text.csv().as_bytes()),
        }
    }

    fn word(&mut self, word: Option<&str>) {
        self.cell(word.unwrap_or_default().as_bytes());
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn rows_read_as_a_library_reads_them() {
        let texts = [
            "",
            "plain",
            "a,b",
            "\"",
            "say \"no\", twice\"\"",
            "a\r\nb",
            "é",
        ];
        let mut out = Vec::new();
        row(&mut out, |row| texts.iter().for_each(|t| row.word(Some(t))));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(out.as_slice());
        let read = reader.records().next().unwrap().unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), texts);

        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        writer.write_record(texts).unwrap();
        assert_eq!(writer.into_inner().unwrap(), out);
    }
}
