//! The LAN talks to itself, and the firewall hears it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{DAY, DAYS, FROM_OUTSIDE, HOUR, MINUTE, SECOND, Story, lan};
use crate::netfilter::{Body, Packet, Rule};

const MDNS: IpAddr = IpAddr::V4(Ipv4Addr::new(224, 0, 0, 251));
const LLMNR: IpAddr = IpAddr::V4(Ipv4Addr::new(224, 0, 0, 252));
const SSDP: IpAddr = IpAddr::V4(Ipv4Addr::new(239, 255, 255, 250));
const MDNS_SIX: IpAddr = IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb));
const EVERYBODY: IpAddr = IpAddr::V4(Ipv4Addr::BROADCAST);
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
const ALL_SYSTEMS: IpAddr = IpAddr::V4(Ipv4Addr::new(224, 0, 0, 1));

/// Announcements, searches and requests of two dozen machines in office hours.
pub(super) fn chatter(story: &mut Story) -> io::Result<()> {
    for host in 20..44 {
        for day in 0..DAYS {
            let arrives = story.between(day * DAY + 7 * HOUR, day * DAY + 9 * HOUR);
            requests_address(story, arrives, host)?;
            for _ in 0..story.random.number(3_u64..=7) {
                let at = story.between(arrives, day * DAY + 18 * HOUR);
                announces(story, at, host)?;
            }
        }
    }
    // The switch asks every few hours who listens to which group.
    for hour in (0..DAYS * 24).step_by(5) {
        let query = Packet {
            ttl: 1,
            tos: 0xc0,
            ..Packet::new(
                lan(2),
                ALL_SYSTEMS,
                Body::Other {
                    protocol: 2,
                    data: 8,
                },
            )
        };
        story.log(hour * HOUR + 7 * MINUTE, heard_from(2), &query)?;
    }
    Ok(())
}

const fn heard_from(host: u8) -> Rule {
    Rule {
        ingress: "eth1",
        hardware: (1, host),
        ..FROM_OUTSIDE
    }
}

fn requests_address(story: &mut Story, at: u64, host: u8) -> io::Result<()> {
    let request = Body::Udp {
        source: 68,
        destination: 67,
        data: 300,
    };
    let packet = Packet {
        dont_fragment: false,
        ..Packet::new(NOBODY, EVERYBODY, request)
    };
    story.log(at, heard_from(host), &packet)
}

fn announces(story: &mut Story, at: u64, host: u8) -> io::Result<()> {
    let port = story.port();
    let udp = |source, destination, data| Body::Udp {
        source,
        destination,
        data,
    };
    let (to, body, ttl) = match story.random.below(8) {
        0..=2 => (MDNS, udp(5_353, 5_353, 84), 255),
        3 => (SSDP, udp(port, 1_900, 125), 2),
        4 => (LLMNR, udp(port, 5_355, 34), 1),
        5 => (lan(255), udp(137, 137, 50), 64),
        6 => (lan(255), udp(138, 138, 201), 64),
        _ => {
            let from = IpAddr::V6(Ipv6Addr::new(
                0xfe80,
                0,
                0,
                0,
                0x200,
                0x5eff,
                0xfe00,
                0x5300 + u16::from(host),
            ));
            let packet = Packet {
                ttl: 255,
                ..Packet::new(from, MDNS_SIX, udp(5_353, 5_353, 97))
            };
            return story.log(at, heard_from(host), &packet);
        }
    };
    let id = (story.random.bits() >> 48) as u16;
    let packet = Packet {
        ttl,
        id,
        dont_fragment: false,
        ..Packet::new(lan(host), to, body)
    };
    story.log(at, heard_from(host), &packet)?;
    // Searches for devices come three at a time.
    if to == SSDP {
        story.log(at + SECOND, heard_from(host), &packet)?;
        story.log(at + 2 * SECOND, heard_from(host), &packet)?;
    }
    Ok(())
}
