//! What other detectors publish as their thresholds, as lines of logs that real firewalls write.
//!
//! psad rates a source by packets (5, 15, 150, 1,500, 10,000) and swept hosts, and calls five
//! protocols a scan of protocols (psad.conf). CrowdSec's `iptables-scan-multi_ports` wants more than
//! fifteen ports of TCP in quick order, its brute-force scenarios a handful of tries on one port. Zeek
//! counts 15 ports of a host or 25 hosts of a port. Each must be found by its kind, its ports and,
//! where packets prove it, its tool; what those lists call false alarms must stay silent. The lines are
//! our own.

mod case;
mod hosts;
mod lines;
mod ports;
mod silence;

use std::fmt::Write as _;
use std::io::Cursor;

use rutter_analysis::find;
use rutter_knowledge::Knowledge;
use rutter_pipeline::{Settings, profile};
use rutter_source::{Options, Source};

use case::{Case, Told};
use lines::{Log, Packet};

fn found(packets: &[Packet], log: Log) -> Vec<Told> {
    let text: String = packets.iter().map(|packet| packet.line(log)).collect();
    let source = Source::of_program("log", Cursor::new(text), &Options::default());
    let knowledge = Knowledge::embedded();
    let outcome = profile(vec![source], &Settings::default(), knowledge);
    let events = outcome.ledger().events;
    assert_eq!(
        events,
        packets.len() as u64,
        "{:?}",
        packets.first().map(|p| p.line(log))
    );
    find(&outcome.profile, knowledge)
        .findings
        .into_iter()
        .filter_map(|finding| {
            let shape = finding.shape?;
            let range = shape.ranges.first();
            Some((
                shape.kind,
                shape.probes.first().copied(),
                range.map(|range| (range.transport, range.low, range.high)),
                finding.tool.map(|tool| tool.name.as_str()),
            ))
        })
        .collect()
}

#[test]
fn every_scan_is_found_and_nothing_else_is() {
    let cases: Vec<Case> = [ports::cases(), hosts::cases(), silence::cases()]
        .into_iter()
        .flatten()
        .collect();
    let mut wrong = String::new();
    for case in &cases {
        for log in case.logs {
            let mut told = found(&case.packets, *log);
            if case.told.is_empty() {
                told.retain(|told| told.0.is_scan());
            }
            if told != case.told {
                let _ = writeln!(
                    wrong,
                    "{} ({log:?}):\n    {told:?}, not\n    {:?}",
                    case.name, case.told
                );
            }
        }
    }
    assert!(wrong.is_empty(), "of {} cases:\n{wrong}", cases.len());
}
