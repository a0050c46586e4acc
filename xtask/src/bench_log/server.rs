//! What ufw of one public server writes: the Internet's background over weeks.
//!
//! ufw logs three packets a minute after a burst of ten (`ufw-logging-deny`), so a server that is
//! knocked on six times a minute writes some 4,300 lines a day, all the year round.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};

use crate::netfilter::{Body, Options, Packet, Rule, Tcp};
use crate::random::Random;

use super::public;
use super::strangers;

pub(super) const SECOND: u64 = 1_000_000;
pub(super) const MINUTE: u64 = 60 * SECOND;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;

/// The server, and its provider's router.
pub(super) const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 10));
pub(super) const ROUTER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1));

/// Lines that a day leaves, nearly: three a minute.
const A_DAY: u64 = 4_200;
/// One more line is allowed after so long, and so many at once.
const PERIOD: u64 = 20 * SECOND;
const BURST: u64 = 10;

/// Which of ufw's rules logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chain {
    /// What the policy drops.
    Block,
    /// Too many attempts on the port of ssh.
    Limit,
    /// Everything new, while the level of logging is raised.
    Audit,
    /// What a rule with `log` lets in.
    Allow,
}

impl Chain {
    const fn label(self) -> &'static str {
        match self {
            Self::Block => "[UFW BLOCK] ",
            Self::Limit => "[UFW LIMIT BLOCK] ",
            Self::Audit => "[UFW AUDIT] ",
            Self::Allow => "[UFW ALLOW] ",
        }
    }
}

/// Packets before the firewall, in no order.
pub(super) struct Wire {
    pub(super) random: Random,
    pub(super) days: u64,
    /// How many times the usual number of strangers come.
    pub(super) crowd: u64,
    packets: Vec<(u64, Chain, Packet)>,
}

impl Wire {
    /// A packet comes.
    pub(super) fn send(&mut self, at: u64, chain: Chain, packet: Packet) {
        if at < self.days * DAY {
            self.packets.push((at, chain, packet));
        }
    }

    /// A packet that nobody asked for.
    pub(super) fn knock(&mut self, at: u64, packet: Packet) {
        self.send(at, Chain::Block, packet);
    }

    /// Somebody out there.
    pub(super) fn stranger(&mut self) -> Ipv4Addr {
        public(self.random.bits())
    }

    /// A moment of a day.
    pub(super) fn moment(&mut self, day: u64) -> u64 {
        day * DAY + self.random.below(DAY)
    }

    /// A SYN of a system's own stack.
    pub(super) fn client(&mut self, from: IpAddr, to: IpAddr, port: u16) -> Packet {
        let linux = self.random.chance(65);
        let source = self.random.number(if linux {
            32_768..=60_999
        } else {
            49_152..=65_535
        });
        let tcp = Tcp {
            source,
            destination: port,
            seq: (self.random.bits() >> 32) as u32,
            ack: 0,
            window: if linux {
                self.random.pick([64_240, 29_200, 65_535])
            } else {
                8_192
            },
            flags: "SYN",
            options: if linux {
                Options::Linux((self.random.bits() >> 32) as u32)
            } else {
                Options::Windows
            },
            data: 0,
        };
        let ttl = if linux { 64 } else { 128 } - self.random.number(8_u8..=22);
        self.packet(from, to, ttl, true, Body::Tcp(tcp))
    }

    /// A SYN without options, as programs with stacks of their own send it.
    pub(super) fn raw(&mut self, from: IpAddr, source: u16, port: u16, window: u16) -> Packet {
        let tcp = Tcp {
            source,
            destination: port,
            seq: (self.random.bits() >> 32) as u32,
            ack: 0,
            window,
            flags: "SYN",
            options: Options::None,
            data: 0,
        };
        self.packet(from, SERVER, 240, false, Body::Tcp(tcp))
    }

    pub(super) fn datagram(&mut self, from: IpAddr, source: u16, port: u16, data: u16) -> Packet {
        let body = Body::Udp {
            source,
            destination: port,
            data,
        };
        let ttl = self.random.number(40_u8..=58);
        let whole = self.random.chance(60);
        self.packet(from, SERVER, ttl, whole, body)
    }

