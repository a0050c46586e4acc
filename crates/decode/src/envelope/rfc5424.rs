//! The RFC 5424 header: version, timestamp, host, application, process, message id, structured data.

use rutter_event::{Refusal, Stamp};

use super::stamp::{self, Iso};
use super::text::{is_word_end, skip_blanks, split_while, word};
use crate::scan::find_either;

/// The fields of a header and the text behind it.
pub(super) struct Header<'a> {
    pub(super) stamp: Stamp,
    pub(super) host: &'a [u8],
    pub(super) program: &'a [u8],
    pub(super) msgid: &'a [u8],
    pub(super) structured: &'a [u8],
    pub(super) message: &'a [u8],
}

/// Reads a header from the version on (`1 2026-11-23T10:00:00Z host app pid id - text`). Nothing
/// when the text is no such header.
///
/// # Errors
/// [`Refusal::BadTime`] when it is one by its shape and its date cannot be.
pub(super) fn read(text: &[u8]) -> Result<Option<Header<'_>>, Refusal> {
    let [b'1'..=b'9', b' ', rest @ ..] = text else {
        return Ok(None);
    };
    let (stamp, rest) = match rest {
        [b'-', rest @ ..] => (Stamp::Absent, rest),
        [_, _, _, _, b'-', _, _, b'-', _, _, b'T' | b't', ..] => match stamp::iso(rest) {
            Iso::Read { stamp, rest, .. } => (stamp, rest),
            Iso::Impossible { .. } => return Err(Refusal::BadTime),
            Iso::No => return Ok(None),
        },
        _ => return Ok(None),
    };
    let [b' ', rest @ ..] = rest else {
        // `2026-11-23T10:00:00+25:00`: the zone cannot be.
        return if stamp == Stamp::Absent {
            Ok(None)
        } else {
            Err(Refusal::BadTime)
        };
    };
    let (host, rest) = field(rest);
    let (program, rest) = field(rest);
    let (_, rest) = field(rest);
    let (msgid, rest) = field(rest);
    let (structured, message) = match rest {
        [b'-', message @ ..] if is_word_end(message) => (&b""[..], message),
        [b'[', ..] => structured_data(rest).unwrap_or((b"", rest)),
        _ => (&b""[..], rest),
    };
    let message = skip_blanks(message);
    let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
    Ok(Some(Header {
        stamp,
        host,
        program,
        msgid,
        structured,
        message,
    }))
}

/// One field, empty for the NILVALUE, and the text behind its blank.
#[inline]
fn field(text: &[u8]) -> (&[u8], &[u8]) {
    if let [b'-', b' ', rest @ ..] = text {
        return (b"", rest);
    }
    let (field, rest) = word(text);
    (if field == b"-" { b"" } else { field }, skip_blanks(rest))
}

/// `[id name="value" …]…` and the text behind it. Nothing when the brackets are not of this
/// grammar: then they are the label of a rule, or a vendor's own, and belong to the message.
fn structured_data(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = text;
    while let [b'[', inside @ ..] = rest {
        rest = element(inside)?;
    }
    if !is_word_end(rest) {
        return None;
    }
    Some((text.get(..text.len() - rest.len())?, rest))
}

fn element(text: &[u8]) -> Option<&[u8]> {
    let (id, mut rest) = name(text);
    if id.is_empty() {
        return None;
    }
    let mut parameters = 0_usize;
    loop {
        rest = skip_blanks(rest);
        if let [b']', behind @ ..] = rest {
            // `[DROP] IN=…` is a label: an element without parameters carries the number of an
            // enterprise, or it is none.
            return (parameters > 0 || id.contains(&b'@')).then_some(behind);
        }
        let (key, behind) = name(rest);
        let [b'=', b'"', value @ ..] = behind else {
            return None;
        };
        if key.is_empty() {
            return None;
        }
        rest = value_end(value)?;
        parameters += 1;
    }
}

/// SD-NAME: printable ASCII without blank, `=`, `]` and `"`.
fn name(text: &[u8]) -> (&[u8], &[u8]) {
    split_while(text, |b| IS_NAME[usize::from(b)])
}

static IS_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_graphic() && !matches!(byte as u8, b'=' | b']' | b'"');
        byte += 1;
    }
    table
};

/// The text behind the closing quote; a backslash escapes what follows it.
fn value_end(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        let at = find_either(b'"', b'\\', text)?;
        match text.get(at..) {
            Some([b'"', rest @ ..]) => return Some(rest),
            Some([b'\\', _, rest @ ..]) => text = rest,
            _ => return None,
        }
    }
}
