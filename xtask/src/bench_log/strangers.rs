//! Who knocks on a public server, and how often, in packets a day before ufw's limit.
//!
//! The proportions follow what operators of telescopes publish: a hundredth of the sources sends
//! four fifths of the packets, neighbours in a few networks of hosting companies among them; the
//! surveys of the Internet come next; telnet leads what bots ask for (Merit's ORION in January
//! 2025; "Aggressive Internet-Wide Scanners", Anand et al., 2023; SANS ISC's port tables).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::server::{Chain, DAY, HOUR, MINUTE, ROUTER, SECOND, SERVER, Wire};
use crate::netfilter::{Body, Options, Packet, Tcp};

/// Everybody.
pub(super) fn come(wire: &mut Wire) {
    for (hosts, ports, daily) in NETWORKS {
        hosting(wire, hosts, ports, daily);
    }
    single_walkers(wire);
    for (hosts, ports, daily, stack) in SURVEYS {
        survey(wire, hosts, ports, daily, stack);
    }
    slow(wire);
    neighbours(wire);
    previous_holder(wire);
    quick_scans(wire);
    for day in 0..wire.days {
        mirai(wire, day);
        bots(wire, day);
        questions(wire, day);
        strays(wire, day);
        backscatter(wire, day);
        own_debris(wire, day);
        guessing(wire, day);
        six(wire, day);
    }
    raised_level(wire);
}

/// Which ports somebody goes through.
#[derive(Clone, Copy)]
enum Ports {
    /// All of them.
    All,
    /// So many, of a list of one's own.
    List(u64),
    /// A range.
    Range(u16, u16),
}

impl Ports {
    fn draw(self, wire: &mut Wire, list: u64) -> u16 {
        match self {
            Self::All => wire.random.number(1..=65_535),
            Self::Range(low, high) => wire.random.number(low..=high),
            Self::List(many) => {
                let at = wire.random.below(many);
                let known = usize::try_from(at).ok().and_then(|at| KNOWN.get(at));
                let made = crate::random::scatter(list ^ at) % 50_000 + 1_000;
                known.copied().unwrap_or(made as u16)
            }
        }
    }
}

/// What lists begin with.
const KNOWN: [u16; 40] = [
    8080, 8443, 21, 23, 25, 3389, 5900, 3306, 5432, 6379, 27_017, 9200, 1433, 8888, 8000, 8081,
    2222, 110, 143, 993, 995, 465, 587, 5060, 1723, 445, 139, 135, 111, 5000, 5001, 9000, 9090,
    7001, 10_000, 2375, 2376, 6443, 10_250, 11_211,
];

/// Networks of hosting companies that ask no questions: hosts, ports, packets a day.
const NETWORKS: [(u8, Ports, u64); 10] = [
    (190, Ports::All, 700),
    (120, Ports::All, 450),
    (60, Ports::All, 420),
    (30, Ports::List(900), 360),
    (14, Ports::List(300), 300),
    (9, Ports::Range(3_380, 3_400), 220),
    (45, Ports::Range(1, 10_000), 340),
    (6, Ports::All, 240),
    (3, Ports::Range(20_000, 40_000), 160),
    (24, Ports::List(120), 150),
];

/// A network sweeps, with masscan or what was made of it.
fn hosting(wire: &mut Wire, hosts: u8, ports: Ports, daily: u64) {
    let [a, b, c, _] = wire.stranger().octets();
    let (list, first) = (wire.random.bits(), wire.random.number(1_u8..=60));
    for day in 0..wire.days {
        for _ in 0..daily {
            let host = wire.random.number(0..=hosts - 1);
            let source = IpAddr::V4(Ipv4Addr::new(a, b, c, first + host));
            let at = wire.moment(day);
            let port = ports.draw(wire, list);
            // One source port a run, and a run takes a day.
            let own = 40_000
                + (crate::random::scatter(list ^ u64::from(host) ^ day << 9) % 20_000) as u16;
            let packet = wire.raw(source, own, port, 1_024);
            let ttl = 238 + host % 9;
            wire.knock(at, Packet { ttl, ..packet });
        }
    }
}

