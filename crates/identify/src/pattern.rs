//! Patterns: what a protocol's first bytes must hold, as data.
//!
//! A pattern is a list of [`Test`]s, all of which must hold. Each that can be decided on the bytes at
//! hand counts as evidence, measured in bits: a fixed byte is 8, one of two values is 7; 00 and ff are
//! everywhere and count less. A payload that is cut before a test's place leaves that test undecided, so four bytes prove what four bytes
//! can. Bytes that hold by chance do so once in 2 to the power of the bits, and that is what the
//! thresholds below are about.

use crate::cursor::Cursor;
use crate::found::Match;
use crate::payload::{Payload, Side};
use crate::text::{contains, first_line, is_graphic, is_text};

/// Evidence without which nothing is said.
const ENOUGH: u32 = 28;
/// Evidence that is enough where the port speaks for it too.
const ENOUGH_AT_PORT: u32 = 16;

/// What 00 and ff count, with which most fields are filled that are not used.
const COMMON: u32 = 3;

/// What one side's first bytes must hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern {
    side: Side,
    tests: &'static [Test],
    tells: &'static [(&'static str, Tell)],
    /// The bytes alone could be something else: the port must agree.
    port_only: bool,
    /// Bits for what the tests ask and cannot count.
    worth: u32,
}

/// What the bytes at a place must be. Places count from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Test {
    /// These bytes.
    Is(usize, &'static [u8]),
    /// A byte that is one of these.
    OneOf(usize, &'static [u8]),
    /// A byte that lies between these two.
    Between(usize, u8, u8),
    /// A byte of which the bits of the first mask are the second.
    Bits(usize, u8, u8),
    /// These bytes somewhere among the first ones, whatever the case.
    Has(&'static [u8]),
    /// As many bytes as this, at least and at most.
    Long(usize, usize),
    /// A number that tells how long the payload is, less the last value.
    Counts(usize, Number, isize),
    /// A number that lies between these two.
    Within(usize, Number, u32, u32),
    /// From here to the end of the first line, or of the payload, there is text.
    Text(usize),
    /// From here on there are so many visible characters.
    Name(usize, usize),
    /// The first line is whole: it ends in a line feed.
    Whole,
    /// So many bytes are there: what is cut before is somebody else's too.
    Least(usize),
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    U8,
    Be16,
    Le16,
    Be24,
    Be32,
    Le32,
}

/// How something is told that the bytes say.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tell {
    /// What the pattern means.
    Says(&'static str),
    /// The text from here to the end of the line.
    Line(usize),
    /// The text from here to the next NUL.
    String(usize),
    /// The text from here to the next blank.
    Token(usize),
    /// A number.
    Number(usize, Number),
}

/// What the client says.
pub(crate) const fn client(tests: &'static [Test]) -> Pattern {
    said(Side::Client, tests)
}

/// What the server says.
pub(crate) const fn server(tests: &'static [Test]) -> Pattern {
    said(Side::Server, tests)
}

/// What both say.
pub(crate) const fn either(tests: &'static [Test]) -> Pattern {
    said(Side::Any, tests)
}

const fn said(side: Side, tests: &'static [Test]) -> Pattern {
    Pattern {
        side,
        tests,
        tells: &[],
        port_only: false,
        worth: 0,
    }
}

impl Pattern {
    /// With these details.
    pub(crate) const fn tells(self, tells: &'static [(&'static str, Tell)]) -> Self {
        Self { tells, ..self }
    }

    /// Only where the port is the protocol's.
    pub(crate) const fn at_port(self) -> Self {
        Self {
            port_only: true,
            ..self
        }
    }

    /// With bits for what the tests ask and cannot count: that a line is whole, that all is text.
    pub(crate) const fn worth(self, bits: u32) -> Self {
        Self {
            worth: bits,
            ..self
        }
    }

    /// Whether a payload that begins with this byte can hold.
    pub(crate) fn may_begin(&self, first: u8) -> bool {
        self.tests.iter().all(|test| match *test {
            Test::Is(0, value) => value.first().is_none_or(|byte| *byte == first),
            Test::OneOf(0, values) => values.contains(&first),
            Test::Between(0, low, high) => (low..=high).contains(&first),
            Test::Bits(0, mask, value) => first & mask == value,
            Test::Name(0, _) => first.is_ascii_graphic(),
            _ => true,
        })
    }

    /// Holds the payload against the pattern.
    pub(crate) fn hold<'a>(&self, payload: &Payload<'a>, at_port: bool) -> Option<Match<'a>> {
        let wrong_side = self.side != Side::Any && !payload.may_be(self.side);
        if self.port_only && !at_port || wrong_side {
            return None;
        }
        let mut bits = self.worth;
        for test in self.tests {
            bits += test.hold(payload)?.unwrap_or(0);
        }
        let side = match self.side {
            Side::Any => payload.side,
            side => side,
        };
        let found = Match::new(sure(bits, at_port)?, side);
        Some(self.tells.iter().fold(found, |found, (key, tell)| {
            tell.add(key, payload.bytes, found)
        }))
    }
}

