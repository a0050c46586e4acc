//! The only wiring: sources, decoders, analysis.
//!
//! [`profile`] sums whole inputs on any number of threads; [`convert`] hands every event to a renderer
//! and writes what it renders in input order; [`explain`] judges event after event with what it has
//! seen so far; [`walk`] only hands events on. All keep an [`Account`] per source that adds up.

mod account;
mod application;
mod books;
mod clock;
mod crew;
mod explain;
mod feed;
mod lanes;
mod read;
mod run;
mod sealed;
mod settings;
mod steps;
mod walk;

pub use account::{Account, Example, Failure};
pub use clock::YearSource;
pub use crew::Threads;
pub use explain::{Visit, explain, explain_after};
pub use run::{Outcome, Refused, convert, convert_batches, profile};
pub use sealed::{Unfit, seal};
pub use settings::Settings;
pub use steps::{Step, Steps};
pub use walk::walk;
