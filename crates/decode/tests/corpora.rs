//! Accuracy over collections of log lines that are not part of the repository.
//!
//! `RUTTER_CORPORA` names a folder. Every `*.jsonl` below it holds one object per line,
//! `{"raw": LINE, "expected": {"src": …, "dport": …}, "meta": {…}}`, and every other file plain log
//! lines. The test prints a row per file: lines, how many of them are right in addresses, ports and
//! transport, in action, and in time; with `RUTTER_CORPORA_SHOW` every field, and what is wrong. It
//! fails below 99 % of all lines and 95 % of a file's in ends, and below 98 % of all actions and
//! times. Without the variable it is skipped.
//!
//! A time without a zone is compared as a reading: of the clock that the expected time names, or of
//! UTC. A time whose year is not in the line is compared without it.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test may stop, tells what it saw, and reads what it is pointed to"
)]

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::{env, fs};

use rutter_decode::{Decoder, Outcome};
use rutter_event::{Civil, Direction, Event, Stamp, TcpFlags, Transport};
use serde_json::Value;

#[test]
fn corpora_are_read_right() {
    let Some(folder) = env::var_os("RUTTER_CORPORA") else {
        println!("skipped: RUTTER_CORPORA names no folder");
        return;
    };
    let mut all = Tally::default();
    let mut failures = Vec::new();
    println!(
        "{:<32} {:>6} {:>14} {:>14} {:>14}",
        "file", "lines", "ends", "action", "time"
    );
    for path in files(Path::new(&folder)) {
        let text = fs::read(&path).unwrap();
        let lines = text
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let mut tally = Tally::default();
        if path
            .extension()
            .is_some_and(|extension| extension == "jsonl")
        {
            lines.for_each(|line| tally.take_expected(line));
        } else {
            let mut decoder = Decoder::default();
            lines.for_each(|line| tally.take_plain(&mut decoder, line));
        }
        let name = path.file_name().unwrap_or_default().display().to_string();
        println!("{}", tally.row(&name));
        if tally.ends.below(95) {
            failures.push(format!("{name}: ends {}", tally.ends));
        }
        if env::var_os("RUTTER_CORPORA_SHOW").is_some() {
            println!("{}", tally.report());
        }
        all.add(&tally);
    }
    println!("{}", all.row("all"));
    for (what, share, least) in [
        ("ends", all.ends, 99),
        ("actions", all.action, 98),
        ("times", all.time, 98),
    ] {
        if share.below(least) {
            failures.push(format!("all: {what} {share}"));
        }
    }
    assert!(failures.is_empty(), "below the limits: {failures:#?}");
}

/// How many of how many are right.
#[derive(Clone, Copy, Default)]
struct Share {
    right: usize,
    all: usize,
}

