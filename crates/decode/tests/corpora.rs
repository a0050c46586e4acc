//! Accuracy over collections of log lines that are not part of the repository.
//!
//! `RUTTER_CORPORA` names a folder. Every `*.jsonl` below it holds one object per line,
//! `{"raw": LINE, "expected": {"src": …, "dport": …}, "meta": {…}}`, and every other file plain log
//! lines. The test prints, per file, how many lines gave events and how many of the expected fields
//! are right; it fails when an address or a port is wrong. Without the variable it is skipped.
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
use rutter_event::{Direction, Event, TcpFlags, Transport};
use serde_json::Value;

#[test]
fn corpora_are_read_right() {
    let Some(folder) = env::var_os("RUTTER_CORPORA") else {
        println!("skipped: RUTTER_CORPORA names no folder");
        return;
    };
    let mut wrong = Vec::new();
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
            lines.for_each(|line| tally.take_expected(line, &mut wrong));
        } else {
            let mut decoder = Decoder::default();
            lines.for_each(|line| tally.take_plain(&mut decoder, line));
        }
        println!(
            "{}: {}",
            path.file_name().unwrap_or_default().display(),
            tally.report()
        );
    }
    assert!(
        wrong.is_empty(),
        "{} wrong ends:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
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

    fn take_expected(&mut self, line: &[u8], wrong: &mut Vec<String>) {
        let case: Value = serde_json::from_slice(line).unwrap();
        let raw = case["raw"].as_str().unwrap();
        self.lines += 1;
        let mut is_first = true;
        let mut checks = Vec::new();
        let outcome = Decoder::default().line(raw.as_bytes(), &mut |event| {
            if std::mem::take(&mut is_first) {
                checks = compare(event, &case["expected"], &case["meta"]);
            }
        });
        self.enter(outcome, raw.as_bytes());
        let expected = case["expected"].as_object().unwrap();
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
                    let is_end = matches!(*name, "src" | "dst" | "sport" | "dport");
                    if is_end && !check.found.is_empty() {
                        wrong.push(format!(
                            "{name} is {}, not {}: {raw}",
                            check.found, expected[*name]
                        ));
                    }
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
        if env::var_os("RUTTER_CORPORA_SHOW").is_some() {
            for example in &self.examples {
                text.push_str(&format!("\n    {example}"));
            }
        }
        text
    }
}

const FIELDS: [&str; 15] = [
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
