//! Bytes to events: envelopes, log formats, capture frames.
//!
//! This room neither opens, sleeps nor asks the time. A line passes three doors:
//! [`envelope`] takes off what the transport put around it (syslog header, journal record, JSON
//! wrapper) and gives a [`Record`]; a [`Format`] of the [`formats`] registry claims the record by
//! its content; the same format decodes it into one or more events. Captures pass by [`frames`],
//! flow exports by [`flows`]; text whose records are not lines is made into lines by [`framing`]. What a line can say only by
//! those before it, the names of its columns, the decoder keeps as [`header`]s.

mod decoder;
mod digits;
pub mod envelope;
pub mod flows;
pub mod formats;
pub mod frames;
pub mod framing;
pub mod header;
mod record;
mod scan;
mod search;

pub use decoder::{Decoder, Outcome};
pub use header::{Choice, Header, Headers};
pub use record::{Emit, Format, Record, Rejection};
