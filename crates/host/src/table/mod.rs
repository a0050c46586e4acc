//! The system's table of sockets: Linux tells it by netlink, other systems by calls of their own.

use std::net::SocketAddr;

use rutter_event::Transport;

use crate::socket::State;

#[cfg(target_os = "linux")]
mod diag;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod others;

#[cfg(target_os = "linux")]
pub(crate) use linux::rows;
#[cfg(not(target_os = "linux"))]
pub(crate) use others::rows;

/// A socket as the system tells it.
pub(crate) struct Row {
    /// TCP or UDP.
    pub(crate) transport: Transport,
    /// Where it is bound.
    pub(crate) local: SocketAddr,
    /// The other end, as far as it is told; all zeros where there is none.
    pub(crate) remote: Option<SocketAddr>,
    /// What it is doing. A bound UDP socket takes datagrams from anybody, so it listens.
    pub(crate) state: State,
    /// Whether an IPv6 socket takes IPv4 too, where the system says so.
    pub(crate) takes_v4: Option<bool>,
    /// Who holds it; empty when that may not be seen.
    pub(crate) pids: Vec<u32>,
    /// Whose it is, where the system says so.
    pub(crate) user: Option<u32>,
}
