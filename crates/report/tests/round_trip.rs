//! What is written is read again with nothing lost: every example of every format, as ECS and as
//! OCSF.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop, and reads the formats' pages"
)]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use common::full_event;
use rutter_analysis::Language;
use rutter_decode::{Decoder, Outcome};
use rutter_event::{Event, Family, Packet, Stamp, Timestamp, Untrusted};
use rutter_report::event::{write_json, write_ocsf};

/// Everything that an event says, as text. What has no field of its own stands under its key;
/// vendor and product are fixed words of a format, which another format tells as such keys.
fn facts(event: &Event<'_>) -> BTreeMap<String, String> {
    let text = |value: Untrusted<'_>| String::from_utf8_lossy(&value.resolved()).into_owned();
    let mut facts = BTreeMap::new();
    let observer = &event.observer;
    for (key, value) in [
        ("hostname", observer.hostname),
        ("ingress", observer.ingress),
        ("egress", observer.egress),
        ("ingress zone", observer.ingress_zone),
        ("egress zone", observer.egress_zone),
        ("rule", event.rule),
        ("rule id", event.rule_id),
        ("application", event.application),
        ("user", event.user),
    ] {
        facts.insert(key.to_owned(), text(value));
    }
    for (key, value) in [
        ("action", format!("{:?}", event.action)),
        ("direction", format!("{:?}", event.direction)),
        ("packet", format!("{:?}", event.packet)),
        ("quoted", format!("{:?}", event.quoted.map(with_family))),
        ("bytes", format!("{:?}", event.bytes)),
        ("packets", format!("{:?}", event.packets)),
        ("duration", format!("{:?}", event.duration)),
        ("time", format!("{:?}", event.time)),
    ] {
        facts.insert(key.to_owned(), value);
    }
    event.extra.for_each(&mut |key, value| {
        let key = format!("+{}", text(key));
        let mut unique = key.clone();
        let mut times = 1;
        while facts.contains_key(&unique) {
            times += 1;
            unique = format!("{key}#{times}");
        }
        facts.insert(unique, text(value));
    });
    facts
}

/// A quotation whose log does not name the family is of that of its addresses.
fn with_family(mut packet: Packet) -> Packet {
    if let (Family::Unknown, Some(ip)) = (packet.family, packet.source.ip.or(packet.destination.ip))
    {
        packet.family = if ip.is_ipv4() { Family::V4 } else { Family::V6 };
    }
    packet
}

/// The time as the pipeline settles it: UTC, and 2026 where the year is missing.
fn settle(event: &mut Event<'_>) {
    event.time = match event.stamp {
        Stamp::Instant(time) => Some(time),
        Stamp::Civil(civil) => civil.utc(civil.year.unwrap_or(2026)),
        Stamp::Absent | Stamp::Boot(_) => None,
    };
}

/// The facts of the event that a line of ours gives.
fn read(line: &[u8], format: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let outcome = Decoder::default().line(line, &mut |event| {
        assert_eq!(event.format, format);
        settle(event);
        found = facts(event);
    });
    let shown = String::from_utf8_lossy(line);
    assert!(
        matches!(outcome, Outcome::Events(1)),
        "{outcome:?}: {shown}"
    );
    found
}

/// Every event of every example of the formats' pages.
fn each_example(each: &mut dyn FnMut(&Event<'_>)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../decode/src/formats");
    for entry in std::fs::read_dir(folder).unwrap() {
        let page = entry.unwrap().path().join("README.md");
        let Ok(page) = std::fs::read_to_string(page) else {
            continue;
        };
        let mut decoder = Decoder::default();
        let mut is_log = false;
        for line in page.lines() {
            if line.starts_with("```") {
                is_log = line == "```log";
                decoder = Decoder::default();
            } else if is_log {
                decoder.line(format!("{line}\n").as_bytes(), &mut |event| {
                    settle(event);
                    each(event);
                });
            }
        }
    }
}

/// What differs between what was written and what was read.
fn differences(wanted: &BTreeMap<String, String>, found: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for (key, value) in wanted {
        let is_same = found.get(key).unwrap_or(&String::new()) == value;
        if !is_same {
            let found = found.get(key);
            writeln!(text, "    {key}: {value:?} became {found:?}").unwrap();
        }
    }
    text
}

fn ecs(event: &Event<'_>) -> String {
    let mut line = Vec::new();
    write_json(1, event, None, Language::En, &mut line);
    differences(&facts(event), &read(&line, "ecs"))
}

fn ocsf(event: &Event<'_>) -> String {
    let mut line = Vec::new();
    write_ocsf(1, event, &mut line);
    differences(&facts(event), &read(&line, "ocsf"))
}

fn hold(convert: fn(&Event<'_>) -> String) {
    let mut wrong = String::new();
    let mut count = 0;
    each_example(&mut |event| {
        count += 1;
        let lost = convert(event);
        if !lost.is_empty() {
            writeln!(wrong, "{} {:?}\n{lost}", event.format, event.packet.source).unwrap();
        }
    });
    assert!(count > 400, "{count} examples");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn ecs_loses_nothing() {
    hold(ecs);
}

#[test]
fn ocsf_loses_nothing() {
    hold(ocsf);
}

#[test]
fn hostile_text_comes_back() {
    for text in [
        "\"\\\u{1b}[31m\u{202e}",
        "caf\u{e9} \u{1f600}",
        "a\tb\nc",
        "\\u0041",
    ] {
        let mut event = full_event(text.as_bytes());
        event.time = Timestamp::from_seconds(1_795_428_000, 120_000_000);
        let mut line = Vec::new();
        write_json(1, &event, None, Language::En, &mut line);
        let lost = differences(&facts(&event), &read(&line, "ecs"));
        assert!(lost.is_empty(), "{lost}");
    }
}
