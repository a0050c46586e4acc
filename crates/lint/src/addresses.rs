//! Sets of addresses and interfaces, as rules name them.

use std::net::IpAddr;

/// A network, by its first address and the length of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    v6: bool,
    address: u128,
    prefix: u8,
}

/// What a rule says of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// All but these.
    pub negated: bool,
    /// Networks that stand in the rule or in a set of the ruleset.
    pub networks: Vec<Network>,
    /// Sets, tables and host names whose addresses the ruleset does not show.
    pub names: Vec<String>,
}

/// What a rule says of an interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interfaces {
    /// All but these.
    pub negated: bool,
    /// Names; a `+` or `*` at the end stands for any ending.
    pub names: Vec<String>,
    /// The words that stood in the ruleset, macros unexpanded, for what they tell of the purpose.
    pub words: Vec<String>,
}

impl Network {
    /// `192.0.2.0/24`, `2001:db8::1`, `192.0.2.0/255.255.255.0`, and `10/8`, which iptables and pf
    /// take for `10.0.0.0/8`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let rest = 3_usize.checked_sub(address.matches('.').count());
        let address: IpAddr = match rest {
            Some(rest @ 1..) if prefix.is_some() && !address.contains(':') => {
                format!("{address}{}", ".0".repeat(rest)).parse().ok()?
            }
            _ => address.parse().ok()?,
        };
        let (v6, bits, width) = match address {
            IpAddr::V4(v4) => (false, u128::from(u32::from(v4)), 32u8),
            IpAddr::V6(v6) => (true, u128::from(v6), 128),
        };
        let prefix = match prefix {
            None => width,
            Some(mask) if mask.contains('.') => {
                let IpAddr::V4(mask) = mask.parse().ok()? else {
                    return None;
                };
                let mask = u32::from(mask);
                if mask.leading_ones() + mask.trailing_zeros() != 32 && mask != 0 {
                    return None;
                }
                u8::try_from(mask.leading_ones()).ok()?
            }
            Some(length) => length.parse().ok().filter(|length| *length <= width)?,
        };
        let free = u32::from(width - prefix);
        let address = if free == 128 { 0 } else { bits >> free << free };
        Some(Self {
            v6,
            address,
            prefix,
        })
    }

    /// `192.0.2.0-192.0.2.255`, as the networks that it is made of; one of more stays a name.
    fn range(text: &str) -> Option<Vec<Self>> {
        let (first, last) = text.split_once('-')?;
        let (first, last) = (Self::read(first)?, Self::read(last)?);
        let width: u8 = if first.v6 { 128 } else { 32 };
        if first.v6 != last.v6 || first.prefix != width || last.prefix != width {
            return None;
        }
        let mut networks = Vec::new();
        let mut next = first.address;
        while next <= last.address {
            if networks.len() == MOST_PIECES {
                return None;
            }
            // The largest network that begins here and does not go beyond the last address.
            let aligned = next.trailing_zeros().min(u32::from(width));
            let left = (last.address - next).saturating_add(1);
            let free = aligned.min(left.ilog2());
            networks.push(Self {
                v6: first.v6,
                address: next,
                prefix: width - u8::try_from(free).ok()?,
            });
            let Some(after) = 1u128
                .checked_shl(free)
                .and_then(|size| next.checked_add(size))
            else {
                break;
            };
            next = after;
        }
        (!networks.is_empty()).then_some(networks)
    }

    /// Whether it is of IPv6.
    #[must_use]
    pub const fn is_v6(&self) -> bool {
        self.v6
    }

    /// Whether the other lies inside.
    #[must_use]
    pub const fn covers(&self, other: &Self) -> bool {
        let width: u8 = if self.v6 { 128 } else { 32 };
        let free = (width - self.prefix) as u32;
        self.v6 == other.v6
            && self.prefix <= other.prefix
            && (free == 128 || self.address >> free == other.address >> free)
    }

    /// Whether it is all there is.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        self.prefix == 0
    }
}

/// Networks that a range of addresses may be made of.
const MOST_PIECES: usize = 8;

/// Where nobody from far away can send to: multicast, broadcast, link-local, loopback.
const NEAR: [&str; 8] = [
    "224.0.0.0/4",
    "255.255.255.255",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "ff00::/8",
    "fe80::/10",
    "::1",
    "0.0.0.0",
];
/// What leaves no machine.
const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1"];
/// Addresses of networks of one's own (RFC 1918, RFC 6598, RFC 4193).
const PRIVATE: [&str; 5] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
];
/// Groups and broadcast: the chatter of a LAN.
const GROUPS: [&str; 3] = ["224.0.0.0/4", "255.255.255.255", "ff00::/8"];

impl Addresses {
    /// One network alone.
    pub(crate) fn of(network: Network) -> Self {
        Self {
            networks: vec![network],
            ..Self::default()
        }
    }

    /// Words to a set; what is no address is a name. A set with everything in it is no condition.
    pub(crate) fn read<'a>(
        negated: bool,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Option<Self> {
        let mut set = Self {
            negated,
            ..Self::default()
        };
        for word in words {
            match Network::read(word) {
                Some(network) => set.networks.push(network),
                None => match Network::range(word) {
                    Some(networks) => set.networks.extend(networks),
                    None => set.names.push(word.to_owned()),
                },
            }
        }
        let everything = !negated && set.networks.iter().any(Network::is_everything);
        (!everything).then_some(set)
    }

