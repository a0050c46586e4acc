//! The ways in which Check Point writes a record, as keys and values.

use super::super::pairs::Value;
use crate::formats::search::{holds, place};

/// How a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `[action:"Accept"; src:"192.0.2.1"; …]`: Log Exporter's syslog.
    Quoted,
    /// `action=Accept|src=192.0.2.1|…`: Log Exporter for Splunk, and fw1-loggrabber.
    Pipes,
    /// `10:00:00 accept fw >eth0 src: 192.0.2.1; …`: `fw log`.
    Semicolons,
    /// `"1" "23Nov2026" "10:00:00" "eth0" …`: SmartView Tracker's export.
    Columns,
}

/// The style of a text, as far as it is a record of Check Point's.
pub(super) fn style(text: &[u8]) -> Option<Style> {
    let is_other =
        text.starts_with(b"CEF:") || text.starts_with(b"LEEF:") || text.starts_with(b"{");
    if is_other {
        return None;
    }
    if text.starts_with(b"\"") && is_export(text) {
        return Some(Style::Columns);
    }
    if holds!(text, "loguid:\"")
        || holds!(text, "originsicname:\"")
        || holds!(text, "action:\"") && holds!(text, "product:\"")
    {
        return Some(Style::Quoted);
    }
    if holds!(text, "|product=")
        && (holds!(text, "|src=") || holds!(text, "|loguid=") || holds!(text, "|orig="))
    {
        return Some(Style::Pipes);
    }
    let is_log = holds!(text, "; dst: ")
        && (holds!(text, "; src: ") || holds!(text, " src: "))
        && holds!(text, "; proto: ");
    is_log.then_some(Style::Semicolons)
}

/// Whether the text begins with a number and a date between quotes.
fn is_export(text: &[u8]) -> bool {
    let mut columns = text.split(|byte| *byte == b'"').skip(1).step_by(2);
    let number = columns.next().unwrap_or_default();
    let date = columns.next().unwrap_or_default();
    !number.is_empty()
        && number.iter().all(u8::is_ascii_digit)
        && matches!(date.len(), 8 | 9)
        && date.first().is_some_and(u8::is_ascii_digit)
        && date.last().is_some_and(u8::is_ascii_digit)
}

/// What the columns of an export hold, in the order of SmartView Tracker, under the keys of the
/// other styles.
const COLUMNS: [&[u8]; 18] = [
    b"number",
    b"date",
    b"time",
    b"ifname",
    b"origin",
    b"type",
    b"action",
    b"service",
    b"s_port",
    b"src",
    b"dst",
    b"proto",
    b"rule",
    b"rule_name",
    b"current_rule_number",
    b"user",
    b"information",
    b"product",
];

/// An iterator over the fields of a record.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    style: Style,
    column: usize,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(text: &'a [u8], style: Style) -> Self {
        Self {
            rest: text,
            style,
            column: 0,
        }
    }

    fn pass(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// What stands before `end`, and passes over both.
    fn until(&mut self, end: impl Fn(u8) -> bool) -> Value<'a> {
        let text = self.rest;
        match text.iter().position(|byte| end(*byte)) {
            Some(at) => {
                self.pass(at + 1);
                Value {
                    text: text.get(..at).unwrap_or_default().trim_ascii(),
                    is_closed: true,
                    ..Value::default()
                }
            }
            None => {
                self.rest = &[];
                Value {
                    text: text.trim_ascii(),
                    is_closed: false,
                    ..Value::default()
                }
            }
        }
    }

    /// What stands before the quote that no backslash precedes, and passes over both.
    fn quoted(&mut self) -> Value<'a> {
        let text = self.rest;
        let mut from = 0;
        while let Some(length) = memchr::memchr2(b'"', b'\\', text.get(from..).unwrap_or_default())
        {
            let at = from + length;
            if text.get(at) == Some(&b'"') {
                self.pass(at + 1);
                return Value {
                    text: text.get(..at).unwrap_or_default(),
                    is_closed: true,
                    ..Value::default()
                };
            }
            from = at + 2;
        }
        // A value without its closing quote is cut, whatever it looks like.
        self.rest = &[];
        Value::default()
    }

    fn next_quoted(&mut self) -> Option<(&'a [u8], Value<'a>)> {
        let gap = self
            .rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b';' | b'[' | b']'))?;
        self.pass(gap);
        let key = self.until(|byte| byte == b':');
        if !key.is_closed {
            return Some((b"", key));
        }
        while let [b':' | b' ', after @ ..] = self.rest {
            self.rest = after;
        }
        let value = match self.rest {
            [b'"', after @ ..] => {
                self.rest = after;
                self.quoted()
            }
            _ => self.until(|byte| byte == b';'),
        };
        Some((key.text, value))
    }

    fn next_between(&mut self, separator: u8, mark: u8) -> Option<(&'a [u8], Value<'a>)> {
        if self.rest.trim_ascii().is_empty() {
            return None;
        }
        let field = self.until(|byte| byte == separator);
        let Some(at) = memchr::memchr(mark, field.text) else {
            return Some((b"", field));
        };
        let (key, value) = field.text.split_at_checked(at)?;
        let value = Value {
            text: value.get(1..).unwrap_or_default().trim_ascii(),
            ..field
        };
        Some((key.trim_ascii(), value))
    }

    fn next_column(&mut self) -> Option<(&'a [u8], Value<'a>)> {
        let open = memchr::memchr(b'"', self.rest)?;
        self.pass(open + 1);
        let value = self.until(|byte| byte == b'"');
        let key = COLUMNS.get(self.column).copied().unwrap_or_default();
        self.column += 1;
        Some((key, value))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        match self.style {
            Style::Quoted => self.next_quoted(),
            Style::Pipes => self.next_between(b'|', b'='),
            Style::Semicolons => self.next_between(b';', b':'),
            Style::Columns => self.next_column(),
        }
    }
}

