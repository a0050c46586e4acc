//! Verdicts on packets that differ in nothing that a condition can ask.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rutter_event::{Scope, same_subnet};
use rutter_knowledge::model::Service;
use rutter_knowledge::{Condition, Entry, Field, Knowledge, Sort};

use crate::engine::{Best, UNKNOWN, is_broad, judge_best};
use crate::profile::{Past, Signature};
use crate::subject::{Memory, Seen, Subject};
use crate::truth::{Truth, ask};

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

#[derive(Default)]
struct Shelf<'k> {
    /// Which numbers matter, by all that is no number. Of a dozen that a packet carries hardly any
    /// does: half of all verdicts were given anew for numbers that nothing had asked for.
    numbers: HashMap<Like, Numbers, RandomState>,
    rulings: HashMap<Like, Vec<Ruling<'k>>, RandomState>,
}

impl Default for Precedents<'_> {
    fn default() -> Self {
        Self {
            shelves: std::array::from_fn(|_| Mutex::default()),
        }
    }
}

/// What a verdict rests on, but for what only the memory of a profile tells.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Like {
    signature: Signature,
    /// Counts by their classes, but for the ports of a broad source, of which each one may count.
    seen: Seen,
    scope: Option<Scope>,
    same_subnet: bool,
    same_host: bool,
    year: Option<i16>,
}

impl Hash for Like {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // What differs most; the rest is compared.
        let seen = &self.seen;
        let counts = u64::from(seen.ports) << 32 | u64::from(seen.sources ^ seen.targets << 16);
        state.write_u64(self.signature.hash());
        state.write_u64(counts ^ u64::from(seen.repeats) << 24);
    }
}

impl Like {
    /// What is no number. Nothing when an address is on somebody's list, which only the address
    /// tells.
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
        let by_source = knowledge.index().knows_source_port(packet);
        Some(Self {
            signature: signature.keeping(|field| by_source && field == Field::SourcePort),
            seen: Seen {
                ports: 0,
                repeats: 0,
                targets: 0,
                sources: 0,
                ..*seen
            },
            scope: packet.source.ip.map(Scope::of),
            same_subnet: both.is_some_and(|(a, b)| same_subnet(a, b)),
            same_host: both.is_some_and(|(a, b)| a == b),
            year: subject.year,
        })
    }

    /// With the numbers that matter.
    fn with(
        self,
        numbers: Numbers,
        subject: &Subject<'_>,
        signature: &Signature,
        seen: &Seen,
        knowledge: &Knowledge,
    ) -> Self {
        let packet = subject.packet;
        let sort = Sort::of(packet.transport, packet.tcp.flags);
        let class = |field, number| {
            let asked = numbers.has(field).then_some(number);
            u32::from(knowledge.classes.class(sort, field, asked))
        };
        Self {
            signature: signature.keeping(|field| numbers.has(field)),
            seen: Seen {
                // Apart from the ports of broad sources, which are few enough to be told apart.
                ports: if numbers.breadth && is_broad(seen) {
                    seen.ports
                } else {
                    u32::MAX - class(Field::SeenPorts, seen.ports)
                },
                repeats: class(Field::SeenRepeats, seen.repeats),
                targets: class(Field::SeenTargets, seen.targets),
                sources: class(Field::SeenSources, seen.sources),
                ..self.seen
            },
            ..self
        }
    }
}

/// Which numbers of a packet and of its past a verdict may rest on.
#[derive(Clone, Copy, Default)]
struct Numbers {
    /// A bit for each field.
    fields: u32,
    /// Whether it matters how many ports exactly the source asked for.
    breadth: bool,
}

