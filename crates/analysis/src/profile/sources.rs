//! All sources, as many as there is memory for.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_knowledge::Knowledge;

use super::group::Cell;
use super::host::Host;
use super::joint::{Busy, Joint};
use super::kinds::Scales;
use super::ration::Ration;
use super::sighting::Sighting;
use super::signature::Signature;
use super::slot::Rest;
use super::source::Source;
use super::table::{Means, Table};

/// The sums of what each source did, thinned by hash when they do not fit: then only every 2nd,
/// 4th, 8th … is kept, each with all of its packets.
#[derive(Clone, Debug)]
pub struct Sources {
    table: Table,
    ration: Ration,
    scales: Scales,
    /// What is known of calls that two logs tell of, once the profile is sealed.
    joint: Joint,
}

impl Sources {
    /// No source yet, and `bytes` for those that come.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        Self::of(Table::default(), Ration::new(bytes))
    }

    /// The sources of a table within a ration that has been charged for them.
    pub(super) fn of(table: Table, ration: Ration) -> Self {
        Self {
            table,
            ration,
            scales: Scales::default(),
            joint: Joint::default(),
        }
    }

    /// The table, and what it takes to add to it.
    fn open<'a>(&'a mut self, knowledge: &'a Knowledge) -> (&'a mut Table, Means<'a>) {
        let means = Means {
            knowledge,
            ration: &self.ration,
            scales: &mut self.scales,
        };
        (&mut self.table, means)
    }

    /// Takes in a packet; whether its destination port was new to its source.
    pub(super) fn note(&mut self, sighting: &Sighting, knowledge: &Knowledge) -> bool {
        let is_kept = self.ration.admits(sighting.source.draw());
        let is_new_port = is_kept && self.table.is_new_port(sighting);
        let (table, mut means) = self.open(knowledge);
        table.note(sighting, None, &mut means);
        is_new_port
    }

    /// Takes in many packets, in whatever order is fastest.
    pub(super) fn note_all(&mut self, sightings: &[Sighting], knowledge: &Knowledge) {
        let (table, mut means) = self.open(knowledge);
        table.note_all(sightings, &mut means);
    }

    /// Takes in a source that was kept as bytes.
    pub(super) fn restore(
        &mut self,
        host: Host,
        groups: Vec<(Signature, Cell)>,
        rest: Option<Rest>,
        knowledge: &Knowledge,
    ) {
        if self.ration.admits(host.draw()) {
            let (table, mut means) = self.open(knowledge);
            table.restore(host, groups, rest, &mut means);
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
        if self.is_empty() && self.ration.level() <= other.ration.level() {
            self.ration.take_over(other.ration);
            self.table = other.table;
        } else {
            self.raise(other.ration.level());
            self.table.merge(other.table, &self.ration);
        }
        self.settle();
    }

    /// Puts every source into the one form that equal sums have, in the order of addresses.
    pub(super) fn seal(&mut self) {
        self.table.seal();
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
