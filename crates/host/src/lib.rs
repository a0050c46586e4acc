//! This machine's own ports: what listens, who it is connected with, and what a portmapper offers.
//!
//! [`sockets`] is what `netstat -a` was: every TCP and UDP socket with its processes and its user.
//! [`dump`] asks a portmapper for its list; it is the only thing in the house that sends, and it
//! sends where it is told to.

mod ephemeral;
mod opinion;
mod portmap;
mod process;
mod socket;
mod table;
mod xdr;

pub use ephemeral::Ephemeral;
pub use opinion::{Opinion, opinion};
pub use portmap::{Offer, PORTMAP, PortmapError, dump};
pub use process::Process;
pub use socket::{Reach, Socket, SocketsError, State, sockets};
