//! What the requests of one source have in common: numbers that a tool leaves the same, or draws by
//! a rule, and a system does not.

use rutter_event::{Packet, TcpFlags, Transport};

/// Least and greatest of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    pub(super) low: u32,
    pub(super) high: u32,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            low: u32::MAX,
            high: 0,
        }
    }
}

impl Extent {
    fn note(&mut self, number: Option<u32>) {
        if let Some(number) = number {
            self.low = self.low.min(number);
            self.high = self.high.max(number);
        }
    }

    fn merge(&mut self, other: Self) {
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
    }

    /// Least and greatest; nothing when the log carried none.
    #[must_use]
    pub const fn ends(self) -> Option<(u32, u32)> {
        if self.low <= self.high {
            Some((self.low, self.high))
        } else {
            None
        }
    }

    /// The number, when it never changed.
    #[must_use]
    pub fn constant(self) -> Option<u32> {
        self.ends().filter(|(low, high)| low == high).map(|e| e.0)
    }

    /// From the least to the greatest.
    #[must_use]
    pub fn width(self) -> Option<u32> {
        self.ends().map(|(low, high)| high - low)
    }
}

/// What the requests of one source have in common. Only packets that open something are taken in:
/// TCP without ACK and RST, and datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Packets.
    pub packets: u64,
    /// Source port.
    pub port: Extent,
    /// Time to live.
    pub ttl: Extent,
    /// IP id.
    pub id: Extent,
    /// Packet length.
    pub length: Extent,
    /// TCP window.
    pub window: Extent,
    /// Sequence number.
    pub seq: Extent,
    /// Both halves of the sequence number, one over the other: nmap's are one number masked with a
    /// key that it draws once a run.
    pub fold: Extent,
    /// Sequence number over destination address and ports: unicornscan's is its key.
    pub key: Extent,
    /// IP id over the lower halves of sequence number and destination port: what masscan leaves of
    /// the address that it sent to, which is not the logged one where an address translator stands
    /// between.
    pub aim: Extent,
}

impl Trace {
    /// Whether a packet opens something.
    #[must_use]
    pub fn takes(packet: &Packet) -> bool {
        match packet.transport {
            Some(Transport::TCP) => packet
                .tcp
                .flags
                .is_none_or(|flags| !flags.has(TcpFlags::ACK) && !flags.has(TcpFlags::RST)),
            Some(Transport::UDP) => true,
            _ => false,
        }
    }

    /// Takes in a packet that [`takes`](Self::takes) says yes to.
    pub fn note(&mut self, packet: &Packet) {
        let [source, destination] =
            [packet.source.port, packet.destination.port].map(|p| p.map(u32::from));
        self.packets += 1;
        self.port.note(source);
        self.ttl.note(packet.ttl.map(u32::from));
        self.id.note(packet.id.map(u32::from));
        self.length.note(packet.length);
        self.window.note(packet.tcp.window.map(u32::from));
        self.seq.note(packet.tcp.seq);
        self.fold
            .note(packet.tcp.seq.map(|seq| seq >> 16 ^ seq & 0xffff));
        let to = match packet.destination.ip {
            Some(std::net::IpAddr::V4(ip)) => Some(ip.to_bits()),
            _ => None,
        };
        if let (Some(seq), Some(to), Some(source), Some(destination)) =
            (packet.tcp.seq, to, source, destination)
        {
            self.key.note(Some(seq ^ to ^ (source << 16 | destination)));
        }
        if let (Some(seq), Some(id), Some(port)) = (packet.tcp.seq, packet.id, destination) {
            self.aim.note(Some((u32::from(id) ^ seq ^ port) & 0xffff));
        }
    }

    /// Its numbers, in the order in which they are kept as bytes.
    pub(super) fn extents(&mut self) -> [&mut Extent; 9] {
        [
            &mut self.port,
            &mut self.ttl,
            &mut self.id,
            &mut self.length,
            &mut self.window,
            &mut self.seq,
            &mut self.fold,
            &mut self.key,
            &mut self.aim,
        ]
    }

    /// Takes in another trace.
    pub fn merge(&mut self, other: Self) {
        self.packets += other.packets;
        self.port.merge(other.port);
        self.ttl.merge(other.ttl);
        self.id.merge(other.id);
        self.length.merge(other.length);
        self.window.merge(other.window);
        self.seq.merge(other.seq);
        self.fold.merge(other.fold);
        self.key.merge(other.key);
        self.aim.merge(other.aim);
    }
}