    /// Whether all that the other may name is surely in this.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self.negated, other.negated) {
            (false, false) => self.holds(other),
            // All but few are no few.
            (false, true) => false,
            // All but these hold what has nothing in common with these.
            (true, false) => {
                let apart =
                    |one: &Network, other: &Network| !(one.covers(other) || other.covers(one));
                self.names.is_empty()
                    && other.names.is_empty()
                    && self
                        .networks
                        .iter()
                        .all(|not| other.networks.iter().all(|one| apart(not, one)))
            }
            (true, true) => other.holds(self),
        }
    }

    fn holds(&self, other: &Self) -> bool {
        other.names.iter().all(|name| self.names.contains(name))
            && other
                .networks
                .iter()
                .all(|inner| self.networks.iter().any(|outer| outer.covers(inner)))
    }

    /// Whether nothing of it can be reached from far away.
    #[must_use]
    pub fn is_near(&self) -> bool {
        self.lies_in(&NEAR)
    }

    /// Whether strangers can send to all of it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        let own = |network: &Network| {
            let mut areas = PRIVATE
                .iter()
                .chain(&NEAR)
                .filter_map(|area| Network::read(area));
            areas.any(|area| area.covers(network))
        };
        !self.negated && self.names.is_empty() && !self.networks.iter().any(own)
    }

    /// Whether it is broadcast and multicast alone.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.lies_in(&GROUPS)
    }

    /// Whether it is this machine's own loopback alone.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.lies_in(&LOOPBACK)
    }

    fn lies_in(&self, areas: &[&str]) -> bool {
        !self.negated
            && self.names.is_empty()
            && !self.networks.is_empty()
            && self.networks.iter().all(|network| {
                areas
                    .iter()
                    .filter_map(|area| Network::read(area))
                    .any(|area| area.covers(network))
            })
    }
}

impl Interfaces {
    pub(crate) fn of(negated: bool, names: Vec<String>) -> Self {
        Self {
            negated,
            words: names.clone(),
            names,
        }
    }

    /// Whether all that the other may name is surely in this.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self.negated, other.negated) {
            (false, false) => other.names.iter().all(|name| {
                self.names
                    .iter()
                    .any(|pattern| match pattern.strip_suffix(['+', '*']) {
                        Some(start) => name.starts_with(start),
                        None => pattern == name,
                    })
            }),
            // Of others a name may be a group that the one belongs to.
            (true, false) if self.names.iter().all(|name| is_loopback(name)) => {
                let other_kind = |name: &String| {
                    !is_loopback(name) && name.bytes().all(|b| b.is_ascii_alphanumeric())
                };
                !other.names.is_empty() && other.names.iter().all(other_kind)
            }
            _ => self == other,
        }
    }

    /// Whether it is the loopback interface alone.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        !self.negated && !self.names.is_empty() && self.names.iter().all(|name| is_loopback(name))
    }

    /// Whether its name says that strangers are behind it, or it is every interface but loopback.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        let all_but_loopback = self.negated
            && !self.names.is_empty()
            && self.names.iter().all(|name| is_loopback(name));
        all_but_loopback
            || !self.negated
                && self.words.iter().any(|word| {
                    let word = word.trim_start_matches('$').to_ascii_lowercase();
                    [
                        "wan", "ext_", "internet", "ppp", "untrust", "egress", "outside",
                    ]
                    .iter()
                    .any(|start| word.starts_with(start))
                        || matches!(word.as_str(), "ext" | "red0" | "external" | "inet")
                        || word.ends_with("_ext")
                        || word.ends_with("_wan")
                })
    }
}

fn is_loopback(name: &str) -> bool {
    matches!(name, "lo" | "lo0")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_what_lies_in_them() {
        let net = |text| Network::read(text).unwrap();
        assert!(net("192.0.2.0/24").covers(&net("192.0.2.7")));
        assert!(!net("192.0.2.0/24").covers(&net("192.0.3.7")));
        assert!(net("192.0.2.9/255.255.255.0").covers(&net("192.0.2.7")));
        assert!(
            net("0.0.0.0/0").covers(&net("192.0.2.7")) && !net("::/0").covers(&net("192.0.2.7"))
        );
        assert!(net("::/0").is_everything() && net("0/0").is_everything());
        assert_eq!(net("10/8"), net("10.0.0.0/8"));
        assert_eq!(net("192.168/16"), net("192.168.0.0/16"));
        for wrong in [
            "192.0.2.0/33",
            "2001:db8::/129",
            "192.0.2.0/255.0.255.0",
            "@set",
            "10",
            "/8",
            "",
        ] {
            assert_eq!(Network::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ranges_are_the_networks_that_they_are_made_of() {
        let read = |word| Addresses::read(false, [word]).unwrap();
        let three = Addresses::read(false, ["192.0.2.10/31", "192.0.2.12/30", "192.0.2.16"]);
        assert_eq!(read("192.0.2.10-192.0.2.16"), three.unwrap());
        assert_eq!(read("192.0.2.0-192.0.2.255"), read("192.0.2.0/24"));
        assert_eq!(Addresses::read(false, ["0.0.0.0-255.255.255.255"]), None);
        // Too many pieces, two families, the end before the beginning: a name.
        for odd in [
            "1.0.0.1-254.255.255.254",
            "192.0.2.1-2001:db8::1",
            "192.0.2.9-192.0.2.1",
        ] {
            assert_eq!(read(odd).names, [odd]);
        }
    }

    #[test]
    fn what_is_near_cannot_be_reached_from_afar() {
        let set = |word| Addresses::read(false, [word]).unwrap();
        assert!(
            set("224.0.0.251").is_near()
                && set("ff02::fb").is_group()
                && set("fe80::/64").is_near()
        );
        assert!(!set("192.0.2.1").is_near() && !set("@hosts").is_near());
        assert_eq!(Addresses::read(false, ["0.0.0.0/0"]), None);
    }
}
