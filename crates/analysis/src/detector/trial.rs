//! Where detectors are tried on examples.

use std::fmt::Write as _;

use rutter_event::Event;
use rutter_knowledge::Knowledge;
use rutter_knowledge::notation::expand;

use super::Kind;
use crate::profile::settle;
use crate::{Home, Profile, find};

/// The sum of the events of an example.
#[expect(clippy::panic, reason = "an example that cannot be read ends the test")]
pub(super) fn profile(events: &[&str], home: &Home) -> Profile {
    let knowledge = Knowledge::embedded();
    let mut profile = Profile::empty();
    let samples = expand(events).unwrap_or_else(|why| panic!("{events:?}: {why}"));
    for sample in &samples {
        let mut event = Event {
            time: Some(sample.time),
            action: sample.action,
            packet: sample.packet,
            quoted: sample.quoted,
            payload: &sample.payload,
            ..Event::default()
        };
        settle(&mut event, home);
        profile.observe(&event, knowledge);
    }
    profile.seal();
    profile
}

/// The shapes that the events of an example are found to have.
pub(super) fn shapes(events: &[&str]) -> Vec<Kind> {
    let knowledge = Knowledge::embedded();
    let ours = [
        "203.0.113.0/24",
        "2001:db8:1::/48",
        "10.0.0.0/8",
        "192.168.0.0/16",
    ];
    let home = Home::new(ours.iter().filter_map(|n| n.parse().ok()).collect());
    let profile = profile(events, &home);
    let findings = find(&profile, knowledge).findings;
    findings
        .iter()
        .filter_map(|finding| finding.shape.as_ref())
        .map(|shape| shape.kind)
        .collect()
}

/// Every example of `fires` has the shape; none of `below` and `silent` has.
pub(super) fn hold(kind: Kind, fires: &[&[&str]], below: &[&[&str]], silent: &[&[&str]]) {
    let mut wrong = String::new();
    for (examples, expected, what) in [
        (fires, true, "must fire"),
        (below, false, "stays just below"),
        (silent, false, "must stay silent"),
    ] {
        assert!(!examples.is_empty(), "{kind:?}: no example that {what}");
        for example in examples {
            let found = shapes(example);
            if found.contains(&kind) != expected {
                let _ = writeln!(wrong, "{what}: {example:?}\n    found {found:?}");
            }
        }
    }
    assert!(wrong.is_empty(), "{kind:?}\n{wrong}");
}
