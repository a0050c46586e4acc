use std::borrow::Cow;
use std::fmt::{self, Write as _};

mod escape;

pub use self::escape::Escape;

/// Bytes that an adversary chose: rule labels, host names, payload text.
///
/// There is no `Display`. It leaves by one exit per medium, each of which makes every control
/// byte, escape sequence, bidirectional override and invisible character visible and harmless:
///
/// ```
/// let name = rutter_event::Untrusted::new(b"eth0\x1b[31m");
/// assert_eq!(name.terminal().to_string(), "eth0\\x1b[31m");
/// ```
///
/// ```compile_fail
/// let name = rutter_event::Untrusted::new(b"eth0");
/// println!("{name}");
/// ```
///
/// Text that stands escaped in its record stays so until it leaves: the exits resolve it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Untrusted<'a> {
    bytes: &'a [u8],
    /// Anything but [`Escape::None`] only where there is something to resolve.
    escape: Escape,
}

impl<'a> Untrusted<'a> {
    /// Wraps bytes as they came.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            escape: Escape::None,
        }
    }

    /// Wraps bytes that are escaped as the record writes them; the exits give what they mean.
    #[must_use]
    pub fn escaped(bytes: &'a [u8], escape: Escape) -> Self {
        let escape = if escape.is_in(bytes) {
            escape
        } else {
            Escape::None
        };
        Self { bytes, escape }
    }

    /// The bytes as they stand in the record, for comparing and parsing; never for showing.
    #[must_use]
    pub const fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The bytes that are meant: a copy only where the record escapes some of them.
    #[must_use]
    pub fn resolved(self) -> Cow<'a, [u8]> {
        self.escape.resolve(self.bytes)
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// Something, or nothing when empty.
    #[must_use]
    pub const fn some(self) -> Option<Self> {
        if self.bytes.is_empty() {
            None
        } else {
            Some(self)
        }
    }

    /// For a terminal: one line, nothing but printable characters; the rest as `\xNN` or `\u{NNNN}`.
    #[must_use]
    pub const fn terminal(self) -> impl fmt::Display + use<'a> {
        Terminal(self)
    }

    /// For a log line: as for a terminal, with the double quote and the backslash escaped too.
    #[must_use]
    pub const fn log(self) -> impl fmt::Display + use<'a> {
        Log(self)
    }

    /// For HTML text and quoted attributes.
    #[must_use]
    pub const fn html(self) -> impl fmt::Display + use<'a> {
        Html(self)
    }

    /// For a CSV cell, before quoting: formulas are neutralised with a leading apostrophe (CWE-1236).
    #[must_use]
    pub fn csv(self) -> String {
        let mut cell = String::with_capacity(self.bytes.len() + 1);
        let text = self.terminal().to_string();
        let trigger = text.chars().next().is_some_and(|c| {
            matches!(
                c,
                '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
            )
        });
        if trigger {
            cell.push('\'');
        }
        cell.push_str(&text);
        cell
    }

    /// For a JSON string, without the quotes: every character keeps its value, but none that a
    /// terminal would act on stands raw. Bytes that are not UTF-8 become U+FFFD.
    #[must_use]
    pub const fn json(self) -> impl fmt::Display + use<'a> {
        Json(self)
    }

    /// The bytes, when JSON takes them as they are, which is so of nearly all text.
    #[must_use]
    #[inline(always)]
    pub fn plain(self) -> Option<&'a [u8]> {
        let is_plain = self.escape == Escape::None
            && self
                .bytes
                .chunks(16)
                // Sixteen at once, without an end in between: a few wide instructions.
                .all(|part| {
                    part.iter()
                        .fold(true, |plain, b| plain & needs_no_escape(*b))
                });
        is_plain.then_some(self.bytes)
    }

    /// The same exit as [`Self::json`], onto the end of bytes; text that needs no escape costs a copy.
    pub fn json_onto(self, out: &mut Vec<u8>) {
        match self.plain() {
            Some(plain) => out.extend_from_slice(plain),
            None => out.extend_from_slice(self.json().to_string().as_bytes()),
        }
    }
}

impl fmt::Debug for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Log(*self))
    }
}

/// Whether JSON takes a byte as it is.
#[inline]
const fn needs_no_escape(byte: u8) -> bool {
    (byte >= b' ') & (byte <= b'~') & (byte != b'"') & (byte != b'\\')
}

/// Characters that change what is shown around them or cannot be seen: C0, DEL, C1, bidirectional
/// controls, zero-width and format characters, line and paragraph separators, tags, the BOM,
/// variation selectors and unassigned-looking private characters.
const fn is_treacherous(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{f0000}'..='\u{10ffff}')
}

/// Combining marks: harmless one by one, a flood of them covers the neighbouring lines.
const fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Walks `bytes` as UTF-8, giving characters and, where it is not UTF-8, single bytes.
fn walk(mut bytes: &[u8], mut each: impl FnMut(Result<char, u8>) -> fmt::Result) -> fmt::Result {
    while !bytes.is_empty() {
        match std::str::from_utf8(bytes) {
            Ok(text) => return text.chars().try_for_each(|c| each(Ok(c))),
            Err(error) => {
                let (good, rest) = bytes.split_at(error.valid_up_to());
                if let Ok(text) = std::str::from_utf8(good) {
                    text.chars().try_for_each(|c| each(Ok(c)))?;
                }
                let (bad, rest) = rest.split_at(error.error_len().unwrap_or(rest.len()));
                bad.iter().try_for_each(|b| each(Err(*b)))?;
                bytes = rest;
            }
        }
    }
    Ok(())
}

