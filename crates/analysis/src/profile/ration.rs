//! A share of memory, in bytes, that keys are drawn for by hash.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Bytes by how long the keys stay when there are too many, and the level that follows.
///
/// A key of `n` leading zeros in its draw stays up to level `n`. The level is the smallest at which
/// the charges of all keys that stay fit. Charges depend on a key's own events alone and never fall
/// as events come in, so the level, and with it what is kept, is a function of the multiset of
/// events: a part of the input never raises it above what the whole does, and merging goes by the
/// same rule. Counters are atomic so that threads can fill one table; they are sums and maxima, and
/// sums do not mind in which order they are made.
#[derive(Debug)]
pub(super) struct Ration {
    bytes: u64,
    level: AtomicU64,
    charged: [AtomicU64; LEVELS],
}

/// Leading zeros of a draw.
const LEVELS: usize = 64;
/// No key stays longer.
const MOST: u32 = 63;

impl Ration {
    pub(super) fn new(bytes: u64) -> Self {
        Self {
            bytes,
            level: AtomicU64::new(0),
            charged: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// How long a key stays.
    #[inline]
    pub(super) const fn depth(draw: u64) -> u32 {
        let zeros = draw.leading_zeros();
        if zeros < MOST { zeros } else { MOST }
    }

    #[inline]
    pub(super) fn level(&self) -> u32 {
        self.level.load(Relaxed) as u32
    }

    /// Whether a key of this draw is kept.
    #[inline]
    pub(super) fn admits(&self, draw: u64) -> bool {
        Self::depth(draw) >= self.level()
    }

    /// Charges a key for more bytes.
    #[inline]
    pub(super) fn charge(&self, draw: u64, bytes: u64) {
        if let Some(sum) = self.charged.get(Self::depth(draw) as usize) {
            sum.fetch_add(bytes, Relaxed);
        }
    }

    /// Bytes of the keys that stay at a level.
    fn needed(&self, level: u32) -> u64 {
        let stay = self.charged.iter().skip(level as usize);
        stay.fold(0, |sum, bytes| sum.saturating_add(bytes.load(Relaxed)))
    }

    /// Bytes of the keys that stay.
    pub(super) fn weight(&self) -> u64 {
        self.needed(self.level())
    }

    /// Raises the level until what is charged fits; whether it was raised.
    pub(super) fn settle(&self) -> bool {
        let mut level = self.level();
        let before = level;
        while level < MOST && self.needed(level) > self.bytes {
            level += 1;
        }
        self.raise(level);
        level > before
    }

    /// What another has charged for keys that are now here, where none were before.
    pub(super) fn take_over(&mut self, other: Self) {
        (self.level, self.charged) = (other.level, other.charged);
    }

    /// Raises the level to at least this.
    pub(super) fn raise(&self, level: u32) {
        self.level.fetch_max(u64::from(level), Relaxed);
    }
}

impl Clone for Ration {
    fn clone(&self) -> Self {
        let copy = Self::new(self.bytes);
        copy.raise(self.level());
        for (new, old) in copy.charged.iter().zip(&self.charged) {
            new.store(old.load(Relaxed), Relaxed);
        }
        copy
    }
}
