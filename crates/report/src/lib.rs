//! Renderers: events, ports and reports, for people and for machines.
//!
//! Everything for people is a [`Page`], composed once and shown on a terminal or as Markdown.
//! Everything for machines is written straight into bytes. Text of the log leaves by the exits of
//! [`rutter_event::Untrusted`] only.

mod clock;
mod condition;
mod digest;
pub mod event;
pub mod host;
mod ink;
mod json;
pub mod lint;
mod logging;
mod owner;
mod page;
pub mod port;
mod words;

pub use digest::{Digest, Input, Leap, Oddities, Refused, Years};
pub use event::Reader;
pub use page::Page;
pub use rutter_analysis::Language;
