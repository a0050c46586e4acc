//! How fast each format is read: lines and megabytes per second of one processor.
//!
//!     cargo bench -p rutter-decode                # all formats
//!     cargo bench -p rutter-decode -- panos zeek  # those whose name holds one of the words
//!     cargo bench -p rutter-decode -- --write     # all formats, into docs/speed.md
//!     cargo xtask instructions                    # the same lines, counted instead of timed
//!
//! Lines are made from the examples in the formats' READMEs, envelopes included, with other
//! addresses and ports in every line, so that no branch is learnt by heart. Time is that of the
//! processor where the system tells it (Linux), so that other work on the machine counts little; of
//! several rounds the fastest counts.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement is for reading, reads READMEs and needs a clock"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use std::{env, fs};

use rutter_decode::formats::REGISTRY;
use rutter_decode::{Decoder, Format, Outcome};

/// Lines of each format: more than any cache of branches remembers, fewer than one of memory holds.
const LINES: usize = 4_000;
/// The word that asks for docs/speed.md to be written.
const WRITE: &str = "--write";
/// The word that asks for one counted pass per format instead of times.
const COUNT: &str = "--count";
/// Lines of such a pass: instructions need no averaging beyond the variety of the examples.
const COUNTED: usize = 256;
/// Rounds, and seconds of each: systems tell a thread's time by ticks of a few milliseconds.
const ROUNDS: usize = 3;
const SECONDS: f64 = 0.15;

fn main() {
    let is_count = env::args().any(|word| word == COUNT);
    let is_write = env::args().any(|word| word == WRITE);
    let mut rows = String::new();
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    if !is_count {
        println!(
            "{:28} {:>6} {:>8} {:>12} {:>8}",
            "format", "bytes", "ns/line", "lines/s", "MB/s"
        );
    }
    for format in REGISTRY {
        let name = format.name();
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let lines = lines_of(*format, if is_count { COUNTED } else { LINES });
        if lines.is_empty() {
            println!("{name:28} no example gives an event by itself");
            continue;
        }
        if is_count {
            count(name, &lines);
        } else {
            rows.push_str(&report(name, &lines));
        }
    }
    if is_write {
        match write_page(&rows) {
            Ok(()) => println!("written to docs/speed.md"),
            Err(why) => println!("docs/speed.md: {why}"),
        }
    }
}

/// Between these lines of docs/speed.md stands the table; the text around it is written by hand.
const BEGIN: &str = "<!-- written by cargo bench -p rutter-decode -- --write -->\n";
const END: &str = "<!-- end -->\n";
const HEAD: &str = "
| format | bytes a line | ns a line | lines/s | MB/s |
| --- | ---: | ---: | ---: | ---: |
";

/// Puts the rows into the page.
fn write_page(rows: &str) -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/speed.md");
    let page = fs::read_to_string(&path)?;
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, behind) = rest.split_once(END)?;
        Some(format!("{before}{BEGIN}{HEAD}{rows}\n{END}{behind}"))
    });
    fs::write(path, parts.ok_or(std::io::ErrorKind::InvalidData)?)
}

/// Reads the lines once to be warm, and once for who counts the instructions of [`counted_pass`];
/// says what was read, in the order in which it is counted.
fn count(name: &str, lines: &[String]) {
    let mut decoder = Decoder::default();
    pass(&mut decoder, lines);
    counted_pass(&mut decoder, lines);
    let bytes: usize = lines.iter().map(String::len).sum();
    println!("{name}\t{}\t{bytes}\t{:016x}", lines.len(), sum(lines));
}

/// A sum over the lines (FNV-1a), by which counts of other lines are told apart.
fn sum(lines: &[String]) -> u64 {
    let bytes = lines.iter().flat_map(|line| line.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What is counted, by this name: it must stay a function of its own.
#[inline(never)]
fn counted_pass(decoder: &mut Decoder, lines: &[String]) {
    pass(decoder, lines);
}

fn pass(decoder: &mut Decoder, lines: &[String]) {
    for line in lines {
        black_box(decoder.line(black_box(line.as_bytes()), &mut |event| {
            black_box(event);
        }));
    }
}

/// Measures, prints, and gives the row for the page.
fn report(name: &str, lines: &[String]) -> String {
    let bytes: usize = lines.iter().map(|line| line.len()).sum();
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let (start, mut passes) = (now(), 0.0);
        let mut spent = 0.0;
        while spent < SECONDS {
            pass(&mut Decoder::default(), lines);
            passes += 1.0;
            spent = now() - start;
        }
        best = best.min(spent / passes);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few millions")]
    let (count, bytes) = (lines.len() as f64, bytes as f64);
    let (mean, nanoseconds) = (bytes / count, best * 1e9 / count);
    let (per_second, megabytes) = (count / best, bytes / best / 1e6);
    println!("{name:28} {mean:6.0} {nanoseconds:8.0} {per_second:12.0} {megabytes:8.0}");
    format!("| {name} | {mean:.0} | {nanoseconds:.0} | {per_second:.0} | {megabytes:.0} |\n")
}

/// Seconds that this thread has had the processor, or that have passed where no system tells.
fn now() -> f64 {
    use std::sync::LazyLock;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let spent = fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    spent.map_or_else(
        || START.elapsed().as_secs_f64(),
        |nanoseconds| nanoseconds / 1e9,
    )
}

/// So many lines of a format, with their ends, made from those of its examples that give events without others before them.
fn lines_of(format: &dyn Format, count: usize) -> Vec<String> {
    let examples = examples(format);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut lines = Vec::new();
    if examples.is_empty() {
        return lines;
    }
    for example in examples.iter().cycle().take(count) {
        let varied = vary(example, &mut random);
        let line = if is_read(format, &varied) {
            varied
        } else {
            example.clone()
        };
        lines.push(line + "\n");
    }
    lines
}

fn examples(format: &dyn Format) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/formats");
    let path = folder
        .join(format.name().replace('-', "_"))
        .join("README.md");
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut is_log = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        match line {
            "```log" => is_log = true,
            "```" => is_log = false,
            _ if is_log && is_read(format, line) => lines.push(line.to_owned()),
            _ => {}
        }
    }
    lines
}

/// Whether the line gives events, and of this format.
fn is_read(format: &dyn Format, line: &str) -> bool {
    let mut names = Vec::new();
    let outcome = Decoder::default().line(line.as_bytes(), &mut |event| names.push(event.format));
    matches!(outcome, Outcome::Events(_)) && names.iter().all(|name| *name == format.name())
}

/// The line with other last octets of IPv4 addresses and other numbers of five digits, which in logs
/// are ports most often.
fn vary(line: &str, random: &mut Random) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let end = behind
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(behind.len());
        let (digits, behind) = behind.split_at(end);
        let is_octet = ["192.0.2.", "198.51.100.", "203.0.113."]
            .iter()
            .any(|net| out.ends_with(net));
        match digits.len() {
            1..=3 if is_octet => out.push_str(&(1 + random.below(254)).to_string()),
            5 if out.ends_with([' ', ',', ':', '=', '"', '/', '|']) => {
                out.push_str(&(10_000 + random.below(55_000)).to_string());
            }
            _ => out.push_str(digits),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Marsaglia's xorshift: the same lines in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
