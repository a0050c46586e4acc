//! Which addresses are ours.

use std::net::IpAddr;

use rutter_event::{Direction, Network, Scope};

/// Our own networks, as the user names them; without any, private addresses count as ours.
#[derive(Clone, Debug, Default)]
pub struct Home {
    networks: Vec<Network>,
}

impl Home {
    /// Ours are these.
    #[must_use]
    pub const fn new(networks: Vec<Network>) -> Self {
        Self { networks }
    }

    /// Whether the user named any network.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        !self.networks.is_empty()
    }

    /// Whether an address is ours: inside a named network, or private when none is named.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        if self.networks.is_empty() {
            Scope::of(ip).is_local()
        } else {
            self.networks.iter().any(|n| n.contains(ip))
        }
    }

    /// Which way a packet went. Named networks decide; else the log's own word; else private against
    /// public addresses; else nothing does.
    #[must_use]
    pub fn direction(
        &self,
        logged: Direction,
        source: Option<IpAddr>,
        destination: Option<IpAddr>,
    ) -> Direction {
        let from = source.map(|ip| self.contains(ip));
        let to = destination.map(|ip| self.contains(ip) || is_group(ip));
        if self.is_named() {
            match (from, to) {
                (Some(false) | None, Some(true)) => return Direction::Inbound,
                (Some(true), Some(false)) => return Direction::Outbound,
                (Some(true), Some(true)) => return Direction::Internal,
                _ => {}
            }
        }
        match (logged, from, to) {
            (Direction::Unknown, Some(true), Some(true)) => Direction::Internal,
            (Direction::Unknown, Some(true), Some(false)) => Direction::Outbound,
            (Direction::Unknown, Some(false), Some(true)) => Direction::Inbound,
            (Direction::Unknown, Some(false), Some(false)) if self.is_named() => {
                Direction::External
            }
            (logged, ..) => logged,
        }
    }
}

/// Groups are where the sender is: they belong to whoever hears them.
fn is_group(ip: IpAddr) -> bool {
    matches!(Scope::of(ip), Scope::Multicast | Scope::Broadcast)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    fn ask(home: &Home, logged: Direction, source: &str, destination: &str) -> Direction {
        home.direction(
            logged,
            Some(source.parse().unwrap()),
            Some(destination.parse().unwrap()),
        )
    }

    #[test]
    fn named_networks_decide() {
        let home = Home::new(vec!["203.0.113.0/24".parse().unwrap()]);
        assert_eq!(
            ask(&home, Direction::Unknown, "198.51.100.7", "203.0.113.9"),
            Direction::Inbound
        );
        assert_eq!(
            ask(&home, Direction::Inbound, "203.0.113.9", "198.51.100.7"),
            Direction::Outbound
        );
        assert_eq!(
            ask(&home, Direction::Unknown, "203.0.113.9", "203.0.113.10"),
            Direction::Internal
        );
        assert_eq!(
            ask(&home, Direction::Unknown, "198.51.100.7", "192.0.2.1"),
            Direction::External
        );
    }

    #[test]
    fn without_names_the_log_and_the_addresses_decide() {
        let home = Home::default();
        assert_eq!(
            ask(&home, Direction::Unknown, "192.168.1.5", "198.51.100.7"),
            Direction::Outbound
        );
        assert_eq!(
            ask(&home, Direction::Unknown, "198.51.100.7", "192.168.1.5"),
            Direction::Inbound
        );
        assert_eq!(
            ask(&home, Direction::Unknown, "198.51.100.7", "203.0.113.9"),
            Direction::Unknown
        );
        assert_eq!(
            ask(&home, Direction::Inbound, "10.0.0.1", "10.0.0.2"),
            Direction::Inbound
        );
        assert_eq!(
            ask(&home, Direction::Unknown, "10.0.0.1", "224.0.0.251"),
            Direction::Internal
        );
    }
}
