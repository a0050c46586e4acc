//! The sum of what one source did.

use std::borrow::Cow;
use std::net::IpAddr;

use rutter_event::{Action, Direction, Transport};

use super::group::{Cell, Group, insert, is_even};
use super::host::Host;
use super::joint::{Joint, explained};
use super::kinds::Kinds;
use super::marks::Marks;
use super::signature::Signature;
use super::slot::{Body, GROUPS, Rest, Slot, port_of};
use super::span::Span;

/// What is known of one service of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ServiceSum {
    /// Packets.
    pub(crate) events: u64,
    /// Distinct addresses.
    pub(crate) targets: u32,
    /// Whether they came at even intervals.
    pub(crate) regular: bool,
}

/// The sum of what one source did.
#[derive(Clone, Copy, Debug)]
pub struct Source<'p> {
    slot: &'p Slot,
    kinds: &'p Kinds,
    joint: &'p Joint,
}

impl<'p> Source<'p> {
    pub(super) const fn of(slot: &'p Slot, kinds: &'p Kinds, joint: &'p Joint) -> Self {
        Self { slot, kinds, joint }
    }

    /// Its address.
    #[must_use]
    pub fn ip(&self) -> IpAddr {
        self.slot.host.into()
    }

    /// Packets; what a firewall and a listener both tell of counts once.
    #[must_use]
    pub fn events(&self) -> u64 {
        let twice = self.joint.twice(self.slot.host);
        match &self.slot.body {
            Body::Lone { .. } => 1,
            Body::Many(many) => many
                .events
                .saturating_sub(twice.map_or(0, |twice| twice.all)),
        }
    }

    /// Packets that the log says were not let through.
    #[must_use]
    pub fn denied(&self) -> u64 {
        let denied = self
            .groups()
            .filter(|group| group.signature.action().is_denial());
        denied.map(|group| group.events).sum::<u64>() + self.rest().map_or(0, |rest| rest.denied)
    }

    /// Packets that the log says were let through.
    #[must_use]
    pub fn allowed(&self) -> u64 {
        let allowed = self
            .groups()
            .filter(|group| group.signature.action() == Action::Allowed);
        allowed.map(|group| group.events).sum::<u64>() + self.rest().map_or(0, |rest| rest.allowed)
    }

    /// When.
    #[must_use]
    pub fn span(&self) -> Span {
        let mut span = self.rest().map_or_else(Span::default, |rest| rest.span);
        if let Body::Lone { moment, .. } = self.slot.body {
            span.note(moment);
        }
        self.cells().iter().for_each(|cell| span.merge(cell.span));
        span
    }

