//! Where the label of a record ends and its fields begin.

use super::fields::length_until;

/// A record of the family, cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening<'a> {
    /// What the administrator or the tool wrote in front.
    pub(super) label: &'a [u8],
    /// Everything from the first key.
    pub(super) fields: &'a [u8],
}

/// How far into a message the fields may begin: a label has at most 127 bytes, a UniFi description
/// a few more.
const REACH: usize = 1024;

/// The longest interface name that is looked at; the kernel allows 15 bytes.
const INTERFACE: usize = 64;

/// What may come behind the keys that may come first.
const BEHIND_IN: &[&[u8]] = &[b"OUT=", b"PHYSIN=", b"MAC", b"SRC=", b"ARP "];
const BEHIND_OUT: &[&[u8]] = &[b"PHYSOUT=", b"MAC", b"SRC=", b"ARP "];
const BEHIND_SRC: &[&[u8]] = &[b"DST="];

/// Finds the fields. Nothing when the message is of another kind.
///
/// The label may be glued to the first key (`[wan-lan-default-D]IN=eth0`, `droppedIN=eth0`) and may
/// hold equal signs, so the first key counts only when its neighbour fits.
pub(super) fn find(message: &[u8]) -> Option<Opening<'_>> {
    let mut from = 0;
    while from < REACH {
        let equals = from + length_until(b'=', message.get(from..)?);
        let (before, value) = message.split_at_checked(equals)?;
        if let Some(label) = label_before(before, value.get(1..)?) {
            return Some(Opening {
                label,
                fields: message.get(label.len()..)?,
            });
        }
        from = equals + 1;
    }
    None
}

/// The label, if `before` ends with a key that may come first and `value` goes on as it must.
fn label_before<'a>(before: &'a [u8], value: &[u8]) -> Option<&'a [u8]> {
    let (label, neighbours) = match before {
        [label @ .., b'I', b'N'] => (label, BEHIND_IN),
        [label @ .., b'O', b'U', b'T'] => (label, BEHIND_OUT),
        [label @ .., b'S', b'R', b'C'] => (label, BEHIND_SRC),
        _ => return None,
    };
    let (word, next) = split_word(value)?;
    let fits = match next {
        Some([b'O', b'U', b'T', b'=', ..]) if before.ends_with(b"IN") => true,
        None | Some([]) => stands_alone(label) && may_be_interface(word),
        Some(next) => is_cut_of(next, neighbours),
    };
    fits.then_some(label)
}

/// The value of the first key, and what comes behind it; nothing behind it when the line ends there.
/// Nothing at all when it is too long for an interface or an address.
fn split_word(value: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let head = value.get(..INTERFACE).unwrap_or(value);
    let length = length_until(b' ', head);
    if length < head.len() {
        let (word, after) = value.split_at_checked(length)?;
        return Some((word, Some(after.trim_ascii_start())));
    }
    (value.len() <= INTERFACE).then_some((value, None))
}

/// Whether the text is, or begins as, one of these keys.
fn is_cut_of(text: &[u8], keys: &[&[u8]]) -> bool {
    keys.iter().any(|key| {
        if text.len() < key.len() {
            key.starts_with(text)
        } else {
            text.starts_with(key)
        }
    })
}

/// Whether the key is not the tail of a longer word.
fn stands_alone(label: &[u8]) -> bool {
    !label
        .last()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'.')
}

fn may_be_interface(word: &[u8]) -> bool {
    word.len() <= 15
        && word
            .iter()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'"' | b','))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(message: &str) -> Option<&str> {
        find(message.as_bytes()).and_then(|opening| std::str::from_utf8(opening.label).ok())
    }

    #[test]
    fn labels_end_where_the_fields_begin() {
        for (message, expected) in [
            ("IN=eth0 OUT= MAC=", Some("")),
            ("[UFW BLOCK] IN=eth0 OUT= MAC=", Some("[UFW BLOCK] ")),
            (
                "[wan-lan-default-D]IN=eth0 OUT=eth1 MAC=",
                Some("[wan-lan-default-D]"),
            ),
            ("droppedIN=eth0 OUT= SRC=", Some("dropped")),
            ("a=b IN=x c IN=eth0 OUT= SRC=", Some("a=b IN=x c ")),
            ("DROP: OUT=eth0 SRC=192.0.2.1", Some("DROP: ")),
            ("SRC=192.0.2.1 DST=192.0.2.2", Some("")),
            ("drop IN=et", Some("drop ")),
            ("drop IN=eth0 OU", Some("drop ")),
            ("LOGIN=root", None),
            ("LOGIN=root ", None),
            ("LOGIN=root failed", None),
            ("srcip=192.0.2.1 dstip=192.0.2.2", None),
            ("IN=eth0 sent 12 packets", None),
            ("", None),
        ] {
            assert_eq!(label(message), expected, "{message}");
        }
    }
}
