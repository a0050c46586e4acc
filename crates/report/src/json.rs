//! JSON written straight into bytes: no tree of values, no allocation per field.
//!
//! An object or list that receives nothing leaves no trace, not even its key, so callers name what
//! an event may have and never ask whether it has it. Each member is written with a comma behind it,
//! which the closing bracket takes the place of: nobody asks which is the first.

use std::ops::Range;

use rutter_event::Untrusted;

use crate::ink::{Ink, Number};

/// An object under construction.
pub(crate) struct Object<'o> {
    ink: &'o mut Ink,
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
    /// Where the first one stands.
    from: usize,
    taken: Vec<Taken>,
}

impl Keys {
    pub(crate) const fn len(&self) -> usize {
        self.taken.len()
    }

    /// How often the key at the end of `ink` has been asked for, when it is taken.
    fn again(&mut self, ink: &Ink, from: usize) -> Option<u32> {
        let key = ink.from(from);
        let tail = tail(key);
        let written = ink.from(self.from);
        let mut alike = self.taken.iter_mut().filter(|known| known.tail == tail);
        let known = alike.find(|known| written.get(known.at.clone()) == Some(key))?;
        known.times += 1;
        Some(known.times)
    }

    /// Takes the key at the end of `ink`.
    fn take(&mut self, ink: &Ink, from: usize) {
        let key = ink.from(from);
        if self.taken.is_empty() {
            self.from = from;
        }
        let begin = from - self.from;
        self.taken.push(Taken {
            at: begin..begin + key.len(),
            tail: tail(key),
            times: 1,
        });
    }
}

/// A list under construction.
pub(crate) struct List<'o> {
    ink: &'o mut Ink,
}

/// Writes one object at the end of `out`, `{}` when nothing is filled in.
#[inline]
pub(crate) fn object(out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
    onto(out, |ink| braces(ink, fill));
}

/// Writes one object and a line end at the end of `out`.
#[inline]
pub(crate) fn line(out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
    onto(out, |ink| {
        braces(ink, fill);
        ink.byte(b'\n');
    });
}

