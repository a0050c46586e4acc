use std::borrow::Cow;

/// How a record writes the bytes that its own syntax needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Escape {
    /// As they are.
    #[default]
    None,
    /// JSON strings (RFC 8259): `\"`, `\\`, `\/`, `\n`, `\u00e9`, surrogate pairs.
    Json,
    /// A backslash before a quote or a backslash, and nowhere else (quoted values of pairs).
    Quotes,
    /// CEF and LEEF: `\=`, `\|`, `\\`; `\n`, `\r` and `\t` are control characters.
    Cef,
    /// CSV (RFC 4180): a quote written twice.
    Doubled,
    /// XML: `&lt;`, `&gt;`, `&amp;`, `&quot;`, `&apos;`, `&#233;`, `&#xe9;`.
    Xml,
}

impl Escape {
    /// Whether there is something to resolve.
    pub(super) fn is_in(self, bytes: &[u8]) -> bool {
        match self {
            Self::None => false,
            Self::Json | Self::Quotes | Self::Cef => bytes.contains(&b'\\'),
            Self::Doubled => bytes.contains(&b'"'),
            Self::Xml => bytes.contains(&b'&'),
        }
    }

    /// What is meant. What is no escape, as a path in a value that no writer has escaped, stays as
    /// it stands.
    pub(super) fn resolve(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let (mark, one): (u8, One) = match self {
            Self::None => return Cow::Borrowed(bytes),
            Self::Json => (b'\\', json),
            Self::Quotes => (b'\\', quotes),
            Self::Cef => (b'\\', cef),
            Self::Doubled => (b'"', doubled),
            Self::Xml => (b'&', xml),
        };
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| *byte == mark) {
            let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, b""));
            out.extend_from_slice(plain);
            rest = match one(tail) {
                Some((character, length)) => {
                    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    tail.get(length..).unwrap_or_default()
                }
                None => {
                    out.push(mark);
                    tail.get(1..).unwrap_or_default()
                }
            };
        }
        out.extend_from_slice(rest);
        Cow::Owned(out)
    }
}

/// Reads one escape, if the text begins with one: its character and its length.
type One = fn(&[u8]) -> Option<(char, usize)>;

/// The character of the escape with which the text begins, and the escape's length.
fn json(text: &[u8]) -> Option<(char, usize)> {
    let character = match text.get(1)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        b'u' => return unicode(text),
        _ => return None,
    };
    Some((character, 2))
}

/// `\u` and four digits, or two of them that are the halves of a surrogate pair; half a pair is
/// U+FFFD.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let first = unit(0)?;
    if (0xd800..0xdc00).contains(&first)
        && let Some(second @ 0xdc00..0xe000) = unit(6)
    {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Some((char::from_u32(code)?, 12));
    }
    let character = char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((character, 6))
}

fn quotes(text: &[u8]) -> Option<(char, usize)> {
    match text.get(1)? {
        byte @ (b'"' | b'\'' | b'\\') => Some((char::from(*byte), 2)),
        _ => None,
    }
}

fn cef(text: &[u8]) -> Option<(char, usize)> {
    let character = match text.get(1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        byte @ (b'"' | b'\\' | b'=' | b'|') => char::from(*byte),
        // A path (`C:\Windows`), whose writer escapes nothing.
        _ => return None,
    };
    Some((character, 2))
}

fn doubled(text: &[u8]) -> Option<(char, usize)> {
    text.starts_with(b"\"\"").then_some(('"', 2))
}

fn xml(text: &[u8]) -> Option<(char, usize)> {
    /// The longest: `&#x10ffff;`.
    const LONGEST: usize = 10;
    let end = text.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let character = match text.get(1..end)? {
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        _ => return None,
    };
    Some((character, end + 1))
}

fn number(digits: &[u8], base: u32) -> Option<char> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    char::from_u32(u32::from_str_radix(std::str::from_utf8(digits).ok()?, base).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_mean_characters() {
        for (escape, written, meant) in [
            (Escape::None, r"a\u00e9&amp;", r"a\u00e9&amp;"),
            (Escape::Json, r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (Escape::Json, r"caf\u00E9 \ud83d\ude00", "café 😀"),
            (
                Escape::Json,
                r"\ud83d \ude00\ud83d",
                "\u{fffd} \u{fffd}\u{fffd}",
            ),
            (Escape::Json, r"\u12 \u+123 \x \", r"\u12 \u+123 \x \"),
            (Escape::Quotes, r#"A\\n \"b\" A\nan"#, r#"A\n "b" A\nan"#),
            (Escape::Cef, r#"a\=b\|c\\d\"e\nf"#, "a=b|c\\d\"e\nf"),
            (Escape::Cef, r"C:\Windows\", r"C:\Windows\"),
            (Escape::Doubled, r#"say ""a"" "b"#, r#"say "a" "b"#),
            (
                Escape::Xml,
                "&lt;a&gt; &amp;&#233;&#xE9;&quot;&apos;",
                "<a> &éé\"'",
            ),
            (
                Escape::Xml,
                "&nbsp; & &#x110000; &#-1; &#+1;",
                "&nbsp; & &#x110000; &#-1; &#+1;",
            ),
        ] {
            let found = escape.resolve(written.as_bytes());
            assert_eq!(String::from_utf8_lossy(&found), meant, "{written}");
        }
    }
}
