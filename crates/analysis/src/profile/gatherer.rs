//! Takes in events by the hundred.

use rutter_event::Event;
use rutter_knowledge::Knowledge;

use super::kinds::Scales;
use super::shards::Shards;
use super::sighting::Sighting;
use super::{AHEAD, Profile};

/// How many packets wait for their sources.
const CROWD: usize = 512;
/// How many wait for one of several tables, and at most while another thread is at it.
const SMALL_CROWD: usize = AHEAD;
const PATIENCE: usize = 4 * SMALL_CROWD;

/// Sums events like [`Profile::observe`], but lets packets wait until many can be taken to their
/// sources together: about three times as fast, since their waits for memory overlap.
#[derive(Debug)]
pub struct Gatherer<'s, 'k> {
    profile: Profile,
    knowledge: &'k Knowledge,
    ways: Ways<'s>,
}

/// Where packets wait.
#[derive(Debug)]
enum Ways<'s> {
    /// For the sources of the profile.
    Own(Vec<Sighting>),
    /// For sources that other threads fill too: for each table of theirs.
    Shared {
        shards: &'s Shards,
        waiting: Box<[Vec<Sighting>]>,
        scales: Scales,
    },
}

impl<'s, 'k> Gatherer<'s, 'k> {
    /// Adds to a profile.
    #[must_use]
    pub fn new(profile: Profile, knowledge: &'k Knowledge) -> Self {
        Self {
            profile,
            knowledge,
            ways: Ways::Own(Vec::with_capacity(CROWD)),
        }
    }

    /// Adds to a profile all but what sources did, and that to those of all threads.
    #[must_use]
    pub fn sharing(profile: Profile, shards: &'s Shards, knowledge: &'k Knowledge) -> Self {
        let waiting = (0..shards.len()).map(|_| Vec::with_capacity(SMALL_CROWD));
        Self {
            profile,
            knowledge,
            ways: Ways::Shared {
                shards,
                waiting: waiting.collect(),
                scales: Scales::default(),
            },
        }
    }

    /// Takes in one event whose time and direction have been settled.
    #[inline]
    pub fn observe(&mut self, event: &Event<'_>) {
        let Some(sighting) = self.profile.total(event, self.knowledge) else {
            return;
        };
        match &mut self.ways {
            Ways::Own(waiting) => {
                waiting.push(sighting);
                if waiting.len() >= CROWD {
                    self.flush();
                }
            }
            Ways::Shared {
                shards,
                waiting,
                scales,
            } => {
                let table = shards.of(&sighting);
                let Some(waiting) = waiting.get_mut(table) else {
                    return;
                };
                waiting.push(sighting);
                if !waiting.len().is_multiple_of(SMALL_CROWD) {
                    return;
                }
                if waiting.len() >= PATIENCE {
                    shards.note_all(table, waiting, self.knowledge, scales);
                } else if !shards.try_note_all(table, waiting, self.knowledge, scales) {
                    return;
                }
                self.profile.note_openings(waiting);
                waiting.clear();
            }
        }
    }

    /// Takes in the sum of other events.
    pub fn merge(&mut self, profile: Profile) {
        self.profile.merge(profile);
    }

    /// By what kinds of packets are weighed.
    #[must_use]
    pub const fn knowledge(&self) -> &'k Knowledge {
        self.knowledge
    }

    fn flush(&mut self) {
        match &mut self.ways {
            Ways::Own(waiting) => {
                self.profile.note_openings(waiting);
                self.profile.sources.note_all(waiting, self.knowledge);
                self.profile.sources.settle();
                waiting.clear();
            }
            Ways::Shared {
                shards,
                waiting,
                scales,
            } => {
                for (table, waiting) in waiting.iter_mut().enumerate() {
                    shards.note_all(table, waiting, self.knowledge, scales);
                    self.profile.note_openings(waiting);
                    waiting.clear();
                }
            }
        }
    }

    /// Hands the sum over and goes on with an empty one within `memory`, once it takes more bytes
    /// than `most`. What is handed over is merged by whoever holds the sum of several gatherers, so
    /// that these need not hold a whole one each.
    pub fn hand_over(&mut self, memory: u64, most: u64) -> Option<Profile> {
        if self.profile.weight() <= most {
            return None;
        }
        self.flush();
        let mut empty = Profile::within(memory);
        // Ports are counted in a table of fixed size, which needs not be where the rest goes.
        empty.ports = std::mem::take(&mut self.profile.ports);
        Some(std::mem::replace(&mut self.profile, empty))
    }

    /// The sum, which is to be sealed.
    #[must_use]
    pub fn finish(mut self) -> Profile {
        self.flush();
        self.profile
    }
}
