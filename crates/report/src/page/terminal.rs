//! A page for a terminal: wrapped, indented, coloured.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use rutter_knowledge::Severity;
use unicode_width::UnicodeWidthStr as _;

use super::table::{GAP, Table, widths};
use super::wrap::{Piece, Row, width_of, wrap};
use super::{Block, Line, Page, Tone};

/// Narrower than this nothing can be laid out; such a terminal breaks lines itself.
const LEAST: usize = 40;
/// Running text wider than this is hard to read, however wide the window is.
const MOST: usize = 110;
/// Columns by which an inset stands back.
const INSET: usize = 3;
/// Columns of the margin in which the words before items stand.
const MARGIN: usize = 12;

impl Page {
    /// The page for a terminal of `width` columns, with the escape sequences of colours, which the
    /// writer may strip again. Apart from these and line ends it holds printable characters only.
    #[must_use]
    pub fn terminal(&self, width: usize) -> String {
        let mut screen = Screen {
            out: String::new(),
            width: width.clamp(LEAST, MOST),
        };
        screen.page(self, 0);
        screen.out
    }
}

struct Screen {
    out: String,
    width: usize,
}

impl Screen {
    fn page(&mut self, page: &Page, indent: usize) {
        for (i, block) in page.blocks.iter().enumerate() {
            match block {
                Block::Heading(level, line) => {
                    // Air above a title, none at the top of all.
                    if !self.out.is_empty() && (*level < 3 || i > 0) {
                        self.out.push('\n');
                    }
                    self.rows(&emphasised(line, *level), indent, indent);
                }
                Block::Paragraph(line) => self.rows(line, indent, indent),
                Block::Item(mark, body) => self.item(mark, body, indent, MARGIN),
                Block::Bullet(sign, body) => {
                    let width = wrap(sign, usize::MAX, usize::MAX)
                        .first()
                        .map_or(0, |row| width_of(row));
                    self.item(sign, body, indent, width + 1);
                }
                Block::Table(table) => self.table(table, indent),
                Block::Gap => self.out.push('\n'),
                Block::Inset(inner) => self.page(inner, indent + INSET),
            }
        }
    }

    fn rows(&mut self, line: &Line, first: usize, next: usize) {
        let rows = wrap(
            line,
            self.width.saturating_sub(first),
            self.width.saturating_sub(next),
        );
        for (i, row) in rows.iter().enumerate() {
            self.blank(if i == 0 { first } else { next });
            self.row(row);
            self.out.push('\n');
        }
    }

    /// The mark stands in the margin as long as it is short, else above.
    fn item(&mut self, mark: &Line, body: &Line, indent: usize, margin: usize) {
        let hang = indent + margin;
        let room = self.width.saturating_sub(indent).max(1);
        let marks = wrap(mark, room, room);
        let width = marks.first().map_or(0, |row| width_of(row));
        self.blank(indent);
        for (i, row) in marks.iter().enumerate() {
            if i > 0 {
                self.out.push('\n');
                self.blank(indent);
            }
            self.row(row);
        }
        if body.is_empty() {
            self.out.push('\n');
            return;
        }
        if marks.len() > 1 || indent + width >= hang {
            self.out.push('\n');
            self.rows(body, hang, hang);
            return;
        }
        self.blank(hang - indent - width);
        let room = self.width.saturating_sub(hang);
        for (i, row) in wrap(body, room, room).iter().enumerate() {
            if i > 0 {
                self.blank(hang);
            }
            self.row(row);
            self.out.push('\n');
        }
    }

    fn table(&mut self, table: &Table, indent: usize) {
        let room = self.width.saturating_sub(indent);
        let mut natural: Vec<usize> = table.columns.iter().map(|c| c.title.width()).collect();
        for row in &table.rows {
            for (width, cell) in natural.iter_mut().zip(row) {
                *width = (*width).max(
                    wrap(cell, usize::MAX, usize::MAX)
                        .first()
                        .map_or(0, |r| width_of(r)),
                );
            }
        }
        let widths = widths(&table.columns, &natural, room);
        let titles: Vec<Line> = table
            .columns
            .iter()
            .map(|c| Line::default().faint(&c.title))
            .collect();
        self.table_row(table, &titles, &widths, indent);
        for row in &table.rows {
            self.table_row(table, row, &widths, indent);
        }
    }

    fn table_row(&mut self, table: &Table, cells: &[Line], widths: &[usize], indent: usize) {
        let alone = cells
            .first()
            .map_or_else(Vec::new, |cell| wrap(cell, self.width, self.width));
        let mut cells: Vec<Vec<Row>> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| wrap(cell, *width, *width))
            .collect();
        if let Some(first) = cells.first_mut()
            && first.len() > 1
        {
            first.clear();
            for row in alone {
                self.blank(indent);
                self.row(&row);
                self.out.push('\n');
            }
        }
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            self.blank(indent);
            let mut owed = 0;
            for ((rows, width), column) in cells.iter().zip(widths).zip(&table.columns) {
                let row = rows.get(at).map_or(&[][..], Vec::as_slice);
                let free = width.saturating_sub(width_of(row));
                let (before, after) = if column.right { (free, 0) } else { (0, free) };
                if row.is_empty() {
                    owed += width + GAP;
                    continue;
                }
                // Blanks are written only when something follows: no line ends in them.
                self.blank(owed + before);
                self.row(row);
                owed = after + GAP;
            }
            self.out.push('\n');
        }
    }

    fn blank(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }

    fn row(&mut self, row: &[Piece]) {
        for Piece { text, tone } in row {
            let style = style(*tone);
            // Writing into a string does not fail.
            let _ = write!(self.out, "{style}{text}{style:#}");
        }
    }
}

/// A title in its own tone, where the composer gave none.
fn emphasised(line: &Line, level: u8) -> Line {
    let mut line = line.clone();
    if level < 4 {
        for span in &mut line.spans {
            if span.tone == Tone::Plain {
                span.tone = Tone::Strong;
            }
        }
    }
    line
}

/// Colours that read on dark and on light ground.
const fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Strong => Style::new().bold(),
        Tone::Faint => Style::new().dimmed(),
        Tone::Code => AnsiColor::Cyan.on_default(),
        Tone::Link => Style::new().underline(),
        Tone::Grave(Severity::Critical) => AnsiColor::Red.on_default().bold().invert(),
        Tone::Grave(Severity::High) => AnsiColor::Red.on_default().bold(),
        Tone::Grave(Severity::Medium) => AnsiColor::Yellow.on_default().bold(),
        Tone::Grave(Severity::Low) => AnsiColor::Blue.on_default(),
        Tone::Grave(Severity::Info) => AnsiColor::Green.on_default(),
    }
}
