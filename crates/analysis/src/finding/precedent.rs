//! Verdicts on packets that differ in nothing that a condition can ask.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rutter_event::{Scope, same_subnet};
use rutter_knowledge::model::Service;
use rutter_knowledge::{Field, Knowledge, Sort};

use crate::engine::{Best, is_broad, judge_best};
use crate::profile::{Past, Signature};
use crate::subject::{Memory, Seen, Subject};

/// More are not remembered; an adversary can invent kinds of packets.
const MOST: usize = 1 << 16;
const SHELVES: usize = 64;
/// Nor more for the same key, by what the memory answered.
const MOST_RULINGS: usize = 16;

/// Verdicts that were given, by everything that they rest on. Sources by the ten thousand send the
/// same few hundred kinds of packets, and weighing one takes longer than finding what was said.
/// Several threads judge by the same precedents; on shelves of their own they seldom meet.
pub(super) struct Precedents<'k> {
    shelves: [Mutex<Shelf<'k>>; SHELVES],
}

type Shelf<'k> = HashMap<Like, Vec<Ruling<'k>>, RandomState>;

impl Default for Precedents<'_> {
    fn default() -> Self {
        Self {
            shelves: std::array::from_fn(|_| Mutex::default()),
        }
    }
}

/// What a verdict rests on, but for what only the memory of a profile tells.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Like {
    signature: Signature,
    /// Counts by their classes, but for the ports of a broad source, of which each one counts.
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
            .any(|ip| knowledge.index().is_listed(*ip))
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
                // Apart from the ports of broad sources, which are few enough to be told apart.
                ports: if is_broad(seen) {
                    seen.ports
                } else {
                    u32::MAX - class(Field::SeenPorts, seen.ports)
                },
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

/// What the judge asks of a memory.
#[derive(Clone, Copy)]
enum Question {
    Touched(Service),
    Contacted(Service),
}

impl Question {
    fn put(self, past: &Past<'_>, subject: &Subject<'_>) -> bool {
        match self {
            Self::Touched(service) => past.touched(subject, &service),
            Self::Contacted(service) => past.contacted(subject, &service),
        }
    }
}

/// A memory that takes down what it is asked and what it answers.
struct Watched<'p> {
    past: &'p Past<'p>,
    asked: RefCell<Vec<(Question, bool)>>,
}

impl Watched<'_> {
    fn answer(&self, subject: &Subject<'_>, question: Question) -> bool {
        let answer = question.put(self.past, subject);
        self.asked.borrow_mut().push((question, answer));
        answer
    }
}

impl Memory for Watched<'_> {
    fn touched(&self, subject: &Subject<'_>, service: &Service) -> bool {
        self.answer(subject, Question::Touched(*service))
    }

    fn contacted(&self, subject: &Subject<'_>, service: &Service) -> bool {
        self.answer(subject, Question::Contacted(*service))
    }
}

/// A verdict, and what the memory answered before it was given. The judge asks the same of equal
/// keys until an answer differs, so equal answers mean an equal verdict.
struct Ruling<'k> {
    asked: Box<[(Question, bool)]>,
    best: Best<'k>,
}

impl Ruling<'_> {
    fn fits(&self, past: &Past<'_>, subject: &Subject<'_>) -> bool {
        let mut asked = self.asked.iter();
        asked.all(|(question, answer)| question.put(past, subject) == *answer)
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
        let shelf = self.shelf(&like);
        let given = |shelf: &Shelf<'k>| {
            let rulings = shelf.get(&like)?;
            let ruling = rulings.iter().find(|ruling| ruling.fits(past, subject));
            Some(ruling.map(|ruling| ruling.best).ok_or(rulings.len()))
        };
        let known = shelf.map(|shelf| given(&shelf.lock().unwrap_or_else(PoisonError::into_inner)));
        let is_room = match known.flatten() {
            Some(Ok(best)) => {
                debug_assert_eq!(
                    Some(told(&best)),
                    judged().as_ref().map(told),
                    "{signature:?}"
                );
                return Some(best);
            }
            Some(Err(rulings)) => rulings < MOST_RULINGS,
            None => true,
        };
        let watched = Watched {
            past,
            asked: RefCell::default(),
        };
        let best = judge_best(knowledge, subject, &past.seen, &watched)?;
        if let (true, Some(shelf)) = (is_room, shelf) {
            let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
            if shelf.len() < MOST / SHELVES {
                let asked = watched.asked.into_inner().into();
                shelf.entry(like).or_default().push(Ruling { asked, best });
            }
        }
        Some(best)
    }

    fn shelf(&self, like: &Like) -> Option<&Mutex<Shelf<'k>>> {
        self.shelves.get(like.signature.hash() as usize % SHELVES)
    }
}

/// A verdict as it can be compared.
fn told<'b>(best: &'b Best<'_>) -> (&'b str, f64, Option<&'b str>) {
    let tool = best.tool.map(|tool| tool.name.as_str());
    (&best.entry.id, best.probability, tool)
}
