//! How often what was said was right.

use std::collections::{BTreeMap, BTreeSet};

use super::truth::{Truth, Why};

/// What became of the flows of one protocol.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// It was this, and this was said.
    pub(crate) right: u32,
    /// It was this, and this was not said.
    pub(crate) missed: u32,
    /// It was something else, and this was said.
    pub(crate) wrong: u32,
}

impl Tally {
    /// The harmonic mean of precision and recall.
    pub(crate) fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.missed + self.wrong)
    }
}

/// How one flow was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    RightlySilent,
    Missed,
    Wrong,
    LeftOut,
}

impl Verdict {
    pub(crate) const fn is_fine(self) -> bool {
        matches!(self, Self::Right | Self::RightlySilent | Self::LeftOut)
    }
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Score {
    /// By our names.
    pub(crate) protocols: BTreeMap<String, Tally>,
    /// Flows that rutter has no name for, and of which it said nothing.
    pub(crate) rightly_silent: u32,
    /// Flows that rutter has no name for, and of which it said something.
    pub(crate) not_silent: u32,
    /// Flows that rutter should have named and did not see.
    pub(crate) unseen: u32,
    left_out: BTreeMap<Why, u32>,
}

impl Score {
    /// Enters what was said of a flow.
    pub(crate) fn enter(&mut self, truth: &Truth, said: Option<&str>, seen: bool) -> Verdict {
        let verdict = match (truth, said) {
            (Truth::LeftOut(_), _) => Verdict::LeftOut,
            (Truth::Named { names, .. }, Some(said)) if names.iter().any(|name| name == said) => {
                Verdict::Right
            }
            (
                Truth::Nothing
                | Truth::Named {
                    or_silence: true, ..
                },
                None,
            ) => Verdict::RightlySilent,
            (_, Some(_)) => Verdict::Wrong,
            (_, None) => Verdict::Missed,
        };
        match (verdict, truth) {
            (Verdict::LeftOut, Truth::LeftOut(why)) => *self.left_out.entry(*why).or_default() += 1,
            (Verdict::RightlySilent, _) => self.rightly_silent += 1,
            (Verdict::Wrong, Truth::Nothing) => self.not_silent += 1,
            (Verdict::Wrong | Verdict::Missed, Truth::Named { names, .. }) => {
                if let Some(name) = names.first() {
                    self.protocol(name).missed += 1;
                }
                self.unseen += u32::from(!seen);
            }
            _ => {}
        }
        if let Some(said) = said {
            match verdict {
                Verdict::Right => self.protocol(said).right += 1,
                Verdict::Wrong => self.protocol(said).wrong += 1,
                _ => {}
            }
        }
        verdict
    }

    fn protocol(&mut self, name: &str) -> &mut Tally {
        self.protocols.entry(name.to_owned()).or_default()
    }

    /// The protocols that occur: what was said and never true counts against the others and against
    /// precision.
    pub(crate) fn occurring(&self) -> impl Iterator<Item = (&str, Tally)> {
        let rows = self
            .protocols
            .iter()
            .map(|(name, tally)| (name.as_str(), *tally));
        rows.filter(|(_, tally)| tally.right + tally.missed > 0)
    }

    /// The mean over the protocols that occur, each counting once.
    pub(crate) fn macro_f1(&self) -> f64 {
        let count = self.occurring().count().max(1);
        #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
        let count = count as f64;
        self.occurring().map(|(_, tally)| tally.f1()).sum::<f64>() / count
    }

    pub(crate) fn sum(&self) -> Tally {
        self.protocols
            .values()
            .fold(Tally::default(), |sum, tally| Tally {
                right: sum.right + tally.right,
                missed: sum.missed + tally.missed,
                wrong: sum.wrong + tally.wrong,
            })
    }

    /// Of what was said, how much was right.
    pub(crate) fn precision(&self) -> f64 {
        let sum = self.sum();
        share(sum.right, sum.right + sum.wrong)
    }

    /// Of what should have been said, how much was.
    pub(crate) fn recall(&self) -> f64 {
        let sum = self.sum();
        share(sum.right, sum.right + sum.missed)
    }

    /// Flows that count.
    pub(crate) fn judged(&self) -> u32 {
        let sum = self.sum();
        sum.right + sum.missed + self.rightly_silent + self.not_silent
    }

    pub(crate) fn left_out(&self, why: Why) -> u32 {
        self.left_out.get(&why).copied().unwrap_or_default()
    }

    /// The protocols of two scores that occur.
    pub(crate) fn names<'a>(scores: impl Iterator<Item = &'a Self>) -> BTreeSet<&'a str> {
        scores
            .flat_map(|score| score.occurring().map(|(name, _)| name))
            .collect()
    }
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}
