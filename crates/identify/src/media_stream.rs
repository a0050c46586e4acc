//! Real-time media, told by two datagrams in a row.
//!
//! One datagram of RTP is almost random: two bits of version, a kind of payload. RFC 3550, appendix
//! A.1, therefore believes a source only when its packets follow each other, and so do we.

use crate::cursor::Cursor;
use crate::found::{Identification, STRONG};
use crate::payload::Side;

/// Bytes of the fixed header (RFC 3550, section 5.1).
pub(crate) const HEADER: usize = 12;
/// Packets between the two that may have got lost.
const MOST_LOST: u16 = 3;
/// Samples between the two: three seconds at 90 kHz.
const MOST_SAMPLES: u32 = 270_000;

/// What the fixed header of RTP says.
struct Header {
    kind: u8,
    sequence: u16,
    time: u32,
    source: u32,
}

/// Names what two datagrams that one side sent one after the other have in common.
pub(crate) fn identify(first: &[u8], second: &[u8]) -> Option<Identification<'static>> {
    let (first, second) = (read(first)?, read(second)?);
    let steps = second.sequence.wrapping_sub(first.sequence);
    let samples = second.time.wrapping_sub(first.time);
    let follows = first.source == second.source
        && first.kind == second.kind
        && (1..=MOST_LOST + 1).contains(&steps)
        && samples <= MOST_SAMPLES;
    follows.then(|| Identification {
        protocol: "rtp",
        probability: STRONG,
        side: Side::Any,
        client: None,
        detail: Vec::new(),
    })
}

/// A header of version 2, without what is reserved lest it be taken for RTCP (RFC 5761, section 4).
fn read(bytes: &[u8]) -> Option<Header> {
    let mut walk = Cursor(bytes);
    let [first, second] = walk.array()?;
    let header = Header {
        kind: second & 0x7f,
        sequence: walk.be16()?,
        time: walk.be32()?,
        source: walk.be32()?,
    };
    let random = header.source != 0 && header.source != u32::MAX;
    (first >> 6 == 2 && !matches!(header.kind, 64..=95) && random).then_some(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &[u8] = b"\x80\x60\x12\x34\0\0\x10\0\xde\xad\xbe\xefvoice";

    fn name(second: &[u8]) -> Option<&'static str> {
        identify(FIRST, second).map(|found| found.protocol)
    }

    #[test]
    fn packets_that_follow_each_other_are_media() {
        assert_eq!(
            name(b"\x80\x60\x12\x35\0\0\x10\xa0\xde\xad\xbe\xefvoice"),
            Some("rtp")
        );
        // The marker, and two that got lost.
        assert_eq!(
            name(b"\x80\xe0\x12\x37\0\0\x11\xe0\xde\xad\xbe\xef"),
            Some("rtp")
        );
    }

    #[test]
    fn what_does_not_follow_is_not() {
        for second in [
            FIRST,
            b"\x80\x60\x12\x35\0\0\x10\xa0\xde\xad\xbe\xee",
            b"\x80\x61\x12\x35\0\0\x10\xa0\xde\xad\xbe\xef",
            b"\x80\x60\x12\x39\0\0\x10\xa0\xde\xad\xbe\xef",
            b"\x80\x60\x12\x33\0\0\x10\xa0\xde\xad\xbe\xef",
            b"\x80\x60\x12\x35\x80\0\x10\xa0\xde\xad\xbe\xef",
            b"\x40\x60\x12\x35\0\0\x10\xa0\xde\xad\xbe\xef",
            b"\x80\x60\x12\x35\0\0\x10\xa0\xde\xad\xbe",
        ] {
            assert_eq!(name(second), None, "{second:02x?}");
        }
        let reserved = b"\x80\xc8\0\x06\0\0\x10\0\xde\xad\xbe\xef";
        assert!(identify(reserved, b"\x80\xc8\0\x07\0\0\x10\0\xde\xad\xbe\xef").is_none());
    }
}
