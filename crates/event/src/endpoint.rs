use std::fmt;
use std::net::IpAddr;

/// One end of a packet or connection, as far as the log names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Address; absent when the log redacts it or the protocol has none.
    pub ip: Option<IpAddr>,
    /// TCP, UDP, UDP-Lite, SCTP or DCCP port, 0 to 65535; ICMP has none.
    pub port: Option<u16>,
    /// Hardware address of the last hop on this side, not of a remote host.
    pub mac: Option<Mac>,
    /// Address after translation, when the log tells both.
    pub nat_ip: Option<IpAddr>,
    /// Port after translation.
    pub nat_port: Option<u16>,
}

impl Endpoint {
    /// An end with an address and a port and nothing else.
    #[must_use]
    pub const fn new(ip: IpAddr, port: Option<u16>) -> Self {
        Self {
            ip: Some(ip),
            port,
            mac: None,
            nat_ip: None,
            nat_port: None,
        }
    }
}

/// A 48-bit hardware address. Displayed as ECS wants it: upper case, hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mac(pub [u8; 6]);

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}-{b:02X}-{c:02X}-{d:02X}-{e:02X}-{g:02X}")
    }
}
