//! Elements of ASN.1's basic encoding (X.690): tag, length, content.

use crate::cursor::Cursor;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const TEXT: u8 = 0x04;
pub(crate) const SEQUENCE: u8 = 0x30;

/// The content of the next element, if it has this tag and is there in full.
pub(crate) fn element<'a>(walk: &mut Cursor<'a>, tag: u8) -> Option<&'a [u8]> {
    match enter(walk, tag)? {
        (content, true) => Some(content.0),
        (_, false) => None,
    }
}

/// The content of the next element, as much of it as there is, and whether that is all.
pub(crate) fn enter<'a>(walk: &mut Cursor<'a>, tag: u8) -> Option<(Cursor<'a>, bool)> {
    if walk.u8()? != tag {
        return None;
    }
    let length = match walk.u8()? {
        short @ 0..=0x7f => usize::from(short),
        0x81 => usize::from(walk.u8()?),
        0x82 => usize::from(walk.be16()?),
        0x83 => usize::try_from(walk.be24()?).ok()?,
        0x84 => usize::try_from(walk.be32()?).ok()?,
        _ => return None,
    };
    let held = length.min(walk.left());
    Some((Cursor(walk.take(held)?), held == length))
}
