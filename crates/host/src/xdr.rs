//! Reading of XDR (RFC 4506), as far as a portmapper's lists need it.

/// Bytes still to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Xdr<'a>(pub(crate) &'a [u8]);

impl<'a> Xdr<'a> {
    /// An unsigned integer, big-endian.
    pub(crate) fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*bytes))
    }

    /// A string of at most `most` bytes, without its padding to a multiple of four.
    pub(crate) fn text(&mut self, most: usize) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?)
            .ok()
            .filter(|n| *n <= most)?;
        let text = self.0.get(..length)?;
        self.0 = self.0.get(length.next_multiple_of(4)..)?;
        Some(text)
    }

    /// Whether one more item of an optional-data list follows.
    pub(crate) fn goes_on(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}
