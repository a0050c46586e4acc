//! The members of a JSON object, one after the other, without allocation (RFC 8259).

use rutter_event::{Escape, Refusal, Untrusted};

use super::number;
use crate::scan::{find_either, find_structure};

/// A value as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// What stands between the quotes, escapes not resolved.
    String(&'a [u8]),
    /// A number, `true`, `false` or `null`.
    Bare(&'a [u8]),
    /// An object or an array, brackets included.
    Nested(&'a [u8]),
}

impl<'a> Value<'a> {
    /// The whole number that it is, bare or in quotes.
    pub(crate) fn decimal<T: TryFrom<u64>>(self) -> Option<T> {
        match self {
            Self::String(text) | Self::Bare(text) => number::decimal(text),
            Self::Nested(_) => None,
        }
    }

    /// The text for showing: its escapes are resolved where it leaves.
    pub(crate) fn untrusted(self) -> Untrusted<'a> {
        match self {
            Self::String(text) => untrusted(text),
            Self::Bare(text) | Self::Nested(text) => Untrusted::new(text),
        }
    }

    /// The text, without quotes.
    pub(crate) const fn text(self) -> &'a [u8] {
        match self {
            Self::String(text) | Self::Bare(text) | Self::Nested(text) => text,
        }
    }
}

/// What stands between the quotes of a string, for showing.
pub(crate) fn untrusted(text: &[u8]) -> Untrusted<'_> {
    Untrusted::escaped(text, Escape::Json)
}

/// An iterator over the members of the object that the text is. It ends after the first error.
pub(crate) struct Members<'a> {
    rest: &'a [u8],
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Inside,
    End,
}

