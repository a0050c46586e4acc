//! Comma-separated values as log writers print them (RFC 4180, loosely).

use rutter_event::Refusal;

use crate::scan::find;

/// What is still to be read of a record. A column may stand in double quotes, and then holds commas.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Columns<'a> {
    pub(crate) const fn new(record: &'a [u8]) -> Self {
        Self::parted(record, b',')
    }

    /// Columns that another byte parts.
    pub(crate) const fn parted(record: &'a [u8], separator: u8) -> Self {
        Self {
            rest: Some(record),
            separator,
        }
    }

    /// What has not been read; nothing behind the last column.
    pub(crate) const fn rest(&self) -> Option<&'a [u8]> {
        self.rest
    }

    /// The next column without its quotes, and whether a comma closes it. The last column of a
    /// record is open: of a cut record it may be only the beginning.
    ///
    /// A doubled quote inside a quoted column stays doubled.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<(&'a [u8], bool)> {
        let rest = self.rest?;
        if let [b'"', quoted @ ..] = rest {
            return Some(self.quoted(quoted));
        }
        let Some(comma) = find(self.separator, rest) else {
            self.rest = None;
            return Some((rest, false));
        };
        let (column, after) = rest.split_at_checked(comma)?;
        self.rest = after.get(1..);
        Some((column, true))
    }

    /// Everything up to a quote before a comma or the end. A quote before anything else is the
    /// column's own: not every writer doubles it.
    fn quoted(&mut self, text: &'a [u8]) -> (&'a [u8], bool) {
        let mut from = 0;
        loop {
            let tail = text.get(from..).unwrap_or_default();
            let Some(at) = find(b'"', tail).map(|at| from + at) else {
                self.rest = None;
                return (text, false);
            };
            let (column, after) = text.split_at_checked(at).unwrap_or((text, b""));
            match after {
                [_, byte, next @ ..] if *byte == self.separator => {
                    self.rest = Some(next);
                    return (column, true);
                }
                [_] => {
                    self.rest = None;
                    return (column, false);
                }
                [_, b'"', ..] => from = at + 2,
                _ => from = at + 1,
            }
        }
    }

    /// The next column, which another must follow.
    #[inline(always)]
    pub(crate) fn closed(&mut self) -> Result<&'a [u8], Refusal> {
        match self.next() {
            Some((column, true)) => Ok(column),
            _ => Err(Refusal::Truncated),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &[u8]) -> Vec<(&[u8], bool)> {
        let mut columns = Columns::new(text);
        std::iter::from_fn(|| columns.next()).collect()
    }

    #[test]
    fn quotes_hold_commas() {
        assert_eq!(
            all(br#"a,"b,c","d""e,","f"g",,"h""#),
            [
                (&b"a"[..], true),
                (b"b,c", true),
                (br#"d""e,"#, true),
                (br#"f"g"#, true),
                (b"", true),
                (b"h", false),
            ]
        );
        assert_eq!(all(b""), [(&b""[..], false)]);
        assert_eq!(all(b"a,"), [(&b"a"[..], true), (b"", false)]);
        assert_eq!(all(br#""a,b"#), [(&b"a,b"[..], false)]);
        assert_eq!(all(br#"""#), [(&b""[..], false)]);
    }

    proptest! {
        #[test]
        fn never_stops_moving(text in prop::collection::vec(prop::sample::select(&b"\",a"[..]), 0..40)) {
            let columns = all(&text);
            prop_assert!(columns.len() <= text.len() + 1);
            prop_assert!(columns.iter().rev().skip(1).all(|(_, closed)| *closed));
        }
    }
}
