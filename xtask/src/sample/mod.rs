//! The sample log: five days on the frontier of a small company.
//!
//! Every chapter of `samples/README.md` is one function here. Addresses are those that RFC 5737 and
//! RFC 3849 set aside for documentation, hardware addresses those of RFC 7042.

mod inside;
mod neighbours;
mod other_programs;
mod outside;
mod peers;
#[cfg(test)]
mod tests;

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use anyhow::Context as _;
use flate2::{Compression, GzBuilder};

use crate::netfilter::{Body, Options, Packet, Rule, Tcp};
use crate::random::Random;

/// The story has been told with this seed.
const SEED: u64 = 0x2026_1116;
/// First day, in November 2026: a Monday.
const MONDAY: u64 = 16;
const DAYS: u64 = 5;
/// Seconds that the machine had been up by then.
const UPTIME: u64 = 1_490_000;
const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The firewall itself, which also relays mail and translates for the LAN.
const FIREWALL: u8 = 66;
/// Last octets of our public addresses, 203.0.113.64/28 without its edges and the provider's router.
const OURS: std::ops::RangeInclusive<u8> = 66..=78;

const FROM_OUTSIDE: Rule = Rule {
    label: "[UFW BLOCK] ",
    ingress: "eth0",
    egress: "",
    hardware: (0x66, 0x65),
    is_detailed: true,
};
const LET_IN: Rule = Rule {
    label: "[UFW ALLOW] ",
    ..FROM_OUTSIDE
};
const LET_OUT: Rule = Rule {
    label: "[UFW ALLOW] ",
    ingress: "",
    egress: "eth0",
    hardware: (0, 0),
    is_detailed: true,
};

/// Writes `samples/frontier.log.gz`.
pub(crate) fn write() -> anyhow::Result<()> {
    let text = story()?.told();
    let mut packed = GzBuilder::new()
        .filename("frontier.log")
        .write(Vec::new(), Compression::best());
    packed.write_all(&text)?;
    let packed = packed.finish()?;
    let path = path();
    std::fs::write(&path, &packed).with_context(|| format!("cannot write {}", path.display()))?;
    let lines = text.iter().filter(|b| **b == b'\n').count();
    println!(
        "{lines} lines, {} bytes, {} packed",
        text.len(),
        packed.len()
    );
    Ok(())
}

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/frontier.log.gz")
}

/// The whole story.
fn story() -> io::Result<Story> {
    let mut story = Story::new(SEED);
    outside::noise(&mut story)?;
    outside::sweep(&mut story)?;
    outside::vertical_scan(&mut story)?;
    outside::mirai(&mut story)?;
    outside::masscan(&mut story)?;
    outside::zmap(&mut story)?;
    outside::guessing(&mut story)?;
    outside::sub_seven(&mut story)?;
    outside::slammer(&mut story)?;
    outside::traceroute(&mut story)?;
    outside::six(&mut story)?;
    peers::backscatter(&mut story)?;
    peers::errors_about_forgeries(&mut story)?;
    peers::errors_about_ours(&mut story)?;
    peers::late_packets(&mut story)?;
    peers::late_answers(&mut story)?;
    peers::questions_from_low_ports(&mut story)?;
    peers::mail_and_ident(&mut story)?;
    peers::visitors(&mut story)?;
    peers::residual_peers(&mut story)?;
    neighbours::chatter(&mut story)?;
    inside::infected_camera(&mut story)?;
    other_programs::run(&mut story);
    other_programs::break_lines(&mut story)?;
    Ok(story)
}

/// Lines in the making.
struct Story {
    random: Random,
    /// When, and the line without its end.
    lines: Vec<(u64, Vec<u8>)>,
    strangers: u16,
}

