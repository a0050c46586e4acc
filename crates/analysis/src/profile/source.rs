//! The sum of what one source did.

use std::net::IpAddr;

use super::distinct::Distinct;
use super::port_set::PortSet;
use super::signature::Signature;
use crate::subject::Subject;

/// First and last moment, nanoseconds; empty when no event carried a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    first: i64,
    last: i64,
}

impl Default for Span {
    fn default() -> Self {
        Self {
            first: i64::MAX,
            last: i64::MIN,
        }
    }
}

impl Span {
    /// Takes in a moment.
    pub fn note(&mut self, moment: Option<i64>) {
        if let Some(moment) = moment {
            self.first = self.first.min(moment);
            self.last = self.last.max(moment);
        }
    }

    /// Takes in another span.
    pub fn merge(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    /// First and last.
    #[must_use]
    pub const fn ends(self) -> Option<(i64, i64)> {
        if self.first <= self.last {
            Some((self.first, self.last))
        } else {
            None
        }
    }
}

/// How many kinds of packets of one source are kept apart. A source of more kinds is a scanner, and
/// what its single ports mean is no longer the point; all its ports stay in the port sets.
const GROUPS: usize = 16;
/// How many distinct addresses a group counts exactly.
const TARGETS: usize = 64;
/// How many of the earliest moments a group keeps, to tell an even rhythm.
const MOMENTS: usize = 6;

/// The sum of what one source did.
///
/// The fields that every packet touches come first, and the hashes lie in the value itself: most
/// of the time that a profile takes is waiting for memory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Source {
    /// Packets.
    pub events: u64,
    /// Packets that the log says were not let through.
    pub denied: u64,
    /// When.
    pub span: Span,
    /// The largest of `hashes` once they are all taken; till then nothing is larger.
    largest: u64,
    /// Kinds of packets: the [`GROUPS`] of the smallest hashes, in the order of `hashes`.
    groups: Vec<Group>,
    /// Hashes of the groups' signatures.
    hashes: [u64; GROUPS],
    /// Distinct TCP destination ports.
    pub tcp: PortSet,
    /// Distinct UDP destination ports.
    pub udp: PortSet,
}

impl Default for Source {
    fn default() -> Self {
        Self {
            events: 0,
            denied: 0,
            span: Span::default(),
            largest: u64::MAX,
            groups: Vec::new(),
            hashes: [u64::MAX; GROUPS],
            tcp: PortSet::default(),
            udp: PortSet::default(),
        }
    }
}

/// Packets of one source that share a signature. What every packet touches comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Group {
    /// How many.
    pub events: u64,
    /// When.
    pub span: Span,
    /// The last of `moments`: a later packet need not look at them.
    horizon: i64,
    /// The smallest destination address and the smallest source port among them.
    pub destination: Option<IpAddr>,
    /// See `destination`.
    pub source_port: Option<u16>,
    /// More than one address, when there is more than one.
    targets: Option<Box<Distinct<TARGETS>>>,
    /// The earliest moments, ascending; kept from the second packet on.
    moments: Option<Box<[i64; MOMENTS]>>,
    /// What they have in common.
    pub signature: Signature,
}

impl Group {
    fn new(signature: Signature, subject: &Subject<'_>) -> Self {
        Self {
            signature,
            events: 0,
            span: Span::default(),
            destination: subject.packet.destination.ip,
            source_port: subject.packet.source.port,
            targets: None,
            moments: None,
            horizon: i64::MAX,
        }
    }

    fn note(&mut self, subject: &Subject<'_>, moment: Option<i64>) {
        let (destination, port) = (subject.packet.destination.ip, subject.packet.source.port);
        self.events += 1;
        self.note_target(destination);
        self.source_port = self.source_port.min(port);
        if let Some(moment) = moment {
            let known = self.span.ends();
            self.span.note(Some(moment));
            match (&mut self.moments, known) {
                (Some(_), _) if moment >= self.horizon => {}
                (Some(moments), _) => {
                    insert(moments, moment);
                    self.horizon = moments[MOMENTS - 1];
                }
                (None, Some((first, _))) => {
                    let mut moments = Box::new([i64::MAX; MOMENTS]);
                    insert(&mut moments, first);
                    insert(&mut moments, moment);
                    self.moments = Some(moments);
                }
                (None, None) => {}
            }
        }
    }

