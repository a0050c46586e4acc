//! The elements of a JSON array, one after the other, without allocation (RFC 8259).

use super::json::Value;
use crate::scan::{find_either, find_structure};

/// An iterator over the elements of the array that the text is. The text is one whose brackets and
/// quotes are known to close, as [`Value::Nested`] is; what stands between elements is not looked at.
pub(crate) struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// The elements of what is no array are none.
    pub(crate) fn new(value: Value<'a>) -> Self {
        let rest = match value {
            Value::Nested([b'[', rest @ ..]) => rest,
            _ => b"",
        };
        Self { rest }
    }

    /// Takes so many bytes off the rest.
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let is_between = |byte: &u8| *byte == b',' || byte.is_ascii_whitespace();
        let gap = self.rest.iter().position(|byte| !is_between(byte))?;
        self.take(gap)?;
        match self.rest.first()? {
            b'"' => {
                self.take(1)?;
                let text = self.take(string_length(self.rest)?)?;
                self.take(1)?;
                Some(Value::String(text))
            }
            b'{' | b'[' => {
                let length = nested_length(self.rest)?;
                self.take(length).map(Value::Nested)
            }
            b'}' | b']' => None,
            _ => {
                let is_end = |byte: &u8| is_between(byte) || matches!(byte, b']' | b'}');
                let length = self.rest.iter().position(is_end)?;
                self.take(length).map(Value::Bare)
            }
        }
    }
}

/// Bytes up to the closing quote.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find_either(b'"', b'\\', text.get(from..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at);
        }
        from = at + 2;
    }
}

/// Bytes up to the bracket that closes the first one, this included.
fn nested_length(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_u32);
    loop {
        at += find_structure(text.get(at..)?)?;
        match text.get(at)? {
            b'"' => at += 1 + string_length(text.get(at + 1..)?)?,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<Value<'_>> {
        Elements::new(Value::Nested(text.as_bytes())).collect()
    }

    #[test]
    fn elements() {
        assert_eq!(
            all(r#"[ 1, "a\"]" ,{"b":[2,"]"]},[],null]"#),
            [
                Value::Bare(b"1"),
                Value::String(br#"a\"]"#),
                Value::Nested(br#"{"b":[2,"]"]}"#),
                Value::Nested(b"[]"),
                Value::Bare(b"null"),
            ]
        );
        assert_eq!(all("[]"), []);
        assert_eq!(all("{}"), []);
        assert_eq!(Elements::new(Value::String(b"[1]")).count(), 0);
    }

    proptest! {
        #[test]
        fn never_stops_moving(text in prop::collection::vec(prop::sample::select(&b"{}[]\",:\\a1 "[..]), 0..40)) {
            prop_assert!(Elements::new(Value::Nested(&text)).count() <= text.len());
        }
    }
}
