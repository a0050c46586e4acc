//! What of an event matters to a verdict, and nothing else.

use std::net::IpAddr;

use rutter_event::{Action, Direction, Packet, Scope, TcpFlags, Transport};
use rutter_knowledge::model::denial;
use rutter_knowledge::{Cast, Field, Knowledge};

use crate::subject::{Proofs, Subject};

/// The class of an event: two events of one source with the same signature, sent to addresses of
/// the same sort, get the same verdict from the same past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signature {
    /// Protocol number plus one; 0 when unknown.
    transport: u16,
    /// Flags without ECN; 0x40 when unknown.
    flags: u8,
    direction: Direction,
    /// 0 unknown, 1 allowed, 2 denied.
    denial: u8,
    fragment: bool,
    /// Destination port plus one; 0 when there is none.
    port: u32,
    icmp: [u16; 2],
    source_port: u16,
    /// Classes of the numbers in [`SMALL`].
    small: [u8; SMALL.len()],
    quoted: [u16; 3],
    proofs: Proofs,
    scope: Option<Scope>,
    cast: Option<Cast>,
}

/// Numbers that conditions cut into few classes.
const SMALL: [Field; 10] = [
    Field::IpLength,
    Field::PayloadLength,
    Field::IpTtl,
    Field::IpId,
    Field::TcpWindow,
    Field::TcpOptions,
    Field::TcpMss,
    Field::TcpSeq,
    Field::IcmpId,
    Field::IcmpSequence,
];

const NO_FLAGS: u8 = 0x40;

impl Signature {
    /// The signature of a subject.
    #[must_use]
    pub fn of(subject: &Subject<'_>, knowledge: &Knowledge) -> Self {
        let packet = subject.packet;
        let classes = &knowledge.classes;
        let mut small = [0; SMALL.len()];
        for (class, field) in small.iter_mut().zip(SMALL) {
            *class = u8::try_from(classes.class(field, small_number(packet, field))).unwrap_or(u8::MAX);
        }
        let quoted = subject.quoted.map_or([0; 3], |quoted| {
            [
                number_or_zero(quoted.transport),
                classes.class(Field::QuotedSourcePort, quoted.source.port.map(u32::from)),
                classes.class(Field::QuotedDestinationPort, quoted.destination.port.map(u32::from)),
            ]
        });
        let icmp = [packet.icmp.kind, packet.icmp.code].map(|x| x.map_or(0, |x| u16::from(x) + 1));
        Self {
            transport: number_or_zero(packet.transport),
            flags: packet.tcp.flags.map_or(NO_FLAGS, |f| f.shape().0),
            direction: subject.direction,
            denial: denial(subject.action).map_or(0, |d| 1 + u8::from(d)),
            fragment: packet.fragment.more || packet.fragment.offset > 0,
            port: packet.destination.port.map_or(0, |p| u32::from(p) + 1),
            icmp,
            source_port: classes.class(Field::SourcePort, packet.source.port.map(u32::from)),
            small,
            quoted,
            proofs: subject.proofs,
            scope: packet.destination.ip.map(Scope::of),
            cast: packet.destination.ip.map(Cast::of),
        }
    }

    /// Whether two packets ask the same thing: protocol, port (or ICMP type), flags, direction.
    #[must_use]
    pub(crate) fn is_same_service(&self, other: &Self) -> bool {
        self.transport == other.transport
            && self.port == other.port
            && self.flags == other.flags
            && self.icmp == other.icmp
            && self.direction == other.direction
    }

    /// Protocol.
    #[must_use]
    pub fn transport(&self) -> Option<Transport> {
        self.transport.checked_sub(1).and_then(|t| u8::try_from(t).ok()).map(Transport)
    }

    /// Destination port.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port.checked_sub(1).and_then(|p| u16::try_from(p).ok())
    }

    /// TCP flags.
    #[must_use]
    pub const fn flags(&self) -> Option<TcpFlags> {
        if self.flags == NO_FLAGS { None } else { Some(TcpFlags(self.flags)) }
    }

    /// Which way.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// ICMP type and code.
    #[must_use]
    pub fn icmp(&self) -> (Option<u8>, Option<u8>) {
        let [kind, code] = self.icmp.map(|x| x.checked_sub(1).and_then(|x| u8::try_from(x).ok()));
        (kind, code)
    }

    /// Equations that held.
    #[must_use]
    pub const fn proofs(&self) -> Proofs {
        self.proofs
    }

    /// A packet of this class between two addresses, and the packet that it quotes.
    #[must_use]
    pub fn packet(
        &self,
        knowledge: &Knowledge,
        source: Option<IpAddr>,
        source_port: Option<u16>,
        destination: Option<IpAddr>,
    ) -> (Packet, Option<Packet>) {
        let classes = &knowledge.classes;
        let mut packet = Packet { transport: self.transport(), ..Packet::default() };
        packet.source.ip = source;
        packet.source.port = source_port;
        packet.destination.ip = destination;
        packet.destination.port = self.port();
        packet.tcp.flags = self.flags();
        packet.fragment.more = self.fragment;
        (packet.icmp.kind, packet.icmp.code) = self.icmp();
        for (class, field) in self.small.iter().zip(SMALL) {
            set_small(&mut packet, field, classes.representative(field, u16::from(*class)));
        }
        let [transport, from, to] = self.quoted;
        let quoted = transport.checked_sub(1).and_then(|t| u8::try_from(t).ok()).map(|transport| {
            let mut quoted = Packet { transport: Some(Transport(transport)), ..Packet::default() };
            let port = |field, class| classes.representative(field, class).and_then(|p| u16::try_from(p).ok());
            quoted.source.port = port(Field::QuotedSourcePort, from);
            quoted.destination.port = port(Field::QuotedDestinationPort, to);
            quoted
        });
        (packet, quoted)
    }

    /// Whether the log said that the packet was let through or not.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self.denial {
            1 => Action::Allowed,
            2 => Action::Denied,
            _ => Action::Unstated,
        }
    }
}

fn number_or_zero(transport: Option<Transport>) -> u16 {
    transport.map_or(0, |t| u16::from(t.0) + 1)
}

fn small_number(packet: &Packet, field: Field) -> Option<u32> {
    match field {
        Field::IpLength => packet.length,
        Field::PayloadLength => packet.payload_length,
        Field::IpTtl => packet.ttl.map(u32::from),
        Field::IpId => packet.id.map(u32::from),
        Field::TcpWindow => packet.tcp.window.map(u32::from),
        Field::TcpOptions => packet.tcp.options_length.map(u32::from),
        Field::TcpMss => packet.tcp.mss.map(u32::from),
        Field::TcpSeq => packet.tcp.seq,
        Field::IcmpId => packet.icmp.id.map(u32::from),
        Field::IcmpSequence => packet.icmp.sequence.map(u32::from),
        _ => None,
    }
}

fn set_small(packet: &mut Packet, field: Field, number: Option<u32>) {
    let short = number.and_then(|n| u16::try_from(n).ok());
    let byte = number.and_then(|n| u8::try_from(n).ok());
    match field {
        Field::IpLength => packet.length = number,
        Field::PayloadLength => packet.payload_length = number,
        Field::IpTtl => packet.ttl = byte,
        Field::IpId => packet.id = short,
        Field::TcpWindow => packet.tcp.window = short,
        Field::TcpOptions => packet.tcp.options_length = byte,
        Field::TcpMss => packet.tcp.mss = short,
        Field::TcpSeq => packet.tcp.seq = number,
        Field::IcmpId => packet.icmp.id = short,
        Field::IcmpSequence => packet.icmp.sequence = short,
        _ => {}
    }
}
