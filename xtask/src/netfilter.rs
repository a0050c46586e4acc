//! Lines as the kernel's packet logger writes them (`net/netfilter/nf_log_syslog.c`).

use std::io::{self, Write};
use std::net::IpAddr;

/// A packet about to be logged.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    pub(crate) tos: u8,
    pub(crate) ttl: u8,
    /// IPv4 identification; the flow label of IPv6.
    pub(crate) id: u16,
    pub(crate) dont_fragment: bool,
    pub(crate) body: Body,
}

/// What is above IP.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Tcp(Tcp),
    Udp {
        source: u16,
        destination: u16,
        data: u16,
    },
    /// Echo request or reply; an ICMPv6 one when the addresses are IPv6.
    Echo {
        kind: u8,
        id: u16,
        sequence: u16,
        data: u16,
    },
    /// An ICMP error with the packet that it answers.
    Error {
        kind: u8,
        code: u8,
        quoted: Box<Packet>,
    },
    /// A protocol of which the kernel prints the number only.
    Other {
        protocol: u8,
        data: u16,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Tcp {
    pub(crate) source: u16,
    pub(crate) destination: u16,
    pub(crate) seq: u32,
    pub(crate) ack: u32,
    pub(crate) window: u16,
    pub(crate) flags: &'static str,
    pub(crate) options: Options,
    pub(crate) data: u16,
}

/// TCP options as common senders lay them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Options {
    /// None: raw packets of scanners and worms, resets.
    None,
    /// Segment size alone: nmap.
    SegmentSize,
    /// Segment size, SACK, time stamps, scale: Linux and Android.
    Linux(u32),
    /// Segment size, scale, SACK: Windows.
    Windows,
    /// Time stamps: any packet of a connection that agreed on them.
    Timestamps(u32, u32),
}

impl Options {
    const fn length(self) -> u16 {
        match self {
            Self::None => 0,
            Self::SegmentSize => 4,
            Self::Linux(_) => 20,
            Self::Windows | Self::Timestamps(..) => 12,
        }
    }

    fn write(self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::None => Ok(()),
            Self::SegmentSize => out.write_all(b"OPT (020405B4) "),
            Self::Linux(now) => write!(out, "OPT (020405B40402080A{now:08X}0000000001030307) "),
            Self::Windows => out.write_all(b"OPT (020405B40103030801010402) "),
            Self::Timestamps(now, echo) => write!(out, "OPT (0101080A{now:08X}{echo:08X}) "),
        }
    }
}

/// The rule that logs, and the interfaces between which it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// With the blank behind it.
    pub(crate) label: &'static str,
    pub(crate) ingress: &'static str,
    pub(crate) egress: &'static str,
    /// Last octets of the hardware addresses of the firewall and of whoever sent the frame.
    pub(crate) hardware: (u8, u8),
    /// `--log-tcp-sequence --log-tcp-options`.
    pub(crate) is_detailed: bool,
}

impl Rule {
    /// Everything from the label to the blank at the end.
    pub(crate) fn write(&self, packet: &Packet, out: &mut impl Write) -> io::Result<()> {
        write!(
            out,
            "{}IN={} OUT={} ",
            self.label, self.ingress, self.egress
        )?;
        // A packet that starts here has come in no frame.
        if !self.ingress.is_empty() {
            out.write_all(b"MAC=")?;
            match (packet.destination, self.hardware.0) {
                (IpAddr::V4(ip), _) if ip.is_broadcast() || ip.octets()[3] == 255 => {
                    out.write_all(b"ff:ff:ff:ff:ff:ff:")?;
                }
                (IpAddr::V4(ip), _) if ip.is_multicast() => {
                    let [_, b, c, d] = ip.octets();
                    write!(out, "01:00:5e:{:02x}:{c:02x}:{d:02x}:", b & 0x7f)?;
                }
                (IpAddr::V6(ip), _) if ip.is_multicast() => {
                    let [.., a, b, c, d] = ip.octets();
                    write!(out, "33:33:{a:02x}:{b:02x}:{c:02x}:{d:02x}:")?;
                }
                (_, ours) => write!(out, "00:00:5e:00:53:{ours:02x}:")?,
            }
            let kind = if packet.source.is_ipv4() {
                "08:00"
            } else {
                "86:dd"
            };
            write!(out, "00:00:5e:00:53:{:02x}:{kind} ", self.hardware.1)?;
        }
        packet.write(self.is_detailed, out)
    }
}

impl Packet {
    /// A packet with nothing peculiar about it.
    pub(crate) const fn new(source: IpAddr, destination: IpAddr, body: Body) -> Self {
        Self {
            source,
            destination,
            tos: 0,
            ttl: 64,
            id: 0,
            dont_fragment: true,
            body,
        }
    }

    /// Bytes with the IP header.
    pub(crate) fn length(&self) -> u16 {
        self.header() + self.body.length()
    }

    const fn header(&self) -> u16 {
        if self.source.is_ipv4() { 20 } else { 40 }
    }

    fn write(&self, is_detailed: bool, out: &mut impl Write) -> io::Result<()> {
        match (self.source, self.destination) {
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                out.write_all(b"SRC=")?;
                write_v6(source.segments(), out)?;
                out.write_all(b" DST=")?;
                write_v6(destination.segments(), out)?;
                let (length, id) = (self.length(), self.id);
                write!(
                    out,
                    " LEN={length} TC={} HOPLIMIT={} FLOWLBL={id} ",
                    self.tos, self.ttl
                )?;
            }
            (source, destination) => {
                write!(
                    out,
                    "SRC={source} DST={destination} LEN={} TOS=0x{:02X} PREC=0x{:02X} TTL={} ID={} ",
                    self.length(),
                    self.tos & 0x1e,
                    self.tos & 0xe0,
                    self.ttl,
                    self.id,
                )?;
                if self.dont_fragment {
                    out.write_all(b"DF ")?;
                }
            }
        }
        self.body.write(self.source.is_ipv4(), is_detailed, out)
    }
}