impl Story {
    const fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            lines: Vec::new(),
            strangers: 0,
        }
    }

    /// An address out there that nobody else in the story has.
    fn stranger(&mut self) -> IpAddr {
        // 508 addresses in an order that follows no pattern: 197 and 508 have no common divisor.
        let at = (u32::from(self.strangers) * 197 + 31) % 508;
        self.strangers += 1;
        let [.., host] = (at % 254 + 1).to_be_bytes();
        IpAddr::V4(if at < 254 {
            Ipv4Addr::new(192, 0, 2, host)
        } else {
            Ipv4Addr::new(198, 51, 100, host)
        })
    }

    /// One of our public addresses.
    fn anyone(&mut self) -> IpAddr {
        ours(self.random.number(OURS))
    }

    /// A moment between two.
    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.random.below(to - from)
    }

    /// A moment on any day.
    fn any_time(&mut self) -> u64 {
        self.random.below(DAYS * DAY)
    }

    /// A source port that a system hands out.
    fn port(&mut self) -> u16 {
        self.random.number(32_768..=60_999)
    }

    /// Chooses the numbers of an ordinary client's first packet.
    fn syn(&mut self, destination: u16) -> Tcp {
        let now = (self.random.bits() >> 32) as u32;
        let options = if self.random.chance(70) {
            Options::Linux(now)
        } else {
            Options::Windows
        };
        let window = if options == Options::Windows {
            8_192
        } else {
            self.random.pick([64_240, 65_535, 29_200])
        };
        Tcp {
            source: self.port(),
            destination,
            seq: (self.random.bits() >> 32) as u32,
            ack: 0,
            window,
            flags: "SYN",
            options,
            data: 0,
        }
    }

    /// What a scanner builds by hand: no options, a sequence number of its own.
    fn bare_syn(&mut self, source: u16, destination: u16, window: u16) -> Tcp {
        let seq = (self.random.bits() >> 32) as u32;
        Tcp {
            source,
            destination,
            seq,
            ack: 0,
            window,
            flags: "SYN",
            options: Options::None,
            data: 0,
        }
    }

    /// A packet from afar, with an id and a TTL as they come.
    fn packet(&mut self, source: IpAddr, destination: IpAddr, body: Body) -> Packet {
        let start = if self.random.chance(75) { 64 } else { 128 };
        let ttl = start - self.random.number(6_u8..=22);
        Packet {
            id: (self.random.bits() >> 48) as u16,
            ttl,
            ..Packet::new(source, destination, body)
        }
    }

    /// The firewall logs a packet.
    fn log(&mut self, at: u64, rule: Rule, packet: &Packet) -> io::Result<()> {
        let mut text = Vec::with_capacity(320);
        let uptime = UPTIME * SECOND + at;
        write!(
            text,
            "kernel: [{}.{:06}] ",
            uptime / SECOND,
            uptime % SECOND
        )?;
        rule.write(packet, &mut text)?;
        // The logger takes its own time.
        let late = self.random.number(150_u64..=900);
        self.line(at + late, &text);
        Ok(())
    }

    /// A program writes to the log.
    fn line(&mut self, at: u64, text: &[u8]) {
        let (day, time) = (at / DAY, at % DAY);
        let head = format!(
            "2026-11-{:02}T{:02}:{:02}:{:02}.{:06}+00:00 frontier ",
            MONDAY + day,
            time / HOUR,
            time % HOUR / MINUTE,
            time % MINUTE / SECOND,
            time % SECOND,
        );
        self.raw(at, [head.as_bytes(), text].concat());
    }

    fn raw(&mut self, at: u64, line: Vec<u8>) {
        if at < DAYS * DAY {
            self.lines.push((at, line));
        }
    }

    fn told(mut self) -> Vec<u8> {
        // What happens at the same moment stays in the order in which it was told.
        self.lines.sort_by_key(|(at, _)| *at);
        let mut text = Vec::new();
        for (_, line) in self.lines {
            text.extend_from_slice(&line);
            text.push(b'\n');
        }
        text
    }
}

const fn ours(host: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, host))
}

const fn lan(host: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 168, 10, host))
}

/// 2001:db8:`site`::`host`; ours is site 64.
const fn six(site: u16, host: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, site, 0, 0, 0, 0, host))
}

/// The address as a number, as raw scanners compute with it; 0 for IPv6.
const fn number_of(ip: IpAddr) -> u32 {
    match ip {
        IpAddr::V4(ip) => ip.to_bits(),
        IpAddr::V6(_) => 0,
    }
}
