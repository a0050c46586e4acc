//! `key=value` texts, values bare or quoted, as firewalls print them.

use rutter_event::Untrusted;
use wide::u8x16;

pub(crate) use super::pair::Value;
use crate::scan::{find, find_either, sixteen_bytes};

/// The longest key that is taken for one.
const LONGEST_KEY: usize = 64;

/// How a vendor writes its pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// What stands between two pairs; blanks and tabs always may.
    pub(crate) separator: u8,
    /// Whether a backslash takes a quote inside a quoted value its meaning.
    pub(crate) has_escapes: bool,
}

impl Style {
    /// `a=1 b="two words"`, quotes inside written `\"`.
    pub(crate) const ESCAPED: Self = Self {
        separator: b' ',
        has_escapes: true,
    };
    /// `a=1 b="two words"`, quotes inside written as they are.
    pub(crate) const PLAIN: Self = Self {
        separator: b' ',
        has_escapes: false,
    };
    /// `a=1,b="two words"`, quotes inside written `\"`.
    pub(crate) const COMMAS: Self = Self {
        separator: b',',
        has_escapes: true,
    };
}

/// An iterator over the pairs of a text. A word that belongs to no pair comes with an empty key.
///
/// A bare value reaches to the next `key=`, so it may hold blanks. A quoted one ends with a quote
/// that a further pair or the end of the text follows; where quotes inside are escaped, any gap.
#[derive(Clone, Copy)]
pub(crate) struct Pairs<'a> {
    rest: &'a [u8],
    /// Length of the key with which the rest begins, where it is known.
    ahead: usize,
    style: Style,
}

impl<'a> Pairs<'a> {
    pub(crate) const fn new(text: &'a [u8], style: Style) -> Self {
        Self {
            rest: text,
            ahead: 0,
            style,
        }
    }

    /// Whether a byte may stand between two pairs.
    #[inline(always)]
    const fn is_gap(&self, byte: u8) -> bool {
        byte == self.style.separator || matches!(byte, b' ' | b'\t')
    }

    /// How many bytes of `text` stand between two pairs.
    fn gap(&self, text: &[u8]) -> usize {
        text.iter()
            .position(|byte| !self.is_gap(*byte))
            .unwrap_or(text.len())
    }

    fn pass(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Passes over everything up to the next pair if the value may end where `behind` bytes are
    /// read: before the end of the text, or before a gap and a pair. If not, gives the place behind
    /// the gap.
    fn close(&mut self, behind: usize) -> Result<(), usize> {
        let after = self.rest.get(behind..).unwrap_or_default();
        let gap = self.gap(after);
        let next = after.get(gap..).unwrap_or_default();
        let key = key_length(next);
        // Where quotes inside are not escaped, some records lack the blank behind a closing one.
        let is_glued = gap == 0 && !after.is_empty() && (self.style.has_escapes || key == 0);
        if is_glued || key == 0 && !next.is_empty() {
            return Err(behind + gap);
        }
        self.rest = next;
        self.ahead = key;
        Ok(())
    }

    fn bare(&mut self) -> Value<'a> {
        let text = self.rest;
        let mut from = 0;
        loop {
            let tail = text.get(from..).unwrap_or_default();
            // A separator or a tab may end it.
            let Some(length) = find_either(self.style.separator, b'\t', tail) else {
                self.rest = &[];
                return Value {
                    text,
                    is_closed: false,
                    has_escapes: false,
                };
            };
            let end = from + length;
            match self.close(end) {
                Ok(()) => {
                    return Value {
                        text: text.get(..end).unwrap_or_default(),
                        is_closed: true,
                        has_escapes: false,
                    };
                }
                Err(next) => from = next.max(end + 1),
            }
        }
    }

