//! Strangers who want something.

use std::io;
use std::net::IpAddr;

use super::{
    DAY, FIREWALL, FROM_OUTSIDE, HOUR, LET_IN, MINUTE, OURS, SECOND, Story, number_of, ours,
    six as v6,
};
use crate::netfilter::{Body, Options, Packet, Tcp};

/// Ports that the background asks for, as often as the list repeats them.
const WANTED: [u16; 64] = [
    22, 22, 22, 22, 22, 80, 80, 80, 443, 443, 445, 445, 445, 445, 1433, 1433, 3306, 3306, 3389,
    3389, 3389, 5432, 5555, 5555, 5900, 5900, 6379, 6379, 7547, 8080, 8080, 8080, 8443, 8443, 8728,
    9200, 2375, 27_017, 37_215, 52_869, 81, 81, 2222, 2222, 21, 21, 25, 110, 143, 1080, 3128, 8291,
    10_250, 8888, 5985, 9100, 8081, 139, 1723, 5038, 5601, 9000, 23, 2323,
];

/// UDP ports with the size of an ordinary question.
const ASKED: [(u16, u16); 16] = [
    (53, 42),
    (53, 37),
    (123, 8),
    (123, 48),
    (161, 43),
    (161, 61),
    (389, 52),
    (1900, 94),
    (1900, 101),
    (5060, 408),
    (5060, 391),
    (11_211, 15),
    (3702, 656),
    (5683, 21),
    (69, 20),
    (3478, 20),
];

/// The background: many sources, a few probes each, nothing that belongs together.
pub(super) fn noise(story: &mut Story) -> io::Result<()> {
    for _ in 0..225 {
        let stranger = story.stranger();
        let knocks = 1 + story.random.below(4) * story.random.below(5);
        let target = story.anyone();
        if story.random.chance(25) {
            let (port, size) = story.random.pick(ASKED);
            for _ in 0..knocks {
                let at = story.any_time();
                let source = if port == 5060 { 5_080 } else { story.port() };
                let body = Body::Udp {
                    source,
                    destination: port,
                    data: size,
                };
                let packet = story.packet(stranger, target, body);
                story.log(at, FROM_OUTSIDE, &packet)?;
            }
        } else {
            let wanted = [story.random.pick(WANTED), story.random.pick(WANTED)];
            for _ in 0..knocks {
                let at = story.any_time();
                let port = story.random.pick(wanted);
                knock(story, at, stranger, target, port)?;
            }
        }
    }
    for _ in 0..30 {
        let (stranger, target) = (story.stranger(), story.anyone());
        let at = story.any_time();
        let id = story.port();
        for sequence in 0..story.random.number(1_u16..=4) {
            let body = Body::Echo {
                kind: 8,
                id,
                sequence,
                data: 56,
            };
            let packet = story.packet(stranger, target, body);
            story.log(at + u64::from(sequence) * SECOND, FROM_OUTSIDE, &packet)?;
        }
    }
    Ok(())
}

/// A client tries a port, and once more when nobody answers.
fn knock(story: &mut Story, at: u64, from: IpAddr, to: IpAddr, port: u16) -> io::Result<()> {
    let syn = story.syn(port);
    let packet = story.packet(from, to, Body::Tcp(syn));
    story.log(at, FROM_OUTSIDE, &packet)?;
    if story.random.chance(30) {
        let again = Packet {
            id: packet.id.wrapping_add(1),
            ..packet
        };
        story.log(at + SECOND + 11_307, FROM_OUTSIDE, &again)?;
    }
    Ok(())
}

/// Tuesday, 03:14: one source asks every address of ours for Remote Desktop, twice.
pub(super) fn sweep(story: &mut Story) -> io::Result<()> {
    let scanner = story.stranger();
    for round in 0..2 {
        for host in OURS {
            let at = DAY + 3 * HOUR + 14 * MINUTE + round * 9 * MINUTE + u64::from(host) * 310_000;
            let syn = story.syn(3389);
            let packet = story.packet(scanner, ours(host), Body::Tcp(syn));
            story.log(at, FROM_OUTSIDE, &packet)?;
        }
    }
    Ok(())
}

