//! The pairs of a record: `action=Deny src zone=Untrust start_time="…"`.

/// What is still to be read.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    rest: &'a [u8],
}

/// A key and its value, without quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    pub(super) key: &'a [u8],
    pub(super) value: &'a [u8],
    /// The line ends with the value, and may have been cut there.
    pub(super) is_last: bool,
}

/// The keys of two words.
const DOUBLE: [(&[u8], &[u8]); 6] = [
    (b"src", b"zone"),
    (b"dst", b"zone"),
    (b"src-xlated", b"ip"),
    (b"dst-xlated", b"ip"),
    (b"icmp", b"type"),
    (b"icmp", b"code"),
];

impl<'a> Pairs<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        let equals = memchr::memchr(b'=', self.rest)?;
        let (before, after) = self.rest.split_at_checked(equals)?;
        let start = before
            .iter()
            .rposition(|byte| *byte == b' ')
            .map_or(0, |at| at + 1);
        let (front, word) = before.split_at_checked(start)?;
        let key = DOUBLE
            .iter()
            .find(|(first, second)| word == *second && front.trim_ascii_end().ends_with(first))
            .and_then(|(first, _)| {
                let from = front.trim_ascii_end().len() - first.len();
                before.get(from..)
            })
            .unwrap_or(word);
        let text = after.get(1..)?;
        let (value, rest, is_last) = match text.strip_prefix(b"\"") {
            Some(quoted) => match memchr::memchr(b'"', quoted) {
                Some(end) => (quoted.get(..end)?, quoted.get(end + 1..)?, false),
                None => (quoted, &b""[..], true),
            },
            // What has no quotes may hold blanks: it ends where the last word before the next key
            // does.
            None => match memchr::memchr(b'=', text) {
                Some(next) => {
                    let value = text.get(..next)?;
                    let end = value.iter().rposition(|byte| *byte == b' ').unwrap_or(0);
                    let word = value.get(end + 1..).unwrap_or_default();
                    let value = value.get(..end)?;
                    let value = DOUBLE
                        .iter()
                        .filter(|(_, second)| word == *second)
                        .find_map(|(first, _)| value.strip_suffix(*first))
                        .unwrap_or(value);
                    (value, text.get(value.len()..)?, false)
                }
                None => (text, &b""[..], true),
            },
        };
        self.rest = rest;
        Some(Pair {
            key,
            value: value.trim_ascii(),
            is_last,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        let read = |text: &'static str| {
            Pairs::new(text.as_bytes())
                .map(|pair| {
                    let part = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
                    (part(pair.key), part(pair.value), pair.is_last)
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            read(
                "start_time=\"2026-11-23 10:00:00\" service=a b proto=6 src zone=X Y dst zone=Z src-xlated ip=192.0.2.1 port=7 reason=Close - AGE OUT"
            ),
            [
                ("start_time", "2026-11-23 10:00:00", false),
                ("service", "a b", false),
                ("proto", "6", false),
                ("src zone", "X Y", false),
                ("dst zone", "Z", false),
                ("src-xlated ip", "192.0.2.1", false),
                ("port", "7", false),
                ("reason", "Close - AGE OUT", true),
            ]
        );
        assert_eq!(read("no pairs"), []);
        assert_eq!(read("a="), [("a", "", true)]);
    }
}
