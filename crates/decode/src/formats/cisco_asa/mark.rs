//! The mark before every message: `%ASA-6-302013: `.

use super::super::number::decimal;

/// A message and its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marked<'a> {
    /// What wrote it.
    pub(crate) product: &'static str,
    /// 0 to 7.
    pub(crate) severity: &'a [u8],
    /// Message number.
    pub(crate) id: u32,
    /// The number as it is written.
    pub(crate) id_text: &'a [u8],
    /// What stands behind the mark.
    pub(crate) text: &'a [u8],
}

const FACILITIES: [(&[u8], &str); 5] = [
    (b"ASA-", "asa"),
    (b"FTD-", "ftd"),
    (b"PIX-", "pix"),
    (b"FWSM-", "fwsm"),
    (b"NGIPS-", "ngips"),
];

/// How far behind the start of a message the mark may stand.
const REACH: usize = 96;

/// Finds the mark: at the start, with or without its `%`, or behind what a relay has put before it.
#[inline]
pub(crate) fn find(message: &[u8]) -> Option<Marked<'_>> {
    if matches!(message.first(), Some(b'A' | b'P' | b'F' | b'N'))
        && let Some(marked) = parse(message)
    {
        return Some(marked);
    }
    let mut from = 0;
    loop {
        let reach = message.get(from..message.len().min(REACH))?;
        from += memchr::memchr(b'%', reach)? + 1;
        if let Some(marked) = message.get(from..).and_then(parse) {
            return Some(marked);
        }
    }
}

/// Reads `ASA-6-302013: text`; a class may stand before the severity: `ASA-session-6-302013`.
fn parse(text: &[u8]) -> Option<Marked<'_>> {
    let (name, product) = FACILITIES.iter().find(|(name, _)| text.starts_with(name))?;
    let rest = text.get(name.len()..)?;
    if let Some(marked) = parse_plain(product, rest) {
        return Some(marked);
    }
    let end = rest
        .iter()
        .take(40)
        .position(|byte| matches!(byte, b':' | b' '))?;
    let (code, rest) = rest.split_at_checked(end)?;
    let mut parts = code.rsplit(|byte| *byte == b'-');
    let id_text = parts.next().filter(|id| id.len() == 6)?;
    let severity = parts.next().filter(|text| text.len() == 1)?;
    Some(Marked {
        product,
        severity,
        id: decimal(id_text)?,
        id_text,
        text: rest.get(1..)?.trim_ascii_start(),
    })
}

/// Reads `6-302013: text`, as nearly all marks end: a number at a known place need not be searched.
fn parse_plain<'a>(product: &'static str, text: &'a [u8]) -> Option<Marked<'a>> {
    let [b'0'..=b'7', b'-', id @ .., b':' | b' '] = text.first_chunk::<9>()? else {
        return None;
    };
    Some(Marked {
        product,
        severity: text.get(..1)?,
        id: decimal(id)?,
        id_text: text.get(2..8)?,
        text: text.get(9..)?.trim_ascii_start(),
    })
}

/// Whether a second message, of this or another of Cisco's systems, has run into this one:
/// `%FACILITY-6-MNEMONIC:`.
pub(crate) fn has_another(text: &[u8]) -> bool {
    memchr::memchr_iter(b'%', text).any(|at| text.get(at + 1..).is_some_and(is_mark))
}

fn is_mark(text: &[u8]) -> bool {
    let is_code = |byte: &u8| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
    };
    let length = text
        .iter()
        .take(64)
        .take_while(|byte| is_code(byte))
        .count();
    let code = text.get(..length).unwrap_or_default();
    code.windows(3)
        .any(|part| matches!(part, [b'-', b'0'..=b'7', b'-']))
        || code.starts_with(b"ASA-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        for (line, product, severity, id, text) in [
            ("%ASA-6-302013: Built", "asa", "6", 302_013, "Built"),
            ("ASA-6-302013: Built", "asa", "6", 302_013, "Built"),
            ("%PIX-7-710001: TCP", "pix", "7", 710_001, "TCP"),
            ("%ASA-session-3-106102: x", "asa", "3", 106_102, "x"),
            ("ctx1 %FWSM-4-106023: x", "fwsm", "4", 106_023, "x"),
            (
                "%ASA-3-430005 Message: x",
                "asa",
                "3",
                430_005,
                "Message: x",
            ),
        ] {
            let marked = find(line.as_bytes()).unwrap_or_else(|| unreachable!("{line}"));
            assert_eq!((marked.product, marked.id), (product, id), "{line}");
            assert_eq!(marked.severity, severity.as_bytes(), "{line}");
            assert_eq!(marked.text, text.as_bytes(), "{line}");
        }
        for line in [
            "",
            "%ASA-6-",
            "%ASA-6-30201",
            "%SEC-6-IPACCESSLOGP: list",
            "100% ASA",
        ] {
            assert_eq!(find(line.as_bytes()), None, "{line}");
        }
        assert!(has_another(b"Built %ASA-6-302013: Built"));
        assert!(!has_another(b"Built 100%"));
    }
}
