//! Why a hypothesis did not win: each way of recognising it, what became of its conditions, and by
//! how much it lost.

use rutter_knowledge::model::Condition;
use rutter_knowledge::{Entry, Knowledge, When};

use crate::engine::{Asked, Balance, Case, Piece};
use crate::phrase::Says;
use crate::subject::{Memory, Seen, Subject};
use crate::truth::{Truth, ask};

/// A hypothesis called to account.
#[derive(Clone, Debug)]
pub struct Doubt<'k> {
    /// The hypothesis.
    pub entry: &'k Entry,
    /// Its share of belief, 0 to 1; 0 when every way of recognition is contradicted.
    pub probability: f64,
    /// The hypothesis that won.
    pub winner: &'k Entry,
    /// Nats by which it lost to the winner, 0 when it won; nothing when it is contradicted.
    pub gap: Option<f32>,
    /// Every way of recognition, in the order of the entry.
    pub ways: Vec<Way<'k>>,
    /// Evidence beside the ways that counts here, for (positive) and against (negative).
    pub evidence: Vec<Piece<'k>>,
}

/// One way of recognition.
#[derive(Clone, Debug)]
pub struct Way<'k> {
    /// Its conditions and weight.
    pub when: &'k When,
    /// What is left of its weight; nothing when something contradicts it, or when only conditions
    /// that fit many packets hold.
    pub balance: Option<Balance>,
    /// Its conditions, each with its answer.
    pub answers: Vec<Answer<'k>>,
}

/// A condition and whether it holds.
#[derive(Clone, Debug)]
pub struct Answer<'k> {
    /// What was asked.
    pub condition: &'k Condition,
    /// Dotted name of the field.
    pub field: &'static str,
    /// Yes or no; nothing when the log does not carry the field.
    pub holds: Option<bool>,
    /// What the packet says, where it says something worth a sentence.
    pub found: Option<Says<'k>>,
}

impl Way<'_> {
    /// Whether something contradicts it.
    #[must_use]
    pub fn is_contradicted(&self) -> bool {
        self.answers.iter().any(|a| a.holds == Some(false))
    }
}

/// Calls a hypothesis to account for one subject.
#[must_use]
pub fn doubt<'k>(
    knowledge: &'k Knowledge,
    entry: &'k Entry,
    subject: &Subject<'_>,
    seen: &Seen,
    memory: &dyn Memory,
) -> Doubt<'k> {
    let case = Case {
        knowledge,
        subject,
        seen,
        memory,
    };
    let ranking = case.ranking();
    let winner = ranking.first();
    let own = ranking.iter().find(|h| h.entry.id == entry.id);
    let evidence = case.evidence_of(entry).filter_map(|evidence| {
        // The condition that says most stands for all of them.
        let condition = evidence.conditions.last()?;
        Some(Piece {
            field: case.field_of(condition),
            weight: evidence.weight,
            says: evidence
                .says
                .as_ref()
                .map_or_else(|| Says::of(condition, subject, seen), Says::Own),
        })
    });
    Doubt {
        entry,
        probability: own.map_or(0.0, |h| h.probability),
        winner: winner.map_or(entry, |h| h.entry),
        gap: own
            .zip(winner)
            .map(|(own, winner)| winner.weight - own.weight),
        ways: entry.whens.iter().map(|when| way(&case, when)).collect(),
        evidence: evidence.collect(),
    }
}

fn way<'k>(case: &Case<'k, '_>, when: &'k When) -> Way<'k> {
    let mut asked = Asked::default();
    let answers: Vec<Answer<'k>> = when
        .conditions
        .iter()
        .map(|condition| {
            let holds = match ask(condition, case.subject, case.seen, case.memory) {
                Truth::True => {
                    asked.holds(condition);
                    Some(true)
                }
                Truth::False => Some(false),
                Truth::Unknown => {
                    asked.lacks(condition);
                    None
                }
            };
            Answer {
                condition,
                field: case.field_of(condition),
                holds,
                found: found(condition, holds, case),
            }
        })
        .collect();
    let contradicted = answers.iter().any(|a| a.holds == Some(false));
    Way {
        when,
        balance: if contradicted {
            None
        } else {
            case.balance(when, asked)
        },
        answers,
    }
}

/// What the packet says where it contradicts. Sentences about what holds would lie there, so only
/// those that state a value are taken.
fn found<'k>(
    condition: &'k Condition,
    holds: Option<bool>,
    case: &Case<'k, '_>,
) -> Option<Says<'k>> {
    let states_a_value = matches!(
        condition,
        Condition::Number { .. }
            | Condition::Flags(_)
            | Condition::Direction(_)
            | Condition::Action(_)
            | Condition::SourceScope(_)
            | Condition::SourceIn(_)
            | Condition::DestinationScope(_)
            | Condition::DestinationCast(_)
            | Condition::DestinationIn(_)
    );
    (holds == Some(false) && states_a_value).then(|| Says::of(condition, case.subject, case.seen))
}
