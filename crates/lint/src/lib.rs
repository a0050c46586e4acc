//! Mistakes in packet filter rulesets.
//!
//! Text comes in, a [`Report`] goes out: nothing is opened, asked or changed. A [`dialect`] reads a
//! ruleset into one model; each of the [`LINTS`] looks at it for one mistake. What cannot be
//! analysed is never accused.

mod addresses;
mod check;
pub mod dialect;
mod diff;
mod lint;
mod lints;
mod matches;
mod ports;
mod reach;
mod ruleset;

pub use addresses::{Addresses, Interfaces, Network};
pub use check::{Finding, Report, check, check_as};
pub use diff::{apply, unified};
pub use lint::{Edit, Example, Hit, Lint, Say, Subject};
pub use lints::LINTS;
pub use matches::{Direction, Families, Groups, Matches, States};
pub use ports::Ports;
pub use reach::{Reach, Way};
pub use ruleset::{Chain, Dialect, Fault, Hook, Log, Order, Rule, Ruleset, Statement, Verdict};
