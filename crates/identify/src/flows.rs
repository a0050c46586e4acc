//! The first bytes of both sides of every flow of a capture.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::{Event, TcpFlags, Transport};

use crate::exchange;
use crate::found::Identification;
use crate::media_stream;
use crate::payload::Side;
use crate::protocols::is_usual;
use crate::stream::Opening;

/// Flows that are kept; packets of later ones are counted and passed over.
pub const MOST_FLOWS: usize = 65_536;
/// Bytes kept of all flows together; later payloads are counted and passed over.
pub const MOST_HELD: usize = 128 << 20;

/// The flows of a capture, each with what its two sides said first.
///
/// Give it every event of a capture; it keeps TCP and UDP between two addresses. TCP bytes are put
/// in order by their sequence numbers, of UDP the first datagram of each side is kept.
#[derive(Debug, Default)]
pub struct Flows {
    table: BTreeMap<Key, usize>,
    flows: Vec<Flow>,
    held: usize,
    omitted: u64,
}

/// One end: address and port.
pub type End = (IpAddr, u16);

/// The two ends in the order of their values, whoever called.
type Key = (Transport, End, End);

/// A flow.
#[derive(Debug)]
pub struct Flow {
    /// Number of its first packet, from 1.
    pub packet: u64,
    /// TCP or UDP.
    pub transport: Transport,
    /// Who called, as far as the packets tell.
    pub client: End,
    /// Who was called.
    pub server: End,
    said: [Opening; 2],
}

impl Flows {
    /// Takes in packet number `packet`.
    pub fn observe(&mut self, packet: u64, event: &Event<'_>) {
        let header = &event.packet;
        let Some(transport @ (Transport::TCP | Transport::UDP)) = header.transport else {
            return;
        };
        let end = |end: &rutter_event::Endpoint| Some((end.ip?, end.port?));
        let (Some(from), Some(to)) = (end(&header.source), end(&header.destination)) else {
            return;
        };
        // Later fragments hold no first bytes.
        if header.fragment.offset > 0 {
            return;
        }
        let key = (transport, from.min(to), from.max(to));
        let number = match self.table.get(&key) {
            Some(number) => *number,
            None if self.flows.len() < MOST_FLOWS => {
                let (client, server) = roles(transport, from, to, header.tcp.flags);
                self.table.insert(key, self.flows.len());
                self.flows.push(Flow {
                    packet,
                    transport,
                    client,
                    server,
                    said: Default::default(),
                });
                self.flows.len() - 1
            }
            None => {
                self.omitted += 1;
                return;
            }
        };
        if self.held >= MOST_HELD && !event.payload.is_empty() {
            self.omitted += 1;
            return;
        }
        let Some(flow) = self.flows.get_mut(number) else {
            return;
        };
        let [client, server] = &mut flow.said;
        let opening = if from == flow.client { client } else { server };
        let before = opening.held();
        match transport {
            Transport::TCP => opening.segment(&header.tcp, event.payload),
            _ => opening.datagram(event.payload),
        }
        self.held = self.held.saturating_sub(before) + opening.held();
    }

    /// The flows in the order of their first packets.
    pub fn iter(&self) -> impl Iterator<Item = &Flow> {
        self.flows.iter()
    }

    /// Packets whose flow or payload was not kept, because a cap was reached.
    #[must_use]
    pub const fn omitted(&self) -> u64 {
        self.omitted
    }
}

/// Client and server of a flow, by its first packet: who sends the SYN calls, who sends SYN and ACK
/// was called. Where neither is seen, whoever speaks from a system port to a higher one was called,
/// and so was who speaks from a port where servers usually listen to one where none does.
fn roles(transport: Transport, from: End, to: End, flags: Option<TcpFlags>) -> (End, End) {
    let answers = match flags.map(|flags| flags.shape().0 & (TcpFlags::SYN.0 | TcpFlags::ACK.0)) {
        Some(shape) if shape == TcpFlags::SYN.0 => false,
        Some(shape) if shape == TcpFlags::SYN.0 | TcpFlags::ACK.0 => true,
        _ if (from.1 < 1024) != (to.1 < 1024) => from.1 < 1024,
        _ => is_usual(transport, from.1) && !is_usual(transport, to.1),
    };
    if answers { (to, from) } else { (from, to) }
}

impl Flow {
    /// What a side said first, as much as was kept.
    #[must_use]
    pub fn said(&self, side: Side) -> &[u8] {
        let [client, server] = &self.said;
        match side {
            Side::Client => client.bytes(),
            Side::Server => server.bytes(),
            Side::Any => &[],
        }
    }

