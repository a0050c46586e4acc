//! The report: what a whole input comes to, for a tired administrator and for programs.

mod account;
mod answer;
mod concern;
mod findings;
mod joined;
mod json;
mod listening;
mod logging;
mod news;
mod silence;
mod tables;

use jiff::tz::TimeZone;
use rutter_analysis::{Home, Language, Profile, Summary};
use rutter_event::{Ledger, Refusal, Untrusted};
use rutter_knowledge::Who;

use crate::clock::Reading;
use crate::page::Page;

/// Everything that a report tells, and for whom. The same digest gives the same bytes.
#[derive(Clone, Debug)]
pub struct Digest<'a> {
    /// The account of all inputs together.
    pub ledger: &'a Ledger,
    /// The inputs, in their order.
    pub inputs: Vec<Input<'a>>,
    /// The sum of all events.
    pub profile: &'a Profile,
    /// What the sum means.
    pub summary: &'a Summary<'a>,
    /// Which addresses are ours.
    pub home: &'a Home,
    /// Whose addresses are.
    pub who: &'a Who,
    /// In which zone times are shown.
    pub zone: TimeZone,
    /// In which language.
    pub language: Language,
}

/// What became of one input.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// Its name, chosen by whoever may write into the folder.
    pub name: Untrusted<'a>,
    /// Its own account.
    pub ledger: &'a Ledger,
    /// Where the years of its readings come from.
    pub years: Years,
    /// What is odd about its times.
    pub oddities: Oddities,
    /// The first refused line of each reason.
    pub refused: Vec<Refused<'a>>,
    /// Why it could not be read, or not to its end.
    pub errors: Vec<String>,
}

/// What is odd about the times of an input; nothing of it about most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// They go back.
    pub back: Option<Leap>,
    /// They leap ahead.
    pub ahead: Option<Leap>,
    /// By how many seconds the last of them is later than the time when the input was written.
    pub beyond: Option<i64>,
}

/// Times that leap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leap {
    /// How often.
    pub times: u64,
    /// How far at most, in seconds.
    pub seconds: i64,
    /// At which line that is.
    pub line: u64,
}

/// Where the years of an input's readings come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Years {
    /// Every reading carries its own, or there is none at all.
    #[default]
    Written,
    /// The user said so; the first reading is of this year.
    Given(i16),
    /// From the time at which the file was last written to; the first reading is of this year.
    Modified(i16),
    /// From the time of the run; the first reading is of this year.
    Run(i16),
    /// Nothing tells.
    Unknown,
}

/// A refused line.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// Why.
    pub why: Refusal,
    /// Its number, from 1.
    pub line: u64,
    /// How it begins.
    pub start: Untrusted<'a>,
}

impl Digest<'_> {
    /// The report for people: the answer first, then what it rests on.
    #[must_use]
    pub fn page(&self) -> Page {
        let language = self.language;
        let mut page = Page::default();
        page.heading(1, self.title());
        if self.profile.events == 0 && self.summary.answers.total == 0 {
            silence::nothing(self, &mut page);
        } else if self.profile.events > 0 {
            answer::compose(self, &mut page);
            silence::one_sided(self, &mut page);
            silence::flaws(self, &mut page);
            joined::compose(self, &mut page);
            news::compose(self, &mut page);
            findings::compose(self, &mut page);
            tables::sources(self, &mut page);
            tables::ports(self, &mut page);
        }
        listening::compose(self, &mut page);
        page.heading(2, language.pick("What was read", "读取情况"));
        account::compose(self, &mut page);
        logging::compose(self, &mut page);
        page
    }

    /// The report for programs: one object and a newline at the end of `out`.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        json::write(self, out);
    }

    fn title(&self) -> String {
        let reading = self.reading();
        let report = self.language.pick("Firewall report", "防火墙报告");
        match reading.span(self.profile.span) {
            Some(span) if reading.since_boot => format!("{report}  {span}"),
            Some(span) => format!("{report}  {span} ({})", reading.zone_name()),
            None => report.to_owned(),
        }
    }

    fn reading(&self) -> Reading<'_> {
        Reading {
            zone: &self.zone,
            language: self.language,
            since_boot: self.profile.since_boot,
        }
    }

    /// Events for which the log does not say whether they were let through.
    fn unstated(&self) -> u64 {
        self.profile
            .events
            .saturating_sub(self.profile.allowed + self.profile.denied)
    }
}
