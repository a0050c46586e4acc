//! Whether a condition holds.

use std::net::IpAddr;

use rutter_event::{Direction, Family, Packet, Scope, same_subnet};
use rutter_knowledge::Cast;
use rutter_knowledge::model::{Condition, Field, Range, denial};

use crate::subject::{Memory, Seen, Subject};

/// Three-valued: a log that lacks a field contradicts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    Unknown,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl From<Option<bool>> for Truth {
    fn from(holds: Option<bool>) -> Self {
        holds.map_or(Self::Unknown, Self::from)
    }
}

/// Asks one condition of a subject and its past.
pub(crate) fn ask(
    condition: &Condition,
    subject: &Subject<'_>,
    seen: &Seen,
    memory: &dyn Memory,
) -> Truth {
    let packet = subject.packet;
    match condition {
        Condition::Number {
            field: Field::EitherPort,
            ranges,
        } => either(&[packet.source.port, packet.destination.port], ranges),
        Condition::Number { field, ranges } => number(*field, subject, seen)
            .map(|n| ranges.iter().any(|r| r.contains(n)))
            .into(),
        Condition::Transport(list) => packet.transport.map(|t| list.contains(&t.0)).into(),
        Condition::QuotedTransport(list) => subject
            .quoted
            .and_then(|q| q.transport)
            .map(|t| list.contains(&t.0))
            .into(),
        Condition::SourceScope(list) => packet
            .source
            .ip
            .map(|ip| list.contains(&Scope::of(ip)))
            .into(),
        Condition::DestinationScope(list) => packet
            .destination
            .ip
            .map(|ip| list.contains(&Scope::of(ip)))
            .into(),
        Condition::DestinationCast(list) => packet
            .destination
            .ip
            .map(|ip| list.contains(&Cast::of(ip)))
            .into(),
        Condition::SourceIn(networks) => packet.source.ip.map(|ip| networks.contains(ip)).into(),
        Condition::DestinationIn(networks) => {
            packet.destination.ip.map(|ip| networks.contains(ip)).into()
        }
        Condition::SameSubnet(wanted) => both(packet)
            .map(|(a, b)| same_subnet(a, b) == *wanted)
            .into(),
        Condition::SameHost(wanted) => both(packet).map(|(a, b)| (a == b) == *wanted).into(),
        Condition::Direction(list) => match subject.direction {
            Direction::Unknown => Truth::Unknown,
            known => list.contains(&known).into(),
        },
        Condition::Action(list) => denial(subject.action).map(|d| list.contains(&d)).into(),
        Condition::Flags(list) => packet.tcp.flags.map(|f| list.contains(&f.shape().0)).into(),
        Condition::Fragment(wanted) => {
            ((packet.fragment.more || packet.fragment.offset > 0) == *wanted).into()
        }
        Condition::DontFragment(wanted) => packet.fragment.dont.map(|dont| dont == *wanted).into(),
        Condition::Family(list) => match packet.family {
            Family::Unknown => Truth::Unknown,
            known => list.contains(&known).into(),
        },
        Condition::Proof(list) => list.iter().fold(Truth::False, |sum, proof| {
            or(sum, subject.proofs.held(*proof).into())
        }),
        Condition::PayloadStarts(_) if !subject.has_payload() => Truth::Unknown,
        Condition::PayloadStarts(list) => {
            let begins = |start: &Vec<u8>| subject.starts_with(start);
            list.iter().any(begins).into()
        }
        Condition::PayloadProtocol(list) => is_named(list, subject.speech.protocol).into(),
        Condition::PayloadClient(list) => is_named(list, subject.speech.client).into(),
        Condition::SeenAlso(list) => list.iter().any(|s| memory.touched(subject, s)).into(),
        Condition::SeenContacted(list) => list.iter().any(|s| memory.contacted(subject, s)).into(),
        Condition::SeenAnswered(wanted) => (seen.answered == *wanted).into(),
        Condition::SeenSpoke(wanted) => (seen.spoke == *wanted).into(),
        Condition::SeenRegular(wanted) => (seen.regular == *wanted).into(),
    }
}

/// Names are compared in any case. Without one nothing is named: most logs read no payload, and what
/// would follow from one must not stand beside every verdict as a possibility.
fn is_named(list: &[String], name: &[u8]) -> bool {
    list.iter().any(|n| n.as_bytes().eq_ignore_ascii_case(name))
}

const fn or(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Truth::True, _) | (_, Truth::True) => Truth::True,
        (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
        _ => Truth::False,
    }
}

fn either(ports: &[Option<u16>], ranges: &[Range]) -> Truth {
    ports
        .iter()
        .map(|port| {
            port.map(|p| ranges.iter().any(|r| r.contains(u32::from(p))))
                .into()
        })
        .fold(Truth::False, or)
}

const fn both(packet: &Packet) -> Option<(IpAddr, IpAddr)> {
    match (packet.source.ip, packet.destination.ip) {
        (Some(a), Some(b)) => Some((a, b)),
        _ => None,
    }
}

/// The number of a field, when the log carries it.
pub(crate) fn number(field: Field, subject: &Subject<'_>, seen: &Seen) -> Option<u32> {
    let packet = subject.packet;
    match field {
        Field::SourcePort | Field::EitherPort => packet.source.port.map(u32::from),
        Field::DestinationPort => packet.destination.port.map(u32::from),
        Field::TcpSeq => packet.tcp.seq,
        Field::TcpAck => packet.tcp.ack,
        Field::TcpWindow => packet.tcp.window.map(u32::from),
        Field::TcpMss => packet.tcp.mss.map(u32::from),
        Field::TcpOptions => packet.tcp.options_length.map(u32::from),
        Field::IpId => packet.id.map(u32::from),
        Field::IpTtl => packet.ttl.map(u32::from),
        Field::IpLength => packet.length,
        Field::PayloadLength => packet.payload_length,
        Field::IcmpType => packet.icmp.kind.map(u32::from),
        Field::IcmpCode => packet.icmp.code.map(u32::from),
        Field::IcmpId => packet.icmp.id.map(u32::from),
        Field::IcmpSequence => packet.icmp.sequence.map(u32::from),
        Field::QuotedSourcePort => subject.quoted.and_then(|q| q.source.port).map(u32::from),
        Field::QuotedDestinationPort => subject
            .quoted
            .and_then(|q| q.destination.port)
            .map(u32::from),
        Field::SeenRepeats => Some(seen.repeats),
        Field::SeenPorts => Some(seen.ports),
        Field::SeenTargets => Some(seen.targets),
        Field::SeenSources => Some(seen.sources),
    }
}
