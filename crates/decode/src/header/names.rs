//! The names in a header line.

use super::{Choice, Heading, MAX_COLUMNS, MAX_HEADER, Mark};
use crate::formats::csv::Columns;

/// The names behind a mark.
pub(super) fn marked<'a>(
    names: &'a [u8],
    mark: Mark,
    separator: u8,
    path: &'a [u8],
    choice: Option<&'a Choice>,
) -> Option<Heading<'a>> {
    if names.len() > MAX_HEADER {
        return None;
    }
    let names: Vec<&[u8]> = names
        .split(|byte| *byte == separator)
        .map(<[u8]>::trim_ascii)
        .filter(|name| separator != b' ' || !name.is_empty())
        .take(MAX_COLUMNS + 1)
        .collect();
    (names.len() <= MAX_COLUMNS).then_some(Heading {
        mark,
        separator,
        path,
        names,
        choice,
    })
}

/// The names of a line that holds nothing else.
pub(super) fn bare<'a>(line: &'a [u8], choice: Option<&'a Choice>) -> Option<Heading<'a>> {
    if line.len() > MAX_HEADER || !may_be_names(line) {
        return None;
    }
    let separator = separator_of(line);
    if separator == b' ' {
        return marked(line, Mark::Bare, separator, b"", choice)
            .filter(|heading| heading.names.len() > 2);
    }
    let mut columns = Columns::parted(line, separator);
    let mut names = Vec::new();
    while let Some((name, _)) = columns.next() {
        if names.len() == MAX_COLUMNS {
            return None;
        }
        names.push(name.trim_ascii());
    }
    (names.len() > 2).then_some(Heading {
        mark: Mark::Bare,
        separator,
        path: b"",
        names,
        choice,
    })
}

/// What parts the columns of a line.
pub(super) fn separator_of(line: &[u8]) -> u8 {
    [b',', b';', b'\t', b'|']
        .into_iter()
        .find(|byte| line.contains(byte))
        .unwrap_or(b' ')
}

/// Whether no column begins with a digit, as addresses, ports and times do, and there is nothing but
/// what names are made of. Most records say no within a few bytes.
fn may_be_names(line: &[u8]) -> bool {
    let mut is_start = true;
    for byte in line {
        match byte {
            b'0'..=b'9' if is_start => return false,
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'_'
            | b'-'
            | b'.'
            | b'/'
            | b'('
            | b')'
            | b'#'
            | b'%'
            | b'@'
            | b'$' => is_start = false,
            b' ' | b'"' | b',' | b';' | b'\t' | b'|' => is_start = true,
            _ => return false,
        }
    }
    true
}

/// The word behind the `#` of a line that Zeek writes around its records.
pub(super) fn zeek_word(line: &[u8]) -> Option<&'static [u8]> {
    const WORDS: [&[u8]; 9] = [
        b"separator",
        b"set_separator",
        b"empty_field",
        b"unset_field",
        b"path",
        b"open",
        b"fields",
        b"types",
        b"close",
    ];
    let inside = line.get(1..)?;
    WORDS.into_iter().find(|word| {
        // A separator of any kind, but no letter: `#pathological` is a comment.
        inside.strip_prefix(*word).is_some_and(|rest| {
            rest.first()
                .is_some_and(|byte| !byte.is_ascii_alphanumeric())
        })
    })
}

/// Whether a line is one of those that stand beside `#Fields:` in a W3C log.
pub(super) fn is_comment(line: &[u8]) -> bool {
    [
        &b"#Version: "[..],
        b"#Software: ",
        b"#Time Format: ",
        b"#Date: ",
        b"#Start-Date: ",
        b"#End-Date: ",
        b"#Remark: ",
    ]
    .iter()
    .any(|mark| line.starts_with(mark))
}

/// The byte that Zeek writes `\x09`, or as it is.
pub(super) fn separator(value: &[u8]) -> Option<u8> {
    match value {
        [byte] => Some(*byte),
        [b'\\', b'x', digits @ ..] => {
            u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
        }
        _ => None,
    }
}
