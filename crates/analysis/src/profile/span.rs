//! First and last.

/// First and last moment, nanoseconds; empty when no event carried a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    first: i64,
    last: i64,
}

impl Default for Span {
    fn default() -> Self {
        Self {
            first: i64::MAX,
            last: i64::MIN,
        }
    }
}

impl Span {
    /// Takes in a moment.
    #[inline]
    pub fn note(&mut self, moment: Option<i64>) {
        if let Some(moment) = moment {
            self.first = self.first.min(moment);
            self.last = self.last.max(moment);
        }
    }

    /// Takes in another span.
    pub fn merge(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    /// First and last.
    #[must_use]
    pub const fn ends(self) -> Option<(i64, i64)> {
        if self.first <= self.last {
            Some((self.first, self.last))
        } else {
            None
        }
    }
}
