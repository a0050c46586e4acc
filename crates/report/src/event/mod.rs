//! One event, four ways: JSON, CSV, and a paragraph for people.

mod community;
mod csv;
pub(crate) mod ecs;
pub(crate) mod service;
pub(crate) mod text;
pub(crate) mod verdict;

pub use csv::{COLUMNS, write_csv, write_csv_header};
pub use ecs::write_json;
pub use text::{Reader, page};
