//! Breaking text into lines, by columns, with the habits of both scripts.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{Line, Tone};
use rutter_event::Untrusted;

/// A piece of text that stands together, in one tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) tone: Tone,
}

/// A line of the screen.
pub(super) type Row = Vec<Piece>;

/// Columns that a row fills.
pub(super) fn width_of(row: &[Piece]) -> usize {
    row.iter().map(|piece| piece.text.width()).sum()
}

/// What must not be torn apart: characters up to the next place where a line may end.
#[derive(Default)]
struct Atom {
    pieces: Row,
    /// Blanks before it, at most two, unless it begins a line.
    space: usize,
}

/// Breaks a line into rows of at most `first` columns, then of at most `next`. What is longer than a
/// whole row is torn.
pub(super) fn wrap(line: &Line, first: usize, next: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = Row::new();
    let mut free = first.max(1);
    let mut used = 0;
    for atom in atoms(line) {
        let width = width_of(&atom.pieces);
        let space = if used > 0 { atom.space } else { 0 };
        if used + space + width > free && used > 0 {
            rows.push(std::mem::take(&mut row));
            (free, used) = (next.max(1), 0);
        }
        if used > 0 && atom.space > 0 {
            // Blanks between two tones have none.
            let next = atom.pieces.first().map(|p| p.tone);
            let tone = row
                .last()
                .map(|p| p.tone)
                .filter(|tone| Some(*tone) == next)
                .unwrap_or_default();
            push(&mut row, if atom.space > 1 { "  " } else { " " }, tone);
            used += atom.space;
        }
        if width <= free {
            atom.pieces
                .iter()
                .for_each(|p| push(&mut row, &p.text, p.tone));
            used += width;
            continue;
        }
        for piece in &atom.pieces {
            for c in piece.text.chars() {
                let width = c.width().unwrap_or(0);
                if used + width > free && used > 0 {
                    rows.push(std::mem::take(&mut row));
                    (free, used) = (next.max(1), 0);
                }
                push(&mut row, c.encode_utf8(&mut [0; 4]), piece.tone);
                used += width;
            }
        }
    }
    if !row.is_empty() || rows.is_empty() {
        rows.push(row);
    }
    rows
}

/// Appends to the last piece when the tone stays.
fn push(row: &mut Row, text: &str, tone: Tone) {
    match row.last_mut() {
        Some(last) if last.tone == tone => last.text.push_str(text),
        _ => row.push(Piece {
            text: text.to_owned(),
            tone,
        }),
    }
}

/// A short piece in a tone of its own is a name or a label: it is not broken between ideographs.
const LABEL: usize = 16;

fn atoms(line: &Line) -> Vec<Atom> {
    let mut atoms: Vec<Atom> = Vec::new();
    let mut last = ' ';
    let mut blanks = 0;
    for span in &line.spans {
        let text = Untrusted::new(&span.text).terminal().to_string();
        let label = span.tone != Tone::Plain && text.width() <= LABEL;
        for (at, c) in text.char_indices() {
            if c == ' ' {
                blanks += 1;
            } else {
                let within = label && at > 0;
                if blanks > 0 || atoms.is_empty() || (!within && may_break(last, c)) {
                    atoms.push(Atom {
                        pieces: Row::new(),
                        space: std::mem::take(&mut blanks).min(2),
                    });
                }
                if let Some(atom) = atoms.last_mut() {
                    push(&mut atom.pieces, c.encode_utf8(&mut [0; 4]), span.tone);
                }
            }
            last = c;
        }
    }
    atoms
}

/// Whether a line may end between two characters that no space separates: beside ideographs, but
/// not before closing marks nor after opening ones.
fn may_break(before: char, after: char) -> bool {
    (is_wide(before) || is_wide(after)) && !closes(after) && !opens(before)
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

/// Marks that may not begin a line: those of Chinese, in both widths, and the closing ones of ASCII.
const fn closes(c: char) -> bool {
    matches!(
        c,
        ',' | '.'
            | ';'
            | ':'
            | '?'
            | '!'
            | ')'
            | ']'
            | '}'
            | '%'
            | '\u{b7}'
            | '\u{2019}'
            | '\u{201d}'
            | '\u{2026}'
            | '\u{3001}'
            | '\u{3002}'
            | '\u{3009}'
            | '\u{300b}'
            | '\u{300d}'
            | '\u{300f}'
            | '\u{3011}'
            | '\u{ff01}'
            | '\u{ff05}'
            | '\u{ff09}'
            | '\u{ff0c}'
            | '\u{ff1a}'
            | '\u{ff1b}'
            | '\u{ff1f}'
    )
}

/// Marks that may not end a line.
const fn opens(c: char) -> bool {
    matches!(
        c,
        '(' | '['
            | '{'
            | '\u{2018}'
            | '\u{201c}'
            | '\u{3008}'
            | '\u{300a}'
            | '\u{300c}'
            | '\u{300e}'
            | '\u{3010}'
            | '\u{ff08}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, width: usize) -> Vec<String> {
        let text_of = |row: &Row| row.iter().map(|p| p.text.as_str()).collect::<String>();
        wrap(&Line::of(text), width, width)
            .iter()
            .map(text_of)
            .collect()
    }

    #[test]
    fn words_stay_whole() {
        assert_eq!(rows("one two  three", 8), ["one two", "three"]);
        assert_eq!(rows("one  two   three", 20), ["one  two  three"]);
        assert_eq!(rows("", 8), [""]);
        assert_eq!(rows("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
    }

    #[test]
    fn ideographs_break_anywhere_but_before_marks() {
        assert_eq!(
            rows("丢弃即可，无须处理。", 10),
            ["丢弃即可，", "无须处理。"]
        );
        assert_eq!(
            rows("在边界关闭 23 和 2323", 12),
            ["在边界关闭", "23 和 2323"]
        );
        for width in 2..30 {
            for row in rows(
                "发送者是被感染的摄像机（或路由器），其主人并不知情。TCP 序列号等于目的地址。",
                width,
            ) {
                assert!(row.width() <= width.max(4), "{width}: {row:?}");
                assert!(width < 8 || !row.starts_with(closes), "{width}: {row:?}");
            }
        }
    }

    #[test]
    fn tones_do_not_break_words() {
        let line = Line::of("(").strong("why").plain(") so");
        let rows = wrap(&line, 6, 6);
        let texts: Vec<Vec<&str>> = rows
            .iter()
            .map(|r| r.iter().map(|p| p.text.as_str()).collect())
            .collect();
        assert_eq!(texts, [vec!["(", "why", ")"], vec!["so"]]);
    }
}
