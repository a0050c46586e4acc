//! What a transport puts around a record: syslog headers, kernel stamps, journal records, JSON wrappers.
//!
//! Envelopes know nothing of formats, and formats nothing of envelopes: any format travels in any
//! envelope without a line of code per pair. [`open`] takes off one layer after the other, from the
//! outside in, each told by its first bytes; the README beside this file lists them all.
//!
//! Of several stamps, the one that says most wins: an instant before a wall clock with year, that
//! before one without, that before the time since boot; of equals the one nearest to the message.
//! Of several hosts or programs, the one nearest to the message.

mod cisco;
mod header;
mod json;
mod kernel;
mod priority;
mod rfc5424;
mod stamp;
mod text;
mod word;
mod wrapper;
mod zone;

#[cfg(test)]
mod tests;

use rutter_event::{Refusal, Skip, Stamp, Untrusted};

use self::header::Trust;
use self::stamp::{Form, Iso};
use self::text::{is_blank, is_boundary, number, skip_blanks, trim_end, word};
use crate::framing;
use crate::record::{Record, Rejection};

/// The most layers that are taken off a line; what is deeper belongs to the message.
const LAYERS: usize = 8;

/// The most JSON objects that are opened one inside the other.
const WRAPPERS: u8 = 2;

/// Room for records that must be unescaped before they can be read; reused from line to line.
///
/// Holds at most seven buffers, none longer than the longest line that was unescaped into it.
#[derive(Debug, Default)]
pub struct Scratch {
    buffers: [Vec<u8>; 7],
}

/// The buffers of a [`Scratch`] that a line has not used yet.
struct Buffers<'a>(std::slice::IterMut<'a, Vec<u8>>);

impl<'a> Buffers<'a> {
    /// An empty buffer that lives as long as the record.
    fn take(&mut self) -> Option<&'a mut Vec<u8>> {
        let buffer = self.0.next()?;
        buffer.clear();
        Some(buffer)
    }
}

/// Takes the envelope off a line. A line without any envelope is its own message.
///
/// # Errors
/// [`Rejection`] when the envelope itself is broken: [`Refusal::BadTime`] for an RFC 5424 header
/// with an impossible date, [`Refusal::BadSyntax`] or [`Refusal::Truncated`] for a broken JSON
/// wrapper, [`Refusal::TooLong`] for the marker of an over-long record, [`Skip::NotFirewall`] for
/// the properties that follow a `/dev/kmsg` record.
#[inline]
pub fn open<'a>(line: &'a [u8], scratch: &'a mut Scratch) -> Result<Record<'a>, Rejection> {
    let mut opening = Opening {
        record: Record {
            raw: line,
            ..Record::default()
        },
        buffers: Buffers(scratch.buffers.iter_mut()),
        wrappers: 0,
        is_bare: false,
    };
    let mut text = line;
    for layer in 0..LAYERS {
        match opening.peel(text, layer == 0)? {
            Some(inner) => text = skip_blanks(inner),
            None => break,
        }
    }
    let mut record = opening.record;
    record.message = trim_end(skip_blanks(text));
    if record.message.is_empty() {
        record.message = record.structured;
    }
    Ok(record)
}

/// What rsyslog puts between brackets where it has held back equal messages:
/// `message repeated 2 times: [ … ]`. Of a long one it keeps 800 bytes and closes the bracket all the
/// same; that one stays as it is.
fn repeated(text: &[u8]) -> Option<&[u8]> {
    let counted = text.strip_prefix(b"message repeated ")?;
    let (_, rest) = number(counted, 10)?;
    let inner = rest.strip_prefix(b" times: [")?.strip_suffix(b"]")?;
    (inner.len() < 800).then_some(inner)
}

/// The stamp that a text as a whole is, in any of the forms that envelopes have.
pub(crate) fn stamp_of(text: &[u8]) -> Option<Stamp> {
    stamp::whole(text)
}

struct Opening<'a> {
    record: Record<'a>,
    buffers: Buffers<'a>,
    /// JSON objects opened so far.
    wrappers: u8,
    /// A priority stood before the text and no stamp: a tag may follow.
    is_bare: bool,
}

