//! Linux: netlink lists sockets with their inodes (sock_diag(7)), `/proc/net/tcp` and its kin where
//! it does not, and `/proc/PID/fd` says who holds one (proc_pid_net(5), proc_pid_fd(5)).

use std::collections::BTreeMap;
use std::net::SocketAddr;

use procfs::net::{TcpState, UdpState, tcp, tcp6, udp, udp6};
use procfs::process::{FDTarget, all_processes};
use procfs::{ProcError, ProcResult};
use rutter_event::Transport;

use super::{Row, diag};
use crate::socket::{SocketsError, State};

/// A socket as either way tells it.
pub(super) struct Entry {
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
    pub(super) state: State,
    /// Of an IPv6 socket without a peer: whether it takes IPv4 too.
    pub(super) takes_v4: Option<bool>,
    pub(super) inode: u64,
    pub(super) user: u32,
}

/// Every socket of this network namespace.
pub(crate) fn rows() -> Result<Vec<Row>, SocketsError> {
    let holders = holders();
    let pids = |inode| holders.get(&inode).cloned().unwrap_or_default();
    let mut rows = Vec::new();
    for transport in [Transport::TCP, Transport::UDP] {
        for six in [false, true] {
            let entries = match diag::entries(transport, six) {
                Ok(entries) => entries,
                // A sandbox may refuse it, a kernel be built without it.
                Err(refused) => match listed(transport, six) {
                    Ok(entries) => entries,
                    // A system without IPv6 has no table of it.
                    Err(ProcError::NotFound(_)) if six => Vec::new(),
                    Err(hidden) => {
                        return Err(SocketsError(format!(
                            "netlink: {refused}; /proc/net: {hidden}"
                        )));
                    }
                },
            };
            rows.extend(entries.into_iter().map(|entry| Row {
                transport,
                local: entry.local,
                remote: Some(entry.remote),
                state: entry.state,
                takes_v4: entry.takes_v4,
                pids: pids(entry.inode),
                user: Some(entry.user),
            }));
        }
    }
    Ok(rows)
}

/// The same by the files of `/proc/net`.
fn listed(transport: Transport, six: bool) -> ProcResult<Vec<Entry>> {
    if transport == Transport::UDP {
        let table = if six { udp6() } else { udp() };
        let entry = |entry: procfs::net::UdpNetEntry| Entry {
            local: entry.local_address,
            remote: entry.remote_address,
            // A bound UDP socket takes datagrams from anybody.
            state: match entry.state {
                UdpState::Established => State::Connected,
                UdpState::Close => State::Listening,
            },
            takes_v4: None,
            inode: entry.inode,
            user: entry.uid,
        };
        return Ok(table?.into_iter().map(entry).collect());
    }
    let table = if six { tcp6() } else { tcp() };
    let entry = |entry: procfs::net::TcpNetEntry| Entry {
        local: entry.local_address,
        remote: entry.remote_address,
        state: state_of(&entry.state),
        takes_v4: None,
        inode: entry.inode,
        user: entry.uid,
    };
    Ok(table?.into_iter().map(entry).collect())
}

/// Processes by the inodes of their sockets, as far as they may be seen.
fn holders() -> BTreeMap<u64, Vec<u32>> {
    let mut holders: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for process in all_processes().into_iter().flatten().flatten() {
        let Ok(pid) = u32::try_from(process.pid) else {
            continue;
        };
        for descriptor in process.fd().into_iter().flatten().flatten() {
            if let FDTarget::Socket(inode) = descriptor.target {
                holders.entry(inode).or_default().push(pid);
            }
        }
    }
    holders
}

const fn state_of(state: &TcpState) -> State {
    match state {
        TcpState::Listen => State::Listening,
        TcpState::Established => State::Connected,
        TcpState::SynSent | TcpState::SynRecv | TcpState::NewSynRecv => State::Opening,
        TcpState::FinWait1
        | TcpState::FinWait2
        | TcpState::CloseWait
        | TcpState::Closing
        | TcpState::LastAck
        | TcpState::TimeWait => State::Closing,
        TcpState::Close => State::Closed,
    }
}