    fn note_target(&mut self, destination: Option<IpAddr>) {
        if destination != self.destination {
            let first = self.destination;
            let targets = self.targets.get_or_insert_with(|| {
                let mut targets = Box::<Distinct<TARGETS>>::default();
                targets.note(&first);
                targets
            });
            targets.note(&destination);
            self.destination = self.destination.min(destination);
        }
    }

    fn merge(&mut self, other: Self) {
        self.events += other.events;
        match (&mut self.moments, other.moments) {
            (Some(mine), Some(theirs)) => theirs.iter().for_each(|m| insert(mine, *m)),
            (Some(mine), None) => {
                if let Some((first, _)) = other.span.ends() {
                    insert(mine, first);
                }
            }
            (None, Some(mut theirs)) => {
                if let Some((first, _)) = self.span.ends() {
                    insert(&mut theirs, first);
                }
                self.moments = Some(theirs);
            }
            (None, None) => {
                if let (Some((a, _)), Some((b, _))) = (self.span.ends(), other.span.ends()) {
                    let mut moments = Box::new([i64::MAX; MOMENTS]);
                    insert(&mut moments, a);
                    insert(&mut moments, b);
                    self.moments = Some(moments);
                }
            }
        }
        self.horizon = self
            .moments
            .as_ref()
            .map_or(i64::MAX, |moments| moments[MOMENTS - 1]);
        self.span.merge(other.span);
        self.source_port = self.source_port.min(other.source_port);
        self.note_target(other.destination);
        if let Some(theirs) = other.targets {
            let first = self.destination;
            let mine = self.targets.get_or_insert_with(|| {
                let mut targets = Box::<Distinct<TARGETS>>::default();
                targets.note(&first);
                targets
            });
            mine.merge(&theirs);
        }
    }

    pub(crate) fn target_set(&self) -> Distinct<TARGETS> {
        self.targets.as_deref().cloned().unwrap_or_else(|| {
            let mut one = Distinct::default();
            one.note(&self.destination);
            one
        })
    }

    fn moments_known(&self) -> [i64; MOMENTS] {
        self.moments.as_deref().copied().unwrap_or_else(|| {
            let mut moments = [i64::MAX; MOMENTS];
            if let Some((first, _)) = self.span.ends() {
                insert(&mut moments, first);
            }
            moments
        })
    }

    /// How many distinct addresses.
    #[must_use]
    pub fn targets(&self) -> u32 {
        self.targets.as_ref().map_or(1, |t| t.count())
    }

    /// Whether four packets or more came at even intervals of a second or longer.
    #[must_use]
    pub fn is_regular(&self) -> bool {
        self.moments
            .as_ref()
            .is_some_and(|moments| is_even(moments))
    }
}

fn is_even(moments: &[i64; MOMENTS]) -> bool {
    let gaps = moments
        .iter()
        .zip(moments.iter().skip(1))
        .take_while(|(_, next)| **next != i64::MAX)
        .map(|(moment, next)| next.saturating_sub(*moment));
    let (mut least, mut most, mut count) = (i64::MAX, 0, 0);
    for gap in gaps {
        (least, most, count) = (least.min(gap), most.max(gap), count + 1);
    }
    count >= 3 && least >= 1_000_000_000 && most - least <= least / 5
}

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

/// Puts a moment in its place among the earliest; the last falls out.
fn insert(moments: &mut [i64; MOMENTS], moment: i64) {
    let at = moments.partition_point(|m| *m <= moment);
    if let Some(tail @ [_, ..]) = moments.get_mut(at..) {
        tail.rotate_right(1);
        tail[0] = moment;
    }
}

impl Source {
    /// Takes in a packet. Whether its destination port was new to this source.
    pub(crate) fn note(
        &mut self,
        subject: &Subject<'_>,
        signature: Signature,
        moment: Option<i64>,
    ) -> bool {
        self.events += 1;
        self.denied += u64::from(subject.action.is_denial());
        self.span.note(moment);
        let hash = signature.hash();
        if let Some(group) = self.group_mut(hash) {
            group.note(subject, moment);
            return false;
        }
        if hash < self.largest {
            let mut group = Group::new(signature, subject);
            group.note(subject, moment);
            self.put(hash, group);
        }
        self.note_port(&signature)
    }