/// The text inside a layer, or nothing when there is no layer.
type Peeled<'a> = Result<Option<&'a [u8]>, Rejection>;

impl<'a> Opening<'a> {
    /// Takes off one layer.
    #[inline]
    fn peel(&mut self, text: &'a [u8], is_outermost: bool) -> Peeled<'a> {
        let [first, rest @ ..] = text else {
            return Ok(None);
        };
        Ok(match first {
            b'<' => return self.priority(text),
            b'[' => self.bracket(rest, is_outermost),
            b'0'..=b'9' => return self.digit(text),
            b'A'..=b'Z' | b'a'..=b'z' => self.letter(text, is_outermost),
            b'(' | b'_' => self.bare_tag(text),
            b'{' => return self.wrapper(text),
            b'*' | b'.' | b':' => self.cisco(text),
            b' ' | b'\t' => {
                if is_outermost && kernel::is_kmsg_property(text) {
                    return Err(Skip::NotFirewall.into());
                }
                Some(skip_blanks(rest))
            }
            // The cookie that marks JSON in syslog (CEE).
            b'@' => text.strip_prefix(b"@cee:"),
            // The record separator of RFC 7464.
            0x1e => Some(rest),
            0x1b => self.plain_colours(text),
            b'"' if is_outermost => self.unquote(rest),
            0xef => text.strip_prefix(b"\xef\xbb\xbf"),
            0 if is_outermost && trim_end(text) == framing::TOO_LONG => {
                return Err(Refusal::TooLong.into());
            }
            _ => None,
        })
    }

    /// Keeps the stamp that says more; of equals the later one, which stands nearer to the message.
    fn date(&mut self, stamp: Stamp) {
        let old = self.record.stamp;
        if matches!(old, Stamp::Absent) || stamp::rank(stamp) >= stamp::rank(old) {
            self.record.stamp = stamp;
        }
    }

    fn name(&mut self, host: &'a [u8], program: &'a [u8]) {
        if !host.is_empty() {
            self.record.hostname = Untrusted::new(host);
        }
        if !program.is_empty() {
            self.record.program = program;
        }
    }

    /// A stamp has been read: reads host and tag behind it.
    ///
    /// Behind a program's tag a stamp is most likely the program's own; the message then keeps it,
    /// unless a whole header follows.
    #[inline]
    fn dated(&mut self, stamp: Stamp, rest: &'a [u8], trust: Trust) -> Option<&'a [u8]> {
        let trust = if self.record.program.is_empty() {
            trust
        } else {
            Trust::Column
        };
        self.date(stamp);
        let header = header::read(rest, trust)?;
        self.is_bare = false;
        self.name(header.host, header.program);
        Some(header.message)
    }

    /// A stamp that cannot be has been read. Behind a program's tag it is the program's own.
    fn undated(&mut self, rest: &'a [u8], form: Form) -> Option<&'a [u8]> {
        if !self.record.program.is_empty() || !is_boundary(rest) {
            return None;
        }
        self.record.has_bad_time = true;
        let trust = if form == Form::Columns {
            Trust::Column
        } else {
            Trust::Header
        };
        self.dated(Stamp::Absent, rest, trust)
    }

    /// `<134>`, and the RFC 5424 header where a version follows.
    fn priority(&mut self, text: &'a [u8]) -> Peeled<'a> {
        let rest = text.strip_prefix(b"<").and_then(|rest| number(rest, 3));
        let Some((0..=191, [b'>', rest @ ..])) = rest else {
            return Ok(None);
        };
        if let Some(inner) = self.rfc5424(rest)? {
            return Ok(Some(inner));
        }
        self.is_bare = self.record.program.is_empty();
        Ok(Some(rest))
    }

    fn rfc5424(&mut self, text: &'a [u8]) -> Peeled<'a> {
        if let Some(header) = rfc5424::read(text)? {
            self.date(header.stamp);
            self.name(header.host, header.program);
            self.record.msgid = header.msgid;
            self.record.structured = header.structured;
            return Ok(Some(header.message));
        }
        // Meraki writes the version of RFC 5424 and after it an epoch.
        if let [b'1', b' ', rest @ ..] = text
            && let Some((stamp, rest)) = stamp::epoch(rest)
        {
            return Ok(self.dated(stamp, rest, Trust::Header));
        }
        Ok(None)
    }

    #[inline]
    fn bracket(&mut self, inside: &'a [u8], is_outermost: bool) -> Option<&'a [u8]> {
        let is_alone = (is_outermost || matches!(self.record.stamp, Stamp::Absent))
            && self.record.program.is_empty();
        match kernel::since_boot(inside) {
            Some((stamp, rest)) if !is_alone => {
                self.date(stamp);
                self.is_bare = false;
                if self.record.program.is_empty() {
                    self.record.program = kernel::KERNEL;
                }
                Some(rest)
            }
            _ if !kernel::may_be_stamp(inside) => None,
            _ => self.stamped(kernel::bracket(inside, is_alone)?),
        }
    }

    /// A layer of the kernel's: its own name fills in where no other is known.
    fn stamped(&mut self, bracket: kernel::Bracket<'a>) -> Option<&'a [u8]> {
        self.date(bracket.stamp);
        self.is_bare = false;
        let header = bracket.header;
        if header.host.is_empty() && !self.record.program.is_empty() {
            return Some(header.message);
        }
        self.name(header.host, header.program);
        Some(header.message)
    }

    fn digit(&mut self, text: &'a [u8]) -> Peeled<'a> {
        match stamp::iso(text) {
            Iso::Read { stamp, rest, form } => return Ok(self.iso(stamp, rest, form)),
            Iso::Impossible { rest, form } => return Ok(self.undated(rest, form)),
            Iso::No => {}
        }
        if !self.record.program.is_empty() {
            // What a program prints may begin with any number; only Cisco closes it with a colon.
            let is_cisco = matches!(number(text, 12), Some((_, [b':', ..])));
            return Ok(if is_cisco { self.cisco(text) } else { None });
        }
        if let Some((stamp, rest)) = stamp::year_first(text) {
            return Ok(self.dated(stamp, rest, Trust::Header));
        }
        if let Some(rest) = stamp::impossible(text) {
            return Ok(self.undated(rest, Form::Word));
        }
        let Some((_, rest)) = number(text, 19) else {
            return Ok(None);
        };
        Ok(match rest {
            // RFC 6587: the length of the frame before the frame.
            [b' ', frame @ ..] if matches!(frame, [b'<', b'0'..=b'9', ..]) => Some(frame),
            // RFC 5424 stored without its priority.
            [b' ', ..] => return self.rfc5424(text),
            [b'.', ..] => {
                let Some((stamp, rest)) = stamp::epoch(text) else {
                    return Ok(None);
                };
                let (host, _) = word(skip_blanks(rest));
                // A number behind it is the next column of a format, not a host.
                let is_column = host.iter().all(u8::is_ascii_digit);
                let trust = if is_column {
                    Trust::Column
                } else {
                    Trust::Header
                };
                self.dated(stamp, rest, trust)
            }
            [b',', ..] => kernel::kmsg(text).and_then(|record| self.stamped(record)),
            [b':', ..] => self.cisco(text),
            _ => None,
        })
    }

    #[inline]
    fn iso(&mut self, stamp: Stamp, rest: &'a [u8], form: Form) -> Option<&'a [u8]> {
        if !is_boundary(rest) {
            return None;
        }
        let Stamp::Instant(_) = stamp else {
            let is_column = form == Form::Columns;
            let trust = if is_column {
                Trust::Column
            } else {
                Trust::Header
            };
            return self.dated(stamp, rest, trust);
        };
        if form == Form::Dmesg && self.record.program.is_empty() {
            self.date(stamp);
            self.name(b"", kernel::KERNEL);
            return Some(rest);
        }
        if let Some(message) = container_text(rest) {
            self.date(stamp);
            return Some(message);
        }
        self.dated(stamp, rest, Trust::Header)
    }

    fn letter(&mut self, text: &'a [u8], is_outermost: bool) -> Option<&'a [u8]> {
        if let Some((stamp, rest)) = stamp::plain(text) {
            return self.dated(stamp, rest, Trust::Header);
        }
        if let [_, _, _, b' ', ..] = text
            && let Some((stamp, rest)) =
                stamp::month_first(text, None).or_else(|| stamp::weekday_first(text))
        {
            return self.dated(stamp, rest, Trust::Header);
        }
        if let [_, _, _, b' ', ..] = text
            && let Some(rest) = stamp::impossible(text)
        {
            return self.undated(rest, Form::Word);
        }
        if is_outermost {
            // Server-sent events of journalctl and Docker.
            if let Some(json @ [b'{', ..]) = text.strip_prefix(b"data: ") {
                return Some(json);
            }
            if let Some(rest) = kernel::decoded_priority(text) {
                return Some(rest);
            }
        }
        if let Some(inner) = repeated(text) {
            return Some(inner);
        }
        match self.record.program {
            // A collector may have parsed the tag and left it where it was.
            kernel::KERNEL => text.strip_prefix(b"kernel:"),
            b"" => self
                .cisco(text)
                .or_else(|| self.stripped(text))
                .or_else(|| self.bare_tag(text)),
            _ => None,
        }
    }

    /// A kernel line whose stamp a collector has parsed off.
    fn stripped(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let header = header::kernel_tag(text)?;
        self.is_bare = false;
        self.name(header.host, header.program);
        Some(header.message)
    }

    fn bare_tag(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        if !std::mem::take(&mut self.is_bare) {
            return None;
        }
        let header = header::tag_only(text)?;
        self.name(header.host, header.program);
        Some(header.message)
    }

    fn cisco(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let prefix = cisco::prefix(text)?;
        self.name(prefix.host, b"");
        if let [b'%', ..] = prefix.rest {
            return Some(prefix.rest);
        }
        self.dated(prefix.stamp, prefix.rest, Trust::Header)
    }

    fn wrapper(&mut self, text: &'a [u8]) -> Peeled<'a> {
        if self.wrappers >= WRAPPERS {
            return Ok(None);
        }
        let Some(wrapped) = wrapper::open(text, &mut self.buffers)? else {
            return Ok(None);
        };
        self.wrappers += 1;
        self.record.is_ended = true;
        self.date(wrapped.stamp);
        self.name(wrapped.host, wrapped.program);
        Ok(Some(wrapped.text))
    }

    /// The text without its colours (`CSI … m` and the like), which a pager or a terminal put there.
    fn plain_colours(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let buffer = self.buffers.take()?;
        let mut rest = text;
        while let Some(at) = memchr::memchr(0x1b, rest) {
            buffer.extend_from_slice(rest.get(..at)?);
            rest = match rest.get(at + 1..)? {
                [b'[', sequence @ ..] => {
                    let end = sequence.iter().position(|b| (0x40..=0x7e).contains(b));
                    end.map_or(&b""[..], |end| sequence.get(end + 1..).unwrap_or_default())
                }
                other => other,
            };
        }
        buffer.extend_from_slice(rest);
        Some(buffer)
    }

    /// A line that an export put between quotes, doubled inside: the text between them, if there
    /// is no other quote.
    fn unquote(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let inside = trim_end(text).strip_suffix(b"\"")?;
        self.record.is_ended = true;
        if memchr::memchr(b'"', inside).is_none() {
            return Some(inside);
        }
        let buffer = self.buffers.take()?;
        let mut rest = inside;
        while let Some(at) = memchr::memchr(b'"', rest) {
            let [b'"', behind @ ..] = rest.get(at + 1..)? else {
                return None;
            };
            buffer.extend_from_slice(rest.get(..=at)?);
            rest = behind;
        }
        buffer.extend_from_slice(rest);
        Some(buffer)
    }
}

/// The text of a container runtime's line (Kubernetes CRI: `stdout F text`) behind its stamp.
fn container_text(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.strip_prefix(b" std")?;
    let rest = rest
        .strip_prefix(b"out ")
        .or_else(|| rest.strip_prefix(b"err "))?;
    match rest {
        [b'F' | b'P', blank, text @ ..] if is_blank(*blank) => Some(text),
        [b'F' | b'P'] => Some(b""),
        _ => None,
    }
}
