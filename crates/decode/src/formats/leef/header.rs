//! What stands before the attributes: five columns, and in version 2 the delimiter.

use rutter_event::Refusal;

use super::super::extension::{self, Pairs};
use super::super::number::hexadecimal;
use crate::formats::search::place;

/// The columns of a header.
pub(super) struct Header<'a> {
    /// Vendor, product, version and event.
    pub(super) columns: [&'a [u8]; 4],
    delimiter: u8,
    attributes: &'a [u8],
}

/// How far into a message a header may begin: behind an envelope that is none of the known ones.
const REACH: usize = 256;

/// Where the first column begins, behind `LEEF:2.0|`, and whether it is version 2.
pub(super) fn start(message: &[u8]) -> Option<(usize, bool)> {
    let head = message.get(..REACH).unwrap_or(message);
    let at = place!(head, "LEEF:")? + 5;
    let pipe = at + memchr::memchr(b'|', head.get(at..)?)?;
    match head.get(at..pipe)?.trim_ascii() {
        b"1.0" | b"1" | b"0" => Some((pipe + 1, false)),
        b"2.0" | b"2" => Some((pipe + 1, true)),
        _ => None,
    }
}

impl<'a> Header<'a> {
    /// # Errors
    /// [`Refusal::Truncated`] when the message ends before the attributes, [`Refusal::BadSyntax`]
    /// when another header follows.
    pub(super) fn read(message: &'a [u8]) -> Result<Self, Refusal> {
        let (begin, has_delimiter) = start(message).ok_or(Refusal::BadSyntax)?;
        let mut rest = message.get(begin..).unwrap_or_default();
        // Where a line end was lost another record follows, and its keys are not this one's.
        if extension::has_header(rest) {
            return Err(Refusal::BadSyntax);
        }
        let mut columns = [&b""[..]; 4];
        for column in &mut columns {
            let end = memchr::memchr(b'|', rest).ok_or(Refusal::Truncated)?;
            *column = rest.get(..end).unwrap_or_default().trim_ascii();
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        let mut delimiter = b'\t';
        // PAN-OS writes version 1 with bars, as its columns are parted.
        if memchr::memchr(b'\t', rest).is_none() && has_bars(rest) {
            delimiter = b'|';
        }
        // Some leave the column out.
        let column = memchr::memchr(b'|', rest).filter(|end| *end <= 5 && has_delimiter);
        if let Some(end) = column {
            delimiter = match rest.get(..end).unwrap_or_default() {
                [] => b'\t',
                [byte] => *byte,
                code => hexadecimal(code.strip_prefix(b"x").unwrap_or(code))
                    .ok_or(Refusal::BadSyntax)?,
            };
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        Ok(Self {
            columns,
            delimiter,
            attributes: rest,
        })
    }

    pub(super) fn pairs(&self) -> Pairs<'a> {
        Pairs::delimited(self.attributes, self.delimiter)
    }
}

/// Whether bars part the attributes: behind the first one stands another key.
fn has_bars(attributes: &[u8]) -> bool {
    let mut parts = attributes.split(|byte| *byte == b'|');
    let is_pair = |part: &[u8]| {
        let key = part.iter().position(|byte| *byte == b'=');
        key.is_some_and(|end| {
            end > 0
                && part
                    .iter()
                    .take(end)
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        })
    };
    parts.next().is_some_and(is_pair) && parts.next().is_some_and(is_pair)
}