fn write_v6(segments: [u16; 8], out: &mut impl Write) -> io::Result<()> {
    let [a, b, c, d, e, f, g, h] = segments;
    write!(
        out,
        "{a:04x}:{b:04x}:{c:04x}:{d:04x}:{e:04x}:{f:04x}:{g:04x}:{h:04x}"
    )
}

impl Body {
    fn length(&self) -> u16 {
        match self {
            Self::Tcp(tcp) => 20 + tcp.options.length() + tcp.data,
            Self::Udp { data, .. } | Self::Echo { data, .. } => 8 + data,
            // Routers quote the header and eight bytes (RFC 792), newer ones more.
            Self::Error { quoted, .. } => 8 + quoted.length().min(quoted.header() + 20),
            Self::Other { data, .. } => *data,
        }
    }

    fn write(&self, is_v4: bool, is_detailed: bool, out: &mut impl Write) -> io::Result<()> {
        let icmp = if is_v4 { "ICMP" } else { "ICMPv6" };
        match self {
            Self::Tcp(tcp) => {
                write!(out, "PROTO=TCP SPT={} DPT={} ", tcp.source, tcp.destination)?;
                if is_detailed {
                    write!(out, "SEQ={} ACK={} ", tcp.seq, tcp.ack)?;
                }
                write!(out, "WINDOW={} RES=0x00 {} URGP=0 ", tcp.window, tcp.flags)?;
                if is_detailed {
                    tcp.options.write(out)
                } else {
                    Ok(())
                }
            }
            Self::Udp {
                source,
                destination,
                ..
            } => {
                write!(
                    out,
                    "PROTO=UDP SPT={source} DPT={destination} LEN={} ",
                    self.length()
                )
            }
            Self::Echo {
                kind, id, sequence, ..
            } => {
                write!(
                    out,
                    "PROTO={icmp} TYPE={kind} CODE=0 ID={id} SEQ={sequence} "
                )
            }
            Self::Error { kind, code, quoted } => {
                write!(out, "PROTO={icmp} TYPE={kind} CODE={code} [")?;
                quoted.write(is_detailed, out)?;
                out.write_all(b"] ")
            }
            Self::Other { protocol, .. } => write!(out, "PROTO={protocol} "),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        label: "[UFW BLOCK] ",
        ingress: "eth0",
        egress: "",
        hardware: (1, 2),
        is_detailed: true,
    };

    fn written(packet: &Packet) -> String {
        let mut out = Vec::new();
        RULE.write(packet, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn packet(source: &str, destination: &str, body: Body) -> Packet {
        Packet {
            id: 7,
            ttl: 52,
            ..Packet::new(source.parse().unwrap(), destination.parse().unwrap(), body)
        }
    }

    #[test]
    fn a_syn_with_options() {
        let syn = Tcp {
            source: 51_812,
            destination: 443,
            seq: 305_419_896,
            ack: 0,
            window: 64_240,
            flags: "SYN",
            options: Options::Linux(1),
            data: 0,
        };
        assert_eq!(
            written(&packet("198.51.100.7", "203.0.113.9", Body::Tcp(syn))),
            "[UFW BLOCK] IN=eth0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=198.51.100.7 \
             DST=203.0.113.9 LEN=60 TOS=0x00 PREC=0x00 TTL=52 ID=7 DF PROTO=TCP SPT=51812 DPT=443 \
             SEQ=305419896 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0 OPT (020405B40402080A000000010000000001030307) "
        );
    }

    #[test]
    fn an_error_quotes_its_cause() {
        let asked = packet(
            "203.0.113.9",
            "198.51.100.7",
            Body::Udp {
                source: 5,
                destination: 6,
                data: 0,
            },
        );
        let error = Body::Error {
            kind: 3,
            code: 1,
            quoted: Box::new(asked),
        };
        assert_eq!(
            written(&packet("198.51.100.1", "203.0.113.9", error)),
            "[UFW BLOCK] IN=eth0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=198.51.100.1 \
             DST=203.0.113.9 LEN=56 TOS=0x00 PREC=0x00 TTL=52 ID=7 DF PROTO=ICMP TYPE=3 CODE=1 \
             [SRC=203.0.113.9 DST=198.51.100.7 LEN=28 TOS=0x00 PREC=0x00 TTL=52 ID=7 DF PROTO=UDP SPT=5 DPT=6 LEN=8 ] "
        );
    }

    #[test]
    fn ipv6_is_written_in_full() {
        let hello = Body::Udp {
            source: 5_353,
            destination: 5_353,
            data: 12,
        };
        assert_eq!(
            written(&packet("fe80::7", "ff02::fb", hello)),
            "[UFW BLOCK] IN=eth0 OUT= MAC=33:33:00:00:00:fb:00:00:5e:00:53:02:86:dd \
             SRC=fe80:0000:0000:0000:0000:0000:0000:0007 DST=ff02:0000:0000:0000:0000:0000:0000:00fb LEN=60 TC=0 \
             HOPLIMIT=52 FLOWLBL=7 PROTO=UDP SPT=5353 DPT=5353 LEN=20 "
        );
    }
}
