//! What a rule asks of a packet.

use crate::addresses::{Addresses, Interfaces};
use crate::ports::Ports;

/// Versions of IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Families {
    /// IPv4.
    pub v4: bool,
    /// IPv6.
    pub v6: bool,
}

impl Families {
    /// Both.
    pub const BOTH: Self = Self { v4: true, v6: true };
    /// IPv4 alone.
    pub const V4: Self = Self {
        v4: true,
        v6: false,
    };
    /// IPv6 alone.
    pub const V6: Self = Self {
        v4: false,
        v6: true,
    };

    const fn covers(self, other: Self) -> bool {
        (self.v4 || !other.v4) && (self.v6 || !other.v6)
    }
    /// Those in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            v4: self.v4 || other.v4,
            v6: self.v6 || other.v6,
        }
    }
    /// Those in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            v4: self.v4 && other.v4,
            v6: self.v6 && other.v6,
        }
    }
}

/// States of connection tracking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct States(u8);

impl States {
    /// The first packet of a conversation.
    pub const NEW: Self = Self(1);
    /// What belongs to one.
    pub const ESTABLISHED: Self = Self(2);
    /// Errors and helpers' connections that belong to one.
    pub const RELATED: Self = Self(4);
    /// What belongs to none and cannot begin one.
    pub const INVALID: Self = Self(8);
    /// What is not tracked.
    pub const UNTRACKED: Self = Self(16);
    const ALL: u8 = 31;

    /// Words as rulesets write them; `None` when one is unknown.
    pub(crate) fn read<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut states = 0;
        for word in words {
            states |= match word.to_ascii_lowercase().as_str() {
                "new" => Self::NEW.0,
                "established" => Self::ESTABLISHED.0,
                "related" => Self::RELATED.0,
                "invalid" => Self::INVALID.0,
                "untracked" => Self::UNTRACKED.0,
                _ => return None,
            };
        }
        Some(Self(states))
    }

    /// All but these.
    #[must_use]
    pub const fn others(self) -> Self {
        Self(!self.0 & Self::ALL)
    }
    /// Whether all of the other's are among them.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
    /// Those in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// Kinds of address: of one host, or those that many listen to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Groups(u8);

impl Groups {
    /// Addresses of one host: of this one, where a packet comes in.
    pub const HOST: Self = Self(8);

    /// Words as rulesets write them, in any case; `None` when one is no such kind.
    pub(crate) fn read<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        words.into_iter().try_fold(Self(0), |groups, word| {
            let kind = match word.to_ascii_lowercase().as_str() {
                "broadcast" => 1,
                "multicast" => 2,
                "anycast" => 4,
                "host" | "unicast" | "local" => Self::HOST.0,
                _ => return None,
            };
            Some(Self(groups.0 | kind))
        })
    }

    /// Whether none of them is the address of one host.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        self.0 & Self::HOST.0 == 0
    }

    const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To this machine or network.
    In,
    /// From it.
    Out,
}

/// What a rule asks of a packet. A condition that is absent is `None` and fulfilled by any packet.
///
/// Conditions that this model has no word for set [`unknown`](Self::unknown): the rule matches no
/// more than what is said here, and perhaps less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matches {
    /// Versions of IP.
    pub families: Families,
    /// Which way, where a ruleset has no chains for it.
    pub direction: Option<Direction>,
    /// Numbers of IP protocols.
    pub protocols: Option<Vec<u8>>,
    /// Source ports.
    pub source_ports: Option<Ports>,
    /// Destination ports.
    pub destination_ports: Option<Ports>,
    /// Source addresses.
    pub source: Option<Addresses>,
    /// Destination addresses.
    pub destination: Option<Addresses>,
    /// Where it comes in.
    pub input: Option<Interfaces>,
    /// Where it goes out.
    pub output: Option<Interfaces>,
    /// Types of ICMP or ICMPv6.
    pub icmp_types: Option<Vec<u8>>,
    /// Codes of that type.
    pub icmp_codes: Option<Vec<u8>>,
    /// States of connection tracking.
    pub states: Option<States>,
    /// Only TCP packets that open a connection (SYN alone), or only those that open none.
    pub opens: Option<bool>,
    /// Only packets to broadcast, multicast or anycast addresses, or only those to one host.
    pub group: Option<Groups>,
    /// Only packets that were led here by a translation; what else is asked is unknown.
    pub led: bool,
    /// Only so many in a time.
    pub limited: bool,
    /// There is more to it than is said here.
    pub unknown: bool,
}

impl Matches {
    /// No condition but the version of IP.
    #[must_use]
    pub const fn any(families: Families) -> Self {
        Self {
            families,
            direction: None,
            protocols: None,
            source_ports: None,
            destination_ports: None,
            source: None,
            destination: None,
            input: None,
            output: None,
            icmp_types: None,
            icmp_codes: None,
            states: None,
            opens: None,
            group: None,
            led: false,
            limited: false,
            unknown: false,
        }
    }

