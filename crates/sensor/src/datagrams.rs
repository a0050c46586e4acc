//! Datagrams, many at a time.

use std::io::IoSliceMut;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
use std::os::fd::AsRawFd as _;

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrLike as _, SockaddrStorage, recvmmsg,
};

use crate::settings::MOST_BYTES;

/// Datagrams that are taken from the system at a time.
pub(crate) const BATCH: usize = 64;

/// A datagram, and what the system says of it.
#[derive(Debug)]
pub(crate) struct Datagram<'a> {
    pub(crate) source: SocketAddr,
    /// Where it was sent to; nothing when the system does not tell.
    pub(crate) destination: Option<SocketAddr>,
    pub(crate) ttl: Option<u8>,
    /// At most [`MOST_BYTES`] of it.
    pub(crate) payload: &'a [u8],
    /// How long it was.
    pub(crate) length: usize,
    /// Datagrams that the socket has lost since it was opened, as far as the system tells.
    pub(crate) lost: Option<u32>,
}

/// Room for one batch.
pub(crate) struct Room(Box<[[u8; MOST_BYTES]]>);

impl Default for Room {
    fn default() -> Self {
        Self(vec![[0; MOST_BYTES]; BATCH].into_boxed_slice())
    }
}

/// Takes what is there, at most a [`BATCH`]. Says how many there were.
pub(crate) fn receive(
    socket: &UdpSocket,
    room: &mut Room,
    each: &mut dyn FnMut(Datagram<'_>),
) -> Result<usize, Errno> {
    let told = fill(socket, room)?;
    for (told, bytes) in told.iter().zip(room.0.iter()) {
        // An address that is none of the Internet's cannot have come by these sockets.
        let Some(source) = told.source else { continue };
        each(Datagram {
            source,
            destination: told.destination,
            ttl: told.ttl,
            payload: bytes.get(..told.length).unwrap_or(bytes),
            length: told.length,
            lost: told.lost,
        });
    }
    Ok(told.len())
}

/// Fills the room with datagrams, from its beginning.
fn fill(socket: &UdpSocket, room: &mut Room) -> Result<Vec<Told>, Errno> {
    let mut slices: Vec<[IoSliceMut<'_>; 1]> = room
        .0
        .iter_mut()
        .map(|bytes| [IoSliceMut::new(bytes)])
        .collect();
    // Made anew each time, because the system writes into them how much it has used.
    let space = nix::cmsg_space!(libc::sockaddr_in6, libc::c_int, u32);
    let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, Some(space));
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_TRUNC;
    let received = recvmmsg(
        socket.as_raw_fd(),
        &mut headers,
        slices.iter_mut(),
        flags,
        None,
    )?;
    Ok(received.map(|message| Told::of(&message)).collect())
}

/// What the system says of a datagram, its bytes aside.
#[derive(Default)]
struct Told {
    source: Option<SocketAddr>,
    destination: Option<SocketAddr>,
    ttl: Option<u8>,
    length: usize,
    lost: Option<u32>,
}

impl Told {
    fn of(message: &nix::sys::socket::RecvMsg<'_, '_, SockaddrStorage>) -> Self {
        let mut told = Self {
            source: message.address.as_ref().and_then(address),
            length: message.bytes,
            ..Self::default()
        };
        let Ok(controls) = message.cmsgs() else {
            return told;
        };
        for control in controls {
            match control {
                ControlMessageOwned::Ipv4OrigDstAddr(to) => told.destination = Some(v4(&to)),
                ControlMessageOwned::Ipv6OrigDstAddr(to) => told.destination = Some(v6(&to)),
                ControlMessageOwned::Ipv4Ttl(ttl) | ControlMessageOwned::Ipv6HopLimit(ttl) => {
                    told.ttl = u8::try_from(ttl).ok();
                }
                ControlMessageOwned::RxqOvfl(lost) => told.lost = Some(lost),
                _ => {}
            }
        }
        told
    }
}

fn address(storage: &SockaddrStorage) -> Option<SocketAddr> {
    match storage.family()? {
        nix::sys::socket::AddressFamily::Inet => storage
            .as_sockaddr_in()
            .map(|a| SocketAddr::V4((*a).into())),
        _ => storage
            .as_sockaddr_in6()
            .map(|a| SocketAddr::V6((*a).into())),
    }
}

/// An address as the system hands it out, in network byte order.
pub(crate) fn v4(address: &libc::sockaddr_in) -> SocketAddr {
    let ip = Ipv4Addr::from_bits(u32::from_be(address.sin_addr.s_addr));
    SocketAddr::V4(SocketAddrV4::new(ip, u16::from_be(address.sin_port)))
}

/// The same for IPv6.
pub(crate) fn v6(address: &libc::sockaddr_in6) -> SocketAddr {
    let ip = Ipv6Addr::from(address.sin6_addr.s6_addr);
    SocketAddr::V6(SocketAddrV6::new(ip, u16::from_be(address.sin6_port), 0, 0))
}
