//! What follows a stamp: host, tag, process id.
//!
//! RFC 3164 gives no mark by which to tell a host from a tag from the first word of the text, and
//! senders leave out either. The rules here are in the README; they err on the side of leaving a
//! word in the message, where a format can still read it.

use super::priority;
use super::text::{is_word_end, skip_blanks, split_while};
use super::word::{Word, kind};

/// Host, program and text behind a stamp.
#[derive(Clone, Copy)]
pub(super) struct Header<'a> {
    pub(super) host: &'a [u8],
    pub(super) program: &'a [u8],
    pub(super) message: &'a [u8],
}

/// How much the stamp before the header proves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// The stamp belongs to a transport: the next word is a host if it can be one.
    Header,
    /// The stamp may be a column of the format: the next word is a host only with a tag, a
    /// `key=value` or a bracket behind it; otherwise there is no header at all.
    Column,
}

/// A tag: `kernel:`, `filterlog[72237]:`.
#[derive(Clone, Copy)]
struct Tag<'a> {
    program: &'a [u8],
    has_pid: bool,
    message: &'a [u8],
}

/// Reads the header behind a stamp.
#[inline]
pub(super) fn read(text: &[u8], trust: Trust) -> Option<Header<'_>> {
    if let [b':', rest @ ..] = text {
        // Cisco closes the stamp with a colon and names no host behind it.
        return Some(tagged(b"", &Word::of(skip_blanks(rest))));
    }
    let text = skip_blanks(text);
    let first = priority::skip(Word::of(text));
    // Nobody but a transport spells out a priority.
    let trust = if first.text.len() < text.len() {
        Trust::Header
    } else {
        trust
    };
    if let Some(tag) = tag(&first) {
        return Some(match tag.message {
            // `CEST: %SEC-6-…`: the stamp's zone. `asa01: %ASA-6-302013: …` and
            // `ap,0123,v6.5: kernel: …`: the word was the host.
            [b'%', ..] if !tag.has_pid => {
                let host = if is_zone_name(tag.program) {
                    b""
                } else {
                    tag.program
                };
                Header {
                    host,
                    program: b"",
                    message: tag.message,
                }
            }
            [b'k', b'e', b'r', b'n', b'e', b'l', b':', ..] if !tag.has_pid => {
                tagged(tag.program, &Word::of(tag.message))
            }
            _ => labelled(b"", &first, tag),
        });
    }
    let (host, kinds, behind) = first.whole();
    let shape = host_shape(host, kinds);
    let message_only = Header {
        host: b"",
        program: b"",
        message: first.text,
    };
    // `rule 3/0(match): block in on em0: …` is how tcpdump prints pflog, behind a stamp alone.
    if shape == Shape::NoHost || host == b"rule" {
        return Some(message_only);
    }
    let host = if host == b"-" { b"" } else { host };
    let rest = skip_blanks(behind);
    if let [b':', after @ ..] = rest
        && is_word_end(after)
    {
        // `asa01 : %ASA-6-302013: …`
        return Some(Header {
            host,
            program: b"",
            message: skip_blanks(after),
        });
    }
    if let Some(message @ ([b' ', ..] | [])) = rest.strip_prefix(b"kernel:") {
        // What the general way below finds too, for the tag that most lines have.
        return Some(Header {
            host,
            program: b"kernel",
            message: skip_blanks(message),
        });
    }
    let second = priority::skip(Word::of(rest));
    if let Some(tag) = tag(&second) {
        return Some(labelled(host, &second, tag));
    }
    let message = second.text;
    match (shape, trust) {
        (Shape::Host, Trust::Header) => Some(Header {
            host,
            program: b"",
            message,
        }),
        (Shape::Host, Trust::Column) => {
            let is_text =
                matches!(message, [b'[' | b'%' | b'{', ..]) || second.whole().0.contains(&b'=');
            is_text.then_some(Header {
                host,
                program: b"",
                message,
            })
        }
        (_, Trust::Header) => Some(message_only),
        (_, Trust::Column) => None,
    }
}

/// `host kernel: …` or `host name[pid]: …` and nothing less: behind a stamp that mostly stands
/// alone, such as the kernel's.
pub(super) fn read_certain(text: &[u8]) -> Option<Header<'_>> {
    let (host, kinds, behind) = Word::of(text).whole();
    if host_shape(host, kinds) != Shape::Host {
        return None;
    }
    let tag = tag(&Word::of(skip_blanks(behind)))?;
    let is_certain = tag.has_pid || tag.program == b"kernel";
    is_certain.then_some(Header {
        host,
        program: tag.program,
        message: tag.message,
    })
}

/// `kernel: …` or `host kernel: …` and nothing less, where no stamp is left before it.
pub(super) fn kernel_tag(text: &[u8]) -> Option<Header<'_>> {
    let first = Word::of(text);
    if first.head() == b"kernel" {
        return tag(&first).map(|tag| labelled(b"", &first, tag));
    }
    let message = skip_blanks(first.tail()).strip_prefix(b"kernel: ")?;
    let (host, kinds, _) = first.whole();
    let is_host = host_shape(host, kinds) == Shape::Host;
    is_host.then_some(Header {
        host,
        program: b"kernel",
        message,
    })
}

