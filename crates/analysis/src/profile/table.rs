//! Sources side by side, and where they are found.

use rutter_knowledge::Knowledge;

use super::AHEAD;
use super::group::Cell;
use super::host::Host;
use super::index::{Index, Secret};
use super::kinds::{Kind, Kinds, Scales};
use super::ration::Ration;
use super::sighting::Sighting;
use super::signature::Signature;
use super::slot::{Rest, Slot, port_of};

/// Sources side by side, and where they are found.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) slots: Vec<Slot>,
    pub(super) kinds: Kinds,
    index: Index,
    secret: Secret,
    /// Kinds of packets that are kept, of all sources.
    groups: usize,
}

/// What it takes to add to a table, besides the table.
pub(super) struct Means<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) ration: &'a Ration,
    pub(super) scales: &'a mut Scales,
}

impl Means<'_> {
    fn kind(&mut self, hash: u64, signature: Signature) -> Kind {
        let priority = self.scales.priority(hash, &signature, self.knowledge);
        Kind {
            signature,
            priority,
        }
    }
}

/// Kinds that nobody has any more are swept out when there are more of them than this, and than
/// of those that somebody has.
const SWEEP: usize = 1 << 14;

impl Table {
    #[inline]
    fn hash(&self, host: Host) -> u64 {
        host.fold(self.secret.0, self.secret.1)
    }

