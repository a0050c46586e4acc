//! Sets of ports, and names that rulesets use for ports and protocols.

/// A set of ports: ranges, sorted, none touching another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    ranges: Vec<(u16, u16)>,
}

/// Names of `/etc/services` that rulesets use in place of numbers. Others are not analysed.
const NAMES: [(&str, u16); 56] = [
    ("echo", 7),
    ("discard", 9),
    ("daytime", 13),
    ("qotd", 17),
    ("chargen", 19),
    ("ftp-data", 20),
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("smtp", 25),
    ("mail", 25),
    ("time", 37),
    ("domain", 53),
    ("bootps", 67),
    ("bootpc", 68),
    ("tftp", 69),
    ("gopher", 70),
    ("finger", 79),
    ("http", 80),
    ("www", 80),
    ("kerberos", 88),
    ("pop3", 110),
    ("sunrpc", 111),
    ("portmapper", 111),
    ("auth", 113),
    ("ident", 113),
    ("nntp", 119),
    ("ntp", 123),
    ("epmap", 135),
    ("msrpc", 135),
    ("netbios-ns", 137),
    ("netbios-dgm", 138),
    ("netbios-ssn", 139),
    ("imap", 143),
    ("imap2", 143),
    ("snmp", 161),
    ("snmptrap", 162),
    ("bgp", 179),
    ("ldap", 389),
    ("https", 443),
    ("microsoft-ds", 445),
    ("isakmp", 500),
    ("syslog", 514),
    ("submission", 587),
    ("ipp", 631),
    ("ldaps", 636),
    ("rsync", 873),
    ("imaps", 993),
    ("pop3s", 995),
    ("ms-sql-s", 1433),
    ("mysql", 3306),
    ("ms-wbt-server", 3389),
    ("rdp", 3389),
    ("postgresql", 5432),
    ("mdns", 5353),
    ("ssdp", 1900),
];

/// A port by number or name.
pub(crate) fn port(word: &str) -> Option<u16> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return word.parse().ok();
    }
    let word = word.to_ascii_lowercase();
    NAMES
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, port)| *port)
}

/// A protocol of IP by number or name.
pub(crate) fn protocol(word: &str) -> Option<u8> {
    let word = word.to_ascii_lowercase();
    Some(match word.as_str() {
        "icmp" | "icmpv4" => 1,
        "igmp" => 2,
        "ipip" | "ipencap" => 4,
        "tcp" => 6,
        "udp" => 17,
        "ipv6" => 41,
        "gre" => 47,
        "esp" => 50,
        "ah" => 51,
        "ipv6-icmp" | "icmpv6" | "icmp6" => 58,
        "ospf" => 89,
        "pim" => 103,
        "carp" | "vrrp" => 112,
        "sctp" => 132,
        "udplite" => 136,
        other => return other.parse().ok(),
    })
}

impl Ports {
    /// All ports from one to another.
    #[must_use]
    pub fn range(low: u16, high: u16) -> Self {
        Self::of(vec![(low, high)])
    }

    /// Whatever lies in at least one of the ranges; a range that ends before it begins holds nothing.
    #[must_use]
    pub fn of(mut ranges: Vec<(u16, u16)>) -> Self {
        ranges.retain(|(low, high)| low <= high);
        ranges.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match merged.last_mut() {
                Some(last) if u32::from(low) <= u32::from(last.1) + 1 => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self { ranges: merged }
    }

    /// Words like `22`, `ssh`, `1024-65535`, `6000:6007`, `:1023`. `None` when one is unknown.
    pub(crate) fn read<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut ranges = Vec::new();
        for word in words {
            let word = word.trim();
            let split = word.split_once(':').or_else(|| {
                // Names have dashes too.
                word.starts_with(|c: char| c.is_ascii_digit())
                    .then(|| word.split_once('-'))
                    .flatten()
            });
            ranges.push(match split {
                Some((low, high)) => (
                    if low.is_empty() { 0 } else { port(low)? },
                    if high.is_empty() {
                        u16::MAX
                    } else {
                        port(high)?
                    },
                ),
                None => {
                    let one = port(word)?;
                    (one, one)
                }
            });
        }
        (!ranges.is_empty()).then(|| Self::of(ranges))
    }

    /// Everything but these.
    #[must_use]
    pub fn others(&self) -> Self {
        let mut ranges = Vec::new();
        let mut next = 0u32;
        for (low, high) in &self.ranges {
            if u32::from(*low) > next {
                ranges.push((u16::try_from(next).unwrap_or(u16::MAX), low - 1));
            }
            next = u32::from(*high) + 1;
        }
        if let Ok(next) = u16::try_from(next) {
            ranges.push((next, u16::MAX));
        }
        Self { ranges }
    }

    /// The ranges, ascending.
    #[must_use]
    pub fn ranges(&self) -> &[(u16, u16)] {
        &self.ranges
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.ranges
            .iter()
            .map(|(low, high)| u32::from(high - low) + 1)
            .sum()
    }

    /// Whether a port is among them.
    #[must_use]
    pub fn contains(&self, port: u16) -> bool {
        self.ranges
            .iter()
            .any(|(low, high)| (*low..=*high).contains(&port))
    }

    /// Whether all of the other's are among them.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.ranges.iter().all(|(low, high)| {
            let at = self.ranges.partition_point(|(first, _)| first <= low);
            at.checked_sub(1)
                .and_then(|at| self.ranges.get(at))
                .is_some_and(|(_, last)| last >= high)
        })
    }

    /// Those in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let (mut mine, mut theirs) = (
            self.ranges.iter().peekable(),
            other.ranges.iter().peekable(),
        );
        let mut ranges = Vec::new();
        while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
            let (low, high) = (a.0.max(b.0), a.1.min(b.1));
            if low <= high {
                ranges.push((low, high));
            }
            if a.1 < b.1 {
                mine.next();
            } else {
                theirs.next();
            }
        }
        Self { ranges }
    }

    /// As a person writes them: `22, 80-90`.
    #[must_use]
    pub fn text(&self) -> String {
        let one = |(low, high): &(u16, u16)| {
            if low == high {
                low.to_string()
            } else {
                format!("{low}-{high}")
            }
        };
        let mut text: Vec<String> = self.ranges.iter().take(SHOWN).map(one).collect();
        if self.ranges.len() > SHOWN {
            text.push("…".to_owned());
        }
        text.join(", ")
    }
}

/// Ranges of ports that a message shows.
const SHOWN: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_what_they_are_made_of() {
        let ports = Ports::of(vec![(80, 90), (22, 22), (91, 95), (9, 3)]);
        assert_eq!(ports.ranges(), [(22, 22), (80, 95)]);
        assert_eq!(ports.count(), 17);
        assert!(ports.covers(&Ports::range(85, 95)) && !ports.covers(&Ports::range(85, 96)));
        assert_eq!(ports.others().others(), ports);
        assert_eq!(ports.others().and(&ports), Ports::default());
        assert_eq!(Ports::range(0, u16::MAX).others(), Ports::default());
        assert_eq!(
            Ports::read(["ssh", "1024-", ":7"])
                .map(|p| p.text())
                .as_deref(),
            Some("0-7, 22, 1024-65535")
        );
        assert_eq!(Ports::read(["nothing-known"]), None);
    }
}
