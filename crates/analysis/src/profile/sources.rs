//! All sources, as many as there is memory for.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::Transport;
use rutter_knowledge::Knowledge;

use super::AHEAD;
use super::group::Cell;
use super::host::Host;
use super::index::{Index, Secret};
use super::joint::{Busy, Joint};
use super::kinds::{Kind, Kinds};
use super::ration::Ration;
use super::sighting::Sighting;
use super::signature::Signature;
use super::slot::{Change, Rest, Slot};
use super::source::Source;

/// The sums of what each source did, thinned by hash when they do not fit: then only every 2nd,
/// 4th, 8th … is kept, each with all of its packets.
#[derive(Clone, Debug)]
pub struct Sources {
    table: Table,
    ration: Ration,
    /// What is known of calls that two logs tell of, once the profile is sealed.
    joint: Joint,
}

/// Sources side by side, and where they are found.
#[derive(Clone, Debug, Default)]
struct Table {
    slots: Vec<Slot>,
    index: Index,
    secret: Secret,
    kinds: Kinds,
    /// Kinds of packets that are kept, of all sources.
    groups: usize,
}

/// Kinds that nobody has any more are swept out when there are more of them than this, and than
/// of those that somebody has.
const SWEEP: usize = 1 << 14;

impl Table {
    #[inline]
    fn hash(&self, host: Host) -> u64 {
        host.fold(self.secret.0, self.secret.1)
    }

    #[inline]
    fn find(&self, host: Host) -> Option<u32> {
        self.index.find(self.hash(host), |at| {
            self.slots
                .get(at as usize)
                .is_some_and(|slot| slot.host == host)
        })
    }

    fn push(&mut self, slot: Slot) {
        let (hash, secret) = (self.hash(slot.host), self.secret);
        // A budget of bytes keeps far from 2^32 slots.
        let at = u32::try_from(self.slots.len()).unwrap_or(u32::MAX - 1);
        self.groups += slot.groups();
        self.slots.push(slot);
        let slots = &self.slots;
        self.index.enter(hash, at, |at| {
            slots
                .get(at as usize)
                .map_or(0, |slot| slot.host.fold(secret.0, secret.1))
        });
    }

    /// Takes in a packet; `at` is where its source may lie.
    fn note(
        &mut self,
        sighting: &Sighting,
        at: Option<u32>,
        knowledge: &Knowledge,
        ration: &Ration,
    ) -> Change {
        let host = sighting.source;
        let right = |at: &u32| self.slots.get(*at as usize).is_some_and(|s| s.host == host);
        let at = at.filter(right).or_else(|| self.find(host));
        let Some(slot) = at.and_then(|at| self.slots.get_mut(at as usize)) else {
            return self.welcome(sighting, knowledge, ration);
        };
        if slot.note_known(sighting, &self.kinds).is_some() {
            let growth = slot.growth();
            if growth > 0 {
                ration.charge(host.draw(), growth);
            }
            return Change::default();
        }
        let before = slot.charge();
        let priority = self
            .kinds
            .priority(sighting.hash, &sighting.signature, knowledge);
        let change = slot.note_new(sighting, priority, &mut self.kinds);
        ration.charge(host.draw(), slot.charge() - before);
        self.groups += change.groups;
        self.tidy();
        change
    }

    /// Takes in a packet of a new source.
    fn welcome(&mut self, sighting: &Sighting, knowledge: &Knowledge, ration: &Ration) -> Change {
        let priority = self
            .kinds
            .priority(sighting.hash, &sighting.signature, knowledge);
        let kind = Kind {
            signature: sighting.signature,
            priority,
        };
        let slot = Slot::of(sighting, self.kinds.number(sighting.hash, kind));
        ration.charge(sighting.source.draw(), slot.charge());
        self.push(slot);
        let transport = sighting.signature.transport();
        Change {
            is_new_port: matches!(transport, Some(Transport::TCP | Transport::UDP))
                && sighting.signature.port().is_some(),
            groups: 0,
        }
    }

    /// Lets go of the sources that a ration does not admit any more.
    fn thin(&mut self, ration: &Ration) {
        self.slots.retain(|slot| ration.admits(slot.host.draw()));
        let (slots, secret) = (&self.slots, self.secret);
        self.index.rebuild(slots.len(), |at| {
            slots
                .get(at as usize)
                .map_or(0, |slot| slot.host.fold(secret.0, secret.1))
        });
        self.groups = slots.iter().map(Slot::groups).sum();
        self.sweep();
    }

    fn tidy(&mut self) {
        if self.kinds.len() > 2 * self.groups + SWEEP {
            self.sweep();
        }
    }

