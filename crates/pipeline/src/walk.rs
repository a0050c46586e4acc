//! Every event in the order of the input, for those who neither sum nor judge.

use rutter_analysis::Profile;
use rutter_event::Event;
use rutter_source::{Name, Source};

use crate::books::Books;
use crate::lanes::read_all;
use crate::read::{Listen, Worker};
use crate::run::{Outcome, accounts};
use crate::settings::Settings;

struct Hand<'h>(&'h mut dyn FnMut(u64, &Event<'_>));

impl Listen for Hand<'_> {
    fn event(&mut self, line: u64, event: &Event<'_>) {
        (self.0)(line, event);
    }
}

/// Hands every event of every source to `each`, with the number of its line or packet; on one
/// thread, nothing is summed and nothing judged.
pub fn walk(
    sources: Vec<Source>,
    settings: &Settings,
    each: &mut dyn FnMut(u64, &Event<'_>),
) -> Outcome {
    let mut accounts = accounts(&sources);
    let names: Vec<Name> = sources.iter().map(|s| s.name.clone()).collect();
    let mut books = Books::default();
    let mut worker = Worker::new(settings);
    read_all(sources, settings, &mut accounts, &mut |job| {
        Some(books.enter(job, &mut worker, &names, &mut Hand(each)))
    });
    books.close(&mut accounts);
    Outcome {
        profile: Profile::empty(),
        accounts,
    }
}
