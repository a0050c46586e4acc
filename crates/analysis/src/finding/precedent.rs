//! Verdicts on packets that differ in nothing that a condition can ask.

use std::cell::{Cell, RefCell};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rutter_event::{Scope, same_subnet};
use rutter_knowledge::model::Service;
use rutter_knowledge::{Field, Knowledge, Sort};

use crate::engine::{Best, judge_best};
use crate::profile::{Past, Signature};
use crate::subject::{Memory, Seen, Subject};

/// More are not remembered; an adversary can invent kinds of packets.
const MOST: usize = 1 << 16;

/// Verdicts that were given, by everything that they rest on. Sources by the ten thousand send the
/// same few hundred kinds of packets, and weighing one takes longer than finding what was said.
#[derive(Default)]
pub(super) struct Precedents<'k> {
    /// Nothing where the judge asked for more than the key tells.
    given: RefCell<HashMap<Like, Option<Best<'k>>, RandomState>>,
}

/// What a verdict rests on, but for what only the memory of a profile tells.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Like {
    signature: Signature,
    /// Counts by their classes, but for the ports of the source, of which each one counts.
    seen: Seen,
    scope: Option<Scope>,
    same_subnet: bool,
    same_host: bool,
    year: Option<i16>,
}

impl Like {
    /// Nothing when an address is on somebody's list, which only the address tells.
    fn of(
        subject: &Subject<'_>,
        signature: &Signature,
        seen: &Seen,
        knowledge: &Knowledge,
    ) -> Option<Self> {
        let packet = subject.packet;
        let ends = [packet.source.ip, packet.destination.ip];
        if ends
            .iter()
            .flatten()
            .any(|ip| knowledge.index.is_listed(*ip))
        {
            return None;
        }
        let both = packet.source.ip.zip(packet.destination.ip);
        let sort = Sort::of(packet.transport, packet.tcp.flags);
        let class = |field, number| {
            let class = knowledge.classes.class(sort, field, Some(number));
            u32::from(class)
        };
        Some(Self {
            signature: *signature,
            seen: Seen {
                repeats: class(Field::SeenRepeats, seen.repeats),
                targets: class(Field::SeenTargets, seen.targets),
                sources: class(Field::SeenSources, seen.sources),
                ..*seen
            },
            scope: packet.source.ip.map(Scope::of),
            same_subnet: both.is_some_and(|(a, b)| same_subnet(a, b)),
            same_host: both.is_some_and(|(a, b)| a == b),
            year: subject.year,
        })
    }
}

/// A memory that notices when it is asked.
struct Watched<'p> {
    past: &'p Past<'p>,
    asked: Cell<bool>,
}

impl Memory for Watched<'_> {
    fn touched(&self, subject: &Subject<'_>, service: &Service) -> bool {
        self.asked.set(true);
        self.past.touched(subject, service)
    }

    fn contacted(&self, subject: &Subject<'_>, service: &Service) -> bool {
        self.asked.set(true);
        self.past.contacted(subject, service)
    }
}

impl<'k> Precedents<'k> {
    /// What [`judge_best`] says, or said before of the like.
    pub(super) fn judge(
        &self,
        subject: &Subject<'_>,
        signature: &Signature,
        past: &Past<'_>,
        knowledge: &'k Knowledge,
    ) -> Option<Best<'k>> {
        let judged = || judge_best(knowledge, subject, &past.seen, past);
        let Some(like) = Like::of(subject, signature, &past.seen, knowledge) else {
            return judged();
        };
        if let Some(given) = self.given.borrow().get(&like) {
            let Some(best) = given else {
                return judged();
            };
            debug_assert_eq!(
                Some(told(best)),
                judged().as_ref().map(told),
                "{signature:?}"
            );
            return Some(*best);
        }
        let watched = Watched {
            past,
            asked: Cell::new(false),
        };
        let best = judge_best(knowledge, subject, &past.seen, &watched);
        let mut given = self.given.borrow_mut();
        if given.len() < MOST {
            // The judge asks the same of equal keys, so what never asked the memory never will.
            given.insert(like, best.filter(|_| !watched.asked.get()));
        }
        best
    }
}

/// A verdict as it can be compared.
fn told<'b>(best: &'b Best<'_>) -> (&'b str, f64, Option<&'b str>) {
    let tool = best.tool.map(|tool| tool.name.as_str());
    (&best.entry.id, best.probability, tool)
}
