//! The parts of a record, and what they mean.

use rutter_event::{
    Action, Direction, Endpoint, Event, Family, Refusal, Skip, TcpFlags, Transport, Untrusted,
};

use super::super::ending::address_may_go_on;
use super::super::fields;
use super::super::number::{decimal, port_may_go_on};
use super::super::socket;
use super::super::words::Words;
use crate::formats::search::{holds, place, places};
use crate::record::{Record, Rejection};

/// A record, cut at its address family.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    /// Hash of the filter, or number and identifier of the interface; empty in old releases.
    filter: &'a [u8],
    is_v6: bool,
    /// `match`, `reason-match`, `TERM`, `state-mismatch`.
    reason: &'a [u8],
    /// Everything behind the reason.
    text: &'a [u8],
}

impl<'a> Parts<'a> {
    /// The parts of a record, whose envelope may have taken the family for a host.
    pub(super) fn of(record: &Record<'a>) -> Option<Self> {
        match record.hostname.bytes() {
            family @ (b"INET" | b"INET6") => {
                Self::behind_family(b"", family == b"INET6", record.message)
            }
            _ => Self::find(record.message),
        }
    }

    /// Finds the family and the reason; nothing where they do not stand near the beginning.
    pub(super) fn find(message: &'a [u8]) -> Option<Self> {
        let head = message.get(..200).unwrap_or(message);
        let at =
            places!(head, "INET").find(|at| *at == 0 || matches!(head.get(at - 1), Some(b' ')))?;
        let (before, behind) = message.split_at_checked(at)?;
        let behind = behind.strip_prefix(b"INET")?;
        let six = behind.strip_prefix(b"6");
        let mut filter = before.trim_ascii_end();
        if let Some(open) = memchr::memrchr(b'<', filter) {
            filter = filter.get(open..)?;
        } else if let Some(blank) = memchr::memrchr(b' ', filter) {
            // Where the envelope has not taken it off, the time comes first.
            filter = filter.get(blank + 1..)?;
        }
        Self::behind_family(
            filter,
            six.is_some(),
            six.unwrap_or(behind).strip_prefix(b" ")?,
        )
    }

    /// The parts of a message whose family stands in the envelope.
    pub(super) fn without_family(message: &'a [u8]) -> Option<Self> {
        Self::behind_family(b"", false, message)
    }

    fn behind_family(filter: &'a [u8], is_v6: bool, text: &'a [u8]) -> Option<Self> {
        let text = text.strip_prefix(b"reason-").unwrap_or(text);
        let (reason, text) = text.split_at_checked(memchr::memchr2(b',', b' ', text)?)?;
        REASONS.contains(&reason).then_some(Self {
            filter,
            is_v6,
            reason,
            text: text.get(1..)?,
        })
    }

    /// What has no field: the filter, the reason, and the words behind the ends.
    pub(super) fn extra(&self) -> [&'a [u8]; 3] {
        let arrow = place!(self.text, "->").unwrap_or(self.text.len());
        let behind = self.text.get(arrow..).unwrap_or_default();
        let end = behind.iter().position(|byte| *byte == b' ');
        let tail = behind
            .get(end.unwrap_or(behind.len())..)
            .unwrap_or_default();
        [self.filter, self.reason, tail.trim_ascii()]
    }
}

/// Why a packet was logged, and that a connection has ended.
const REASONS: &[&[u8]] = &[
    b"match",
    b"bad-offset",
    b"fragment",
    b"short",
    b"normalize",
    b"memory",
    b"bad-timestamp",
    b"congestion",
    b"ip-option",
    b"proto-cksum",
    b"state-mismatch",
    b"state-insert",
    b"state-limit",
    b"src-limit",
    b"synproxy",
    b"spoofguard",
    b"SpoofGuard",
    b"TERM",
];

