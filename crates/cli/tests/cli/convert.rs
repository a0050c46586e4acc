//! `rutter convert`.

use std::fs;

use crate::bench::{Desk, dropped, run, story};

#[test]
fn events_become_json_lines() {
    let desk = Desk::new();
    let ran = desk.pipe(story(), &["convert", "--to", "ecs", "-"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let events = ran.json_lines();
    assert_eq!(events.len(), 100);
    assert_eq!(events[0]["destination"]["port"], 1);
    assert_eq!(events[0]["event"]["type"][0], "denied");
    assert!(events[0]["rutter"].get("verdicts").is_none());
    assert_eq!(
        ran.ledger(),
        "lines 102 = events 100 + skipped 2 (blank 1, not-firewall 1) + refused 0"
    );
}

/// The mapping's own page shows a line and what becomes of it.
#[test]
fn events_become_ocsf_as_its_page_says() {
    let page = include_str!("../../../report/src/event/ocsf/README.md");
    let block = |fence: &str| {
        page.split_once(fence)
            .unwrap()
            .1
            .split("```")
            .next()
            .unwrap()
    };
    let ran = Desk::new().pipe(block("```log\n"), &["convert", "--to", "ocsf"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let expected: serde_json::Value = serde_json::from_str(block("```json\n")).unwrap();
    assert_eq!(ran.json_lines(), [expected], "{}", ran.out);
}

#[test]
fn events_become_rows() {
    let ran = Desk::new().pipe(story(), &["convert", "--to", "csv"]);
    let rows: Vec<&str> = ran.out.lines().collect();
    assert_eq!(rows.len(), 101);
    assert!(rows[0].starts_with("@timestamp,"), "{}", rows[0]);
    assert!(rows[1].starts_with("2026-11-23T12:00:01Z,"), "{}", rows[1]);
}

#[cfg(feature = "parquet")]
#[test]
fn events_become_a_table() {
    let desk = Desk::new();
    desk.file("log", story());
    for threads in ["1", "4"] {
        let to = format!("{threads}.parquet");
        let ran = desk.run([
            "convert",
            "--to",
            "parquet",
            "--threads",
            threads,
            "--out",
            &to,
            "log",
        ]);
        assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    }
    let bytes = fs::read(desk.path("1.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    assert!(bytes == fs::read(desk.path("4.parquet")).unwrap());
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_table_needs_a_program_that_has_it() {
    let desk = Desk::new();
    desk.file("log", story());
    let ran = desk.run(["convert", "--to", "parquet", "--out", "out", "log"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.errors()[0].contains("cargo build --release --features parquet"),
        "{}",
        ran.err
    );
    assert!(!desk.path("out").exists());
}

#[test]
fn nothing_in_still_gives_a_header() {
    let ran = Desk::new().pipe("", &["convert", "--to", "csv"]);
    assert_eq!(ran.out.lines().count(), 1);
    assert_eq!(ran.status, 0);
}

#[test]
fn the_order_and_the_bytes_do_not_depend_on_threads() {
    let desk = Desk::new();
    // More than a chunk, so that several threads have something to do.
    let log: String = (0..12_000)
        .map(|n| dropped(n % 3_600, "198.51.100.7", 1) + "\n")
        .collect();
    assert!(log.len() > 2 << 20);
    desk.file("log", &log);
    let one = desk.run(["convert", "--to", "csv", "--threads", "1", "log"]);
    assert_eq!(one.out.lines().count(), 12_001);
    for threads in ["2", "8"] {
        let many = desk.run(["convert", "--to", "csv", "--threads", threads, "log"]);
        assert!(many.out == one.out, "{threads} threads");
        assert_eq!(many.err, one.err);
    }
}

#[test]
fn what_lies_outside_of_the_time_is_counted() {
    let desk = Desk::new();
    desk.file("log", story());
    let from = desk.run([
        "convert",
        "--to",
        "csv",
        "--since",
        "2026-11-23T12:01:00Z",
        "log",
    ]);
    assert_eq!(from.out.lines().count(), 1 + 41, "{}", from.err);
    let between = [
        "convert",
        "--to",
        "csv",
        "--since",
        "2026-11-23 20:00",
        "--until",
        "2026-11-23 20:00:03",
        "log",
    ];
    let between = desk.run(between.into_iter().chain(["--timezone", "Asia/Shanghai"]));
    assert_eq!(between.out.lines().count(), 1 + 2);
    assert_eq!(
        between.ledger(),
        "lines 102 = events 2 + skipped 100 (blank 1, not-firewall 1, out-of-range 98) + refused 0"
    );
    let none = desk.run([
        "convert",
        "--to",
        "csv",
        "--since",
        "2026-11-23",
        "--until",
        "2026-11-23",
        "log",
    ]);
    assert_eq!(none.status, 2);
    assert!(
        none.err
            .starts_with("error: --since: is not before --until"),
        "{}",
        none.err
    );
}

#[test]
fn a_format_can_be_forced() {
    let line = dropped(0, "198.51.100.7", 23);
    let ran = Desk::new().pipe(
        line.clone(),
        &["convert", "--to", "ecs", "--format", "netfilter"],
    );
    assert_eq!(ran.json_lines().len(), 1);
    let ran = Desk::new().pipe(line, &["convert", "--to", "ecs", "--format", "filterlog"]);
    assert_eq!(ran.out, "");
    let list = run(["convert", "--to", "ecs", "--format", "list"]);
    for name in ["netfilter: ", "filterlog: "] {
        assert!(list.out.contains(name), "{}", list.out);
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let desk = Desk::new();
    desk.file("log", story());
    desk.file("out.csv", "old\n");
    let ran = desk.run(["convert", "--to", "csv", "--out", "out.csv", "log"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert_eq!(desk.read("out.csv").lines().count(), 101);
    let ran = desk.run([
        "convert",
        "--to",
        "csv",
        "--out",
        "no/such/folder/out.csv",
        "log",
    ]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.errors()[0].contains("make the folder first"),
        "{}",
        ran.err
    );
    let ran = desk.run(["convert", "--to", "csv", "--out", ".", "log"]);
    assert_eq!(ran.status, 2);
    let mut left: Vec<_> = fs::read_dir(desk.folder())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["log", "out.csv"]);
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_and_its_links() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let desk = Desk::new();
    desk.file("log", story());
    let real = desk.file("real.csv", "");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.csv", desk.path("link.csv")).unwrap();
    assert_eq!(
        desk.run(["convert", "--to", "csv", "--out", "link.csv", "log"])
            .status,
        0
    );
    assert!(
        fs::symlink_metadata(desk.path("link.csv"))
            .unwrap()
            .is_symlink()
    );
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(desk.read("real.csv").lines().count(), 101);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let desk = Desk::new();
    desk.file("log", story());
    let ran = desk.run(["convert", "--to", "csv", "--out", "/dev/full", "log"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.errors()[0].starts_with("/dev/full: cannot be written: "),
        "{}",
        ran.err
    );
}

#[test]
fn an_input_is_never_overwritten() {
    let desk = Desk::new();
    desk.file("fw.log", story());
    for command in [&["convert", "--to", "csv"][..], &["report"]] {
        let ran = desk.run(command.iter().chain(&["--out", "fw.log", "."]));
        assert_eq!(ran.status, 2);
        assert!(
            ran.errors()[0].contains("is to be read and to be written"),
            "{}",
            ran.err
        );
        assert_eq!(desk.read("fw.log"), story());
    }
}

#[test]
fn refused_lines_are_named_where_they_stand() {
    let desk = Desk::new();
    let good = dropped(0, "198.51.100.7", 23);
    desk.file(
        "a.log",
        format!("{good}\n{}\n", good.replace("DPT=23", "DPT=70000")),
    );
    let ran = desk.run(["convert", "--to", "csv", "--refused", "a.log"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.err.contains("line 2: refused: bad-port: "),
        "{}",
        ran.err
    );
    assert_eq!(ran.out.lines().count(), 2, "a header and one row");
    let ran = desk.run(["convert", "--to", "ecs", "--refused", "a.log", "a.log"]);
    let told = ran.err.lines().find(|line| line.starts_with('{')).unwrap();
    let told: serde_json::Value = serde_json::from_str(told).unwrap();
    assert_eq!(
        (&told["line"], &told["refused"]),
        (&2.into(), &"bad-port".into())
    );
    let ran = desk.run(["convert", "--to", "csv", "a.log"]);
    assert!(
        !ran.err.contains("line 2"),
        "only when asked for: {}",
        ran.err
    );
}

/// Ctrl-C leaves neither the file nor a part of it.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_leaves_no_file() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let desk = Desk::new();
    let folder = desk.path("");
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("rutter"))
        .args(["convert", "--to", "csv", "--out", "probes.csv", "-"])
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(story().as_bytes()).unwrap();
    let files = || fs::read_dir(&folder).unwrap().count();
    // The part is there before anything is read.
    while files() == 0 {
        std::thread::yield_now();
    }
    // The first thread beside the main one is the guard's.
    let threads = format!("/proc/{}/task", child.id());
    while fs::read_dir(&threads).unwrap().count() < 2 {
        std::thread::yield_now();
    }
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let status = child.wait().unwrap();
    drop(input);
    assert!(!status.success(), "{status}");
    assert_eq!(files(), 0, "a part stayed behind");
}
