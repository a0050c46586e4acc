//! Packets of programs that Debian does not have, or that nobody should run, by published formulas.
//!
//! Mirai's sequence number is the destination (its source of 2016; Antonakakis et al., USENIX
//! Security 2017). Slammer is 376 bytes of data for UDP 1434 (Moore et al., IEEE Security and
//! Privacy 2003). Witty comes from UDP 4000 with 768 to 1280 bytes (CAIDA, 2004). Nachi pings with
//! 64 bytes of data (Microsoft KB 826234, 2003). Typot's window is 55808 (Intrusec, 2003). Naptha's
//! numbers are 413 and 6060842 (CERT CA-2000-21). `masscan` and `ZMap` by the formulas of their
//! sources, in versions that Debian does not have.

use std::fs;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use crate::netfilter::{Body, Options, Packet, Rule, Tcp};
use crate::random::Random;

/// One program's packets.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// When it was about: the time of its first line.
    day: &'static str,
    pub(crate) truth: &'static [&'static str],
    pub(crate) tool: &'static str,
    packets: u8,
    make: fn(&mut Random, Packet) -> Packet,
}

/// Every address of a case is this one or random.
pub(crate) const ME: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 66);

pub(crate) const CASES: [Case; 14] = [
    Case {
        name: "made-mirai",
        day: "2016-10-21",
        truth: &["-> worm.mirai"],
        tool: "mirai",
        packets: 12,
        make: |random, packet| {
            let port = if random.chance(90) { 23 } else { 2323 };
            mirai(random, packet, port)
        },
    },
    Case {
        name: "made-mirai-variant",
        day: "2026-11-03",
        // A log without sequence numbers leaves the port alone to speak, and 7547 is a router's in any case.
        truth: &["-> worm.mirai worm.router @port"],
        tool: "mirai",
        packets: 12,
        make: |random, packet| {
            let port = random.pick([8080, 7547, 37_215, 5555, 60_001, 81]);
            mirai(random, packet, port)
        },
    },
    Case {
        name: "made-masscan-1.0",
        day: "2017-05-09",
        truth: &["-> scan.tool scan.horizontal @port"],
        tool: "masscan",
        packets: 12,
        make: |random, packet| {
            let port = random.pick([6379, 9200, 27_017]);
            masscan(random, packet, port, Options::None, 1024)
        },
    },
    Case {
        name: "made-masscan-new",
        day: "2026-11-03",
        truth: &["-> scan.tool scan.horizontal @port"],
        tool: "masscan",
        packets: 12,
        make: |random, packet| {
            let port = random.pick([22, 443, 8443]);
            masscan(random, packet, port, Options::SegmentSize, 1025)
        },
    },
    Case {
        name: "made-zmap-4.1",
        day: "2026-11-03",
        truth: &["-> @port scan.tool scan.horizontal"],
        tool: "zmap",
        packets: 9,
        make: |random, packet| {
            let tcp = tcp(random, 443, 65_535, Options::Windows);
            Packet {
                ttl: 52,
                id: random.number(0..=u16::MAX),
                dont_fragment: false,
                body: Body::Tcp(tcp),
                ..packet
            }
        },
    },
    Case {
        name: "made-slammer",
        day: "2003-01-25",
        truth: &["-> worm.slammer"],
        tool: "",
        packets: 12,
        make: |random, packet| udp(random, packet, None, 1434, 376),
    },
    Case {
        name: "made-witty",
        day: "2004-03-20",
        truth: &["-> worm.witty"],
        tool: "",
        packets: 12,
        make: |random, packet| {
            let (port, data) = (
                random.number(1024_u16..=65_535),
                random.number(768_u16..=1280),
            );
            udp(random, packet, Some(4000), port, data)
        },
    },
    Case {
        name: "made-nachi",
        day: "2003-09-02",
        truth: &["-> worm.nachi"],
        tool: "nachi",
        packets: 12,
        make: |random, packet| Packet {
            ttl: random.number(100_u8..=124),
            body: Body::Echo {
                kind: 8,
                id: 512,
                sequence: random.number(0..=u16::MAX),
                data: 64,
            },
            ..packet
        },
    },
    Case {
        name: "made-typot",
        day: "2003-06-17",
        truth: &["-> trojan.typot"],
        tool: "typot",
        packets: 12,
        make: |random, packet| {
            let port = random.number(1024_u16..=65_535);
            let tcp = tcp(random, port, 55_808, Options::None);
            Packet {
                ttl: random.number(90_u8..=120),
                body: Body::Tcp(tcp),
                ..packet
            }
        },
    },
    Case {
        name: "made-naptha",
        day: "2000-12-03",
        // Without sequence numbers it is any SYN to the port.
        truth: &["-> dos.naptha @port"],
        tool: "naptha",
        packets: 8,
        make: |random, packet| {
            let window = random.number(1024_u16..=65_535);
            let tcp = tcp(random, 80, window, Options::None);
            Packet {
                id: 413,
                body: Body::Tcp(Tcp {
                    seq: 6_060_842,
                    ..tcp
                }),
                ..packet
            }
        },
    },
    Case {
        name: "made-fraggle",
        day: "1999-04-11",
        truth: &["-> amplification.fraggle"],
        tool: "",
        packets: 6,
        make: |random, packet| Packet {
            destination: Ipv4Addr::new(203, 0, 113, 255).into(),
            ..udp(random, packet, None, 19, 1)
        },
    },
    Case {
        name: "made-echo-loop",
        day: "2005-08-08",
        truth: &["-> dos.echo-loop"],
        tool: "",
        packets: 6,
        make: |random, packet| udp(random, packet, Some(19), 7, 40),
    },
    Case {
        name: "made-ntp-monlist",
        day: "2026-11-03",
        truth: &["-> amplification.ntp"],
        tool: "",
        packets: 8,
        make: |random, packet| udp(random, packet, None, 123, 8),
    },
    Case {
        name: "made-flood-elsewhere",
        day: "2026-11-03",
        truth: &["-> backscatter.syn-flood"],
        tool: "",
        packets: 12,
        make: |random, packet| {
            let port = random.number(1024_u16..=65_535);
            let tcp = tcp(random, port, 29_200, Options::SegmentSize);
            Packet {
                body: Body::Tcp(Tcp {
                    source: 443,
                    ack: random.number(1..=u32::MAX),
                    flags: "ACK SYN",
                    ..tcp
                }),
                ..packet
            }
        },
    },
];

