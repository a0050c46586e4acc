//! The sample log tells the story of its README.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rutter_analysis::{Summary, find};
use rutter_knowledge::Knowledge;
use rutter_pipeline::{Outcome, Settings, profile};
use rutter_source::{Options, open_all};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

fn read() -> (Outcome, Summary<'static>) {
    let log = samples().join("frontier.log.gz");
    let opened = open_all(&[log.into_os_string()], &Options::default());
    let outcome = profile(opened.sources, &Settings::default(), Knowledge::embedded());
    let summary = find(&outcome.profile, Knowledge::embedded());
    (outcome, summary)
}

/// The words of a text that stand between back quotes.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_chapter_of_the_sample_is_found() {
    let (_, summary) = read();
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for finding in &summary.findings {
        let sources = found.entry(finding.entry.id.as_str()).or_default();
        sources.extend(finding.sources.iter().map(|knock| knock.ip.to_string()));
    }
    for noise in &summary.noise {
        let sources = found.entry(noise.entry.id.as_str()).or_default();
        sources.extend(noise.sources.iter().map(|knock| knock.ip.to_string()));
    }
    let page = fs::read_to_string(samples().join("README.md")).unwrap();
    let mut chapters = 0;
    for row in page.lines().filter(|line| line.starts_with('|')).skip(2) {
        let cells: Vec<&str> = row.split('|').collect();
        let [_, _, what, who, verdicts, _] = cells[..] else {
            panic!("not four cells: {row}")
        };
        for id in quoted(verdicts) {
            let sources = found.get(id);
            let sources = sources.unwrap_or_else(|| panic!("{id} is not found, but{what}"));
            for ip in quoted(who) {
                assert!(
                    sources.contains(ip),
                    "{ip} is not among those of {id}, but{what}"
                );
            }
        }
        chapters += 1;
    }
    assert!(chapters > 15, "{chapters} rows");
}

#[test]
fn nobody_at_home_is_accused_but_the_camera() {
    let (_, summary) = read();
    let grave = summary
        .findings
        .iter()
        .filter(|f| f.entry.severity > rutter_knowledge::Severity::Info);
    let accused: BTreeSet<String> = grave
        .flat_map(|finding| &finding.sources)
        .map(|knock| knock.ip.to_string())
        .filter(|ip| {
            ip.starts_with("192.168.") || ip.starts_with("203.0.113.") || ip.starts_with("fe80:")
        })
        .collect();
    assert_eq!(accused, BTreeSet::from(["192.168.10.47".to_owned()]));
}

#[test]
fn answers_late_packets_and_lone_probes_are_no_scan() {
    let (outcome, summary) = read();
    let who = |wanted: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let findings = summary
            .findings
            .iter()
            .filter(|finding| wanted(&finding.entry.id));
        findings
            .flat_map(|finding| &finding.sources)
            .map(|knock| knock.ip.to_string())
            .collect()
    };
    let scanners = who(&|id| id.starts_with("scan.vertical") || id.starts_with("scan.horizontal"));
    let answering = [
        "benign.dns-reply",
        "benign.late-packet",
        "benign.icmp-error",
        "backscatter.syn-flood",
    ];
    let answerers = who(&|id| answering.contains(&id));
    assert!(!scanners.is_empty() && answerers.len() > 20);
    assert_eq!(
        scanners.intersection(&answerers).count(),
        0,
        "{scanners:?} {answerers:?}"
    );
    let lone: BTreeSet<String> = outcome
        .profile
        .sources
        .iter()
        .filter(|source| source.events() == 1)
        .map(|source| source.ip().to_string())
        .collect();
    assert!(lone.len() > 20, "{}", lone.len());
    assert_eq!(scanners.intersection(&lone).count(), 0);
}

#[test]
fn the_account_of_the_sample_is_the_one_in_its_readme() {
    let (outcome, summary) = read();
    let ledger = outcome.ledger();
    assert!(ledger.balances());
    let page = fs::read_to_string(samples().join("README.md")).unwrap();
    let page = page
        .split_ascii_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(',', "");
    let [lines, events] = [ledger.lines, ledger.events];
    assert!(
        page.contains(&format!("Of its {lines} lines {events} are events.")),
        "{lines} {events}"
    );
    let refused: Vec<_> = ledger.refused().map(|(why, n)| (why.name(), n)).collect();
    assert_eq!(
        refused,
        [
            ("truncated", 3),
            ("bad-address", 1),
            ("bad-port", 1),
            ("bad-protocol", 1)
        ]
    );
    let skipped: Vec<_> = ledger.skipped().map(|(why, n)| (why.name(), n)).collect();
    assert_eq!(skipped, [("blank", 1), ("not-firewall", 233)]);
    assert!(page.contains("234 are skipped: 233 are of other programs"));
    assert_eq!(summary.unjudged, 0);
}