impl Share {
    fn enter(&mut self, is_right: bool) {
        self.right += usize::from(is_right);
        self.all += 1;
    }

    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.all += other.all;
    }

    fn below(self, percent: usize) -> bool {
        self.right * 100 < self.all * percent
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.all == 0 {
            return f.pad("-");
        }
        let percent = self.right as f64 * 100.0 / self.all as f64;
        f.pad(&format!("{}/{} {percent:.0}%", self.right, self.all))
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[derive(Default)]
struct Tally {
    lines: usize,
    outcomes: BTreeMap<String, usize>,
    /// Right and asserted, by field.
    fields: BTreeMap<&'static str, (usize, usize)>,
    examples: Vec<String>,
    /// Lines right in all that is expected of addresses, ports and transport.
    ends: Share,
    action: Share,
    time: Share,
}

impl Tally {
    fn take_plain(&mut self, decoder: &mut Decoder, line: &[u8]) {
        self.lines += 1;
        let outcome = decoder.line(line, &mut |_| {});
        self.enter(outcome, line);
    }

    fn enter(&mut self, outcome: Outcome, line: &[u8]) {
        let name = match outcome {
            Outcome::Events(_) => "event",
            Outcome::Refused(why) => why.name(),
            Outcome::Skipped(why) => why.name(),
        };
        if matches!(outcome, Outcome::Refused(_)) {
            self.examples
                .push(format!("{name}: {}", String::from_utf8_lossy(line)));
        }
        *self.outcomes.entry(name.to_owned()).or_default() += 1;
    }

    fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.ends.add(other.ends);
        self.action.add(other.action);
        self.time.add(other.time);
    }

    fn row(&self, name: &str) -> String {
        format!(
            "{name:<32} {:>6} {:>14} {:>14} {:>14}",
            self.lines, self.ends, self.action, self.time
        )
    }

    fn take_expected(&mut self, line: &[u8]) {
        let case: Value = serde_json::from_slice(line).unwrap();
        let raw = case["raw"].as_str().unwrap();
        self.lines += 1;
        let mut is_first = true;
        let mut checks = Vec::new();
        let whole = format!("{raw}\n");
        let outcome = Decoder::default().line(whole.as_bytes(), &mut |event| {
            if std::mem::take(&mut is_first) {
                checks = compare(event, &case["expected"], &case["meta"]);
            }
        });
        self.enter(outcome, raw.as_bytes());
        if let Outcome::Skipped(why) = outcome {
            self.examples.push(format!("{}: {raw}", why.name()));
        }
        let expected = case["expected"].as_object().unwrap();
        let is_right = |name: &str| {
            checks
                .iter()
                .any(|check| check.name == name && check.is_right)
        };
        let asserts = |name: &&str| expected.contains_key(*name);
        let ends = ["src", "dst", "sport", "dport", "proto"];
        self.ends.enter(
            ends.iter()
                .filter(|n| asserts(n))
                .all(|name| is_right(name)),
        );
        for (name, share) in [("action", &mut self.action), ("ts", &mut self.time)] {
            if asserts(&name) {
                share.enter(is_right(name));
            }
        }
        for name in FIELDS.iter().filter(|name| expected.contains_key(**name)) {
            let tally = self.fields.entry(name).or_default();
            tally.1 += 1;
            match checks.iter().find(|check| check.name == *name) {
                Some(check) if check.is_right => tally.0 += 1,
                Some(check) => {
                    self.examples.push(format!(
                        "{name} is {}, not {}: {raw}",
                        check.found, expected[*name]
                    ));
                }
                None => {}
            }
        }
    }

    fn report(&self) -> String {
        let mut text = format!("{} lines {:?}", self.lines, self.outcomes);
        for (name, (right, asserted)) in &self.fields {
            text.push_str(&format!(" {name} {right}/{asserted}"));
        }
        for example in &self.examples {
            text.push_str(&format!("\n    {example}"));
        }
        text
    }
}

const FIELDS: [&str; 21] = [
    "ts",
    "app",
    "nat_src",
    "nat_dst",
    "nat_sport",
    "nat_dport",
    "src",
    "dst",
    "sport",
    "dport",
    "proto",
    "action",
    "iface_in",
    "iface_out",
    "zone_in",
    "zone_out",
    "length",
    "tcp_flags",
    "rule",
    "observer",
    "direction",
];

struct Check {
    name: &'static str,
    found: String,
    is_right: bool,
}

fn compare(event: &Event<'_>, expected: &Value, meta: &Value) -> Vec<Check> {
    let swapped = meta["accept_swapped"] == true;
    let packet = &event.packet;
    let mut ends = [packet.source, packet.destination];
    if swapped && expected["src"].as_str().and_then(|ip| ip.parse().ok()) == packet.destination.ip {
        ends.reverse();
    }
    let [source, destination] = ends;
    let mut checks = Vec::new();
    let mut check = |name, found: String, is_right| {
        checks.push(Check {
            name,
            found,
            is_right,
        })
    };

    for (name, ip) in [("src", source.ip), ("dst", destination.ip)] {
        let wanted: Option<IpAddr> = expected[name].as_str().and_then(|text| text.parse().ok());
        let is_accepted = ip.is_some_and(|ip| accepted(&meta["accept"]).contains(&ip));
        check(
            name,
            ip.map(|ip| ip.to_string()).unwrap_or_default(),
            ip == wanted || is_accepted,
        );
    }
    for (name, port) in [("sport", source.port), ("dport", destination.port)] {
        let is_right = port.map(u64::from) == expected[name].as_u64();
        check(
            name,
            port.map(|port| port.to_string()).unwrap_or_default(),
            is_right,
        );
    }
    let wanted = expected["proto"]
        .as_str()
        .and_then(|word| Transport::from_word(word.as_bytes()));
    let is_icmp = |transport: Option<Transport>| transport.is_some_and(Transport::is_icmp);
    check(
        "proto",
        format!("{:?}", packet.transport),
        packet.transport == wanted || is_icmp(packet.transport) && is_icmp(wanted),
    );
    let action = event.action.event_type().unwrap_or_default();
    let is_action = match expected["action"].as_str() {
        Some("deny" | "drop" | "reject" | "block") => event.action.is_denial(),
        Some("allow") => action == "allowed",
        _ => false,
    };
    check("action", action.to_owned(), is_action);
    let observer = &event.observer;
    for (name, text) in [
        ("iface_in", observer.ingress),
        ("iface_out", observer.egress),
        ("zone_in", observer.ingress_zone),
        ("zone_out", observer.egress_zone),
        ("observer", observer.hostname),
    ] {
        let is_right = expected[name]
            .as_str()
            .is_some_and(|wanted| wanted.as_bytes() == text.bytes());
        check(name, text.log().to_string(), is_right);
    }
    check(
        "length",
        format!("{:?}", packet.length),
        packet.length.map(u64::from) == expected["length"].as_u64(),
    );
    check(
        "tcp_flags",
        format!("{:?}", packet.tcp.flags),
        packet.tcp.flags.is_some() && packet.tcp.flags == flags(&expected["tcp_flags"]),
    );
    let rule = expected["rule"].as_str().unwrap_or_default().as_bytes();
    check(
        "rule",
        format!("{:?} {:?}", event.rule, event.rule_id),
        event.rule.bytes() == rule || event.rule_id.bytes() == rule,
    );
    let ts = expected["ts"].as_str().unwrap_or_default();
    check(
        "ts",
        format!("{:?}", event.stamp),
        is_time(event.stamp, ts, meta["year_in_raw"] != false),
    );
    check(
        "app",
        event.application.log().to_string(),
        expected["app"].as_str().is_some_and(|app| {
            app.as_bytes()
                .eq_ignore_ascii_case(event.application.bytes())
        }),
    );
    for (name, ip) in [("nat_src", source.nat_ip), ("nat_dst", destination.nat_ip)] {
        let wanted: Option<IpAddr> = expected[name].as_str().and_then(|text| text.parse().ok());
        check(name, format!("{ip:?}"), ip == wanted);
    }
    for (name, port) in [
        ("nat_sport", source.nat_port),
        ("nat_dport", destination.nat_port),
    ] {
        let is_right = port.map(u64::from) == expected[name].as_u64();
        check(name, format!("{port:?}"), is_right);
    }
    let direction = match event.direction {
        Direction::Unknown => "",
        known => known.word().unwrap_or_default(),
    };
    check(
        "direction",
        direction.to_owned(),
        expected["direction"] == direction,
    );
    checks
}

