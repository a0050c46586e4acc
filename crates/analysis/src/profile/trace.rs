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
    #[inline]
    fn note(&mut self, number: Option<u32>) {
        // Nothing leaves both ends as they are, without a branch.
        self.low = self.low.min(number.unwrap_or(u32::MAX));
        self.high = self.high.max(number.unwrap_or(0));
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
/// TCP without ACK and RST, and datagrams; and those with ACK that nmap may have made.
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

/// What a trace takes of one packet, once its line is gone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    port: Option<u16>,
    ttl: Option<u8>,
    id: Option<u16>,
    window: Option<u16>,
    length: Option<u32>,
    seq: Option<u32>,
    key: Option<u32>,
    aim: Option<u32>,
}

impl Opening {
    /// Of a packet that [`Trace::takes`] says yes to.
    #[inline]
    pub(super) fn of(packet: &Packet) -> Self {
        let to = match packet.destination.ip {
            Some(std::net::IpAddr::V4(ip)) => Some(ip.to_bits()),
            _ => None,
        };
        let ports = packet.source.port.zip(packet.destination.port);
        // With ACK it is always the same and would hide the rule by which the others are drawn.
        let is_drawn = packet
            .tcp
            .flags
            .is_none_or(|flags| !flags.has(TcpFlags::ACK));
        let seq = packet.tcp.seq.filter(|_| is_drawn);
        let key = match (seq, to, ports) {
            (Some(seq), Some(to), Some((source, destination))) => {
                Some(seq ^ to ^ (u32::from(source) << 16 | u32::from(destination)))
            }
            _ => None,
        };
        let aim = match (seq, packet.id, packet.destination.port) {
            (Some(seq), Some(id), Some(port)) => {
                Some((u32::from(id) ^ seq ^ u32::from(port)) & 0xffff)
            }
            _ => None,
        };
        Self {
            port: packet.source.port,
            ttl: packet.ttl,
            id: packet.id,
            window: packet.tcp.window,
            length: packet.length,
            seq,
            key,
            aim,
        }
    }
}

/// Window and length of nmap's own packets with ACK and without SYN, which have no options and the
/// sequence number 0 (`nmap -sA`, `-sW`, `-sM` of Nmap 7.93, with `--packet-trace`).
const NMAP_WINDOW: u16 = 1_024;
const NMAP_LENGTH: u32 = 40;

impl Trace {
    /// Whether a packet may be a question of nmap's that looks like part of a connection. Late packets
    /// are too many for a trace of each; these are few, and a rule over all of them has to prove the rest.
    #[must_use]
    #[inline]
    pub(super) fn may_ask(packet: &Packet) -> bool {
        packet.tcp.window == Some(NMAP_WINDOW)
            && packet.length == Some(NMAP_LENGTH)
            && packet.tcp.seq.is_none_or(|seq| seq == 0)
            && packet.tcp.flags.is_some_and(|flags| {
                let flags = flags.shape();
                flags == TcpFlags::ACK || flags == TcpFlags::ACK.with(TcpFlags::FIN)
            })
    }

    /// Whether a packet opens something.
    #[must_use]
    #[inline]
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
        self.join(&Opening::of(packet));
    }

    /// Takes in what is left of a packet.
    #[inline]
    pub(super) fn join(&mut self, opening: &Opening) {
        self.packets += 1;
        self.port.note(opening.port.map(u32::from));
        self.ttl.note(opening.ttl.map(u32::from));
        self.id.note(opening.id.map(u32::from));
        self.length.note(opening.length);
        self.window.note(opening.window.map(u32::from));
        self.seq.note(opening.seq);
        self.fold
            .note(opening.seq.map(|seq| seq >> 16 ^ seq & 0xffff));
        self.key.note(opening.key);
        self.aim.note(opening.aim);
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
