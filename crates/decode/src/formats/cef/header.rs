//! What stands before the extension: seven columns.

use rutter_event::Refusal;

use super::super::extension;
use crate::formats::search::place;
use crate::scan::find_either;

/// The columns of a header.
pub(super) struct Header<'a> {
    /// Vendor, product, version, event class, name and severity.
    pub(super) columns: [&'a [u8]; 6],
    pub(super) extension: &'a [u8],
}

/// How far into a message a header may begin: behind the name of a module, or an envelope that is
/// none of the known ones.
const REACH: usize = 256;

/// The longest header that is looked for where `CEF:` is missing.
const LONGEST: usize = 512;

/// Where the first column begins, behind `CEF:0|`, or behind `0|` alone.
pub(super) fn start(message: &[u8]) -> Option<usize> {
    if is_bare(message) {
        return Some(2);
    }
    let head = message.get(..REACH).unwrap_or(message);
    let at = place!(head, "CEF:")?;
    let is_word = at > 0 && head.get(at - 1).is_some_and(u8::is_ascii_alphanumeric);
    let version = head.get(at + 4..)?;
    let blanks = version.iter().take_while(|byte| **byte == b' ').count();
    match version.get(blanks..)? {
        [b'0'..=b'9', b'|', ..] if !is_word => Some(at + 4 + blanks + 2),
        _ => None,
    }
}

impl<'a> Header<'a> {
    /// # Errors
    /// [`Refusal::Truncated`] when the message ends before the extension, [`Refusal::BadSyntax`] when
    /// another header follows.
    pub(super) fn read(message: &'a [u8]) -> Result<Self, Refusal> {
        let begin = start(message).ok_or(Refusal::BadSyntax)?;
        let mut rest = message.get(begin..).unwrap_or_default();
        // Where a line end was lost another record follows, and its keys are not this one's.
        if extension::has_header(rest) || has_bare(rest) {
            return Err(Refusal::BadSyntax);
        }
        let mut columns = [&b""[..]; 6];
        for column in &mut columns {
            let end = pipe(rest).ok_or(Refusal::Truncated)?;
            *column = rest.get(..end).unwrap_or_default().trim_ascii();
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        Ok(Self {
            columns,
            extension: rest,
        })
    }
}

/// Whether the text begins with a header without its `CEF:`, which a relay has taken for a tag:
/// a version, five columns, a severity, and a key.
fn is_bare(text: &[u8]) -> bool {
    let [b'0' | b'1', b'|', rest @ ..] = text else {
        return false;
    };
    let mut rest = rest.get(..LONGEST).unwrap_or(rest);
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let mut severity = &b""[..];
    for _ in 0..6 {
        let Some((column, behind)) = pipe(rest).and_then(|end| rest.split_at_checked(end)) else {
            return false;
        };
        severity = column;
        rest = behind.get(1..).unwrap_or_default();
    }
    let is_number = matches!(severity.len(), 1 | 2) && severity.iter().all(u8::is_ascii_digit);
    let words: [&[u8]; 5] = [b"Unknown", b"Low", b"Medium", b"High", b"Very-High"];
    (is_number || words.contains(&severity)) && memchr::memchr(b'=', rest).is_some()
}

/// Whether such a header stands in the text.
fn has_bare(text: &[u8]) -> bool {
    memchr::memchr_iter(b'|', text).any(|at| {
        let version = at.checked_sub(1).and_then(|at| text.get(at..));
        version.is_some_and(is_bare)
    })
}

/// The next pipe that is not escaped.
fn pipe(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find_either(b'|', b'\\', text.get(from..)?)?;
        if text.get(at) == Some(&b'|') {
            return Some(at);
        }
        from = at + 2;
    }
}
