//! Linux: `/proc/net/tcp` and its kin list sockets by inode, `/proc/PID/fd` says who holds one
//! (proc_pid_net(5), proc_pid_fd(5)).

use std::collections::BTreeMap;

use procfs::net::{TcpState, tcp, tcp6, udp, udp6};
use procfs::process::{FDTarget, all_processes};
use procfs::{ProcError, ProcResult};
use rutter_event::Transport;

use super::Row;
use crate::socket::{SocketsError, State};

/// Every socket of this network namespace.
pub(crate) fn rows() -> Result<Vec<Row>, SocketsError> {
    let holders = holders();
    let pids = |inode| holders.get(&inode).cloned().unwrap_or_default();
    let mut rows = Vec::new();
    for entry in all([tcp(), tcp6()])? {
        rows.push(Row {
            transport: Transport::TCP,
            local: entry.local_address,
            remote: Some(entry.remote_address),
            state: state_of(&entry.state),
            pids: pids(entry.inode),
            user: Some(entry.uid),
        });
    }
    for entry in all([udp(), udp6()])? {
        rows.push(Row {
            transport: Transport::UDP,
            local: entry.local_address,
            remote: None,
            state: State::Listening,
            pids: pids(entry.inode),
            user: Some(entry.uid),
        });
    }
    Ok(rows)
}

/// Both families together; a system without IPv6 has no table of it.
fn all<T>(tables: [ProcResult<Vec<T>>; 2]) -> Result<Vec<T>, SocketsError> {
    let mut all = Vec::new();
    for table in tables {
        match table {
            Ok(entries) => all.extend(entries),
            Err(ProcError::NotFound(_)) => {}
            Err(error) => return Err(SocketsError(error.to_string())),
        }
    }
    Ok(all)
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