    /// A value between apostrophes, if the next one closes it.
    fn apostrophes(&mut self) -> Option<Value<'a>> {
        let end = memchr::memchr(b'\'', self.rest)?;
        let text = self.rest.get(..end)?;
        self.close(end + 1).ok()?;
        Some(Value {
            text,
            is_closed: true,
            has_escapes: false,
        })
    }

    fn quoted(&mut self) -> Value<'a> {
        let text = self.rest;
        let mut from = 0;
        while let Some(length) = find(b'"', text.get(from..).unwrap_or_default()) {
            let end = from + length;
            let inside = text.get(from..end).unwrap_or_default();
            from = end + 1;
            if self.style.has_escapes && inside.last() == Some(&b'\\') {
                let backslashes = inside.iter().rev().take_while(|byte| **byte == b'\\');
                if backslashes.count() % 2 == 1 {
                    continue;
                }
            }
            let is_end = match self.close(from) {
                Ok(()) => true,
                // Where quotes inside are escaped, this one closes, whatever stands behind the gap.
                Err(next) if self.style.has_escapes && next > from => {
                    self.pass(next);
                    true
                }
                Err(_) => false,
            };
            if is_end {
                return Value {
                    text: text.get(..end).unwrap_or_default(),
                    is_closed: true,
                    has_escapes: self.style.has_escapes,
                };
            }
        }
        self.rest = &[];
        Value {
            text,
            is_closed: false,
            has_escapes: self.style.has_escapes,
        }
    }

    /// The next pair, however it is written.
    #[inline(never)]
    fn any_next(&mut self) -> Option<(&'a [u8], Value<'a>)> {
        let mut key = std::mem::take(&mut self.ahead);
        if key == 0 {
            self.pass(self.gap(self.rest));
            if self.rest.is_empty() {
                return None;
            }
            key = key_length(self.rest);
        }
        if key == 0 {
            return Some((b"", self.bare()));
        }
        let name = self.rest.get(..key).unwrap_or_default();
        self.pass(key + 1);
        let value = match self.rest {
            [b'"', inside @ ..] => {
                self.rest = inside;
                self.quoted()
            }
            [b'\'', inside @ ..] => {
                let whole = std::mem::replace(&mut self.rest, inside);
                match self.apostrophes() {
                    Some(value) => value,
                    None => {
                        self.rest = whole;
                        self.bare()
                    }
                }
            }
            _ => self.bare(),
        };
        Some((name, value))
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a [u8], Value<'a>);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        // The usual: a key, a value without surprises, one byte, a key. Every step is also one of
        // `any_next`, which takes the same way with all its turns.
        if self.ahead > 0
            && let Some((name, [b'=', text @ ..])) = self.rest.split_at_checked(self.ahead)
        {
            let is_quoted = text.first() == Some(&b'"');
            let (value, behind) = if is_quoted {
                let inside = text.get(1..).unwrap_or_default();
                let end = find(b'"', inside).unwrap_or(inside.len());
                let (value, behind) = inside.split_at_checked(end).unwrap_or_default();
                (value, behind.get(1..).unwrap_or_default())
            } else {
                let end = find_either(self.style.separator, b'\t', text).unwrap_or(text.len());
                text.split_at_checked(end).unwrap_or_default()
            };
            if let [gap, next @ ..] = behind
                && self.is_gap(*gap)
                && !matches!(value, [b'\'', ..] | [.., b'\\'])
            {
                let key = key_length(next);
                if key > 0 {
                    self.rest = next;
                    self.ahead = key;
                    let value = Value {
                        text: value,
                        is_closed: true,
                        has_escapes: is_quoted && self.style.has_escapes,
                    };
                    return Some((name, value));
                }
            }
        }
        self.any_next()
    }
}

/// Length of the key with which a text begins, where `=` follows it; 0 where none does.
#[inline(always)]
fn key_length(text: &[u8]) -> usize {
    let mut length = 0;
    while length <= LONGEST_KEY {
        let rest = text.get(length..).unwrap_or_default();
        let others = !key_bytes(sixteen_bytes(rest)).to_bitmask() & 0xffff;
        length += others.trailing_zeros().min(16) as usize;
        if others != 0 {
            let is_key = length <= LONGEST_KEY && text.get(length) == Some(&b'=');
            return if is_key { length } else { 0 };
        }
    }
    0
}

