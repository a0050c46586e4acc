//! Other systems: the calls that each has for it.

use std::net::SocketAddr;

use netstat2::{AddressFamilyFlags, ProtocolFlags, ProtocolSocketInfo, TcpState, get_sockets_info};
use rutter_event::Transport;

use super::Row;
use crate::socket::{SocketsError, State};

/// Every socket.
pub(crate) fn rows() -> Result<Vec<Row>, SocketsError> {
    let families = AddressFamilyFlags::IPV4 | AddressFamilyFlags::IPV6;
    let all = get_sockets_info(families, ProtocolFlags::TCP | ProtocolFlags::UDP)
        .map_err(|error| SocketsError(error.to_string()))?;
    let row = |info: netstat2::SocketInfo| {
        let (transport, local, remote, state) = match info.protocol_socket_info {
            ProtocolSocketInfo::Tcp(tcp) => (
                Transport::TCP,
                SocketAddr::new(tcp.local_addr, tcp.local_port),
                Some(SocketAddr::new(tcp.remote_addr, tcp.remote_port)),
                state_of(tcp.state),
            ),
            ProtocolSocketInfo::Udp(udp) => (
                Transport::UDP,
                SocketAddr::new(udp.local_addr, udp.local_port),
                None,
                State::Listening,
            ),
        };
        Row {
            transport,
            local,
            remote,
            state,
            takes_v4: None,
            pids: info.associated_pids,
            user: None,
        }
    };
    Ok(all.into_iter().map(row).collect())
}

const fn state_of(state: TcpState) -> State {
    match state {
        TcpState::Listen => State::Listening,
        TcpState::Established => State::Connected,
        TcpState::SynSent | TcpState::SynReceived => State::Opening,
        TcpState::FinWait1
        | TcpState::FinWait2
        | TcpState::CloseWait
        | TcpState::Closing
        | TcpState::LastAck
        | TcpState::TimeWait => State::Closing,
        TcpState::Closed | TcpState::DeleteTcb | TcpState::Unknown => State::Closed,
    }
}
