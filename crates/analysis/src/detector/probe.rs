//! By which means a source asked.

use rutter_event::{Direction, TcpFlags, Transport};
use rutter_knowledge::Cast;

use super::conduct::Heard;
use crate::profile::Group;

/// What is so surely a worm, or a call back, is no stop of a scan.
const PROVED: f64 = 0.9;

/// The means by which a packet asks whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Probe {
    /// A request for a connection.
    Syn,
    /// FIN alone.
    Fin,
    /// No flag at all.
    Null,
    /// FIN, PSH and URG.
    Xmas,
    /// SYN with FIN.
    SynFin,
    /// ACK out of nowhere: asks which ports a filter covers.
    Ack,
    /// FIN with ACK out of nowhere, after Uriel Maimon.
    Maimon,
    /// Any other set of flags that no connection uses.
    Odd,
    /// TCP in a log without flags.
    Tcp,
    /// A datagram.
    Udp,
    /// The first chunk of an SCTP association.
    Sctp,
    /// An ICMP request: echo, time, mask.
    Ping,
    /// A protocol that hardly anybody uses.
    Protocol,
}

impl Probe {
    /// The word in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Syn => "syn",
            Self::Fin => "fin",
            Self::Null => "null",
            Self::Xmas => "xmas",
            Self::SynFin => "syn-fin",
            Self::Ack => "ack",
            Self::Maimon => "fin-ack",
            Self::Odd => "odd-flags",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
            Self::Ping => "ping",
            Self::Protocol => "protocol",
        }
    }

    /// What people call it, with the option of nmap that sends it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syn => "SYN (nmap -sS, -sT)",
            Self::Fin => "FIN (nmap -sF)",
            Self::Null => "NULL (nmap -sN)",
            Self::Xmas => "Xmas (nmap -sX)",
            Self::SynFin => "SYN+FIN",
            Self::Ack => "ACK (nmap -sA, -sW)",
            Self::Maimon => "FIN+ACK (nmap -sM)",
            Self::Odd => "odd TCP flags (nmap -O)",
            Self::Tcp => "TCP",
            Self::Udp => "UDP (nmap -sU)",
            Self::Sctp => "SCTP (nmap -sY)",
            Self::Ping => "ping (nmap -sn)",
            Self::Protocol => "IP protocols (nmap -sO)",
        }
    }

    /// Whether its flags are chosen to pass a filter that looks for SYN only.
    #[must_use]
    pub const fn is_stealthy(self) -> bool {
        matches!(
            self,
            Self::Fin | Self::Null | Self::Xmas | Self::SynFin | Self::Maimon | Self::Odd
        )
    }

    /// How the packets of a group ask; nothing when they answer, speak to a whole segment, come
    /// from our side or belong to a conversation of ours.
    pub(crate) fn of(group: Group<'_>, heard: &Heard<'_>) -> Option<Self> {
        let signature = &group.signature;
        let kind = heard.best.entry.kind();
        // A worm that its packets prove is told as what it is; by UDP the packet is the worm.
        let whole = signature.transport() == Some(Transport::UDP);
        let sure = heard.best.tool.is_some() || whole && heard.best.probability >= PROVED;
        let worm = kind == "worm" && sure;
        let proved = kind == "infection" || worm;
        // A server that our side has called calls back: the data of FTP, the test for open proxies
        // of a chat network, the question of a mail server who is there.
        let back = heard.spoke && kind == "benign" && heard.best.probability >= PROVED;
        let own = signature.direction() == Direction::Outbound || heard.answered || proved || back;
        let to_many = group
            .destination
            .is_none_or(|ip| matches!(Cast::of(ip), Cast::Multicast | Cast::Broadcast));
        if own || to_many {
            return None;
        }
        let ports = Ends {
            from: group.source_port.unwrap_or(u16::MAX),
            to: signature.port().unwrap_or_default(),
        };
        match signature.transport()? {
            Transport::TCP => Self::of_tcp(signature.flags(), ports),
            // Whom our side has spoken to answers on many ports, and traceroute walks over them.
            Transport::UDP => {
                (!ports.is_answer() && !ports.is_stream() && !heard.spoke && kind != "benign")
                    .then_some(Self::Udp)
            }
            Transport::SCTP => Some(Self::Sctp),
            Transport::ICMP => {
                matches!(signature.icmp().0, Some(8 | 13 | 15 | 17)).then_some(Self::Ping)
            }
            Transport::ICMPV6 => (signature.icmp().0 == Some(128)).then_some(Self::Ping),
            // Groups, tunnels and routing have their own business with neighbours; it takes many
            // protocols to make a scan.
            _ => Some(Self::Protocol),
        }
    }

    fn of_tcp(flags: Option<TcpFlags>, ports: Ends) -> Option<Self> {
        let Some(flags) = flags else {
            return (!ports.is_answer()).then_some(Self::Tcp);
        };
        let flags = flags.shape();
        let xmas = TcpFlags::FIN.with(TcpFlags::PSH).with(TcpFlags::URG);
        let maimon = TcpFlags::FIN.with(TcpFlags::ACK);
        match flags {
            TcpFlags::SYN => (!ports.is_ftp_data()).then_some(Self::Syn),
            TcpFlags::NONE => Some(Self::Null),
            // A close of a connection to a server of theirs comes from the server's port.
            TcpFlags::FIN => (!ports.is_answer()).then_some(Self::Fin),
            TcpFlags::ACK => (!ports.is_answer()).then_some(Self::Ack),
            _ if flags == xmas => Some(Self::Xmas),
            _ if flags == maimon => (!ports.is_answer()).then_some(Self::Maimon),
            _ if flags.has(TcpFlags::SYN.with(TcpFlags::FIN)) => Some(Self::SynFin),
            _ if flags.has(TcpFlags::RST) || flags.has(TcpFlags::ACK) => None,
            _ => Some(Self::Odd),
        }
    }
}

/// The ports of both ends.
#[derive(Clone, Copy)]
struct Ends {
    from: u16,
    to: u16,
}

/// Ports above 1023 from which servers and peers answer to ports that clients were given.
const SERVERS: [u16; 22] = [
    1194, 1701, 1900, 1935, 3074, 3389, 3478, 4500, 5060, 5222, 5228, 5353, 5938, 6667, 8000, 8080,
    8443, 9000, 27015, 41641, 51820, 51413,
];
/// From here on systems hand ports out to clients (RFC 6335; Linux begins at 32768).
const CLIENTS: u16 = 32_768;

impl Ends {
    /// Whether the packet looks like an answer: from a server's port to one that a client was given.
    fn is_answer(self) -> bool {
        let server = (1..1_024).contains(&self.from) || SERVERS.contains(&self.from);
        server && self.to >= 1_024 && self.to != self.from
    }

    /// Whether a server of FTP opens a data connection to a port that a client was given (RFC 959,
    /// section 3.2). Who scans from its port asks for other ports as well.
    const fn is_ftp_data(self) -> bool {
        self.from == 20 && self.to >= CLIENTS
    }

    /// Whether a program's own port sends to one that a client was given: games, calls, tunnels.
    const fn is_stream(self) -> bool {
        self.to >= CLIENTS && self.from < CLIENTS
    }
}
