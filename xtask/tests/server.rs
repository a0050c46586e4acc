//! Findings on the log of a public server, checked against its lines as a person would check them by
//! hand. The lines are taken apart here once more, by other means than the decoder's.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::IpAddr;
use std::process::Command;

use rutter_analysis::{Finding, Summary, find};
use rutter_knowledge::{Knowledge, Severity};
use rutter_pipeline::{Settings, profile};
use rutter_source::{Options, open_all};

/// Three days of ufw's three lines a minute.
const LINES: &str = "12600";
/// How few ports make no scan, and how few tries no guessing of passwords.
const PORTS: usize = 5;
const GUESSES: usize = 15;
/// 2026-01-01, in seconds since 1970.
const NEW_YEAR: i64 = 1_767_225_600;

/// What a line says.
struct Line {
    /// Seconds since the year began, which is January's.
    second: i64,
    port: Option<u16>,
    blocked: bool,
}

/// The lines of each source.
type Lines = BTreeMap<IpAddr, Vec<Line>>;

fn value<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    line.split(' ').find_map(|pair| pair.strip_prefix(key))
}

/// The second of a line that begins with `2026-01-02T03:04:05`.
fn second(line: &str) -> i64 {
    let number = |from: usize| line[from..from + 2].parse::<i64>().unwrap();
    ((number(8) - 1) * 24 + number(11)) * 3_600 + number(14) * 60 + number(17)
}

fn lines(log: &str) -> Lines {
    let mut lines = Lines::new();
    for line in log.lines() {
        let from = value(line, "SRC=").unwrap().parse().unwrap();
        lines.entry(from).or_default().push(Line {
            second: second(line),
            port: value(line, "DPT=").map(|port| port.parse().unwrap()),
            blocked: line.contains("BLOCK]"),
        });
    }
    lines
}

fn read(seed: &str) -> (Lines, Summary<'static>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.log");
    let made = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args([
            "bench-log",
            "--scene",
            "server",
            "--lines",
            LINES,
            "--seed",
            seed,
        ])
        .arg("--out")
        .arg(&path)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let log = fs::read_to_string(&path).unwrap();
    let opened = open_all(&[path.into_os_string()], &Options::default());
    let knowledge = Knowledge::embedded();
    let outcome = profile(opened.sources, &Settings::default(), knowledge);
    (lines(&log), find(&outcome.profile, knowledge))
}

/// An address's IPv4 /24 or IPv6 /48.
fn network(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from(v4.to_bits() >> 8),
        IpAddr::V6(v6) => v6.to_bits() >> 80,
    }
}

/// The ports that some sources were refused.
fn ports<'l>(lines: impl Iterator<Item = &'l Line>) -> BTreeSet<u16> {
    lines
        .filter(|line| line.blocked)
        .filter_map(|line| line.port)
        .collect()
}

/// What is wrong with a finding, by the lines of those whom it names.
fn fault(finding: &Finding<'_>, lines: &Lines) -> Option<String> {
    for knock in &finding.sources {
        let own = &lines[&knock.ip];
        if knock.events > own.len() as u64 {
            return Some(format!("{} has {} lines", knock.ip, own.len()));
        }
        let (first, last) = (own[0].second, own[own.len() - 1].second);
        let (from, to) = knock.span.ends().unwrap();
        let [from, to] = [from, to].map(|at| at.div_euclid(1_000_000_000) - NEW_YEAR);
        if from < first || to > last {
            return Some(format!(
                "{}: from {first} to {last}, not {from} to {to}",
                knock.ip
            ));
        }
        match finding.entry.kind() {
            "scan" if finding.shape.is_some() => {
                let around = lines
                    .iter()
                    .filter(|(ip, _)| network(**ip) == network(knock.ip));
                let around = ports(around.flat_map(|(_, lines)| lines));
                if around.len() < PORTS {
                    return Some(format!("{} and its neighbours: {around:?}", knock.ip));
                }
                if finding.entry.id == "scan.vertical" && ports(own.iter()).len() < PORTS {
                    return Some(format!("{}: {:?}", knock.ip, ports(own.iter())));
                }
            }
            _ => {}
        }
    }
    // Many knock once beside those who do not let go, and must not hide them, nor be taken for them.
    let guesses = finding.entry.kind() == "bruteforce" && finding.severity > Severity::Low;
    let insistent = |line: &&rutter_analysis::Knock| line.events as usize >= GUESSES;
    let insistent = finding.sources.iter().filter(insistent);
    let tries: u64 = insistent.map(|knock| knock.events).sum();
    (guesses && tries * 2 < finding.events).then(|| format!("{tries} of {} tries", finding.events))
}

#[test]
fn a_person_who_checks_the_findings_by_hand_agrees() {
    // The server's own segment, and the resolver that it asks.
    let ours = ["203.0.113.1", "203.0.113.44", "192.0.2.53", "0.0.0.0"];
    let ours: BTreeSet<IpAddr> = ours.iter().map(|ip| ip.parse().unwrap()).collect();
    for seed in ["1", "8"] {
        let (lines, summary) = read(seed);
        assert!(summary.findings.len() <= 40, "{}", summary.findings.len());
        let grave = |finding: &&Finding<'_>| finding.severity > Severity::Low;
        let grave: Vec<&Finding<'_>> = summary.findings.iter().filter(grave).collect();
        assert!(grave.len() <= 25, "{}", grave.len());
        for finding in &summary.findings {
            let why = fault(finding, &lines);
            assert!(why.is_none(), "seed {seed}, {}: {why:?}", finding.entry.id);
        }
        for finding in &grave {
            let mut named = finding.sources.iter().map(|knock| knock.ip);
            assert!(!named.any(|ip| ours.contains(&ip)), "{}", finding.entry.id);
            assert!(
                ["scan", "bruteforce"].contains(&finding.entry.kind()),
                "{}",
                finding.entry.id
            );
        }
        // And nobody is left out: whoever was refused on fifty ports stands in a finding on scans.
        let scans = grave.iter().filter(|finding| finding.shape.is_some());
        let told: usize = scans.clone().map(|finding| finding.sources_total).sum();
        let walkers = lines
            .values()
            .filter(|lines| ports(lines.iter()).len() >= 50);
        assert!(told >= walkers.count(), "{told}");
        for (ip, own) in &lines {
            if ports(own.iter()).len() >= 200 {
                let mut named = scans.clone().flat_map(|finding| &finding.sources);
                assert!(named.any(|knock| knock.ip == *ip), "seed {seed}: {ip}");
            }
        }
    }
}
