//! What of an event matters to a verdict, and nothing else.

use std::fmt;
use std::net::IpAddr;

use rutter_event::{Action, Direction, Family, Packet, Scope, TcpFlags, Transport};
use rutter_knowledge::model::denial;
use rutter_knowledge::{Cast, Field, Knowledge, Sort};

use super::host::mixed;
use super::sampled::SEED;
use super::seal::{Fault, Reader, Writer};
use crate::subject::{Proofs, Speech, Subject};

/// The class of an event: two events of one source with the same signature, sent to addresses of
/// the same sort, get the same verdict from the same past.
///
/// Packed into four words because a profile hashes and compares one per event; the
/// constants below say what lies where.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signature([u64; 4]);

/// A run of bits in the words of a signature.
#[derive(Clone, Copy)]
struct Bits {
    word: usize,
    from: u32,
    count: u32,
}

const fn bits(word: usize, from: u32, count: u32) -> Bits {
    Bits { word, from, count }
}

impl Bits {
    const fn most(self) -> u64 {
        (1 << self.count) - 1
    }

    const fn mask(self) -> u64 {
        self.most() << self.from
    }
}

// Numbers that a log may lack are kept plus one, so that 0 says that it did.
const TRANSPORT: Bits = bits(0, 0, 9);
/// Flags without ECN; [`NO_FLAGS`] when unknown.
const FLAGS: Bits = bits(0, 9, 7);
const DIRECTION: Bits = bits(0, 16, 3);
/// 0 unknown, 1 allowed, 2 denied.
const DENIAL: Bits = bits(0, 19, 2);
const FRAGMENT: Bits = bits(0, 21, 1);
const PORT: Bits = bits(0, 22, 17);
const ICMP_KIND: Bits = bits(0, 39, 9);
const ICMP_CODE: Bits = bits(0, 48, 9);
/// What the packet asks for: everything in word 0 but the action and fragmentation.
const SERVICE: u64 = !(0b111 << DENIAL.from);

const SOURCE_PORT: Bits = bits(1, 0, 16);
const PROOFS: Bits = bits(1, 16, 16);
const SCOPE: Bits = bits(1, 32, 4);
const CAST: Bits = bits(1, 36, 3);
const QUOTED_TRANSPORT: Bits = bits(1, 39, 9);
/// 0 unknown, 1 may be fragmented, 2 may not.
const DONT_FRAGMENT: Bits = bits(1, 48, 2);
const FAMILY: Bits = bits(1, 50, 3);
/// What the payload begins with; 0 without one.
const START: Bits = bits(1, 53, 8);
/// 1 of what a listener took down of a caller, who most likely passed a firewall that logs, too.
const CONTACT: Bits = bits(1, 61, 1);

const QUOTED_SOURCE: Bits = bits(3, 16, 16);
const QUOTED_DESTINATION: Bits = bits(3, 32, 16);
const PROTOCOL: Bits = bits(3, 48, 8);
const CLIENT: Bits = bits(3, 56, 8);

/// Numbers that conditions cut into few classes: eight bits each, from word 2 on.
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

const fn small_bits(index: usize) -> Bits {
    bits(2 + index / 8, (index % 8 * 8) as u32, 8)
}

