//! Tests that every log format passes by being in the registry: its README's examples, its place
//! on disk, its manners towards the other formats, and its calm before hostile lines.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop, and reads READMEs"
)]

mod canon;
mod examples;
mod fuzz;
mod hostile;
mod readme;
mod registry;
