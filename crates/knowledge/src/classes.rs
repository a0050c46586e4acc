//! Classes of numbers that no condition can tell apart.

use crate::model::{Condition, Entry, Field};

/// For each field, the points at which some condition changes its answer. Two events whose fields
/// fall into the same classes are judged alike, so a profile needs to keep one of them only.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    cuts: [Vec<u32>; Field::KEYS.len()],
}

impl Classes {
    /// Collects the cuts of every condition.
    pub(crate) fn of(entries: &[Entry]) -> Self {
        let mut classes = Self::default();
        for entry in entries {
            let whens = entry.whens.iter().flat_map(|w| &w.conditions);
            let evidence = entry.evidence.iter().flat_map(|e| &e.conditions);
            for condition in whens.chain(evidence) {
                if let Condition::Number { field, ranges } = condition {
                    for range in ranges {
                        for side in sides(*field) {
                            let cuts = classes.cuts_mut(side);
                            cuts.push(range.low);
                            cuts.extend(range.high.checked_add(1));
                        }
                    }
                }
            }
        }
        for cuts in &mut classes.cuts {
            cuts.retain(|cut| *cut > 0);
            cuts.sort_unstable();
            cuts.dedup();
        }
        classes
    }

    /// The class of a number: 0 when the log lacks it, else 1 and upward.
    #[must_use]
    pub fn class(&self, field: Field, number: Option<u32>) -> u16 {
        let Some(number) = number else { return 0 };
        let below = self.cuts(field).partition_point(|cut| *cut <= number);
        u16::try_from(below + 1).unwrap_or(u16::MAX)
    }

    /// A number of the class: its smallest; nothing for class 0.
    #[must_use]
    pub fn representative(&self, field: Field, class: u16) -> Option<u32> {
        match usize::from(class) {
            0 => None,
            1 => Some(0),
            n => self.cuts(field).get(n - 2).copied(),
        }
    }

    #[expect(clippy::indexing_slicing, reason = "there is one list per variant")]
    fn cuts(&self, field: Field) -> &[u32] {
        &self.cuts[field as usize]
    }

    #[expect(clippy::indexing_slicing, reason = "there is one list per variant")]
    fn cuts_mut(&mut self, field: Field) -> &mut Vec<u32> {
        &mut self.cuts[field as usize]
    }
}

/// A condition on either port cuts both.
fn sides(field: Field) -> impl Iterator<Item = Field> {
    let (first, second) = match field {
        Field::EitherPort => (Field::SourcePort, Some(Field::DestinationPort)),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}
