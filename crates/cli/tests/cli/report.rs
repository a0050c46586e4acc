//! `rutter report`.

use std::fs;

use crate::bench::{Desk, dropped, story};

#[test]
fn a_log_becomes_a_page() {
    let desk = Desk::new();
    desk.file("fw.log", story());
    let ran = desk.run(["report", "fw.log"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.starts_with("Firewall report"), "{}", ran.out);
    for word in ["198.51.100.7", "23/tcp", "2026-11-23", "UTC"] {
        assert!(ran.out.contains(word), "{word}: {}", ran.out);
    }
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 100),
        "{}",
        ran.out
    );
    assert_eq!(
        ran.err,
        "lines 102 = events 100 + skipped 2 (blank 1, not-firewall 1) + refused 0\n"
    );
}

#[test]
fn a_log_becomes_an_object() {
    let desk = Desk::new();
    desk.file("fw.log", story());
    let report = desk.run(["report", "--output", "json", "fw.log"]).json();
    assert_eq!(report["ledger"]["lines"], 102);
    assert_eq!(report["ledger"]["events"], 100);
    assert_eq!(report["ledger"]["skipped"], 2);
    for key in ["span", "sources", "targets", "findings", "residue"] {
        assert!(report.get(key).is_some(), "{key}");
    }
    let findings = report["findings"].as_array().unwrap();
    let scan = findings
        .iter()
        .find(|finding| finding["id"] == "scan.vertical")
        .unwrap();
    assert_eq!(scan["sources"][0]["ip"], "198.51.100.7");
}

#[test]
fn the_bytes_do_not_depend_on_threads_nor_runs() {
    let desk = Desk::new();
    let log: String = (0..12_000_u32)
        .map(|n| dropped(n % 3_600, &format!("192.0.2.{}", n % 200), (n % 900) as u16) + "\n")
        .collect();
    desk.file("a.log", &log);
    desk.file("b.log", story());
    let run = |threads| {
        desk.run([
            "report",
            "-o",
            "json",
            "--threads",
            threads,
            "a.log",
            "b.log",
        ])
    };
    let one = run("1");
    assert_eq!(one.status, 0, "{}", one.err);
    for threads in ["1", "2", "8"] {
        let again = run(threads);
        assert!(again.out == one.out, "{threads} threads");
        assert_eq!(again.err, one.err);
    }
}

#[test]
fn chinese_is_chinese() {
    let desk = Desk::new();
    desk.file("fw.log", story());
    let ran = desk.run(["report", "--lang", "zh-CN", "fw.log"]);
    assert!(
        ran.out.contains("防火墙报告") && !ran.out.contains("Firewall report"),
        "{}",
        ran.out
    );
    let json = desk
        .run(["report", "--lang", "zh-CN", "-o", "json", "fw.log"])
        .json();
    let title = json["findings"][0]["title"].as_str().unwrap();
    assert!(
        title
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "{title}"
    );
}

#[test]
fn findings_above_the_mark_end_with_one() {
    let desk = Desk::new();
    desk.file("fw.log", story());
    let status = |mark| desk.run(["report", "--fail-on", mark, "fw.log"]).status;
    assert_eq!(status("info"), 1);
    assert_eq!(
        status("medium"),
        1,
        "the scan of sixty ports is worth a look"
    );
    assert_eq!(status("critical"), 0);
    let missing = desk.run(["report", "--fail-on", "info", "fw.log", "missing.log"]);
    assert_eq!(
        missing.status, 2,
        "an input that could not be read weighs more"
    );
}

#[test]
fn a_missing_input_is_told_and_the_rest_goes_on() {
    let desk = Desk::new();
    desk.file("fw.log", story());
    let ran = desk.run(["report", "missing.log", "fw.log"]);
    assert_eq!(ran.status, 2);
    assert_eq!(ran.errors().len(), 1, "{}", ran.err);
    assert!(
        ran.out.contains("missing.log") && ran.out.contains("198.51.100.7"),
        "{}",
        ran.out
    );
    let ran = desk.run(["report", "missing.log"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert_eq!(ran.ledger(), "lines 0 = events 0 + skipped 0 + refused 0");
}

#[test]
fn outputs_go_where_they_are_told() {
    let desk = Desk::new();
    desk.file("fw.log", story());
    let screen = desk.run(["report", "fw.log"]);
    let ran = desk.run(["report", "--out", "page", "--color", "always", "fw.log"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert_eq!(desk.read("page"), screen.out, "no colours in a file");

    let ran = desk.run([
        "report",
        "--output",
        "text,json,markdown",
        "--out",
        "night",
        "fw.log",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(desk.read("night.txt"), screen.out);
    assert_eq!(
        desk.read("night.json"),
        desk.run(["report", "-o", "json", "fw.log"]).out
    );
    assert!(desk.read("night.md").starts_with("# Firewall report"));

    let ran = desk.run(["report", "--output", "text,json", "fw.log"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.errors()[0].contains("--out night"), "{}", ran.err);
}

#[test]
fn nothing_is_written_when_nothing_could_be_read() {
    let desk = Desk::new();
    desk.file("page", "old");
    assert_eq!(
        desk.run(["report", "--out", "page", "missing.log"]).status,
        2
    );
    assert_eq!(desk.read("page"), "old");
    assert_eq!(fs::read_dir(desk.folder()).unwrap().count(), 1);
}

#[test]
fn the_flags_of_reading_apply() {
    let desk = Desk::new();
    desk.file("fw.log", story());
    let json = |flags: &[&str]| {
        desk.run(["report", "-o", "json", "fw.log"].iter().chain(flags))
            .json()
    };
    assert_eq!(
        json(&["--until", "2026-11-23T12:01:00Z"])["ledger"]["events"],
        59
    );
    assert_eq!(json(&["--format", "filterlog"])["ledger"]["events"], 0);
    let page = desk
        .run(["report", "--timezone", "Asia/Shanghai", "fw.log"])
        .out;
    assert!(
        page.contains("20:0") && page.contains("Asia/Shanghai"),
        "{page}"
    );
    let ours = desk
        .run(["report", "--home", "198.51.100.0/24", "fw.log"])
        .out;
    assert_ne!(
        ours,
        desk.run(["report", "fw.log"]).out,
        "whose address it is makes a difference"
    );
}

#[test]
fn standard_input_is_read_when_something_is_piped_in() {
    let desk = Desk::new();
    for arguments in [
        &["report", "-o", "json"][..],
        &["report", "-o", "json", "-"],
    ] {
        let ran = desk.pipe(story(), arguments);
        assert_eq!(
            (ran.status, ran.json()["ledger"]["events"].as_u64()),
            (0, Some(100)),
            "{}",
            ran.err
        );
    }
}

#[test]
fn an_input_without_firewall_lines_is_said_so() {
    let desk = Desk::new();
    desk.file("notes.txt", "milk\nbread\n");
    let ran = desk.run(["report", "notes.txt"]);
    assert_eq!(ran.status, 0);
    assert!(ran.err.contains("--format list"), "{}", ran.err);
    assert!(ran.ledger().starts_with("lines 2 = events 0 + skipped 2"));
}