/// Wednesday, 14:20: nmap goes through the ports of one host.
pub(super) fn vertical_scan(story: &mut Story) -> io::Result<()> {
    let scanner = story.stranger();
    let source = story.port();
    let seq = (story.random.bits() >> 32) as u32;
    let mut ports: Vec<u16> = (1..=1_024)
        .step_by(5)
        .chain(WANTED)
        .chain([8_009, 9_999, 49_152])
        .collect();
    ports.sort_unstable();
    ports.dedup();
    story.random.shuffle(&mut ports);
    let mut at = 2 * DAY + 14 * HOUR + 20 * MINUTE;
    for destination in ports {
        at += story.random.number(3_000_u64..=60_000);
        let syn = Tcp {
            options: Options::SegmentSize,
            seq,
            ..story.bare_syn(source, destination, 1_024)
        };
        let ttl = story.random.number(37_u8..=59);
        let packet = Packet {
            ttl,
            dont_fragment: false,
            ..story.packet(scanner, ours(70), Body::Tcp(syn))
        };
        story.log(at, FROM_OUTSIDE, &packet)?;
    }
    Ok(())
}

/// A probe of the Mirai family: it writes the target into the sequence number.
pub(super) fn mirai_syn(
    story: &mut Story,
    bot: IpAddr,
    target: IpAddr,
    window: u16,
    ttl: u8,
) -> Packet {
    let port = if story.random.chance(90) { 23 } else { 2323 };
    let source = story.random.number(1_024..=65_535);
    let syn = Tcp {
        seq: number_of(target),
        ..story.bare_syn(source, port, window)
    };
    Packet {
        ttl,
        dont_fragment: false,
        ..story.packet(bot, target, Body::Tcp(syn))
    }
}

/// Infected cameras and recorders all over the world look for more of their kind.
pub(super) fn mirai(story: &mut Story) -> io::Result<()> {
    for _ in 0..48 {
        let bot = story.stranger();
        let window = story.random.number(1_000..=65_000);
        let ttl = story.random.number(40..=56);
        for _ in 0..story.random.number(1_u64..=6) {
            let at = story.any_time();
            let target = story.anyone();
            let packet = mirai_syn(story, bot, target, window, ttl);
            story.log(at, FROM_OUTSIDE, &packet)?;
        }
    }
    Ok(())
}

/// masscan computes the IP id from address, port and sequence number.
pub(super) fn masscan(story: &mut Story) -> io::Result<()> {
    for (day, ports) in [(0, &[6379_u16][..]), (3, &[2375, 9200, 27_017])] {
        let scanner = story.stranger();
        let source = story.random.number(40_000..=60_000);
        let ttl = story.random.number(236..=246);
        let mut at = day * DAY + 21 * HOUR + 7 * MINUTE;
        for host in OURS {
            for port in ports {
                at += story.random.number(100_000_u64..=40 * SECOND);
                let syn = story.bare_syn(source, *port, 1_024);
                let [.., high, low] =
                    (number_of(ours(host)) ^ u32::from(*port) ^ syn.seq).to_be_bytes();
                let id = u16::from_be_bytes([high, low]);
                let packet = story.packet(scanner, ours(host), Body::Tcp(syn));
                let packet = Packet {
                    id,
                    ttl,
                    dont_fragment: false,
                    ..packet
                };
                story.log(at, FROM_OUTSIDE, &packet)?;
            }
        }
    }
    Ok(())
}

/// ZMap before 4.1 writes 54321 into every IP id.
pub(super) fn zmap(story: &mut Story) -> io::Result<()> {
    for (day, port) in [(0, 443), (1, 8_443), (2, 22), (4, 8_080)] {
        let scanner = story.stranger();
        let ttl = story.random.number(236..=246);
        for host in OURS.filter(|host| u64::from(*host) % 3 != day % 3) {
            let at = story.between(day * DAY + 5 * HOUR, day * DAY + 11 * HOUR);
            let source = story.random.number(32_768..=61_000);
            let syn = story.bare_syn(source, port, 65_535);
            let packet = story.packet(scanner, ours(host), Body::Tcp(syn));
            let packet = Packet {
                id: 54_321,
                ttl,
                dont_fragment: false,
                ..packet
            };
            story.log(at, FROM_OUTSIDE, &packet)?;
        }
    }
    Ok(())
}

