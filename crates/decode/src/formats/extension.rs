//! The extension of CEF and LEEF: keys and values in one line, and what a value at its end is worth.

use std::net::IpAddr;

use rutter_event::{
    Action, Civil, Escape, Packet, Refusal, Stamp, Timestamp, Transport, Untrusted,
};

use super::clock;
use super::fields;
use super::number::{self, decimal};
use crate::formats::search::places;
use crate::scan::find;

/// A key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair<'a> {
    pub(crate) key: &'a [u8],
    /// Without blanks and quotes around it, escapes not resolved.
    pub(crate) value: &'a [u8],
    /// Whether nothing follows, so that a line that was cut may have cut this value.
    pub(crate) is_last: bool,
}

/// Pairs with a character between them that no value holds, or with blanks, where a value ends
/// before the next key.
pub(crate) struct Pairs<'a> {
    rest: &'a [u8],
    delimiter: Option<u8>,
}

impl<'a> Pairs<'a> {
    /// Pairs with blanks between them.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        // The first key may stand behind something else.
        let equals = find(b'=', text).unwrap_or(text.len());
        let start = key_start(text, equals);
        Self {
            rest: text.get(start..).unwrap_or_default(),
            delimiter: None,
        }
    }

    /// Pairs with a character between them; with blanks where the text does not hold it.
    pub(crate) fn delimited(text: &'a [u8], delimiter: u8) -> Self {
        let is_delimited = find(delimiter, text).is_some();
        let one = find(b'=', text)
            .is_none_or(|at| find(b'=', text.get(at + 1..).unwrap_or_default()).is_none());
        if is_delimited || one {
            Self {
                rest: text,
                delimiter: Some(delimiter),
            }
        } else {
            Self::new(text)
        }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        if let Some(delimiter) = self.delimiter {
            return self.next_delimited(delimiter);
        }
        let equals = find(b'=', self.rest)?;
        let (key, rest) = self.rest.split_at_checked(equals)?;
        let rest = rest.get(1..)?;
        let mut from = 0;
        let (value, rest) = loop {
            let Some(at) = find(b'=', rest.get(from..)?).map(|at| from + at) else {
                break (rest, &b""[..]);
            };
            let start = key_start(rest, at);
            if start < at && start > 0 && rest.get(start - 1).is_some_and(u8::is_ascii_whitespace) {
                break rest.split_at_checked(start)?;
            }
            from = at + 1;
        };
        self.rest = rest;
        Some(Pair {
            key: key.trim_ascii(),
            value: unquoted(value.trim_ascii()),
            is_last: rest.is_empty() && !value.last().is_some_and(u8::is_ascii_whitespace),
        })
    }
}

impl<'a> Pairs<'a> {
    fn next_delimited(&mut self, delimiter: u8) -> Option<Pair<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let end = find(delimiter, self.rest);
            let (pair, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len()))?;
            self.rest = rest.get(1..).unwrap_or_default();
            if let Some(equals) = find(b'=', pair) {
                let (key, value) = pair.split_at_checked(equals)?;
                return Some(Pair {
                    key: key.trim_ascii(),
                    value: unquoted(value.get(1..)?.trim_ascii()),
                    is_last: end.is_none(),
                });
            }
        }
    }
}

/// Where the key before an equals sign begins.
fn key_start(text: &[u8], equals: usize) -> usize {
    let is_key =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b':');
    let before = text.get(..equals).unwrap_or_default();
    before
        .iter()
        .rposition(|byte| !is_key(byte))
        .map_or(0, |at| at + 1)
}

fn unquoted(text: &[u8]) -> &[u8] {
    match text {
        [b'"', inner @ .., b'"'] => inner,
        text => text,
    }
}

impl<'a> Pair<'a> {
    /// The first word of the value, and whether it may go on where the line was cut. Behind the
    /// last value may stand the beginning of a key.
    fn word(&self) -> (&'a [u8], bool) {
        match self.value.iter().position(u8::is_ascii_whitespace) {
            Some(end) if self.is_last => (self.value.get(..end).unwrap_or_default(), false),
            _ => (self.value, self.is_last),
        }
    }

    /// An address.
    ///
    /// # Errors
    /// [`Refusal::Truncated`] when it may be the beginning of another one.
    pub(crate) fn ip(&self) -> Result<Option<IpAddr>, Refusal> {
        let (word, may_go_on) = self.word();
        let ip = match fields::end(word) {
            Err(Refusal::BadAddress) if may_go_on => return Err(Refusal::Truncated),
            ip => ip?,
        };
        let may_go_on = may_go_on
            && match ip {
                // One more digit makes another number up to 255.
                Some(IpAddr::V4(ip)) => matches!(ip.octets(), [.., 1..=25]),
                Some(IpAddr::V6(_)) => word.len() < 39,
                None => false,
            };
        if may_go_on {
            Err(Refusal::Truncated)
        } else {
            Ok(ip)
        }
    }

    /// A port; nothing when it may be the beginning of another one.
    pub(crate) fn port(&self) -> Result<Option<u16>, Refusal> {
        let (word, may_go_on) = self.word();
        let port = fields::port(word)?;
        Ok(port.filter(|port| !(may_go_on && number::port_may_go_on(*port))))
    }

