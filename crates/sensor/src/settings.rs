//! What a run of the sensor is told, and the limits that hold whatever it is told.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::Ports;

/// Most bytes of a connection or datagram that are kept.
pub const MOST_BYTES: usize = 4096;
/// Longest life of a connection.
pub const LIFE: Duration = Duration::from_secs(30);
/// How long a client may keep silent before it is greeted.
pub const GREET_AFTER: Duration = Duration::from_millis(200);
/// How long a client that has spoken may keep silent before it is let go.
pub const SETTLE: Duration = Duration::from_secs(3);
/// Most sockets that are opened; more ports need a redirect to one.
pub const MOST_SOCKETS: usize = 1024;
/// Sources that are remembered; the one longest unseen is forgotten first.
pub const MOST_SOURCES: usize = 65_536;
/// Records that a source may have at once, in seconds of its rate.
pub const BURST: u32 = 10;

/// Whether to speak first where a server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Greet {
    /// Say the first word of the protocol that the port is known for, to a client that waits.
    #[default]
    Auto,
    /// Say nothing.
    Never,
}

/// When to stop by oneself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// After as many records.
    Records(u64),
    /// After a time.
    Elapsed(Duration),
}

/// Limits that the user may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most connections at once.
    pub connections: usize,
    /// Most connections of one source at once. A source is an IPv4 address or an IPv6 /64.
    pub connections_of_source: u32,
    /// Records a second, all sources together.
    pub rate: u32,
    /// Records a second of one source.
    pub rate_of_source: u32,
    /// Most bytes of the spool, and of the capture file.
    pub quota: u64,
    /// Most bytes of one file of the spool.
    pub segment: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            connections_of_source: 16,
            rate: 2000,
            rate_of_source: 50,
            quota: 1 << 30,
            segment: 16 << 20,
        }
    }
}

/// What a run of the sensor is told.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Ports to listen on.
    pub ports: Ports,
    /// Own addresses to listen on; all of both families when empty.
    pub addresses: Vec<IpAddr>,
    /// The one port to which the system redirects the others.
    pub through: Option<u16>,
    /// Whether to speak first.
    pub greet: Greet,
    /// When to stop.
    pub until: Option<Until>,
    /// Folder of the spool.
    pub spool: Option<PathBuf>,
    /// Capture file to write.
    pub pcapng: Option<PathBuf>,
    /// Who to become when started as root: a name or a number.
    pub user: Option<String>,
    /// Limits.
    pub limits: Limits,
}
