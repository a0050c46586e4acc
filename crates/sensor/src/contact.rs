//! One contact: somebody connected, or sent a datagram.

use std::net::SocketAddr;
use std::time::Duration;

use rutter_event::{Timestamp, Transport};
use rutter_identify::{Identification, Side, identify};

/// Somebody connected, or sent a datagram, and this is what came.
#[derive(Clone, Copy, Debug)]
pub struct Contact<'a> {
    /// When it began, by the clock on the wall.
    pub time: Timestamp,
    /// How long it lasted, by a clock that nobody sets; nothing for a datagram.
    pub duration: Option<Duration>,
    /// TCP or UDP.
    pub transport: Transport,
    /// Who came.
    pub source: SocketAddr,
    /// Where they went, before any redirect.
    pub destination: SocketAddr,
    /// IPv4 time to live or IPv6 hop limit, where the system tells.
    pub ttl: Option<u8>,
    /// The first bytes, at most [`MOST_BYTES`](crate::settings::MOST_BYTES).
    pub payload: &'a [u8],
    /// How many bytes came, as far as they were read.
    pub length: usize,
    /// Protocol in which the client was greeted.
    pub greeted: Option<&'static str>,
    /// How it ended; nothing for a datagram.
    pub ended: Option<Ended>,
}

impl<'a> Contact<'a> {
    /// What the bytes are, when they say.
    #[must_use]
    pub fn found(&self) -> Option<Identification<'a>> {
        identify(
            self.transport,
            Some(self.destination.port()),
            Side::Client,
            self.payload,
        )
    }
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The client closed it.
    Closed,
    /// The client, or something between, broke it off.
    Reset,
    /// The client had sent as much as is kept.
    Full,
    /// The client had spoken and fell silent.
    Silent,
    /// It had lasted as long as a connection may.
    Life,
    /// The sensor was told to stop.
    Stopped,
}

impl Ended {
    /// The word in records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Reset => "reset",
            Self::Full => "full",
            Self::Silent => "silent",
            Self::Life => "life",
            Self::Stopped => "stopped",
        }
    }
}