/// Thursday night: somebody guesses passwords of our ssh server, and the limit rule steps in.
pub(super) fn guessing(story: &mut Story) -> io::Result<()> {
    let guesser = story.stranger();
    let mut at = 3 * DAY + HOUR + 40 * MINUTE;
    for attempt in 0..90 {
        at += story.random.number(2 * SECOND..=7 * SECOND);
        let syn = story.syn(22);
        let packet = story.packet(guesser, ours(FIREWALL), Body::Tcp(syn));
        let label = if attempt < 5 {
            "[UFW ALLOW] "
        } else {
            "[UFW LIMIT BLOCK] "
        };
        story.log(at, crate::netfilter::Rule { label, ..LET_IN }, &packet)?;
    }
    Ok(())
}

/// Somebody still looks for Sub-7 of 1999.
pub(super) fn sub_seven(story: &mut Story) -> io::Result<()> {
    let stranger = story.stranger();
    for (minute, port) in [(2, 27_374), (3, 27_374), (5, 1_243)] {
        let at = 2 * DAY + 19 * HOUR + minute * MINUTE + 4_417;
        let syn = story.syn(port);
        let packet = story.packet(stranger, ours(71), Body::Tcp(syn));
        story.log(at, FROM_OUTSIDE, &packet)?;
    }
    Ok(())
}

/// SQL Slammer of 2003, one packet of 404 bytes, still on its way.
pub(super) fn slammer(story: &mut Story) -> io::Result<()> {
    for _ in 0..4 {
        let victim = story.stranger();
        for _ in 0..story.random.number(1_u64..=4) {
            let at = story.any_time();
            let source = story.random.number(1_025..=4_900);
            let target = story.anyone();
            let packet = story.packet(
                victim,
                target,
                Body::Udp {
                    source,
                    destination: 1_434,
                    data: 376,
                },
            );
            let packet = Packet {
                ttl: 112,
                dont_fragment: false,
                ..packet
            };
            story.log(at, FROM_OUTSIDE, &packet)?;
        }
    }
    Ok(())
}

/// Thursday, 10:02: a customer of ours traces the way to the web server, three probes a hop.
pub(super) fn traceroute(story: &mut Story) -> io::Result<()> {
    let customer = story.stranger();
    let source = story.port();
    // The hops before us swallowed the first 39 probes.
    for probe in 39_u16..72 {
        let at = 3 * DAY + 10 * HOUR + 2 * MINUTE + u64::from(probe) * 310_000;
        let body = Body::Udp {
            source,
            destination: 33_434 + probe,
            data: 32,
        };
        let [_, ttl] = (probe / 3 - 12).to_be_bytes();
        let packet = Packet {
            ttl,
            ..story.packet(customer, ours(70), body)
        };
        story.log(at, FROM_OUTSIDE, &packet)?;
    }
    Ok(())
}

/// IPv6: pings, and a scanner that guesses low host numbers.
pub(super) fn six(story: &mut Story) -> io::Result<()> {
    let scanner = v6(0xbeef, 0x17);
    for (host, port) in (1..=12).flat_map(|host| [(host, 443), (host, 8_443)]) {
        let at = story.between(DAY + 16 * HOUR, DAY + 22 * HOUR);
        let syn = story.syn(port);
        let packet = story.packet(scanner, v6(64, host), Body::Tcp(syn));
        story.log(at, FROM_OUTSIDE, &packet)?;
    }
    for site in 0..14 {
        let stranger = v6(0x100 + site * 3, 2 + site);
        for sequence in 0..story.random.number(1_u16..=3) {
            let at = story.any_time();
            let body = Body::Echo {
                kind: 128,
                id: 900 + site,
                sequence,
                data: 56,
            };
            let packet = story.packet(stranger, v6(64, 1), body);
            story.log(at, FROM_OUTSIDE, &packet)?;
        }
    }
    Ok(())
}
