//! A page as Markdown (CommonMark with tables).

use std::fmt::Write as _;

use rutter_event::Untrusted;

use super::{Block, Line, Page, Table, Tone};

impl Page {
    /// The page as Markdown. Text cannot become markup: what Markdown or HTML would act on is
    /// written as a character reference.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        write_page(self, &mut out);
        out
    }
}

fn write_page(page: &Page, out: &mut String) {
    let mut in_list = false;
    for block in &page.blocks {
        let is_item = matches!(block, Block::Item(..) | Block::Bullet(..));
        // A blank line between blocks, none between the items of one list.
        let brings_its_own = matches!(block, Block::Inset(_) | Block::Gap);
        let goes_on = in_list && is_item;
        if !(out.is_empty() || goes_on || brings_its_own) {
            out.push('\n');
        }
        in_list = is_item;
        match block {
            Block::Heading(level, line) => {
                let marks = "######"
                    .get(..usize::from(*level).clamp(1, 6))
                    .unwrap_or("#");
                let _ = writeln!(out, "{marks} {}", text(line));
            }
            Block::Paragraph(line) => {
                let _ = writeln!(out, "{}", text(line));
            }
            Block::Item(mark, body) => {
                let mark = text(mark);
                let mark = if mark.is_empty() {
                    mark
                } else {
                    format!("*{mark}:* ")
                };
                let _ = writeln!(out, "- {mark}{}", text(body));
            }
            Block::Bullet(_, body) => {
                let _ = writeln!(out, "- {}", text(body));
            }
            Block::Table(table) => write_table(table, out),
            // Blocks are separated anyway.
            Block::Gap => {}
            Block::Inset(inner) => write_page(inner, out),
        }
    }
}

fn write_table(table: &Table, out: &mut String) {
    out.push('|');
    for column in &table.columns {
        let _ = write!(out, " {} |", escaped(column.title.as_bytes()));
    }
    out.push_str("\n|");
    for column in &table.columns {
        out.push_str(if column.right { "---:|" } else { "---|" });
    }
    out.push('\n');
    for row in &table.rows {
        out.push('|');
        for cell in row {
            let _ = write!(out, " {} |", text(cell));
        }
        out.push('\n');
    }
}

fn text(line: &Line) -> String {
    let mut out = String::new();
    for span in &line.spans {
        if span.tone == Tone::Link && is_plain_address(&span.text) {
            let _ = write!(out, "<{}>", String::from_utf8_lossy(&span.text));
            continue;
        }
        let inner = escaped(&span.text);
        // Emphasis must touch the word, not the blank beside it.
        let body = inner.trim();
        let (before, after) = match body.is_empty() {
            true => (inner.as_str(), ""),
            false => inner.split_once(body).unwrap_or(("", "")),
        };
        let marks = match span.tone {
            Tone::Strong | Tone::Grave(_) if !body.is_empty() => "**",
            _ => "",
        };
        let _ = write!(out, "{before}{marks}{body}{marks}{after}");
    }
    out
}

/// Whether an address can stand between angle brackets without a way out of them.
fn is_plain_address(bytes: &[u8]) -> bool {
    bytes.starts_with(b"https://")
        && bytes
            .iter()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"'))
}

/// Text as character references wherever Markdown or HTML would take it for markup.
fn escaped(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut before = ' ';
    for c in Untrusted::new(bytes).terminal().to_string().chars() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&'
            | '!' | '@' | '"' | '\'' | '$' | '^' | '=' => {
                let _ = write!(out, "&#{};", c as u32);
            }
            // Some readers make links of anything that looks like an address of a page.
            '/' if before == '/' => out.push_str("&#47;"),
            '.' if out.ends_with("www") => out.push_str("&#46;"),
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let mut page = Page::default();
        page.heading(2, "A [title](https://example.net)");
        page.paragraph(
            Line::of("a ")
                .strong(" b* ")
                .log(Untrusted::new(b"<img src=x>\x1b|")),
        );
        page.item(
            "Do",
            Line::of("- http://c www.d ").toned("https://example.net/", Tone::Link),
        );
        assert_eq!(
            page.markdown(),
            "## A &#91;title&#93;(https:/&#47;example.net)\n\n\
             a  **b&#42;** &#60;img src&#61;x&#62;&#92;x1b&#124;\n\n\
             - *Do:* - http:/&#47;c www&#46;d <https://example.net/>\n"
        );
    }
}
