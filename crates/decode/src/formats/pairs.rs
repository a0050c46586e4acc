//! `key=value` texts, values bare or quoted, as firewalls print them.

use std::net::IpAddr;

use rutter_event::{Escape, Refusal, Transport, Untrusted};

use super::address::{Written, written};
use super::number::{decimal, port_may_go_on};

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

/// A value as it stands in the text, quotes taken off, escapes not resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Value<'a> {
    /// What stands between the quotes or the separators.
    pub(crate) text: &'a [u8],
    /// Whether a quote or a further pair shows that the value is whole. One that ends where the
    /// text ends may be the beginning of a longer one.
    pub(crate) is_closed: bool,
    /// Whether the vendor writes a backslash before quotes inside.
    pub(crate) has_escapes: bool,
}

impl<'a> Value<'a> {
    /// The text for showing, as it stands: its escapes are resolved where it leaves.
    pub(crate) fn untrusted(self) -> Untrusted<'a> {
        let escape = if self.has_escapes {
            Escape::Quotes
        } else {
            Escape::None
        };
        Untrusted::escaped(self.text, escape)
    }

    /// The text for showing; nothing where the vendor writes that there is none, or where it is cut.
    pub(crate) fn word(self) -> Untrusted<'a> {
        match self.text {
            b"N/A" | b"n/a" | b"-" | b"none" | b"None" | b"undefined" => Untrusted::default(),
            _ if self.is_closed => self.untrusted(),
            _ => Untrusted::default(),
        }
    }

    /// The whole number that it is; nothing when it is none, does not fit, or may be cut.
    pub(crate) fn decimal<T: TryFrom<u64>>(self) -> Option<T> {
        decimal(self.text).filter(|_| self.is_closed)
    }

    /// The whole number that it is, however many digits it has.
    pub(crate) fn sum(self) -> Option<u64> {
        let text = self.text;
        if !self.is_closed || text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
            return None;
        }
        std::str::from_utf8(text).ok()?.parse().ok()
    }

    /// Seconds with or without a decimal fraction, in nanoseconds.
    pub(crate) fn seconds(self) -> Option<u64> {
        let (whole, fraction) = match memchr::memchr(b'.', self.text) {
            Some(at) => (self.text.get(..at)?, self.text.get(at + 1..)?),
            None => (self.text, &b""[..]),
        };
        if !self.is_closed {
            return None;
        }
        let whole: u64 = decimal(whole)?;
        let mut nanoseconds = whole.checked_mul(1_000_000_000)?;
        let mut unit = 100_000_000;
        for digit in fraction {
            if !digit.is_ascii_digit() {
                return None;
            }
            nanoseconds = nanoseconds.checked_add(u64::from(digit - b'0') * unit)?;
            unit /= 10;
        }
        Some(nanoseconds)
    }

    /// The address; nothing when there is none, when it is blotted out, or when it may be cut.
    ///
    /// # Errors
    /// [`Refusal::BadAddress`] for anything else.
    pub(crate) fn address(self) -> Result<Option<IpAddr>, Refusal> {
        match written(self.text) {
            Some(Written::Plain(ip)) if self.is_closed || is_complete(ip, self.text) => {
                Ok(Some(ip))
            }
            Some(_) => Ok(None),
            None if self.is_absent() || !self.is_closed => Ok(None),
            None => Err(Refusal::BadAddress),
        }
    }

    /// The port; nothing when there is none or when it, or the key behind it, may be cut.
    ///
    /// # Errors
    /// [`Refusal::BadPort`] for anything else.
    pub(crate) fn port(self) -> Result<Option<u16>, Refusal> {
        match decimal::<u16>(self.text) {
            Some(port) => Ok(Some(port).filter(|port| self.is_closed || !port_may_go_on(*port))),
            None if self.is_absent() || self.is_cut_key() => Ok(None),
            None => Err(Refusal::BadPort),
        }
    }

    /// The protocol, by number or word; nothing when there is none or when it may be cut.
    ///
    /// # Errors
    /// [`Refusal::BadProtocol`] for anything else.
    pub(crate) fn protocol(self) -> Result<Option<Transport>, Refusal> {
        match Transport::from_word(self.text) {
            Some(found) => Ok(Some(found).filter(|found| self.is_closed || self.is_whole(*found))),
            None if self.is_absent() || !self.is_closed => Ok(None),
            None => Err(Refusal::BadProtocol),
        }
    }

    /// Whether no other protocol that is in use begins with this one's number or word. What begins
    /// with `icmp` is ICMP of the addresses' family.
    fn is_whole(self, protocol: Transport) -> bool {
        let is_number = self.text.iter().all(u8::is_ascii_digit);
        match protocol {
            Transport::TCP | Transport::UDP => true,
            Transport::ICMP => !is_number,
            other => is_number && other.0 > 25,
        }
    }

    /// Whether the value ends the text and holds a blank: what stands behind it may be a cut key.
    fn is_cut_key(self) -> bool {
        !self.is_closed && self.text.contains(&b' ')
    }

    fn is_absent(self) -> bool {
        matches!(
            self.text,
            b"" | b"N/A" | b"n/a" | b"-" | b"none" | b"any" | b"unknown"
        )
    }
}

/// Whether no longer address begins with this one.
fn is_complete(ip: IpAddr, text: &[u8]) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.octets()[3] > 25,
        IpAddr::V6(_) => text.len() == 39,
    }
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

    /// Whether a byte may end a bare value.
    const fn is_end(&self, byte: u8) -> bool {
        byte == self.style.separator || byte == b'\t'
    }

    /// How many bytes of `text` stand between two pairs.
    fn gap(&self, text: &[u8]) -> usize {
        text.iter()
            .position(|byte| *byte != self.style.separator && !matches!(byte, b' ' | b'\t'))
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
            let Some(length) = tail.iter().position(|byte| self.is_end(*byte)) else {
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
        while let Some(length) = memchr::memchr(b'"', text.get(from..).unwrap_or_default()) {
            let end = from + length;
            let inside = text.get(from..end).unwrap_or_default();
            from = end + 1;
            let backslashes = inside
                .iter()
                .rev()
                .take_while(|byte| **byte == b'\\')
                .count();
            let is_escaped = self.style.has_escapes && backslashes % 2 == 1;
            if is_escaped {
                continue;
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
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a [u8], Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
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

/// Length of the key with which a text begins, where `=` follows it; 0 where none does.
fn key_length(text: &[u8]) -> usize {
    let window = text.get(..=LONGEST_KEY).unwrap_or(text);
    match window.iter().position(|byte| !IS_KEY[usize::from(*byte)]) {
        Some(at) if window.get(at) == Some(&b'=') => at,
        _ => 0,
    }
}

/// Whether a byte may stand in a key: letters, digits, `_`, `-`, `.`.
static IS_KEY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] =
            (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

/// Whether the text holds a pair of this key, written with its `=`: `has_key(text, b"logid=")`.
pub(crate) fn has_key(text: &[u8], key: &[u8]) -> bool {
    memchr::memmem::find_iter(text, key).any(|at| {
        at.checked_sub(1)
            .and_then(|before| text.get(before))
            .is_none_or(|byte| matches!(byte, b' ' | b',' | b'\t'))
    })
}

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

    use super::*;

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
        assert!(has_key(b"a=1 logid=2", b"logid=") && has_key(b"logid=2", b"logid="));
        assert!(!has_key(b"xlogid=2", b"logid="));
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