/// Reads a record.
///
/// # Errors
/// A [`Rejection`] when it breaks off or cannot be read.
pub(super) fn read<'a>(record: &Record<'a>) -> Result<Event<'a>, Rejection> {
    let parts = Parts::of(record).ok_or(Skip::NotFirewall)?;
    let mut event = Event {
        stamp: record.stamp,
        ..Event::default()
    };
    let text = parts.text.trim_ascii();
    // Two records run together.
    if holds!(text, "INET") {
        return Err(Refusal::BadSyntax.into());
    }
    let mut words = Words::new(text);
    let mut next = || match words.next() {
        Some((word, true)) => Ok(word.strip_suffix(b",").unwrap_or(word)),
        _ => Err(Refusal::Truncated),
    };
    let mut word = next()?;
    if parts.reason != b"TERM" || action(word).is_some() {
        event.action = action(word).ok_or(Refusal::BadSyntax)?;
        word = next()?;
    }
    // Old releases write `domain-c7/1006`, later ones a ruleset of any name, the last no ruleset.
    let slash = memchr::memrchr(b'/', word);
    event.rule_id = Untrusted::new(slash.map_or(word, |at| word.get(at + 1..).unwrap_or_default()));
    word = next()?;
    event.direction = match word {
        b"IN" => Direction::Inbound,
        b"OUT" => Direction::Outbound,
        _ => return Err(Refusal::BadSyntax.into()),
    };
    let mut protocol = next()?;
    if let Some(length) = decimal::<u32>(protocol) {
        event.packet.length = Some(length);
        protocol = next()?;
    }
    if matches!(protocol, b"PROTO") {
        protocol = next()?;
    }
    event.packet.transport = Some(Transport::from_word(protocol).ok_or(Refusal::BadProtocol)?);

    // `FIN`, `RST`, `TIMEOUT` say why a connection ended; ICMP may show type and code.
    let mut rest = words;
    let (ends, is_closed) = loop {
        match rest.next() {
            Some((word, is_closed)) if holds!(word, "->") => {
                break (word, is_closed);
            }
            Some((_, true)) => {}
            _ => return Err(Refusal::Truncated.into()),
        }
    };
    // Behind the ends stand the flags of TCP, or the sums of a connection.
    let must_go_on = parts.reason == b"TERM" || event.packet.transport == Some(Transport::TCP);
    read_ends(ends, is_closed || record.is_ended, must_go_on, &mut event)?;
    event.packet.family = if parts.is_v6 { Family::V6 } else { Family::V4 };
    event.packet.tell_icmp_apart();
    read_tail(rest, parts.reason == b"TERM", record.is_ended, &mut event);
    event.observer.vendor = "vmware";
    event.observer.product = "nsx";
    // Hashes and severities stand where a host may.
    if !matches!(record.hostname.bytes(), b"INET" | b"INET6") && !is_severity(record.hostname) {
        event.observer.hostname = record.hostname;
    }
    Ok(event)
}

/// `No(13)`, as hosts write it before the program.
fn is_severity(word: Untrusted<'_>) -> bool {
    word.bytes().ends_with(b")")
}

fn action(word: &[u8]) -> Option<Action> {
    Some(match word {
        b"PASS" | b"COPY" | b"NAT" | b"RDR" => Action::Allowed,
        b"DROP" => Action::Dropped,
        b"REJECT" => Action::Rejected,
        b"NONAT" | b"NORDR" | b"PUNT" | b"REDIRECT" | b"PBR" | b"LB" => Action::Unstated,
        _ => return None,
    })
}

/// `198.51.100.7/49627->203.0.113.9/23`, or with colons as the first releases have it, and
/// where the port may be missing. A record that ends with its ends cannot be told from one that is
/// cut there.
fn read_ends(
    text: &[u8],
    is_closed: bool,
    must_go_on: bool,
    event: &mut Event<'_>,
) -> Result<(), Refusal> {
    let arrow = place!(text, "->").ok_or(Refusal::Truncated)?;
    let (source, destination) = text.split_at_checked(arrow).ok_or(Refusal::Truncated)?;
    let destination = destination.get(2..).unwrap_or_default();
    let packet = &mut event.packet;
    packet.source = end(source)?;
    packet.destination = match end(destination) {
        Err(_) if !is_closed => return Err(Refusal::Truncated),
        destination => destination?,
    };
    let has_ports = packet.transport.is_some_and(Transport::has_ports);
    let (from, to) = (packet.source.port, packet.destination.port);
    if !is_closed && must_go_on {
        let is_cut = match (to, packet.destination.ip) {
            (Some(port), _) => port_may_go_on(port),
            (None, Some(ip)) => has_ports || address_may_go_on(ip),
            (None, None) => true,
        };
        if is_cut {
            return Err(Refusal::Truncated);
        }
    }
    // A fragment that is not the first has no ports.
    if has_ports && from.is_some() != to.is_some() {
        return Err(Refusal::MissingField);
    }
    Ok(())
}

fn end(text: &[u8]) -> Result<Endpoint, Refusal> {
    let separator = if memchr::memchr(b'/', text).is_some() {
        b'/'
    } else {
        b':'
    };
    socket::end(text, separator)
}

/// Flags of a packet, or packets and bytes of a connection, each both ways; the last word may be cut.
fn read_tail(mut words: Words<'_>, is_end: bool, is_ended: bool, event: &mut Event<'_>) {
    let mut sums = [None, None];
    let mut place = sums.iter_mut();
    while let Some((word, is_closed)) = words.next() {
        if let Some(slash) = memchr::memchr(b'/', word).filter(|_| is_end) {
            let (sent, received) = word.split_at_checked(slash).unwrap_or_default();
            let received = received.get(1..).unwrap_or_default();
            let sum = fields::sum(fields::count(sent), fields::count(received));
            if let Some(slot) = place.next().filter(|_| is_closed || is_ended) {
                *slot = sum;
            }
        } else if let Some(flags) = flags(word)
            && !is_end
            && event.packet.transport == Some(Transport::TCP)
            && event.packet.tcp.flags.is_none()
        {
            event.packet.tcp.flags = Some(flags);
        }
    }
    (event.packets, event.bytes) = (sums[0], sums[1]);
}

/// `S`, `SA`, `SEW`: one letter per flag.
fn flags(word: &[u8]) -> Option<TcpFlags> {
    word.iter().try_fold(TcpFlags::NONE, |flags, letter| {
        letter
            .is_ascii_uppercase()
            .then(|| TcpFlags::from_letter(*letter))
            .flatten()
            .map(|flag| flags.with(flag))
    })
}
