//! How many different ones: exact while few, estimated when many.

/// Most marks kept.
pub(super) const MOST: usize = 64;

/// Whether so many different things are an estimate.
#[must_use]
pub const fn is_estimate(count: u32) -> bool {
    count as usize >= MOST
}

/// The `MOST` smallest marks (32-bit hashes) of the things seen, ascending. Exact below that; from
/// there on the largest tells how densely they lie, with a standard error of about `1/√MOST`, an
/// eighth. Merging is a union: any split and any order give the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks(Vec<u32>);

impl Marks {
    /// Notes one thing.
    #[inline]
    pub(crate) fn note(&mut self, mark: u32) {
        if self.0.len() >= MOST && self.0.last().is_some_and(|last| mark >= *last) {
            return;
        }
        if let Err(at) = self.0.binary_search(&mark) {
            self.0.truncate(MOST - 1);
            self.0.insert(at, mark);
        }
    }

    /// How many are kept.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Reads the line that the next mark will need first.
    #[inline]
    pub(super) fn touch(&self) -> u32 {
        self.0.last().copied().unwrap_or(0)
    }

    /// Takes in another set.
    pub fn merge(&mut self, other: &Self) {
        other.iter().for_each(|mark| self.note(mark));
    }

    /// How many different things.
    #[must_use]
    pub fn count(&self) -> u32 {
        let kept = self.0.len();
        match self.0.last() {
            Some(last) if kept >= MOST => {
                let (kept, last) = (kept as u64, u64::from(*last) + 1);
                u32::try_from((kept - 1) * (1 << 32) / last)
                    .unwrap_or(u32::MAX)
                    .max(MOST as u32)
            }
            _ => u32::try_from(kept).unwrap_or(u32::MAX),
        }
    }

    /// How many different things, of which so many packets tell: no more than there are packets.
    #[must_use]
    pub(crate) fn at_most(&self, packets: u64) -> u32 {
        self.count().min(u32::try_from(packets).unwrap_or(u32::MAX))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }
}

impl FromIterator<u32> for Marks {
    fn from_iter<T: IntoIterator<Item = u32>>(marks: T) -> Self {
        let mut set = Self::default();
        marks.into_iter().for_each(|mark| set.note(mark));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::super::host::mixed;
    use super::*;

    fn mark(thing: u64) -> u32 {
        (mixed(thing) >> 32) as u32
    }

    #[test]
    fn exact_while_few_and_close_when_many() {
        let few: Marks = (0..40).chain(0..40).map(mark).collect();
        assert_eq!(few.count(), 40);
        let many: Marks = (0..100_000).map(mark).collect();
        // Four standard errors of an eighth.
        assert!(
            (50_000..150_000).contains(&many.count()),
            "{}",
            many.count()
        );
    }

    #[test]
    fn a_union_whatever_the_order() {
        let whole: Marks = (0..500).map(mark).collect();
        let a: Marks = (0..500).filter(|i| i % 3 == 0).map(mark).collect();
        let b: Marks = (0..500).rev().filter(|i| i % 3 != 0).map(mark).collect();
        let both = |a: &Marks, b: &Marks| a.iter().chain(b.iter()).collect::<Marks>();
        assert_eq!((both(&a, &b), both(&b, &a)), (whole.clone(), whole));
    }
}
