//! The classic capture file: a header, then records
//! (<https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/>).

use rutter_event::{Direction, Refusal, Stamp, Timestamp};

use super::bytes::{Order, chunk};
use super::capture::{Seen, Step, reasonable};
use super::damage::Reason;
use super::frame::Frame;
use super::link::LinkType;

/// Registry name.
pub(super) const NAME: &str = "pcap";

const HEADER: usize = 24;
const RECORD: usize = 16;
/// With eight bytes more, of interface and protocol, as patched kernels of the nineties wrote it.
const LONG_RECORD: usize = 24;
const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
const LONG_RECORDS: u32 = 0xa1b2_cd34;

/// What the header of a capture says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pcap {
    order: Order,
    link: LinkType,
    /// Nanoseconds in a unit of the fraction of a second.
    fraction: u32,
    /// Bytes of a record's header.
    record: usize,
}

/// Whether a capture starts with these bytes.
pub(super) fn is_magic(magic: [u8; 4]) -> bool {
    kind(magic).is_some()
}

/// Byte order, unit of the fraction of a second, length of a record's header.
fn kind(magic: [u8; 4]) -> Option<(Order, u32, usize)> {
    [Order::Little, Order::Big]
        .into_iter()
        .find_map(|order| match order.u32(magic) {
            MICROSECONDS => Some((order, 1000, RECORD)),
            NANOSECONDS => Some((order, 1, RECORD)),
            LONG_RECORDS => Some((order, 1000, LONG_RECORD)),
            _ => None,
        })
}

impl Pcap {
    /// Reads the header and tells its length.
    pub(super) fn open<'a>(bytes: &[u8]) -> Result<(Self, usize), Step<'a>> {
        let magic = chunk(bytes, 0).ok_or(Step::Needs(HEADER))?;
        let (order, fraction, record) = kind(magic).ok_or(Step::Damaged(Reason::NotACapture))?;
        let header: [u8; HEADER] = chunk(bytes, 0).ok_or(Step::Needs(HEADER))?;
        let [_, _, _, _, v0, v1, _, _, .., l0, l1, l2, l3] = header;
        if order.u16([v0, v1]) != 2 {
            return Err(Step::Damaged(Reason::UnknownVersion));
        }
        // The upper half may tell the length of a frame check sequence.
        let link = LinkType((order.u32([l0, l1, l2, l3]) & 0xffff) as u16);
        Ok((
            Self {
                order,
                link,
                fraction,
                record,
            },
            HEADER,
        ))
    }

    /// Reads one record.
    pub(super) fn step<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        let order = self.order;
        let word = |at| order.u32_at(bytes, at);
        let (Some(seconds), Some(fraction), Some(kept), Some(wire_length)) =
            (word(0), word(4), word(8), word(12))
        else {
            return Step::Needs(self.record);
        };
        if kept == 0 && wire_length == 0 && chunk(bytes, 0).is_some_and(is_magic) {
            // Another capture was appended: its header, read as a record, is an empty packet.
            return match Self::open(bytes) {
                Ok((next, length)) => {
                    *self = next;
                    Step::Pass(length)
                }
                Err(step) => step,
            };
        }
        let kept = match reasonable(kept) {
            Ok(kept) => kept,
            Err(reason) => return Step::Damaged(reason),
        };
        let Some(data) = bytes.get(self.record..self.record + kept) else {
            return Step::Needs(self.record + kept);
        };
        let stamp = self.instant(seconds, fraction);
        let seen = stamp.ok_or(Refusal::BadTime).map(|time| Seen {
            frame: Frame {
                link: self.link,
                order,
                bytes: data,
                wire_length,
            },
            stamp: Stamp::Instant(time),
            direction: Direction::Unknown,
            interface: None,
        });
        Step::Packet(self.record + kept, seen)
    }

    /// Nothing when the fraction is a second or more.
    fn instant(&self, seconds: u32, fraction: u32) -> Option<Timestamp> {
        let nanos = fraction
            .checked_mul(self.fraction)
            .filter(|n| *n < 1_000_000_000)?;
        Timestamp::from_seconds(i64::from(seconds), nanos)
    }
}
