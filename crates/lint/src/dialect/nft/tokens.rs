//! Words of an nft ruleset with their places.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// In quotes; the text is without them.
    Text,
    Open,
    Close,
    Comma,
    /// The end of a statement: `;` or the end of a line.
    End,
}

/// A token of the text.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
    pub(super) line: usize,
}

impl Token<'_> {
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }
}

/// Cuts a text into tokens; comments are left out, lines that a backslash joins are one.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        let kind = match byte {
            b'\n' => Kind::End,
            b';' => Kind::End,
            b'{' => Kind::Open,
            b'}' => Kind::Close,
            b',' => Kind::Comma,
            b'#' => {
                at = end(bytes, start, |b| b == b'\n');
                continue;
            }
            b'\\' if matches!(bytes.get(at), Some(b'\n')) => {
                at += 1;
                line += 1;
                continue;
            }
            b'"' => {
                let close = end(bytes, at, |b| b == b'"' || b == b'\n');
                let quoted = text.get(at..close).unwrap_or_default();
                at = if bytes.get(close) == Some(&b'"') {
                    close + 1
                } else {
                    close
                };
                found.push(Token {
                    kind: Kind::Text,
                    text: quoted,
                    span: start..at,
                    line,
                });
                continue;
            }
            b if b.is_ascii_whitespace() => continue,
            _ => {
                at = end(bytes, start, |b| {
                    b.is_ascii_whitespace() || matches!(b, b';' | b'{' | b'}' | b',' | b'#' | b'"')
                });
                Kind::Word
            }
        };
        found.push(Token {
            kind,
            text: text.get(start..at).unwrap_or_default(),
            span: start..at,
            line,
        });
        if *byte == b'\n' {
            line += 1;
        }
    }
    found
}

fn end(bytes: &[u8], from: usize, stops: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter()
        .position(|b| stops(*b))
        .map_or(bytes.len(), |length| from + length)
}