    fn group_mut(&mut self, hash: u64) -> Option<&mut Group> {
        // All sixteen at once: without an early end the comparison is a few wide instructions.
        let hits = self
            .hashes
            .iter()
            .enumerate()
            .fold(0_u32, |bits, (at, h)| bits | u32::from(*h == hash) << at);
        if hits == 0 {
            None
        } else {
            self.groups.get_mut(hits.trailing_zeros() as usize)
        }
    }

    /// Takes a group of a new hash among the kept ones; the one of the largest hash makes room.
    fn put(&mut self, hash: u64, group: Group) {
        let at = if self.groups.len() < GROUPS {
            if self.groups.len() < 4 {
                // Most sources do few things, and there may be very many of them.
                self.groups.reserve_exact(1);
            }
            self.groups.push(group);
            self.groups.len() - 1
        } else {
            let Some(at) = self.hashes.iter().position(|h| *h == self.largest) else {
                return;
            };
            if let Some(old) = self.groups.get_mut(at) {
                *old = group;
            }
            at
        };
        if let Some(slot) = self.hashes.get_mut(at) {
            *slot = hash;
        }
        if self.groups.len() == GROUPS {
            self.largest = self.hashes.iter().copied().max().unwrap_or(u64::MAX);
        }
    }

    /// Puts the groups into the order of their hashes, so that equal sums are equal to the last
    /// byte and are told in the same order.
    pub(crate) fn seal(&mut self) {
        if !self.hashes.is_sorted() {
            let mut pairs: Vec<_> = self.hashes.into_iter().zip(self.groups.drain(..)).collect();
            pairs.sort_unstable_by_key(|(hash, _)| *hash);
            self.hashes = [u64::MAX; GROUPS];
            for ((hash, group), slot) in pairs.into_iter().zip(&mut self.hashes) {
                *slot = hash;
                self.groups.push(group);
            }
        }
    }

    fn note_port(&mut self, signature: &Signature) -> bool {
        match (signature.transport(), signature.port()) {
            (Some(rutter_event::Transport::TCP), Some(port)) => self.tcp.insert(port),
            (Some(rutter_event::Transport::UDP), Some(port)) => self.udp.insert(port),
            _ => false,
        }
    }

    /// Takes in another sum of the same source.
    pub(crate) fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.denied += other.denied;
        self.span.merge(other.span);
        self.tcp.merge(&other.tcp);
        self.udp.merge(&other.udp);
        for (hash, group) in other.hashes.into_iter().zip(other.groups) {
            let largest = self.largest;
            match self.group_mut(hash) {
                Some(mine) => mine.merge(group),
                None if hash < largest => self.put(hash, group),
                None => {}
            }
        }
    }

    /// Kinds of packets that are kept.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Whether it had more kinds of packets than are kept, so that the kept ones are a sample.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.groups.len() == GROUPS
            && self.groups.iter().map(|g| g.events).sum::<u64>() < self.events
    }

    /// What is known of one service: packets, distinct targets, whether they came at even intervals.
    ///
    /// A service is protocol, port, flags and direction; sizes and the like may differ from packet
    /// to packet.
    pub(crate) fn service(&self, signature: &Signature) -> Option<ServiceSum> {
        let mut alike = self
            .groups
            .iter()
            .filter(|g| g.signature.is_same_service(signature));
        let first = alike.next()?;
        let mut sum = ServiceSum {
            events: first.events,
            targets: 1,
            regular: first.is_regular(),
        };
        let mut others = alike.peekable();
        if others.peek().is_none() {
            sum.targets = first.targets();
            return Some(sum);
        }
        let mut targets = first.target_set();
        let mut moments = first.moments_known();
        for group in others {
            sum.events += group.events;
            targets.merge(&group.target_set());
            group
                .moments_known()
                .iter()
                .for_each(|m| insert(&mut moments, *m));
        }
        sum.targets = targets.count().max(1);
        sum.regular = is_even(&moments);
        Some(sum)
    }

    /// Distinct TCP and UDP destination ports.
    #[must_use]
    pub fn ports(&self) -> u32 {
        self.tcp.len() + self.udp.len()
    }
}