impl<'a> Members<'a> {
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self {
            rest: text,
            place: Place::Start,
        }
    }

    /// The next byte that is no white space. Where the text ends an object is cut.
    #[inline(always)]
    fn byte(&mut self) -> Result<u8, Refusal> {
        if let [byte @ b'!'..=u8::MAX, after @ ..] = self.rest {
            self.rest = after;
            return Ok(*byte);
        }
        self.byte_behind_space()
    }

    fn byte_behind_space(&mut self) -> Result<u8, Refusal> {
        self.rest = self.rest.trim_ascii_start();
        let (byte, after) = self.rest.split_first().ok_or(Refusal::Truncated)?;
        self.rest = after;
        Ok(*byte)
    }

    #[inline(always)]
    fn expect(&mut self, wanted: u8) -> Result<(), Refusal> {
        if self.byte()? == wanted {
            Ok(())
        } else {
            Err(Refusal::BadSyntax)
        }
    }

    /// The next key, or nothing at the closing brace. Its [`value`](Self::value) must be read before
    /// the key behind it.
    ///
    /// # Errors
    /// [`Refusal::Truncated`] where the text ends too early, [`Refusal::BadSyntax`] where it is wrong.
    #[inline(always)]
    pub(crate) fn key(&mut self) -> Result<Option<&'a [u8]>, Refusal> {
        let (next, may_end) = match self.place {
            Place::End => return Ok(None),
            Place::Start => {
                self.expect(b'{')?;
                (self.byte()?, true)
            }
            Place::Inside => match self.byte()? {
                b',' => (self.byte()?, false),
                b'}' => (b'}', true),
                _ => return Err(Refusal::BadSyntax),
            },
        };
        match next {
            b'"' => self.place = Place::Inside,
            b'}' if may_end => {
                self.place = Place::End;
                return Ok(None);
            }
            _ => return Err(Refusal::BadSyntax),
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Whether the value that comes next is an object.
    #[inline(always)]
    pub(crate) fn is_before_object(&self) -> bool {
        match self.rest {
            [b'{', ..] => true,
            [byte, ..] if byte.is_ascii_whitespace() => {
                self.rest.trim_ascii_start().first() == Some(&b'{')
            }
            _ => false,
        }
    }

    /// Goes into the object that comes next: the keys that follow are its own, up to its end.
    pub(crate) const fn enter(&mut self) {
        self.place = Place::Start;
    }

    /// Goes back to the object around the one whose end has been read.
    pub(crate) const fn leave(&mut self) {
        self.place = Place::Inside;
    }

    /// Nothing may stand behind the end.
    ///
    /// # Errors
    /// [`Refusal::BadSyntax`] when something does.
    #[inline(always)]
    pub(crate) fn finish(&self) -> Result<(), Refusal> {
        if self.rest.is_empty() || self.rest.trim_ascii().is_empty() {
            Ok(())
        } else {
            Err(Refusal::BadSyntax)
        }
    }

    #[inline(always)]
    fn member(&mut self) -> Result<Option<(&'a [u8], Value<'a>)>, Refusal> {
        if self.place == Place::End {
            return Ok(None);
        }
        match self.key()? {
            Some(key) => Ok(Some((key, self.value()?))),
            None => self.finish().map(|()| None),
        }
    }

    /// Everything up to the closing quote, and passes over both.
    #[inline(always)]
    fn string(&mut self) -> Result<&'a [u8], Refusal> {
        let text = self.rest;
        let at = find_either(b'"', b'\\', text).ok_or(Refusal::Truncated)?;
        if let Some((string, [b'"', after @ ..])) = text.split_at_checked(at) {
            self.rest = after;
            return Ok(string);
        }
        self.escaped_string(at)
    }

    /// As [`string`](Self::string), for one with an escape `at` bytes behind the quote.
    fn escaped_string(&mut self, at: usize) -> Result<&'a [u8], Refusal> {
        let text = self.rest;
        let mut from = at + 2;
        loop {
            let tail = text.get(from..).unwrap_or_default();
            let at = from + memchr::memchr2(b'"', b'\\', tail).ok_or(Refusal::Truncated)?;
            if text.get(at) == Some(&b'"') {
                let (string, after) = text.split_at_checked(at).ok_or(Refusal::Truncated)?;
                self.rest = after.get(1..).unwrap_or_default();
                return Ok(string);
            }
            from = at + 2;
        }
    }

    /// The value of the key just read.
    ///
    /// # Errors
    /// As [`key`](Self::key).
    #[inline(always)]
    pub(crate) fn value(&mut self) -> Result<Value<'a>, Refusal> {
        if let Some(b' ' | b'\t' | b'\r' | b'\n' | b'\x0c') = self.rest.first() {
            self.rest = self.rest.trim_ascii_start();
        }
        match self.rest {
            [] => Err(Refusal::Truncated),
            [b'"', inside @ ..] => {
                self.rest = inside;
                self.string().map(Value::String)
            }
            [b'{' | b'[', ..] => self.nested().map(Value::Nested),
            _ => self.bare().map(Value::Bare),
        }
    }

    #[inline(always)]
    fn bare(&mut self) -> Result<&'a [u8], Refusal> {
        let (mut length, mut kinds) = (0, 0);
        for byte in self.rest {
            let kind = KIND[usize::from(*byte)];
            if kind == kind::END {
                break;
            }
            kinds |= kind;
            length += 1;
        }
        // A number that ends the text may be the beginning of a longer one.
        let (text, after) = match self.rest.split_at_checked(length) {
            Some((_, [])) | None => return Err(Refusal::Truncated),
            Some(parts) => parts,
        };
        let is_number = kinds & kind::OTHER == 0
            && text
                .first()
                .is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        if !is_number && !matches!(text, b"true" | b"false" | b"null") {
            return Err(Refusal::BadSyntax);
        }
        self.rest = after;
        Ok(text)
    }

    /// An object or array as a whole; its inside is looked at only as far as strings and brackets.
    fn nested(&mut self) -> Result<&'a [u8], Refusal> {
        let start = self.rest;
        let mut depth = 0_u32;
        loop {
            let at = find_structure(self.rest).ok_or(Refusal::Truncated)?;
            let byte = self.rest.get(at).copied();
            self.rest = self.rest.get(at + 1..).unwrap_or_default();
            match byte {
                Some(b'"') => {
                    self.string()?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                return start
                    .get(..start.len() - self.rest.len())
                    .ok_or(Refusal::Truncated);
            }
        }
    }
}

