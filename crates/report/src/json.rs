//! JSON written straight into bytes: no tree of values, no allocation per field.
//!
//! An object or list that receives nothing leaves no trace, not even its key, so callers name what
//! an event may have and never ask whether it has it.

use std::io::Write as _;
use std::ops::Range;

use rutter_event::Untrusted;

/// An object under construction.
pub(crate) struct Object<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

/// A key that an object has.
struct Taken {
    at: Range<usize>,
    /// Its last bytes: most keys differ in them, and need no further look.
    tail: u64,
    times: u32,
}

/// The last eight bytes, as far as there are such.
fn tail(key: &[u8]) -> u64 {
    let last = key.iter().rev().take(8);
    last.fold(0, |tail, byte| tail << 8 | u64::from(*byte))
}

/// Where an object's keys stand in the output, and how often each was asked for. Keys are compared
/// as they are written: two that differ only in bytes that are not UTF-8 read alike.
#[derive(Default)]
pub(crate) struct Keys {
    taken: Vec<Taken>,
}

impl Keys {
    pub(crate) const fn len(&self) -> usize {
        self.taken.len()
    }

    /// How often the key at the end of `out` has been asked for, when it is taken.
    fn again(&mut self, out: &[u8], from: usize) -> Option<u32> {
        let key = out.get(from..);
        let tail = tail(key?);
        let mut alike = self.taken.iter_mut().filter(|known| known.tail == tail);
        let known = alike.find(|known| out.get(known.at.clone()) == key)?;
        known.times += 1;
        Some(known.times)
    }
}

/// A list under construction.
pub(crate) struct List<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

/// Writes one object at the end of `out`, `{}` when nothing is filled in.
pub(crate) fn object(out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
    out.push(b'{');
    fill(&mut Object { out, empty: true });
    out.push(b'}');
}

/// Writes one list at the end of `out`, `[]` when nothing is filled in.
pub(crate) fn list(out: &mut Vec<u8>, fill: impl FnOnce(&mut List<'_>)) {
    out.push(b'[');
    fill(&mut List { out, empty: true });
    out.push(b']');
}

/// Writes an integer.
fn integer(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes a string of ours; the escapes are those of [`Untrusted`], which also serve overlays that
/// users wrote.
fn string(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    Untrusted::new(text).json_onto(out);
    out.push(b'"');
}

/// Writes a number that keeps its decimal point, so that a store which guesses types from the first
/// record does not take it for an integer. Not a number becomes `null`.
fn decimal(out: &mut Vec<u8>, number: f64) {
    // `Debug` of a float is the shortest text that reads back the same, with a point or an exponent.
    let _ = if number.is_finite() {
        write!(out, "{number:?}")
    } else {
        write!(out, "null")
    };
}

impl Object<'_> {
    /// Writes a key of ours, which needs no escape; the value must follow.
    pub(crate) fn key(&mut self, key: &str) -> &mut Vec<u8> {
        self.out
            .extend_from_slice(if self.empty { b"\"" } else { b",\"" });
        self.empty = false;
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub(crate) fn text(&mut self, key: &str, text: &str) {
        string(self.key(key), text.as_bytes());
    }

    pub(crate) fn maybe_text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    /// A text, or `null`.
    pub(crate) fn text_or_null(&mut self, key: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(key, text),
            None => self.null(key),
        }
    }

    pub(crate) fn null(&mut self, key: &str) {
        self.key(key).extend_from_slice(b"null");
    }

    /// Text of the log; nothing when empty.
    pub(crate) fn log(&mut self, key: &str, text: Untrusted<'_>) {
        if let Some(text) = text.some() {
            string(self.key(key), &text.resolved());
        }
    }

    /// Text of the log under a key of the log, which is numbered when it comes again: `MARK#2`.
    pub(crate) fn pair(&mut self, key: Untrusted<'_>, value: Untrusted<'_>, keys: &mut Keys) {
        let from = self.key("").len() - 2;
        self.out.truncate(from);
        key.json_onto(self.out);
        let bare = self.out.len();
        while let Some(times) = keys.again(self.out, from) {
            self.out.truncate(bare);
            self.out.push(b'#');
            integer(self.out, times);
        }
        let at = from..self.out.len();
        let tail = tail(self.out.get(from..).unwrap_or_default());
        keys.taken.push(Taken { at, tail, times: 1 });
        self.out.extend_from_slice(b"\":");
        string(self.out, &value.resolved());
    }

    pub(crate) fn number(&mut self, key: &str, number: impl itoa::Integer) {
        integer(self.key(key), number);
    }

    pub(crate) fn maybe_number(&mut self, key: &str, number: Option<impl itoa::Integer>) {
        if let Some(number) = number {
            self.number(key, number);
        }
    }

    pub(crate) fn decimal(&mut self, key: &str, number: f64) {
        decimal(self.key(key), number);
    }

    pub(crate) fn truth(&mut self, key: &str, is: bool) {
        self.key(key)
            .extend_from_slice(if is { b"true" } else { b"false" });
    }

    /// A string that `write` puts down; it must need no escape.
    pub(crate) fn plain(&mut self, key: &str, write: impl FnOnce(&mut Vec<u8>)) {
        let out = self.key(key);
        out.push(b'"');
        write(out);
        out.push(b'"');
    }

    /// An inner object, left out when nothing is filled in.
    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let (mark, was_empty) = (self.out.len(), self.empty);
        let out = self.key(key);
        out.push(b'{');
        let mut inner = Object { out, empty: true };
        fill(&mut inner);
        if inner.empty {
            self.out.truncate(mark);
            self.empty = was_empty;
        } else {
            self.out.push(b'}');
        }
    }

    /// An inner object, `{}` when nothing is filled in.
    pub(crate) fn whole_object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        object(self.key(key), fill);
    }

    /// An inner list, `[]` when nothing is filled in.
    pub(crate) fn list(&mut self, key: &str, fill: impl FnOnce(&mut List<'_>)) {
        list(self.key(key), fill);
    }
}