/// How sure so many bits make.
fn sure(bits: u32, at_port: bool) -> Option<f64> {
    let enough = if at_port { ENOUGH_AT_PORT } else { ENOUGH };
    (bits >= enough).then_some(match bits {
        64.. => 0.99,
        48.. => 0.98,
        32.. => 0.95,
        28.. => 0.9,
        24.. => 0.85,
        _ => 0.8,
    })
}

impl Test {
    /// Nothing when it fails; else its bits, or that it cannot be decided.
    fn hold(&self, payload: &Payload<'_>) -> Option<Option<u32>> {
        let bytes = payload.bytes;
        match *self {
            Self::Is(at, value) => literal(bytes, at, value),
            Self::OneOf(at, values) => byte(bytes, at, values.len(), |byte| values.contains(&byte)),
            Self::Between(at, low, high) => byte(bytes, at, usize::from(high - low) + 1, |byte| {
                (low..=high).contains(&byte)
            }),
            Self::Bits(at, mask, value) => byte(bytes, at, 1 << mask.count_zeros(), |byte| {
                byte & mask == value
            }),
            Self::Has(text) => contains(bytes, text).then_some(Some(text.len() as u32 * 6)),
            Self::Long(least, most) => {
                // Less may have been cut off, more cannot have been added.
                let fits = bytes.len() <= most
                    && (payload.is_tcp() || bytes.len() >= least || bytes.len() >= 4);
                fits.then_some((bytes.len() >= least).then_some(if most - least < 8 {
                    6
                } else {
                    2
                }))
            }
            Self::Counts(at, number, more) => counts(payload, at, number, more),
            Self::Within(at, number, low, high) => match number.read(bytes, at) {
                Some(0) if low == 0 => Some(Some(COMMON)),
                Some(value) if (low..=high).contains(&value) => {
                    let loose = (high - low).checked_ilog2().map_or(0, |bits| bits + 1);
                    Some(Some(number.bits().saturating_sub(loose)))
                }
                Some(_) => None,
                None => Some(None),
            },
            Self::Text(at) => {
                let (line, _) = first_line(bytes.get(at..).unwrap_or_default());
                is_text(line).then_some(None)
            }
            Self::Name(at, length) => {
                let there = bytes.get(at..).unwrap_or_default();
                let name = there.get(..length).unwrap_or(there);
                is_graphic(name).then_some((!name.is_empty()).then_some(name.len() as u32))
            }
            Self::Whole => first_line(bytes).1.then_some(None),
            Self::Least(length) => (bytes.len() >= length).then_some(None),
        }
    }
}

/// Bytes at a place, as many of them as there are.
fn literal(bytes: &[u8], at: usize, value: &[u8]) -> Option<Option<u32>> {
    let there = bytes.get(at..).unwrap_or_default();
    let length = there.len().min(value.len());
    let value = value.get(..length)?;
    let bits = value
        .iter()
        .map(|byte| if matches!(byte, 0 | 0xff) { COMMON } else { 8 })
        .sum();
    (there.get(..length)? == value).then_some((length > 0).then_some(bits))
}

/// A byte that `allowed` of 256 values fulfil.
fn byte(bytes: &[u8], at: usize, allowed: usize, fits: impl Fn(u8) -> bool) -> Option<Option<u32>> {
    match bytes.get(at) {
        None => Some(None),
        Some(byte @ (0 | 0xff)) if fits(*byte) => Some(Some(COMMON)),
        Some(byte) if fits(*byte) => Some(Some(
            8_u32.saturating_sub(allowed.next_power_of_two().ilog2()),
        )),
        Some(_) => None,
    }
}