    /// Where a source lies.
    #[inline]
    pub(super) fn find(&self, host: Host) -> Option<u32> {
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

    /// Enters all sources anew, after some have gone or changed their places.
    fn find_anew(&mut self) {
        let (slots, secret) = (&self.slots, self.secret);
        self.index.rebuild(slots.len(), |at| {
            slots
                .get(at as usize)
                .map_or(0, |slot| slot.host.fold(secret.0, secret.1))
        });
    }

    /// Whether the destination port of a packet is new to its source.
    pub(super) fn is_new_port(&self, sighting: &Sighting) -> bool {
        let at = self.find(sighting.source);
        match at.and_then(|at| self.slots.get(at as usize)) {
            Some(slot) => !slot.has_asked(&sighting.signature, &self.kinds),
            None => port_of(&sighting.signature).is_some(),
        }
    }

    /// Takes in a packet. `at` is where its source may lie.
    pub(super) fn note(&mut self, sighting: &Sighting, at: Option<u32>, means: &mut Means<'_>) {
        let host = sighting.source;
        if means.ration.level() > 0 && !means.ration.admits(host.draw()) {
            return;
        }
        let right = |at: &u32| self.slots.get(*at as usize).is_some_and(|s| s.host == host);
        let at = at.filter(right).or_else(|| self.find(host));
        let Some(slot) = at.and_then(|at| self.slots.get_mut(at as usize)) else {
            return self.welcome(sighting, means);
        };
        if slot.note_known(sighting, &self.kinds).is_some() {
            let growth = slot.growth();
            if growth > 0 {
                means.ration.charge(host.draw(), growth);
            }
            return;
        }
        let before = slot.charge();
        let kind = means.kind(sighting.hash, sighting.signature);
        self.groups += slot.note_new(sighting, kind.priority, &mut self.kinds);
        means.ration.charge(host.draw(), slot.charge() - before);
        self.tidy();
    }

    /// Takes in a packet of a new source.
    fn welcome(&mut self, sighting: &Sighting, means: &mut Means<'_>) {
        let kind = means.kind(sighting.hash, sighting.signature);
        let slot = Slot::of(sighting, self.kinds.number(sighting.hash, kind));
        means.ration.charge(sighting.source.draw(), slot.charge());
        self.push(slot);
    }

    /// Takes in many packets, in whatever order is fastest.
    ///
    /// A profile waits for memory most of the time, so what the packets will need is read ahead,
    /// stage by stage; the reads of one stage do not depend on each other and overlap. No stage asks
    /// what it has just read for: a branch that is guessed wrong would wait with the memory. So
    /// packets of kinds that their source is known for, which are most, go apart from the others.
    pub(super) fn note_all(&mut self, sightings: &[Sighting], means: &mut Means<'_>) {
        let mut places = [None; AHEAD];
        let mut known = Vec::with_capacity(AHEAD);
        let mut others = Vec::with_capacity(AHEAD);
        for run in sightings.chunks(AHEAD) {
            let mut sum = 0;
            for sighting in run {
                sum ^= self.index.touch(self.hash(sighting.source));
            }
            for (sighting, place) in run.iter().zip(&mut places) {
                *place = self.find(sighting.source);
            }
            known.clear();
            others.clear();
            for (sighting, place) in run.iter().zip(&places) {
                let slot = place.and_then(|at| self.slots.get(at as usize));
                match slot.and_then(|slot| slot.near(sighting.hash)) {
                    Some(cell) => known.push((sighting, *place, cell)),
                    None => others.push((sighting, *place)),
                }
            }
            let cells = known.iter().filter_map(|(_, place, cell)| {
                let slot = self.slots.get((*place)? as usize)?;
                slot.cells().get(*cell)
            });
            let rests = others.iter().filter_map(|(sighting, place)| {
                let slot = self.slots.get((*place)? as usize)?;
                Some((sighting, slot.rest()?))
            });
            for cell in cells.clone() {
                sum ^= cell.events;
            }
            for (_, rest) in rests.clone() {
                sum ^= rest.touch();
            }
            for cell in cells.clone() {
                sum ^= self.kinds.touch(cell.kind) ^ cell.touch() as u64;
            }
            for (sighting, rest) in rests {
                sum ^= rest.touch_more(&sighting.signature);
            }
            for cell in cells {
                sum ^= u64::from(cell.touch_marks());
            }
            std::hint::black_box(sum);
            for (sighting, place, cell) in &known {
                if !self.note_known(sighting, *place, *cell, means.ration) {
                    self.note(sighting, *place, means);
                }
            }
            for (sighting, place) in &others {
                self.note(sighting, *place, means);
            }
        }
    }

    /// Takes in a packet if its kind is that of a cell.
    #[inline]
    fn note_known(
        &mut self,
        sighting: &Sighting,
        place: Option<u32>,
        cell: usize,
        ration: &Ration,
    ) -> bool {
        let Some(slot) = place.and_then(|at| self.slots.get_mut(at as usize)) else {
            return false;
        };
        let is_known = slot.note_cell(cell, sighting, &self.kinds);
        if is_known {
            let growth = slot.growth();
            if growth > 0 {
                ration.charge(slot.host.draw(), growth);
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
        means: &mut Means<'_>,
    ) {
        let groups = groups.into_iter();
        let groups =
            groups.map(|(signature, cell)| (means.kind(signature.hash(), signature), cell));
        let groups = groups.collect();
        if let Some(slot) = Slot::restored(host, groups, rest, &mut self.kinds) {
            means.ration.charge(host.draw(), slot.charge());
            self.push(slot);
        }
    }

    /// Lets go of the sources that a ration does not admit any more.
    pub(super) fn thin(&mut self, ration: &Ration) {
        self.slots.retain(|slot| ration.admits(slot.host.draw()));
        self.find_anew();
        self.groups = self.slots.iter().map(Slot::groups).sum();
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

    /// Takes in the sources of another table.
    pub(super) fn merge(&mut self, other: Self, ration: &Ration) {
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

    /// One table of many whose sources differ. They are found again once it is sealed.
    pub(super) fn joined(tables: Vec<Self>) -> Self {
        let mut all = Self::default();
        all.slots
            .reserve_exact(tables.iter().map(|table| table.slots.len()).sum());
        for table in tables {
            // Numbers here by numbers there.
            let numbers: Vec<u32> = table
                .kinds
                .iter()
                .map(|(signature, number)| {
                    all.kinds.number(signature.hash(), table.kinds.get(number))
                })
                .collect();
            all.groups += table.groups;
            all.slots.extend(table.slots.into_iter().map(|mut slot| {
                slot.renumber(|kind| numbers.get(kind as usize).copied().unwrap_or(0));
                slot
            }));
        }
        all
    }

    /// Puts every source into the one form that equal sums have, in the order of addresses.
    pub(super) fn seal(&mut self) {
        self.sweep();
        for slot in &mut self.slots {
            slot.seal(&self.kinds);
        }
        if !self.slots.is_sorted_by_key(|slot| slot.host) {
            self.slots.sort_unstable_by_key(|slot| slot.host);
        }
        // Of parts that were laid together nothing has been entered yet, in order or not.
        self.find_anew();
    }
}
