//! Long logs: what a busy border writes, for benchmarks, and what a public server's ufw writes, to
//! read its report with the eyes of its administrator. As many lines as one likes.

mod crowd;
mod server;
mod strangers;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::netfilter::{Body, Options, Packet, Rule, Tcp};
use crate::random::{Random, scatter};

/// How many sources there are; how often each comes falls with its rank (Zipf, exponent 1).
const SOURCES: usize = 50_000;
const RULE: Rule = Rule {
    label: "[UFW BLOCK] ",
    ingress: "eth0",
    egress: "",
    hardware: (0x66, 0x65),
    is_detailed: false,
};
/// What TCP is asked for.
const PORTS: [u16; 24] = [
    23, 22, 445, 8080, 80, 443, 3389, 8728, 5555, 2323, 1433, 6379, 5900, 8443, 3306, 81, 37_215,
    5432, 9200, 2375, 7547, 27_017, 52_869, 60_023,
];
/// What UDP is asked for, with bytes of payload.
const UDP_PORTS: [(u16, u16); 8] = [
    (53, 42),
    (123, 48),
    (5060, 408),
    (161, 43),
    (1900, 94),
    (389, 52),
    (11_211, 15),
    (33_434, 32),
];

/// What is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Scene {
    /// A network's border: 50,000 sources by Zipf's law, every packet logged.
    Border,
    /// One public server under the Internet's background, with ufw's own limit.
    Server,
}

/// What log to write.
#[derive(clap::Args)]
pub(crate) struct Wish {
    /// How many lines.
    #[arg(long)]
    lines: u64,
    /// The same seed gives the same log.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to.
    #[arg(long)]
    out: PathBuf,
    /// What is logged.
    #[arg(long, value_enum, default_value_t = Scene::Border)]
    scene: Scene,
    /// Of the server: so many times the usual number of strangers.
    #[arg(long, default_value_t = 1)]
    crowd: u64,
    /// Of the server: sequence numbers and options are logged, too.
    #[arg(long)]
    detailed: bool,
}

/// Writes a log.
pub(crate) fn write(wish: &Wish) -> anyhow::Result<()> {
    let (lines, seed) = (wish.lines, wish.seed);
    match wish.scene {
        Scene::Border => border(&wish.out, lines, seed),
        Scene::Server => to(&wish.out, lines, |out| {
            server::generate(lines, seed, wish.crowd, wish.detailed, out)
        }),
    }
}

/// Writes the log of a border.
pub(crate) fn border(path: &Path, lines: u64, seed: u64) -> anyhow::Result<()> {
    to(path, lines, |out| generate(lines, seed, out))
}

/// Writes so many lines into a file.
fn to(
    path: &Path,
    lines: u64,
    generate: impl FnOnce(&mut BufWriter<File>) -> io::Result<u64>,
) -> anyhow::Result<()> {
    let failed = || format!("cannot write {}", path.display());
    let file = File::create(path).with_context(failed)?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let bytes = generate(&mut out).with_context(failed)?;
    out.flush().with_context(failed)?;
    println!(
        "{lines} lines, {bytes} bytes, {} a line",
        bytes / lines.max(1)
    );
    Ok(())
}

/// Generates lines onto `out`; how many bytes.
fn generate(lines: u64, seed: u64, out: &mut impl Write) -> io::Result<u64> {
    let crowd = Crowd::new();
    let mut random = Random::new(seed);
    let mut text = Vec::with_capacity(512);
    let mut bytes = 0;
    // Spread over the thirty days of November, whatever the number of lines.
    let step = 30 * 86_400_000_000 / lines.max(1);
    for number in 0..lines {
        text.clear();
        let at = number * step;
        let (second, micro) = (at / 1_000_000, at % 1_000_000);
        write!(
            text,
            "Nov {:2} {:02}:{:02}:{:02} gw kernel: [{}.{micro:06}] ",
            1 + second / 86_400,
            second / 3_600 % 24,
            second / 60 % 60,
            second % 60,
            12_345 + second,
        )?;
        let packet = crowd.packet(&mut random);
        RULE.write(&packet, &mut text)?;
        text.push(b'\n');
        bytes += text.len() as u64;
        out.write_all(&text)?;
    }
    Ok(bytes)
}

/// The sources: who they are follows from their rank alone.
struct Crowd {
    /// Sum of the shares up to each rank, of 2^64.
    shares: Vec<u64>,
}

