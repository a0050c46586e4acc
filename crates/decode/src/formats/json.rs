//! The members of a JSON object, one after the other, without allocation (RFC 8259).

use rutter_event::{Escape, Refusal, Untrusted};

use super::number;

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
    fn byte(&mut self) -> Result<u8, Refusal> {
        self.rest = self.rest.trim_ascii_start();
        let (byte, after) = self.rest.split_first().ok_or(Refusal::Truncated)?;
        self.rest = after;
        Ok(*byte)
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Refusal> {
        if self.byte()? == wanted {
            Ok(())
        } else {
            Err(Refusal::BadSyntax)
        }
    }

    fn member(&mut self) -> Result<Option<(&'a [u8], Value<'a>)>, Refusal> {
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
                return if self.rest.trim_ascii().is_empty() {
                    Ok(None)
                } else {
                    Err(Refusal::BadSyntax)
                };
            }
            _ => return Err(Refusal::BadSyntax),
        }
        let key = self.string()?;
        self.expect(b':')?;
        let value = self.value()?;
        Ok(Some((key, value)))
    }

    /// Everything up to the closing quote, and passes over both.
    fn string(&mut self) -> Result<&'a [u8], Refusal> {
        let text = self.rest;
        let mut from = 0;
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

    fn value(&mut self) -> Result<Value<'a>, Refusal> {
        self.rest = self.rest.trim_ascii_start();
        match self.rest.first() {
            None => Err(Refusal::Truncated),
            Some(b'"') => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                self.string().map(Value::String)
            }
            Some(b'{' | b'[') => self.nested().map(Value::Nested),
            Some(_) => self.bare().map(Value::Bare),
        }
    }

    fn bare(&mut self) -> Result<&'a [u8], Refusal> {
        let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
        // A number that ends the text may be the beginning of a longer one.
        let length = self
            .rest
            .iter()
            .position(is_end)
            .ok_or(Refusal::Truncated)?;
        let (text, after) = self
            .rest
            .split_at_checked(length)
            .ok_or(Refusal::Truncated)?;
        let is_number = text
            .first()
            .is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-')
            && text
                .iter()
                .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
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
            let at = self
                .rest
                .iter()
                .position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))
                .ok_or(Refusal::Truncated)?;
            let byte = self.rest.get(at).copied();
            self.rest = self.rest.get(at + 1..).unwrap_or_default();
            match byte {
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'{' | b'[') => depth += 1,
                _ => depth -= 1,
            }
            if depth == 0 {
                return start
                    .get(..start.len() - self.rest.len())
                    .ok_or(Refusal::Truncated);
            }
        }
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Result<(&'a [u8], Value<'a>), Refusal>;

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