/// What a byte is to a number or word.
mod kind {
    /// Digits, signs, `.`, `e`.
    pub(super) const NUMBER: u8 = 0;
    /// No part of a number.
    pub(super) const OTHER: u8 = 1;
    /// A comma, a closing bracket or white space, which end the value.
    pub(super) const END: u8 = 2;
}

static KIND: [u8; 256] = {
    let mut table = [kind::OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E' => kind::NUMBER,
            b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => kind::END,
            _ => kind::OTHER,
        };
        byte += 1;
    }
    table
};

impl<'a> Iterator for Members<'a> {
    type Item = Result<(&'a [u8], Value<'a>), Refusal>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let member = self.member().transpose();
        if !matches!(member, Some(Ok(_))) {
            self.place = Place::End;
        }
        member
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Result<Vec<(&[u8], Value<'_>)>, Refusal> {
        Members::new(text.as_bytes()).collect()
    }

    #[test]
    fn members() {
        let text = r#" { "a" : 1, "b":"x\"y", "c":[1,{"d":"]"}], "e":null } "#;
        assert_eq!(
            all(text),
            Ok(vec![
                (&b"a"[..], Value::Bare(b"1")),
                (b"b", Value::String(br#"x\"y"#)),
                (b"c", Value::Nested(br#"[1,{"d":"]"}]"#)),
                (b"e", Value::Bare(b"null")),
            ])
        );
        assert_eq!(all("{}"), Ok(vec![]));
    }

    #[test]
    fn broken_objects() {
        for text in [
            "",
            "{",
            r#"{"a"#,
            r#"{"a""#,
            r#"{"a":"#,
            r#"{"a":1"#,
            r#"{"a":1,"#,
            r#"{"a":[1"#,
            r#"{"a":"x\"#,
        ] {
            assert_eq!(all(text), Err(Refusal::Truncated), "{text}");
        }
        for text in [
            "[]",
            "{]",
            r#"{"a" 1}"#,
            r#"{"a":x}"#,
            r#"{"a":1 "b":2}"#,
            r#"{"a":1,}"#,
            "{}x",
            r#"{"a":}"#,
        ] {
            assert_eq!(all(text), Err(Refusal::BadSyntax), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde(pairs in prop::collection::vec(("[a-z.]{1,6}", ".{0,8}", any::<u32>()), 0..5)) {
            let object: Vec<String> = pairs
                .iter()
                .map(|(key, text, number)| format!("{}:{}, \"n\": {number}", serde_json::json!(key), serde_json::json!(text)))
                .collect();
            let object = format!("{{{}}}", object.join(","));
            let members = all(&object).map_err(|why| TestCaseError::fail(why.name()))?;
            prop_assert_eq!(members.len(), pairs.len() * 2);
            for (members, (key, text, number)) in members.chunks(2).zip(&pairs) {
                let (read, value) = members[0];
                prop_assert_eq!(read, key.as_bytes());
                let quoted = format!("\"{}\"", String::from_utf8_lossy(value.text()));
                prop_assert_eq!(&serde_json::from_str::<String>(&quoted).unwrap_or_default(), text);
                prop_assert_eq!(members[1].1.decimal(), Some(*number));
            }
        }

        #[test]
        fn never_stops_moving(text in prop::collection::vec(prop::sample::select(&b"{}[]\",:\\a1 "[..]), 0..40)) {
            prop_assert!(Members::new(&text).count() <= text.len() + 1);
        }
    }
}
