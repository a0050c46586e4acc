//! Every entry of the knowledge base against every example.
//!
//! `RUTTER_ONLY=recon cargo test -p rutter-analysis --test examples` runs one kind (or one id).

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop, and reads the examples"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use rutter_analysis::profile::settle;
use rutter_analysis::{Home, Profile, Signature, Subject, judge};
use rutter_event::{Event, Untrusted};
use rutter_knowledge::notation::expand;
use rutter_knowledge::{Knowledge, read};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
    found.sort();
}

fn home() -> Home {
    let ours = [
        "203.0.113.0/24",
        "2001:db8:1::/48",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fd00::/8",
    ];
    Home::new(ours.iter().map(|n| n.parse().unwrap()).collect())
}

/// The verdicts on the last event, the earlier ones being its past.
fn verdicts(knowledge: &Knowledge, events: &[String]) -> Vec<(String, f64)> {
    let mut profile = Profile::empty();
    let samples = expand(events).unwrap();
    let mut last = Vec::new();
    for (i, sample) in samples.iter().enumerate() {
        let mut event = Event {
            time: Some(sample.time),
            action: sample.action,
            packet: sample.packet,
            quoted: sample.quoted,
            payload: &sample.payload,
            application: Untrusted::new(sample.application.as_bytes()),
            client: Untrusted::new(sample.client.as_bytes()),
            ..Event::default()
        };
        settle(&mut event, &home());
        profile.observe(&event, knowledge);
        if i + 1 == samples.len() {
            let subject = Subject::of(&event);
            let signature = Signature::of(&subject, knowledge);
            let past = profile.past(&subject, &signature, Some(sample.time.0));
            last = judge(knowledge, &subject, &past.seen, &past)
                .iter()
                .map(|v| (v.entry.id.clone(), v.probability))
                .collect();
        }
    }
    last
}

#[test]
fn every_example_is_judged_as_its_entry_says() {
    let knowledge = Knowledge::embedded();
    let meanings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/meanings");
    let only = env::var("RUTTER_ONLY").unwrap_or_default();
    let mut found = Vec::new();
    files(&meanings, &mut found);
    let (mut examples, mut wrong) = (0, String::new());
    for path in found {
        let name = path
            .strip_prefix(&meanings)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let Ok(page) = read(&name, &fs::read_to_string(&path).unwrap()) else {
            continue;
        };
        let id = &page.entry.id;
        if !id.starts_with(&only) {
            continue;
        }
        for example in &page.examples {
            examples += 1;
            let verdicts = verdicts(knowledge, &example.events);
            let won = verdicts.first().is_some_and(|(first, _)| first == id);
            if won != example.wins {
                let got: Vec<String> = verdicts
                    .iter()
                    .take(3)
                    .map(|(id, p)| format!("{id} {p:.2}"))
                    .collect();
                let expected = if example.wins {
                    "must win"
                } else {
                    "must not win"
                };
                writeln!(
                    wrong,
                    "{id} {expected} {:?}\n    got {}",
                    example.events,
                    got.join(", ")
                )
                .unwrap();
            }
        }
    }
    assert!(examples > 0, "no examples");
    assert!(wrong.is_empty(), "of {examples} examples, wrong:\n{wrong}");
}

#[test]
fn what_is_counted_does_not_depend_on_sizes() {
    let events: Vec<String> = [(1, 52, 5_840), (2, 40, 1_024), (3, 60, 16_384), (4, 44, 512)]
        .iter()
        .map(|(host, length, window)| {
            format!("2001-11-06 tcp 198.51.100.7:2727 > 203.0.113.{host}:22 SYN len={length} window={window} ttl=8{host}")
        })
        .collect();
    let verdicts = verdicts(Knowledge::embedded(), &events);
    assert_eq!(
        verdicts.first().map(|(id, _)| id.as_str()),
        Some("benign.ssh-known-hosts"),
        "{verdicts:?}"
    );
}
