//! A walk over the members of one JSON object, in place: keys and values as they stand, nothing built.
//!
//! RFC 8259 as far as an envelope needs it. Values inside values are stepped over by their brackets
//! and quotes only; whoever reads them checks them.

use rutter_event::Refusal;

use super::text::split_while;
use crate::scan::{find_either, find_structure};

/// A member's value, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Between the quotes, escapes untouched.
    Text {
        /// The bytes.
        raw: &'a [u8],
        /// Whether there is a backslash in it.
        is_escaped: bool,
    },
    /// Braces included.
    Object(&'a [u8]),
    /// Brackets included.
    Array(&'a [u8]),
    /// Number, `true`, `false`, `null`.
    Bare(&'a [u8]),
}

/// The members of an object that have not been read yet.
pub(super) struct Members<'a> {
    rest: &'a [u8],
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    First,
    Next,
    Value,
    Done,
}

impl<'a> Members<'a> {
    /// Opens an object; nothing when the text is none.
    pub(super) fn of(text: &'a [u8]) -> Option<Self> {
        let rest = text.strip_prefix(b"{")?;
        Some(Self {
            rest,
            state: State::First,
        })
    }

    /// The next key, escapes untouched, or nothing at the end of the object.
    ///
    /// # Errors
    /// [`Refusal::Truncated`] where the text ends too early, [`Refusal::BadSyntax`] where it is wrong.
    #[inline(always)]
    pub(super) fn key(&mut self) -> Result<Option<&'a [u8]>, Refusal> {
        let text = skip_space(self.rest);
        let text = match (self.state, text) {
            (State::Done, _) => return Ok(None),
            (State::First | State::Next, [b'}', rest @ ..]) => {
                self.rest = rest;
                self.state = State::Done;
                return Ok(None);
            }
            (State::First, _) => text,
            (State::Next, [b',', rest @ ..]) => skip_space(rest),
            (_, []) => return Err(Refusal::Truncated),
            _ => return Err(Refusal::BadSyntax),
        };
        let (key, _, rest) = match text {
            [b'"', rest @ ..] => string(rest)?,
            [] => return Err(Refusal::Truncated),
            _ => return Err(Refusal::BadSyntax),
        };
        self.rest = match skip_space(rest) {
            [b':', rest @ ..] => skip_space(rest),
            [] => return Err(Refusal::Truncated),
            _ => return Err(Refusal::BadSyntax),
        };
        self.state = State::Value;
        Ok(Some(key))
    }

    /// The value of the key just read.
    ///
    /// # Errors
    /// As [`key`](Self::key).
    #[inline(always)]
    pub(super) fn value(&mut self) -> Result<Value<'a>, Refusal> {
        if self.state != State::Value {
            return Err(Refusal::BadSyntax);
        }
        let (value, rest) = value(self.rest)?;
        self.rest = rest;
        self.state = State::Next;
        Ok(value)
    }

    /// What follows the object, once [`key`](Self::key) has told its end.
    pub(super) const fn behind(&self) -> &'a [u8] {
        self.rest
    }
}

/// The text without JSON's white space at its start.
pub(super) fn skip_space(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = text {
        text = rest;
    }
    text
}

#[inline(always)]
fn value(text: &[u8]) -> Result<(Value<'_>, &[u8]), Refusal> {
    match text {
        [] => Err(Refusal::Truncated),
        [b'"', rest @ ..] => {
            let (raw, is_escaped, rest) = string(rest)?;
            Ok((Value::Text { raw, is_escaped }, rest))
        }
        [b'{', ..] => nested(text).map(|(value, rest)| (Value::Object(value), rest)),
        [b'[', ..] => nested(text).map(|(value, rest)| (Value::Array(value), rest)),
        _ => {
            let (bare, rest) = split_while(text, |b| {
                b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')
            });
            if bare.is_empty() {
                Err(Refusal::BadSyntax)
            } else {
                Ok((Value::Bare(bare), rest))
            }
        }
    }
}