    /// A protocol, of which what follows a slash names the application (`tcp/https`).
    pub(crate) fn protocol(&self) -> Result<Option<Transport>, Refusal> {
        let (word, may_go_on) = self.word();
        let end = find(b'/', word).unwrap_or(word.len());
        let protocol = fields::protocol(word.get(..end).unwrap_or_default())?;
        let is_number = word.first().is_some_and(u8::is_ascii_digit);
        Ok(protocol.filter(|protocol| !(may_go_on && is_number && (1..=25).contains(&protocol.0))))
    }

    /// A number; nothing when it may be the beginning of another one.
    pub(crate) fn count(&self) -> Option<u64> {
        if self.is_last {
            None
        } else {
            fields::count(self.value)
        }
    }

    /// A time; nothing when it may be the beginning of another one.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        // One digit more than the thirteen of milliseconds reaches beyond every clock.
        let is_whole = self.value.len() == 13 && self.value.iter().all(u8::is_ascii_digit);
        if self.is_last && !is_whole {
            None
        } else {
            stamp(self.value)
        }
    }
}

/// Whether a value at the end of a line is whole, if the line's end was seen: it is the only thing
/// missing of an otherwise complete packet. `place` is 0 and 1 for the addresses, 2 and 3 for the
/// ports. In a record that lacks more the line is likely to have been cut.
pub(crate) fn completes(packet: &Packet, has_ends: [bool; 2], place: usize) -> bool {
    let ports = [packet.source.port, packet.destination.port];
    let has_ports = packet.transport.is_some_and(Transport::has_ports);
    match place {
        0 | 1 => {
            has_ends.get(1 - place) == Some(&true)
                && packet.transport.is_some()
                && (!has_ports || ports.iter().all(Option::is_some))
        }
        2 => has_ends == [true; 2] && has_ports && ports[1].is_some(),
        3 => has_ends == [true; 2] && has_ports && ports[0].is_some(),
        _ => false,
    }
}

/// A value or a column as text: `\=` and `\|` are resolved when it leaves.
pub(crate) fn text(written: &[u8]) -> Untrusted<'_> {
    Untrusted::escaped(written, Escape::Cef)
}

/// Whether a header of CEF or LEEF stands in the text: `CEF:0|`, `LEEF:1.0|`.
pub(crate) fn has_header(text: &[u8]) -> bool {
    places!(text, "EF:").any(|at| {
        let version = text.get(at + 3..).unwrap_or_default().trim_ascii_start();
        let digits = version
            .iter()
            .take_while(|byte| byte.is_ascii_digit() || **byte == b'.');
        matches!(digits.count(), 1..=3)
            && version.iter().take(4).any(|byte| *byte == b'|')
            && text
                .get(..at)
                .is_some_and(|text| text.ends_with(b"C") || text.ends_with(b"LE"))
    })
}

/// A time as CEF allows it: milliseconds since 1970, `Nov 23 2026 10:00:00`, with a fraction and a
/// zone or not, or ISO 8601.
pub(crate) fn stamp(text: &[u8]) -> Option<Stamp> {
    if let Some(stamp) = fields::stamp(text) {
        return Some(stamp);
    }
    let mut words = text
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty());
    let month = clock::month(words.next()?)?;
    let day = decimal(words.next()?)?;
    let third = words.next()?;
    let (year, time) = match decimal::<u16>(third) {
        Some(year) => (Some(i16::try_from(year).ok()?), words.next()?),
        None => (None, third),
    };
    let mut parts = time.split(|byte| matches!(byte, b':' | b'.'));
    let mut part = || parts.next();
    let (hour, minute, second) = (decimal(part()?)?, decimal(part()?)?, decimal(part()?)?);
    let nanosecond = match part() {
        Some(milliseconds) if milliseconds.len() == 3 => decimal::<u32>(milliseconds)? * 1_000_000,
        _ => 0,
    };
    let civil = Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
        nanosecond,
    };
    if !civil.is_valid() {
        return None;
    }
    match words.next() {
        Some(zone) => zoned(Stamp::Civil(civil), zone),
        None => Some(Stamp::Civil(civil)),
    }
}

/// The instant of a wall clock in a zone that is named beside it; a zone that says nothing without
/// a database changes nothing.
pub(crate) fn zoned(stamp: Stamp, zone: &[u8]) -> Option<Stamp> {
    let Stamp::Civil(civil) = stamp else {
        return Some(stamp);
    };
    let zone = zone
        .strip_prefix(b"GMT")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(zone);
    let east = match zone {
        b"UTC" | b"GMT" => Some(0),
        zone => clock::offset(zone),
    };
    let instant: Option<Timestamp> = east.and_then(|east| clock::instant(&civil, east));
    Some(instant.map_or(stamp, Stamp::Instant))
}

