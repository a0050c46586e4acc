//! Conditions on an event, and what they compare.

use std::net::IpAddr;

use rutter_event::{Action, Direction, Family, Network, Scope, Transport};
use serde::{Deserialize, Serialize};

/// Numbers of an event on which conditions may be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    /// `source.port`
    SourcePort,
    /// `destination.port`
    DestinationPort,
    /// `either.port`: source or destination
    EitherPort,
    /// `tcp.seq`
    TcpSeq,
    /// `tcp.ack`
    TcpAck,
    /// `tcp.window`
    TcpWindow,
    /// `tcp.mss`
    TcpMss,
    /// `tcp.options`, bytes
    TcpOptions,
    /// `ip.id`
    IpId,
    /// `ip.ttl`
    IpTtl,
    /// `ip.length`
    IpLength,
    /// `payload.length`
    PayloadLength,
    /// `icmp.type`
    IcmpType,
    /// `icmp.code`
    IcmpCode,
    /// `icmp.id`
    IcmpId,
    /// `icmp.sequence`
    IcmpSequence,
    /// `quoted.source.port`
    QuotedSourcePort,
    /// `quoted.destination.port`
    QuotedDestinationPort,
    /// `seen.repeats`
    SeenRepeats,
    /// `seen.ports`
    SeenPorts,
    /// `seen.targets`
    SeenTargets,
    /// `seen.sources`
    SeenSources,
}

impl Field {
    /// Every field with its key in knowledge files.
    pub const KEYS: [(&'static str, Self); 22] = [
        ("source.port", Self::SourcePort),
        ("destination.port", Self::DestinationPort),
        ("either.port", Self::EitherPort),
        ("tcp.seq", Self::TcpSeq),
        ("tcp.ack", Self::TcpAck),
        ("tcp.window", Self::TcpWindow),
        ("tcp.mss", Self::TcpMss),
        ("tcp.options", Self::TcpOptions),
        ("ip.id", Self::IpId),
        ("ip.ttl", Self::IpTtl),
        ("ip.length", Self::IpLength),
        ("payload.length", Self::PayloadLength),
        ("icmp.type", Self::IcmpType),
        ("icmp.code", Self::IcmpCode),
        ("icmp.id", Self::IcmpId),
        ("icmp.sequence", Self::IcmpSequence),
        ("quoted.source.port", Self::QuotedSourcePort),
        ("quoted.destination.port", Self::QuotedDestinationPort),
        ("seen.repeats", Self::SeenRepeats),
        ("seen.ports", Self::SeenPorts),
        ("seen.targets", Self::SeenTargets),
        ("seen.sources", Self::SeenSources),
    ];

    /// The key in knowledge files.
    #[must_use]
    pub fn key(self) -> &'static str {
        Self::KEYS
            .iter()
            .find(|(_, f)| *f == self)
            .map_or("", |(key, _)| key)
    }
}

/// Numbers from `low` to `high`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Range {
    /// First.
    pub low: u32,
    /// Last.
    pub high: u32,
}

impl Range {
    /// Whether the number lies inside.
    #[must_use]
    pub const fn contains(self, number: u32) -> bool {
        self.low <= number && number <= self.high
    }
}

/// A transport and ports, written `tcp/6000` or `udp/32770-32900`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Service {
    /// Protocol number.
    pub transport: u8,
    /// Ports.
    pub ports: Range,
}

/// How many hosts an address speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cast {
    /// One.
    Unicast,
    /// A group.
    Multicast,
    /// 255.255.255.255.
    Broadcast,
    /// An IPv4 address ending in .0 or .255: most likely a network or its broadcast.
    Edge,
}

impl Cast {
    /// Classifies an address.
    #[must_use]
    pub fn of(ip: IpAddr) -> Self {
        Self::within(Scope::of(ip), ip)
    }

    /// Classifies an address whose scope is known.
    #[must_use]
    #[inline]
    pub fn within(scope: Scope, ip: IpAddr) -> Self {
        match (scope, ip.to_canonical()) {
            (Scope::Multicast, _) => Self::Multicast,
            (Scope::Broadcast, _) => Self::Broadcast,
            (_, IpAddr::V4(v4)) if matches!(v4.octets()[3], 0 | 255) => Self::Edge,
            _ => Self::Unicast,
        }
    }

    /// The word in knowledge files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unicast => "unicast",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::Edge => "edge",
        }
    }
}

/// An equation between fields that an ordinary packet fulfils by chance only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Proof {
    /// TCP sequence number equals the destination address as a number (Mirai's `scanner.c`).
    SeqIsDestination,
    /// IP id equals the low 16 bits of destination address xor port xor sequence (masscan).
    IdIsMasscan,
    /// IP id is 54321 (ZMap before 4.1).
    IdIsZmap,
}

