//! A table that keeps a fair sample of its keys when there are too many.

use std::hash::{BuildHasher as _, Hash};

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// One seed for all sums: a merge needs the same hash on both sides.
pub(super) const SEED: u64 = 0x7275_7474_6572_0001;

/// The hash by which samples are drawn.
pub(crate) fn hash_of<K: Hash>(key: &K) -> u64 {
    // The fast hash leaves patterns in its high bits for small keys; one multiplication spreads them.
    let hash = FixedState::with_seed(SEED).hash_one(key);
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A map that holds at most `cap` keys: those whose hash begins with `level` zero bits.
///
/// The level is the smallest that fits, so what is kept depends on the set of keys alone, not on
/// their order nor on how the input was split: `merge` is associative and commutative, and every
/// kept value has seen all of its events.
#[derive(Clone, Debug)]
pub struct Sampled<K, V> {
    table: HashTable<(K, V)>,
    level: u32,
    cap: usize,
}

impl<K: Hash + Eq, V> Sampled<K, V> {
    /// An empty map for at most `cap` keys.
    #[must_use]
    pub const fn new(cap: usize) -> Self {
        Self {
            table: HashTable::new(),
            level: 0,
            cap,
        }
    }

    /// An empty map for as many keys as surely fit into so many bytes.
    #[must_use]
    pub const fn within(bytes: u64) -> Self {
        // A table that has just doubled is half empty.
        Self::new(bytes as usize / (2 * (size_of::<(K, V)>() + 1)))
    }

    /// The value of a key, made when absent; nothing when the key is not in the sample.
    pub fn entry(&mut self, key: K, make: impl FnOnce() -> V) -> Option<&mut V> {
        self.entry_of(hash_of(&key), key, make)
    }

    /// The same, of a key whose hash is known.
    #[inline]
    pub(super) fn entry_of(
        &mut self,
        hash: u64,
        key: K,
        make: impl FnOnce() -> V,
    ) -> Option<&mut V> {
        self.join(hash, key, make, |_, _| {})
    }

    /// What is kept of a key whose hash is known: so that it is near when it is written to.
    #[inline]
    pub(super) fn peek(&self, hash: u64, key: &K) -> Option<&V> {
        self.table.find(hash, |(k, _)| k == key).map(|(_, v)| v)
    }

    /// Makes the value of an absent key, or lets `join` add the made one to a present key's.
    fn join<M: FnOnce() -> V>(
        &mut self,
        hash: u64,
        key: K,
        make: M,
        join: impl FnOnce(&mut V, M),
    ) -> Option<&mut V> {
        if !self.admits(hash) {
            return None;
        }
        if self.table.len() >= self.cap && self.table.find(hash, |(k, _)| *k == key).is_none() {
            self.raise_for(hash);
            if !self.admits(hash) {
                return None;
            }
        }
        match self
            .table
            .entry(hash, |(k, _)| *k == key, |(k, _)| hash_of(k))
        {
            Entry::Occupied(entry) => {
                let (_, value) = entry.into_mut();
                join(value, make);
                Some(value)
            }
            Entry::Vacant(entry) => Some(&mut entry.insert((key, make())).into_mut().1),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.peek(hash_of(key), key)
    }

    #[inline]
    pub(super) const fn admits(&self, hash: u64) -> bool {
        self.level == 0 || hash >> (64 - self.level) == 0
    }

    /// Raises the level until one more key of this hash fits or is shut out.
    fn raise_for(&mut self, hash: u64) {
        while self.table.len() >= self.cap && self.admits(hash) && self.level < 63 {
            self.level += 1;
            let level = self.level;
            self.table.retain(|(k, _)| hash_of(k) >> (64 - level) == 0);
        }
    }

    /// Bytes that its keys take at most; see [`within`](Self::within).
    pub(super) fn weight(&self) -> u64 {
        self.table.len() as u64 * 2 * (size_of::<(K, V)>() as u64 + 1)
    }

    /// How many leading zeros the hash of a kept key has at least.
    pub(super) const fn level(&self) -> u32 {
        self.level
    }

    /// Raises the level to at least this.
    pub(super) fn raise(&mut self, level: u32) {
        if level > self.level {
            self.level = level;
            self.table.retain(|(k, _)| hash_of(k) >> (64 - level) == 0);
        }
    }

    /// Takes in another sample; `join` adds the values of a key that both hold.
    pub fn merge(&mut self, other: Self, mut join: impl FnMut(&mut V, V)) {
        self.raise(other.level);
        for (key, value) in other.table {
            let hash = hash_of(&key);
            self.join(hash, key, || value, |kept, value| join(kept, value()));
        }
    }

    /// Kept values, in no particular order.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.table.iter_mut().map(|(_, v)| v)
    }

    /// Kept keys and values, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.table.iter().map(|(k, v)| (k, v))
    }

    /// How many keys are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether no key is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// How many keys stand behind each kept one: 1, or a power of two when the cap was reached.
    #[must_use]
    pub const fn thinning(&self) -> u64 {
        1 << self.level
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(keys: impl IntoIterator<Item = u32>) -> Sampled<u32, u64> {
        let mut map = Sampled::new(64);
        for key in keys {
            if let Some(count) = map.entry(key, || 0) {
                *count += 1;
            }
        }
        map
    }

    fn sorted(map: &Sampled<u32, u64>) -> Vec<(u32, u64)> {
        let mut all: Vec<_> = map.iter().map(|(k, v)| (*k, *v)).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn the_sample_does_not_depend_on_splits() {
        let keys: Vec<u32> = (0..5_000).map(|i| i * 7 % 1_777).collect();
        let whole = filled(keys.iter().copied());
        assert!(whole.len() <= 64 && whole.thinning() > 1);
        for cut in [1, 17, 900, 4_999] {
            let mut left = filled(keys.iter().take(cut).copied());
            let right = filled(keys.iter().skip(cut).copied());
            left.merge(right.clone(), |a, b| *a += b);
            assert_eq!(sorted(&left), sorted(&whole), "cut at {cut}");
            let mut turned = right;
            turned.merge(filled(keys.iter().take(cut).copied()), |a, b| *a += b);
            assert_eq!(sorted(&turned), sorted(&whole), "turned at {cut}");
        }
    }
}
