//! Lines of the kernel ring buffer: `dmesg` in its spellings, `/dev/kmsg`, journalctl's short-monotonic.

use rutter_event::Stamp;

use super::header::{Header, read_certain};
use super::priority::{is_facility, is_severity};
use super::stamp::{self, Iso, Read};
use super::text::{billionths, is_blank, number, six, skip_blanks, split_while, trim_end};

/// The program of a line that nobody but the kernel writes.
pub(super) const KERNEL: &[u8] = b"kernel";

/// A stamp in brackets and what it tells.
pub(super) struct Bracket<'a> {
    pub(super) stamp: Stamp,
    pub(super) header: Header<'a>,
}

/// What may begin a stamp inside a bracket: padding, a digit, a sign, a weekday or a month.
#[inline]
pub(super) const fn may_be_stamp(inside: &[u8]) -> bool {
    matches!(
        inside,
        [
            b' ' | b'0'
                ..=b'9'
                    | b'+'
                    | b'A'
                    | b'D'
                    | b'F'
                    | b'J'
                    | b'M'
                    | b'N'
                    | b'O'
                    | b'S'
                    | b'T'
                    | b'W',
            ..
        ]
    )
}

/// `12345.678901] ` behind the bracket and its padding, as printk writes it and nothing else.
#[inline]
pub(super) fn since_boot(inside: &[u8]) -> Option<Read<'_>> {
    let mut rest = inside;
    while let [b' ', padded @ ..] = rest {
        rest = padded;
    }
    let mut seconds = 0_u64;
    let start = rest.len();
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        seconds = seconds
            .wrapping_mul(10)
            .wrapping_add(u64::from(digit - b'0'));
        rest = after;
    }
    if !(1..=9).contains(&(start - rest.len())) {
        return None;
    }
    let [b'.', digits @ ..] = rest else {
        return None;
    };
    let (micros, rest) = six(digits)?;
    let [b']', b' ', rest @ ..] = rest else {
        return None;
    };
    Some((
        Stamp::Boot((seconds * 1_000_000 + u64::from(micros)) * 1_000),
        rest,
    ))
}

/// `[12345.678901] `, `[  852.611810] `, `[Mon Nov 23 10:40:04 2026] `, `[Nov23 10:40] `,
/// `[  +0.000012] `, `[12345.678901 <    0.000012>] `, `[2026-11-23T10:00:00Z] `, all of them
/// behind the opening bracket.
///
/// `is_alone` says that neither stamp nor program stood before it: only then may a host follow.
pub(super) fn bracket(inside: &[u8], is_alone: bool) -> Option<Bracket<'_>> {
    let (stamp, message, program) = match inside {
        [b' ' | b'0'..=b'9' | b'+', ..] => match boot(skip_blanks(inside)) {
            Some((stamp, rest)) => (stamp, rest, KERNEL),
            None => {
                let Iso::Read { stamp, rest, .. } = stamp::iso(inside) else {
                    return None;
                };
                let [b']', rest @ ..] = rest else { return None };
                (stamp, rest, &b""[..])
            }
        },
        [_, _, _, b' ', ..] => {
            if !stamp::is_weekday(inside) {
                return None;
            }
            // The year closes asctime, so the bracket is a boundary that the reader need not know.
            let end = memchr::memchr(b']', inside.get(..32).unwrap_or(inside))?;
            let (stamp, rest) = stamp::weekday_first(inside.get(..end)?)?;
            if !rest.is_empty() {
                return None;
            }
            (stamp, inside.get(end + 1..)?, KERNEL)
        }
        [a, b, c, d, e, b' ', h0, h1, b':', m0, m1, b']', rest @ ..] => {
            // `dmesg -e` prints month, day and minute where the day changes.
            let minute = [
                *a, *b, *c, b' ', *d, *e, b' ', *h0, *h1, b':', *m0, *m1, b':', b'0', b'0',
            ];
            let (stamp, _) = stamp::month_first(&minute, None)?;
            (stamp, rest, KERNEL)
        }
        _ => return None,
    };
    if program.is_empty() && !is_alone {
        return None;
    }
    let message = skip_blanks(message);
    let certain = if is_alone && !program.is_empty() {
        read_certain(message)
    } else {
        None
    };
    let header = certain.unwrap_or(Header {
        host: b"",
        program,
        message,
    });
    Some(Bracket { stamp, header })
}

