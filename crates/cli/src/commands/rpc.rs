use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use rutter_event::{Transport, Untrusted};
use rutter_host::{PORTMAP, dump};
use rutter_report::host::Catalogue;

use crate::args::{Choice, Wording};
use crate::sink::{Audience, print};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// Ask a portmapper which services it offers, and explain each
///
/// The only command that sends anything: one TCP connection to port 111 of the host that you name,
/// this machine when you name none; with --udp at most two datagrams. Ask only machines that are
/// yours.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Whom to ask: a name or an address, with a port where it is another than 111
    #[arg(value_name = "HOST", default_value = "127.0.0.1")]
    host: String,

    /// Ask by UDP, where TCP is not let through
    #[arg(long)]
    udp: bool,

    /// How many seconds to wait for the answer
    #[arg(
        long, value_name = "SECONDS", default_value_t = 5,
        value_parser = RangedU64ValueParser::<u64>::new().range(1..=600)
    )]
    patience: u64,

    /// What to write
    #[arg(
        short, long, value_name = "SHAPE", default_value = "text", value_parser = SHAPES.parser(),
        help_heading = "Output"
    )]
    output: Shape,

    #[command(flatten)]
    wording: Wording,
}

const EXAMPLES: &str = "\
Examples:
  rutter rpc
  rutter rpc 192.168.1.9
  rutter rpc --udp 192.168.1.9
  rutter rpc --output json nfs.example.net";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
}

const SHAPES: Choice<Shape> = Choice(&[
    ("text", "a paragraph for each program", Shape::Text),
    ("json", "one object", Shape::Json),
]);

pub(crate) fn run(args: &Args, around: &Surroundings) -> Result<Status, Stop> {
    let at = address(&args.host)?;
    let by = if args.udp {
        Transport::UDP
    } else {
        Transport::TCP
    };
    let offers = dump(at, by, Duration::from_secs(args.patience))
        .map_err(|error| Stop::error(error.to_string()))?;
    let catalogue = Catalogue {
        at,
        offers: &offers,
        language: args.wording.language(around),
    };
    let (audience, bytes) = match args.output {
        Shape::Text => {
            let text = catalogue.page().terminal(around.width);
            (
                Audience::Person,
                format!("{}\n", text.trim_end()).into_bytes(),
            )
        }
        Shape::Json => {
            let mut bytes = Vec::new();
            catalogue.write_json(&mut bytes);
            (Audience::Program, bytes)
        }
    };
    print(audience, &bytes)
}

/// Where to ask: what the system says the name's first address is.
fn address(host: &str) -> Result<SocketAddr, Stop> {
    let shown = Untrusted::new(host.as_bytes());
    let unknown = |why: String| {
        Stop::error(format!(
            "{}: {why}; name a host or an address, for instance 192.168.1.9",
            shown.terminal()
        ))
    };
    if let Ok(ip) = host.parse() {
        return Ok(SocketAddr::new(ip, PORTMAP));
    }
    let resolved = if host.contains(':') {
        host.to_socket_addrs()
    } else {
        (host, PORTMAP).to_socket_addrs()
    };
    let mut found = resolved.map_err(|error| unknown(error.to_string()))?;
    found
        .next()
        .ok_or_else(|| unknown("has no address".to_owned()))
}