/// The inside of a string, whether it is escaped, and the text behind its closing quote.
#[inline(always)]
fn string(text: &[u8]) -> Result<(&[u8], bool, &[u8]), Refusal> {
    let at = find_either(b'"', b'\\', text).ok_or(Refusal::Truncated)?;
    match text.split_at_checked(at) {
        Some((string, [b'"', rest @ ..])) => Ok((string, false, rest)),
        _ => escaped_string(text, at),
    }
}

/// As [`string`], for one whose first backslash stands `at` bytes from its start.
fn escaped_string(text: &[u8], at: usize) -> Result<(&[u8], bool, &[u8]), Refusal> {
    let (mut from, mut is_escaped) = (at, false);
    loop {
        let tail = text.get(from..).ok_or(Refusal::Truncated)?;
        let at = from + find_either(b'"', b'\\', tail).ok_or(Refusal::Truncated)?;
        match text.get(at..) {
            Some([b'"', rest @ ..]) => {
                return Ok((text.get(..at).unwrap_or_default(), is_escaped, rest));
            }
            _ => {
                is_escaped = true;
                from = at + 2;
            }
        }
    }
}

/// An object or array whole, and the text behind it.
fn nested(text: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let (mut depth, mut rest) = (0_u32, text);
    loop {
        let at = find_structure(rest).ok_or(Refusal::Truncated)?;
        let (byte, behind) = match rest.get(at..) {
            Some([byte, behind @ ..]) => (*byte, behind),
            _ => return Err(Refusal::Truncated),
        };
        rest = behind;
        match byte {
            b'"' => {
                rest = string(rest)?.2;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return Ok((
                text.get(..text.len() - rest.len()).unwrap_or_default(),
                rest,
            ));
        }
    }
}

/// Writes a string's characters in place of its escapes.
///
/// # Errors
/// [`Refusal::BadSyntax`] for an escape that RFC 8259 does not know.
pub(super) fn unescape(raw: &[u8], into: &mut Vec<u8>) -> Result<(), Refusal> {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        into.extend_from_slice(rest.get(..at).unwrap_or_default());
        let (byte, behind) = match rest.get(at + 1..) {
            Some([b'u', hex @ ..]) => {
                let (character, behind) = unicode(hex)?;
                into.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = behind;
                continue;
            }
            Some([byte, behind @ ..]) => (*byte, behind),
            _ => return Err(Refusal::BadSyntax),
        };
        into.push(match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            _ => return Err(Refusal::BadSyntax),
        });
        rest = behind;
    }
    into.extend_from_slice(rest);
    Ok(())
}

/// The character behind `\u`, both halves of a surrogate pair; half a pair is U+FFFD.
fn unicode(text: &[u8]) -> Result<(char, &[u8]), Refusal> {
    let (first, rest) = unit(text)?;
    if (0xd800..0xdc00).contains(&first)
        && let [b'\\', b'u', hex @ ..] = rest
        && let Ok((second @ 0xdc00..0xe000, behind)) = unit(hex)
    {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Ok((
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
            behind,
        ));
    }
    Ok((
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
        rest,
    ))
}

fn unit(text: &[u8]) -> Result<(u32, &[u8]), Refusal> {
    let (digits, rest) = text.split_at_checked(4).ok_or(Refusal::BadSyntax)?;
    let mut value = 0;
    for digit in digits {
        value = value * 16 + (*digit as char).to_digit(16).ok_or(Refusal::BadSyntax)?;
    }
    Ok((value, rest))
}

/// Writes the bytes of an array of small numbers, as journald prints what is not UTF-8.
///
/// # Errors
/// [`Refusal::BadSyntax`] when it holds anything but numbers from 0 to 255.
pub(super) fn byte_array(array: &[u8], into: &mut Vec<u8>) -> Result<(), Refusal> {
    let inside = array.strip_prefix(b"[").and_then(|a| a.strip_suffix(b"]"));
    let mut rest = skip_space(inside.ok_or(Refusal::BadSyntax)?);
    while !rest.is_empty() {
        let (number, behind) = super::text::number(rest, 3).ok_or(Refusal::BadSyntax)?;
        into.push(u8::try_from(number).map_err(|_| Refusal::BadSyntax)?);
        rest = match skip_space(behind) {
            [b',', behind @ ..] => skip_space(behind),
            [] => break,
            _ => return Err(Refusal::BadSyntax),
        };
    }
    Ok(())
}
