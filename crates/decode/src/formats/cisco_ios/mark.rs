//! The mark before every message: `%SEC-6-IPACCESSLOGP: `.

use super::messages::{self, Message};

/// A message that is read, and its mark.
#[derive(Clone, Copy)]
pub(super) struct Marked<'a> {
    /// `SEC-6-IPACCESSLOGP`.
    pub(super) code: &'a [u8],
    /// What stands behind the mark.
    pub(super) text: &'a [u8],
    pub(super) message: &'static Message,
}

/// How far behind the start of a record the mark may stand: behind the stamp of the sender, and
/// behind the mark of the module that has passed the message on (`%IOSXE-6-PLATFORM: … %FW-6-…`).
const REACH: usize = 256;

/// Finds the first mark whose message is read.
#[inline]
pub(super) fn find(record: &[u8]) -> Option<Marked<'_>> {
    let mut from = 0;
    loop {
        let reach = record.get(from..record.len().min(REACH))?;
        from += memchr::memchr(b'%', reach)? + 1;
        if let Some(marked) = record.get(from..).and_then(parse) {
            return Some(marked);
        }
    }
}

fn parse(text: &[u8]) -> Option<Marked<'_>> {
    let end = text
        .iter()
        .take(64)
        .position(|byte| matches!(byte, b':' | b' '))?;
    let (code, rest) = text.split_at_checked(end)?;
    let mut parts = code.rsplitn(3, |byte| *byte == b'-');
    let mnemonic = parts.next()?;
    let is_severity = matches!(parts.next(), Some([b'0'..=b'7']));
    let facility = parts.next()?;
    if !is_severity || facility.is_empty() {
        return None;
    }
    let text = rest.trim_ascii_start().strip_prefix(b":")?;
    Some(Marked {
        code,
        text: text.trim_ascii_start(),
        message: messages::by_mnemonic(mnemonic)?,
    })
}