/// Machines rented one by one, for days.
fn single_walkers(wire: &mut Wire) {
    let many = (wire.days * wire.crowd).max(6);
    for _ in 0..many {
        let source = IpAddr::V4(wire.stranger());
        let begin = wire.random.below(wire.days);
        let long = wire.random.number(1_u64..=14);
        let daily = wire.random.number(20_u64..=220);
        let ports = wire.random.pick([
            Ports::All,
            Ports::List(60),
            Ports::List(400),
            Ports::Range(3_300, 3_500),
            Ports::Range(8_000, 9_000),
        ]);
        let (list, own) = (wire.random.bits(), wire.random.number(40_000..=60_000));
        let raw = wire.random.chance(70);
        for day in begin..begin + long {
            for _ in 0..daily {
                let at = wire.moment(day);
                let port = ports.draw(wire, list);
                if raw {
                    let packet = wire.raw(source, own, port, 1_024);
                    wire.knock(at, packet);
                } else {
                    let packet = wire.client(source, SERVER, port);
                    wire.insist(at, &packet, 1);
                }
            }
        }
    }
}

/// How a survey sends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stack {
    /// `ZMap`, with its old constant id.
    Zmap,
    /// Its own packets.
    Raw,
    /// A system's.
    System,
    /// Datagrams.
    Udp,
}

/// Those who survey the Internet in the open, or sell what they find: hosts of one network, ports,
/// packets a day.
const SURVEYS: [(u8, Ports, u64, Stack); 16] = [
    (250, Ports::List(1_500), 220, Stack::Raw),
    (250, Ports::List(1_500), 200, Stack::Raw),
    (200, Ports::List(700), 150, Stack::Zmap),
    (180, Ports::List(400), 140, Stack::System),
    (250, Ports::List(500), 130, Stack::System),
    (250, Ports::List(500), 130, Stack::System),
    (120, Ports::List(300), 120, Stack::System),
    (60, Ports::List(120), 100, Stack::Udp),
    (60, Ports::List(90), 90, Stack::System),
    (40, Ports::List(200), 90, Stack::Zmap),
    (30, Ports::List(80), 70, Stack::Raw),
    (16, Ports::List(150), 70, Stack::System),
    (90, Ports::List(60), 60, Stack::Udp),
    (12, Ports::List(30), 40, Stack::Zmap),
    (6, Ports::List(25), 30, Stack::System),
    (4, Ports::List(20), 20, Stack::Zmap),
];

fn survey(wire: &mut Wire, hosts: u8, ports: Ports, daily: u64, stack: Stack) {
    let [a, b, c, _] = wire.stranger().octets();
    let list = wire.random.bits();
    for day in 0..wire.days {
        for _ in 0..daily {
            let host = wire.random.number(0..=hosts - 1);
            let source = IpAddr::V4(Ipv4Addr::new(a, b, c, host + 1));
            let at = wire.moment(day);
            let port = ports.draw(wire, list);
            let from = wire.random.number(32_768..=61_000);
            match stack {
                Stack::Zmap => {
                    let packet = wire.raw(source, from, port, 65_535);
                    wire.knock(
                        at,
                        Packet {
                            id: 54_321,
                            ..packet
                        },
                    );
                }
                Stack::Raw => {
                    let packet = wire.raw(source, from, port, 1_024);
                    wire.knock(at, packet);
                }
                Stack::System => {
                    let packet = wire.client(source, SERVER, port);
                    let times = wire.random.below(2);
                    wire.insist(at, &packet, times);
                }
                Stack::Udp => {
                    let (port, data) = wire.random.pick(QUESTIONS);
                    let packet = wire.datagram(source, from, port, data);
                    wire.knock(at, packet);
                }
            }
        }
    }
}

/// A few come back again and again, one port every so many hours.
fn slow(wire: &mut Wire) {
    for _ in 0..12 * wire.crowd {
        let source = IpAddr::V4(wire.stranger());
        let (pause, list) = (wire.random.number(5 * HOUR..=20 * HOUR), wire.random.bits());
        let mut at = wire.random.below(DAY);
        while at < wire.days * DAY {
            let port = Ports::List(150).draw(wire, list);
            let packet = wire.client(source, SERVER, port);
            wire.knock(at, packet);
            at += pause / 2 + wire.random.below(pause);
        }
    }
}

/// The Mirai family: telnet, from cameras and recorders everywhere.
fn mirai(wire: &mut Wire, day: u64) {
    for _ in 0..330 * wire.crowd {
        let bot = wire.stranger();
        let (window, ttl) = (
            wire.random.number(1_000..=65_000),
            wire.random.number(38_u8..=56),
        );
        for _ in 0..wire.random.number(1_u64..=2) {
            let at = wire.moment(day);
            let port = if wire.random.chance(90) { 23 } else { 2_323 };
            let from = wire.random.number(1_024..=65_535);
            let packet = wire.raw(IpAddr::V4(bot), from, port, window);
            wire.knock(at, mirai_made(packet, ttl));
        }
    }
}

