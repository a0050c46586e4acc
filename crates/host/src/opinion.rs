//! What to think of a listening socket.

use rutter_event::Transport;
use rutter_knowledge::model::{Condition, Field};
use rutter_knowledge::{Entry, Exposure, Knowledge, Ports};

use crate::ephemeral::Ephemeral;
use crate::socket::{Reach, Socket};

/// Why a listening socket deserves a look; the gravest reason.
#[derive(Clone, Copy, Debug)]
pub enum Opinion<'k> {
    /// Its port is a trojan's or a back door's own, no service is registered there, and the system
    /// does not take it by itself. A port proves nothing: look which process it is.
    Trojan(&'k Entry),
    /// It can be reached from beyond one's own networks, and should not be.
    Exposed(&'static Exposure),
}

/// What to think of a socket; nothing when it is unremarkable.
#[must_use]
pub fn opinion<'k>(
    socket: &Socket,
    ephemeral: Option<&Ephemeral>,
    knowledge: &'k Knowledge,
) -> Option<Opinion<'k>> {
    if !socket.is_listening() {
        return None;
    }
    let (transport, port) = (socket.transport, socket.local.port());
    let chosen = ephemeral.is_none_or(|range| !range.contains(port));
    let registered = Ports::embedded().name(Some(transport), port).is_some();
    if chosen && !registered {
        let own = |entry: &&Entry| is_hidden(entry) && rests_on(entry, transport, port);
        if let Some(entry) = knowledge.entries.iter().find(own) {
            return Some(Opinion::Trojan(entry));
        }
    }
    matches!(socket.reach(), Reach::All | Reach::Public)
        .then(|| Knowledge::exposure(transport, port))
        .flatten()
        .map(Opinion::Exposed)
}

/// Whether an entry tells of something that hides on the machine where it listens.
fn is_hidden(entry: &Entry) -> bool {
    matches!(entry.kind(), "trojan" | "backdoor")
}

/// Whether an entry names the port itself, not a range in which it lies.
fn rests_on(entry: &Entry, transport: Transport, port: u16) -> bool {
    entry.whens.iter().any(|when| {
        let mut named = false;
        let mut fits = true;
        for condition in &when.conditions {
            match condition {
                Condition::Transport(list) => fits &= list.contains(&transport.0),
                Condition::Number {
                    field: Field::DestinationPort,
                    ranges,
                } => {
                    named = ranges
                        .iter()
                        .any(|r| r.low == r.high && r.contains(u32::from(port)));
                }
                // What else it needs speaks of packets, not of a socket.
                _ => {}
            }
        }
        named && fits
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;
    use crate::socket::State;

    const RANGE: Ephemeral = Ephemeral {
        first: 32_768,
        last: 60_999,
        reserved: String::new(),
    };

    fn think(transport: Transport, local: &str, state: State) -> String {
        let socket = Socket {
            transport,
            local: local.parse().unwrap(),
            remote: None,
            state,
            takes_v4: None,
            processes: Vec::new(),
            user: None,
        };
        match opinion(&socket, Some(&RANGE), Knowledge::embedded()) {
            Some(Opinion::Trojan(entry)) => entry.id.clone(),
            Some(Opinion::Exposed(exposure)) => format!("{:?}", exposure.danger),
            None => "nothing".to_owned(),
        }
    }

    #[test]
    fn odd_listeners_are_told_from_ordinary_ones() {
        let listening = State::Listening;
        for (transport, local, thought) in [
            (Transport::TCP, "0.0.0.0:27374", "trojan.subseven"),
            (Transport::TCP, "127.0.0.1:27374", "trojan.subseven"),
            (Transport::TCP, "[::]:6379", "Database"),
            (Transport::TCP, "127.0.0.1:6379", "nothing"),
            (Transport::TCP, "10.0.0.5:6379", "nothing"),
            (Transport::UDP, "203.0.113.9:161", "Amplifier"),
            (Transport::TCP, "0.0.0.0:22", "nothing"),
            (Transport::TCP, "0.0.0.0:443", "nothing"),
            (Transport::TCP, "0.0.0.0:54321", "nothing"),
        ] {
            assert_eq!(think(transport, local, listening), thought, "{local}");
        }
        assert_eq!(
            think(Transport::TCP, "203.0.113.9:27374", State::Connected),
            "nothing"
        );
    }
}
