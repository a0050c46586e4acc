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
use crate::protocols::{Carrier, FILES, REGISTRY, protocols};

fn all() -> impl Iterator<Item = (&'static str, &'static Example)> {
    FILES
        .iter()
        .zip(REGISTRY)
        .flat_map(|((_, examples), protocol)| {
            examples.iter().map(|example| (protocol.name, example))
        })
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
    REGISTRY
        .iter()
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
    let listed: BTreeSet<String> = FILES.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(on_disk, listed);
    for ((file, examples), protocol) in FILES.iter().zip(REGISTRY) {
        assert_eq!(file.replace('_', "-"), protocol.name);
        assert!(
            examples.iter().filter(|e| e.is_own).count() >= 1,
            "{file} has no example"
        );
        assert!(
            examples.iter().any(|e| !e.is_own),
            "{file} has no counter-example"
        );
    }
    assert!(REGISTRY.is_sorted_by(|a, b| a.name < b.name));
    assert_eq!(protocols().count(), REGISTRY.len());
}

#[test]
fn each_example_is_its_protocol_alone() {
    for (name, example) in all().filter(|(_, example)| example.is_own) {
        assert_eq!(answers(example), [name], "{example:?}");
        let Example {
            transport,
            port,
            side,
            bytes,
            ..
        } = *example;
        let found = identify(transport, port, side, bytes).unwrap();
        assert_eq!(found.protocol, name);
        assert!(
            found.probability > 0.5 && found.probability < 1.0,
            "{found:?}"
        );
        let client = found
            .client
            .map(|c| String::from_utf8_lossy(c.name.untrusted().bytes()).into_owned());
        assert_eq!(client.as_deref(), example.client, "{example:?}");
        for (key, value) in example.detail {
            let told = found
                .detail
                .iter()
                .find(|(k, _)| k == key)
                .map(|(_, v)| shown(v));
            assert_eq!(told.as_deref(), Some(*value), "{key} of {:?}", found.detail);
        }
    }
}

#[test]
fn no_counter_example_is_its_protocol() {
    for (name, example) in all().filter(|(_, example)| !example.is_own) {
        assert!(!answers(example).contains(&name), "{name}: {example:?}");
    }
}

#[test]
fn the_port_is_a_hint_and_no_proof() {
    for (name, example) in all().filter(|(_, example)| example.is_own) {
        // Away from its port a payload is the same protocol or none.
        for port in [None, Some(4), Some(80), Some(445), Some(65_535)] {
            let elsewhere = answers(&Example { port, ..*example });
            // Two are DNS in form and differ by nothing but the port.
            let kin = matches!(name, "llmnr" | "mdns") && elsewhere == ["dns"];
            let same = elsewhere.is_empty() || elsewhere == [name] || kin;
            assert!(same, "{elsewhere:?} at {port:?}: {example:?}");
        }
        // Its usual port makes it no less sure.
        let Some(protocol) = REGISTRY.iter().find(|p| p.name == name) else {
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
        assert!(
            sure(protocol.ports.first().copied()) >= sure(None),
            "{name}: {example:?}"
        );
    }
}

#[test]
fn what_is_carried_by_one_is_not_looked_for_in_the_other() {
    for (name, example) in all().filter(|(_, example)| example.is_own) {
        let carrier = REGISTRY.iter().find(|p| p.name == name).map(|p| p.carrier);
        let fits = match carrier {
            Some(Carrier::Both) => true,
            Some(Carrier::Tcp) => example.transport == rutter_event::Transport::TCP,
            Some(Carrier::Udp) => example.transport == rutter_event::Transport::UDP,
            None => false,
        };
        assert!(fits, "{name}: {example:?}");
    }
}