impl Crowd {
    fn new() -> Self {
        let whole: f64 = (1..=SOURCES).map(|rank| 1.0 / rank as f64).sum();
        let mut sum = 0.0;
        let shares = (1..=SOURCES).map(|rank| {
            sum += 1.0 / rank as f64;
            (sum / whole * u64::MAX as f64) as u64
        });
        Self {
            shares: shares.collect(),
        }
    }

    fn packet(&self, random: &mut Random) -> Packet {
        let draw = random.bits();
        let rank = self.shares.partition_point(|share| *share < draw) as u64;
        let traits = scatter(rank + 1);
        let is_v6 = traits.is_multiple_of(16);
        let (source, destination) = if is_v6 {
            let site = (traits >> 16) as u16;
            let host = (traits >> 32) as u16;
            (
                IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, site, 0, 0, 0, 0, host)),
                IpAddr::V6(Ipv6Addr::new(
                    0x2001,
                    0xdb8,
                    64,
                    0,
                    0,
                    0,
                    0,
                    random.number(1..=64),
                )),
            )
        } else {
            (
                IpAddr::V4(public(traits)),
                IpAddr::V4(Ipv4Addr::new(203, 0, 113, random.number(1..=254))),
            )
        };
        let body = body(traits, is_v6, random);
        Packet {
            ttl: 40 + (traits >> 20) as u8 % 80,
            id: (random.bits() >> 48) as u16,
            dont_fragment: traits >> 28 & 3 == 0,
            ..Packet::new(source, destination, body)
        }
    }
}

fn body(traits: u64, is_v6: bool, random: &mut Random) -> Body {
    match traits >> 8 & 15 {
        0..=2 => {
            let (destination, data) = random.pick(UDP_PORTS);
            Body::Udp {
                source: random.number(1_024..=65_535),
                destination,
                data,
            }
        }
        3 => Body::Echo {
            kind: if is_v6 { 128 } else { 8 },
            id: (traits >> 40) as u16,
            sequence: random.number(0..=9),
            data: 56,
        },
        shape => {
            // Half of the sources want one service; the others try what is popular.
            let port = if shape < 10 {
                Random::new(traits).pick(PORTS)
            } else {
                random.pick(PORTS)
            };
            let options = match shape {
                4..=8 => Options::Linux((random.bits() >> 32) as u32),
                9..=11 => Options::Windows,
                _ => Options::None,
            };
            Body::Tcp(Tcp {
                source: random.number(1_024..=65_535),
                destination: port,
                seq: (random.bits() >> 32) as u32,
                ack: 0,
                window: if options == Options::None {
                    1_024
                } else {
                    64_240
                },
                flags: "SYN",
                options,
                data: 0,
            })
        }
    }
}

/// An address that can be on the net, drawn by chance; it stands for nobody.
fn public(traits: u64) -> Ipv4Addr {
    let mut bits = traits;
    loop {
        let ip = Ipv4Addr::from_bits((bits >> 32) as u32);
        let special = match ip.octets() {
            [0 | 10 | 127 | 224.., ..] => true,
            [100, b, ..] => (64..128).contains(&b),
            [169, 254, ..]
            | [192, 168, ..]
            | [192, 0, 0, _]
            | [198, 18..=19, ..]
            | [203, 0, 113, _] => true,
            [172, b, ..] => (16..32).contains(&b),
            _ => false,
        };
        if !special {
            return ip;
        }
        bits = scatter(bits);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_log() {
        let log = |seed| {
            let mut out = Vec::new();
            generate(2_000, seed, &mut out).unwrap();
            out
        };
        let once = log(7);
        assert!(once == log(7) && once != log(8));
        assert_eq!(once.iter().filter(|b| **b == b'\n').count(), 2_000);
    }

    #[test]
    fn lines_are_as_long_as_real_ones() {
        let mut out = Vec::new();
        let bytes = generate(20_000, 1, &mut out).unwrap();
        assert_eq!(bytes, out.len() as u64);
        assert!(
            (248..=258).contains(&(bytes / 20_000)),
            "{}",
            bytes / 20_000
        );
    }

    #[test]
    fn few_sources_send_most() {
        let crowd = Crowd::new();
        let mut random = Random::new(3);
        let mut counts = std::collections::BTreeMap::<IpAddr, u32>::new();
        for _ in 0..50_000 {
            *counts.entry(crowd.packet(&mut random).source).or_default() += 1;
        }
        let mut counts: Vec<u32> = counts.into_values().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let loudest: u32 = counts.iter().take(100).sum();
        // The first hundred of 50,000 Zipf ranks hold 45 % of the draws.
        assert!((20_000..25_500).contains(&loudest), "{loudest}");
        assert!(counts.len() > 8_000, "{}", counts.len());
    }
}
