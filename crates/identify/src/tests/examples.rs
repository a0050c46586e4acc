//! Every file's examples, offered to every protocol.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop, and looks into its folder"
)]

use std::collections::BTreeSet;
use std::path::Path;

use super::{Example, shown};
use crate::identify;
use crate::payload::Payload;
use crate::protocols::{ALL, Carrier, FAMILY_FILES, FILES, REGISTRY, protocols};

/// Every protocol's name and examples.
pub(super) fn spoken() -> impl Iterator<Item = (&'static str, &'static [Example])> {
    let files = FILES
        .iter()
        .zip(REGISTRY)
        .map(|((_, examples), protocol)| (protocol.name, *examples));
    let families = FAMILY_FILES
        .iter()
        .flat_map(|(_, spoken)| spoken.iter().copied());
    files.chain(families)
}

fn all() -> impl Iterator<Item = (&'static str, &'static Example)> {
    spoken().flat_map(|(name, examples)| examples.iter().map(move |example| (name, example)))
}

fn answers(example: &Example) -> Vec<&'static str> {
    let Example {
        transport,
        port,
        side,
        bytes,
        ..
    } = *example;
    let payload = Payload {
        transport,
        port,
        side,
        bytes,
    };
    ALL.iter()
        .filter(|p| p.ask(&payload).is_some())
        .map(|p| p.name)
        .collect()
}

#[test]
fn the_list_and_the_disk_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/protocols");
    let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name != "mod")
        .collect();
    let files = FILES.iter().map(|(file, _)| (*file).to_owned());
    let families = FAMILY_FILES.iter().map(|(file, _)| (*file).to_owned());
    let listed: BTreeSet<String> = files.chain(families).collect();
    assert_eq!(on_disk, listed);
    for ((file, _), protocol) in FILES.iter().zip(REGISTRY) {
        assert_eq!(file.replace('_', "-"), protocol.name);
    }
    for (name, examples) in spoken() {
        assert!(examples.iter().any(|e| e.is_own), "{name} has no example");
        assert!(
            examples.iter().any(|e| !e.is_own),
            "{name} has no counter-example"
        );
    }
    assert!(REGISTRY.is_sorted_by(|a, b| a.name < b.name));
    assert!(
        ALL.is_sorted_by(|a, b| a.name < b.name),
        "two protocols of one name"
    );
    assert_eq!(protocols().count(), spoken().count());
}

#[test]
fn each_example_is_its_protocol_alone() {
    let mut wrong = Vec::new();
    for (name, example) in all().filter(|(_, example)| example.is_own) {
        let Example {
            transport,
            port,
            side,
            bytes,
            ..
        } = *example;
        let answers = answers(example);
        if answers != [name] {
            wrong.push(format!("{name}: {answers:?} say it is theirs: {example:?}"));
        }
        let Some(found) =
            identify(transport, port, side, bytes).filter(|found| found.protocol == name)
        else {
            continue;
        };
        assert!(
            found.probability > 0.5 && found.probability < 1.0,
            "{found:?}"
        );
        let client = found
            .client
            .map(|c| String::from_utf8_lossy(c.name.untrusted().bytes()).into_owned());
        if client.as_deref() != example.client {
            wrong.push(format!("{name}: client {client:?}: {example:?}"));
        }
        for (key, value) in example.detail {
            let told = found
                .detail
                .iter()
                .find(|(k, _)| k == key)
                .map(|(_, v)| shown(v));
            if told.as_deref() != Some(*value) {
                wrong.push(format!("{name}: {key} is {told:?} in {:?}", found.detail));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_counter_example_is_its_protocol() {
    let wrong: Vec<String> = all()
        .filter(|(name, example)| !example.is_own && answers(example).contains(name))
        .map(|(name, example)| format!("{name}: {example:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_port_is_a_hint_and_no_proof() {
    let mut wrong = Vec::new();
    for (name, example) in all().filter(|(_, example)| example.is_own) {
        // Away from its port a payload is the same protocol or none.
        for port in [None, Some(4), Some(80), Some(445), Some(65_535)] {
            let elsewhere = answers(&Example { port, ..*example });
            // Two are DNS in form and differ by nothing but the port.
            let kin = matches!(name, "llmnr" | "mdns") && elsewhere == ["dns"];
            let same = elsewhere.is_empty() || elsewhere == [name] || kin;
            if !same
                && !wrong
                    .last()
                    .is_some_and(|last: &String| last.starts_with(name))
            {
                wrong.push(format!("{name}: {elsewhere:?} at {port:?}: {example:?}"));
            }
        }
        // Its usual port makes it no less sure.
        let Some(protocol) = ALL.iter().find(|p| p.name == name) else {
            continue;
        };
        let sure = |port| {
            let Example {
                transport,
                side,
                bytes,
                ..
            } = *example;
            let payload = Payload {
                transport,
                port,
                side,
                bytes,
            };
            protocol
                .ask(&payload)
                .map_or(0.0, |found| found.probability)
        };
        if sure(protocol.ports.first().copied()) < sure(None) {
            wrong.push(format!("{name}: less sure at its port: {example:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_carried_by_one_is_not_looked_for_in_the_other() {
    for (name, example) in all().filter(|(_, example)| example.is_own) {
        let carrier = ALL.iter().find(|p| p.name == name).map(|p| p.carrier);
        let fits = match carrier {
            Some(Carrier::Both) => true,
            Some(Carrier::Tcp) => example.transport == rutter_event::Transport::TCP,
            Some(Carrier::Udp) => example.transport == rutter_event::Transport::UDP,
            None => false,
        };
        assert!(fits, "{name}: {example:?}");
    }
}
