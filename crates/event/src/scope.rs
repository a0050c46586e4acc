use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// What sort of address it is (RFC 6890 and its kin). Documentation prefixes count as public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Scope {
    /// Ordinary unicast.
    Public,
    /// RFC 1918, RFC 4193.
    Private,
    /// RFC 6598, between a provider and its customers.
    Shared,
    /// 169.254/16, fe80::/10.
    LinkLocal,
    /// 127/8, ::1.
    Loopback,
    /// 224/4, ff00::/8.
    Multicast,
    /// 255.255.255.255.
    Broadcast,
    /// 0.0.0.0, ::.
    Unspecified,
    /// 0/8 other than 0.0.0.0, 240/4, 192.0.0/24, 198.18/15: never a host on the net.
    Reserved,
}

impl Scope {
    /// Classifies an address; IPv4-mapped IPv6 addresses count as IPv4.
    #[must_use]
    pub fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::of_v4(ip),
            IpAddr::V6(ip) => Self::of_v6(ip),
        }
    }

    const fn of_v4(ip: Ipv4Addr) -> Self {
        match ip.octets() {
            [0, 0, 0, 0] => Self::Unspecified,
            [255, 255, 255, 255] => Self::Broadcast,
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Self::Private,
            [100, 64..=127, ..] => Self::Shared,
            [169, 254, ..] => Self::LinkLocal,
            [127, ..] => Self::Loopback,
            [224..=239, ..] => Self::Multicast,
            [0 | 240..=255, ..] | [192, 0, 0, _] | [198, 18..=19, ..] => Self::Reserved,
            _ => Self::Public,
        }
    }

    const fn of_v6(ip: Ipv6Addr) -> Self {
        let head = ip.segments()[0];
        if ip.is_unspecified() {
            Self::Unspecified
        } else if ip.is_loopback() {
            Self::Loopback
        } else if head & 0xff00 == 0xff00 {
            Self::Multicast
        } else if head & 0xffc0 == 0xfe80 {
            Self::LinkLocal
        } else if head & 0xfe00 == 0xfc00 {
            Self::Private
        } else {
            Self::Public
        }
    }

    /// The word used in knowledge files and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Shared => "shared",
            Self::LinkLocal => "link-local",
            Self::Loopback => "loopback",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::Unspecified => "unspecified",
            Self::Reserved => "reserved",
        }
    }

    /// Whether a host of one's own network may have such an address.
    #[must_use]
    pub const fn is_local(self) -> bool {
        matches!(
            self,
            Self::Private | Self::Shared | Self::LinkLocal | Self::Loopback
        )
    }
}

/// Whether two addresses plausibly share a segment: the same /24, or the same /64, or both
/// link-local.
#[must_use]
pub fn same_subnet(a: IpAddr, b: IpAddr) -> bool {
    match (a.to_canonical(), b.to_canonical()) {
        (IpAddr::V4(a), IpAddr::V4(b)) => a.to_bits() >> 8 == b.to_bits() >> 8,
        (IpAddr::V6(a), IpAddr::V6(b)) => a.to_bits() >> 64 == b.to_bits() >> 64,
        _ => false,
    }
}

/// A CIDR prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    address: IpAddr,
    length: u8,
}

impl Network {
    /// Whether the address lies inside; families do not mix, except IPv4-mapped ones.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                let mask = u32::MAX
                    .checked_shl(32 - u32::from(self.length))
                    .unwrap_or(0);
                net.to_bits() & mask == ip.to_bits() & mask
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.length))
                    .unwrap_or(0);
                net.to_bits() & mask == ip.to_bits() & mask
            }
            _ => false,
        }
    }
}

impl Network {
    /// First and last address as 128-bit numbers, IPv4 mapped into IPv6 (`::ffff:0:0/96`).
    #[must_use]
    pub fn bounds(&self) -> (u128, u128) {
        let (first, free) = match self.address {
            IpAddr::V4(ip) => (ip.to_ipv6_mapped().to_bits(), 32 - u32::from(self.length)),
            IpAddr::V6(ip) => (ip.to_bits(), 128 - u32::from(self.length)),
        };
        let host = 1_u128.checked_shl(free).map_or(u128::MAX, |n| n - 1);
        (first & !host, first | host)
    }
}

/// A text that is not a CIDR prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseNetworkError;

impl fmt::Display for ParseNetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not a network: write an address or a prefix, such as 203.0.113.0/24 or 2001:db8::/32",
        )
    }
}

impl std::error::Error for ParseNetworkError {}

impl FromStr for Network {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<Self, ParseNetworkError> {
        let (address, length) = text
            .split_once('/')
            .map_or((text, None), |(a, l)| (a, Some(l)));
        let address: IpAddr = address.trim().parse().map_err(|_| ParseNetworkError)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            None => most,
            Some(l) => l
                .trim()
                .parse()
                .ok()
                .filter(|l| *l <= most)
                .ok_or(ParseNetworkError)?,
        };
        Ok(Self { address, length })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn scopes() {
        for (text, scope) in [
            ("203.0.113.9", Scope::Public),
            ("172.31.0.1", Scope::Private),
            ("172.32.0.1", Scope::Public),
            ("100.64.0.1", Scope::Shared),
            ("::ffff:10.0.0.1", Scope::Private),
            ("fe80::1", Scope::LinkLocal),
            ("ff02::1", Scope::Multicast),
            ("fd00::1", Scope::Private),
            ("2001:db8::1", Scope::Public),
            ("240.0.0.1", Scope::Reserved),
        ] {
            assert_eq!(Scope::of(text.parse().unwrap()), scope, "{text}");
        }
    }

    #[test]
    fn networks() {
        let net: Network = "203.0.113.0/24".parse().unwrap();
        assert!(net.contains("203.0.113.255".parse().unwrap()));
        assert!(!net.contains("203.0.114.0".parse().unwrap()));
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("8.8.8.8".parse().unwrap()));
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("10.0.0/8".parse::<Network>().is_err());
    }
}