/// A length that says exactly what is there is strong; one that says more may speak of what was cut
/// off, one that says less, over TCP, of the first of several messages.
fn counts(payload: &Payload<'_>, at: usize, number: Number, more: isize) -> Option<Option<u32>> {
    let Some(value) = number.read(payload.bytes, at) else {
        return Some(None);
    };
    let said = isize::try_from(value).ok()?.checked_add(more)?;
    let said = usize::try_from(said).ok()?;
    let there = payload.bytes.len();
    if said == there {
        return Some(Some(number.bits().min(16)));
    }
    let possible = if said > there {
        said <= 1 << 24
    } else {
        payload.is_tcp()
    };
    possible.then_some(None)
}

impl Number {
    fn read(self, bytes: &[u8], at: usize) -> Option<u32> {
        let mut walk = Cursor(bytes.get(at..)?);
        match self {
            Self::U8 => walk.u8().map(u32::from),
            Self::Be16 => walk.be16().map(u32::from),
            Self::Le16 => walk.le16().map(u32::from),
            Self::Be24 => walk.be24(),
            Self::Be32 => walk.be32(),
            Self::Le32 => walk.le32(),
        }
    }

    const fn bits(self) -> u32 {
        match self {
            Self::U8 => 8,
            Self::Be16 | Self::Le16 => 16,
            Self::Be24 => 24,
            Self::Be32 | Self::Le32 => 32,
        }
    }
}

impl Tell {
    fn add<'a>(self, key: &'static str, bytes: &'a [u8], found: Match<'a>) -> Match<'a> {
        let from = |at: usize| bytes.get(at..).unwrap_or_default();
        let before = |at: usize, end: u8| {
            let (line, _) = first_line(from(at));
            let end = memchr::memchr2(end, b'\r', line).unwrap_or(line.len());
            line.get(..end)
                .filter(|text| is_text(text))
                .unwrap_or_default()
        };
        match self {
            Self::Says(word) => found.word(key, word),
            Self::Line(at) => found.text(key, before(at, b'\n')),
            Self::String(at) => found.text(key, before(at, 0)),
            Self::Token(at) => found.text(key, before(at, b' ')),
            Self::Number(at, number) => match number.read(bytes, at) {
                Some(number) => found.number(key, number),
                None => found,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use rutter_event::Transport;

    use super::*;

    const PATTERN: Pattern = client(&[
        Test::Is(0, b"\x05\x64"),
        Test::Counts(2, Number::U8, 3),
        Test::OneOf(3, b"\xc0\x40"),
        Test::Is(4, b"\0\0"),
    ]);

    fn probability(bytes: &[u8], at_port: bool) -> Option<f64> {
        let payload = Payload {
            transport: Transport::TCP,
            port: None,
            side: Side::Client,
            bytes,
        };
        PATTERN
            .hold(&payload, at_port)
            .map(|found| found.probability)
    }

    #[test]
    fn evidence_is_counted_in_bits() {
        assert_eq!(
            probability(b"\x05\x64\x03\xc0\0\0", false),
            Some(0.95),
            "16 + 8 + 7 + 6"
        );
        // The length speaks of what was cut off.
        assert_eq!(
            probability(b"\x05\x64\x13\xc0\0\0", false),
            Some(0.9),
            "16 + 7 + 6"
        );
        assert_eq!(probability(b"\x05\x64\x13\xc0", false), None, "16 + 7");
        assert_eq!(probability(b"\x05\x64\x13\xc0", true), Some(0.8));
        assert_eq!(probability(b"\x05", true), None);
        assert_eq!(probability(b"\x05\x64\x03\xc1\0\0", true), None);
    }

    #[test]
    fn lengths_that_cannot_be_are_refused() {
        let payload = |transport| Payload {
            transport,
            port: None,
            side: Side::Any,
            bytes: b"\0\x02abcd",
        };
        assert_eq!(
            counts(&payload(Transport::TCP), 0, Number::Be16, 2),
            Some(None)
        );
        assert_eq!(counts(&payload(Transport::UDP), 0, Number::Be16, 2), None);
        assert_eq!(
            counts(&payload(Transport::UDP), 0, Number::Be16, 4),
            Some(Some(16))
        );
        assert_eq!(counts(&payload(Transport::UDP), 0, Number::Be16, -3), None);
    }
}
