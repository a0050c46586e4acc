//! Serial lines: PPP (RFC 1661, RFC 1662) and Cisco's HDLC.

use super::{Inner, Kind};
use crate::frames::bytes::be16;
use crate::frames::frame::Fault;

/// Address and control of PPP in frames like HDLC's.
const FRAMED: [u8; 2] = [0xff, 0x03];
/// Addresses of Cisco's HDLC, to one and to all; a zero follows.
const CISCO: [[u8; 2]; 2] = [[0x0f, 0], [0x8f, 0]];

/// PPP, with or without address and control. Captures of serial lines call Cisco's HDLC so, too.
pub(super) fn open(bytes: &[u8]) -> Result<Inner<'_>, Fault> {
    if CISCO.iter().any(|address| bytes.starts_with(address)) {
        return open_cisco(bytes);
    }
    let bytes = bytes.strip_prefix(&FRAMED).unwrap_or(bytes);
    // A number below 256 may be sent as one byte, which is then odd (RFC 1661, section 6.5).
    let (protocol, length) = match *bytes {
        [short, ..] if short & 1 == 1 => (u16::from(short), 1),
        _ => (be16(bytes, 0).ok_or(Fault::Short)?, 2),
    };
    let kind = match protocol {
        0x0021 => Kind::V4,
        0x0057 => Kind::V6,
        _ => return Err(Fault::NotIp),
    };
    Ok(Inner {
        kind,
        bytes: bytes.get(length..).unwrap_or_default(),
    })
}

/// Address, zero, and the number that Ethernet has for what follows.
pub(super) fn open_cisco(bytes: &[u8]) -> Result<Inner<'_>, Fault> {
    Ok(Inner {
        kind: Kind::of_ethertype(be16(bytes, 2).ok_or(Fault::Short)?)?,
        bytes: bytes.get(4..).unwrap_or_default(),
    })
}