    pub(super) fn packet(
        &mut self,
        from: IpAddr,
        to: IpAddr,
        ttl: u8,
        dont_fragment: bool,
        body: Body,
    ) -> Packet {
        Packet {
            ttl,
            id: (self.random.bits() >> 48) as u16,
            dont_fragment,
            ..Packet::new(from, to, body)
        }
    }

    /// A client without an answer tries again, after one second and three, as its system does.
    pub(super) fn insist(&mut self, at: u64, packet: &Packet, times: u64) {
        let mut at = at;
        for turn in 0..=times {
            let [.., low] = turn.to_be_bytes();
            let packet = Packet {
                id: packet.id.wrapping_add(low.into()),
                ..packet.clone()
            };
            self.knock(at, packet);
            at += SECOND << turn;
        }
    }
}

/// Writes so many lines; how many bytes.
pub(super) fn generate(
    lines: u64,
    seed: u64,
    crowd: u64,
    detailed: bool,
    out: &mut impl Write,
) -> io::Result<u64> {
    let mut wire = Wire {
        random: Random::new(seed),
        days: lines.div_ceil(A_DAY) + 1,
        crowd: crowd.max(1),
        packets: Vec::new(),
    };
    strangers::come(&mut wire);
    let mut packets = wire.packets;
    // What comes at the same moment stays in the order in which it was sent.
    packets.sort_by_key(|(at, ..)| *at);
    let mut limits = [[(BURST * PERIOD, 0_u64); 2]; 4];
    let (mut written, mut bytes) = (0, 0);
    let mut text = Vec::with_capacity(512);
    for (at, chain, packet) in packets {
        if written == lines {
            break;
        }
        let family = usize::from(packet.source.is_ipv6());
        let Some((credit, last)) = limits
            .get_mut(chain as usize)
            .and_then(|families| families.get_mut(family))
        else {
            continue;
        };
        *credit = (*credit + at - *last).min(BURST * PERIOD);
        *last = at;
        if *credit < PERIOD {
            continue;
        }
        *credit -= PERIOD;
        text.clear();
        line(at, chain, &packet, detailed, &mut text)?;
        bytes += text.len() as u64;
        written += 1;
        out.write_all(&text)?;
    }
    Ok(bytes)
}

fn line(
    at: u64,
    chain: Chain,
    packet: &Packet,
    detailed: bool,
    text: &mut Vec<u8>,
) -> io::Result<()> {
    let (year, month, day) = date(at / DAY);
    let time = at % DAY;
    write!(
        text,
        "{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:06}+00:00 www kernel: ",
        time / HOUR,
        time % HOUR / MINUTE,
        time % MINUTE / SECOND,
        time % SECOND,
    )?;
    let rule = Rule {
        label: chain.label(),
        ingress: "eth0",
        egress: "",
        hardware: (0x10, 0x01),
        is_detailed: detailed,
    };
    rule.write(packet, text)?;
    text.push(b'\n');
    Ok(())
}

/// The date so many days after the first of January 2026.
const fn date(days: u64) -> (u64, u64, u64) {
    const MONTHS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (year, mut rest) = (2026 + days / 365, days % 365);
    let mut month = 0;
    while rest >= MONTHS[month] {
        rest -= MONTHS[month];
        month += 1;
    }
    (year, month as u64 + 1, rest + 1)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn ufw_logs_three_a_minute() {
        let mut out = Vec::new();
        generate(6_000, 1, 1, false, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 6_000);
        let blocked = |minute: &str| {
            let of_minute = text.lines().filter(|line| line.starts_with(minute));
            of_minute
                .filter(|line| line.contains("[UFW BLOCK] ") && !line.contains("HOPLIMIT"))
                .count()
        };
        assert!((1..=13).contains(&blocked("2026-01-01T12:00")));
        let first = text.lines().next().unwrap();
        assert!(first.starts_with("2026-01-01T00:0"), "{first}");
        let sources: std::collections::BTreeSet<_> = text
            .lines()
            .filter_map(|line| line.split(" SRC=").nth(1)?.split(' ').next())
            .collect();
        assert!(sources.len() > 1_000, "{}", sources.len());
    }

    #[test]
    fn dates() {
        assert_eq!(date(0), (2026, 1, 1));
        assert_eq!(date(58), (2026, 2, 28));
        assert_eq!(date(59), (2026, 3, 1));
        assert_eq!(date(364), (2026, 12, 31));
        assert_eq!(date(365), (2027, 1, 1));
    }
}
