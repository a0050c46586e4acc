//! What stands to the right of a field: words, sets, verdict maps.

use super::Names;
use super::rule::Cursor;
use super::tokens::{Kind, Token};

/// Elements of one set that are read.
const MOST_ELEMENTS: usize = 4_096;
/// Elements of a set that a rule names, put in place of the name; larger ones keep it.
const MOST_NAMED: usize = 64;
/// How deep a name may stand for another.
const MOST_DEPTH: usize = 8;

/// What stands to the right of a field, or of several.
pub(super) enum Value {
    Words(Vec<String>),
    /// For each element its words, one a field, and what to do with it.
    Elements(Vec<Element>),
    Unclear,
}

/// An element of a verdict map or of a set of several fields: its words, and what a map says for it.
pub(super) type Element = (Vec<String>, Vec<String>);

impl<'t> Cursor<'_, 't> {
    /// What stands to the right of a field, or of several fields; of a verdict map when `map`.
    pub(super) fn value(&mut self, map: bool, several: bool) -> Value {
        let Some(token) = self.next() else {
            return Value::Unclear;
        };
        let start = self.at - 1;
        match token.kind {
            Kind::Open => {
                let mut depth = 1usize;
                while let Some(token) = self.next() {
                    match token.kind {
                        Kind::Open => depth += 1,
                        Kind::Close => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
                let inside = self.tokens.get(start..self.at).unwrap_or_default();
                self.elements(inside, map, several)
            }
            Kind::Word if token.text.starts_with(['$', '@']) => {
                let inside = [token];
                self.elements(&inside, map, several)
            }
            Kind::Word | Kind::Text if several => {
                while self.peek().is_some_and(|t| t.is(".")) {
                    self.at += 2;
                }
                let inside = self.tokens.get(start..self.at.min(self.tokens.len()));
                self.elements(inside.unwrap_or_default(), map, several)
            }
            Kind::Word | Kind::Text => {
                let mut words = vec![token.text.to_owned()];
                while self.peek().is_some_and(|t| t.kind == Kind::Comma) {
                    self.at += 1;
                    words.extend(self.text());
                }
                if self.peek().is_some_and(|t| {
                    t.kind == Kind::Word && matches!(t.text, "." | "/" | "&" | "|")
                }) {
                    return Value::Unclear;
                }
                Value::Words(words)
            }
            _ => Value::Unclear,
        }
    }

    /// A set that stays a name.
    fn name(&self, inside: &[Token<'t>]) -> Value {
        match inside {
            [one] if one.text.starts_with('@') => Value::Words(vec![one.text.to_owned()]),
            _ => Value::Unclear,
        }
    }

    fn elements(&self, inside: &[Token<'t>], map: bool, several: bool) -> Value {
        let mut flat = Vec::new();
        let named = inside
            .iter()
            .any(|t| t.kind == Kind::Word && t.text.starts_with(['$', '@']));
        let most = if named { MOST_NAMED } else { MOST_ELEMENTS };
        let mut budget = most.saturating_mul(8);
        if !flatten(inside, self.names, self.table, 0, &mut budget, &mut flat) {
            // A set whose elements the ruleset does not show keeps its name.
            return if map || several {
                Value::Unclear
            } else {
                self.name(inside)
            };
        }
        let mut words = Vec::new();
        let mut pairs = Vec::new();
        for element in flat.split(|token| token.kind == Kind::Comma) {
            let texts: Vec<&str> = element
                .iter()
                .filter(|t| matches!(t.kind, Kind::Word | Kind::Text))
                .map(|t| t.text)
                .collect();
            let Some(first) = texts.first() else { continue };
            let colon = texts.iter().position(|text| *text == ":");
            if texts.contains(&".") != several || map && colon.is_none() {
                return Value::Unclear;
            }
            if map || several {
                let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
                let key = texts
                    .get(..colon.unwrap_or(texts.len()))
                    .unwrap_or_default();
                let key: Vec<&str> = key
                    .split(|text| *text == ".")
                    .filter_map(|words| words.first().copied())
                    .collect();
                let doing = colon.and_then(|at| texts.get(at + 1..)).unwrap_or_default();
                pairs.push((owned(&key), owned(doing)));
            } else {
                words.push((*first).to_owned());
            }
            if words.len().max(pairs.len()) > most {
                return if named && !map && !several && inside.len() == 1 {
                    self.name(inside)
                } else {
                    Value::Unclear
                };
            }
        }
        match (map || several, words.is_empty() && pairs.is_empty()) {
            (_, true) => Value::Unclear,
            (true, _) => Value::Elements(pairs),
            (false, _) => Value::Words(words),
        }
    }
}

/// Puts what names stand for in their place; `false` when one is not known or there is too much.
fn flatten<'t>(
    tokens: &[Token<'t>],
    names: &Names<'t>,
    table: &str,
    depth: usize,
    budget: &mut usize,
    out: &mut Vec<Token<'t>>,
) -> bool {
    for token in tokens {
        let Some(rest) = budget.checked_sub(1) else {
            return false;
        };
        *budget = rest;
        let key = match token.text.as_bytes().first() {
            Some(b'$') if token.kind == Kind::Word => token.text.to_owned(),
            Some(b'@') if token.kind == Kind::Word => format!("{table}{}", token.text),
            _ => {
                out.push(token.clone());
                continue;
            }
        };
        let Some(inside) = names.get(&key) else {
            return false;
        };
        if depth >= MOST_DEPTH || !flatten(inside, names, table, depth + 1, budget, out) {
            return false;
        }
    }
    true
}
