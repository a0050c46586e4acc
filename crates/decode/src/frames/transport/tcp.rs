//! TCP (RFC 9293).

use rutter_event::{Packet, Tcp, TcpFlags};

use super::{Found, beyond, has_room, ports};
use crate::frames::bytes::{be16, be32};
use crate::frames::frame::Fault;
use crate::frames::network::Upper;

const FIXED: usize = 20;

/// Reads the header, as far as it was captured.
pub(super) fn read<'a>(upper: Upper<'a>, packet: &mut Packet) -> Result<Found<'a>, Fault> {
    ports::enter(&upper, packet, FIXED)?;
    let bytes = upper.bytes;
    packet.tcp = Tcp {
        seq: be32(bytes, 4),
        ack: be32(bytes, 8),
        flags: bytes.get(13).copied().map(TcpFlags),
        window: be16(bytes, 14),
        urgent: be16(bytes, 18),
        ..Tcp::default()
    };
    let Some(words) = bytes.get(12) else {
        return Ok(Found::default());
    };
    let header = usize::from(words >> 4) * 4;
    if header < FIXED {
        return Err(Fault::Broken);
    }
    has_room(&upper, packet, header)?;
    packet.tcp.options_length = u8::try_from(header - FIXED).ok();
    let options = bytes
        .get(FIXED..header.min(bytes.len()))
        .unwrap_or_default();
    packet.tcp.mss = segment_size(options);
    Ok(beyond(&upper, packet, header, upper.promised))
}

/// The maximum segment size among the options. Every step takes at least one of at most 40 bytes.
fn segment_size(mut options: &[u8]) -> Option<u16> {
    loop {
        options = match *options {
            [2, 4, high, low, ..] => return Some(u16::from_be_bytes([high, low])),
            [1, ref rest @ ..] => rest,
            // The end of the list, or a length that cannot be.
            [] | [0, ..] | [_] | [_, 0 | 1, ..] => return None,
            [_, length, ..] => options.get(usize::from(length)..)?,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::segment_size;

    #[test]
    fn options_are_walked() {
        let cases: [(&[u8], Option<u16>); 8] = [
            (&[2, 4, 5, 0xb4], Some(1460)),
            (
                &[1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 5, 0xb4],
                Some(1460),
            ),
            (&[0, 2, 4, 5, 0xb4], None),
            (&[2, 4, 5], None),
            (&[4, 0, 2, 4, 5, 0xb4], None),
            (&[8, 255], None),
            (&[1], None),
            (&[], None),
        ];
        for (options, expected) in cases {
            assert_eq!(segment_size(options), expected, "{options:?}");
        }
    }
}
