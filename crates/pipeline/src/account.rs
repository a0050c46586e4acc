use std::collections::BTreeMap;
use std::fmt;

use rutter_decode::{flows, frames};
use rutter_event::{Ledger, Refusal, Timestamp};
use rutter_source::{Name, SourceError};

use crate::clock::YearSource;
use crate::sealed::Unfit;
use crate::steps::{Steps, Stretches};

/// What became of one source.
#[derive(Debug)]
pub struct Account {
    /// Its name.
    pub name: Name,
    /// Every line in one column.
    pub ledger: Ledger,
    /// The first refused line of each reason.
    pub examples: BTreeMap<Refusal, Example>,
    /// Where the years of its readings come from.
    pub years: YearSource,
    /// When it was last written to, when the system tells.
    pub modified: Option<Timestamp>,
    /// Where its times do what time does not; only of lines, whose order is that of time.
    pub steps: Steps,
    /// Why it could not be read, or not to its end.
    pub failures: Vec<Failure>,
    stretches: Stretches,
}

/// A refused line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Example {
    /// Its number.
    pub line: u64,
    /// How it begins.
    pub start: Vec<u8>,
}

/// Why a source could not be read to its end.
#[derive(Debug)]
pub enum Failure {
    /// Bytes could not be had.
    Source(SourceError),
    /// A capture is damaged.
    Capture(Name, frames::Damage),
    /// A sealed profile cannot be used.
    Sealed(Name, Unfit),
    /// A file of flow exports is damaged.
    Flows(Name, flows::Damage),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::Capture(name, damage) => write!(f, "{}: {damage}", name.untrusted().terminal()),
            Self::Sealed(name, unfit) => write!(f, "{}: {unfit}", name.untrusted().terminal()),
            Self::Flows(name, damage) => write!(f, "{}: {damage}", name.untrusted().terminal()),
        }
    }
}

impl std::error::Error for Failure {}

/// How much of a refused line is kept.
const START: usize = 200;

impl Account {
    pub(crate) fn new(name: Name, modified: Option<Timestamp>) -> Self {
        Self {
            name,
            ledger: Ledger::default(),
            examples: BTreeMap::new(),
            years: YearSource::default(),
            modified,
            steps: Steps::default(),
            failures: Vec::new(),
            stretches: Stretches::default(),
        }
    }

    /// Adds up what is only known of the whole.
    pub(crate) fn close(&mut self) {
        self.steps = std::mem::take(&mut self.stretches).steps();
    }

    /// Takes in what one worker saw of the source.
    pub(crate) fn add(&mut self, share: Share) {
        self.ledger.merge(&share.ledger);
        self.stretches.merge(share.stretches);
        for (why, example) in share.examples {
            let known = self.examples.entry(why).or_insert_with(|| example.clone());
            if example < *known {
                *known = example;
            }
        }
    }
}

/// One worker's share of a source's account.
#[derive(Debug, Default)]
pub(crate) struct Share {
    pub(crate) ledger: Ledger,
    pub(crate) examples: BTreeMap<Refusal, Example>,
    pub(crate) stretches: Stretches,
}

impl Share {
    pub(crate) fn refuse(&mut self, why: Refusal, line: u64, bytes: &[u8]) {
        self.ledger.refuse(why);
        let later = self
            .examples
            .get(&why)
            .is_some_and(|known| known.line <= line);
        if !later {
            let start = bytes.get(..START).unwrap_or(bytes).to_vec();
            self.examples.insert(why, Example { line, start });
        }
    }
}
