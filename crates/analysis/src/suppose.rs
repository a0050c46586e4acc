//! What if: an event with some of its fields changed.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER_PERMISSIVE;
use rutter_event::{Action, Direction, Event, Family, TcpFlags, Timestamp, Transport};
use rutter_knowledge::Field;

use crate::home::Home;
use crate::profile::settle;
use crate::subject::Seen;

/// Fields to change before an event is judged, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supposition {
    changes: Vec<Change>,
}

/// One field and its other value, written `tcp.seq=1`; `tcp.seq=` supposes a log that lacks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    field: Key,
    value: String,
    /// Payload bytes, which an event borrows.
    payload: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Number(Field),
    SourceIp,
    DestinationIp,
    Transport,
    Flags,
    Action,
    Direction,
    Year,
    Payload,
    Answered,
    Spoke,
    Regular,
}

/// Keys that stand beside the numbers of the knowledge base.
const WORDS: [(&str, Key); 11] = [
    ("source.ip", Key::SourceIp),
    ("destination.ip", Key::DestinationIp),
    ("network.transport", Key::Transport),
    ("tcp.flags", Key::Flags),
    ("event.action", Key::Action),
    ("network.direction", Key::Direction),
    ("year", Key::Year),
    ("payload", Key::Payload),
    ("seen.answered", Key::Answered),
    ("seen.spoke", Key::Spoke),
    ("seen.regular", Key::Regular),
];

/// Numbers that stand for others, and cannot be changed by themselves.
const fn can_change(field: Field) -> bool {
    !matches!(
        field,
        Field::EitherPort | Field::QuotedSourcePort | Field::QuotedDestinationPort
    )
}

/// Every field that can be changed.
pub fn fields() -> impl Iterator<Item = &'static str> {
    let words = WORDS.iter().map(|(word, _)| *word);
    let numbers = Field::KEYS
        .iter()
        .filter(|(_, field)| can_change(*field))
        .map(|(word, _)| *word);
    words.chain(numbers)
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.field.word(), self.value)
    }
}

impl Key {
    fn of(word: &str) -> Option<Self> {
        let word = word.strip_prefix("rutter.").unwrap_or(word);
        let named = WORDS.iter().find(|(known, _)| *known == word);
        named.map(|(_, key)| *key).or_else(|| {
            Field::KEYS
                .iter()
                .find(|(known, field)| *known == word && can_change(*field))
                .map(|(_, field)| Self::Number(*field))
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Number(field) => field.key(),
            other => WORDS
                .iter()
                .find(|(_, key)| *key == other)
                .map_or("", |(word, _)| word),
        }
    }
}

impl FromStr for Change {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, value) = text
            .split_once('=')
            .ok_or_else(|| "write FIELD=VALUE, for instance tcp.seq=1".to_owned())?;
        let field = Key::of(word).ok_or_else(|| {
            let known: Vec<&str> = fields().collect();
            format!(
                "{word:?} is no field that can be changed; there are {}",
                known.join(", ")
            )
        })?;
        let payload = match field {
            Key::Payload => HEXLOWER_PERMISSIVE
                .decode(value.as_bytes())
                .map_err(|_| "payload: write bytes in hexadecimal, two digits each".to_owned())?,
            _ => Vec::new(),
        };
        let change = Self {
            field,
            value: value.to_owned(),
            payload,
        };
        // A value is tried on an empty event, so that a wrong one is told before anything is read.
        change.apply(&mut Event::default(), &mut Seen::default())?;
        Ok(change)
    }
}

impl Supposition {
    /// Nothing is supposed where there are no changes.
    #[must_use]
    pub const fn new(changes: Vec<Change>) -> Self {
        Self { changes }
    }

    /// The changes, in the order given.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The event as it would be, as far as a verdict asks for it. What is supposed to have been [`Seen`] is changed by
    /// [`recall`](Self::recall), once the past of the changed event is known.
    #[must_use]
    pub fn imagine<'a>(&'a self, event: &'a Event<'_>, home: &Home) -> Event<'a> {
        let mut changed = Event {
            stamp: event.stamp,
            time: event.time,
            action: event.action,
            direction: event.direction,
            packet: event.packet,
            quoted: event.quoted,
            payload: event.payload,
            application: event.application,
            ..Event::default()
        };
        let mut no_past = Seen::default();
        for change in &self.changes {
            // Values have been tried when they were read.
            let _ = change.apply(&mut changed, &mut no_past);
        }
        let says_direction = self.changes.iter().any(|c| c.field == Key::Direction);
        let moved = |key| self.changes.iter().any(|c| c.field == key);
        if !says_direction && (moved(Key::SourceIp) || moved(Key::DestinationIp)) {
            changed.direction = Direction::Unknown;
            settle(&mut changed, home);
        }
        changed
    }

    /// The past as it would be.
    pub fn recall(&self, seen: &mut Seen) {
        let mut nowhere = Event::default();
        for change in &self.changes {
            let _ = change.apply(&mut nowhere, seen);
        }
    }
}

