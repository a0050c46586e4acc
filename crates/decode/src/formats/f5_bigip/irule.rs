//! What an iRule writes with `log`: `Rule /Common/name <EVENT>: text`, the text being its author's.

use rutter_event::{Endpoint, Refusal, Skip};

use super::super::socket;
use crate::formats::search::{holds, place};
use crate::record::{Record, Rejection};

/// The parts of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    /// `/Common/name`
    pub(super) rule: &'a [u8],
    /// The event of the iRule, `HTTP_RESPONSE`.
    pub(super) event: &'a [u8],
    pub(super) text: &'a [u8],
}

/// How far into a message `Rule` may stand: behind the process, its number, and a message number.
const REACH: usize = 96;

/// The most words of a text that are looked at; an iRule writes what it likes.
const WORDS: usize = 512;

/// The parts of a message that is an iRule's.
pub(super) fn open(message: &[u8]) -> Option<Said<'_>> {
    let head = message.get(..REACH).unwrap_or(message);
    let at = place!(head, "Rule /")?;
    let before = message.get(..at)?;
    if !before.is_empty() && !before.ends_with(b": ") {
        return None;
    }
    let rest = message.get(at + 5..)?;
    let (rule, rest) = rest.split_at_checked(memchr::memchr(b' ', rest)?)?;
    let rest = rest.strip_prefix(b" <")?;
    let (event, rest) = rest.split_at_checked(memchr::memchr(b'>', rest)?)?;
    let is_event = !event.is_empty()
        && event
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let text = rest.strip_prefix(b">:")?;
    is_event.then_some(Said { rule, event, text })
}

/// Which end a key or a word before an address speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Source,
    Destination,
}

/// The keys by which iRules commonly name client and server, and whether they name the port alone.
fn role_of_key(key: &[u8]) -> Option<(Role, bool)> {
    const KEYS: [(&[u8], Role, bool); 11] = [
        (b"client_ip", Role::Source, false),
        (b"client_addr", Role::Source, false),
        (b"client", Role::Source, false),
        (b"client_port", Role::Source, true),
        (b"server_ip", Role::Destination, false),
        (b"server_addr", Role::Destination, false),
        (b"server", Role::Destination, false),
        (b"lb_server", Role::Destination, false),
        (b"node", Role::Destination, false),
        (b"server_port", Role::Destination, true),
        (b"lb_port", Role::Destination, true),
    ];
    KEYS.iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(key))
        .map(|(_, role, is_port)| (*role, *is_port))
}

/// What the word before an address says of it.
fn role_of_word(word: &[u8]) -> Option<Role> {
    const SOURCE: [&[u8]; 2] = [b"from", b"client"];
    const DESTINATION: [&[u8]; 5] = [b"to", b"server", b"node", b"->", b"=>"];
    let word = word.strip_suffix(b":").unwrap_or(word);
    let is = |words: &[&[u8]]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is(&SOURCE) {
        Some(Role::Source)
    } else if is(&DESTINATION) {
        Some(Role::Destination)
    } else {
        None
    }
}

/// Addresses and ports while a text is read.
#[derive(Default)]
struct Ends {
    /// By keys: addresses (with a port or not), ports alone, of source and destination.
    keyed: [Option<Endpoint>; 2],
    ports: [Option<u16>; 2],
    /// Joined with their port, in a sentence, with what is said of each.
    spoken: [Option<(Endpoint, Option<Role>)>; 2],
    has_more: bool,
}

impl Ends {
    fn take_pair(&mut self, role: Role, is_port: bool, value: &[u8]) -> Result<(), Refusal> {
        let at = usize::from(role == Role::Destination);
        // A key that stands twice may be the text of a request: then neither is believed.
        if is_port {
            let port = super::port(value)?;
            super::once(&mut self.ports[at], port)
        } else {
            super::once(&mut self.keyed[at], socket::end(value, b':')?)
        }
    }

    fn take_word(&mut self, before: &[u8], word: &[u8]) {
        let word = word.trim_ascii();
        let inside = word.strip_prefix(b"(").unwrap_or(word);
        let length = inside
            .iter()
            .rposition(|byte| !matches!(byte, b':' | b',' | b';' | b'.' | b')'))
            .map_or(0, |at| at + 1);
        let Some(word) = inside.get(..length) else {
            return;
        };
        let is_digit = word
            .first()
            .is_some_and(|b| b.is_ascii_digit() || *b == b'[');
        let Some(end) = socket::end(word, b':')
            .ok()
            .filter(|end| is_digit && end.ip.is_some() && end.port.is_some())
        else {
            return;
        };
        match self.spoken.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some((end, role_of_word(before))),
            None => self.has_more = true,
        }
    }

    /// Source and destination, if the text says which is which.
    fn settle(self) -> Option<[Endpoint; 2]> {
        if let [Some(mut source), Some(mut destination)] = self.keyed {
            let [from, to] = self.ports;
            source.port = source.port.or(from);
            destination.port = destination.port.or(to);
            return Some([source, destination]);
        }
        let [Some((first, one)), Some((second, other))] = self.spoken else {
            return None;
        };
        if self.has_more || self.keyed != [None; 2] || one == other {
            return None;
        }
        if one == Some(Role::Destination) || other == Some(Role::Source) {
            Some([second, first])
        } else {
            Some([first, second])
        }
    }
}

/// Source and destination as the text names them: by keys (`client_ip=… client_port=…
/// lb_server=…:80`), or by the words of a sentence with two addresses and ports.
///
/// # Errors
/// [`Refusal::BadSyntax`] where another line has run in, [`Refusal::Truncated`] where the end of
/// the line was not seen and one of the ends neither, [`Skip::NotFirewall`] where the text does not
/// say who is who.
pub(super) fn ends(said: Said<'_>, record: &Record<'_>) -> Result<[Endpoint; 2], Rejection> {
    if holds!(said.text, "Rule /") {
        return Err(Refusal::BadSyntax.into());
    }
    let mut ends = Ends::default();
    let mut before = &b""[..];
    let mut words = said
        .text
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty())
        .take(WORDS)
        .peekable();
    while let Some(word) = words.next() {
        // The last word of a line without its end may be cut.
        if words.peek().is_none() && !record.is_ended {
            break;
        }
        let equals = memchr::memchr(b'=', word);
        match equals.and_then(|at| word.split_at_checked(at)) {
            Some((key, value)) => {
                let value = value.get(1..).unwrap_or_default();
                let value = value.strip_suffix(b",").unwrap_or(value);
                if let Some((role, is_port)) = role_of_key(key).filter(|_| !value.is_empty()) {
                    ends.take_pair(role, is_port, value)?;
                }
            }
            None => ends.take_word(before, word),
        }
        before = word;
    }
    ends.settle().ok_or(if record.is_ended {
        Skip::NotFirewall.into()
    } else {
        Refusal::Truncated.into()
    })
}
