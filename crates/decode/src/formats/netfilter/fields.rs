//! The walk over the fields of a record, each byte once.

use std::net::Ipv4Addr;

use super::super::address::{self, NIBBLE};
use super::super::number;

/// The first four bytes of a field, which tell the keys of netfilter apart.
pub(super) type Code = u32;

/// The code of a key: its first four bytes.
pub(super) const fn code(key: &[u8; 4]) -> Code {
    u32::from_le_bytes(*key)
}

/// The code of a key of three bytes, see [`Walk::peek`].
pub(super) const fn short_code(key: &[u8; 3]) -> Code {
    u32::from_le_bytes([key[0], key[1], key[2], 0])
}

/// The first three bytes of a code.
pub(super) const fn shorten(code: Code) -> Code {
    code & 0x00ff_ffff
}

/// What is still to be read of a record. Every method moves forward, none goes back.
///
/// Where each field begins depends on where the one before it ended, so the place must stay in a
/// register: methods on the usual path are inlined, and what is rare is done by functions that take
/// and give the rest by value.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    pub(super) const fn new(fields: &'a [u8]) -> Self {
        Self { rest: fields }
    }

    /// Whether everything is read.
    #[inline(always)]
    pub(super) const fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The code of the field that comes next; a shorter rest is filled up with blanks.
    #[inline(always)]
    pub(super) fn peek(&self) -> Code {
        match self.rest.first_chunk::<4>() {
            Some(key) => code(key),
            None => padded_code(self.rest),
        }
    }

    /// Whether the rest starts with these bytes.
    #[inline(always)]
    pub(super) fn starts_with(&self, text: &[u8]) -> bool {
        self.rest.starts_with(text)
    }

    /// Passes over bytes that [`Self::peek`] has seen.
    #[inline(always)]
    pub(super) fn pass(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Passes over the blank behind a value of this many bytes, and over the value. False, with
    /// nothing passed, when the value is followed by something else than a blank or the end.
    #[inline(always)]
    fn close(&mut self, bytes: usize) -> bool {
        match self.rest.get(bytes..) {
            Some([b' ', after @ ..]) => {
                self.rest = after;
                true
            }
            Some([]) => {
                self.rest = &[];
                true
            }
            _ => false,
        }
    }

    /// Everything up to the next blank, and passes over both.
    #[inline(always)]
    pub(super) fn word(&mut self) -> &'a [u8] {
        let (word, after) = split_word(self.rest);
        self.rest = after;
        word
    }

    /// Everything up to this byte, and passes over both; nothing when it does not come.
    pub(super) fn through(&mut self, end: u8) -> Option<&'a [u8]> {
        let length = memchr::memchr(end, self.rest)?;
        let (text, after) = self.rest.split_at_checked(length)?;
        self.rest = after.get(1..).unwrap_or_default();
        Some(text)
    }

    /// A decimal number; nothing when the word is no number or does not fit.
    #[inline(always)]
    pub(super) fn decimal<T: TryFrom<u64>>(&mut self) -> Option<T> {
        if let Some((value, after)) = number::short_decimal_and_blank(self.rest) {
            self.rest = after;
            return T::try_from(value).ok();
        }
        let (value, after) = odd_decimal(self.rest);
        self.rest = after;
        T::try_from(value?).ok()
    }

    /// A byte as two hexadecimal digits, with or without `0x`.
    #[inline(always)]
    pub(super) fn hexadecimal_byte(&mut self) -> Option<u8> {
        if self.rest.first_chunk() == Some(b"0x00 ") {
            self.pass(5);
            return Some(0);
        }
        if let [b'0', b'x', high, low, b' ', after @ ..] = self.rest
            && let value = NIBBLE[*high as usize] << 4 | NIBBLE[*low as usize]
            && value <= 0xff
        {
            self.rest = after;
            return Some(value as u8);
        }
        number::hexadecimal(self.word())
    }

    /// An IPv4 address, or nothing, with nothing passed.
    #[inline(always)]
    pub(super) fn v4(&mut self) -> Option<Ipv4Addr> {
        let (ip, length) = address::leading_v4(self.rest)?;
        self.close(length).then_some(ip)
    }
}

/// The code of a rest of less than four bytes.
#[cold]
fn padded_code(rest: &[u8]) -> Code {
    let mut key = *b"    ";
    for (to, from) in key.iter_mut().zip(rest) {
        *to = *from;
    }
    code(&key)
}

/// What stands before the next blank, and what behind it.
#[inline]
fn split_word(rest: &[u8]) -> (&[u8], &[u8]) {
    let (word, after) = rest
        .split_at_checked(length_until(b' ', rest))
        .unwrap_or((rest, &[]));
    (word, after.get(1..).unwrap_or_default())
}

/// A number of more than seven digits, one that ends the line, or none; and what follows the word.
#[inline(never)]
fn odd_decimal(rest: &[u8]) -> (Option<u64>, &[u8]) {
    let (word, after) = split_word(rest);
    let value = number::leading_decimal(word);
    (
        value
            .filter(|(_, digits)| *digits == word.len())
            .map(|(value, _)| value),
        after,
    )
}

/// How many bytes stand before the first `byte`; all of them when it does not come. Words are short,
/// so that eight bytes at a time, in place, are faster than a search made for long texts.
#[inline]
pub(super) fn length_until(byte: u8, text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut rest = text;
    while let Some(chunk) = rest.first_chunk::<8>() {
        // Zero where the byte is; the lowest zero is found by its borrow.
        let other = u64::from_le_bytes(*chunk) ^ (ONES * byte as u64);
        let found = other.wrapping_sub(ONES) & !other & (ONES << 7);
        if found != 0 {
            return text.len() - rest.len() + (found.trailing_zeros() / 8) as usize;
        }
        rest = rest.get(8..).unwrap_or_default();
    }
    let tail = rest
        .iter()
        .position(|other| *other == byte)
        .unwrap_or(rest.len());
    text.len() - rest.len() + tail
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_end_at_blanks() {
        let mut walk = Walk::new(b"12 13x 14");
        assert_eq!(walk.decimal::<u8>(), Some(12));
        assert_eq!(walk.decimal::<u8>(), None);
        assert!(!walk.is_done());
        assert_eq!(walk.decimal::<u8>(), Some(14));
        assert!(walk.is_done());
        assert_eq!(walk.decimal::<u8>(), None);
    }

    proptest! {
        #[test]
        fn lengths_are_those_of_a_plain_loop(text in "[a-c ]{0,40}", bytes: [u8; 20], byte: u8) {
            let slowly = |byte, text: &[u8]| text.iter().position(|b| *b == byte).unwrap_or(text.len());
            prop_assert_eq!(length_until(b' ', text.as_bytes()), slowly(b' ', text.as_bytes()));
            prop_assert_eq!(length_until(byte, &bytes), slowly(byte, &bytes));
        }
    }

    #[test]
    fn short_rests_are_filled_up() {
        assert_eq!(Walk::new(b"SYN").peek(), code(b"SYN "));
        assert_eq!(Walk::new(b"").peek(), code(b"    "));
        assert_eq!(shorten(Walk::new(b"DF PROTO").peek()), short_code(b"DF "));
    }
}
