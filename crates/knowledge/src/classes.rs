//! Classes of numbers that no condition can tell apart.

use crate::model::{Condition, Entry, Field};

/// For each field, the points at which some condition changes its answer. Two events whose fields
/// fall into the same classes are judged alike, so a profile needs to keep one of them only.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    fields: [Cuts; Field::KEYS.len()],
}

/// The cuts of one field.
#[derive(Clone, Debug, Default)]
struct Cuts {
    /// Ascending; class `n` ends before cut `n`.
    at: Vec<u32>,
    /// The classes of small numbers, looked up instead of searched: every event asks ten times.
    table: Vec<u16>,
}

/// Numbers below this are looked up; source ports all of them.
const TABLE: u32 = 4_096;
/// So few cuts are counted faster than looked up.
const FEW: usize = 4;

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
                            cuts.at.push(range.low);
                            cuts.at.extend(range.high.checked_add(1));
                        }
                    }
                }
            }
        }
        for (cuts, (_, field)) in classes.fields.iter_mut().zip(Field::KEYS) {
            cuts.at.retain(|cut| *cut > 0);
            cuts.at.sort_unstable();
            cuts.at.dedup();
            if cuts.at.len() > FEW {
                let size = if field == Field::SourcePort {
                    1 << 16
                } else {
                    TABLE
                };
                cuts.table = (0..size).map(|number| cuts.search(number)).collect();
            }
        }
        classes
    }

    /// The class of a number: 0 when the log lacks it, else 1 and upward.
    #[must_use]
    #[inline]
    pub fn class(&self, field: Field, number: Option<u32>) -> u16 {
        let Some(number) = number else { return 0 };
        let cuts = self.cuts(field);
        match cuts.table.get(number as usize) {
            Some(class) => *class,
            None => cuts.search(number),
        }
    }

    /// A number of the class: its smallest; nothing for class 0.
    #[must_use]
    pub fn representative(&self, field: Field, class: u16) -> Option<u32> {
        match usize::from(class) {
            0 => None,
            1 => Some(0),
            n => self.cuts(field).at.get(n - 2).copied(),
        }
    }

    #[expect(clippy::indexing_slicing, reason = "there is one list per variant")]
    fn cuts(&self, field: Field) -> &Cuts {
        &self.fields[field as usize]
    }

    #[expect(clippy::indexing_slicing, reason = "there is one list per variant")]
    fn cuts_mut(&mut self, field: Field) -> &mut Cuts {
        &mut self.fields[field as usize]
    }
}

impl Cuts {
    fn search(&self, number: u32) -> u16 {
        let below = if self.at.len() <= FEW {
            self.at.iter().filter(|cut| **cut <= number).count()
        } else {
            self.at.partition_point(|cut| *cut <= number)
        };
        u16::try_from(below + 1).unwrap_or(u16::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_up_and_searching_agree() {
        let mut cuts = Cuts {
            at: (1..40).map(|n| n * n * 7).collect(),
            table: Vec::new(),
        };
        let searched: Vec<u16> = (0..TABLE).map(|n| cuts.search(n)).collect();
        cuts.table = searched.clone();
        let mut classes = Classes::default();
        *classes.cuts_mut(Field::IpLength) = cuts;
        for (number, class) in (0..TABLE).zip(searched) {
            assert_eq!(classes.class(Field::IpLength, Some(number)), class);
        }
        assert_eq!(classes.class(Field::IpLength, Some(20_000)), 40);
        assert_eq!(classes.class(Field::IpLength, None), 0);
        for class in 1..=40 {
            let number = classes.representative(Field::IpLength, class);
            assert_eq!(classes.class(Field::IpLength, number), class);
        }
    }
}
