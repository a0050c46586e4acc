//! The sockets on which the sensor waits.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use listenfd::ListenFd;
use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, SockaddrStorage, bind, listen, setsockopt, socket,
    sockopt,
};
use rutter_event::Transport;

use crate::settings::{MOST_SOCKETS, Settings};

/// Connections that may wait to be taken, as far as the system lets them.
const BACKLOG: i32 = 4096;
/// Bytes of datagrams that may wait to be taken, as far as the system lets them.
const QUEUE: usize = 8 << 20;

/// A socket on which the sensor waits.
#[derive(Debug)]
pub(crate) enum Door {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

impl AsFd for Door {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(socket) => socket.as_fd(),
            Self::Udp(socket) => socket.as_fd(),
        }
    }
}

impl Door {
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Tcp(socket) => socket.local_addr(),
            Self::Udp(socket) => socket.local_addr(),
        }
    }
}

/// Why there is nothing to listen on: place, reason, advice.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// An address and port cannot be taken.
    #[error("{transport}/{port} on {ip}: {error}; {}", advice(*error, *port))]
    Port {
        /// `tcp` or `udp`.
        transport: &'static str,
        /// Own address.
        ip: IpAddr,
        /// Port.
        port: u16,
        /// What the system says.
        error: Errno,
    },
    /// More sockets than are opened.
    #[error(
        "{0} sockets would be needed, and at most {MOST_SOCKETS} are opened; lead all ports to one: \
         --through 2626, with the rules that --redirect nft prints"
    )]
    TooMany(usize),
    /// No port at all.
    #[error(
        "no port to listen on is named, and systemd handed none over; write for instance 27374/tcp"
    )]
    Nothing,
    /// Sockets that were handed over cannot be used.
    #[error(
        "a socket that systemd handed over: {0}; use ListenStream= and ListenDatagram= with ports"
    )]
    HandedOver(io::Error),
}

fn advice(error: Errno, port: u16) -> &'static str {
    match error {
        Errno::EACCES => "ports below 1024 need root at the start, or sockets from systemd",
        Errno::EPERM => "--through needs root at the start, to receive what was meant for others",
        Errno::EADDRINUSE if port == 0 => "choose another port",
        Errno::EADDRINUSE => "another program listens there; leave the port out or stop it",
        Errno::EADDRNOTAVAIL => "name an address of this machine",
        Errno::EMFILE | Errno::ENFILE => "raise the limit of open files (ulimit -n)",
        _ => "leave the port out",
    }
}

/// Opens every socket, those that systemd hands over first.
pub(crate) fn open(settings: &Settings) -> Result<Vec<Door>, BindError> {
    raise_descriptors();
    let mut doors = handed_over()?;
    let wanted: Vec<(Transport, u16)> = match settings.through {
        Some(port) => vec![(Transport::TCP, port), (Transport::UDP, port)],
        None => settings.ports.each().take(MOST_SOCKETS + 1).collect(),
    };
    if wanted.len() > MOST_SOCKETS {
        return Err(BindError::TooMany(settings.ports.count()));
    }
    if wanted.is_empty() && doors.is_empty() {
        return Err(BindError::Nothing);
    }
    let every = [
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    ];
    let addresses: &[IpAddr] = if settings.addresses.is_empty() {
        &every
    } else {
        &settings.addresses
    };
    for (transport, port) in wanted {
        for ip in addresses {
            match door(transport, *ip, port, settings.through.is_some()) {
                Ok(door) => doors.push(door),
                // A machine without IPv6 listens on what it has.
                Err(Errno::EAFNOSUPPORT | Errno::EADDRNOTAVAIL)
                    if settings.addresses.is_empty() && ip.is_ipv6() => {}
                Err(error) => {
                    return Err(BindError::Port {
                        transport: transport.word().unwrap_or_default(),
                        ip: *ip,
                        port,
                        error,
                    });
                }
            }
        }
    }
    Ok(doors)
}

/// Lets as many descriptors be open as the system allows.
fn raise_descriptors() {
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        // What cannot be raised stays, and is met when it is reached.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

fn handed_over() -> Result<Vec<Door>, BindError> {
    let mut handed = ListenFd::from_env();
    let mut doors = Vec::new();
    for at in 0..handed.len() {
        // A socket that is no TCP listener is given back, to be asked for as a UDP socket.
        let door = match handed.take_tcp_listener(at) {
            Ok(socket) => socket.map(Door::Tcp),
            Err(_) => handed
                .take_udp_socket(at)
                .map_err(BindError::HandedOver)?
                .map(Door::Udp),
        };
        if let Some(door) = door {
            prepare(&door).map_err(|error| BindError::HandedOver(error.into()))?;
            doors.push(door);
        }
    }
    Ok(doors)
}

fn door(transport: Transport, ip: IpAddr, port: u16, through: bool) -> Result<Door, Errno> {
    let family = if ip.is_ipv4() {
        AddressFamily::Inet
    } else {
        AddressFamily::Inet6
    };
    let kind = if transport == Transport::UDP {
        SockType::Datagram
    } else {
        SockType::Stream
    };
    let socket: OwnedFd = socket(family, kind, SockFlag::SOCK_CLOEXEC, None)?;
    if ip.is_ipv6() {
        setsockopt(&socket, sockopt::Ipv6V6Only, &true)?;
    }
    if transport == Transport::TCP {
        // Connections of an earlier run may still be winding down.
        setsockopt(&socket, sockopt::ReuseAddr, &true)?;
    }
    if through {
        match transparent(&socket) {
            // Translated connections arrive without it.
            Err(Errno::EPERM) if transport == Transport::TCP => {}
            result => result?,
        }
    }
    {
        use std::os::fd::AsRawFd as _;
        bind(
            socket.as_raw_fd(),
            &SockaddrStorage::from(SocketAddr::new(ip, port)),
        )?;
    }
    let door = if transport == Transport::UDP {
        Door::Udp(UdpSocket::from(socket))
    } else {
        listen(&socket, Backlog::new(BACKLOG).unwrap_or(Backlog::MAXCONN))?;
        Door::Tcp(TcpListener::from(socket))
    };
    prepare(&door)?;
    Ok(door)
}

/// Lets a socket receive what was sent to other addresses. An IPv6 socket takes the option of IPv4.
fn transparent(socket: &OwnedFd) -> Result<(), Errno> {
    setsockopt(socket, sockopt::IpTransparent, &true)
}

/// Never wait, and tell of every datagram where it was sent to, how far it came and how many were
/// lost before it.
fn prepare(door: &Door) -> Result<(), Errno> {
    let errno = |error: io::Error| Errno::from_raw(error.raw_os_error().unwrap_or_default());
    match door {
        Door::Tcp(socket) => socket.set_nonblocking(true).map_err(errno)?,
        Door::Udp(socket) => {
            socket.set_nonblocking(true).map_err(errno)?;
            if socket.local_addr().is_ok_and(|address| address.is_ipv4()) {
                setsockopt(socket, sockopt::Ipv4OrigDstAddr, &true)?;
                setsockopt(socket, sockopt::Ipv4RecvTtl, &true)?;
            } else {
                setsockopt(socket, sockopt::Ipv6OrigDstAddr, &true)?;
                setsockopt(socket, sockopt::Ipv6RecvHopLimit, &true)?;
            }
            setsockopt(socket, sockopt::RxqOvfl, &1)?;
            // A shorter queue loses more, and says so.
            let _ = setsockopt(socket, sockopt::RcvBufForce, &QUEUE)
                .or_else(|_| setsockopt(socket, sockopt::RcvBuf, &QUEUE));
        }
    }
    Ok(())
}