impl Signature {
    /// The signature of a subject.
    #[must_use]
    pub fn of(subject: &Subject<'_>, knowledge: &Knowledge) -> Self {
        let packet = subject.packet;
        let classes = &knowledge.classes;
        let sort = Sort::of(packet.transport, packet.tcp.flags);
        let mut signature = Self([0; 4]);
        signature.set(
            TRANSPORT,
            packet.transport.map_or(0, |t| u64::from(t.0) + 1),
        );
        signature.set(
            FLAGS,
            packet.tcp.flags.map_or(NO_FLAGS, |f| f.shape().0).into(),
        );
        signature.set(DIRECTION, subject.direction as u64);
        signature.set(
            DENIAL,
            denial(subject.action).map_or(0, |d| 1 + u64::from(d)),
        );
        signature.set(
            FRAGMENT,
            (packet.fragment.more || packet.fragment.offset > 0).into(),
        );
        let dont = packet.fragment.dont;
        signature.set(DONT_FRAGMENT, dont.map_or(0, |dont| 1 + u64::from(dont)));
        signature.set(FAMILY, packet.family as u64);
        signature.set(
            PORT,
            packet.destination.port.map_or(0, |p| u64::from(p) + 1),
        );
        signature.set(ICMP_KIND, packet.icmp.kind.map_or(0, |k| u64::from(k) + 1));
        signature.set(ICMP_CODE, packet.icmp.code.map_or(0, |c| u64::from(c) + 1));
        let source_port = packet.source.port.map(u32::from);
        signature.set(
            SOURCE_PORT,
            classes.class(sort, Field::SourcePort, source_port).into(),
        );
        signature.set(PROOFS, subject.proofs.bits().into());
        if let Some(ip) = packet.destination.ip {
            let scope = Scope::of(ip);
            signature.set(SCOPE, scope as u64 + 1);
            signature.set(CAST, Cast::within(scope, ip) as u64 + 1);
        }
        // One after the other without a loop: the compiler then knows where each class goes.
        macro_rules! classed {
            ($($index:literal)*) => {$(
                let number = small_number(packet, SMALL[$index]);
                let class = classes.class(sort, SMALL[$index], number);
                signature.set(small_bits($index), u64::from(class).min(0xff));
            )*};
        }
        classed!(0 1 2 3 4 5 6 7 8 9);
        let (protocol, client) = classes.speech(subject.speech.protocol, subject.speech.client);
        signature.set(PROTOCOL, protocol.into());
        signature.set(CLIENT, client.into());
        if subject.has_payload() {
            signature.set(
                START,
                classes.start(|start| subject.starts_with(start)).into(),
            );
        }
        if let Some(quoted) = subject.quoted {
            signature.set(
                QUOTED_TRANSPORT,
                quoted.transport.map_or(0, |t| u64::from(t.0) + 1),
            );
            let source = classes.class(
                sort,
                Field::QuotedSourcePort,
                quoted.source.port.map(u32::from),
            );
            let destination = classes.class(
                sort,
                Field::QuotedDestinationPort,
                quoted.destination.port.map(u32::from),
            );
            signature.set(QUOTED_SOURCE, source.into());
            signature.set(QUOTED_DESTINATION, destination.into());
        }
        signature
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "the words of the constants are 0 to 3"
    )]
    const fn set(&mut self, at: Bits, value: u64) {
        self.0[at.word] |= (value & ((1 << at.count) - 1)) << at.from;
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "the words of the constants are 0 to 3"
    )]
    const fn get(&self, at: Bits) -> u64 {
        self.0[at.word] >> at.from & ((1 << at.count) - 1)
    }

    /// Its place among the kinds of packets.
    #[inline]
    pub(crate) const fn hash(&self) -> u64 {
        let [a, b, c, d] = self.0;
        mixed(
            folded(a ^ 0x9e37_79b9_7f4a_7c15, b ^ SEED)
                ^ folded(c ^ SEED, d ^ 0x2545_f491_4f6c_dd1d),
        )
    }

    /// What it asks for, what was said and the equations that hold, without sizes and the like.
    pub(super) const fn essence(&self) -> Self {
        Self([
            self.0[0] & SERVICE,
            self.0[1] & (PROOFS.mask() | START.mask()),
            0,
            self.0[3] & (PROTOCOL.mask() | CLIENT.mask()),
        ])
    }

    /// Writes what its packets have in common: of each class its smallest number, so that a
    /// handbook that cuts numbers elsewhere can read it.
    pub(super) fn write(&self, out: &mut Writer, knowledge: &Knowledge) {
        let [first, second, ..] = self.0;
        out.number(first);
        out.number(second & !(SOURCE_PORT.mask() | START.mask()));
        for (field, at) in self.classed() {
            let class = u16::try_from(self.get(at)).unwrap_or(0);
            let number = knowledge.classes.representative(self.sort(), field, class);
            out.maybe(number);
        }
        let said = (self.get(PROTOCOL) as u8, self.get(CLIENT) as u8);
        let (protocol, client) = knowledge.classes.spoken(said);
        out.text(protocol);
        out.text(client);
        out.octets(self.start(knowledge));
    }

    /// Reads what [`write`](Self::write) wrote.
    pub(super) fn read(input: &mut Reader<'_>, knowledge: &Knowledge) -> Result<Self, Fault> {
        let (first, second) = (input.number()?, input.number()?);
        let classed = SOURCE_PORT.mask() | START.mask();
        let mut signature = Self([first, second & !classed, 0, 0]);
        for (field, at) in signature.classed() {
            let number = input.maybe("kind")?;
            let class = knowledge.classes.class(signature.sort(), field, number);
            signature.set(at, u64::from(class).min(at.most()));
        }
        let (protocol, client) = (input.text()?.as_bytes(), input.text()?.as_bytes());
        let (protocol, client) = knowledge.classes.speech(protocol, client);
        signature.set(PROTOCOL, protocol.into());
        signature.set(CLIENT, client.into());
        let payload = input.octets()?;
        if !payload.is_empty() {
            let start = knowledge.classes.start(|start| payload.starts_with(start));
            signature.set(START, start.into());
        }
        Ok(signature)
    }

    fn sort(&self) -> Sort {
        Sort::of(self.transport(), self.flags())
    }

    /// The fields that are kept as classes, and where.
    fn classed(&self) -> impl Iterator<Item = (Field, Bits)> + use<> {
        let quoted = self.get(QUOTED_TRANSPORT) != 0;
        let quoted = [
            (Field::QuotedSourcePort, QUOTED_SOURCE),
            (Field::QuotedDestinationPort, QUOTED_DESTINATION),
        ]
        .into_iter()
        .filter(move |_| quoted);
        let small = SMALL.into_iter().enumerate();
        std::iter::once((Field::SourcePort, SOURCE_PORT))
            .chain(small.map(|(index, field)| (field, small_bits(index))))
            .chain(quoted)
    }

    /// Whether its packets tell the destination address.
    pub(super) const fn has_destination(&self) -> bool {
        self.get(SCOPE) != 0
    }

    /// Whether its packets tell the source port.
    pub(super) const fn has_source_port(&self) -> bool {
        self.get(SOURCE_PORT) != 0
    }

    /// Whether two packets ask the same thing: protocol, port (or ICMP type), flags, direction.
    #[must_use]
    pub(crate) const fn is_same_service(&self, other: &Self) -> bool {
        (self.0[0] ^ other.0[0]) & SERVICE == 0
    }

    /// A number that is kept plus one.
    fn number(&self, at: Bits) -> Option<u64> {
        self.get(at).checked_sub(1)
    }

    fn byte(&self, at: Bits) -> Option<u8> {
        self.number(at).and_then(|n| u8::try_from(n).ok())
    }

    /// Protocol.
    #[must_use]
    pub fn transport(&self) -> Option<Transport> {
        self.byte(TRANSPORT).map(Transport)
    }

    /// Destination port.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.number(PORT).and_then(|p| u16::try_from(p).ok())
    }

    /// TCP flags.
    #[must_use]
    pub fn flags(&self) -> Option<TcpFlags> {
        u8::try_from(self.get(FLAGS))
            .ok()
            .filter(|f| *f != NO_FLAGS)
            .map(TcpFlags)
    }

    /// Which way.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        match self.get(DIRECTION) {
            1 => Direction::Inbound,
            2 => Direction::Outbound,
            3 => Direction::Internal,
            4 => Direction::External,
            _ => Direction::Unknown,
        }
    }

    /// ICMP type and code.
    #[must_use]
    pub fn icmp(&self) -> (Option<u8>, Option<u8>) {
        (self.byte(ICMP_KIND), self.byte(ICMP_CODE))
    }

    /// Equations that held.
    #[must_use]
    pub fn proofs(&self) -> Proofs {
        Proofs::from_bits(u16::try_from(self.get(PROOFS)).unwrap_or(0))
    }

    /// What was said, by the names that conditions ask for.
    #[must_use]
    pub fn speech<'k>(&self, knowledge: &'k Knowledge) -> Speech<'k> {
        let class = |at| u8::try_from(self.get(at)).unwrap_or(0);
        let (protocol, client) = knowledge.classes.spoken((class(PROTOCOL), class(CLIENT)));
        Speech {
            protocol: protocol.as_bytes(),
            client: client.as_bytes(),
            digits: &[],
        }
    }

    /// What the payload begins with, as far as conditions ask; nothing without one.
    #[must_use]
    pub fn start<'k>(&self, knowledge: &'k Knowledge) -> &'k [u8] {
        let class = u8::try_from(self.get(START)).unwrap_or(0);
        knowledge.classes.started(class)
    }

    /// The same packets, as a listener took them down.
    #[must_use]
    pub(super) const fn of_contact(mut self) -> Self {
        self.set(CONTACT, 1);
        self
    }

    /// Whether a listener took it down.
    #[must_use]
    pub(crate) const fn is_contact(&self) -> bool {
        self.get(CONTACT) == 1
    }

    /// Whether something was said that a condition asks for.
    #[must_use]
    pub(crate) const fn has_words(&self) -> bool {
        self.get(PROTOCOL) > 1 || self.get(CLIENT) > 1 || self.get(START) > 1
    }

    /// Whether the program that spoke is one that conditions know.
    pub(super) const fn names_client(&self) -> bool {
        self.get(CLIENT) > 1
    }

    /// Whether it is the first packet of a call, as far as the log tells.
    pub(super) fn may_open(&self) -> bool {
        match self.transport() {
            Some(Transport::TCP) => self.flags().is_none_or(|flags| flags == TcpFlags::SYN),
            Some(Transport::UDP) => true,
            _ => false,
        }
    }

    /// The same packets, had they carried what others said.
    #[must_use]
    pub(crate) const fn saying(&self, other: &Self) -> Self {
        let (second, fourth) = (START.mask(), PROTOCOL.mask() | CLIENT.mask());
        Self([
            self.0[0],
            self.0[1] & !second | other.0[1] & second,
            self.0[2],
            self.0[3] & !fourth | other.0[3] & fourth,
        ])
    }

    /// Network layer.
    fn family(&self) -> Family {
        let all = [Family::V4, Family::V6, Family::Arp, Family::Other];
        all.into_iter()
            .find(|family| *family as u64 == self.get(FAMILY))
            .unwrap_or_default()
    }

    /// Whether the log said that the packet was let through or not.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self.get(DENIAL) {
            1 => Action::Allowed,
            2 => Action::Denied,
            _ => Action::Unstated,
        }
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
        let mut packet = Packet {
            transport: self.transport(),
            ..Packet::default()
        };
        packet.source.ip = source;
        packet.source.port = source_port;
        packet.destination.ip = destination;
        packet.destination.port = self.port();
        packet.tcp.flags = self.flags();
        packet.fragment.more = self.get(FRAGMENT) == 1;
        packet.fragment.dont = self.number(DONT_FRAGMENT).map(|dont| dont == 1);
        packet.family = self.family();
        (packet.icmp.kind, packet.icmp.code) = self.icmp();
        let class_of = |at| u16::try_from(self.get(at)).unwrap_or(0);
        for (index, field) in SMALL.into_iter().enumerate() {
            set_small(
                &mut packet,
                field,
                classes.representative(self.sort(), field, class_of(small_bits(index))),
            );
        }
        let quoted = self.byte(QUOTED_TRANSPORT).map(|transport| {
            let mut quoted = Packet {
                transport: Some(Transport(transport)),
                ..Packet::default()
            };
            let port = |field, at| {
                classes
                    .representative(self.sort(), field, class_of(at))
                    .and_then(|p| u16::try_from(p).ok())
            };
            quoted.source.port = port(Field::QuotedSourcePort, QUOTED_SOURCE);
            quoted.destination.port = port(Field::QuotedDestinationPort, QUOTED_DESTINATION);
            quoted
        });
        (packet, quoted)
    }
}

/// Both halves of a product in one word.
const fn folded(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({:x?})", self.0)
    }
}

#[inline]
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
