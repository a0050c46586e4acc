//! Sockets by netlink: what sock_diag(7) answers to one question a table.

use std::io;
use std::net::SocketAddr;

use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::constants::{
    AF_INET, AF_INET6, IPPROTO_TCP, IPPROTO_UDP, TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN,
    TCP_SYN_RECV, TCP_SYN_SENT,
};
use netlink_packet_sock_diag::inet::nlas::Nla;
use netlink_packet_sock_diag::inet::{
    ExtensionFlags, InetRequest, InetResponse, SocketId, StateFlags,
};
use netlink_sys::protocols::NETLINK_SOCK_DIAG;
use netlink_sys::{Socket, SocketAddr as Peer};
use rutter_event::Transport;

use super::linux::Entry;
use crate::socket::State;

/// Bytes that the kernel is let answer at a time; it uses no more than half of it.
const ROOM: usize = 1 << 16;

/// Every socket of a transport and family.
///
/// # Errors
/// When the kernel does not answer this question: in a sandbox, or without the module for it.
pub(super) fn entries(transport: Transport, six: bool) -> io::Result<Vec<Entry>> {
    let socket = Socket::new(NETLINK_SOCK_DIAG)?;
    // The kernel.
    socket.connect(&Peer::new(0, 0))?;
    let question = question(transport, six);
    socket.send(&question, 0)?;
    let mut room = vec![0; ROOM];
    let mut found = Vec::new();
    loop {
        let length = match socket.recv(&mut &mut room[..], 0) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            length => length?,
        };
        let mut rest = room.get(..length).unwrap_or_default();
        if rest.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        while !rest.is_empty() {
            let message: NetlinkMessage<SockDiagMessage> =
                NetlinkMessage::deserialize(rest).map_err(io::Error::other)?;
            match message.payload {
                NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(answer)) => {
                    found.push(entry(transport, &answer));
                }
                NetlinkPayload::Done(_) => return Ok(found),
                NetlinkPayload::Error(error) => return Err(error.to_io()),
                _ => {}
            }
            // Each begins at a multiple of four bytes; the length was checked when it was read.
            let taken = usize::try_from(message.header.length).unwrap_or(usize::MAX);
            rest = rest.get(taken.next_multiple_of(4)..).unwrap_or_default();
        }
    }
}

fn question(transport: Transport, six: bool) -> Vec<u8> {
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    let request = InetRequest {
        family: if six { AF_INET6 } else { AF_INET },
        protocol: if transport == Transport::UDP {
            IPPROTO_UDP
        } else {
            IPPROTO_TCP
        },
        extensions: ExtensionFlags::empty(),
        states: StateFlags::all(),
        socket_id: if six {
            SocketId::new_v6()
        } else {
            SocketId::new_v4()
        },
    };
    let mut message = NetlinkMessage::new(header, SockDiagMessage::InetRequest(request).into());
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

fn entry(transport: Transport, answer: &InetResponse) -> Entry {
    let (header, id) = (&answer.header, &answer.header.socket_id);
    let six_only = answer.nlas.iter().find_map(|nla| match nla {
        Nla::SkV6Only(only) => Some(*only),
        _ => None,
    });
    Entry {
        local: SocketAddr::new(id.source_address, id.source_port),
        remote: SocketAddr::new(id.destination_address, id.destination_port),
        state: match (transport, header.state) {
            (_, TCP_ESTABLISHED) => State::Connected,
            // A bound UDP socket takes datagrams from anybody.
            (Transport::UDP, _) | (_, TCP_LISTEN) => State::Listening,
            // With a request of a connection that is not told here.
            (_, TCP_SYN_SENT | TCP_SYN_RECV | NEW_SYN_RECV) => State::Opening,
            (_, TCP_CLOSE) => State::Closed,
            _ => State::Closing,
        },
        takes_v4: six_only.map(|only| !only),
        inode: u64::from(header.inode),
        user: header.uid,
    }
}

/// `TCP_NEW_SYN_RECV` of the kernel, which the constants leave out.
const NEW_SYN_RECV: u8 = 12;
