use std::num::NonZeroUsize;
use std::sync::Arc;

use jiff::tz::TimeZone;
use rutter_analysis::Home;
use rutter_decode::{Choice, Format};
use rutter_event::Timestamp;

/// What the user decides about a run.
#[derive(Clone)]
pub struct Settings {
    /// Our own networks.
    pub home: Home,
    /// Zone of readings that do not carry one.
    pub zone: TimeZone,
    /// Year of the first reading of each source that does not carry one.
    pub year: Option<i16>,
    /// The latest that a source without a modification time can have been written; the core never
    /// asks the time itself.
    pub now: Option<Timestamp>,
    /// Events before this are passed over, and counted.
    pub since: Option<Timestamp>,
    /// Events from this on are passed over, and counted.
    pub until: Option<Timestamp>,
    /// Threads that decode.
    pub threads: NonZeroUsize,
    /// Read every line with this format.
    pub format: Option<&'static dyn Format>,
    /// What columns of tables and keys of pairs are, where their names do not tell.
    pub columns: Option<Arc<Choice>>,
    /// Bytes that a profile may take; what does not fit is thinned.
    pub memory: u64,
    /// Take no sources but sealed profiles.
    pub only_sealed: bool,
    /// Hand out the packets of a capture that carry flow exports, not the flows in them.
    pub carriers: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            home: Home::default(),
            zone: TimeZone::UTC,
            year: None,
            now: None,
            since: None,
            until: None,
            threads: NonZeroUsize::MIN,
            format: None,
            columns: None,
            memory: rutter_analysis::profile::MEMORY,
            only_sealed: false,
            carriers: false,
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("home", &self.home)
            .field("zone", &self.zone)
            .field("year", &self.year)
            .field("threads", &self.threads)
            .field("format", &self.format.map(|f| f.name()))
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Whether a time lies between `since` and `until`. An event without time does only when
    /// neither is set.
    pub(crate) fn covers(&self, time: Option<Timestamp>) -> bool {
        match time {
            Some(time) => {
                self.since.is_none_or(|since| time >= since)
                    && self.until.is_none_or(|until| time < until)
            }
            None => self.since.is_none() && self.until.is_none(),
        }
    }
}
