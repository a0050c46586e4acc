//! JSON objects written straight into bytes.

use rutter_event::Untrusted;

/// An object under construction.
pub(crate) struct Object<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl<'o> Object<'o> {
    /// Opens an object; [`close`](Self::close) ends it.
    pub(crate) fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    pub(crate) fn close(self) {
        self.out.push(b'}');
    }

    /// Writes a key of ours, which needs no escape; the value must follow.
    pub(crate) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        self.out
            .extend_from_slice(if self.empty { b"\"" } else { b",\"" });
        self.empty = false;
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// Where fields that somebody else writes go; there must be one before them.
    pub(crate) fn fields(&mut self) -> &mut Vec<u8> {
        self.out.push(b',');
        self.out
    }

    /// An inner object.
    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let mut inner = Object::open(self.key(key));
        fill(&mut inner);
        inner.close();
    }

    /// A text, of whomever.
    pub(crate) fn text(&mut self, key: &str, text: Untrusted<'_>) {
        let out = self.key(key);
        out.push(b'"');
        text.json_onto(out);
        out.push(b'"');
    }

    /// A word of ours.
    pub(crate) fn word(&mut self, key: &str, word: &str) {
        self.text(key, Untrusted::new(word.as_bytes()));
    }

    pub(crate) fn number(&mut self, key: &str, number: impl itoa::Integer) {
        let out = self.key(key);
        out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    /// Bytes as hexadecimal digits, lower case.
    pub(crate) fn hex(&mut self, key: &str, bytes: &[u8]) {
        let digit = |n: u8| if n < 10 { b'0' + n } else { b'a' + n - 10 };
        let out = self.key(key);
        out.push(b'"');
        out.extend(bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]));
        out.push(b'"');
    }
}
