use crate::{Refusal, Skip};

/// The account of an input: every line ends in exactly one column.
///
/// `lines + multiplied = events + refused + skipped`, where `multiplied` counts the events beyond
/// the first of lines that hold several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Lines, records or frames read.
    pub lines: u64,
    /// Events handed out.
    pub events: u64,
    /// Events beyond the first of a line.
    pub multiplied: u64,
    refused: [u64; Refusal::ALL.len()],
    skipped: [u64; Skip::ALL.len()],
}

impl Ledger {
    /// Enters a line that gave `events` events, at least one.
    pub fn decoded(&mut self, events: u64) {
        self.lines += 1;
        self.events += events;
        self.multiplied += events.saturating_sub(1);
    }

    /// Enters a refused line.
    #[expect(clippy::indexing_slicing, reason = "the array is as long as the enum")]
    pub fn refuse(&mut self, why: Refusal) {
        self.lines += 1;
        self.refused[why as usize] += 1;
    }

    /// Enters a line that was passed over.
    #[expect(clippy::indexing_slicing, reason = "the array is as long as the enum")]
    pub fn skip(&mut self, why: Skip) {
        self.lines += 1;
        self.skipped[why as usize] += 1;
    }

    /// Adds refused lines that were entered elsewhere; `lines` counts them already.
    #[expect(clippy::indexing_slicing, reason = "the array is as long as the enum")]
    pub fn add_refused(&mut self, why: Refusal, lines: u64) {
        self.refused[why as usize] += lines;
    }

    /// Adds skipped lines that were entered elsewhere; `lines` counts them already.
    #[expect(clippy::indexing_slicing, reason = "the array is as long as the enum")]
    pub fn add_skipped(&mut self, why: Skip, lines: u64) {
        self.skipped[why as usize] += lines;
    }

    /// Adds another account.
    pub fn merge(&mut self, other: &Self) {
        self.lines += other.lines;
        self.events += other.events;
        self.multiplied += other.multiplied;
        for (to, from) in self.refused.iter_mut().zip(other.refused) {
            *to += from;
        }
        for (to, from) in self.skipped.iter_mut().zip(other.skipped) {
            *to += from;
        }
    }

    /// Refused lines by reason, only the reasons that occurred, in a fixed order.
    pub fn refused(&self) -> impl Iterator<Item = (Refusal, u64)> {
        Refusal::ALL
            .into_iter()
            .zip(self.refused)
            .filter(|(_, n)| *n > 0)
    }

    /// Skipped lines by reason, only the reasons that occurred, in a fixed order.
    pub fn skipped(&self) -> impl Iterator<Item = (Skip, u64)> {
        Skip::ALL
            .into_iter()
            .zip(self.skipped)
            .filter(|(_, n)| *n > 0)
    }

    /// All refused lines.
    #[must_use]
    pub fn refused_total(&self) -> u64 {
        self.refused.iter().sum()
    }

    /// All skipped lines.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped.iter().sum()
    }

    /// Whether the account adds up.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.lines + self.multiplied == self.events + self.refused_total() + self.skipped_total()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_lands_in_one_column() {
        let mut ledger = Ledger::default();
        ledger.decoded(1);
        ledger.decoded(3);
        for why in Refusal::ALL {
            ledger.refuse(why);
        }
        for why in Skip::ALL {
            ledger.skip(why);
        }
        assert!(ledger.balances());
        let lines = 2 + Refusal::ALL.len() + Skip::ALL.len();
        assert_eq!(ledger.lines, lines as u64);
        assert_eq!((ledger.events, ledger.multiplied), (4, 2));
        let mut sum = ledger.clone();
        sum.merge(&ledger);
        assert!(sum.balances());
        assert_eq!(sum.refused_total(), 2 * Refusal::ALL.len() as u64);
    }
}
