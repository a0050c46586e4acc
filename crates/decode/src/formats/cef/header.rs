//! What stands before the extension: seven columns.

use rutter_event::Refusal;

use super::super::extension;

/// The columns of a header.
pub(super) struct Header<'a> {
    /// Vendor, product, version, event class, name and severity.
    pub(super) columns: [&'a [u8]; 6],
    pub(super) extension: &'a [u8],
}

/// How far into a message a header may begin: behind the name of a module, or an envelope that is
/// none of the known ones.
const REACH: usize = 256;

/// Where the first column begins, behind `CEF:0|`.
pub(super) fn start(message: &[u8]) -> Option<usize> {
    let head = message.get(..REACH).unwrap_or(message);
    let at = memchr::memmem::find(head, b"CEF:")?;
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
        if extension::has_header(rest) {
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

/// The next pipe that is not escaped.
fn pipe(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'|', b'\\', text.get(from..)?)?;
        if text.get(at) == Some(&b'|') {
            return Some(at);
        }
        from = at + 2;
    }
}