/// Writes one list at the end of `out`, `[]` when nothing is filled in.
pub(crate) fn list(out: &mut Vec<u8>, fill: impl FnOnce(&mut List<'_>)) {
    onto(out, |ink| brackets(ink, fill));
}

#[inline(always)]
fn onto(out: &mut Vec<u8>, write: impl FnOnce(&mut Ink)) {
    let mut ink = Ink::behind(std::mem::take(out));
    write(&mut ink);
    *out = ink.end();
}

#[inline(always)]
fn braces(ink: &mut Ink, fill: impl FnOnce(&mut Object<'_>)) {
    ink.byte(b'{');
    let open = ink.place();
    fill(&mut Object { ink });
    close(ink, open, b'}');
}

#[inline(always)]
fn brackets(ink: &mut Ink, fill: impl FnOnce(&mut List<'_>)) {
    ink.byte(b'[');
    let open = ink.place();
    fill(&mut List { ink });
    close(ink, open, b']');
}

/// Puts a closing bracket in place of the last comma, if there is any.
#[inline(always)]
fn close(ink: &mut Ink, open: usize, bracket: u8) {
    if ink.place() > open {
        ink.back_to(ink.place() - 1);
    }
    ink.byte(bracket);
}

/// Writes a string of ours; the escapes are those of [`Untrusted`], which also serve overlays that
/// users wrote.
#[inline(always)]
fn string(ink: &mut Ink, text: Untrusted<'_>) {
    ink.string(text);
}

/// Writes a number that keeps its decimal point, so that a store which guesses types from the first
/// record does not take it for an integer. Not a number becomes `null`.
fn decimal(ink: &mut Ink, number: f64) {
    // `Debug` of a float is the shortest text that reads back the same, with a point or an exponent.
    if number.is_finite() {
        ink.text(format!("{number:?}").as_bytes());
    } else {
        ink.literal("null");
    }
    ink.byte(b',');
}

impl Object<'_> {
    /// Writes a key of ours, which needs no escape; a value and a comma must follow.
    #[inline(always)]
    fn key(&mut self, key: &str) -> &mut Ink {
        self.ink.key(key);
        self.ink
    }

    #[inline(always)]
    pub(crate) fn text(&mut self, key: &str, text: &str) {
        string(self.key(key), Untrusted::new(text.as_bytes()));
    }

    /// A word of ours, which needs no escape.
    #[inline(always)]
    pub(crate) fn word(&mut self, key: &str, word: &str) {
        self.key(key).word(word.as_bytes());
    }

    #[inline(always)]
    pub(crate) fn maybe_text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    #[inline(always)]
    pub(crate) fn maybe_word(&mut self, key: &str, word: Option<&str>) {
        if let Some(word) = word {
            self.word(key, word);
        }
    }

    /// A text, or `null`.
    #[inline(always)]
    pub(crate) fn text_or_null(&mut self, key: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(key, text),
            None => self.null(key),
        }
    }

    #[inline(always)]
    pub(crate) fn null(&mut self, key: &str) {
        self.key(key).fixed(b"null,");
    }

    /// Text of the log; nothing when empty.
    #[inline(always)]
    pub(crate) fn log(&mut self, key: &str, text: Untrusted<'_>) {
        if let Some(text) = text.some() {
            string(self.key(key), text);
        }
    }

    /// Text of the log under a key of the log, which is numbered when it comes again: `MARK#2`.
    pub(crate) fn pair(&mut self, key: Untrusted<'_>, value: Untrusted<'_>, keys: &mut Keys) {
        let ink = &mut *self.ink;
        ink.byte(b'"');
        let from = ink.place();
        ink.escaped(key);
        let bare = ink.place();
        while let Some(times) = keys.again(ink, from) {
            ink.back_to(bare);
            ink.byte(b'#');
            ink.number(times);
        }
        keys.take(ink, from);
        ink.fixed(b"\":");
        string(ink, value);
    }

    #[inline(always)]
    pub(crate) fn number(&mut self, key: &str, number: impl Number) {
        let ink = self.key(key);
        ink.number(number);
        ink.byte(b',');
    }

    #[inline(always)]
    pub(crate) fn maybe_number(&mut self, key: &str, number: Option<impl Number>) {
        if let Some(number) = number {
            self.number(key, number);
        }
    }

    pub(crate) fn decimal(&mut self, key: &str, number: f64) {
        decimal(self.key(key), number);
    }

    #[inline(always)]
    pub(crate) fn truth(&mut self, key: &str, is: bool) {
        self.key(key).literal(if is { "true," } else { "false," });
    }

    /// A string that `write` puts down; it must need no escape.
    #[inline(always)]
    pub(crate) fn plain(&mut self, key: &str, write: impl FnOnce(&mut Ink)) {
        let ink = self.key(key);
        ink.byte(b'"');
        write(ink);
        ink.fixed(b"\",");
    }

    /// A value that `write` puts down.
    pub(crate) fn value(&mut self, key: &str, write: impl FnOnce(&mut Ink)) {
        let ink = self.key(key);
        write(ink);
        ink.byte(b',');
    }

    /// An inner object, left out when nothing is filled in.
    #[inline(always)]
    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let mark = self.ink.place();
        let ink = self.key(key);
        ink.byte(b'{');
        let open = ink.place();
        fill(&mut Object { ink });
        let ink = &mut *self.ink;
        if ink.place() == open {
            ink.back_to(mark);
        } else {
            ink.back_to(ink.place() - 1);
            ink.fixed(b"},");
        }
    }

    /// An inner object, `{}` when nothing is filled in.
    pub(crate) fn whole_object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) {
        let ink = self.key(key);
        braces(ink, fill);
        ink.byte(b',');
    }

    /// An inner list, `[]` when nothing is filled in.
    #[inline(always)]
    pub(crate) fn list(&mut self, key: &str, fill: impl FnOnce(&mut List<'_>)) {
        let ink = self.key(key);
        brackets(ink, fill);
        ink.byte(b',');
    }
}

impl List<'_> {
    /// A word of ours, which needs no escape.
    #[inline(always)]
    pub(crate) fn word(&mut self, word: &str) {
        self.ink.word(word.as_bytes());
    }

    #[inline(always)]
    pub(crate) fn text(&mut self, text: &str) {
        string(self.ink, Untrusted::new(text.as_bytes()));
    }

    pub(crate) fn object(&mut self, fill: impl FnOnce(&mut Object<'_>)) {
        braces(self.ink, fill);
        self.ink.byte(b',');
    }

    /// A string that `write` puts down; it must need no escape.
    pub(crate) fn plain(&mut self, write: impl FnOnce(&mut Ink)) {
        self.ink.byte(b'"');
        write(self.ink);
        self.ink.fixed(b"\",");
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
