//! An address as a key: sixteen bytes whatever the family, and cheap to hash.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::sampled::SEED;

/// An address as two words, IPv4 mapped into IPv6 (`::ffff:0:0/96`), so that both families have one
/// form, and an address that a log writes either way is one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Host(u64, u64);

const MAPPED: u64 = 0xffff << 32;

impl From<IpAddr> for Host {
    #[inline]
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(ip) => Self(0, MAPPED | u64::from(ip.to_bits())),
            IpAddr::V6(ip) => {
                let bits = ip.to_bits();
                Self((bits >> 64) as u64, bits as u64)
            }
        }
    }
}

impl From<Host> for IpAddr {
    fn from(host: Host) -> Self {
        if host.0 == 0 && host.1 >> 32 == 0xffff {
            Self::V4(Ipv4Addr::from_bits(host.1 as u32))
        } else {
            Self::V6(Ipv6Addr::from_bits(host.bits()))
        }
    }
}

impl Host {
    /// No address: what stands where a log has none.
    pub(super) const NONE: Self = Self(0, 0);

    /// As one number, IPv4 mapped into IPv6.
    #[must_use]
    pub(super) const fn bits(self) -> u128 {
        (self.0 as u128) << 64 | self.1 as u128
    }

    /// Its place among all hosts when there are too many: those of the most leading zeros stay.
    /// The same in every profile, since sums of different runs must merge.
    #[inline]
    pub(super) const fn draw(self) -> u64 {
        mixed(self.fold(SEED, 0x9e37_79b9_7f4a_7c15))
    }

    /// Its mark in sets of targets: 1 to `u32::MAX - 1`.
    #[inline]
    pub(super) const fn mark(self) -> u32 {
        let mark = (mixed(self.fold(0x2545_f491_4f6c_dd1d, SEED)) >> 32) as u32;
        match mark {
            0 => 1,
            u32::MAX => u32::MAX - 1,
            mark => mark,
        }
    }

    /// A hash under two secret words, for its place in a table: nobody who does not know them can
    /// choose hosts that crowd one place.
    #[inline]
    pub(super) const fn fold(self, a: u64, b: u64) -> u64 {
        let product = (self.1 ^ a) as u128 * (self.0 ^ b) as u128;
        product as u64 ^ (product >> 64) as u64
    }
}

/// Spreads every bit over all others (the finaliser of SplitMix64).
#[inline]
pub(super) const fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for text in [
            "203.0.113.9",
            "0.0.0.0",
            "::",
            "::1",
            "2001:db8::7",
            "ff02::fb",
        ] {
            let ip: IpAddr = text.parse().unwrap();
            assert_eq!(IpAddr::from(Host::from(ip)), ip);
        }
        let mapped: IpAddr = "::ffff:203.0.113.9".parse().unwrap();
        assert_eq!(
            Host::from(mapped),
            Host::from("203.0.113.9".parse::<IpAddr>().unwrap())
        );
    }

    #[test]
    fn neighbours_are_drawn_evenly() {
        // A sixteenth of 65,536 neighbours, within five standard deviations.
        let drawn = (0..65_536_u32)
            .filter(|i| Host::from(IpAddr::from(i.to_be_bytes())).draw() >> 60 == 0)
            .count();
        assert!((3_786..4_406).contains(&drawn), "{drawn}");
    }
}
