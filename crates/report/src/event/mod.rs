//! One event, four ways: JSON in two schemas, CSV, and a paragraph for people.

mod community;
mod csv;
mod doubt;
pub(crate) mod ecs;
pub(crate) mod joined;
pub(crate) mod listening;
mod ocsf;
#[cfg(feature = "parquet")]
pub mod parquet;
mod row;
pub(crate) mod service;
pub(crate) mod text;
pub(crate) mod verdict;

pub use csv::{write_csv, write_csv_header};
pub use ecs::write_json;
pub use ocsf::write_ocsf;
pub use row::COLUMNS;
pub use text::{Reader, page};
