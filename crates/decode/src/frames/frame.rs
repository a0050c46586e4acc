use rutter_event::{Event, Refusal, Skip};

use super::{LinkType, Order, link, network};
use crate::Rejection;

/// One captured frame, before anything in it has been read.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// What the bytes begin with.
    pub link: LinkType,
    /// The byte order of the machine that captured it: NFLOG and the BSD loopback write theirs.
    pub order: Order,
    /// As much of the frame as was kept.
    pub bytes: &'a [u8],
    /// Bytes of the frame on the wire; more than `bytes` holds when the capture was snapped.
    pub wire_length: u32,
}

/// Room for the few names that a frame gives as a number and an event as text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scratch {
    /// The ingress interface, or the rule.
    pub(super) first: Text,
    /// The egress interface.
    pub(super) second: Text,
}

/// Why a header could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The bytes end before it does.
    Short,
    /// It contradicts itself.
    Broken,
    /// It is of a protocol that carries no IP.
    NotIp,
    /// It is of a link that rutter does not read.
    UnknownLink,
}

impl Frame<'_> {
    /// Whether the capture kept less than was on the wire.
    #[must_use]
    pub fn is_snapped(&self) -> bool {
        self.bytes.len() < self.wire_length as usize
    }
}

impl<'a> Frame<'a> {
    /// Reads every header down to the payload into `event`, whose other fields stay as they are.
    /// Numbers that the event holds as text are written to `scratch`.
    ///
    /// # Errors
    /// A refusal as [`Refusal::Truncated`] when a header ends where a snapped capture does, as
    /// [`Refusal::BadFrame`] when the frame itself was too short or contradicts itself, as
    /// [`Refusal::Unsupported`] when the link type is not read; a skip as [`Skip::NotIp`] when the
    /// frame carries neither IP nor ARP. The event is then half filled and must not be used.
    pub fn read(&self, scratch: &'a mut Scratch, event: &mut Event<'a>) -> Result<(), Rejection> {
        let read = link::open(self, scratch, event).and_then(|inner| network::read(inner, event));
        read.map_err(|fault| match fault {
            Fault::Short if self.is_snapped() => Refusal::Truncated.into(),
            Fault::Short | Fault::Broken => Refusal::BadFrame.into(),
            Fault::NotIp => Skip::NotIp.into(),
            Fault::UnknownLink => Refusal::Unsupported.into(),
        })
    }
}

/// A short text built from numbers, without allocating.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Text {
    bytes: [u8; 32],
    length: usize,
}

impl Text {
    pub(crate) fn push(&mut self, text: &[u8]) -> &mut Self {
        for byte in text {
            if let Some(slot) = self.bytes.get_mut(self.length) {
                *slot = *byte;
                self.length += 1;
            }
        }
        self
    }

    pub(crate) fn push_number(&mut self, mut number: u32) -> &mut Self {
        let mut digits = [0_u8; 10];
        let mut first = digits.len();
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
            first -= 1;
            if number == 0 {
                break;
            }
        }
        self.push(digits.get(first..).unwrap_or_default())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn numbers_become_text() {
        for number in [0, 7, 10, 99, 100, 65_535, u32::MAX] {
            let mut text = Text::default();
            text.push(b"#").push_number(number);
            assert_eq!(text.bytes(), format!("#{number}").as_bytes());
        }
    }

    #[test]
    fn text_stops_at_its_room() {
        let mut text = Text::default();
        text.push(&[b'a'; 40]).push_number(1);
        assert_eq!(text.bytes(), [b'a'; 32]);
    }
}