/// `12345.678901]` and its relatives, behind the bracket and its padding.
fn boot(text: &[u8]) -> Option<(Stamp, &[u8])> {
    let (is_delta, text) = match text {
        [b'+', rest @ ..] => (true, skip_blanks(rest)),
        _ => (false, text),
    };
    let (seconds, rest) = number(text, 10)?;
    let [b'.', digits @ ..] = rest else {
        return None;
    };
    let (fraction, rest) = billionths(digits)?;
    let rest = match rest {
        // The time since the line before: `dmesg -d`, journalctl short-delta.
        [b' ', b'<', delta @ ..] => {
            let (_, rest) = split_while(delta, |b| is_blank(b) || b.is_ascii_digit() || b == b'.');
            skip_blanks(rest.strip_prefix(b">")?)
        }
        _ => rest,
    };
    let [b']', rest @ ..] = rest else { return None };
    let stamp = if is_delta {
        Stamp::Absent
    } else {
        Stamp::Boot(
            seconds
                .checked_mul(1_000_000_000)?
                .checked_add(u64::from(fraction))?,
        )
    };
    Some((stamp, caller(rest).unwrap_or(rest)))
}

/// Steps over the caller that CONFIG_PRINTK_CALLER adds: `[    T1]` a thread, `[    C0]` a processor.
fn caller(text: &[u8]) -> Option<&[u8]> {
    let [b'[', inside @ ..] = text else {
        return None;
    };
    let [b'T' | b'C', rest @ ..] = skip_blanks(inside) else {
        return None;
    };
    let (_, rest) = number(rest, 10)?;
    rest.strip_prefix(b"]")
}

/// `kern  :warn  : ` before the bracket (`dmesg --decode`): the text behind it.
pub(super) fn decoded_priority(text: &[u8]) -> Option<&[u8]> {
    let (facility, rest) = split_while(text, |b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let rest = skip_blanks(rest).strip_prefix(b":")?;
    let (severity, rest) = split_while(rest, |b| b.is_ascii_lowercase());
    let rest = skip_blanks(rest).strip_prefix(b": ")?;
    (is_facility(facility) && is_severity(severity)).then_some(rest)
}

/// `4,1234,5678901,-;text` of `/dev/kmsg`: priority, sequence number, microseconds since boot, flags.
pub(super) fn kmsg(text: &[u8]) -> Option<Bracket<'_>> {
    let (priority, rest) = number(text, 4)?;
    let (_, rest) = number(rest.strip_prefix(b",")?, 19)?;
    let (microseconds, rest) = number(rest.strip_prefix(b",")?, 16)?;
    let flags = rest.strip_prefix(b",")?;
    let end = memchr::memchr(b';', flags.get(..64).unwrap_or(flags))?;
    let message = flags.get(end + 1..)?;
    if !matches!(flags, [b'-' | b'c' | b'+', b',' | b';', ..]) {
        return None;
    }
    let stamp = Stamp::Boot(microseconds.checked_mul(1_000)?);
    // Facility 0 is the kernel; anyone may write the others into the ring.
    let program = if priority < 8 { KERNEL } else { b"" };
    let header = Header {
        host: b"",
        program,
        message: skip_blanks(message),
    };
    Some(Bracket { stamp, header })
}

/// Whether the line continues a `/dev/kmsg` record: a property of the device, behind one blank.
pub(super) fn is_kmsg_property(line: &[u8]) -> bool {
    let line = trim_end(line);
    line.starts_with(b" SUBSYSTEM=") || line.starts_with(b" DEVICE=")
}
