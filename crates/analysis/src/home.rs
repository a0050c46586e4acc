//! Which addresses are ours.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rutter_event::{Direction, Network, Scope};

use crate::profile::Profile;

/// Our own networks, as the user names them; without any, private addresses count as ours.
#[derive(Clone, Debug, Default)]
pub struct Home {
    networks: Vec<Network>,
    is_inferred: bool,
}

/// Fewer packets show nobody's home.
const PACKETS: u64 = 50;
/// Of a hundred packets so many have it at one end.
const NEARLY_ALL: u64 = 99;
/// Networks (IPv4 /16, IPv6 /32) of the other ends: many clients of one organisation that use one
/// service of the net are in few.
const STRANGERS: usize = 8;

impl Home {
    /// Ours are these.
    #[must_use]
    pub const fn new(networks: Vec<Network>) -> Self {
        Self {
            networks,
            is_inferred: false,
        }
    }

    /// Our own network, as a complete sum shows it beyond doubt, where neither the user nor the log
    /// says which way most packets went: one address, or the network around it, is at one end of
    /// nearly every packet, and strangers from everywhere are at the other.
    #[must_use]
    pub fn inferred(profile: &Profile) -> Option<Self> {
        let undirected: u64 = profile
            .sources
            .iter()
            .flat_map(|source| source.groups())
            .filter(|group| group.signature.direction() == Direction::Unknown)
            .map(|group| group.events)
            .sum();
        if profile.events < PACKETS || undirected.saturating_mul(2) <= profile.events {
            return None;
        }
        let aimed = profile.targets.iter();
        let busiest = aimed.max_by_key(|(host, tally)| (tally.events, **host))?;
        let ip: IpAddr = (*busiest.0).into();
        let (alone, around) = match ip {
            IpAddr::V4(v4) => {
                let first = Ipv4Addr::from_bits(v4.to_bits() & !0xff);
                (format!("{ip}/32"), format!("{first}/24"))
            }
            IpAddr::V6(v6) => {
                let first = Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64);
                (format!("{ip}/128"), format!("{first}/64"))
            }
        };
        [alone, around].into_iter().find_map(|network| {
            let network: Network = network.parse().ok()?;
            is_home(profile, &network).then(|| Self {
                networks: vec![network],
                is_inferred: true,
            })
        })
    }

    /// Whether nobody named the networks, and the log shows them.
    #[must_use]
    pub const fn is_inferred(&self) -> bool {
        self.is_inferred
    }

    /// Our own networks.
    #[must_use]
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// Whether the user named any network.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        !self.networks.is_empty()
    }

    /// How many public IPv4 addresses the named networks have together.
    #[must_use]
    pub fn public_addresses(&self) -> u64 {
        let public = self
            .networks
            .iter()
            .map(Network::bounds)
            .filter(|(first, _)| {
                let first = Ipv6Addr::from_bits(*first);
                let four = first.to_ipv4_mapped();
                four.is_some_and(|ip| !Scope::of(ip.into()).is_local())
            });
        let mut public: Vec<(u128, u128)> = public.collect();
        public.sort_unstable();
        let mut next = 0;
        let mut sum = 0;
        for (first, last) in public {
            // What lies in two networks is counted with the first.
            let first = first.max(next);
            sum += (last + 1).saturating_sub(first);
            next = next.max(last + 1);
        }
        u64::try_from(sum).unwrap_or(u64::MAX)
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
        // Most logs say it, and nobody's networks overrule them.
        if !self.is_named() && logged != Direction::Unknown {
            return logged;
        }
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

/// Whether a network is at one end of nearly every packet, and strangers at the other.
fn is_home(profile: &Profile, network: &Network) -> bool {
    let mut ends = 0_u64;
    for (host, tally) in profile.targets.iter() {
        if network.contains((*host).into()) {
            ends += tally.events;
        }
    }
    let mut strangers = BTreeSet::new();
    for source in profile.sources.iter() {
        let ip = source.ip();
        if network.contains(ip) {
            ends += source.events();
        } else if strangers.len() < STRANGERS {
            strangers.insert(match ip.to_canonical() {
                IpAddr::V4(v4) => u128::from(v4.to_bits() >> 16),
                IpAddr::V6(v6) => v6.to_bits() >> 96 | 1 << 64,
            });
        }
    }
    let known = profile.targets.thinning() == 1 && profile.sources.thinning() == 1;
    known
        && strangers.len() >= STRANGERS
        && ends.saturating_mul(100) >= profile.events.saturating_mul(NEARLY_ALL)
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

    /// What packets from one address to another, on some ports, sum up to.
    fn summed(packets: impl Iterator<Item = (IpAddr, IpAddr)>) -> Profile {
        let mut profile = Profile::empty();
        for (from, to) in packets {
            let mut event = rutter_event::Event::default();
            event.packet.source.ip = Some(from);
            event.packet.destination.ip = Some(to);
            profile.observe(&event, rutter_knowledge::Knowledge::embedded());
        }
        profile.seal();
        profile
    }

    fn inferred(profile: &Profile) -> Option<String> {
        Home::inferred(profile).map(|home| home.networks()[0].to_string())
    }

    #[test]
    fn what_nearly_every_packet_has_at_one_end_is_home() {
        let stranger = |i: u32| IpAddr::from(Ipv4Addr::from_bits(0x1400_0007 + i * 0x0101_0000));
        let ours: IpAddr = "203.0.113.9".parse().unwrap();
        let other: IpAddr = "203.0.113.77".parse().unwrap();
        let far: IpAddr = "198.51.100.3".parse().unwrap();
        let alone = summed((0..60).map(|i| (stranger(i), ours)));
        assert_eq!(inferred(&alone).as_deref(), Some("203.0.113.9/32"));
        let two = summed((0..90).map(|i| (stranger(i), if i % 3 == 0 { other } else { ours })));
        assert_eq!(inferred(&two).as_deref(), Some("203.0.113.0/24"));
        // Too few; elsewhere as well; a single peer; clients of one network and their server.
        let few = summed((0..40).map(|i| (stranger(i), ours)));
        let elsewhere = summed((0..60).map(|i| (stranger(i), if i % 9 == 0 { far } else { ours })));
        let pair = summed((0..60).map(|_| (far, ours)));
        let clients = summed((0..60).map(|i| (stranger(i % 3), ours)));
        for profile in [few, elsewhere, pair, clients] {
            assert_eq!(inferred(&profile), None);
        }
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
