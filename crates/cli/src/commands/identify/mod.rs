//! `rutter identify`: which protocol and which program do these bytes belong to.

mod answer;
mod hex;
mod listing;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Cursor, Read};

use clap::ValueHint;
use rutter_event::{Transport, Untrusted};
use rutter_identify::{Flows, MOST_FLOWS, MOST_HELD, Side, identify};
use rutter_pipeline::Settings;
use rutter_source::{Kind, Options, Source};

use crate::account;
use crate::args::{Choice, Manner, Wording};
use crate::inputs::named_or_piped;
use crate::notice::{self, grouped};
use crate::sink::{Audience, Sink};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

use answer::{Answer, Teller};
use hex::Asked;

/// Say which protocol and which program some bytes belong to
///
/// Reads the first bytes that one side of a connection sent, or one datagram. Of a capture every
/// flow is named. The port is a hint and never proof: bytes that do not say get no answer.
#[derive(Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// A capture (pcap, pcapng), a file that holds one payload, or - for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    input: Vec<OsString>,

    /// Read lines instead: tcp or udp, a slash and the server's port if known, the side, the bytes
    ///
    /// `tcp/443 client 160301…`, `udp any 0a1b…`: one payload a line in hexadecimal, with client,
    /// server or any for who sent it. Empty lines and those that begin with # are passed over.
    #[arg(long, help_heading = "Reading")]
    hex: bool,

    /// What carried the payload of a FILE
    #[arg(
        long, value_name = "NAME", default_value = "tcp", value_parser = TRANSPORTS.parser(),
        help_heading = "Reading"
    )]
    transport: Transport,

    /// Who sent the payload of a FILE
    #[arg(
        long, value_name = "SIDE", default_value = "any", value_parser = SIDES.parser(),
        help_heading = "Reading"
    )]
    side: Side,

    /// Port of the server that the payload of a FILE went to or came from
    #[arg(long, value_name = "PORT", help_heading = "Reading")]
    port: Option<u16>,

    /// Name every protocol that rutter knows by its bytes
    #[arg(long, conflicts_with_all = ["input", "hex"])]
    list: bool,

    /// What to write [default: text for people, json into pipes and for --hex]
    #[arg(short, long, value_name = "SHAPE", value_parser = SHAPES.parser(), help_heading = "Output")]
    output: Option<Shape>,

    #[command(flatten)]
    wording: Wording,
}

const EXAMPLES: &str = "\
Examples:
  rutter identify --port 443 --side client first-bytes.bin
  rutter identify capture.pcap
  echo 'tcp/22 client 5353482d322e302d476f0d0a' | rutter identify --hex -
  rutter identify --list";

const HINT: &str = "\
no bytes are named, and nothing is piped in; name a capture or a payload, for instance
  rutter identify capture.pcap
  rutter identify --port 443 --side client first-bytes.bin
  echo 'tcp/22 client 5353482d322e302d476f0d0a' | rutter identify --hex -";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
}

const SHAPES: Choice<Shape> = Choice(&[
    ("text", "a paragraph for each payload or flow", Shape::Text),
    ("json", "one JSON object a line", Shape::Json),
]);

const TRANSPORTS: Choice<Transport> = Choice(&[
    ("tcp", "the first bytes of a connection", Transport::TCP),
    ("udp", "one datagram", Transport::UDP),
]);

const SIDES: Choice<Side> = Choice(&[
    ("client", "who called", Side::Client),
    ("server", "who was called", Side::Server),
    ("any", "it is not known", Side::Any),
]);

/// Bytes of a payload that are looked at; no protocol says later who it is.
const MOST_PAYLOAD: u64 = 64 << 10;
/// Bytes of a line of `--hex`: a payload twice, and what stands before it.
const MOST_LINE: usize = 2 * MOST_PAYLOAD as usize + 64;

/// What became of the payloads.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    lines: u64,
    named: u64,
    silent: u64,
    skipped: u64,
    refused: u64,
}

pub(crate) fn run(args: &Args, manner: &Manner, around: &Surroundings) -> Result<Status, Stop> {
    let shape = args.output.unwrap_or({
        let person = around.stdout_is_terminal && !args.hex;
        if person { Shape::Text } else { Shape::Json }
    });
    let language = args.wording.language(around);
    if args.list {
        // Who pipes the list into grep wants lines too.
        return listing::list(args.output == Some(Shape::Json), language);
    }
    let inputs = named_or_piped(&args.input, around, HINT)?;
    let audience = match shape {
        Shape::Text => Audience::Person,
        Shape::Json => Audience::Program,
    };
    let several = inputs.len() > 1;
    let mut run = Run {
        args,
        quiet: manner.quiet,
        teller: Teller::new(Sink::open(audience, None)?, shape == Shape::Json, language),
        live: around.stdout_is_terminal,
        sum: Sum::default(),
        well: true,
    };
    for input in &inputs {
        let name = several.then(|| input.as_encoded_bytes());
        match open(input) {
            Ok(bytes) if args.hex => run.lines(name, bytes)?,
            Ok(bytes) => run.bytes(name, input, bytes)?,
            Err(error) => run.fail(input, &error),
        }
    }
    run.teller.finish()?;
    if !manner.quiet {
        notice::line(told(&run.sum, args.hex));
    }
    Ok(if run.well {
        Status::Done
    } else {
        Status::Failed
    })
}

fn open(input: &OsString) -> io::Result<Box<dyn Read + Send>> {
    if input == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let file = File::open(input)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(Box::new(file))
}