    pub(super) fn rest(&self) -> Option<&'p Rest> {
        self.slot.rest()
    }

    pub(super) fn host(&self) -> Host {
        self.slot.host
    }

    /// How many kinds are kept.
    #[must_use]
    pub fn kinds_kept(&self) -> usize {
        self.slot.groups()
    }

    /// The number of each kind that is kept, and its sum.
    pub(super) fn kept(&self) -> impl Iterator<Item = (u32, Cow<'p, Cell>)> {
        let lone = self.slot.lone_cell().into_iter().map(Cow::Owned);
        let all = lone.chain(self.cells().iter().map(Cow::Borrowed));
        all.map(|cell| (cell.kind, cell))
    }

    fn cells(&self) -> &'p [Cell] {
        self.slot.cells()
    }

    /// Packets of kinds that are not kept, by what became of them: let through, and stopped.
    pub(crate) fn other_fates(&self) -> Option<(u64, u64)> {
        self.rest().map(|rest| (rest.allowed, rest.denied))
    }

    /// Distinct addresses that packets of kinds that are not kept were sent to.
    pub(crate) fn other_targets(&self) -> Option<&'p Marks> {
        self.rest().map(|rest| &rest.targets)
    }

    /// Whether it had more kinds of packets than are kept; then those are the gravest ones.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.rest().is_some()
    }

    /// Whether it is one of our hosts, and calls out.
    #[must_use]
    pub fn calls_out(&self) -> bool {
        self.recorded()
            .any(|group| group.signature.direction() == Direction::Outbound)
    }

    /// Kinds of packets that are kept, by signature once the profile is sealed; then what was said on
    /// a port explains its other packets too, and what two logs tell of counts once.
    pub fn groups(&self) -> impl Iterator<Item = Group<'p>> + use<'p> {
        let joint = self.joint;
        let words: Vec<Group<'p>> = if joint.has_words {
            let said = self.recorded();
            said.filter(|group| group.signature.has_words()).collect()
        } else {
            Vec::new()
        };
        let twice = joint.twice(self.slot.host);
        let mut twice = twice.map(|twice| twice.services.clone());
        let is_plain = twice.is_none() && words.is_empty();
        self.recorded().map(move |mut group| {
            if is_plain {
                return group;
            }
            if let Some(twice) = &mut twice
                && group.signature.is_contact()
                && let Some((transport, port)) = port_of(&group.signature)
                && let Some(left) = twice.get_mut(&(transport.0, port))
            {
                let told = group.events.min(*left);
                group.events -= told;
                *left -= told;
            }
            if let Some((signature, saying)) = explained(&group, &words, joint.told.ahead) {
                group.signature = signature;
                group.saying = Some(saying);
            }
            group
        })
    }

    /// What the packets of each kept kind have in common, as they were recorded. What two logs tell
    /// of the same calls changes neither what they ask for nor which way they went.
    fn signatures(&self) -> impl Iterator<Item = Signature> + use<'p> {
        let kinds = self.kinds;
        let lone = match &self.slot.body {
            Body::Lone { kind, .. } => Some(*kind),
            Body::Many(_) => None,
        };
        let cells = self.cells().iter().map(|cell| cell.kind);
        let numbers = lone.into_iter().chain(cells);
        numbers.map(move |number| kinds.get(number).signature)
    }

    /// The ports that kept kinds ask for, one of each kind.
    fn ports_asked(&self) -> impl Iterator<Item = (Transport, u16)> + use<'p> {
        self.signatures()
            .filter_map(|signature| port_of(&signature))
    }

    /// Kinds of packets that are kept, as they were recorded.
    pub(super) fn recorded(&self) -> impl Iterator<Item = Group<'p>> + use<'p> {
        self.recorded_as(|_| true)
    }

    /// Those of them whose signature is `wanted`.
    fn recorded_as<W>(&self, wanted: W) -> impl Iterator<Item = Group<'p>> + use<'p, W>
    where
        W: Fn(&Signature) -> bool,
    {
        let kinds = self.kinds;
        let signature = move |kind| Some(kinds.get(kind).signature).filter(&wanted);
        let lone = match &self.slot.body {
            Body::Lone {
                moment,
                destination,
                kind,
                source_port,
            } => signature(*kind)
                .map(|signature| Group::of_one(signature, *moment, *destination, *source_port)),
            Body::Many(_) => None,
        };
        let cells = self.cells().iter();
        let cells = cells.filter_map(move |cell| Some(Group::of(signature(cell.kind)?, cell)));
        lone.into_iter().chain(cells)
    }

    /// What is known of one service: packets, distinct targets, whether they came at even intervals.
    ///
    /// A service is protocol, port, flags and direction; sizes and the like may differ from packet
    /// to packet.
    pub(crate) fn service(&self, signature: &Signature) -> Option<ServiceSum> {
        let is_alike = |other: &Signature| other.is_same_service(signature);
        // Contacts are counted down over all kinds of a port, so none may be passed over.
        if self.joint.twice(self.slot.host).is_some() {
            return sum(self.groups().filter(|group| is_alike(&group.signature)));
        }
        sum(self.recorded_as(is_alike))
    }

    /// Distinct destination ports of one transport, ascending.
    #[must_use]
    pub fn ports_of(&self, transport: Transport) -> Vec<u16> {
        match (self.rest(), transport) {
            (Some(rest), Transport::TCP) => rest.tcp.iter().collect(),
            (Some(rest), Transport::UDP) => rest.udp.iter().collect(),
            (Some(_), _) => Vec::new(),
            (None, _) => {
                let mut ports: Vec<u16> = self
                    .ports_asked()
                    .filter(|(of, _)| *of == transport)
                    .map(|(_, port)| port)
                    .collect();
                ports.sort_unstable();
                ports.dedup();
                ports
            }
        }
    }

    /// How many distinct TCP and UDP destination ports.
    #[must_use]
    pub fn ports(&self) -> u32 {
        match self.rest() {
            Some(rest) => rest.tcp.len() + rest.udp.len(),
            None => {
                let mut ports = [None; GROUPS];
                let mut count = 0;
                for asked in self.ports_asked() {
                    let known = ports.get(..count).unwrap_or_default();
                    if !known.contains(&Some(asked))
                        && let Some(place) = ports.get_mut(count)
                    {
                        *place = Some(asked);
                        count += 1;
                    }
                }
                u32::try_from(count).unwrap_or(u32::MAX)
            }
        }
    }

    /// Whether it asked for any port from `low` to `high` of a transport, other than `except`.
    #[must_use]
    pub fn asked_for(
        &self,
        transport: Transport,
        (low, high): (u32, u32),
        except: Option<u16>,
    ) -> bool {
        match (self.rest(), transport) {
            (Some(rest), Transport::TCP) => rest.tcp.any_in(low, high, except),
            (Some(rest), Transport::UDP) => rest.udp.any_in(low, high, except),
            (Some(_), _) => false,
            (None, _) => self.ports_asked().any(|(of, port)| {
                of == transport && (low..=high).contains(&u32::from(port)) && Some(port) != except
            }),
        }
    }
}

/// What is known of a service of these kinds; nothing when there is none.
fn sum<'p>(mut alike: impl Iterator<Item = Group<'p>>) -> Option<ServiceSum> {
    let first = alike.next()?;
    let Some(second) = alike.next() else {
        return Some(ServiceSum {
            events: first.events,
            targets: first.targets(),
            regular: first.is_regular(),
        });
    };
    let mut marks: Marks = first.marks().collect();
    let mut moments = first.moments();
    let mut events = first.events;
    for group in std::iter::once(second).chain(alike) {
        events += group.events;
        group.marks().for_each(|mark| marks.note(mark));
        let theirs = group.moments();
        theirs.iter().for_each(|m| insert(&mut moments, *m));
    }
    Some(ServiceSum {
        events,
        targets: marks.count().max(1),
        regular: is_even(&moments),
    })
}
