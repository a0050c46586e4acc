//! Packets as several sorts of logs write them.

use std::net::Ipv4Addr;

/// Who writes the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Log {
    /// ufw, which says what it did.
    Ufw,
    /// ufw that logs every new connection, and once more what it stops; not one of [`ALL`].
    Audit,
    /// A LOG rule with a prefix of the administrator's.
    Prefix,
    /// A LOG rule without one: nothing says what became of the packet.
    Bare,
    /// pf on pfSense or OPNsense.
    Filterlog,
    /// A rule of fwsnort, whose prefix bears the number of a signature.
    Fwsnort,
    /// Linux 2.4, between two networks: no `RES`, options written out.
    Old,
    /// A prefix that its author forgot to end with a space.
    Glued,
}

pub(crate) const ALL: [Log; 4] = [Log::Ufw, Log::Prefix, Log::Bare, Log::Filterlog];
/// How else netfilter's lines begin and end.
pub(crate) const DIALECTS: [Log; 3] = [Log::Fwsnort, Log::Old, Log::Glued];

/// One packet.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    /// Seconds after the first.
    pub(crate) at: u32,
    pub(crate) from: String,
    pub(crate) to: String,
    /// `tcp` with flags, `udp`, `icmp` with a type, or the number of another protocol.
    pub(crate) what: What,
    /// Source and destination port.
    pub(crate) ports: (u16, u16),
    pub(crate) ttl: u8,
    pub(crate) window: u16,
    pub(crate) length: u16,
    pub(crate) seq: u32,
    pub(crate) id: u16,
    /// Whether it was let in.
    pub(crate) passes: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    Tcp(&'static str),
    Udp,
    Icmp(u8),
    Other(u8),
}

/// A packet that says nothing of its sender's system.
pub(crate) fn packet(at: u32, what: What, to: u16) -> Packet {
    Packet {
        at,
        from: "198.51.100.55".to_owned(),
        to: "203.0.113.10".to_owned(),
        what,
        ports: (40_312, to),
        ttl: 51,
        window: 29_200,
        length: 60,
        seq: at.wrapping_mul(2_654_435_761),
        id: u16::try_from(at.wrapping_mul(2_654_435_761) >> 16).unwrap_or(0) | 1,
        passes: false,
    }
}

impl Packet {
    pub(crate) fn between(mut self, from: &str, to: &str) -> Self {
        (self.from, self.to) = (from.to_owned(), to.to_owned());
        self
    }

    pub(crate) fn source_port(mut self, port: u16) -> Self {
        self.ports.0 = port;
        self
    }

    pub(crate) fn passing(mut self) -> Self {
        self.passes = true;
        self
    }

    /// As nmap makes its own: a window of 1024, a time to live drawn anew, both halves of the sequence
    /// number under one mask.
    pub(crate) fn of_nmap(mut self) -> Self {
        let low = self.seq & 0xffff;
        self.seq = (low ^ 0x3c5a) << 16 | low;
        self.id = u16::try_from(self.seq >> 16).unwrap_or(0) | 1;
        (self.window, self.length) = (1_024, 44);
        self.ttl = 30 + u8::try_from(self.at * 7 % 23).unwrap_or(0);
        self
    }

    /// As nmap makes its own packets with ACK: nothing to tell, no options, and the sequence number 0.
    pub(crate) fn of_nmap_with_ack(self) -> Self {
        Self {
            seq: 0,
            length: 40,
            ..self.of_nmap()
        }
    }

    /// As masscan makes them: the id is destination, port and sequence number, one over the other.
    pub(crate) fn of_masscan(mut self) -> Self {
        let to: Ipv4Addr = self.to.parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
        let id = (to.to_bits() ^ u32::from(self.ports.1) ^ self.seq) & 0xffff;
        self.id = u16::try_from(id).unwrap_or(0);
        (self.window, self.length, self.ttl) = (1_024, 44, 241);
        self
    }

    /// As `ZMap` made them until 2024.
    pub(crate) fn of_zmap(mut self) -> Self {
        (self.id, self.window, self.length, self.ttl) = (54_321, 65_535, 44, 241);
        self
    }

    /// As hping3 makes them: each from the next port.
    pub(crate) fn of_hping(mut self) -> Self {
        self.ports.0 = 2_000 + u16::try_from(self.at).unwrap_or(0);
        (self.window, self.length, self.ttl) = (512, 40, 60);
        self
    }