/// Which of sixteen bytes may stand in a key, which holds letters, digits, `_`, `-` and `.`: all of
/// them at once, since the ends of keys cannot be predicted.
#[inline(always)]
fn key_bytes(bytes: u8x16) -> u8x16 {
    let between = |bytes: u8x16, least, most| {
        let clamped = bytes.max(u8x16::splat(least)).min(u8x16::splat(most));
        clamped.simd_eq(bytes)
    };
    between(bytes | u8x16::splat(0x20), b'a', b'z')
        | between(bytes, b'0', b'9')
        | between(bytes, b'-', b'.')
        | bytes.simd_eq(u8x16::splat(b'_'))
}

/// Whether the text holds pairs of these keys, written with their `=`, all of them:
/// `has_keys!(text, "type=", "subtype=")`.
macro_rules! has_keys {
    ($text:expr, $($key:literal),+ $(,)?) => {
        $({
            static WORD: $crate::search::Word = $crate::search::Word::new($key);
            WORD.begins_a_pair_in($text)
        })&&+
    };
}

pub(crate) use has_keys;

/// Calls back with every pair whose key is not among `fields` and whose value is not empty.
pub(crate) fn each_other<'a>(
    pairs: Pairs<'a>,
    fields: &[&[u8]],
    sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>),
) {
    for (key, value) in pairs {
        if !value.text.is_empty() && !fields.contains(&key) {
            sink(Untrusted::new(key), value.untrusted());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rutter_event::{Refusal, Transport};

    use super::*;

    proptest! {
        #[test]
        fn the_usual_way_is_the_whole_way(text in "([ab]{1,2}=(\"[^\"]{0,3}\"|'?[a1\\\\,]{0,3}'?)?[ ,\t]{0,2}|[ -~]){0,8}") {
            for style in [Style::ESCAPED, Style::PLAIN, Style::COMMAS] {
                let mut whole = Pairs::new(text.as_bytes(), style);
                let slowly: Vec<_> = std::iter::from_fn(|| whole.any_next()).collect();
                let fast: Vec<_> = Pairs::new(text.as_bytes(), style).collect();
                prop_assert_eq!(fast, slowly);
            }
        }
    }

    #[test]
    fn keys_are_made_of_letters_digits_and_three_marks() {
        for byte in 0..=u8::MAX {
            let is_key = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
            for at in 0..16 {
                let mut bytes = *b"ax9_-.ZqAz0__..-";
                bytes[at] = byte;
                let others = !key_bytes(u8x16::from(bytes)).to_bitmask() & 0xffff;
                assert_eq!(others, u32::from(!is_key) << at, "{byte} at {at}");
            }
        }
        for length in 1..=LONGEST_KEY + 1 {
            let text = format!("{}=1", "k".repeat(length));
            let expected = if length <= LONGEST_KEY { length } else { 0 };
            assert_eq!(key_length(text.as_bytes()), expected);
            assert_eq!(key_length(&text.as_bytes()[..length]), 0);
        }
    }

    fn all(text: &str, style: Style) -> Vec<(&str, &str, bool)> {
        let word = |bytes| std::str::from_utf8(bytes).unwrap_or("?");
        Pairs::new(text.as_bytes(), style)
            .map(|(key, value)| (word(key), word(value.text), value.is_closed))
            .collect()
    }

    #[test]
    fn pairs() {
        assert_eq!(
            all(
                r#"a=1  b="two words" c= d="" e='x y' f=x y z g="q\"q" h=2"#,
                Style::ESCAPED
            ),
            [
                ("a", "1", true),
                ("b", "two words", true),
                ("c", "", true),
                ("d", "", true),
                ("e", "x y", true),
                ("f", "x y z", true),
                ("g", r#"q\"q"#, true),
                ("h", "2", false),
            ]
        );
        assert_eq!(
            all(r#"a=1,b="x,y",c=d e, f=2"#, Style::COMMAS),
            [
                ("a", "1", true),
                ("b", "x,y", true),
                ("c", "d e", true),
                ("f", "2", false)
            ]
        );
    }

    #[test]
    fn odd_texts() {
        assert_eq!(all("", Style::PLAIN), []);
        assert_eq!(all("  \t ", Style::PLAIN), []);
        assert_eq!(all("word", Style::PLAIN), [("", "word", false)]);
        assert_eq!(
            all("word a=1", Style::PLAIN),
            [("", "word", true), ("a", "1", false)]
        );
        assert_eq!(all("=1", Style::PLAIN), [("", "=1", false)]);
        assert_eq!(
            all(r#"a="open b=1"#, Style::PLAIN),
            [("a", "open b=1", false)]
        );
        assert_eq!(
            all(r#"a="he said "yes" to it" b=1"#, Style::PLAIN),
            [("a", r#"he said "yes" to it"#, true), ("b", "1", false)]
        );
        assert_eq!(
            all(r#"a="C:\" b=1"#, Style::PLAIN),
            [("a", r"C:\", true), ("b", "1", false)]
        );
        assert_eq!(
            all("a='tis b=it's c='", Style::PLAIN),
            [("a", "'tis", true), ("b", "it's", true), ("c", "'", false)]
        );
        assert!(has_keys!(b"a=1 logid=2", "logid=", "a=") && has_keys!(b"logid=2", "logid="));
        assert!(!has_keys!(b"xlogid=2", "logid=") && !has_keys!(b"a=1", "a=", "b="));
    }

    #[test]
    fn glued_pairs() {
        assert_eq!(
            all(r#"a="x"b="y" c=1"#, Style::PLAIN),
            [("a", "x", true), ("b", "y", true), ("c", "1", false)]
        );
    }

    #[test]
    fn a_value_that_may_be_cut_is_not_believed() {
        let value = |text: &'static str, is_closed| Value {
            text: text.as_bytes(),
            is_closed,
            ..Value::default()
        };
        assert_eq!(value("192.0.2.1", false).address(), Ok(None));
        assert!(matches!(value("192.0.2.26", false).address(), Ok(Some(_))));
        assert!(matches!(value("192.0.2.1", true).address(), Ok(Some(_))));
        assert_eq!(value("2001:db8::1", false).address(), Ok(None));
        assert_eq!(value("x.x.x.x", true).address(), Ok(None));
        assert_eq!(value("192.0.2", false).address(), Ok(None));
        assert_eq!(value("192.0.2", true).address(), Err(Refusal::BadAddress));
        assert_eq!(value("44", false).port(), Ok(None));
        assert_eq!(value("44", true).port(), Ok(Some(44)));
        assert_eq!(value("7000", false).port(), Ok(Some(7000)));
        assert_eq!(value("70000", true).port(), Err(Refusal::BadPort));
        assert_eq!(value("1", false).protocol(), Ok(None));
        assert_eq!(value("icmp", false).protocol(), Ok(Some(Transport::ICMP)));
        assert_eq!(value("58", false).protocol(), Ok(Some(Transport::ICMPV6)));
        assert_eq!(value("es", false).protocol(), Ok(None));
        assert_eq!(value("17", false).protocol(), Ok(Some(Transport::UDP)));
        assert_eq!(value("300", true).protocol(), Err(Refusal::BadProtocol));
        assert_eq!(value("2.5", true).seconds(), Some(2_500_000_000));
        assert_eq!(
            value("12345678901234", true).sum(),
            Some(12_345_678_901_234)
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[a-c=\"' ,\\\\]{0,60}") {
            for style in [Style::ESCAPED, Style::PLAIN, Style::COMMAS] {
                let letters = |text: &str| text.bytes().filter(u8::is_ascii_alphabetic).count();
                let found: usize = all(&text, style)
                    .iter()
                    .map(|(key, value, _)| letters(key) + letters(value))
                    .sum();
                prop_assert_eq!(found, letters(&text), "{:?}", all(&text, style));
            }
        }
    }
}