/// It writes the destination into the sequence number.
fn mirai_made(packet: Packet, ttl: u8) -> Packet {
    let seq = match packet.destination {
        IpAddr::V4(ip) => ip.to_bits(),
        IpAddr::V6(_) => 0,
    };
    let body = match packet.body {
        Body::Tcp(tcp) => Body::Tcp(Tcp { seq, ..tcp }),
        other => other,
    };
    Packet {
        ttl,
        body,
        ..packet
    }
}

/// What bots ask for by TCP: port, sources a day, and how often each tries again.
const WANTED: [(u16, u64, u64); 44] = [
    (445, 60, 2),
    (1433, 26, 1),
    (3389, 24, 1),
    (5555, 30, 0),
    (6379, 18, 0),
    (8728, 22, 0),
    (3306, 9, 0),
    (5432, 8, 0),
    (2375, 5, 0),
    (2376, 3, 0),
    (5900, 9, 0),
    (5901, 3, 0),
    (8080, 16, 0),
    (8443, 9, 0),
    (81, 6, 0),
    (88, 3, 0),
    (8081, 5, 0),
    (8888, 5, 0),
    (9000, 3, 0),
    (37_215, 7, 0),
    (52_869, 4, 0),
    (60_023, 3, 0),
    (7547, 5, 0),
    (9200, 4, 0),
    (27_017, 4, 0),
    (11_211, 2, 0),
    (25, 5, 0),
    (110, 2, 0),
    (143, 2, 0),
    (465, 2, 0),
    (993, 2, 0),
    (21, 5, 0),
    (1080, 4, 0),
    (3128, 4, 0),
    (2222, 6, 0),
    (135, 4, 1),
    (139, 3, 2),
    (5985, 3, 0),
    (10_250, 2, 0),
    (6443, 2, 0),
    (1723, 2, 0),
    (8291, 4, 0),
    (5038, 2, 0),
    (102, 1, 0),
];

fn bots(wire: &mut Wire, day: u64) {
    for (port, sources, times) in WANTED {
        for _ in 0..sources * wire.crowd {
            let source = IpAddr::V4(wire.stranger());
            let at = wire.moment(day);
            let packet = wire.client(source, SERVER, port);
            wire.insist(at, &packet, times);
        }
    }
}

/// What is asked by UDP, with the bytes of the question.
const QUESTIONS: [(u16, u16); 20] = [
    (5060, 408),
    (5060, 391),
    (123, 8),
    (123, 48),
    (53, 29),
    (53, 42),
    (161, 43),
    (161, 60),
    (389, 39),
    (1900, 90),
    (11_211, 15),
    (19, 1),
    (111, 40),
    (137, 50),
    (3702, 605),
    (5683, 21),
    (10_001, 4),
    (69, 20),
    (500, 312),
    (1434, 1),
];

fn questions(wire: &mut Wire, day: u64) {
    for _ in 0..55 * wire.crowd {
        let source = IpAddr::V4(wire.stranger());
        let (port, data) = wire.random.pick(QUESTIONS);
        let from = if port == 5060 {
            wire.random.number(5_060..=5_110)
        } else {
            wire.random.number(1_024..=65_535)
        };
        let at = wire.moment(day);
        let packet = wire.datagram(source, from, port, data);
        wire.knock(at, packet);
    }
}

/// Single packets for ports that mean nothing.
fn strays(wire: &mut Wire, day: u64) {
    for _ in 0..140 * wire.crowd {
        let source = IpAddr::V4(wire.stranger());
        let (at, port) = (wire.moment(day), wire.random.number(1_024..=65_535));
        let packet = wire.client(source, SERVER, port);
        let times = u64::from(wire.random.chance(30));
        wire.insist(at, &packet, times);
    }
    for _ in 0..50 * wire.crowd {
        let source = IpAddr::V4(wire.stranger());
        let (at, data) = (wire.moment(day), wire.random.number(18_u16..=140));
        let (from, port) = (
            wire.random.number(1_024..=65_535),
            wire.random.number(1_024..=65_535),
        );
        let packet = wire.datagram(source, from, port, data);
        wire.knock(at, packet);
    }
    for _ in 0..2 {
        let source = IpAddr::V4(wire.stranger());
        let (at, protocol) = (wire.moment(day), wire.random.pick([41, 47, 4]));
        let packet = wire.packet(
            source,
            SERVER,
            48,
            false,
            Body::Other { protocol, data: 64 },
        );
        wire.knock(at, packet);
    }
}

