use crate::{Endpoint, Family, TcpFlags, Transport};

/// The header facts of one packet (or of the first packet of a connection), as far as the log
/// tells them. Plain numbers: `Copy`, no borrow, no text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// Network layer.
    pub family: Family,
    /// Protocol above IP.
    pub transport: Option<Transport>,
    /// Who sent it.
    pub source: Endpoint,
    /// To whom.
    pub destination: Endpoint,
    /// IP total length in bytes, header included (IPv6: 40 + payload length).
    pub length: Option<u32>,
    /// IPv4 time to live or IPv6 hop limit, on arrival.
    pub ttl: Option<u8>,
    /// IPv4 identification.
    pub id: Option<u16>,
    /// IPv4 type of service or IPv6 traffic class, the whole byte.
    pub tos: Option<u8>,
    /// IPv6 flow label, 20 bits.
    pub flow_label: Option<u32>,
    /// Fragmentation bits.
    pub fragment: Fragment,
    /// TCP facts; all absent for other protocols.
    pub tcp: Tcp,
    /// ICMP or ICMPv6 facts; all absent for other protocols.
    pub icmp: Icmp,
    /// Bytes of payload above the transport header.
    pub payload_length: Option<u32>,
}

/// IPv4 fragmentation state, or IPv6's fragment header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fragment {
    /// Don't fragment; absent when the log does not print it.
    pub dont: Option<bool>,
    /// More fragments follow.
    pub more: bool,
    /// Offset in units of 8 bytes.
    pub offset: u16,
}

/// TCP header facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tcp {
    /// Control bits; absent when the log does not print them.
    pub flags: Option<TcpFlags>,
    /// Sequence number.
    pub seq: Option<u32>,
    /// Acknowledgement number.
    pub ack: Option<u32>,
    /// Window, unscaled.
    pub window: Option<u16>,
    /// Urgent pointer.
    pub urgent: Option<u16>,
    /// Maximum segment size option.
    pub mss: Option<u16>,
    /// Bytes of TCP options, when the log or the lengths tell; 0 means none at all.
    pub options_length: Option<u8>,
}

/// ICMP header facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Icmp {
    /// Type.
    pub kind: Option<u8>,
    /// Code.
    pub code: Option<u8>,
    /// Echo identifier.
    pub id: Option<u16>,
    /// Echo sequence.
    pub sequence: Option<u16>,
    /// Next-hop MTU of "fragmentation needed" or "packet too big".
    pub mtu: Option<u32>,
    /// Gateway of a redirect.
    pub gateway: Option<std::net::IpAddr>,
}

impl Packet {
    /// Makes ICMP between addresses of IPv6 what it is: many write one word for both.
    pub fn tell_icmp_apart(&mut self) {
        if self.family == Family::V6 && self.transport == Some(Transport::ICMP) {
            self.transport = Some(Transport::ICMPV6);
        }
    }

    /// Destination port, when the protocol has ports.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.destination.port
    }

    /// Whether this is a TCP packet that opens a connection: SYN without ACK, FIN, RST.
    #[must_use]
    pub fn is_syn(&self) -> bool {
        self.transport == Some(Transport::TCP)
            && self
                .tcp
                .flags
                .is_some_and(|f| f.shape().0 & 0b01_0111 == TcpFlags::SYN.0)
    }
}