impl Change {
    fn apply<'a>(&'a self, event: &mut Event<'a>, seen: &mut Seen) -> Result<(), String> {
        let packet = &mut event.packet;
        match self.field {
            Key::Number(field) => return self.number(field, event, seen),
            Key::SourceIp => packet.source.ip = self.parsed("an address")?,
            Key::DestinationIp => packet.destination.ip = self.parsed("an address")?,
            Key::Transport => {
                packet.transport = self.word("tcp, udp, icmp or a number", |word| {
                    Transport::from_word(word.as_bytes())
                        .or_else(|| word.parse().ok().map(Transport))
                })?;
            }
            Key::Flags => {
                packet.tcp.flags =
                    self.word("flags such as SYN+ACK, or none", |word| match word {
                        "none" => Some(TcpFlags(0)),
                        word => word.split('+').try_fold(TcpFlags(0), |set, word| {
                            Some(TcpFlags(set.0 | TcpFlags::from_word(word.as_bytes())?.0))
                        }),
                    })?;
            }
            Key::Action => {
                let action = self.word("allowed or denied", |word| match word {
                    "allowed" => Some(Action::Allowed),
                    "denied" => Some(Action::Denied),
                    _ => None,
                })?;
                event.action = action.unwrap_or_default();
            }
            Key::Direction => {
                let direction = self.word("inbound, outbound, internal or external", |word| {
                    [
                        Direction::Inbound,
                        Direction::Outbound,
                        Direction::Internal,
                        Direction::External,
                    ]
                    .into_iter()
                    .find(|d| d.word() == Some(word))
                })?;
                event.direction = direction.unwrap_or_default();
            }
            Key::Year => event.time = self.word("a year from 1970 to 2261", year)?,
            Key::Payload => {
                event.payload = &self.payload;
                event.payload_digits = &[];
                packet.payload_length = u32::try_from(self.payload.len()).ok();
            }
            Key::Answered => seen.answered = self.parsed("true or false")?.unwrap_or_default(),
            Key::Spoke => seen.spoke = self.parsed("true or false")?.unwrap_or_default(),
            Key::Regular => seen.regular = self.parsed("true or false")?.unwrap_or_default(),
        }
        packet.family = match packet.source.ip.or(packet.destination.ip) {
            Some(ip) if ip.is_ipv6() => Family::V6,
            Some(_) => Family::V4,
            None => packet.family,
        };
        Ok(())
    }

    fn number<'a>(
        &self,
        field: Field,
        event: &mut Event<'a>,
        seen: &mut Seen,
    ) -> Result<(), String> {
        let packet = &mut event.packet;
        match field {
            Field::SourcePort => packet.source.port = self.parsed(PORT)?,
            Field::DestinationPort => packet.destination.port = self.parsed(PORT)?,
            Field::TcpSeq => packet.tcp.seq = self.parsed(NUMBER)?,
            Field::TcpAck => packet.tcp.ack = self.parsed(NUMBER)?,
            Field::TcpWindow => packet.tcp.window = self.parsed(SHORT)?,
            Field::TcpMss => packet.tcp.mss = self.parsed(SHORT)?,
            Field::TcpOptions => packet.tcp.options_length = self.parsed(BYTE)?,
            Field::IpId => packet.id = self.parsed(SHORT)?,
            Field::IpTtl => packet.ttl = self.parsed(BYTE)?,
            Field::IpLength => packet.length = self.parsed(NUMBER)?,
            Field::PayloadLength => packet.payload_length = self.parsed(NUMBER)?,
            Field::IcmpType => packet.icmp.kind = self.parsed(BYTE)?,
            Field::IcmpCode => packet.icmp.code = self.parsed(BYTE)?,
            Field::IcmpId => packet.icmp.id = self.parsed(SHORT)?,
            Field::IcmpSequence => packet.icmp.sequence = self.parsed(SHORT)?,
            Field::SeenRepeats => seen.repeats = self.count()?,
            Field::SeenPorts => seen.ports = self.count()?,
            Field::SeenTargets => seen.targets = self.count()?,
            Field::SeenSources => seen.sources = self.count()?,
            // These stand for others, and no key reads them.
            Field::EitherPort | Field::QuotedSourcePort | Field::QuotedDestinationPort => {}
        }
        Ok(())
    }

    /// A count of things seen; the packet itself is one.
    fn count(&self) -> Result<u32, String> {
        Ok(self.parsed::<u32>("a number from 1")?.unwrap_or(1).max(1))
    }

    fn parsed<T: FromStr>(&self, what: &str) -> Result<Option<T>, String> {
        self.word(what, |word| word.parse().ok())
    }

    /// Reads the value; an empty one is the absence of the field.
    fn word<T>(
        &self,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, String> {
        if self.value.is_empty() {
            return Ok(None);
        }
        let wrong = || format!("{}: {:?} is not {what}", self.field.word(), self.value);
        read(&self.value).map(Some).ok_or_else(wrong)
    }
}

