/// Which network layer carried the packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Family {
    /// The log does not say.
    #[default]
    Unknown,
    /// IPv4.
    V4,
    /// IPv6.
    V6,
    /// Address resolution, no IP at all.
    Arp,
    /// Some other EtherType.
    Other,
}

impl Family {
    /// ECS `network.type`.
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Unknown | Self::Other => None,
            Self::V4 => Some("ipv4"),
            Self::V6 => Some("ipv6"),
            Self::Arp => Some("arp"),
        }
    }
}

/// An IANA protocol number (0 to 255), the thing above IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Transport(pub u8);

impl Transport {
    /// ICMP for IPv4.
    pub const ICMP: Self = Self(1);
    /// IGMP.
    pub const IGMP: Self = Self(2);
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// DCCP.
    pub const DCCP: Self = Self(33);
    /// GRE.
    pub const GRE: Self = Self(47);
    /// IPsec ESP.
    pub const ESP: Self = Self(50);
    /// IPsec AH.
    pub const AH: Self = Self(51);
    /// ICMP for IPv6.
    pub const ICMPV6: Self = Self(58);
    /// CARP and VRRP.
    pub const VRRP: Self = Self(112);
    /// SCTP.
    pub const SCTP: Self = Self(132);
    /// UDP-Lite.
    pub const UDPLITE: Self = Self(136);

    /// The keyword of ECS `network.transport` (IANA keyword in lower case), where the number has one.
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "hopopt",
            1 => "icmp",
            2 => "igmp",
            3 => "ggp",
            4 => "ipv4",
            6 => "tcp",
            8 => "egp",
            9 => "igp",
            17 => "udp",
            27 => "rdp",
            33 => "dccp",
            41 => "ipv6",
            43 => "ipv6-route",
            44 => "ipv6-frag",
            46 => "rsvp",
            47 => "gre",
            50 => "esp",
            51 => "ah",
            58 => "ipv6-icmp",
            59 => "ipv6-nonxt",
            60 => "ipv6-opts",
            88 => "eigrp",
            89 => "ospf",
            94 => "ipip",
            97 => "etherip",
            103 => "pim",
            108 => "ipcomp",
            112 => "vrrp",
            115 => "l2tp",
            124 => "isis",
            132 => "sctp",
            133 => "fc",
            136 => "udplite",
            137 => "mpls-in-ip",
            _ => return None,
        })
    }

    /// The protocol that a log's word names, in any case: IANA keywords and the spellings that
    /// firewalls use (`ICMPv6`, `icmp6`, `IPv6-ICMP`, `ipencap`, `carp`), or a decimal number.
    #[must_use]
    pub fn from_word(word: &[u8]) -> Option<Self> {
        if word.is_empty() || word.len() > 16 {
            return None;
        }
        if word.iter().all(u8::is_ascii_digit) {
            let number = std::str::from_utf8(word).ok()?.parse::<u8>().ok()?;
            return Some(Self(number));
        }
        let mut lower = [0_u8; 16];
        for (to, from) in lower.iter_mut().zip(word) {
            *to = from.to_ascii_lowercase();
        }
        Some(match lower.get(..word.len())? {
            b"tcp" => Self::TCP,
            b"udp" => Self::UDP,
            b"icmp" => Self::ICMP,
            b"icmpv6" | b"icmp6" | b"ipv6-icmp" | b"ipv6icmp" => Self::ICMPV6,
            b"igmp" => Self::IGMP,
            b"gre" => Self::GRE,
            b"esp" | b"ipv6-crypt" => Self::ESP,
            b"ah" | b"ipv6-auth" => Self::AH,
            b"sctp" => Self::SCTP,
            b"dccp" => Self::DCCP,
            b"udplite" => Self::UDPLITE,
            b"hopopt" | b"hopopts" => Self(0),
            b"ipip" | b"ipencap" | b"ipv4" | b"ip-encap" | b"ip4" => Self(4),
            b"egp" => Self(8),
            b"igp" => Self(9),
            b"ipv6" | b"ip6" => Self(41),
            b"ipv6-route" => Self(43),
            b"ipv6-frag" | b"frag" => Self(44),
            b"rsvp" => Self(46),
            b"ipv6-nonxt" => Self(59),
            b"ipv6-opts" => Self(60),
            b"eigrp" => Self(88),
            b"ospf" | b"ospfigp" => Self(89),
            b"etherip" => Self(97),
            b"pim" => Self(103),
            b"ipcomp" => Self(108),
            b"vrrp" | b"carp" => Self::VRRP,
            b"l2tp" => Self(115),
            _ => return None,
        })
    }

    /// Whether packets of this protocol carry ports.
    #[must_use]
    pub const fn has_ports(self) -> bool {
        matches!(self.0, 6 | 17 | 33 | 132 | 136)
    }

    /// The transports for which ports are assigned, the everyday ones first.
    pub const CARRIERS: [Self; 4] = [Self::TCP, Self::UDP, Self::SCTP, Self::DCCP];

    /// TCP and UDP.
    #[must_use]
    pub const fn is_everyday(self) -> bool {
        matches!(self, Self::TCP | Self::UDP)
    }

    /// Whether it sets up a connection before it carries data, among those that carry ports.
    #[must_use]
    pub const fn is_connection_oriented(self) -> bool {
        matches!(self, Self::TCP | Self::SCTP | Self::DCCP)
    }

    /// ICMP of either family.
    #[must_use]
    pub const fn is_icmp(self) -> bool {
        matches!(self.0, 1 | 58)
    }
}