/// Whether a stamp is the expected time, to the second.
fn is_time(stamp: Stamp, expected: &str, has_year: bool) -> bool {
    let Some((reading, east)) = rfc3339(expected) else {
        return false;
    };
    let Some(local) = reading.year.and_then(|year| reading.utc(year)) else {
        return false;
    };
    let utc = local.seconds() - east;
    match stamp {
        Stamp::Instant(time) if has_year => (time.seconds() - utc).abs() < 1,
        // The same day of another year.
        Stamp::Instant(time) => (time.seconds() - utc) % 86_400 == 0,
        Stamp::Civil(civil) => {
            let year = if has_year {
                civil.year.or(reading.year)
            } else {
                reading.year
            };
            let found = year.and_then(|year| civil.utc(year));
            found.is_some_and(|found| [local.seconds(), utc].contains(&found.seconds()))
        }
        Stamp::Absent | Stamp::Boot(_) => false,
    }
}

/// The reading and the seconds east of UTC.
fn rfc3339(text: &str) -> Option<(Civil, i64)> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u8>().ok();
    let civil = Civil {
        year: text.get(..4)?.parse().ok(),
        month: number(5, 7)?,
        day: number(8, 10)?,
        hour: number(11, 13)?,
        minute: number(14, 16)?,
        second: number(17, 19)?,
        nanosecond: 0,
    };
    let zone = text
        .get(19..)?
        .trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let east = match zone.as_bytes() {
        [] | b"Z" => 0,
        [sign, ..] => {
            let hours: i64 = zone.get(1..3)?.parse().ok()?;
            let minutes: i64 = zone.get(4..6)?.parse().ok()?;
            (hours * 60 + minutes) * if *sign == b'-' { -60 } else { 60 }
        }
    };
    Some((civil, east))
}

/// Addresses that count as right too, wherever `accept` holds them.
fn accepted(accept: &Value) -> Vec<IpAddr> {
    match accept {
        Value::String(text) => text.parse().into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(accepted).collect(),
        Value::Object(members) => members.values().flat_map(accepted).collect(),
        _ => Vec::new(),
    }
}

/// `["ACK", "SYN"]`, or letters: `"SA"`.
fn flags(expected: &Value) -> Option<TcpFlags> {
    match expected {
        Value::Array(words) => words.iter().try_fold(TcpFlags::NONE, |flags, word| {
            Some(flags.with(TcpFlags::from_word(word.as_str()?.as_bytes())?))
        }),
        Value::String(letters) => letters.bytes().try_fold(TcpFlags::NONE, |flags, letter| {
            Some(flags.with(TcpFlags::from_letter(letter)?))
        }),
        _ => None,
    }
}