    /// Whether every packet that the other could match surely matches this.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        !self.unknown
            && !self.limited
            && wider(self.group.as_ref(), other.group.as_ref(), |a, b| {
                a.covers(*b)
            })
            && self.families.covers(other.families)
            && wider(self.direction.as_ref(), other.direction.as_ref(), |a, b| {
                a == b
            })
            && wider(self.protocols.as_ref(), other.protocols.as_ref(), within)
            && wider(
                self.source_ports.as_ref(),
                other.source_ports.as_ref(),
                Ports::covers,
            )
            && wider(
                self.destination_ports.as_ref(),
                other.destination_ports.as_ref(),
                Ports::covers,
            )
            && wider(
                self.source.as_ref(),
                other.source.as_ref(),
                Addresses::covers,
            )
            && wider(
                self.destination.as_ref(),
                other.destination.as_ref(),
                Addresses::covers,
            )
            && wider(
                self.input.as_ref(),
                other.input.as_ref(),
                Interfaces::covers,
            )
            && wider(
                self.output.as_ref(),
                other.output.as_ref(),
                Interfaces::covers,
            )
            && wider(self.icmp_types.as_ref(), other.icmp_types.as_ref(), within)
            && wider(self.icmp_codes.as_ref(), other.icmp_codes.as_ref(), within)
            && wider(self.states.as_ref(), other.states.as_ref(), |a, b| {
                a.covers(*b)
            })
            && wider(self.opens.as_ref(), other.opens.as_ref(), |a, b| a == b)
    }

    /// What matches both, or more than that: where two conditions cannot be put into one it is the
    /// second, and [`unknown`](Self::unknown) is set.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut vague = false;
        let both = Self {
            families: self.families.and(other.families),
            direction: both(self.direction.as_ref(), other.direction.as_ref(), |a, _| *a),
            protocols: both(self.protocols.as_ref(), other.protocols.as_ref(), common),
            source_ports: both(
                self.source_ports.as_ref(),
                other.source_ports.as_ref(),
                Ports::and,
            ),
            destination_ports: both(
                self.destination_ports.as_ref(),
                other.destination_ports.as_ref(),
                Ports::and,
            ),
            source: narrower(
                self.source.as_ref(),
                other.source.as_ref(),
                Addresses::covers,
                &mut vague,
            ),
            destination: narrower(
                self.destination.as_ref(),
                other.destination.as_ref(),
                Addresses::covers,
                &mut vague,
            ),
            input: narrower(
                self.input.as_ref(),
                other.input.as_ref(),
                Interfaces::covers,
                &mut vague,
            ),
            output: narrower(
                self.output.as_ref(),
                other.output.as_ref(),
                Interfaces::covers,
                &mut vague,
            ),
            icmp_types: both(self.icmp_types.as_ref(), other.icmp_types.as_ref(), common),
            icmp_codes: both(self.icmp_codes.as_ref(), other.icmp_codes.as_ref(), common),
            states: if self.opens.zip(other.opens).is_some_and(|(a, b)| a != b) {
                Some(States::default())
            } else {
                both(self.states.as_ref(), other.states.as_ref(), |a, b| {
                    a.and(*b)
                })
            },
            // No packet does both; what is left is said by `states`.
            opens: self.opens.or(other.opens),
            group: both(self.group.as_ref(), other.group.as_ref(), |a, b| a.and(*b)),
            led: self.led || other.led,
            limited: self.limited || other.limited,
            unknown: self.unknown || other.unknown,
        };
        Self {
            unknown: both.unknown || vague,
            ..both
        }
    }

    /// Whether no packet can match.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let none = |ports: &Option<Ports>| ports.as_ref().is_some_and(|p| p.ranges().is_empty());
        !(self.families.v4 || self.families.v6)
            || self.protocols.as_ref().is_some_and(Vec::is_empty)
            || self.icmp_types.as_ref().is_some_and(Vec::is_empty)
            || self.icmp_codes.as_ref().is_some_and(Vec::is_empty)
            || self.states == Some(States::default())
            || self.group == Some(Groups::default())
            || none(&self.source_ports)
            || none(&self.destination_ports)
    }

    /// Whether some packet may match both.
    #[must_use]
    pub fn may_meet(&self, other: &Self) -> bool {
        let ways = self.direction.is_none()
            || other.direction.is_none()
            || self.direction == other.direction;
        ways && !self.and(other).is_empty()
    }

    /// Whether it surely speaks of one of the protocols alone.
    #[must_use]
    pub fn is_only(&self, protocols: &[u8]) -> bool {
        self.protocols
            .as_ref()
            .is_some_and(|own| !own.is_empty() && own.iter().all(|one| protocols.contains(one)))
    }

    /// Whether the first packet of a conversation can match.
    #[must_use]
    pub fn takes_new(&self) -> bool {
        self.states.is_none_or(|states| states.covers(States::NEW)) && self.opens != Some(false)
    }
}

fn wider<T>(outer: Option<&T>, inner: Option<&T>, covers: impl Fn(&T, &T) -> bool) -> bool {
    match (outer, inner) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(outer), Some(inner)) => covers(outer, inner),
    }
}

fn both<T: Clone>(one: Option<&T>, other: Option<&T>, and: impl Fn(&T, &T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(and(one, other)),
        (one, other) => one.or(other).cloned(),
    }
}

fn narrower<T: Clone>(
    one: Option<&T>,
    other: Option<&T>,
    covers: impl Fn(&T, &T) -> bool,
    vague: &mut bool,
) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) if covers(other, one) => Some(one.clone()),
        (Some(one), Some(other)) => {
            *vague |= !covers(one, other);
            Some(other.clone())
        }
        (one, other) => one.or(other).cloned(),
    }
}

#[expect(
    clippy::ptr_arg,
    reason = "handed over as a function of two of the same"
)]
fn within(outer: &Vec<u8>, inner: &Vec<u8>) -> bool {
    inner.iter().all(|one| outer.contains(one))
}

#[expect(
    clippy::ptr_arg,
    reason = "handed over as a function of two of the same"
)]
fn common(one: &Vec<u8>, other: &Vec<u8>) -> Vec<u8> {
    one.iter()
        .copied()
        .filter(|number| other.contains(number))
        .collect()
}
