//! The binary from end to end: what a person types, what comes back, and how it ends.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

mod bench;
mod convert;
mod debris;
mod explain;
mod faults;
mod host;
mod identify;
mod inputs;
mod knowledge;
mod lint;
mod manner;
mod pages;
mod pipes;
mod port;
mod profile;
mod report;
mod round_trip;
mod sarif;
mod silence;
