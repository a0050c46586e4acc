//! Open sockets.

use std::net::{IpAddr, SocketAddr};

use rutter_event::{Scope, Transport};

use crate::process::{self, Process};
use crate::table;

/// A socket of this machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Socket {
    /// TCP or UDP.
    pub transport: Transport,
    /// Where it is bound.
    pub local: SocketAddr,
    /// The other end, when it has one.
    pub remote: Option<SocketAddr>,
    /// What it is doing.
    pub state: State,
    /// Of one that is bound to all IPv6 addresses: whether it takes IPv4 too, where the system says so.
    pub takes_v4: Option<bool>,
    /// Who holds it; empty when that may not be seen.
    pub processes: Vec<Process>,
    /// Whose it is, where the system says so.
    pub user: Option<String>,
}

/// What a socket is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// It takes connections, or datagrams from anybody.
    Listening,
    /// It is connected.
    Connected,
    /// A connection that begins.
    Opening,
    /// A connection that ends.
    Closing,
    /// Bound, and nothing more.
    Closed,
}

impl State {
    /// One word, as `ss` writes it where it has one.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Listening => "listening",
            Self::Connected => "connected",
            Self::Opening => "opening",
            Self::Closing => "closing",
            Self::Closed => "closed",
        }
    }
}

/// From where a listening socket can be reached, as far as its address tells; a firewall may say
/// otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    /// This machine alone.
    Loopback,
    /// Networks of one's own: a private or link-local address.
    Local,
    /// Wherever its public address is known.
    Public,
    /// All addresses that the machine has.
    All,
}

impl Reach {
    /// The word of the JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Local => "local",
            Self::Public => "public",
            Self::All => "all",
        }
    }

    /// The reach of an address.
    #[must_use]
    pub fn of(ip: IpAddr) -> Self {
        let ip = ip.to_canonical();
        if ip.is_unspecified() {
            return Self::All;
        }
        match Scope::of(ip) {
            Scope::Loopback => Self::Loopback,
            scope if scope.is_local() => Self::Local,
            _ => Self::Public,
        }
    }
}

impl Socket {
    /// Whether strangers may speak to it first.
    #[must_use]
    pub const fn is_listening(&self) -> bool {
        matches!(self.state, State::Listening)
    }

    /// From where it can be reached.
    #[must_use]
    pub fn reach(&self) -> Reach {
        Reach::of(self.local.ip())
    }
}

/// Why sockets cannot be listed.
#[derive(Debug, thiserror::Error)]
#[error("this system does not tell its sockets ({0}); ask it with netstat -an")]
pub struct SocketsError(pub(crate) String);

/// Every TCP and UDP socket, sorted: listening ones first, then by port.
///
/// # Errors
/// When the system cannot be asked.
pub fn sockets() -> Result<Vec<Socket>, SocketsError> {
    let mut found: Vec<Socket> = table::rows()?.into_iter().map(socket).collect();
    found.sort_unstable_by(|a, b| {
        (a.state, a.local.port(), a.transport)
            .cmp(&(b.state, b.local.port(), b.transport))
            .then_with(|| a.cmp(b))
    });
    found.dedup();
    Ok(found)
}

fn socket(row: table::Row) -> Socket {
    let mut processes: Vec<Process> = row.pids.iter().map(|pid| Process::of(*pid)).collect();
    processes.sort_unstable();
    processes.dedup();
    let whole = |end: SocketAddr| SocketAddr::new(end.ip().to_canonical(), end.port());
    let remote = !matches!(row.state, State::Listening | State::Closed);
    Socket {
        transport: row.transport,
        local: whole(row.local),
        remote: row.remote.filter(|_| remote).map(whole),
        state: row.state,
        takes_v4: row.takes_v4.filter(|_| row.local.ip().is_unspecified()),
        processes,
        user: row.user.and_then(process::user),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use std::net::{TcpListener, TcpStream, UdpSocket};

    use super::*;

    #[test]
    fn reach_is_told_by_the_address() {
        for (ip, reach) in [
            ("127.0.0.1", Reach::Loopback),
            ("::1", Reach::Loopback),
            ("::ffff:127.0.0.1", Reach::Loopback),
            ("0.0.0.0", Reach::All),
            ("::", Reach::All),
            ("192.168.1.9", Reach::Local),
            ("fe80::1", Reach::Local),
            ("203.0.113.9", Reach::Public),
        ] {
            assert_eq!(Reach::of(ip.parse().unwrap()), reach, "{ip}");
        }
    }

    #[test]
    fn sockets_of_this_very_process_are_found() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let client = TcpStream::connect(at).unwrap();
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let found = sockets().unwrap();
        let me = std::process::id();
        let mine = |socket: &&Socket| socket.processes.iter().any(|p| p.pid == me);
        let listening = found
            .iter()
            .find(|s| s.local == at && s.is_listening())
            .unwrap();
        assert!(mine(&listening), "{listening:?}");
        assert_eq!(listening.reach(), Reach::Loopback);
        let connected = found
            .iter()
            .find(|s| s.local == client.local_addr().unwrap())
            .unwrap();
        assert_eq!(connected.remote, Some(at));
        assert_eq!(connected.state, State::Connected);
        let datagrams = found.iter().filter(|s| s.transport == Transport::UDP);
        assert!(
            datagrams
                .filter(mine)
                .any(|s| s.local == udp.local_addr().unwrap())
        );
    }
}
