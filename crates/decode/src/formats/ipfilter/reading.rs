//! The parts of an entry, and what they mean.

use rutter_event::{
    Action, Civil, Direction, Endpoint, Event, Packet, Refusal, Stamp, TcpFlags, Transport,
    Untrusted,
};

use super::super::number::decimal;
use super::super::socket;
use super::super::words::Words;
use crate::formats::search::place;

/// `[date] time [2x] em0 @0:12 b A,P -> B,Q PR tcp len 20 40 -S IN`, or `STATE:NEW A,P -> B,Q PR tcp`.
#[derive(Clone, Copy, Default)]
pub(super) struct Parts<'a> {
    /// `23/11/2026`, where ipmon writes to a file.
    date: &'a [u8],
    clock: &'a [u8],
    /// `2x`: packets that this entry stands for.
    pub(super) count: &'a [u8],
    interface: &'a [u8],
    /// `@0:12`: group and rule.
    rule: &'a [u8],
    /// A letter of the action, or the kind of a state.
    pub(super) verdict: &'a [u8],
    source: &'a [u8],
    destination: &'a [u8],
    protocol: &'a [u8],
    /// What follows the protocol.
    pub(super) tail: &'a [u8],
    /// Whether a blank closes the protocol.
    is_closed: bool,
}

impl<'a> Parts<'a> {
    /// Takes an entry apart; nothing when the text is none. One that is cut lacks its last parts.
    pub(super) fn find(message: &'a [u8]) -> Option<Self> {
        let mut parts = Self::default();
        let arrow = place!(message, " -> ")?;
        let (before, behind) = message.split_at_checked(arrow)?;
        let mut words = Words::new(before);
        while let Some((word, _)) = words.next() {
            if word.starts_with(b"@") && word.contains(&b':') {
                parts.rule = word;
            } else if word.starts_with(b"STATE:") {
                parts.verdict = word;
            } else if parts.rule.is_empty() && parts.verdict.is_empty() {
                if word.contains(&b'/') {
                    parts.date = word;
                } else if word.contains(&b':') {
                    parts.clock = word;
                } else if word.ends_with(b"x") && decimal::<u32>(word.strip_suffix(b"x")?).is_some()
                {
                    parts.count = word;
                } else {
                    // Several interfaces, or the words of a header that nobody has taken off.
                    parts.interface = word;
                }
            } else if parts.verdict.is_empty() {
                parts.verdict = word;
            } else {
                if !parts.source.is_empty() {
                    return None;
                }
                parts.source = word;
            }
        }
        let is_letter = matches!(parts.verdict, [b'a'..=b'z' | b'A'..=b'Z'] | [_, b'p' | b'b'])
            && !parts.rule.is_empty();
        let is_state = parts.verdict.starts_with(b"STATE:");
        if !is_letter && !is_state || parts.source.is_empty() {
            return None;
        }
        let rest = behind.get(4..)?;
        let mark = place!(rest, " PR ")?;
        parts.destination = rest.get(..mark)?;
        if parts.destination.contains(&b' ') {
            return None;
        }
        let rest = rest.get(mark + 4..)?;
        let end = memchr::memchr(b' ', rest);
        parts.is_closed = end.is_some();
        let (protocol, tail) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        (parts.protocol, parts.tail) = (protocol, tail.trim_ascii());
        Some(parts)
    }

