//! Captures to events: pcap and pcapng files, and the frames in them.
//!
//! [`Capture`] walks a capture that arrives in pieces and hands out one event per packet. A single
//! frame from elsewhere (a socket, a log group) is read with [`Frame::read`]. What is read and what
//! is not stands in `README.md` beside this file.

mod bytes;
mod capture;
mod clock;
mod damage;
mod frame;
mod link;
mod network;
mod pcap;
mod pcapng;
mod transport;

#[cfg(test)]
mod tests;

pub use bytes::Order;
pub(crate) use bytes::{be16, be32, chunk};
pub use capture::{Capture, Emit, Fed};
pub use damage::{Damage, Reason};
pub(crate) use frame::Text;
pub use frame::{Frame, Scratch};
pub use link::LinkType;

/// The longest record or block that is read, in bytes. Longer claims are damage: no link carries
/// such a frame, and a length picked from the middle of data is most often far above it.
pub const MAX_BLOCK: usize = 16 << 20;

/// Interfaces kept per pcapng section. Packets of interfaces beyond it are refused as bad frames.
pub const MAX_INTERFACES: usize = 1024;

/// Bytes kept of an interface's name.
pub const MAX_INTERFACE_NAME: usize = 256;
