//! From which ports this system's own connections go out.

use std::fs;

/// The ephemeral range, and how the system takes ports from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ephemeral {
    /// First port.
    pub first: u16,
    /// Last port.
    pub last: u16,
    /// Ports inside that are never taken by themselves, as the administrator wrote them.
    pub reserved: String,
}

/// Where Linux tells it; both IP versions go by it.
const RANGE: &str = "/proc/sys/net/ipv4/ip_local_port_range";
const RESERVED: &str = "/proc/sys/net/ipv4/ip_local_reserved_ports";

impl Ephemeral {
    /// What the system says; nothing where it does not.
    #[must_use]
    pub fn of_this_system() -> Option<Self> {
        let (first, last) = range(&fs::read_to_string(RANGE).ok()?)?;
        let reserved = fs::read_to_string(RESERVED).unwrap_or_default();
        Some(Self {
            first,
            last,
            reserved: reserved.trim().to_owned(),
        })
    }

    /// Whether a port may have been taken by the system itself.
    #[must_use]
    pub const fn contains(&self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }
}

fn range(text: &str) -> Option<(u16, u16)> {
    let mut numbers = text.split_whitespace().map(str::parse);
    match (numbers.next()?, numbers.next()?) {
        (Ok(first), Ok(last)) if first <= last => Some((first, last)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_two_numbers() {
        assert_eq!(range("32768\t60999\n"), Some((32_768, 60_999)));
        for wrong in ["", "1024", "60999 32768", "a b", "1 70000"] {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }
}
