//! Which ends of a packet speak for a service.

use rutter_event::Packet;
use rutter_knowledge::Ports;

/// IANA names of the source's and the destination's service.
///
/// The destination's port always counts. The source's counts when it looks like a server that
/// answers, not like a number that a client drew.
pub(crate) fn services(packet: &Packet) -> (Option<&'static str>, Option<&'static str>) {
    let name = |port| Ports::embedded().name(packet.transport, port);
    let destination = packet.destination.port;
    let source = packet.source.port.filter(|port| serves(*port, destination));
    (source.and_then(name), destination.and_then(name))
}

/// Whether a source port looks like a server's.
///
/// Clients draw from 49152 up (RFC 6335), Linux from 32768 up, Windows before 2008 and the BSDs of
/// old from 1024 to 5000; a port of the last range still is a server's when it writes to a number
/// that only clients have.
const fn serves(port: u16, peer: Option<u16>) -> bool {
    match port {
        0..1024 | 5001..32768 => true,
        1024..=5000 => matches!(peer, Some(32768..)),
        32768.. => false,
    }
}

#[cfg(test)]
mod tests {
    use rutter_event::Transport;

    use super::*;

    fn names(source: u16, destination: u16) -> (Option<&'static str>, Option<&'static str>) {
        let mut packet = Packet {
            transport: Some(Transport::TCP),
            ..Packet::default()
        };
        packet.source.port = Some(source);
        packet.destination.port = Some(destination);
        services(&packet)
    }

    #[test]
    fn clients_have_no_service() {
        assert_eq!(names(54321, 23), (None, Some("telnet")));
        assert_eq!(names(1433, 23), (None, Some("telnet")));
        assert_eq!(names(1433, 50112), (Some("ms-sql-s"), None));
        assert_eq!(names(23, 50112), (Some("telnet"), None));
        assert_eq!(names(40000, 33434).0, None);
    }
}