fn escape(f: &mut fmt::Formatter<'_>, piece: Result<char, u8>) -> fmt::Result {
    match piece {
        Err(byte) => write!(f, "\\x{byte:02x}"),
        Ok(c) if (c as u32) < 0x100 && is_treacherous(c) => write!(f, "\\x{:02x}", c as u32),
        Ok(c) if is_treacherous(c) || is_combining(c) => write!(f, "\\u{{{:x}}}", c as u32),
        Ok(c) => f.write_char(c),
    }
}

struct Terminal<'a>(Untrusted<'a>);

impl fmt::Display for Terminal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        walk(&self.0.resolved(), |piece| escape(f, piece))
    }
}

struct Log<'a>(Untrusted<'a>);

impl fmt::Display for Log<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        walk(&self.0.resolved(), |piece| match piece {
            Ok('"') => f.write_str("\\\""),
            Ok('\\') => f.write_str("\\\\"),
            other => escape(f, other),
        })
    }
}

struct Html<'a>(Untrusted<'a>);

impl fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        walk(&self.0.resolved(), |piece| match piece {
            Ok('&') => f.write_str("&amp;"),
            Ok('<') => f.write_str("&lt;"),
            Ok('>') => f.write_str("&gt;"),
            Ok('"') => f.write_str("&quot;"),
            Ok('\'') => f.write_str("&#39;"),
            Ok('`') => f.write_str("&#96;"),
            other => escape(f, other),
        })
    }
}

struct Json<'a>(Untrusted<'a>);

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut invalid = false;
        walk(&self.0.resolved(), |piece| {
            let was_invalid = std::mem::replace(&mut invalid, piece.is_err());
            match piece {
                // A run of bad bytes is one replacement character.
                Err(_) if was_invalid => Ok(()),
                Err(_) => f.write_str("\u{fffd}"),
                Ok('"') => f.write_str("\\\""),
                Ok('\\') => f.write_str("\\\\"),
                Ok('\n') => f.write_str("\\n"),
                Ok('\r') => f.write_str("\\r"),
                Ok('\t') => f.write_str("\\t"),
                Ok(c) if is_treacherous(c) || is_combining(c) => {
                    let mut units = [0_u16; 2];
                    c.encode_utf16(&mut units)
                        .iter()
                        .try_for_each(|u| write!(f, "\\u{u:04x}"))
                }
                Ok(c) => f.write_char(c),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &[&[u8]] = &[
        b"\x1b]0;title\x07",
        b"\x1b]52;c;aGk=\x1b\\",
        b"\x9b31m\xc2\x9b31m",
        b"a\rb\nc\x08\x0b\x0c\x00",
        "\u{202e}evil\u{2066}\u{200b}\u{feff}\u{e0041}".as_bytes(),
        b"\xff\xfe\xc3(",
        b"<script>alert('1')</script>\"&`",
        "z\u{300}\u{301}\u{302}".as_bytes(),
    ];

    #[test]
    fn untrusted_leaves_harmless() {
        for bytes in HOSTILE {
            let name = Untrusted::new(bytes);
            let exits = [
                name.terminal().to_string(),
                name.log().to_string(),
                name.html().to_string(),
                name.json().to_string(),
                name.csv(),
            ];
            for out in exits {
                assert!(
                    out.chars().all(|c| !is_treacherous(c) && !is_combining(c)),
                    "{out:?}"
                );
            }
            let mut onto = b"x".to_vec();
            name.json_onto(&mut onto);
            assert_eq!(onto, format!("x{}", name.json()).into_bytes());
            assert!(!name.html().to_string().contains(['<', '>', '"', '\'']));
        }
    }

    #[test]
    fn plain_text_takes_the_short_way_to_json() {
        let mut out = Vec::new();
        Untrusted::new(b"UFW BLOCK ~").json_onto(&mut out);
        assert_eq!(out, b"UFW BLOCK ~");
    }

    #[test]
    fn escapes_are_resolved_on_the_way_out() {
        let name = Untrusted::escaped(br#"caf\u00e9 \"\u001b[31m\""#, Escape::Json);
        assert_eq!(name.terminal().to_string(), r#"café "\x1b[31m""#);
        assert_eq!(name.json().to_string(), r#"café \"\u001b[31m\""#);
        let mut onto = Vec::new();
        name.json_onto(&mut onto);
        assert_eq!(onto, r#"café \"\u001b[31m\""#.as_bytes());
        assert_eq!(Untrusted::escaped(b"=\\=1", Escape::Cef).csv(), "'==1");
        assert_eq!(
            Untrusted::escaped(b"plain", Escape::Json),
            Untrusted::new(b"plain")
        );
    }

    #[test]
    fn formulas_are_neutralised() {
        assert_eq!(
            Untrusted::new(b"=cmd|'/c calc'!A1").csv(),
            "'=cmd|'/c calc'!A1"
        );
        assert_eq!(Untrusted::new(b"eth0").csv(), "eth0");
    }
}