/// What a vendor's word of decision says; nothing for words that decide nothing.
pub(crate) fn action(word: &[u8]) -> Action {
    const WORDS: [(&str, Action); 29] = [
        ("accept", Action::Allowed),
        ("accepted", Action::Allowed),
        ("allow", Action::Allowed),
        ("allowed", Action::Allowed),
        ("permit", Action::Allowed),
        ("permitted", Action::Allowed),
        ("pass", Action::Allowed),
        ("passed", Action::Allowed),
        ("passthrough", Action::Allowed),
        ("forward", Action::Allowed),
        ("drop", Action::Dropped),
        ("dropped", Action::Dropped),
        ("discard", Action::Dropped),
        ("discarded", Action::Dropped),
        ("drop-all-packets", Action::Dropped),
        ("drop-icmp", Action::Dropped),
        ("drop-packet", Action::Dropped),
        ("reject", Action::Rejected),
        ("rejected", Action::Rejected),
        ("refuse", Action::Rejected),
        ("refused", Action::Rejected),
        ("reset", Action::Rejected),
        ("reset-both", Action::Rejected),
        ("reset-client", Action::Rejected),
        ("reset-server", Action::Rejected),
        ("deny", Action::Denied),
        ("denied", Action::Denied),
        ("prevent", Action::Denied),
        ("prevented", Action::Denied),
    ];
    // Zyxel's `ACCESS BLOCK`, `ACCESS FORWARD`.
    let word = word.strip_prefix(b"ACCESS ").unwrap_or(word);
    // `block-url`, `blocked by policy`.
    if word
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"block"))
    {
        return Action::Denied;
    }
    WORDS
        .iter()
        .find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(word))
        .map_or(Action::Unstated, |(_, action)| *action)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(&str, &str, bool)> {
        let text_of = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        Pairs::new(text.as_bytes())
            .map(|pair| (text_of(pair.key), text_of(pair.value), pair.is_last))
            .collect()
    }

    #[test]
    fn values_hold_blanks_and_equals_signs() {
        assert_eq!(
            pairs(r#" src=192.0.2.1 msg=a b\=c cn1= name=CN=x,O=y ad.vd="q r" "#),
            [
                ("src", "192.0.2.1", false),
                ("msg", r"a b\=c", false),
                ("cn1", "", false),
                ("name", "CN=x,O=y", false),
                ("ad.vd", "q r", false),
            ]
        );
        assert_eq!(pairs("Unknown|act=Drop"), [("act", "Drop", true)]);
        assert_eq!(pairs("nothing"), []);
    }

    #[test]
    fn escapes_leave_resolved() {
        for (written, meant) in [
            (r"to\=somewhere", "to=somewhere"),
            (r"a\|b", "a|b"),
            (r"C:\\Windows", r"C:\Windows"),
            ("plain", "plain"),
        ] {
            assert_eq!(&*text(written.as_bytes()).resolved(), meant.as_bytes());
        }
    }

    #[test]
    fn a_value_at_the_end_may_be_cut() {
        let last = |text: &'static str| Pairs::new(text.as_bytes()).last();
        for (text, ip) in [
            ("a=1 src=192.0.2.1", Err(Refusal::Truncated)),
            ("a=1 src=192.0.2.", Err(Refusal::Truncated)),
            ("a=1 src=192.0.2.26", Ok(true)),
            ("a=1 src=192.0.2.1 ", Ok(true)),
            ("a=1 src=192.0.2.1 ds", Ok(true)),
            ("a=1 src=2001:db8::1", Err(Refusal::Truncated)),
        ] {
            let found = last(text).map(|pair| pair.ip().map(|ip| ip.is_some()));
            assert_eq!(found, Some(ip), "{text}");
        }
        assert_eq!(last("a=1 dpt=44").map(|pair| pair.port()), Some(Ok(None)));
        assert_eq!(
            last("a=1 dpt=44 ").map(|pair| pair.port()),
            Some(Ok(Some(44)))
        );
        assert_eq!(
            last("a=1 dpt=51413").map(|pair| pair.port()),
            Some(Ok(Some(51413)))
        );
        assert_eq!(
            last("a=1 proto=1").map(|pair| pair.protocol()),
            Some(Ok(None))
        );
    }

    #[test]
    fn times() {
        let civil = |nanosecond| Civil {
            year: Some(2026),
            month: 11,
            day: 23,
            hour: 10,
            minute: 0,
            second: 0,
            nanosecond,
        };
        let instant = |seconds| Timestamp::from_seconds(seconds, 0).map(Stamp::Instant);
        for (text, found) in [
            ("Nov 23 2026 10:00:00", Some(Stamp::Civil(civil(0)))),
            (
                "Nov 23 2026 10:00:00.643",
                Some(Stamp::Civil(civil(643_000_000))),
            ),
            ("Nov 23 2026 10:00:00 UTC", instant(1_795_428_000)),
            ("Nov 23 2026 11:00:00 GMT+01:00", instant(1_795_428_000)),
            ("Nov 23 2026 10:00:00 CEST", Some(Stamp::Civil(civil(0)))),
            ("1795428000000", instant(1_795_428_000)),
            ("Nov 31 2026 10:00:00", None),
            ("noon", None),
        ] {
            assert_eq!(stamp(text.as_bytes()), found, "{text}");
        }
    }
}