fn tcp(random: &mut Random, port: u16, window: u16, options: Options) -> Tcp {
    Tcp {
        source: random.number(32_768_u16..=61_000),
        destination: port,
        seq: random.number(1..=u32::MAX),
        ack: 0,
        window,
        flags: "SYN",
        options,
        data: 0,
    }
}

fn udp(random: &mut Random, packet: Packet, from: Option<u16>, port: u16, data: u16) -> Packet {
    let source = from.unwrap_or_else(|| random.number(1024_u16..=65_535));
    Packet {
        body: Body::Udp {
            source,
            destination: port,
            data,
        },
        ..packet
    }
}

fn target(packet: &Packet) -> u32 {
    match packet.destination {
        IpAddr::V4(ip) => ip.to_bits(),
        IpAddr::V6(_) => 0,
    }
}

/// `seq == destination`, everything else random.
fn mirai(random: &mut Random, packet: Packet, port: u16) -> Packet {
    let window = random.number(1024_u16..=65_535);
    let tcp = tcp(random, port, window, Options::None);
    Packet {
        id: random.number(0..=u16::MAX),
        dont_fragment: false,
        body: Body::Tcp(Tcp {
            seq: target(&packet),
            ..tcp
        }),
        ..packet
    }
}

/// `id == (destination ^ port ^ seq) & 0xffff`.
fn masscan(
    random: &mut Random,
    packet: Packet,
    port: u16,
    options: Options,
    window: u16,
) -> Packet {
    let tcp = tcp(random, port, window, options);
    let rule = (target(&packet) ^ u32::from(port) ^ tcp.seq) & 0xffff;
    Packet {
        ttl: random.number(230_u8..=249),
        id: u16::try_from(rule).unwrap_or_default(),
        dont_fragment: false,
        body: Body::Tcp(tcp),
        ..packet
    }
}

/// The rules that log: with sequence numbers and options, and without.
const LOGS: [(&str, Rule); 2] = [
    (
        "nft.log",
        Rule {
            label: "gate: ",
            ingress: "wan0",
            egress: "dmz0",
            hardware: (1, 2),
            is_detailed: true,
        },
    ),
    (
        "ufw.log",
        Rule {
            label: "[UFW BLOCK] ",
            ingress: "wan0",
            egress: "dmz0",
            hardware: (1, 2),
            is_detailed: false,
        },
    ),
];

/// Writes every case into a folder of its own.
pub(crate) fn write(out: &Path) -> anyhow::Result<()> {
    for (number, case) in (1_u64..).zip(&CASES) {
        let folder = out.join(case.name);
        fs::create_dir_all(&folder)?;
        let mut random = Random::new(number);
        let packets: Vec<Packet> = (0..case.packets)
            .map(|at| {
                let host = Ipv4Addr::new(203, 0, 113, 10 + (at % 3));
                let mut packet = Packet::new(
                    ME.into(),
                    host.into(),
                    Body::Other {
                        protocol: 0,
                        data: 0,
                    },
                );
                packet.ttl = random.number(40_u8..=60);
                packet.id = random.number(0..=u16::MAX);
                (case.make)(&mut random, packet)
            })
            .collect();
        for (name, rule) in LOGS {
            let mut file = fs::File::create(folder.join(name))?;
            for (second, packet) in packets.iter().enumerate() {
                write!(file, "{}T12:{:02}:00+00:00 gate kernel: ", case.day, second)?;
                rule.write(packet, &mut file)?;
                writeln!(file)?;
            }
        }
    }
    Ok(())
}
