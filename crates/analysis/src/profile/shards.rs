//! Sources that several threads fill together.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use rutter_knowledge::Knowledge;

use super::kinds::Scales;
use super::ration::Ration;
use super::sighting::Sighting;
use super::sources::Sources;
use super::table::{Means, Table};

/// Tables a thread: the more, the seldomer two want the same one.
const TABLES: usize = 4;

/// One table of sources for several threads, cut into parts by a hash of the address. A source lies
/// in one place however many threads tell of it, so they take no more memory than one does, and
/// nothing is left to merge at the end.
#[derive(Debug)]
pub struct Shards {
    tables: Box<[Mutex<Table>]>,
    ration: Ration,
}

impl Shards {
    /// No source yet, and `bytes` for those that come, from so many threads.
    #[must_use]
    pub fn new(bytes: u64, threads: usize) -> Self {
        let count = threads.saturating_mul(TABLES).next_power_of_two();
        Self {
            tables: (0..count).map(|_| Mutex::default()).collect(),
            ration: Ration::new(bytes),
        }
    }

    /// How many tables.
    pub(super) const fn len(&self) -> usize {
        self.tables.len()
    }

    /// In which table the source of a packet lies.
    #[inline]
    pub(super) const fn of(&self, sighting: &Sighting) -> usize {
        // The draw's first bits say who stays, so these are free.
        sighting.source.draw() as usize & (self.tables.len() - 1)
    }

    /// Takes in packets of sources of one table, unless another thread is at it.
    pub(super) fn try_note_all(
        &self,
        table: usize,
        sightings: &[Sighting],
        knowledge: &Knowledge,
        scales: &mut Scales,
    ) -> bool {
        let table = match self.tables.get(table).map(Mutex::try_lock) {
            Some(Ok(table)) => table,
            Some(Err(TryLockError::Poisoned(table))) => table.into_inner(),
            Some(Err(TryLockError::WouldBlock)) | None => return false,
        };
        self.fill(table, sightings, knowledge, scales);
        true
    }

    /// Takes in packets of sources of one table.
    pub(super) fn note_all(
        &self,
        table: usize,
        sightings: &[Sighting],
        knowledge: &Knowledge,
        scales: &mut Scales,
    ) {
        if let Some(table) = self.tables.get(table) {
            self.fill(held(table), sightings, knowledge, scales);
        }
    }

    fn fill(
        &self,
        mut table: MutexGuard<'_, Table>,
        sightings: &[Sighting],
        knowledge: &Knowledge,
        scales: &mut Scales,
    ) {
        let mut means = Means {
            knowledge,
            ration: &self.ration,
            scales,
        };
        table.note_all(sightings, &mut means);
        drop(table);
        if self.ration.settle() {
            // Whoever comes later asks the ration, which has been raised before.
            for table in &self.tables {
                held(table).thin(&self.ration);
            }
        }
    }

    /// Bytes that they are charged for.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.ration.weight()
    }

    /// All of them, once no thread adds to them any more.
    #[must_use]
    pub fn join(self) -> Sources {
        let tables = self.tables.into_iter();
        let tables = tables.map(|table| table.into_inner().unwrap_or_else(PoisonError::into_inner));
        Sources::of(Table::joined(tables.collect()), self.ration)
    }
}

/// A table for oneself. A panic of a thread ends the run, so nothing is told of what it left behind.
fn held(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}
