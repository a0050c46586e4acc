//! The way to run in the order of the input: each event is heard with what came before it.

use rutter_analysis::{Hearing, Home, Profile, Questions, hear};
use rutter_event::{Event, Refusal};
use rutter_knowledge::Knowledge;
use rutter_source::{Name, Source};

use crate::books::Books;
use crate::lanes::read_all;
use crate::read::{Listen, Worker};
use crate::run::{Outcome, accounts};
use crate::settings::Settings;

/// Hears events with their verdicts, and refused lines, in the order of the input.
pub trait Visit {
    /// An event, judged by what was seen before it in the same input.
    fn event(&mut self, line: u64, event: &Event<'_>, hearing: &Hearing<'_>);
    /// A refused line.
    fn refused(&mut self, line: u64, why: Refusal, bytes: &[u8]);
    /// Whether to go on; asked after every chunk.
    fn goes_on(&self) -> bool {
        true
    }
}

struct Court<'a, 'k, V> {
    profile: &'a mut Profile,
    knowledge: &'k Knowledge,
    home: &'a Home,
    questions: &'a Questions<'k>,
    visitor: &'a mut V,
}

impl<V: Visit> Listen for Court<'_, '_, V> {
    fn event(&mut self, line: u64, event: &Event<'_>) {
        self.profile.observe(event, self.knowledge);
        let hearing = hear(
            self.knowledge,
            self.profile,
            self.home,
            self.questions,
            event,
        );
        self.visitor.event(line, event, &hearing);
    }

    fn refused(&mut self, line: u64, why: Refusal, bytes: &[u8]) {
        self.visitor.refused(line, why, bytes);
    }
}

/// Judges event after event with what has been seen so far in the same input.
pub fn explain<'k, V: Visit>(
    sources: Vec<Source>,
    settings: &Settings,
    knowledge: &'k Knowledge,
    questions: &Questions<'k>,
    visitor: &mut V,
) -> Outcome {
    let past = Profile::empty();
    explain_after(past, sources, settings, knowledge, questions, visitor)
}

/// The same after a past that other records tell of.
pub fn explain_after<'k, V: Visit>(
    past: Profile,
    sources: Vec<Source>,
    settings: &Settings,
    knowledge: &'k Knowledge,
    questions: &Questions<'k>,
    visitor: &mut V,
) -> Outcome {
    let mut accounts = accounts(&sources);
    let names: Vec<Name> = sources.iter().map(|s| s.name.clone()).collect();
    let mut profile = past;
    let mut books = Books::default();
    let mut worker = Worker::naming(settings);
    read_all(sources, settings, &mut accounts, &mut |job| {
        let mut listener = Court {
            profile: &mut profile,
            knowledge,
            home: &settings.home,
            questions,
            visitor: &mut *visitor,
        };
        let buffer = books.enter(job, &mut worker, &names, &mut listener);
        visitor.goes_on().then_some(buffer)
    });
    books.close(&mut accounts);
    Outcome { profile, accounts }
}
