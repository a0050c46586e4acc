//! What an entry is, once it has been read and checked.

use std::net::IpAddr;

use rutter_event::{Action, Direction, Network, Scope, Transport};
use serde::{Deserialize, Serialize};

use crate::index::Guard;

/// The closed list of verdict kinds.
pub const KINDS: [&str; 22] = [
    "recon",
    "exploit",
    "worm",
    "trojan",
    "backdoor",
    "bruteforce",
    "amplification",
    "dos",
    "backscatter",
    "proxy-hunt",
    "scan",
    "residual",
    "benign",
    "nat",
    "misconfig",
    "malformed",
    "evasion",
    "adware",
    "tunnel",
    "mitm",
    "infection",
    "unknown",
];

/// How much an event of this meaning deserves attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing to do.
    Info,
    /// Background noise.
    Low,
    /// Worth a look.
    Medium,
    /// Act soon.
    High,
    /// Act now.
    Critical,
}

impl Severity {
    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
}

/// What an entry says to a reader, in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// At most eight words.
    pub title: String,
    /// At most three sentences: what the sender wants, or what happened.
    pub meaning: String,
    /// What to do, what not to do, when to do nothing.
    pub advice: String,
}

/// A hypothesis: one meaning with all the ways to recognise it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Verdict id, `<kind>.<slug>`.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// MITRE ATT&CK technique ids.
    pub attack: Vec<String>,
    /// Statements of the source text that it covers.
    pub rows: Vec<String>,
    /// English text.
    pub en: Text,
    /// Chinese text.
    pub zh: Text,
    /// Ways to recognise it; the best one counts.
    pub whens: Vec<When>,
    /// Further evidence, added whatever way won.
    pub evidence: Vec<Evidence>,
    /// A guard for each piece of evidence, once the entry is part of a base.
    #[serde(skip)]
    pub guards: Vec<Guard>,
    /// Where the source text errs or has aged.
    pub corrections: Vec<Correction>,
    /// Background sentences.
    pub facts: Vec<Fact>,
    /// Where to look it up.
    pub references: Vec<Reference>,
}

impl Entry {
    /// The part of the id before the dot.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.id
            .split_once('.')
            .map_or(self.id.as_str(), |(kind, _)| kind)
    }
}

/// One way to recognise a meaning.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct When {
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// Log odds in nats when all hold.
    pub weight: f32,
    /// When it was common.
    pub era: Option<Era>,
    /// A sentence for the evidence list.
    pub says: Option<Bilingual>,
    /// The tool that it names.
    pub tool: Option<Tool>,
}

impl When {
    /// Whether it rests on the destination port alone, so that a source which touches many
    /// unrelated ports makes it say less.
    #[must_use]
    pub fn rests_on_port(&self) -> bool {
        let mut port = false;
        for condition in &self.conditions {
            match condition {
                Condition::Number {
                    field: Field::DestinationPort,
                    ..
                } => port = true,
                Condition::Transport(_)
                | Condition::Flags(_)
                | Condition::Direction(_)
                | Condition::Action(_) => {}
                _ => return false,
            }
        }
        port
    }
}

/// Evidence that adds to a hypothesis, or takes from it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// All must hold; an unknown one adds nothing.
    pub conditions: Vec<Condition>,
    /// Log likelihood ratio in nats; negative speaks against.
    pub weight: f32,
    /// A sentence for the evidence list.
    pub says: Option<Bilingual>,
}

/// Years in which a meaning was common, both included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Era {
    /// First year.
    pub from: i16,
    /// Last year.
    pub to: i16,
    /// Nats lost outside.
    pub fade: f32,
}

/// A tool named by a shape or proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name of the tool.
    pub name: String,
    /// The rule that proves it.
    pub proof: String,
    /// Chance that an ordinary packet looks so, 0 to 1.
    pub chance: f64,
}

/// Where the source text errs: what it says, and what is true.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The statement.
    pub row: String,
    /// English.
    pub en: SaysTruth,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: SaysTruth,
}

/// A claim and the truth.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaysTruth {
    /// What the text says.
    pub says: String,
    /// What is true.
    pub truth: String,
}

/// A background sentence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The statement that it covers, when it comes from the source text.
    #[serde(default)]
    pub row: String,
    /// English.
    pub en: String,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
}

/// Where to look something up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Document, section, CVE id.
    pub name: String,
    /// Address of a page that exists.
    #[serde(default)]
    pub url: String,
    /// When it says so.
    #[serde(default)]
    pub date: String,
}

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
        match (Scope::of(ip), ip.to_canonical()) {
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
    /// `proof`
    Proof(Vec<Proof>),
    /// `payload.starts`
    PayloadStarts(Vec<Vec<u8>>),
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
            Self::Transport(_) => 0,
            Self::Number { .. } => 1,
            Self::Flags(_) | Self::Proof(_) | Self::Fragment(_) | Self::PayloadStarts(_) => 2,
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
            Self::Proof(_) => "proof",
            Self::PayloadStarts(_) => "payload.starts",
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

/// The direction of an ECS word.
#[must_use]
pub fn direction(word: &str) -> Option<Direction> {
    use Direction::{External, Inbound, Internal, Outbound};
    [Inbound, Outbound, Internal, External]
        .into_iter()
        .find(|d| d.word() == Some(word))
}
