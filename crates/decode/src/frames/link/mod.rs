//! What a frame begins with: one file per link type, or per family of them.

mod cooked;
mod ethernet;
mod loopback;
mod nflog;
mod pflog;
mod ppp;

use rutter_event::Event;

use super::frame::{Fault, Frame, Scratch};

/// A LINKTYPE value of the registry that pcap and pcapng share
/// (<https://www.tcpdump.org/linktypes.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkType(pub u16);

impl LinkType {
    /// BSD loopback, address family in the order of the capturing machine.
    pub const NULL: Self = Self(0);
    /// Ethernet.
    pub const ETHERNET: Self = Self(1);
    /// PPP, in frames like HDLC's or without them.
    pub const PPP: Self = Self(9);
    /// Raw IP, as most systems number it inside (DLT_RAW).
    pub const DLT_RAW: Self = Self(12);
    /// Raw IP, as OpenBSD numbers it inside (DLT_RAW).
    pub const DLT_RAW_OPENBSD: Self = Self(14);
    /// PPP in frames like HDLC's.
    pub const PPP_HDLC: Self = Self(50);
    /// Raw IP, either version.
    pub const RAW: Self = Self(101);
    /// HDLC of Cisco's serial lines.
    pub const C_HDLC: Self = Self(104);
    /// OpenBSD loopback, address family in network order.
    pub const LOOP: Self = Self(108);
    /// Linux `any` device, cooked v1.
    pub const LINUX_SLL: Self = Self(113);
    /// The log device of pf.
    pub const PFLOG: Self = Self(117);
    /// Raw IPv4.
    pub const IPV4: Self = Self(228);
    /// Raw IPv6.
    pub const IPV6: Self = Self(229);
    /// A message of Linux's netfilter log.
    pub const NFLOG: Self = Self(239);
    /// Linux `any` device, cooked v2.
    pub const LINUX_SLL2: Self = Self(276);

    /// Whether rutter reads frames of this type.
    #[must_use]
    pub const fn is_read(self) -> bool {
        matches!(
            self.0,
            0 | 1 | 9 | 12 | 14 | 50 | 101 | 104 | 108 | 113 | 117 | 228 | 229 | 239 | 276
        )
    }
}

/// What a link header hands on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inner<'a> {
    pub(super) kind: Kind,
    pub(super) bytes: &'a [u8],
}

/// Which network layer the link header announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// IP of the version that its first four bits say.
    Ip,
    V4,
    V6,
    Arp,
}

impl Kind {
    /// The layer of an EtherType (IEEE 802 numbers).
    pub(super) const fn of_ethertype(ethertype: u16) -> Result<Self, Fault> {
        match ethertype {
            0x0800 => Ok(Self::V4),
            0x0806 => Ok(Self::Arp),
            0x86dd => Ok(Self::V6),
            _ => Err(Fault::NotIp),
        }
    }
}

/// Takes off the link header, entering what it says into the event.
pub(super) fn open<'a>(
    frame: &Frame<'a>,
    scratch: &'a mut Scratch,
    event: &mut Event<'a>,
) -> Result<Inner<'a>, Fault> {
    let bytes = frame.bytes;
    match frame.link {
        LinkType::ETHERNET => ethernet::open(bytes, &mut event.packet),
        LinkType::DLT_RAW | LinkType::DLT_RAW_OPENBSD | LinkType::RAW => Ok(Inner {
            kind: Kind::Ip,
            bytes,
        }),
        LinkType::IPV4 => Ok(Inner {
            kind: Kind::V4,
            bytes,
        }),
        LinkType::IPV6 => Ok(Inner {
            kind: Kind::V6,
            bytes,
        }),
        LinkType::PPP | LinkType::PPP_HDLC => ppp::open(bytes),
        LinkType::C_HDLC => ppp::open_cisco(bytes),
        LinkType::NULL => loopback::open_null(bytes, frame.order),
        LinkType::LOOP => loopback::open_loop(bytes),
        LinkType::LINUX_SLL => cooked::open_v1(bytes, event),
        LinkType::LINUX_SLL2 => cooked::open_v2(bytes, scratch, event),
        LinkType::NFLOG => nflog::open(bytes, frame.order, scratch, event),
        LinkType::PFLOG => pflog::open(bytes, scratch, event),
        _ => Err(Fault::UnknownLink),
    }
}
