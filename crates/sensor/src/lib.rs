//! The sensor: a listener on any number of ports that records who comes and what they say first.
//!
//! One process, one thread, one loop. It opens its sockets, gives up every right that recording does
//! not need, makes sure that it cannot have them back, and only then lets the first byte in. It never
//! calls anybody, never answers a datagram, and says on a connection no more than the first word of a
//! protocol in which servers speak first. What it writes is one more log format.
//!
//! Linux only: elsewhere there is nothing that would take these rights away.

pub mod account;
pub mod greeting;
mod ports;
pub mod redirect;

pub use ports::{ParsePortsError, Ports};

#[cfg(target_os = "linux")]
mod bind;
#[cfg(target_os = "linux")]
mod clock;
#[cfg(target_os = "linux")]
pub mod contact;
#[cfg(target_os = "linux")]
mod datagrams;
#[cfg(target_os = "linux")]
mod json;
#[cfg(target_os = "linux")]
mod pcapng;
#[cfg(target_os = "linux")]
mod record;
#[cfg(target_os = "linux")]
pub mod sandbox;
#[cfg(target_os = "linux")]
mod sensor;
#[cfg(target_os = "linux")]
pub mod settings;
#[cfg(target_os = "linux")]
mod sources;
#[cfg(target_os = "linux")]
pub mod spool;
#[cfg(target_os = "linux")]
mod streams;
#[cfg(target_os = "linux")]
mod writer;

#[cfg(target_os = "linux")]
pub use sensor::{Bound, Sensor, StartError, Started};
#[cfg(target_os = "linux")]
pub use writer::Outlet;
