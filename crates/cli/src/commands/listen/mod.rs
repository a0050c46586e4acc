mod amount;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod view;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::ValueHint;
use rutter_event::Transport;
use rutter_sensor::Ports;
use rutter_sensor::redirect::{Redirect, redirect};

use crate::args::{Choice, Manner, Wording};
use crate::sink::{Audience, print};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;
use amount::{Duration, Size};

/// Listen on ports, and record who comes and what they say first
///
/// Accepts, keeps silent or says the first word of a protocol in which servers speak first, reads at
/// most 4 KiB, records, names the protocol and the program that speaks, and closes after at most 30
/// seconds. Datagrams are never answered. It never calls anybody: started as root it opens its ports
/// and then gives up everything else, and it does not run if it could have it back. What it writes is
/// a log that `rutter report` and `rutter explain` read.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// 27374, 1-1024, tcp/23,udp/161, 27374/tcp; without tcp or udp it is both
    ///
    /// Not needed when systemd hands sockets over.
    #[arg(value_name = "PORTS")]
    ports: Vec<Ports>,

    /// More ports, written alike
    #[arg(long = "for", value_name = "PORTS")]
    more: Vec<Ports>,

    /// Own address to listen on; all of both families without it
    #[arg(long, value_name = "IP")]
    address: Vec<IpAddr>,

    /// Whether to speak first where a server does
    #[arg(long, value_name = "WHETHER", default_value = "auto", value_parser = GREETS.parser())]
    greet: Greeting,

    /// Stop after so many contacts, or a time: 100, 90s, 10m, 2h
    #[arg(long, value_name = "N|DURATION")]
    until: Option<Duration>,

    /// The one port to which the system leads all others
    ///
    /// For more ports than sockets can be opened. The rules that lead them there are what
    /// `--redirect` prints; where each was meant to go is read back from the system.
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    through: Option<u16>,

    /// Print the rules that lead PORTS to --through (2626 without it), and end
    #[arg(long, value_name = "WHOSE", value_parser = REDIRECTS.parser())]
    redirect: Option<Redirect>,

    /// Start, try everything that must not be possible any more, say what came of it, and end
    #[arg(long)]
    check: bool,

    /// What to write to standard output; without it text to a terminal, json to anything else
    #[arg(
        short, long, value_name = "SHAPE", value_parser = SHAPES.parser(), help_heading = "Output"
    )]
    output: Option<Shape>,

    /// Keep records in files of a folder, within --quota, whole after any crash
    ///
    /// Lines of JSON, one a contact. A new file is begun when one is full, and on SIGHUP.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Output")]
    spool: Option<PathBuf>,

    /// Write a capture too, of what was said, with headers built around it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pcapng: Option<PathBuf>,

    #[command(flatten)]
    wording: Wording,

    /// Who to become when started as root; `rutter` or else `nobody` without it
    #[arg(long, value_name = "USER", help_heading = "Limits")]
    user: Option<String>,

    /// Most connections at once
    #[arg(long, value_name = "N", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..=65_536), help_heading = "Limits")]
    connections: u32,

    /// Most connections at once of one IPv4 address or IPv6 /64
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Limits")]
    connections_per_source: u32,

    /// Most records a second; ten seconds' worth may come at once
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=10_000_000), help_heading = "Limits")]
    rate: u32,

    /// Most records a second of one IPv4 address or IPv6 /64; ten seconds' worth may come at once
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000_000), help_heading = "Limits")]
    rate_per_source: u32,

    /// Most that the spool holds, and the capture file: 500M, 2G; the oldest records make room
    #[arg(
        long,
        value_name = "SIZE",
        default_value = "1G",
        help_heading = "Limits"
    )]
    quota: Size,
}

const EXAMPLES: &str = "\
Examples:
  rutter listen 27374/tcp --until 1
  rutter listen tcp/23,tcp/2323,udp/161 --spool /var/lib/rutter
  rutter listen 8000-9000 --output json | rutter explain -
  rutter listen 1-65535 --through 2626 --redirect nft | nft -f -
  rutter listen 1-65535 --through 2626 --spool /var/lib/rutter
  rutter report fw.log /var/lib/rutter

SIGTERM writes down what is under way and ends; SIGHUP begins another file of the spool.";

/// Where rules lead when no port is named.
const THROUGH: u16 = 2626;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
    Nothing,
}

const SHAPES: Choice<Shape> = Choice(&[
    ("text", "a dump of each contact", Shape::Text),
    (
        "json",
        "one JSON object a line, fields of the Elastic Common Schema",
        Shape::Json,
    ),
    (
        "none",
        "nothing, for those who read the spool",
        Shape::Nothing,
    ),
]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Greeting {
    Auto,
    Never,
}

const GREETS: Choice<Greeting> = Choice(&[
    (
        "auto",
        "to a client that waits, the first word of the port's protocol: ftp, ssh, telnet, smtp, \
         pop3, nntp, imap, rsync, mysql, vnc, managesieve; and ours to whoever says SSH, at any port",
        Greeting::Auto,
    ),
    ("none", "never a word", Greeting::Never),
]);

const REDIRECTS: Choice<Redirect> = Choice(&[
    ("nft", "nftables, TCP and UDP, transparent", Redirect::Nft),
    (
        "iptables",
        "iptables and ip6tables, TCP and UDP, transparent",
        Redirect::Iptables,
    ),
    (
        "nft-nat",
        "nftables, TCP only, translated",
        Redirect::NftNat,
    ),
    (
        "iptables-nat",
        "iptables and ip6tables, TCP only, translated",
        Redirect::IptablesNat,
    ),
]);

pub(crate) fn run(args: &Args, manner: &Manner, around: &Surroundings) -> Result<Status, Stop> {
    let mut ports = Ports::default();
    args.ports
        .iter()
        .chain(&args.more)
        .for_each(|more| ports.extend(more));
    if let Some(kind) = args.redirect {
        if ports.is_empty() {
            return Err(Stop::error(
                "--redirect: no ports are named; write for instance 1-65535",
            ));
        }
        let translated = matches!(kind, Redirect::NftNat | Redirect::IptablesNat);
        if translated && ports.ranges(Transport::TCP).is_empty() {
            return Err(Stop::error(
                "--redirect: translated rules are for TCP, since of a translated datagram nobody can \
                 tell where it was sent to; take nft or iptables for UDP",
            ));
        }
        let rules = redirect(kind, &ports, args.through.unwrap_or(THROUGH));
        return print(Audience::Program, rules.as_bytes());
    }
    listen(args, ports, manner, around)
}

#[cfg(target_os = "linux")]
use run::listen;

#[cfg(not(target_os = "linux"))]
fn listen(_: &Args, _: Ports, _: &Manner, _: &Surroundings) -> Result<Status, Stop> {
    Err(Stop::error(
        "listen: this system has no means by which a listener gives up its rights for good; run it \
         on Linux",
    ))
}