    /// The time of the entry where it has no date: it stands for nothing alone.
    pub(super) const fn time(&self) -> &'a [u8] {
        if self.date.is_empty() {
            self.clock
        } else {
            b""
        }
    }

    pub(super) fn fill(&self, is_ended: bool, event: &mut Event<'a>) -> Result<(), Refusal> {
        if !self.is_closed && !is_ended {
            return Err(Refusal::Truncated);
        }
        if let Some(stamp) = stamp(self.date, self.clock) {
            event.stamp = stamp;
        }
        event.action = match self.verdict {
            b"b" | b"B" => Action::Denied,
            b"p" | b"P" => Action::Allowed,
            // Logged, short, not matched, nomatch.
            _ => Action::Unstated,
        };
        event.rule_id = Untrusted::new(self.rule);
        event.packets = self.count.strip_suffix(b"x").and_then(decimal);
        let packet = &mut event.packet;
        packet.transport = Some(Transport::from_word(self.protocol).ok_or(Refusal::BadProtocol)?);
        packet.source = socket::end(self.source, b',')?;
        packet.destination = socket::end(self.destination, b',')?;
        if packet.source.port.is_some() != packet.destination.port.is_some() {
            return Err(Refusal::BadPort);
        }
        self.read_tail(event)
    }

    /// `len 20 40 -S K-S IN`, `len 20 84 icmp echo/0 IN`, `len 20 (1500) frag 1480@0 IN`.
    fn read_tail(&self, event: &mut Event<'a>) -> Result<(), Refusal> {
        let mut words = Words::new(self.tail);
        let mut before: &[u8] = b"";
        while let Some((word, is_closed)) = words.next() {
            let packet = &mut event.packet;
            match (before, word) {
                // The first number is the header's length.
                (b"len", _) if packet.length.is_none() => {
                    if let Some((total, true)) = words.next() {
                        let total = total.strip_prefix(b"(").unwrap_or(total);
                        packet.length = decimal(total.strip_suffix(b")").unwrap_or(total));
                    }
                }
                (_, b"IN") => event.direction = Direction::Inbound,
                (_, b"OUT") => event.direction = Direction::Outbound,
                (b"icmp", kind)
                    if is_closed && packet.transport.is_some_and(Transport::is_icmp) =>
                {
                    let slash = memchr::memchr(b'/', kind).unwrap_or(kind.len());
                    packet.icmp.kind = kind.get(..slash).and_then(icmp_kind);
                    packet.icmp.code = kind.get(slash + 1..).and_then(decimal);
                }
                (_, b"for") if packet.transport.is_some_and(Transport::is_icmp) => {
                    event.quoted = quoted(&mut words)?;
                }
                (_, [b'-', letters @ ..])
                    if packet.transport == Some(Transport::TCP) && packet.tcp.flags.is_none() =>
                {
                    packet.tcp.flags = flags(letters).filter(|_| is_closed);
                }
                _ => {}
            }
            before = word;
        }
        let interface = Untrusted::new(self.interface);
        match event.direction {
            Direction::Outbound => event.observer.egress = interface,
            _ => event.observer.ingress = interface,
        }
        Ok(())
    }
}

/// `A,P - B,Q PR udp`: the packet that an ICMP error is about.
fn quoted(words: &mut Words<'_>) -> Result<Option<Packet>, Refusal> {
    let mut next = || words.next().filter(|(_, is_closed)| *is_closed);
    let (Some((source, _)), Some((b"-", _)), Some((destination, _))) = (next(), next(), next())
    else {
        return Ok(None);
    };
    let (Some((b"PR", _)), Some((protocol, _))) = (next(), next()) else {
        return Ok(None);
    };
    let (source, destination): (Endpoint, Endpoint) =
        (socket::end(source, b',')?, socket::end(destination, b',')?);
    let mut packet = Packet {
        transport: Transport::from_word(protocol),
        source,
        destination,
        ..Packet::default()
    };
    match super::super::fields::settle(&mut packet) {
        Ok(()) => Ok(Some(packet)),
        Err(_) => Ok(None),
    }
}

/// The words of ipmon, or a number.
fn icmp_kind(word: &[u8]) -> Option<u8> {
    const WORDS: [(&[u8], u8); 15] = [
        (b"echorep", 0),
        (b"unreach", 3),
        (b"squench", 4),
        (b"redir", 5),
        (b"echo", 8),
        (b"routerad", 9),
        (b"routersol", 10),
        (b"timex", 11),
        (b"paramprob", 12),
        (b"timest", 13),
        (b"timestrep", 14),
        (b"inforeq", 15),
        (b"inforep", 16),
        (b"maskreq", 17),
        (b"maskrep", 18),
    ];
    let known = WORDS.iter().find(|(name, _)| *name == word);
    known.map(|(_, kind)| *kind).or_else(|| decimal(word))
}

/// A letter for each flag.
fn flags(letters: &[u8]) -> Option<TcpFlags> {
    letters.iter().try_fold(TcpFlags::NONE, |flags, letter| {
        Some(flags.with(TcpFlags::from_letter(*letter)?))
    })
}

/// `23/11/2026` and `10:00:00.123456`, the wall clock of the machine.
fn stamp(date: &[u8], clock: &[u8]) -> Option<Stamp> {
    let mut parts = date.split(|byte| *byte == b'/').map(decimal::<u16>);
    let (day, month, year) = (parts.next()??, parts.next()??, parts.next()??);
    let dot = memchr::memchr(b'.', clock).unwrap_or(clock.len());
    let mut time = clock
        .get(..dot)?
        .split(|byte| *byte == b':')
        .map(decimal::<u8>);
    let digits = clock.get(dot + 1..).unwrap_or_default();
    let microseconds = decimal::<u32>(digits).filter(|_| digits.len() == 6);
    let civil = Civil {
        year: Some(i16::try_from(year).ok()?),
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        hour: time.next()??,
        minute: time.next()??,
        second: time.next()??,
        nanosecond: microseconds.unwrap_or(0) * 1000,
    };
    civil.is_valid().then_some(Stamp::Civil(civil))
}
