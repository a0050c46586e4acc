//! The sensor from end to end: real clients, real limits, a real kill.
//!
//! Where the system lets it (root), each test has a network of its own, so that ports below 1024 and
//! the machine's own services are no matter. Where it does not, what needs that says so and is passed
//! over; the rest runs on loopback.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may stop, and says what it passes over"
)]

mod asked;
mod bench;
mod clients;
mod crash;
mod joined;
mod limits;
mod redirect;
mod safety;