const PORT: &str = "a port from 0 to 65535";
const BYTE: &str = "a number from 0 to 255";
const SHORT: &str = "a number from 0 to 65535";
const NUMBER: &str = "a number from 0 to 4294967295";

/// The middle of a year; eras count in years.
fn year(word: &str) -> Option<Timestamp> {
    let year: i64 = word.parse().ok().filter(|y| (1970..=2261).contains(y))?;
    // Mean Gregorian years: the middle of the year is far from its ends.
    let days = (year - 1970) * 146_097 / 400 + 182;
    Timestamp::from_seconds(days * 86_400, 0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;
    use crate::subject::Subject;

    fn suppose(changes: &[&str]) -> Supposition {
        Supposition::new(changes.iter().map(|c| c.parse().unwrap()).collect())
    }

    #[test]
    fn fields_take_their_values() {
        let all = suppose(&[
            "source.ip=2001:db8::7",
            "destination.port=23",
            "tcp.flags=SYN+ACK",
            "rutter.tcp.seq=7",
            "network.transport=tcp",
            "year=2001",
            "payload=4d5a",
            "seen.ports=40",
            "seen.answered=true",
        ]);
        let event = Event::default();
        let changed = all.imagine(&event, &Home::default());
        assert_eq!(
            changed.packet.source.ip,
            Some("2001:db8::7".parse().unwrap())
        );
        assert_eq!(changed.packet.family, Family::V6);
        assert_eq!(changed.packet.destination.port, Some(23));
        assert_eq!(changed.packet.tcp.flags.map(|f| f.0), Some(0x12));
        assert_eq!(changed.packet.tcp.seq, Some(7));
        assert_eq!(changed.packet.transport, Some(Transport::TCP));
        assert_eq!(changed.payload, b"MZ");
        assert_eq!(Subject::of(&changed).year, Some(2001));
        let mut seen = Seen::default();
        all.recall(&mut seen);
        assert_eq!((seen.ports, seen.answered), (40, true));
    }

    #[test]
    fn an_empty_value_takes_the_field_away() {
        let mut event = Event::default();
        event.packet.tcp.seq = Some(1);
        let changed = suppose(&["tcp.seq="]);
        assert_eq!(
            changed.imagine(&event, &Home::default()).packet.tcp.seq,
            None
        );
    }

    #[test]
    fn another_address_goes_another_way() {
        let mut event = Event::default();
        event.packet.source.ip = Some("198.51.100.7".parse().unwrap());
        event.packet.destination.ip = Some("192.168.0.9".parse().unwrap());
        settle(&mut event, &Home::default());
        assert_eq!(event.direction, Direction::Inbound);
        let changed = suppose(&["source.ip=192.168.0.3"]);
        let changed = changed.imagine(&event, &Home::default());
        assert_eq!(changed.direction, Direction::Internal);
    }

    #[test]
    fn every_field_is_read_and_shown() {
        for field in fields() {
            let change: Change = format!("{field}=").parse().unwrap();
            assert_eq!(change.to_string(), format!("{field}="));
        }
    }

    #[test]
    fn wrong_ones_are_named() {
        for (text, part) in [
            ("tcp.seq", "FIELD=VALUE"),
            ("tcp.sequence=1", "tcp.seq,"),
            ("tcp.seq=-1", "tcp.seq: \"-1\" is not a number"),
            ("ip.ttl=300", "0 to 255"),
            ("source.ip=here", "an address"),
            ("tcp.flags=SYM", "SYN+ACK"),
            ("payload=4d5", "hexadecimal"),
            ("year=3000", "1970 to 2261"),
            ("either.port=1", "no field"),
        ] {
            let error = text.parse::<Change>().unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