impl Proof {
    /// Every proof with its name in knowledge files.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("seq-is-destination", Self::SeqIsDestination),
        ("id-is-masscan", Self::IdIsMasscan),
        ("id-is-zmap", Self::IdIsZmap),
    ];
}

/// A list of networks, however long, asked in a few comparisons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Networks {
    /// First and last addresses, ascending, without overlap; IPv4 mapped into IPv6.
    spans: Vec<(u128, u128)>,
}

impl Networks {
    /// Whether one of them contains the address.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        let number = match ip {
            IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
            IpAddr::V6(ip) => ip.to_bits(),
        };
        let at = self.spans.partition_point(|(first, _)| *first <= number);
        at.checked_sub(1)
            .and_then(|at| self.spans.get(at))
            .is_some_and(|(_, last)| number <= *last)
    }
}

impl Networks {
    /// All of several lists.
    #[must_use]
    pub fn union<'a>(lists: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::of(
            lists
                .into_iter()
                .flat_map(|list| list.spans.iter().copied())
                .collect(),
        )
    }

    fn of(mut all: Vec<(u128, u128)>) -> Self {
        all.sort_unstable();
        let mut spans: Vec<(u128, u128)> = Vec::with_capacity(all.len());
        for (first, last) in all {
            match spans.last_mut() {
                Some((_, end)) if first <= *end => *end = last.max(*end),
                _ => spans.push((first, last)),
            }
        }
        Self { spans }
    }
}

impl Networks {
    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

impl FromIterator<IpAddr> for Networks {
    fn from_iter<I: IntoIterator<Item = IpAddr>>(addresses: I) -> Self {
        let number = |ip: IpAddr| match ip {
            IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
            IpAddr::V6(ip) => ip.to_bits(),
        };
        Self::of(
            addresses
                .into_iter()
                .map(|ip| (number(ip), number(ip)))
                .collect(),
        )
    }
}

impl FromIterator<Network> for Networks {
    fn from_iter<I: IntoIterator<Item = Network>>(networks: I) -> Self {
        Self::of(networks.into_iter().map(|n| n.bounds()).collect())
    }
}

/// One condition on an event. See `knowledge/README.md` for the keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Condition {
    /// A number lies in one of the ranges.
    Number {
        /// Which.
        field: Field,
        /// Where.
        ranges: Vec<Range>,
    },
    /// `transport`, protocol numbers
    Transport(Vec<u8>),
    /// `quoted.transport`
    QuotedTransport(Vec<u8>),
    /// `source.scope`
    SourceScope(#[serde(with = "scope_words")] Vec<Scope>),
    /// `destination.scope`
    DestinationScope(#[serde(with = "scope_words")] Vec<Scope>),
    /// `destination.cast`
    DestinationCast(Vec<Cast>),
    /// `source.in`
    SourceIn(Networks),
    /// `destination.in`
    DestinationIn(Networks),
    /// `same.subnet`
    SameSubnet(bool),
    /// `same.host`
    SameHost(bool),
    /// `direction`
    Direction(#[serde(with = "direction_words")] Vec<Direction>),
    /// `action`: true for denied, false for allowed
    Action(Vec<bool>),
    /// `tcp.flags`: the six classic bits
    Flags(Vec<u8>),
    /// `ip.fragment`
    Fragment(bool),
    /// `ip.df`: whether the sender forbids routers to fragment
    DontFragment(bool),
    /// `network.type`
    Family(#[serde(with = "family_words")] Vec<Family>),
    /// `proof`
    Proof(Vec<Proof>),
    /// `payload.starts`
    PayloadStarts(Vec<Vec<u8>>),
    /// `payload.protocol`, in lower case
    PayloadProtocol(Vec<String>),
    /// `payload.client`, in lower case
    PayloadClient(Vec<String>),
    /// `seen.also`
    SeenAlso(Vec<Service>),
    /// `seen.contacted`
    SeenContacted(Vec<Service>),
    /// `seen.answered`
    SeenAnswered(bool),
    /// `seen.spoke`
    SeenSpoke(bool),
    /// `seen.regular`
    SeenRegular(bool),
}

impl Condition {
    /// In which order to ask: first what most often says no for little work.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Transport(_) | Self::Family(_) => 0,
            Self::Number { .. } => 1,
            Self::PayloadProtocol(_) | Self::PayloadClient(_) => 0,
            Self::Flags(_)
            | Self::Proof(_)
            | Self::Fragment(_)
            | Self::DontFragment(_)
            | Self::PayloadStarts(_) => 2,
            Self::Direction(_)
            | Self::Action(_)
            | Self::SeenAnswered(_)
            | Self::SeenSpoke(_)
            | Self::SeenRegular(_) => 3,
            Self::QuotedTransport(_) | Self::SameSubnet(_) | Self::SameHost(_) => 4,
            Self::SourceScope(_) | Self::DestinationScope(_) | Self::DestinationCast(_) => 5,
            Self::SourceIn(_) | Self::DestinationIn(_) => 6,
            Self::SeenAlso(_) | Self::SeenContacted(_) => 7,
        }
    }

    /// The key in knowledge files, which is also the field that evidence and `missing` name.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Number { field, .. } => field.key(),
            Self::Transport(_) => "transport",
            Self::QuotedTransport(_) => "quoted.transport",
            Self::SourceScope(_) => "source.scope",
            Self::DestinationScope(_) => "destination.scope",
            Self::DestinationCast(_) => "destination.cast",
            Self::SourceIn(_) => "source.in",
            Self::DestinationIn(_) => "destination.in",
            Self::SameSubnet(_) => "same.subnet",
            Self::SameHost(_) => "same.host",
            Self::Direction(_) => "direction",
            Self::Action(_) => "action",
            Self::Flags(_) => "tcp.flags",
            Self::Fragment(_) => "ip.fragment",
            Self::DontFragment(_) => "ip.df",
            Self::Family(_) => "network.type",
            Self::Proof(_) => "proof",
            Self::PayloadStarts(_) => "payload.starts",
            Self::PayloadProtocol(_) => "payload.protocol",
            Self::PayloadClient(_) => "payload.client",
            Self::SeenAlso(_) => "seen.also",
            Self::SeenContacted(_) => "seen.contacted",
            Self::SeenAnswered(_) => "seen.answered",
            Self::SeenSpoke(_) => "seen.spoke",
            Self::SeenRegular(_) => "seen.regular",
        }
    }
}