    /// What one side says: its beginning, or else the piece that came first, because a message that
    /// tells its length is often a piece of its own.
    fn ask<'a>(&self, side: Side, opening: &'a Opening) -> Option<Identification<'a>> {
        let ask = |bytes| crate::identify(self.transport, Some(self.server.1), side, bytes);
        let (all, first) = (opening.bytes(), opening.first());
        ask(all).or_else(|| (first.len() < all.len()).then(|| ask(first)).flatten())
    }

    /// What two datagrams of one side say together, where one alone does not.
    fn media(&self) -> Option<Identification<'_>> {
        let follow = |said: &Opening| media_stream::identify(said.first(), said.second());
        (self.transport == Transport::UDP)
            .then(|| self.said.iter().find_map(follow))
            .flatten()
    }

    /// What a question and its answer say together, where neither does alone.
    fn exchange(&self) -> Option<Identification<'_>> {
        let [client, server] = &self.said;
        (self.transport == Transport::TCP)
            .then(|| exchange::identify(client.first(), server.first()))
            .flatten()
    }

    /// What the two sides say together: the surer answer. When both name the same protocol, the
    /// client's details come first and the doubts of the two are multiplied.
    #[must_use]
    pub fn identify(&self) -> Option<Identification<'_>> {
        let [client, server] = &self.said;
        let said = (
            self.ask(Side::Client, client),
            self.ask(Side::Server, server),
        );
        match said {
            (Some(mut client), Some(server)) if client.protocol == server.protocol => {
                let doubt = (1.0 - client.probability) * (1.0 - server.probability);
                client.probability = (((1.0 - doubt) * 1000.0).round() / 1000.0).min(0.999);
                let told = |key| client.detail.iter().any(|(known, _)| *known == key);
                let more: Vec<_> = server
                    .detail
                    .into_iter()
                    .filter(|(key, _)| !told(*key))
                    .collect();
                client.detail.extend(more);
                Some(client)
            }
            (Some(client), Some(server)) if server.probability > client.probability => Some(server),
            (client, server) => client
                .or(server)
                .or_else(|| self.media())
                .or_else(|| self.exchange()),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use rutter_event::{Endpoint, Packet, Tcp};

    use super::*;

    fn packet<'a>(from: u16, to: u16, flags: u8, seq: u32, payload: &'a [u8]) -> Event<'a> {
        let end = |port: u16| Endpoint {
            ip: Some(
                if port > 1024 {
                    "192.0.2.1"
                } else {
                    "198.51.100.2"
                }
                .parse()
                .unwrap(),
            ),
            port: Some(port),
            ..Endpoint::default()
        };
        Event {
            packet: Packet {
                transport: Some(Transport::TCP),
                source: end(from),
                destination: end(to),
                tcp: Tcp {
                    flags: Some(TcpFlags(flags)),
                    seq: Some(seq),
                    ..Tcp::default()
                },
                ..Packet::default()
            },
            payload,
            ..Event::default()
        }
    }

    const SYN: u8 = TcpFlags::SYN.0;
    const ACK: u8 = TcpFlags::ACK.0;

    #[test]
    fn both_sides_of_a_flow_come_together() {
        let mut flows = Flows::default();
        flows.observe(1, &packet(40_000, 22, SYN, 9, b""));
        flows.observe(2, &packet(22, 40_000, SYN | ACK, 99, b""));
        flows.observe(3, &packet(22, 40_000, ACK, 100, b"SSH-2.0-OpenSSH_9.9\r\n"));
        flows.observe(4, &packet(40_000, 22, ACK, 10, b"SSH-2.0-Go\r\n"));
        let flow = flows.iter().next().unwrap();
        assert_eq!((flow.packet, flow.client.1, flow.server.1), (1, 40_000, 22));
        let found = flow.identify().unwrap();
        assert_eq!((found.protocol, found.side), ("ssh", Side::Client));
        assert!(found.client.is_some() && found.probability > 0.99);
        assert_eq!(flows.iter().count(), 1);
    }

    #[test]
    fn who_was_called_is_told_without_a_handshake() {
        let mut flows = Flows::default();
        flows.observe(7, &packet(22, 40_000, ACK, 5, b"SSH-2.0-OpenSSH_9.9\r\n"));
        let flow = flows.iter().next().unwrap();
        assert_eq!(flow.server.1, 22);
        assert_eq!(flow.identify().unwrap().side, Side::Server);
    }

    #[test]
    fn who_was_called_has_the_usual_port() {
        let mut flows = Flows::default();
        flows.observe(7, &packet(3306, 40_000, ACK, 5, b""));
        let flow = flows.iter().next().unwrap();
        assert_eq!((flow.client.1, flow.server.1), (40_000, 3306));
    }

    #[test]
    fn a_message_is_known_though_more_follow() {
        let ask = b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x0a";
        let mut flows = Flows::default();
        flows.observe(1, &packet(40_000, 502, ACK, 5, ask));
        flows.observe(2, &packet(40_000, 502, ACK, 17, ask));
        let flow = flows.iter().next().unwrap();
        assert_eq!(flow.said(Side::Client).len(), 24);
        assert_eq!(flow.identify().unwrap().protocol, "modbus");
    }

    #[test]
    fn a_flood_of_flows_is_capped_and_counted() {
        let mut flows = Flows::default();
        for number in 0..=MOST_FLOWS as u32 {
            let mut event = packet(40_000, 22, SYN, 0, b"x");
            event.packet.source.ip = Some(std::net::Ipv4Addr::from_bits(number).into());
            flows.observe(1, &event);
        }
        assert_eq!((flows.iter().count(), flows.omitted()), (MOST_FLOWS, 1));
    }
}