/// Victims of floods answer to addresses that somebody forged, ours among them.
fn backscatter(wire: &mut Wire, day: u64) {
    for _ in 0..9 * wire.crowd {
        let victim = IpAddr::V4(wire.stranger());
        let service = wire.random.pick([80, 443, 443, 22, 25_565, 53]);
        let reset = wire.random.chance(35);
        let begin = wire.moment(day);
        let many = if wire.random.chance(12) {
            wire.random.number(12_u64..=60)
        } else {
            wire.random.number(1..=3)
        };
        for _ in 0..many {
            let at = begin + wire.random.below(2 * HOUR);
            let tcp = Tcp {
                source: service,
                destination: wire.random.number(1_024..=65_535),
                seq: (wire.random.bits() >> 32) as u32,
                ack: (wire.random.bits() >> 32) as u32,
                window: if reset { 0 } else { 29_200 },
                flags: if reset { "ACK RST" } else { "ACK SYN" },
                options: if reset {
                    Options::None
                } else {
                    Options::SegmentSize
                },
                data: 0,
            };
            let packet = wire.packet(victim, SERVER, 51, !reset, Body::Tcp(tcp));
            wire.knock(at, packet);
        }
    }
}

/// What is left of connections that the server had: visitors' late packets, and its own downloads'.
fn own_debris(wire: &mut Wire, day: u64) {
    for _ in 0..110 {
        let visitor = IpAddr::V4(wire.stranger());
        let source = wire.random.number(32_768..=65_000);
        let begin = wire.moment(day);
        let flags = wire
            .random
            .pick(["RST", "RST", "ACK FIN", "ACK RST", "ACK", "ACK PSH FIN"]);
        let service = wire.random.pick([443, 443, 443, 80]);
        for turn in 0..wire.random.number(1_u64..=3) {
            let packet = late(wire, visitor, (source, service), flags);
            wire.knock(begin + turn * 400_000, packet);
        }
    }
    for _ in 0..14 {
        let mirror = IpAddr::V4(wire.stranger());
        let port = wire.random.number(32_768..=60_999);
        let at = wire.moment(day);
        let flags = wire.random.pick(["RST", "ACK FIN", "ACK RST"]);
        let service = wire.random.pick([443, 80]);
        let packet = late(wire, mirror, (service, port), flags);
        wire.knock(at, packet);
    }
    for _ in 0..12 {
        let resolver = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 53));
        let (at, port) = (wire.moment(day), wire.random.number(32_768..=60_999));
        let data = wire.random.number(60..=300);
        let packet = wire.datagram(resolver, 53, port, data);
        wire.knock(at, packet);
    }
}

fn late(wire: &mut Wire, from: IpAddr, (source, port): (u16, u16), flags: &'static str) -> Packet {
    let tcp = Tcp {
        source,
        destination: port,
        seq: (wire.random.bits() >> 32) as u32,
        ack: (wire.random.bits() >> 32) as u32,
        window: if flags == "RST" { 0 } else { 501 },
        flags,
        options: Options::None,
        data: 0,
    };
    let whole = flags != "RST";
    wire.packet(from, SERVER, 50, whole, Body::Tcp(tcp))
}

/// Passwords: of ssh, which ufw limits, and of a Remote Desktop that is not there.
fn guessing(wire: &mut Wire, day: u64) {
    for _ in 0..5 * wire.crowd {
        let source = IpAddr::V4(wire.stranger());
        let mut at = wire.moment(day);
        for attempt in 0..wire.random.number(20_u64..=240) {
            at += wire.random.number(SECOND..=9 * SECOND);
            let packet = wire.client(source, SERVER, 22);
            // The first five of half a minute pass, and say nothing.
            if attempt > 5 {
                wire.send(at, Chain::Limit, packet);
            }
        }
    }
    if day % 9 == 4 {
        let source = IpAddr::V4(wire.stranger());
        let mut at = wire.moment(day);
        for _ in 0..1_400 {
            at += wire.random.number(4 * SECOND..=50 * SECOND);
            let packet = wire.client(source, SERVER, 3389);
            wire.insist(at, &packet, 1);
        }
    }
}

