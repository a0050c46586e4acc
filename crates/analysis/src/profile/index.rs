//! Where a key's record lies: a hash table that holds places only.

use std::hash::{BuildHasher as _, RandomState};

/// Places of records by the hash of their keys, eight bytes each.
///
/// Open addressing, at most two thirds full; a look-up reads one line of memory, and the record
/// itself tells whether it is the one. The words below it (see [`Secret`]) differ from run to run,
/// and nothing that is reported depends on the order of places.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// The hash's upper half and the place plus one; 0 is free. As many as a power of two.
    places: Box<[u64]>,
    len: usize,
}

/// Two words that nobody outside of this process knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Secret(pub(super) u64, pub(super) u64);

impl Default for Secret {
    fn default() -> Self {
        let state = RandomState::new();
        Self(state.hash_one(1_u8), state.hash_one(2_u8))
    }
}

const UPPER: u64 = 0xffff_ffff_0000_0000;

impl Index {
    #[inline]
    fn start(&self, hash: u64) -> usize {
        // The upper half is compared; the place comes from all of it.
        (hash ^ (hash >> 29)) as usize & self.places.len().wrapping_sub(1)
    }

    /// The record of a hash for which `is_it` holds.
    #[inline]
    pub(super) fn find(&self, hash: u64, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.places.len().checked_sub(1)?;
        let mut at = self.start(hash);
        loop {
            let place = *self.places.get(at)?;
            if place == 0 {
                return None;
            }
            if (place ^ hash) & UPPER == 0 {
                let record = (place as u32) - 1;
                if is_it(record) {
                    return Some(record);
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Enters a record that is not there yet.
    pub(super) fn enter(&mut self, hash: u64, record: u32, hash_of: impl Fn(u32) -> u64) {
        if (self.len + 1) * 3 > self.places.len() * 2 {
            self.grow(hash_of);
        }
        self.place(hash, record);
        self.len += 1;
    }

    fn place(&mut self, hash: u64, record: u32) {
        let mask = self.places.len().wrapping_sub(1);
        let mut at = self.start(hash);
        while let Some(place) = self.places.get_mut(at) {
            if *place == 0 {
                *place = hash & UPPER | u64::from(record + 1);
                return;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        let size = (self.places.len() * 2).max(8);
        let old = std::mem::replace(&mut self.places, vec![0; size].into());
        for place in old {
            if place != 0 {
                let record = (place as u32) - 1;
                self.place(hash_of(record), record);
            }
        }
    }

    /// Forgets all and enters records 0 to `count - 1`.
    pub(super) fn rebuild(&mut self, count: usize, hash_of: impl Fn(u32) -> u64) {
        let size = (count * 3 / 2 + 1).next_power_of_two().max(8);
        // The old places go before the new ones come.
        self.places = Box::default();
        self.places = vec![0; size].into();
        self.len = count;
        for record in 0..u32::try_from(count).unwrap_or(u32::MAX) {
            self.place(hash_of(record), record);
        }
    }

    /// Reads the line of memory where a look-up will begin.
    #[inline]
    pub(super) fn touch(&self, hash: u64) -> u64 {
        self.places.get(self.start(hash)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_entered_is_found() {
        let keys: Vec<u64> = (0..5_000)
            .map(|i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .collect();
        let hash_of = |record: u32| keys.get(record as usize).copied().unwrap_or(0);
        let mut index = Index::default();
        for (record, key) in (0_u32..).zip(&keys) {
            assert_eq!(index.find(*key, |r| hash_of(r) == *key), None);
            index.enter(*key, record, hash_of);
        }
        for (record, key) in (0_u32..).zip(&keys) {
            assert_eq!(index.find(*key, |r| hash_of(r) == *key), Some(record));
        }
        index.rebuild(100, hash_of);
        assert_eq!(index.find(keys[7], |r| r == 7), Some(7));
        assert_eq!(index.find(keys[100], |r| r == 100), None);
    }
}
