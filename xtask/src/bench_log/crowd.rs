//! The crowd on a public server: bots, strays, victims, visitors, neighbours, each with a packet or
//! two a day.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::server::{Chain, DAY, HOUR, MINUTE, ROUTER, SECOND, SERVER, Wire};
use super::strangers::{Ports, QUESTIONS};
use crate::netfilter::{Body, Options, Packet, Tcp};

/// The Mirai family: telnet, from cameras and recorders everywhere.
pub(super) fn mirai(wire: &mut Wire, day: u64) {
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

pub(super) fn bots(wire: &mut Wire, day: u64) {
    for (port, sources, times) in WANTED {
        for _ in 0..sources * wire.crowd {
            let source = IpAddr::V4(wire.stranger());
            let at = wire.moment(day);
            let packet = wire.client(source, SERVER, port);
            wire.insist(at, &packet, times);
        }
    }
}

pub(super) fn questions(wire: &mut Wire, day: u64) {
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
pub(super) fn strays(wire: &mut Wire, day: u64) {
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
pub(super) fn backscatter(wire: &mut Wire, day: u64) {
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
pub(super) fn own_debris(wire: &mut Wire, day: u64) {
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
pub(super) fn guessing(wire: &mut Wire, day: u64) {
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
pub(super) fn neighbours(wire: &mut Wire) {
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
pub(super) fn previous_holder(wire: &mut Wire) {
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

/// IPv6: a few who survey, and who guess addresses.
pub(super) fn six(wire: &mut Wire, day: u64) {
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
pub(super) fn raised_level(wire: &mut Wire) {
    let begin = wire.days / 2 * DAY + 9 * HOUR;
    for _ in 0..400 {
        let source = IpAddr::V4(wire.stranger());
        let at = begin + wire.random.below(3 * HOUR);
        let packet = wire.client(source, SERVER, 443);
        wire.send(at, Chain::Audit, packet.clone());
        wire.send(at + 40, Chain::Allow, packet);
    }
}