impl Numbers {
    /// Those that decide between the hypotheses that are left when all that is no number is known.
    fn of(subject: &Subject<'_>, seen: &Seen, knowledge: &Knowledge) -> Self {
        let mut numbers = Self::default();
        // What remains of the conditions when those that rest on no number are met; nothing when
        // they cannot all be.
        let open = |conditions: &[Condition], unmet: fn(Truth) -> bool| {
            let mut fields = 0;
            for condition in conditions {
                match condition {
                    Condition::Number { field, .. } if is_variable(*field) => {
                        fields |= bit(*field);
                    }
                    Condition::SeenAlso(_) | Condition::SeenContacted(_) => {}
                    known if unmet(ask(known, subject, seen, &())) => return None,
                    _ => {}
                }
            }
            Some(fields)
        };
        let unknown = knowledge.entry(UNKNOWN);
        let mut entries: Vec<&Entry> = unknown.into_iter().collect();
        for candidate in knowledge.index().candidates(subject.packet) {
            let entry = knowledge.entries.get(usize::from(candidate.entry));
            let when = entry.and_then(|entry| entry.whens.get(usize::from(candidate.when)));
            if let (Some(entry), Some(when)) = (entry, when)
                && let Some(fields) = open(&when.conditions, |truth| truth == Truth::False)
            {
                numbers.fields |= fields;
                numbers.breadth |= when.rests_on_port();
                entries.push(entry);
            }
        }
        for evidence in entries.into_iter().flat_map(|entry| &entry.evidence) {
            let fields = open(&evidence.conditions, |truth| truth != Truth::True);
            numbers.fields |= fields.unwrap_or(0);
        }
        numbers
    }

    const fn has(self, field: Field) -> bool {
        self.fields & bit(field) != 0
    }
}

/// The bit of a field; either port is the source's, since that of the destination is always known.
const fn bit(field: Field) -> u32 {
    match field {
        Field::EitherPort => 1 << Field::SourcePort as u32,
        other => 1 << other as u32,
    }
}

/// Whether packets that are alike but for their numbers may differ in it.
const fn is_variable(field: Field) -> bool {
    !matches!(
        field,
        Field::DestinationPort
            | Field::IcmpType
            | Field::IcmpCode
            | Field::QuotedSourcePort
            | Field::QuotedDestinationPort
    )
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
        let Some(plain) = Like::of(subject, signature, &past.seen, knowledge) else {
            return judged();
        };
        let Some(shelf) = self.shelf(&plain) else {
            return judged();
        };
        let mut held = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers = match held.numbers.get(&plain) {
            Some(numbers) => *numbers,
            None => {
                let numbers = Numbers::of(subject, &past.seen, knowledge);
                if held.numbers.len() < MOST / SHELVES {
                    held.numbers.insert(plain, numbers);
                }
                numbers
            }
        };
        let like = plain.with(numbers, subject, signature, &past.seen, knowledge);
        let rulings = held.rulings.get(&like).map_or(&[][..], Vec::as_slice);
        let known = rulings.iter().find(|ruling| ruling.fits(past, subject));
        if let Some(Ruling { best, .. }) = known {
            debug_assert_eq!(
                Some(told(best)),
                judged().as_ref().map(told),
                "{signature:?}"
            );
            return Some(*best);
        }
        let is_room = rulings.len() < MOST_RULINGS;
        drop(held);
        let watched = Watched {
            past,
            asked: RefCell::default(),
        };
        let best = judge_best(knowledge, subject, &past.seen, &watched)?;
        if is_room {
            let mut held = shelf.lock().unwrap_or_else(PoisonError::into_inner);
            if held.rulings.len() < MOST / SHELVES {
                let asked = watched.asked.into_inner().into();
                let rulings = held.rulings.entry(like).or_default();
                rulings.push(Ruling { asked, best });
            }
        }
        Some(best)
    }

    fn shelf(&self, plain: &Like) -> Option<&Mutex<Shelf<'k>>> {
        self.shelves.get(plain.signature.hash() as usize % SHELVES)
    }
}

/// A verdict as it can be compared.
fn told<'b>(best: &'b Best<'_>) -> (&'b str, f64, Option<&'b str>) {
    let tool = best.tool.map(|tool| tool.name.as_str());
    (&best.entry.id, best.probability, tool)
}
