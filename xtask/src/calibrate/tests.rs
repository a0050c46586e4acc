//! The committed part of the labelled set is judged as its labels say.

use std::collections::BTreeMap;

use rutter_analysis::{Hearing, Home, Questions};
use rutter_event::{Event, Refusal};
use rutter_knowledge::Knowledge;
use rutter_pipeline::{Settings, Visit, explain};
use rutter_source::{Options, open_all};

use super::score::Score;
use super::truth::{Judged, Truth, sorted};
use super::{HOME, Label, fixture, labels};

/// Enters every event into the score.
struct Teller<'a> {
    score: &'a mut Score,
    truth: &'a Truth,
    label: &'a Label,
    program: &'a str,
    log: &'a str,
    refused: u32,
}

impl Visit for Teller<'_> {
    fn event(&mut self, _line: u64, event: &Event<'_>, hearing: &Hearing<'_>) {
        let verdicts = &hearing.verdicts;
        let packet = &event.packet;
        let judged = Judged {
            transport: packet.transport.map_or_else(String::new, |t| {
                t.word().map_or_else(|| t.0.to_string(), str::to_owned)
            }),
            source: packet.source.ip,
            destination: packet.destination.ip,
            source_port: packet.source.port,
            destination_port: packet.destination.port,
            flags: packet
                .tcp
                .flags
                .map_or_else(String::new, |f| sorted(&f.to_string())),
            icmp_type: packet.icmp.kind,
            verdicts: verdicts
                .iter()
                .map(|v| (v.entry.id.clone(), v.probability))
                .collect(),
            tool: verdicts.iter().find_map(|v| v.tool).map(|t| t.name.clone()),
        };
        let is_other = judged.source.is_some_and(self.label.is_other);
        let right = self.truth.of(&judged, is_other, &self.label.rules);
        if !right.is_empty() {
            self.score
                .enter(self.program, &self.label.tool, self.log, &judged, &right);
        }
    }

    fn refused(&mut self, _line: u64, _why: Refusal, _bytes: &[u8]) {
        self.refused += 1;
    }
}

fn judge_fixture() -> Score {
    let truth = Truth::read().unwrap();
    let labels: BTreeMap<String, Label> = labels().unwrap();
    let settings = Settings {
        home: Home::new(HOME.split(',').map(|net| net.parse().unwrap()).collect()),
        ..Settings::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let mut score = Score::default();
    for section in fixture::read().unwrap() {
        let file = folder
            .path()
            .join(format!("{}-{}", section.program, section.log));
        std::fs::write(&file, &section.text).unwrap();
        let opened = open_all(&[file.into_os_string()], &Options::default());
        let mut teller = Teller {
            score: &mut score,
            truth: &truth,
            label: &labels[&section.program],
            program: &section.program,
            log: &section.log,
            refused: 0,
        };
        explain(
            opened.sources,
            &settings,
            Knowledge::embedded(),
            &Questions::default(),
            &mut teller,
        );
        assert_eq!(teller.refused, 0, "{}: lines refused", section.program);
    }
    score
}

#[test]
fn real_programs_are_known_for_what_they_are() {
    let score = judge_fixture();
    assert!(score.all.events > 700, "only {} events", score.all.events);
    assert!(
        score.programs.len() > 180,
        "only {} programs",
        score.programs.len()
    );
    let wrong = &score.confusions;
    assert!(
        score.all.top1() >= 0.97,
        "{:.3}: {wrong:#?}",
        score.all.top1()
    );
    assert!(
        score.all.top3() >= 0.99,
        "{:.3}: {wrong:#?}",
        score.all.top3()
    );
}

#[test]
fn probabilities_mean_what_they_say() {
    let score = judge_fixture();
    assert!(
        score.error() <= 0.05,
        "expected calibration error {:.3}",
        score.error()
    );
    // Of the events that were given 95 % and more, at least so many are right.
    for (low, _, class) in score.reliability().filter(|(low, ..)| *low >= 0.95) {
        assert!(
            class.events > 50 && class.top1() >= low - 0.01,
            "{low}: {class:?}"
        );
    }
}

#[test]
fn no_tool_is_named_that_was_not_there() {
    let score = judge_fixture();
    assert!(score.named_tools > 50, "only {}", score.named_tools);
    assert!(score.false_tools.is_empty(), "{:?}", score.false_tools);
}
