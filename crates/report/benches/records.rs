//! How fast one event is written: nanoseconds and bytes of each kind of record.
//!
//!     cargo bench -p rutter-report          # all kinds
//!     cargo bench -p rutter-report -- ecs   # those whose name holds one of the words
//!
//! Events are decoded from lines of a packet filter, with other addresses and ports in each. They are
//! decoded once more without being written, which is subtracted. Time is that of the processor where
//! the system tells it (Linux); of several rounds the fastest counts.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement is for reading and needs a clock"
)]

use std::env;
use std::fs;
use std::hint::black_box;
use std::time::Instant;

use rutter_analysis::Language;
use rutter_decode::Decoder;
use rutter_event::{Event, Timestamp};
use rutter_report::event::{write_csv, write_json, write_ocsf};

const LINES: usize = 4_000;
const ROUNDS: usize = 9;
const PASSES: usize = 10;

/// Writes an event with the number of its line.
type Write = fn(u64, &Event<'_>, &mut Vec<u8>);

const KINDS: [(&str, Write); 3] = [
    ("ecs", |line, event, out| {
        write_json(line, event, None, Language::En, out);
    }),
    ("ocsf", write_ocsf),
    ("csv", write_csv),
];

fn main() {
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let lines = lines();
    let read: usize = lines.iter().map(String::len).sum();
    let decoding = fastest(&lines, |_, _, _| ());
    println!(
        "{:8} {:>10} {:>10} {:>10} {:>12}",
        "record", "bytes in", "bytes out", "ns", "in MB/s"
    );
    #[expect(clippy::cast_precision_loss, reason = "a few millions")]
    let row = |name: &str, seconds: f64, written: usize| {
        let (count, read) = (LINES as f64, read as f64);
        println!(
            "{name:8} {:10.0} {:10.0} {:10.0} {:12.0}",
            read / count,
            written as f64 / count,
            seconds * 1e9 / count,
            read / seconds / 1e6
        );
    };
    row("(line)", decoding, 0);
    for (name, write) in KINDS {
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let mut out = Vec::new();
        pass(&lines, &mut out, write);
        row(name, fastest(&lines, write) - decoding, out.len());
    }
}

/// Seconds of a pass over all lines.
fn fastest(lines: &[String], write: Write) -> f64 {
    let mut out = Vec::new();
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = now();
        for _ in 0..PASSES {
            pass(lines, &mut out, write);
        }
        #[expect(clippy::cast_precision_loss, reason = "ten")]
        let passes = PASSES as f64;
        best = best.min((now() - start) / passes);
    }
    best
}

fn pass(lines: &[String], out: &mut Vec<u8>, write: Write) {
    out.clear();
    let mut decoder = Decoder::default();
    for (number, line) in (1..).zip(lines) {
        decoder.line(black_box(line.as_bytes()), &mut |event| {
            event.time = i64::try_from(number)
                .ok()
                .and_then(|n| Timestamp::from_seconds(1_795_435_200 + n / 4, 0));
            write(number, event, out);
        });
    }
    black_box(out);
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

/// Lines as a border writes them.
fn lines() -> Vec<String> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |limit: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % limit
    };
    let line = |_| {
        format!(
            "Nov 23 10:00:00 gw kernel: [12345.259200] [UFW BLOCK] IN=eth0 OUT= \
             MAC=00:00:5e:00:53:66:00:00:5e:00:53:65:08:00 SRC=198.51.100.{} DST=203.0.113.{} LEN=52 \
             TOS=0x00 PREC=0x00 TTL={} ID={} PROTO=TCP SPT={} DPT={} WINDOW=64240 RES=0x00 SYN \
             URGP=0 \n",
            random(256),
            random(256),
            40 + random(80),
            random(65_536),
            1_024 + random(64_512),
            random(65_536),
        )
    };
    (0..LINES).map(line).collect()
}
