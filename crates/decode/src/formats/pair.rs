//! A value of a `key=value` pair, and what it may be.

use std::net::IpAddr;

use rutter_event::{Escape, Refusal, Transport, Untrusted};

use super::address::{Written, written};
use super::number::{decimal, port_may_go_on};
use crate::scan::find;

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
        if text.len() <= 10 {
            return self.decimal();
        }
        if !self.is_closed || text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
            return None;
        }
        std::str::from_utf8(text).ok()?.parse().ok()
    }

    /// Seconds with or without a decimal fraction, in nanoseconds.
    pub(crate) fn seconds(self) -> Option<u64> {
        let (whole, fraction) = match find(b'.', self.text) {
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
