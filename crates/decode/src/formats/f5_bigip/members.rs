//! Keys and values, as Splunk's format of F5's high-speed logging and its telemetry write them.

use rutter_event::Refusal;

use super::super::json;

/// What the application firewall's own logging profile puts before its pairs.
pub(super) const ASM: &[u8] = b"ASM:";

/// The members of a record in either form. It ends after the first error.
pub(super) enum Members<'a> {
    /// `{"key":"value",…}`
    Json(json::Members<'a>),
    /// `key="value",…`
    Pairs(&'a [u8]),
}

impl<'a> Members<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        if message.starts_with(b"{") {
            Self::Json(json::Members::new(message))
        } else {
            Self::Pairs(message.strip_prefix(ASM).unwrap_or(message))
        }
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Result<(&'a [u8], &'a [u8]), Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Json(members) => Some(members.next()?.map(|(key, value)| match value {
                json::Value::Bare(b"null") => (key, &b""[..]),
                value => (key, value.text()),
            })),
            Self::Pairs(rest) => {
                let text = rest.trim_ascii_start();
                if text.is_empty() {
                    return None;
                }
                let found = pair(text);
                *rest = found.map(|(_, _, rest)| rest).unwrap_or_default();
                Some(found.map(|(key, value, _)| (key, value)))
            }
        }
    }
}

type Pair<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// One pair, and what stands behind its comma. A value without quotes must be closed by one.
fn pair(text: &[u8]) -> Result<Pair<'_>, Refusal> {
    let length = text
        .iter()
        .take(64)
        .take_while(|byte| is_key(**byte))
        .count();
    let (key, after) = text.split_at_checked(length).ok_or(Refusal::BadSyntax)?;
    match after {
        [b'=', b'"', quoted @ ..] => {
            let (value, rest) = quoted_value(quoted)?;
            Ok((key, value, rest))
        }
        [b'=', bare @ ..] if length > 0 => {
            let comma = memchr::memchr(b',', bare).ok_or(Refusal::Truncated)?;
            let (value, rest) = bare.split_at_checked(comma).ok_or(Refusal::Truncated)?;
            Ok((key, value, rest.get(1..).unwrap_or_default()))
        }
        [] => Err(Refusal::Truncated),
        _ => Err(Refusal::BadSyntax),
    }
}

/// Up to a quote before a comma and a key, or before the end; a backslash takes a quote its meaning.
fn quoted_value(text: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let mut from = 0;
    loop {
        let tail = text.get(from..).unwrap_or_default();
        let at = from + memchr::memchr2(b'"', b'\\', tail).ok_or(Refusal::Truncated)?;
        let (value, after) = text.split_at_checked(at).ok_or(Refusal::Truncated)?;
        match after {
            [b'\\', ..] => from = at + 2,
            [_] => return Ok((value, b"")),
            [_, b',', next @ ..] if begins_pair(next) => return Ok((value, next)),
            _ => from = at + 1,
        }
    }
}

fn begins_pair(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let length = text
        .iter()
        .take(64)
        .take_while(|byte| is_key(**byte))
        .count();
    text.is_empty() || length > 0 && text.get(length) == Some(&b'=')
}

const fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
