//! Words of a pf ruleset with their places, and what macros put in theirs.

use std::collections::HashMap;
use std::ops::Range;

/// Words of one rule, macros and lists among them.
pub(super) const MOST_WORDS: usize = 4_096;
/// How deep a macro may name others.
pub(super) const MOST_DEPTH: usize = 8;

/// A word with its place; a word of a macro has the place of the macro.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Range<usize>,
    /// The macro that it came from.
    pub(super) of: Option<String>,
}

pub(super) type Macros = HashMap<String, Vec<String>>;

pub(super) fn span(words: &[Word]) -> Range<usize> {
    let start = words.first().map_or(0, |word| word.span.start);
    start..words.last().map_or(start, |word| word.span.end)
}

/// Adds the words of a line; whether a backslash joins the next one to it.
pub(super) fn words(line: &str, start: usize, out: &mut Vec<Word>, depth: &mut usize) -> bool {
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if out.len() >= MOST_WORDS {
            return false;
        }
        match c {
            '#' => return false,
            '\\' if line.get(at + 1..).unwrap_or_default().trim().is_empty() => return true,
            c if c.is_whitespace() || c == ',' => {}
            '"' => {
                let rest = line.get(at + 1..).unwrap_or_default();
                let length = rest.find('"').unwrap_or(rest.len());
                let end = (at + length + 2).min(line.len());
                // The whole text is one word: a value, a label, a name.
                let text = rest.get(..length).unwrap_or_default().to_owned();
                out.push(Word {
                    text,
                    span: start + at..start + end,
                    of: None,
                });
                while chars.next_if(|(next, _)| *next < end).is_some() {}
            }
            '{' | '}' | '(' | ')' | '=' => {
                match c {
                    '{' => *depth += 1,
                    '}' => *depth = depth.saturating_sub(1),
                    _ => {}
                }
                out.push(Word {
                    text: c.to_string(),
                    span: start + at..start + at + 1,
                    of: None,
                });
            }
            '!' | '>' => {
                // `!=` and `><` are words, `!<table>` is two.
                let equals = chars
                    .next_if(|(_, next)| *next == '=' || c == '>' && *next == '<')
                    .map(|(_, c)| c);
                let text: String = std::iter::once(c).chain(equals).collect();
                let end = at + text.len();
                out.push(Word {
                    text,
                    span: start + at..start + end,
                    of: None,
                });
            }
            _ => {
                let mut end = at + c.len_utf8();
                // `<=` is a word, `name=value` is three.
                let operator = c == '<';
                while let Some((next, c)) = chars.next_if(|(_, c)| {
                    let blank =
                        c.is_whitespace() || matches!(c, ',' | '{' | '}' | '(' | ')' | '"' | '#');
                    !blank && (*c != '=' || operator)
                }) {
                    end = next + c.len_utf8();
                }
                out.push(Word {
                    text: line.get(at..end).unwrap_or_default().to_owned(),
                    span: start + at..start + end,
                    of: None,
                });
            }
        }
    }
    false
}

/// The value of a macro as words.
pub(super) fn cut(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    words(text, 0, &mut found, &mut 0);
    found.into_iter().map(|word| word.text).collect()
}

/// Puts values in the place of macros; `false` when one is not known or there is too much.
pub(super) fn expand(raw: &[Word], macros: &Macros, depth: usize, out: &mut Vec<Word>) -> bool {
    let mut all = true;
    for word in raw {
        if out.len() >= MOST_WORDS {
            return false;
        }
        match word.text.strip_prefix('$') {
            // `$lan:network`: what belongs to the interface that the macro names.
            Some(name) if depth < MOST_DEPTH => match macro_of(macros, name) {
                Some((value, belonging)) => {
                    let of = word.of.clone().unwrap_or_else(|| name.to_owned());
                    let value: Vec<Word> = value
                        .iter()
                        .map(|text| Word {
                            text: format!("{text}{belonging}"),
                            span: word.span.clone(),
                            of: Some(of.clone()),
                        })
                        .collect();
                    all &= expand(&value, macros, depth + 1, out);
                }
                None => {
                    all = false;
                    out.push(word.clone());
                }
            },
            _ => out.push(word.clone()),
        }
    }
    all
}

/// A macro, and what of it is meant.
pub(super) fn macro_of<'m, 'n>(
    macros: &'m Macros,
    name: &'n str,
) -> Option<(&'m [String], &'n str)> {
    if let Some(value) = macros.get(name) {
        return Some((value, ""));
    }
    let (name, belonging) = name.split_at_checked(name.find(':')?)?;
    // Of a list it would be what belongs to the last; such a macro stays what it was written as.
    let value = macros.get(name).filter(|value| value.len() == 1)?;
    Some((value, belonging))
}

pub(super) struct Cursor<'a> {
    pub(super) words: &'a [Word],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn word(&self) -> &'a str {
        self.words
            .get(self.at)
            .map_or("", |word| word.text.as_str())
    }

    pub(super) fn takes(&mut self, word: &str) -> bool {
        let it = self.at < self.words.len() && self.word() == word;
        self.at += usize::from(it);
        it
    }

    pub(super) fn next(&mut self) -> Option<&'a Word> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        Some(word)
    }

    /// One word, or those of a list in braces; lists in lists are one.
    pub(super) fn list(&mut self) -> Vec<&'a Word> {
        let mut found = Vec::new();
        let mut depth = 0usize;
        while let Some(word) = self.next() {
            match word.text.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => found.push(word),
            }
            if depth == 0 {
                break;
            }
        }
        found
    }

    /// What stands in round brackets, when something does.
    pub(super) fn brackets(&mut self) -> Vec<&'a str> {
        let mut inside = Vec::new();
        if self.takes("(") {
            while let Some(word) = self.next().filter(|word| word.text != ")") {
                inside.push(word.text.as_str());
            }
        }
        inside
    }
}