/// The words before the first key, and the fields: what `fw log` writes there is time, decision,
/// origin and interface; what Log Exporter writes is a header that follows no standard.
pub(super) fn opening(text: &[u8], style: Style) -> (&[u8], &[u8]) {
    match style {
        Style::Semicolons => before_first_key(text),
        Style::Quoted => {
            let first = place!(text, ":\"").unwrap_or(text.len());
            let words = text.get(..first).unwrap_or(text);
            let start = memchr::memchr(b'[', words).unwrap_or(0);
            text.split_at_checked(start).unwrap_or((&[], text))
        }
        Style::Pipes | Style::Columns => (&[], text),
    }
}

fn before_first_key(text: &[u8]) -> (&[u8], &[u8]) {
    let end = place!(text, ": ").unwrap_or(text.len());
    let words = text.get(..end).unwrap_or(text);
    let start = words
        .iter()
        .rposition(|byte| *byte == b' ')
        .map_or(0, |at| at + 1);
    text.split_at_checked(start).unwrap_or((&[], text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(&str, &str, bool)> {
        let word = |bytes| std::str::from_utf8(bytes).unwrap_or("?");
        let style = style(text.as_bytes()).unwrap_or(Style::Quoted);
        Fields::new(text.as_bytes(), style)
            .map(|(key, value)| (word(key), word(value.text), value.is_closed))
            .collect()
    }

    #[test]
    fn styles() {
        assert_eq!(
            all(
                r#"[action:"Accept"; loguid:"{1}"; tag:"a[b;c\]\"; x:1"; methods::"ESP"; src:"192"#
            ),
            [
                ("action", "Accept", true),
                ("loguid", "{1}", true),
                ("tag", r#"a[b;c\]\"; x:1"#, true),
                ("methods", "ESP", true),
                ("src", "", false),
            ]
        );
        assert_eq!(
            all("action=Accept|product=VPN-1 & FireWall-1|src=192.0.2.1|x"),
            [
                ("action", "Accept", true),
                ("product", "VPN-1 & FireWall-1", true),
                ("src", "192.0.2.1", true),
                ("", "x", false),
            ]
        );
        assert_eq!(
            all("product: VPN-1; src: 192.0.2.1; dst: 192.0.2.2; proto: tcp; "),
            [
                ("product", "VPN-1", true),
                ("src", "192.0.2.1", true),
                ("dst", "192.0.2.2", true),
                ("proto", "tcp", true),
            ]
        );
        assert_eq!(
            all(r#"[action:"Drop"; loguid:"1"; sr"#)[2],
            ("", "sr", false)
        );
        assert_eq!(
            all("\"1\" \"23Nov2026\" \"10:0")[2],
            ("time", "10:0", false)
        );
    }

    #[test]
    fn openings() {
        let (words, fields) = opening(
            b"10:00:00 drop fw >eth0 rule: 3; src: 192.0.2.1",
            Style::Semicolons,
        );
        assert_eq!(
            (words, fields),
            (
                &b"10:00:00 drop fw >eth0 "[..],
                &b"rule: 3; src: 192.0.2.1"[..]
            )
        );
        assert_eq!(
            opening(b"src: 1", Style::Semicolons),
            (&b""[..], &b"src: 1"[..])
        );
        let text = b"1 2026-11-23 10:00:00 gw CheckPoint 1 - [a:\"[\"]";
        assert_eq!(opening(text, Style::Quoted).1, b"[a:\"[\"]");
    }
}
