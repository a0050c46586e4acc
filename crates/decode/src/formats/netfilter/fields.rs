//! The walk over the fields of a record, each byte once.

use std::net::IpAddr;

use super::super::address::{self, Written};
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
pub(super) struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    pub(super) const fn new(fields: &'a [u8]) -> Self {
        Self { rest: fields }
    }

    /// Whether everything is read.
    pub(super) const fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The code of the field that comes next; a shorter rest is filled up with blanks.
    pub(super) fn peek(&self) -> Code {
        match self.rest.first_chunk::<4>() {
            Some(key) => code(key),
            None => {
                let mut key = *b"    ";
                for (to, from) in key.iter_mut().zip(self.rest) {
                    *to = *from;
                }
                code(&key)
            }
        }
    }

    /// Whether the rest starts with these bytes.
    pub(super) fn starts_with(&self, text: &[u8]) -> bool {
        self.rest.starts_with(text)
    }

    /// Passes over bytes that [`Self::peek`] has seen.
    pub(super) fn pass(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Passes over the blank behind a value of this many bytes, and over the value. False, with
    /// nothing passed, when the value is followed by something else than a blank or the end.
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
    pub(super) fn word(&mut self) -> &'a [u8] {
        // Words are short: a plain loop beats a search.
        let length = self
            .rest
            .iter()
            .position(|byte| *byte == b' ')
            .unwrap_or(self.rest.len());
        let (word, after) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, &[]));
        self.rest = after.get(1..).unwrap_or_default();
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
    pub(super) fn decimal<T: TryFrom<u64>>(&mut self) -> Option<T> {
        if let Some((value, digits)) = number::leading_decimal(self.rest)
            && self.close(digits)
        {
            return T::try_from(value).ok();
        }
        self.word();
        None
    }

    /// A hexadecimal number, with or without `0x`.
    pub(super) fn hexadecimal<T: TryFrom<u64>>(&mut self) -> Option<T> {
        number::hexadecimal(self.word())
    }

    /// An address of either family, or its redaction.
    pub(super) fn address(&mut self) -> Option<Written> {
        if let Some((ip, length)) = address::leading_v4(self.rest)
            && self.close(length)
        {
            return Some(Written::Plain(IpAddr::V4(ip)));
        }
        address::written(self.word())
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn short_rests_are_filled_up() {
        assert_eq!(Walk::new(b"SYN").peek(), code(b"SYN "));
        assert_eq!(Walk::new(b"").peek(), code(b"    "));
        assert_eq!(shorten(Walk::new(b"DF PROTO").peek()), short_code(b"DF "));
    }
}
