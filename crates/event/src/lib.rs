//! The vocabulary of rutter: what a firewall saw, said once, for every room.
//!
//! Nothing here opens, allocates per event, asks the time or knows a vendor. Decoders fill an
//! [`Event`]; everything to their right reads it.

mod action;
mod answer;
mod endpoint;
mod event;
mod ledger;
mod packet;
mod refusal;
mod scope;
mod tcp;
mod time;
mod transport;
mod untrusted;

pub use action::{Action, Direction};
pub use answer::Answer;
pub use endpoint::{Endpoint, Mac};
pub use event::{Event, Extra, Names, Observer, Sink};
pub use ledger::Ledger;
pub use packet::{Fragment, Icmp, Packet, Tcp};
pub use refusal::{Refusal, Skip};
pub use scope::{Network, ParseNetworkError, Scope, same_subnet};
pub use tcp::TcpFlags;
pub use time::{Civil, Stamp, Timestamp};
pub use transport::{Family, Transport};
pub use untrusted::{Escape, Untrusted};