/// A tag alone, for a header that has neither stamp nor host (`<134>filterlog[72237]: …`).
pub(super) fn tag_only(text: &[u8]) -> Option<Header<'_>> {
    let word = Word::of(text);
    tag(&word).map(|tag| labelled(b"", &word, tag))
}

/// The header of a text that may begin with a tag.
fn tagged<'a>(host: &'a [u8], word: &Word<'a>) -> Header<'a> {
    match tag(word) {
        Some(tag) => labelled(host, word, tag),
        None => Header {
            host,
            program: b"",
            message: word.text,
        },
    }
}

/// The header of a text that begins with a tag, unless it is the label of a rule: `DROP-IN: IN=eth0`
/// is no program. A program that prints packets writes its process id, and the kernel its name.
fn labelled<'a>(host: &'a [u8], word: &Word<'a>, tag: Tag<'a>) -> Header<'a> {
    match tag.message {
        [b'I', b'N', b'=', ..] | [b'i', b'n', b':', ..]
            if !tag.has_pid && tag.program != b"kernel" =>
        {
            Header {
                host,
                program: b"",
                message: word.text,
            }
        }
        _ => Header {
            host,
            program: tag.program,
            message: tag.message,
        },
    }
}

#[inline]
fn tag<'a>(word: &Word<'a>) -> Option<Tag<'a>> {
    let program = word.head();
    // Without a mark, only a name of six or nine letters can be a tag; see the end of `marked`.
    match word.tail() {
        [b':' | b'[', ..] => marked(word),
        [b' ', ..] if matches!(program.len(), 6 | 9) => marked(word),
        _ => None,
    }
}

fn marked<'a>(word: &Word<'a>) -> Option<Tag<'a>> {
    let program = word.head();
    if program.is_empty() || word.kinds & kind::HOST_ONLY != 0 {
        return None;
    }
    match word.tail() {
        [b':', after @ ..] => {
            // Glued: `kernel:IN=…`, `kernel:[12.3] …`, `DROP:IN=…`.
            let is_tag = is_word_end(after) || program == b"kernel" || after.starts_with(b"IN=");
            // Cisco's sequence numbers are no tags, nor are the marks of vendor-neutral formats.
            if !is_tag || word.kinds == kind::DIGIT || matches!(program, b"CEF" | b"LEEF") {
                return None;
            }
            Some(Tag {
                program,
                has_pid: false,
                message: skip_blanks(after),
            })
        }
        [b'[', inside @ ..] => {
            let (pid, after) = split_while(inside, |b| {
                b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')
            });
            let message = match after {
                [b']', b':', message @ ..] => message,
                // Without the colon, only a number is a process id.
                [b']', message @ ..]
                    if is_word_end(message) && pid.iter().all(u8::is_ascii_digit) =>
                {
                    message
                }
                _ => return None,
            };
            let message = skip_blanks(message);
            (!pid.is_empty()).then_some(Tag {
                program,
                has_pid: true,
                message,
            })
        }
        // Without a colon only where the name itself is the proof.
        [b' ', message @ ..] if matches!(program, b"kernel" | b"filterlog") => Some(Tag {
            program,
            has_pid: false,
            message: skip_blanks(message),
        }),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A name or an address.
    Host,
    /// A word that is a host only if a tag proves it (a bare number, `U7PG2,0123,v6.5`).
    Perhaps,
    /// A word that belongs to the message.
    NoHost,
}

#[inline]
fn host_shape(word: &[u8], kinds: u8) -> Shape {
    const NAME: u8 = kind::DIGIT | kind::HEX | kind::LETTER | kind::DOT | kind::HOST_ONLY;
    if matches!(word, [] | [b'%', ..]) {
        return Shape::NoHost;
    }
    if kinds & !NAME == 0 {
        return if kinds == kind::DIGIT {
            Shape::Perhaps
        } else {
            Shape::Host
        };
    }
    let is_text = matches!(word, [b'[' | b'{' | b'<', ..])
        || word.iter().any(|b| matches!(b, b'=' | b'|' | b'"'));
    if is_text {
        return Shape::NoHost;
    }
    // An IPv6 address, with or without the zone that follows `%`.
    let is_address = kinds & !(NAME | kind::COLON) == 0
        && (kinds & kind::LETTER == 0 || kinds & kind::HOST_ONLY != 0)
        && word.iter().filter(|b| **b == b':').count() >= 2;
    if is_address {
        Shape::Host
    } else {
        Shape::Perhaps
    }
}

/// Whether a word looks like the name of a time zone: `UTC`, `CEST`, `PDT`.
fn is_zone_name(word: &[u8]) -> bool {
    let is_short = matches!(word, [_, _, b'T'] | [_, _, _, b'T'] | b"UTC");
    is_short && word.iter().all(u8::is_ascii_uppercase)
}
