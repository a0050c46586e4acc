//! Who knocks on a public server, and how often, in packets a day before ufw's limit.
//!
//! The proportions follow what operators of telescopes publish: a hundredth of the sources sends
//! four fifths of the packets, neighbours in a few networks of hosting companies among them; the
//! surveys of the Internet come next; telnet leads what bots ask for (Merit's ORION in January
//! 2025; "Aggressive Internet-Wide Scanners", Anand et al., 2023; SANS ISC's port tables).

use std::net::{IpAddr, Ipv4Addr};

use super::crowd;
use super::server::{DAY, HOUR, SERVER, Wire};
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
    crowd::neighbours(wire);
    crowd::previous_holder(wire);
    quick_scans(wire);
    for day in 0..wire.days {
        crowd::mirai(wire, day);
        crowd::bots(wire, day);
        crowd::questions(wire, day);
        crowd::strays(wire, day);
        crowd::backscatter(wire, day);
        crowd::own_debris(wire, day);
        crowd::guessing(wire, day);
        crowd::six(wire, day);
    }
    crowd::raised_level(wire);
}

/// Which ports somebody goes through.
#[derive(Clone, Copy)]
pub(super) enum Ports {
    /// All of them.
    All,
    /// So many, of a list of one's own.
    List(u64),
    /// A range.
    Range(u16, u16),
}

impl Ports {
    pub(super) fn draw(self, wire: &mut Wire, list: u64) -> u16 {
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

/// What is asked by UDP, with the bytes of the question.
pub(super) const QUESTIONS: [(u16, u16); 20] = [
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