/// The segment: the router's IGMP questions, the neighbours' DHCP and NetBIOS.
fn neighbours(wire: &mut Wire) {
    let all = IpAddr::V4(Ipv4Addr::new(224, 0, 0, 1));
    let mut at = 7 * SECOND;
    while at < wire.days * DAY {
        let packet = Packet {
            tos: 0xc0,
            ttl: 1,
            ..Packet::new(
                ROUTER,
                all,
                Body::Other {
                    protocol: 2,
                    data: 16,
                },
            )
        };
        wire.knock(at, packet);
        at += 125 * SECOND;
    }
    for day in 0..wire.days {
        for _ in 0..26 {
            let at = wire.moment(day);
            let body = Body::Udp {
                source: 68,
                destination: 67,
                data: 300,
            };
            let packet = wire.packet(
                Ipv4Addr::UNSPECIFIED.into(),
                Ipv4Addr::BROADCAST.into(),
                64,
                false,
                body,
            );
            wire.knock(at, packet);
        }
        for turn in 0..24 {
            let at = day * DAY + turn * HOUR + 11 * MINUTE;
            let neighbour = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 44));
            let body = Body::Udp {
                source: 138,
                destination: 138,
                data: 201,
            };
            let packet = wire.packet(
                neighbour,
                Ipv4Addr::new(203, 0, 113, 255).into(),
                128,
                false,
                body,
            );
            wire.knock(at, packet);
        }
    }
}

/// Who had the address before shared files: his peers call for weeks, fewer every day.
fn previous_holder(wire: &mut Wire) {
    for day in 0..wire.days.min(30) {
        let callers = 320.0 * 0.5_f64.powf(day as f64 / 4.0);
        for _ in 0..callers as u64 {
            let source = IpAddr::V4(wire.stranger());
            let at = wire.moment(day);
            if wire.random.chance(75) {
                let (from, data) = (
                    wire.random.number(1_025..=65_535),
                    wire.random.number(30..=110),
                );
                let packet = wire.datagram(source, from, 51_413, data);
                wire.knock(at, packet);
            } else {
                let packet = wire.client(source, SERVER, 51_413);
                wire.insist(at, &packet, 1);
            }
        }
    }
}

/// Now and then somebody runs nmap; ufw's limit lets a dozen of a thousand lines through.
fn quick_scans(wire: &mut Wire) {
    for turn in 0..(wire.days / 10).max(1) {
        let source = IpAddr::V4(wire.stranger());
        let mut at = wire.moment(turn * 10);
        let (own, seq) = (
            wire.random.number(35_000..=62_000),
            (wire.random.bits() >> 32) as u32,
        );
        let mut ports: Vec<u16> = (1..=1_000).collect();
        wire.random.shuffle(&mut ports);
        for port in ports {
            at += wire.random.number(40_000_u64..=90_000);
            let packet = wire.raw(source, own, port, 1_024);
            let body = match packet.body {
                Body::Tcp(tcp) => Body::Tcp(Tcp {
                    seq,
                    options: Options::SegmentSize,
                    ..tcp
                }),
                other => other,
            };
            let ttl = wire.random.number(37_u8..=59);
            wire.knock(
                at,
                Packet {
                    ttl,
                    body,
                    ..packet
                },
            );
        }
    }
}

/// IPv6: a few who survey, and who guess addresses.
fn six(wire: &mut Wire, day: u64) {
    let ours = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x10, 0, 0, 0, 0, 1));
    for _ in 0..16 {
        let at = wire.moment(day);
        let host = wire.random.number(1_u16..=9);
        let site = wire.random.pick([0xbeef, 0xcafe, 0xd00d]);
        let source = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, site, 0, 0, 0, 0, host));
        let port = Ports::List(30).draw(wire, site.into());
        let packet = wire.client(source, ours, port);
        wire.knock(at, packet);
    }
}

/// One morning the level of logging was raised to see why something did not work.
fn raised_level(wire: &mut Wire) {
    let begin = wire.days / 2 * DAY + 9 * HOUR;
    for _ in 0..400 {
        let source = IpAddr::V4(wire.stranger());
        let at = begin + wire.random.below(3 * HOUR);
        let packet = wire.client(source, SERVER, 443);
        wire.send(at, Chain::Audit, packet.clone());
        wire.send(at + 40, Chain::Allow, packet);
    }
}