    /// Lets go of kinds that no source has any more.
    fn sweep(&mut self) {
        let mut used = vec![false; self.kinds.len()];
        for slot in &mut self.slots {
            slot.renumber(|kind| {
                if let Some(used) = used.get_mut(kind as usize) {
                    *used = true;
                }
                kind
            });
        }
        let numbers = self.kinds.sweep(&used);
        for slot in &mut self.slots {
            slot.renumber(|kind| numbers.get(kind as usize).copied().unwrap_or(0));
        }
    }

    fn merge(&mut self, other: Self, ration: &Ration) {
        for mut slot in other.slots {
            let (host, draw) = (slot.host, slot.host.draw());
            if !ration.admits(draw) {
                continue;
            }
            match self
                .find(host)
                .and_then(|at| self.slots.get_mut(at as usize))
            {
                Some(mine) => {
                    let before = mine.charge();
                    self.groups += mine.merge(slot, &other.kinds, &mut self.kinds);
                    ration.charge(draw, mine.charge() - before);
                }
                None => {
                    slot.renumber(|kind| {
                        let kind = other.kinds.get(kind);
                        self.kinds.number(kind.signature.hash(), kind)
                    });
                    ration.charge(draw, slot.charge());
                    self.push(slot);
                }
            }
        }
        self.tidy();
    }
}

