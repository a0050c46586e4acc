//! Flow exports to events: NetFlow v5 and v9, IPFIX and sFlow v5, as exporters send them over UDP.
//!
//! [`Exports`] reads one export packet after the other and remembers the templates that they bring;
//! [`Stream`] cuts a file of concatenated packets. What is read, what is not, and which end is which
//! stands in `README.md` beside this file.

mod clock;
mod details;
mod element;
mod exports;
mod reading;
mod recognise;
mod sets;
mod sflow;
mod stream;
mod template;
mod v5;

#[cfg(test)]
mod tests;

pub use exports::{Datagram, Exports, Tell, Told};
pub use recognise::{Protocol, recognise};
pub use stream::{Damage, Fed, Stream};

/// The longest export packet in bytes: what a UDP datagram can hold.
pub const MAX_PACKET: usize = 65_535;

/// Templates kept, those of all exporters and domains together. A further one is refused as
/// [`Refusal::TooLong`](rutter_event::Refusal::TooLong); those that are kept can still be replaced.
pub const MAX_TEMPLATES: usize = 4_096;

/// Fields of one template; a longer one is refused as too long.
pub const MAX_FIELDS: usize = 512;

/// Domains whose time of boot is remembered (IPFIX's `systemInitTimeMilliseconds`).
pub const MAX_DOMAINS: usize = 4_096;
