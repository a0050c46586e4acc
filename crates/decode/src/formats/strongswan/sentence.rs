//! The sentences that name two ends.

use rutter_event::Direction;

use super::super::fields;
use crate::formats::search::{self, place};

/// A sentence, taken apart.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'a> {
    /// Name of the connection; empty where none is known yet.
    pub(super) connection: &'a [u8],
    /// Which way the packet went, or nothing for a tunnel.
    pub(super) direction: Direction,
    pub(super) source: &'a [u8],
    pub(super) destination: &'a [u8],
    pub(super) bytes: Option<u64>,
}

impl<'a> Sentence<'a> {
    /// `14[NET] <con1|11> received packet: from A[500] to B[500] (464 bytes)`,
    /// `05[IKE] <con1|2> IKE_SA con1[2] established between A[id]...B[id]`.
    pub(super) fn read(message: &'a [u8]) -> Option<Self> {
        let text = message.trim_ascii();
        // `14[NET]`: the thread and what it does.
        let open = memchr::memchr(b'[', text.get(..6).unwrap_or(text))?;
        if open == 0 || !text.get(..open)?.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let close = memchr::memchr(b']', text)?;
        let mut text = text.get(close + 1..)?.trim_ascii_start();
        let mut connection: &[u8] = b"";
        if let Some(inside) = text.strip_prefix(b"<") {
            let (name, behind) = inside.split_at_checked(memchr::memchr(b'>', inside)?)?;
            let end = memchr::memrchr(b'|', name).unwrap_or(0);
            connection = name.get(..end)?;
            text = behind.get(1..)?.trim_ascii_start();
        }
        let (direction, text) = if let Some(text) = text.strip_prefix(b"sending packet: from ") {
            (Direction::Outbound, text)
        } else if let Some(text) = text.strip_prefix(b"received packet: from ") {
            (Direction::Inbound, text)
        } else {
            return Self::tunnel(connection, text);
        };
        let (source, text) = text.split_at_checked(place!(text, " to ")?)?;
        let text = text.get(4..)?;
        let (destination, text) = text.split_at_checked(memchr::memchr(b' ', text)?)?;
        let bytes = text
            .strip_prefix(b" (")
            .and_then(|text| text.strip_suffix(b" bytes)"))
            .and_then(fields::count);
        Some(Self {
            connection,
            direction,
            source,
            destination,
            bytes,
        })
    }

    fn tunnel(connection: &'a [u8], text: &'a [u8]) -> Option<Self> {
        const MARK: &[u8] = b" established between ";
        let at = search::find(text, MARK)?;
        let text = text.get(at + MARK.len()..)?;
        let dots = place!(text, "]...")?;
        let source = text.get(..=dots)?;
        let rest = text.get(dots + 4..)?;
        let close = memchr::memchr(b']', rest)?;
        Some(Self {
            connection,
            direction: Direction::Unknown,
            source,
            destination: rest.get(..=close)?,
            bytes: None,
        })
    }
}
