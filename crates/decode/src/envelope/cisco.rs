//! Cisco's own stamps, which stand where other senders put host and tag.
//!
//! IOS: `<189>352133: asr: *Aug  3 08:04:47.140 UTC: %SEC-6-…`; NX-OS: `: 2026 Nov 23 10:00:00 UTC: %…`;
//! IOS XR: `RP/0/RSP0/CPU0:Nov 23 10:00:00.123 UTC: ipv4_acl_mgr[1234]: %…`. Every part but the last
//! is optional, and a relay may have put a header of its own before it.

use rutter_event::Stamp;

use super::stamp::{month_first, year_first};
use super::text::{number, skip_blanks, split_while};
use super::zone;

/// What Cisco put before its message.
pub(super) struct Prefix<'a> {
    pub(super) host: &'a [u8],
    pub(super) stamp: Stamp,
    /// The text from the colon that closes the stamp, or from the `%` of the message.
    pub(super) rest: &'a [u8],
}

/// Reads sequence numbers, name, clock mark and stamp, in this order, each if it is there. Nothing
/// when neither a stamp nor a message code follows.
pub(super) fn prefix(text: &[u8]) -> Option<Prefix<'_>> {
    let text = match text {
        [b':', rest @ ..] => skip_blanks(rest),
        _ => text,
    };
    let text = sequence_number(sequence_number(text));
    if let [b'%', ..] = text {
        return Some(Prefix {
            host: b"",
            stamp: Stamp::Absent,
            rest: text,
        });
    }
    if let Some((stamp, rest)) = dated(text) {
        return Some(Prefix {
            host: b"",
            stamp,
            rest,
        });
    }
    let (host, rest) = split_while(text, |b| {
        b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/')
    });
    let [b':', rest @ ..] = rest else { return None };
    let (stamp, rest) = dated(skip_blanks(rest))?;
    (!host.is_empty()).then_some(Prefix { host, stamp, rest })
}

/// Steps over `352133: `.
fn sequence_number(text: &[u8]) -> &[u8] {
    match number(text, 12) {
        Some((_, [b':', b' ', rest @ ..])) => skip_blanks(rest),
        _ => text,
    }
}

/// A stamp closed by a colon. `*` before it says that the clock is not set, `.` that it has lost its
/// time server.
fn dated(text: &[u8]) -> Option<(Stamp, &[u8])> {
    let text = match text {
        [b'*' | b'.', rest @ ..] => rest,
        _ => text,
    };
    let (stamp, rest) = month_first(text, None).or_else(|| year_first(text))?;
    let rest = zone::skip_name(rest);
    matches!(rest, [b':', ..]).then_some((stamp, rest))
}
