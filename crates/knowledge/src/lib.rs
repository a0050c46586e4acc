//! What ports and packets mean.
//!
//! The files under `/knowledge` are checked and compiled when the crate is built; users add, override
//! or silence entries from a folder of their own at run time, through the same checker.

mod classes;
mod condition;
mod exposure;
mod index;
mod load;
mod logging;
pub mod model;
mod names;
pub mod notation;
mod ports;
mod primer;
mod read;
mod rpc;
mod search;
mod who;
mod word;

pub use classes::{Classes, Sort};
pub use exposure::{Danger, Exposure, read_exposures};
pub use index::{Candidate, Guard, Index};
pub use load::{Knowledge, OverlayError};
pub use logging::{LogAdvice, LogLine, Logging, read_logging};
pub use model::{
    Bilingual, Cast, Condition, Entry, Era, Field, Proof, Range, Severity, Text, Tool, When,
};
pub use names::{MAX_NAMES, NamesError, Operator, read_names, read_operators};
pub use ports::{Assignment, PortClass, Ports, port_class};
pub use primer::{Note, Topic, read_notes, read_topic};
pub use read::{Example, Fault, Page, read};
pub use rpc::{Program, read_programs};
pub use search::{Found, Meaning, Query, QueryError, ports_of};
pub use who::{MAX_DATABASE, Owner, Who, WhoError};
