//! Values at the very end of a line: of a cut line they are only beginnings.

use std::net::IpAddr;

/// Whether more digits behind an address could make another address.
pub(crate) const fn address_may_go_on(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => matches!(ip.octets()[3], 1..=25),
        IpAddr::V6(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_address_is_known_by_its_last_number() {
        let may_go_on = |text: &str| text.parse().is_ok_and(address_may_go_on);
        assert!(may_go_on("192.0.2.1") && may_go_on("192.0.2.25") && may_go_on("2001:db8::1"));
        assert!(!may_go_on("192.0.2.0") && !may_go_on("192.0.2.26") && !may_go_on("192.0.2.200"));
    }
}
