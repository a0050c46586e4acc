//! The parts of a message: what stands before its number, columns or a sentence, pairs, policy.

use rutter_event::{Civil, Stamp, Timestamp};

use super::super::clock;
use crate::formats::search::{self, place};

const MARK: &[u8] = b"msg_id=\"";

/// A message taken apart.
pub(super) struct Message<'a> {
    /// `FVE0000000000`, the serial number.
    pub(super) serial: &'a [u8],
    /// The date between brackets, in UTC.
    date: &'a [u8],
    /// `3000-0148`.
    pub(super) id: &'a [u8],
    /// Columns or a sentence, up to the first pair or the policy.
    pub(super) text: &'a [u8],
    /// `msg="…" sent_bytes="…"`.
    pub(super) pairs: &'a [u8],
    /// The name between the last brackets.
    pub(super) policy: &'a [u8],
}

impl<'a> Message<'a> {
    /// Takes a message apart; nothing when it has no number.
    pub(super) fn of(message: &'a [u8]) -> Option<Self> {
        let at = search::find(message, MARK)?;
        let (opening, rest) = message.split_at_checked(at)?;
        let rest = rest.get(MARK.len()..)?;
        let (id, rest) = rest.split_at_checked(9)?;
        let body = rest.strip_prefix(b"\"")?;
        let is_id = id.iter().enumerate().all(|(place, byte)| match place {
            4 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
        if !is_id {
            return None;
        }
        let (date, serial) = date_and_serial(opening);
        let (body, policy) = policy(body);
        let (text, pairs) = split_pairs(body);
        Some(Self {
            serial,
            date,
            id,
            text,
            pairs,
            policy,
        })
    }

    /// Whether a second message begins within this one.
    pub(super) fn is_merged(&self) -> bool {
        [self.text, self.pairs, self.policy]
            .iter()
            .any(|part| search::find(part, MARK).is_some())
    }

    /// The device writes its date in UTC. A collector's header shows the same instant in local
    /// time; where the two cannot be of one instant the header is believed, and the date gives it
    /// the year.
    pub(super) fn stamp(&self, header: Stamp) -> Stamp {
        let date = clock::iso(self.date);
        match (date, header) {
            (Some(Stamp::Civil(date)), Stamp::Civil(header)) => {
                let header = Civil {
                    year: header.year.or(date.year),
                    ..header
                };
                match clock::instant(&date, 0) {
                    Some(instant) if is_of(instant, &header) => Stamp::Instant(instant),
                    _ => Stamp::Civil(header),
                }
            }
            (Some(Stamp::Civil(date)), Stamp::Absent | Stamp::Boot(_)) => {
                clock::instant(&date, 0).map_or(Stamp::Civil(date), Stamp::Instant)
            }
            _ => header,
        }
    }
}

/// Whether a clock somewhere on earth shows this reading at this instant, give or take a minute.
fn is_of(instant: Timestamp, reading: &Civil) -> bool {
    let Some(local) = clock::instant(reading, 0) else {
        return false;
    };
    let apart = local.seconds() - instant.seconds();
    let from_quarter = (apart + 60).rem_euclid(900);
    apart.abs() <= 14 * 3600 && from_quarter <= 120
}

/// The date between the last brackets of the opening, and the word before them.
fn date_and_serial(opening: &[u8]) -> (&[u8], &[u8]) {
    let Some(open) = memchr::memrchr(b'(', opening) else {
        return (b"", b"");
    };
    let (before, inside) = opening.split_at_checked(open).unwrap_or_default();
    let date = inside.get(1..20).unwrap_or_default();
    let serial = before.trim_ascii_end();
    let start = memchr::memrchr(b' ', serial).map_or(0, |at| at + 1);
    (date, serial.get(start..).unwrap_or_default())
}

/// The name of the policy between the brackets at the end, and what stands before it. A name may
/// hold brackets itself.
fn policy(body: &[u8]) -> (&[u8], &[u8]) {
    let body = body.trim_ascii();
    let Some(inside) = body.strip_suffix(b")") else {
        return (body, b"");
    };
    let mut depth = 1_u32;
    let open = inside.iter().rposition(|byte| {
        match byte {
            b')' => depth += 1,
            b'(' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    match open.and_then(|open| inside.split_at_checked(open)) {
        Some((before, name)) if before.is_empty() || before.ends_with(b" ") => {
            // The blank stays: it closes the last column.
            (before, name.get(1..).unwrap_or_default())
        }
        _ => (body, b""),
    }
}

/// Splits where the first `key="` begins.
fn split_pairs(body: &[u8]) -> (&[u8], &[u8]) {
    let Some(mark) = place!(body, "=\"") else {
        return (body, b"");
    };
    let before = body.get(..mark).unwrap_or_default();
    let start = before
        .iter()
        .rposition(|byte| *byte == b' ')
        .map_or(0, |at| at + 1);
    body.split_at_checked(start).unwrap_or((body, b""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let text = b"FVE1 (2026-11-23T10:00:00) http-proxy[12]: msg_id=\"1AFF-0009\" Deny 1 2 tcp \
                     msg=\"a (b)\" x=\"y\" (Deny (all)-00)";
        let message = Message::of(text).map(|message| {
            [
                message.serial,
                message.date,
                message.id,
                message.text,
                message.pairs,
                message.policy,
            ]
        });
        assert_eq!(
            message,
            Some([
                &b"FVE1"[..],
                b"2026-11-23T10:00:00",
                b"1AFF-0009",
                b"Deny 1 2 tcp ",
                b"msg=\"a (b)\" x=\"y\" ",
                b"Deny (all)-00",
            ])
        );
        for text in [
            "msg_id=\"1AFF\" Deny",
            "msg_id=\"1AFFx0009\" Deny",
            "id=\"1AFF-0009\"",
            "msg_id=\"",
        ] {
            assert!(Message::of(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn two_clocks() {
        let civil = |text: &str| match clock::iso(text.as_bytes()) {
            Some(Stamp::Civil(civil)) => civil,
            _ => Civil {
                year: None,
                month: 1,
                day: 1,
                hour: 0,
                minute: 0,
                second: 0,
                nanosecond: 0,
            },
        };
        let utc = clock::instant(&civil("2026-11-23T10:00:00"), 0);
        for (reading, agrees) in [
            ("2026-11-23T10:00:00", true),
            ("2026-11-23T15:30:01", true),
            ("2026-11-23T03:59:59", true),
            ("2026-11-23T10:07:00", false),
            ("2026-11-25T10:00:00", false),
        ] {
            assert_eq!(
                utc.map(|utc| is_of(utc, &civil(reading))),
                Some(agrees),
                "{reading}"
            );
        }
    }
}
