//! Output that nobody reads to its end.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use crate::bench::{Desk, dropped, story};

fn spawned(arguments: &[&str]) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin!("rutter"))
        .args(arguments)
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Status and standard error of a run whose output is dropped, after a line of it or at once.
fn ended(mut child: Child, lines: usize) -> (Option<i32>, String) {
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..lines {
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(!line.is_empty());
    }
    drop(output);
    let ended = child.wait_with_output().unwrap();
    (
        ended.status.code(),
        String::from_utf8(ended.stderr).unwrap(),
    )
}

#[test]
fn an_endless_run_ends_with_its_reader() {
    for arguments in [
        &["convert", "--to", "ecs"][..],
        &["convert", "--to", "csv"],
        &["explain"],
        &["explain", "-ojson"],
    ] {
        let mut child = spawned(arguments);
        let mut input = child.stdin.take().unwrap();
        let line = dropped(0, "198.51.100.7", 23) + "\n";
        let lines = line.repeat(1_000);
        let writer = std::thread::spawn(move || while input.write_all(lines.as_bytes()).is_ok() {});
        assert_eq!(ended(child, 1), (Some(0), String::new()), "{arguments:?}");
        writer.join().unwrap();
    }
}

#[test]
fn what_nobody_reads_is_no_error() {
    let desk = Desk::new();
    let log = desk.file("fw.log", story());
    let log = log.to_str().unwrap();
    for arguments in [
        &["report", log][..],
        &["report", "--output", "json", log],
        &["explain", log],
        &["convert", "--to", "csv", log],
        &["port", "23"],
        &["port", "--about"],
        &["knowledge", "show", "worm.mirai"],
        &["completions", "bash"],
        &["man"],
        &["report", "--format", "list"],
    ] {
        let (status, errors) = ended(spawned(arguments), 0);
        assert_eq!(status, Some(0), "{arguments:?} {errors}");
        assert!(!errors.contains("error"), "{arguments:?} {errors}");
    }
}