    pub(crate) fn line(&self, log: Log) -> String {
        let (day, second) = (3 + self.at / 86_400, self.at % 86_400);
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        let second = second % 60;
        let stamp = format!("2026-03-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        match log {
            Log::Filterlog => format!("{stamp} gw filterlog[4242]: {}\n", self.columns()),
            _ => {
                let label = match (log, self.passes) {
                    (Log::Ufw | Log::Audit, false) => "[UFW BLOCK] ",
                    (Log::Ufw, true) => "[UFW ALLOW] ",
                    (Log::Audit, true) => "[UFW AUDIT] ",
                    (Log::Prefix, false) => "inbound-drop: ",
                    (Log::Prefix, true) => "inbound-accept: ",
                    (Log::Fwsnort, _) => "[7] DRP SID2001219 ",
                    (Log::Old, _) => "Drop: ",
                    (Log::Glued, _) => "[12345.678901] DROP",
                    _ => "",
                };
                let pairs = if log == Log::Old {
                    let pairs = self.pairs().replace("IN=eth0 OUT= ", "IN=eth0 OUT=eth1 ");
                    pairs.replace(" RES=0x00", "") + "OPT (020405B401010402) "
                } else {
                    self.pairs()
                };
                format!("{stamp} gw kernel: {label}{pairs}\n")
            }
        }
    }

    /// Netfilter's pairs.
    fn pairs(&self) -> String {
        let Self {
            from,
            to,
            ttl,
            window,
            length,
            seq,
            id,
            ..
        } = self;
        let (sport, dport) = self.ports;
        let head = if from.contains(':') {
            format!("LEN={length} TC=0 HOPLIMIT={ttl} FLOWLBL=0")
        } else {
            format!("LEN={length} TOS=0x00 PREC=0x00 TTL={ttl} ID={id}")
        };
        let body = match self.what {
            What::Tcp(flags) => format!(
                "PROTO=TCP SPT={sport} DPT={dport} SEQ={seq} ACK=0 WINDOW={window} RES=0x00 {flags} URGP=0"
            ),
            What::Udp => format!("PROTO=UDP SPT={sport} DPT={dport} LEN={}", length - 20),
            What::Icmp(kind) if from.contains(':') => {
                format!("PROTO=ICMPv6 TYPE={kind} CODE=0 ID=4711 SEQ=1")
            }
            What::Icmp(kind) => format!("PROTO=ICMP TYPE={kind} CODE=0 ID=4711 SEQ=1"),
            What::Other(number) => format!("PROTO={number}"),
        };
        format!(
            "IN=eth0 OUT= MAC=00:16:3e:11:22:33:00:16:3e:44:55:66:08:00 SRC={from} DST={to} {head} {body} "
        )
    }

    /// filterlog's columns.
    fn columns(&self) -> String {
        let Self {
            from,
            to,
            ttl,
            window,
            length,
            seq,
            id,
            ..
        } = self;
        let (sport, dport) = self.ports;
        let deed = if self.passes { "pass" } else { "block" };
        let is_six = from.contains(':');
        let (name, number, tail) = match self.what {
            What::Tcp(flags) => {
                let letter = |word: &str| match word {
                    "PSH" => 'P',
                    "FIN" => 'F',
                    "RST" => 'R',
                    "ACK" => 'A',
                    "URG" => 'U',
                    _ => 'S',
                };
                let flags: String = flags
                    .split(' ')
                    .filter(|f| !f.is_empty())
                    .map(letter)
                    .collect();
                (
                    "tcp",
                    6,
                    format!("{sport},{dport},0,{flags},{seq},,{window},,"),
                )
            }
            What::Udp => ("udp", 17, format!("{sport},{dport},{}", length - 20)),
            What::Icmp(8) => ("icmp", 1, "request,4711,164".to_owned()),
            What::Icmp(_) => ("icmp", 1, "reply,4711,164".to_owned()),
            What::Other(number) => ("other", number, String::new()),
        };
        let head = if is_six {
            format!("6,0x00,0x00000,{ttl},{name},{number},{}", length - 20)
        } else {
            format!("4,0x0,,{ttl},{id},0,none,{number},{name},{length}")
        };
        format!("5,,,1000000103,em0,match,{deed},in,{head},{from},{to},{tail}")
    }
}
