//! How many different ones: exact while few, estimated when many.

use std::hash::Hash;

use super::sampled::hash_of;

/// The `K` smallest hashes of the things seen. Exact up to `K`; above, the k-th smallest hash tells
/// how densely they lie, with a standard error of about `1/√K`. Merging is a union: any split and
/// any order give the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distinct<const K: usize> {
    smallest: Vec<u32>,
}

impl<const K: usize> Distinct<K> {
    /// Notes one thing.
    pub fn note<T: Hash>(&mut self, thing: &T) {
        self.note_hash((hash_of(thing) >> 32) as u32);
    }

    fn note_hash(&mut self, hash: u32) {
        if self.smallest.len() >= K && self.smallest.last().is_some_and(|last| hash >= *last) {
            return;
        }
        if let Err(at) = self.smallest.binary_search(&hash) {
            self.smallest.insert(at, hash);
            self.smallest.truncate(K);
        }
    }

    /// Takes in another.
    pub fn merge(&mut self, other: &Self) {
        for hash in &other.smallest {
            self.note_hash(*hash);
        }
    }

    /// How many different things.
    #[must_use]
    pub fn count(&self) -> u32 {
        let kept = self.smallest.len();
        match self.smallest.last() {
            Some(last) if kept >= K => {
                let (kept, last) = (kept as u64, u64::from(*last) + 1);
                u32::try_from((kept - 1).max(1) * (1 << 32) / last)
                    .unwrap_or(u32::MAX)
                    .max(K as u32)
            }
            _ => u32::try_from(kept).unwrap_or(u32::MAX),
        }
    }

    /// Whether the count is exact.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.smallest.len() < K
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_while_few_and_close_when_many() {
        let mut few = Distinct::<64>::default();
        (0..40_u32).chain(0..40).for_each(|i| few.note(&i));
        assert_eq!((few.count(), few.is_exact()), (40, true));
        let mut many = Distinct::<256>::default();
        (0..100_000_u32).for_each(|i| many.note(&i));
        // Four standard errors of 1/√256.
        assert!(
            (75_000..125_000).contains(&many.count()),
            "{}",
            many.count()
        );
    }

    #[test]
    fn a_union_whatever_the_order() {
        let (mut a, mut b, mut whole) = <(Distinct<16>, Distinct<16>, Distinct<16>)>::default();
        for i in 0..500_u32 {
            whole.note(&i);
            if i % 3 == 0 { a.note(&i) } else { b.note(&i) }
        }
        let mut ab = a.clone();
        ab.merge(&b);
        b.merge(&a);
        assert_eq!((&ab, &b), (&whole, &whole));
    }
}