impl Sources {
    /// No source yet, and `bytes` for those that come.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        Self {
            table: Table::default(),
            ration: Ration::new(bytes),
            joint: Joint::default(),
        }
    }

    /// Takes in a packet; whether its destination port was new to its source.
    pub(super) fn note(&mut self, sighting: &Sighting, knowledge: &Knowledge) -> bool {
        self.note_at(sighting, None, knowledge)
    }

    fn note_at(&mut self, sighting: &Sighting, at: Option<u32>, knowledge: &Knowledge) -> bool {
        if self.ration.level() > 0 && !self.ration.admits(sighting.source.draw()) {
            return false;
        }
        self.table
            .note(sighting, at, knowledge, &self.ration)
            .is_new_port
    }

    /// Takes in many packets, in whatever order is fastest.
    ///
    /// A profile waits for memory most of the time, so what the packets will need is read ahead,
    /// stage by stage; the reads of one stage do not depend on each other and overlap. No stage asks
    /// what it has just read for: a branch that is guessed wrong would wait with the memory. So
    /// packets of kinds that their source is known for, which are most, go apart from the others.
    pub(super) fn note_all(&mut self, sightings: &[Sighting], knowledge: &Knowledge) {
        let mut places = [None; AHEAD];
        let mut known = Vec::with_capacity(AHEAD);
        let mut others = Vec::with_capacity(AHEAD);
        for run in sightings.chunks(AHEAD) {
            let table = &self.table;
            let mut sum = 0;
            for sighting in run {
                sum ^= table.index.touch(table.hash(sighting.source));
            }
            for (sighting, place) in run.iter().zip(&mut places) {
                *place = table.find(sighting.source);
            }
            known.clear();
            others.clear();
            for (sighting, place) in run.iter().zip(&places) {
                let slot = place.and_then(|at| table.slots.get(at as usize));
                match slot.and_then(|slot| slot.near(sighting.hash)) {
                    Some(cell) => known.push((sighting, *place, cell)),
                    None => others.push((sighting, *place)),
                }
            }
            let cells = known.iter().filter_map(|(_, place, cell)| {
                let slot = table.slots.get((*place)? as usize)?;
                slot.cells().get(*cell)
            });
            let rests = others.iter().filter_map(|(sighting, place)| {
                let slot = table.slots.get((*place)? as usize)?;
                Some((sighting, slot.rest()?))
            });
            for cell in cells.clone() {
                sum ^= cell.events;
            }
            for (_, rest) in rests.clone() {
                sum ^= rest.touch();
            }
            for cell in cells.clone() {
                sum ^= table.kinds.touch(cell.kind) ^ cell.touch() as u64;
            }
            for (sighting, rest) in rests {
                sum ^= rest.touch_more(&sighting.signature);
            }
            for cell in cells {
                sum ^= u64::from(cell.touch_marks());
            }
            std::hint::black_box(sum);
            for (sighting, place, cell) in &known {
                if !self.note_known(sighting, *place, *cell) {
                    self.note_at(sighting, *place, knowledge);
                }
            }
            for (sighting, place) in &others {
                self.note_at(sighting, *place, knowledge);
            }
        }
    }

    /// Takes in a packet if its kind is that of a cell.
    #[inline]
    fn note_known(&mut self, sighting: &Sighting, place: Option<u32>, cell: usize) -> bool {
        let table = &mut self.table;
        let Some(slot) = place.and_then(|at| table.slots.get_mut(at as usize)) else {
            return false;
        };
        let is_known = slot.note_cell(cell, sighting, &table.kinds);
        if is_known {
            let growth = slot.growth();
            if growth > 0 {
                self.ration.charge(slot.host.draw(), growth);
            }
        }
        is_known
    }

    /// Takes in a source that was kept as bytes.
    pub(super) fn restore(
        &mut self,
        host: Host,
        groups: Vec<(Signature, Cell)>,
        rest: Option<Rest>,
        knowledge: &Knowledge,
    ) {
        if !self.ration.admits(host.draw()) {
            return;
        }
        let kinds = &mut self.table.kinds;
        let groups = groups.into_iter().map(|(signature, cell)| {
            let priority = kinds.priority(signature.hash(), &signature, knowledge);
            let kind = Kind {
                signature,
                priority,
            };
            (kind, cell)
        });
        let groups = groups.collect();
        if let Some(slot) = Slot::restored(host, groups, rest, kinds) {
            self.ration.charge(host.draw(), slot.charge());
            self.table.push(slot);
        }
    }

    /// Bytes that they are charged for.
    pub(super) fn weight(&self) -> u64 {
        self.ration.weight()
    }

    /// How many leading zeros the draw of a kept source has at least.
    pub(super) fn level(&self) -> u32 {
        self.ration.level()
    }

    /// Raises the level to at least this.
    pub(super) fn raise(&mut self, level: u32) {
        if level > self.ration.level() {
            self.ration.raise(level);
            self.table.thin(&self.ration);
        }
    }

    /// Every kind of packets that some kept source sent, once sealed, with its number.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (Signature, u32)> {
        self.table.kinds.iter()
    }

    /// Thins the sources until they fit; whether there was need to.
    pub(super) fn settle(&mut self) -> bool {
        let raised = self.ration.settle();
        if raised {
            self.table.thin(&self.ration);
        }
        raised
    }

    /// Takes in the sums of other packets.
    pub(super) fn merge(&mut self, other: Self) {
        self.raise(other.ration.level());
        self.table.merge(other.table, &self.ration);
        self.settle();
    }

    /// Puts every source into the one form that equal sums have, in the order of addresses.
    pub(super) fn seal(&mut self) {
        let table = &mut self.table;
        table.sweep();
        for slot in &mut table.slots {
            slot.seal(&table.kinds);
        }
        if !table.slots.is_sorted_by_key(|slot| slot.host) {
            table.slots.sort_unstable_by_key(|slot| slot.host);
            let (slots, secret) = (&table.slots, table.secret);
            table.index.rebuild(slots.len(), |at| {
                slots
                    .get(at as usize)
                    .map_or(0, |slot| slot.host.fold(secret.0, secret.1))
            });
        }
    }

    /// What an address did, when it is kept.
    #[must_use]
    pub fn get(&self, ip: IpAddr) -> Option<Source<'_>> {
        let at = self.table.find(ip.into())?;
        let slot = self.table.slots.get(at as usize)?;
        Some(Source::of(slot, &self.table.kinds, &self.joint))
    }

    /// Whether an address would be kept if it came.
    #[must_use]
    pub fn would_keep(&self, ip: IpAddr) -> bool {
        self.ration.admits(Host::from(ip).draw())
    }

    /// Every source that is kept, by address once the profile is sealed.
    pub fn iter(&self) -> impl Iterator<Item = Source<'_>> {
        let (kinds, joint) = (&self.table.kinds, &self.joint);
        self.table
            .slots
            .iter()
            .map(move |slot| Source::of(slot, kinds, joint))
    }

    /// Lets sources be told with what is known of calls that two logs tell of.
    pub(super) fn join(&mut self, joint: Joint) {
        self.joint = joint;
    }

    pub(super) const fn joint(&self) -> &Joint {
        &self.joint
    }

    /// The services of sources that listeners recorded contacts on.
    pub(super) fn with_contacts(&self) -> Vec<Busy> {
        let mut busy = BTreeMap::new();
        for source in self.iter() {
            if !source.recorded().any(|group| group.signature.is_contact()) {
                continue;
            }
            for group in source.recorded() {
                let signature = &group.signature;
                let (Some(transport), Some(port)) = (signature.transport(), signature.port())
                else {
                    continue;
                };
                let of = (source.host(), transport.0, port);
                let service = busy.entry(of).or_insert(Busy {
                    of,
                    target: Host::NONE,
                    contacts: 0,
                    packets: 0,
                });
                if signature.is_contact() {
                    service.contacts += group.events;
                    service.target = group.destination.map_or(Host::NONE, Host::from);
                } else if signature.may_open() {
                    service.packets += group.events;
                }
            }
        }
        busy.into_values().collect()
    }

    /// Whether any kind of packets has words.
    pub(super) fn have_words(&self) -> bool {
        self.table.kinds.have_words()
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.slots.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.slots.is_empty()
    }

    /// How many sources stand behind each kept one: 1, or a power of two when memory was short.
    #[must_use]
    pub fn thinning(&self) -> u64 {
        1 << self.ration.level()
    }
}
