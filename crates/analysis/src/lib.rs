//! Verdicts, profiles, findings.
//!
//! A [`Subject`] is an event as the engine sees it: numbers, no text. [`judge`] weighs every entry of
//! the knowledge base against it and against what has been [`Seen`] of its source. A [`Profile`] is the
//! mergeable sum of many events; [`find`] reads it when it is complete.

mod detector;
mod doubt;
mod engine;
mod finding;
mod hearing;
mod home;
mod listening;
mod phrase;
pub mod profile;
mod subject;
pub mod suppose;
mod truth;

pub use detector::{Fact, Kind, Probe, Range, Rhythm, Shape};
pub use doubt::{Answer, Doubt, Way, doubt};
pub use engine::{Balance, Best, Missing, Piece, Verdict, judge, judge_best};
pub use finding::{
    Actor, Crew, Exposure, Finding, Flaw, Knock, News, Noise, PortLine, Summary, Unmasked, find,
    find_with, news,
};
pub use hearing::{Hearing, Questions, Supposed, hear};
pub use home::Home;
pub use listening::{Answers, Listening, MOST_OPEN, Open};
pub use phrase::{Language, Says};
pub use profile::{Profile, Signature};
pub use subject::{Memory, Proofs, Seen, Speech, Subject};