struct Run<'a> {
    args: &'a Args,
    quiet: bool,
    teller: Teller,
    /// Somebody watches: errors keep their place among the answers.
    live: bool,
    sum: Sum,
    well: bool,
}

impl Run<'_> {
    fn fail(&mut self, input: &OsString, error: &io::Error) {
        let advice = match error.kind() {
            io::ErrorKind::IsADirectory => "name a file in it",
            io::ErrorKind::NotFound => "look for a slip in its name",
            io::ErrorKind::PermissionDenied => "name a file that you may read",
            _ => "copy it to another place and try there",
        };
        notice::error(format_args!(
            "{}: cannot be read: {error}; {advice}",
            Untrusted::new(input.as_encoded_bytes()).terminal()
        ));
        self.well = false;
    }

    fn tell(&mut self, answer: &Answer<'_>) -> Result<(), Stop> {
        match answer.found {
            Some(_) => self.sum.named += 1,
            None => self.sum.silent += 1,
        }
        self.teller.tell(answer)
    }

    /// A payload a line.
    fn lines(&mut self, name: Option<&[u8]>, bytes: Box<dyn Read + Send>) -> Result<(), Stop> {
        let mut reader = BufReader::new(bytes);
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            let read = (&mut reader)
                .take(MOST_LINE as u64)
                .read_until(b'\n', &mut line);
            match read {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) => {
                    self.fail(&"-".into(), &error);
                    return Ok(());
                }
            }
            number += 1;
            self.sum.lines += 1;
            let whole = line.ends_with(b"\n") || line.len() < MOST_LINE;
            if !whole {
                pass_line(&mut reader);
            }
            let asked = if whole {
                hex::read(&line)
            } else {
                Err(hex::Fault::TooLong)
            };
            match asked {
                Ok(None) => self.sum.skipped += 1,
                Ok(Some(asked)) => self.one(name, number, &asked)?,
                Err(fault) => {
                    self.sum.refused += 1;
                    self.well = false;
                    if self.live {
                        self.teller.show()?;
                    }
                    let place = name.map(|name| format!("{}: ", Untrusted::new(name).terminal()));
                    notice::error(format_args!(
                        "{}line {number}: {fault}",
                        place.unwrap_or_default()
                    ));
                }
            }
        }
    }

    fn one(&mut self, name: Option<&[u8]>, line: u64, asked: &Asked) -> Result<(), Stop> {
        let found = identify(asked.transport, asked.port, asked.side, &asked.bytes);
        self.tell(&Answer {
            source: name,
            line,
            transport: asked.transport,
            port: asked.port,
            ends: None,
            found: found.as_ref(),
        })
    }

    /// A capture, or one payload.
    fn bytes(
        &mut self,
        name: Option<&[u8]>,
        input: &OsString,
        mut bytes: Box<dyn Read + Send>,
    ) -> Result<(), Stop> {
        let mut head = Vec::new();
        if let Err(error) = (&mut bytes).take(MOST_PAYLOAD).read_to_end(&mut head) {
            self.fail(input, &error);
            return Ok(());
        }
        let told = input.to_string_lossy().into_owned();
        let of =
            |bytes: Box<dyn Read + Send>| Source::of_program(&told, bytes, &Options::default());
        let peeked = of(Box::new(Cursor::new(head.clone()))).read();
        if peeked.is_ok_and(|reader| reader.kind() == Kind::Capture) {
            return self.capture(name, of(Box::new(Cursor::new(head).chain(bytes))));
        }
        self.sum.lines += 1;
        let args = self.args;
        let asked = Asked {
            transport: args.transport,
            port: args.port,
            side: args.side,
            bytes: head,
        };
        self.one(name, 1, &asked)
    }

    fn capture(&mut self, name: Option<&[u8]>, source: Source) -> Result<(), Stop> {
        let mut flows = Flows::default();
        // A datagram that exports flows is one more payload here.
        let settings = Settings {
            carriers: true,
            ..Settings::default()
        };
        let outcome = rutter_pipeline::walk(vec![source], &settings, &mut |packet, event| {
            flows.observe(packet, event);
        });
        for flow in flows.iter() {
            self.sum.lines += 1;
            let found = flow.identify();
            self.tell(&Answer {
                source: name,
                line: flow.packet,
                transport: flow.transport,
                port: Some(flow.server.1),
                ends: Some((flow.client, flow.server)),
                found: found.as_ref(),
            })?;
        }
        if flows.omitted() > 0 {
            notice::note(format_args!(
                "{} packets are not looked into: more than {} flows, or {} MiB of first bytes; cut the \
                 capture, for instance with editcap",
                grouped(flows.omitted()),
                grouped(MOST_FLOWS as u64),
                MOST_HELD >> 20
            ));
        }
        self.well &= account::tell(&outcome.accounts, self.quiet, true);
        Ok(())
    }
}

/// Passes over the rest of a line without keeping it.
fn pass_line(reader: &mut impl io::BufRead) {
    while let Ok(held) = reader.fill_buf() {
        let (used, over) = match held.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (held.len(), held.is_empty()),
        };
        reader.consume(used);
        if over {
            return;
        }
    }
}

/// The account as one line.
fn told(sum: &Sum, hex: bool) -> String {
    let mut text = format!(
        "{} {} = named {} + unknown {}",
        if hex { "lines" } else { "payloads" },
        grouped(sum.lines),
        grouped(sum.named),
        grouped(sum.silent)
    );
    if hex {
        text.push_str(&format!(
            " + skipped {} + refused {}",
            grouped(sum.skipped),
            grouped(sum.refused)
        ));
    }
    text
}
