//! One event before the court, with everything that is asked about it.

use std::net::IpAddr;

use rutter_event::Event;
use rutter_knowledge::{Entry, Knowledge, Owner, Who};

use crate::Signature;
use crate::doubt::{Doubt, doubt};
use crate::engine::{Verdict, judge};
use crate::home::Home;
use crate::listening::Listening;
use crate::profile::{Elsewhere, Profile, moment_of};
use crate::subject::Subject;
use crate::suppose::{Change, Supposition};

/// What is asked beside the verdicts.
#[derive(Clone, Debug, Default)]
pub struct Questions<'k> {
    /// Why these did not win.
    pub why_not: Vec<&'k Entry>,
    /// What it would mean were it otherwise.
    pub what_if: Supposition,
    /// Whose the addresses are.
    pub who: Option<&'k Who>,
}

/// The answers.
#[derive(Clone, Debug, Default)]
pub struct Hearing<'k> {
    /// Verdicts by falling probability.
    pub verdicts: Vec<Verdict<'k>>,
    /// One for each hypothesis that was asked for.
    pub doubts: Vec<Doubt<'k>>,
    /// What it would mean were it otherwise; nothing when nothing was supposed.
    pub supposed: Option<Supposed<'k>>,
    /// What is known of the port, when the event is its answer to a scanner. There are no verdicts
    /// then: nobody did anything but ask.
    pub listening: Option<Listening<'k>>,
    /// What another record of the same input, read before, tells of it.
    pub elsewhere: Option<Elsewhere>,
    /// Whose the source is.
    pub source: Owner,
    /// Whose the destination is.
    pub destination: Owner,
}

/// Verdicts on an event as it might have been.
#[derive(Clone, Debug)]
pub struct Supposed<'k> {
    /// What was changed.
    pub changes: Vec<Change>,
    /// Verdicts by falling probability.
    pub verdicts: Vec<Verdict<'k>>,
}

/// Hears an event that `profile` has observed. What is only supposed is remembered nowhere.
#[must_use]
pub fn hear<'k>(
    knowledge: &'k Knowledge,
    profile: &Profile,
    home: &Home,
    questions: &Questions<'k>,
    event: &Event<'_>,
) -> Hearing<'k> {
    if let Some(listening) = Listening::of(knowledge, event) {
        return Hearing {
            listening: Some(listening),
            ..Hearing::default()
        };
    }
    let mut subject = Subject::of(event);
    let mut signature = Signature::of(&subject, knowledge);
    let elsewhere = profile.elsewhere(event, &subject, &signature);
    if let Some((said, Elsewhere::Heard { .. })) = elsewhere {
        signature = said;
        subject.speech = signature.speech(knowledge);
        subject.payload = signature.start(knowledge);
    }
    let past = profile.past(&subject, &signature, moment_of(event));
    let doubts = questions.why_not.iter();
    let owner = |ip: Option<IpAddr>| {
        let found = questions.who.zip(ip).map(|(who, ip)| who.owner(ip));
        found.unwrap_or_default()
    };
    Hearing {
        verdicts: judge(knowledge, &subject, &past.seen, &past),
        doubts: doubts
            .map(|entry| doubt(knowledge, entry, &subject, &past.seen, &past))
            .collect(),
        supposed: suppose(knowledge, profile, home, &questions.what_if, event),
        listening: None,
        elsewhere: elsewhere.map(|(_, elsewhere)| elsewhere),
        source: owner(event.packet.source.ip),
        destination: owner(event.packet.destination.ip),
    }
}

fn suppose<'k>(
    knowledge: &'k Knowledge,
    profile: &Profile,
    home: &Home,
    what_if: &Supposition,
    event: &Event<'_>,
) -> Option<Supposed<'k>> {
    if what_if.changes().is_empty() {
        return None;
    }
    let event = what_if.imagine(event, home);
    let subject = Subject::of(&event);
    let signature = Signature::of(&subject, knowledge);
    let mut past = profile.past(&subject, &signature, moment_of(&event));
    what_if.recall(&mut past.seen);
    Some(Supposed {
        changes: what_if.changes().to_vec(),
        verdicts: judge(knowledge, &subject, &past.seen, &past),
    })
}