impl List<'_> {
    /// Makes room for one more; the value must follow.
    pub(crate) fn next(&mut self) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        self.out
    }

    pub(crate) fn text(&mut self, text: &str) {
        string(self.next(), text.as_bytes());
    }

    pub(crate) fn object(&mut self, fill: impl FnOnce(&mut Object<'_>)) {
        object(self.next(), fill);
    }

    /// A string that `write` puts down; it must need no escape.
    pub(crate) fn plain(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let out = self.next();
        out.push(b'"');
        write(out);
        out.push(b'"');
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    fn written(fill: impl FnOnce(&mut Object<'_>)) -> String {
        let mut out = Vec::new();
        object(&mut out, fill);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn what_is_absent_leaves_no_trace() {
        let text = written(|o| {
            o.object("first", |o| o.object("inner", |_| {}));
            o.maybe_text("second", None);
            o.log("third", Untrusted::new(b""));
            o.number("fourth", 4_u8);
            o.object("fifth", |o| o.number("a", 1_u8));
            o.object("sixth", |_| {});
            o.null("seventh");
        });
        assert_eq!(text, r#"{"fourth":4,"fifth":{"a":1},"seventh":null}"#);
    }

    #[test]
    fn decimals_keep_their_point() {
        let text = written(|o| {
            o.decimal("one", 1.0);
            o.decimal("small", 2.3e-10);
            o.decimal("none", f64::NAN);
        });
        assert_eq!(text, r#"{"one":1.0,"small":2.3e-10,"none":null}"#);
    }

    #[test]
    fn keys_of_the_log_neither_break_out_nor_repeat() {
        let names: [&[u8]; 8] = [b"a\":\x1b", b"M", b"M", b"M#2", b"M", b"\xff", b"\xfe", b""];
        let text = written(|o| {
            let mut keys = Keys::default();
            names
                .iter()
                .for_each(|n| o.pair(Untrusted::new(n), Untrusted::new(b"\"}"), &mut keys));
            assert_eq!(keys.len(), names.len());
        });
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&text).unwrap();
        let keys: Vec<&str> = object.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "",
                "M",
                "M#2",
                "M#2#2",
                "M#3",
                "a\":\u{1b}",
                "\u{fffd}",
                "\u{fffd}#2"
            ]
        );
        assert!(object.values().all(|v| v == "\"}"));
    }
}
