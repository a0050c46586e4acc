use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use rutter_host::{Ephemeral, sockets};
use rutter_report::host::Inventory;

use crate::args::{Choice, Overlay, Wording};
use crate::sink::{Audience, Sink};
use crate::status::{Status, Stop};
use crate::surroundings::{Surroundings, rest};

/// Show this machine's own ports: what listens, who is connected, which process, what it means
///
/// What `netstat -a` was. Listeners that strangers can reach and should not, and listeners on ports
/// known for trojans, are marked and explained. Processes of other users are seen by root only. A host
/// or container shows the sockets of its own network namespace.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Leave out connections: only what strangers could speak to
    #[arg(short, long)]
    listening: bool,

    /// Show it again every so many seconds, until interrupted
    #[arg(
        short, long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2",
        value_parser = RangedU64ValueParser::<u64>::new().range(1..=86_400)
    )]
    watch: Option<u64>,

    /// What to write
    #[arg(
        short, long, value_name = "SHAPE", default_value = "text", value_parser = SHAPES.parser(),
        help_heading = "Output"
    )]
    output: Shape,

    #[command(flatten)]
    wording: Wording,
    #[command(flatten)]
    overlay: Overlay,
}

const EXAMPLES: &str = "\
Examples:
  rutter sockets --listening
  rutter sockets --watch 5
  rutter sockets --output json";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
}

const SHAPES: Choice<Shape> = Choice(&[
    ("text", "a table, and what deserves a look", Shape::Text),
    ("json", "one object, each time", Shape::Json),
]);

/// Clears a screen, and puts the cursor home.
const CLEAR: &[u8] = b"\x1b[2J\x1b[H";

pub(crate) fn run(args: &Args, around: &Surroundings) -> Result<Status, Stop> {
    let knowledge = args.overlay.load()?;
    let audience = match args.output {
        Shape::Text => Audience::Person,
        Shape::Json => Audience::Program,
    };
    let mut sink = Sink::open(audience, None)?;
    let ephemeral = Ephemeral::of_this_system();
    loop {
        let mut found = sockets().map_err(|error| Stop::error(error.to_string()))?;
        found.retain(|socket| !args.listening || socket.is_listening());
        let inventory = Inventory {
            sockets: &found,
            ephemeral: ephemeral.as_ref(),
            knowledge: &knowledge,
            language: args.wording.language(around),
        };
        let mut bytes = Vec::new();
        match args.output {
            Shape::Text => {
                if args.watch.is_some() && around.stdout_is_terminal {
                    bytes.extend_from_slice(CLEAR);
                }
                let page = inventory.page().terminal(around.width);
                bytes.extend_from_slice(page.trim_end().as_bytes());
                bytes.push(b'\n');
            }
            Shape::Json => inventory.write_json(&mut bytes),
        }
        sink.put(&bytes)?;
        let Some(seconds) = args.watch else {
            sink.finish()?;
            return Ok(Status::Done);
        };
        sink.show()?;
        rest(Duration::from_secs(seconds));
    }
}