/// Whether the action is a denial, when the log says.
#[must_use]
pub const fn denial(action: Action) -> Option<bool> {
    match action {
        Action::Unstated => None,
        Action::Allowed => Some(false),
        Action::Dropped | Action::Rejected | Action::Denied => Some(true),
    }
}

/// The protocol number of an ECS word.
#[must_use]
pub fn transport_number(word: &str) -> Option<u8> {
    Transport::from_word(word.as_bytes()).map(|t| t.0)
}

/// Scopes travel as their words.
mod scope_words {
    use super::{Deserialize, Scope, Serialize};
    use serde::{Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(scopes: &[Scope], s: S) -> Result<S::Ok, S::Error> {
        scopes
            .iter()
            .map(|x| x.word())
            .collect::<Vec<_>>()
            .serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Scope>, D::Error> {
        Vec::<String>::deserialize(d)?
            .iter()
            .map(|w| super::scope(w).ok_or_else(|| D::Error::custom("unknown scope")))
            .collect()
    }
}

/// Families travel as their words.
mod family_words {
    use super::{Deserialize, Family, Serialize};
    use serde::{Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(families: &[Family], s: S) -> Result<S::Ok, S::Error> {
        families
            .iter()
            .map(|x| x.word().unwrap_or_default())
            .collect::<Vec<_>>()
            .serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Family>, D::Error> {
        Vec::<String>::deserialize(d)?
            .iter()
            .map(|w| super::family(w).ok_or_else(|| D::Error::custom("unknown network type")))
            .collect()
    }
}

/// Directions travel as their words.
mod direction_words {
    use super::{Deserialize, Direction, Serialize};
    use serde::{Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(
        directions: &[Direction],
        s: S,
    ) -> Result<S::Ok, S::Error> {
        directions
            .iter()
            .map(|x| x.word().unwrap_or("unknown"))
            .collect::<Vec<_>>()
            .serialize(s)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Direction>, D::Error> {
        Vec::<String>::deserialize(d)?
            .iter()
            .map(|w| super::direction(w).ok_or_else(|| D::Error::custom("unknown direction")))
            .collect()
    }
}

/// The scope of a word.
#[must_use]
pub fn scope(word: &str) -> Option<Scope> {
    use Scope::{
        Broadcast, LinkLocal, Loopback, Multicast, Private, Public, Reserved, Shared, Unspecified,
    };
    [
        Public,
        Private,
        Shared,
        LinkLocal,
        Loopback,
        Multicast,
        Broadcast,
        Unspecified,
        Reserved,
    ]
    .into_iter()
    .find(|s| s.word() == word)
}

/// The network layer of an ECS word.
#[must_use]
pub fn family(word: &str) -> Option<Family> {
    [Family::V4, Family::V6, Family::Arp]
        .into_iter()
        .find(|f| f.word() == Some(word))
}

/// The direction of an ECS word.
#[must_use]
pub fn direction(word: &str) -> Option<Direction> {
    use Direction::{External, Inbound, Internal, Outbound};
    [Inbound, Outbound, Internal, External]
        .into_iter()
        .find(|d| d.word() == Some(word))
}
