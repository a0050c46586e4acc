//! Where the input comes from: files, folders, patterns, standard input, compressed or not.

use std::fs;

use crate::bench::{Desk, dropped, gzipped, run, story};

fn events(ran: &crate::bench::Ran) -> usize {
    ran.out.lines().count() - 1
}

#[test]
fn files_folders_patterns_and_standard_input() {
    let desk = Desk::new();
    desk.file("logs/a.log", story());
    desk.file("logs/deep/b.log.gz", gzipped(&story()));
    desk.file("logs/.hidden", story());
    for (arguments, expected) in [
        (&["logs/a.log"][..], 100),
        (&["logs/deep/b.log.gz"], 100),
        (&["logs"], 200),
        (&["logs/*.log"], 100),
        (&["logs/**/*.log*"], 200),
        (&["logs/a.log", "logs/deep"], 200),
        (&["logs/.hidden"], 100),
    ] {
        let ran = desk.run(["convert", "--to", "csv"].iter().chain(arguments));
        assert_eq!(
            (ran.status, events(&ran)),
            (0, expected),
            "{arguments:?} {}",
            ran.err
        );
    }
    let ran = desk.pipe(
        gzipped(&story()),
        &["convert", "--to", "csv", "logs/a.log", "-"],
    );
    assert_eq!((ran.status, events(&ran)), (0, 200));
}

#[test]
fn what_a_folder_holds_and_is_not_read_is_said() {
    let desk = Desk::new();
    desk.file("logs/a.log", story());
    desk.file("logs/.hidden", story());
    let ran = desk.run(["convert", "--to", "csv", "logs", "logs/a.log"]);
    assert_eq!((ran.status, events(&ran)), (0, 100));
    let note = ran.err.lines().next().unwrap();
    assert_eq!(
        note,
        "note: 2 entries passed over: 1 hidden, 1 read already under another name; naming one outright \
         reads it"
    );
}

#[test]
fn one_bad_input_does_not_keep_the_others_from_being_read() {
    let desk = Desk::new();
    desk.file("good.log", story());
    let whole = gzipped(&story());
    desk.file("cut.log.gz", &whole[..whole.len() / 2]);
    desk.file("empty/.keep", "");
    let ran = desk.run([
        "convert",
        "--to",
        "csv",
        "missing.log",
        "good.log",
        "cut.log.gz",
        "empty",
        "no*such",
    ]);
    assert_eq!(ran.status, 2);
    assert!(events(&ran) >= 100);
    let errors = ran.errors();
    assert_eq!(errors.len(), 4, "{}", ran.err);
    assert!(errors[0].starts_with("missing.log: there is no such file or folder; "));
    assert!(errors[1].starts_with("empty: the folder holds no file to read"));
    assert!(errors[2].starts_with("no*such: the pattern matches nothing; "));
    assert!(errors[3].starts_with("cut.log.gz: the gzip data break off at byte "));
    assert!(ran.ledger().starts_with("lines "), "{}", ran.err);
}

#[test]
fn utf16_and_missing_line_ends_are_read() {
    let desk = Desk::new();
    let text = format!(
        "\u{feff}{}\r\n{}",
        dropped(0, "192.0.2.1", 23),
        dropped(1, "192.0.2.2", 23)
    );
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk.file("windows.log", wide);
    let ran = desk.run(["convert", "--to", "csv", "windows.log"]);
    assert_eq!((ran.status, events(&ran)), (0, 2), "{}", ran.err);
}

#[test]
fn hostile_file_names_are_shown_harmless() {
    let desk = Desk::new();
    let ran = desk.run(["convert", "--to", "csv", "a\x1b[2Jb"]);
    assert_eq!(ran.status, 2);
    assert!(ran.errors()[0].starts_with("a\\x1b[2Jb: "), "{:?}", ran.err);
    let ran = run(["convert", "--to", "csv", "--\x1b[2J\u{202e}b"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("--\\u{202e}b") && !ran.err.contains(['\x1b', '\u{202e}']),
        "{:?}",
        ran.err
    );
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let path = desk.file("secret.log", story());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::File::open(&path).is_ok() {
        // Root may read everything, so there is nothing to see here.
        return;
    }
    let ran = desk.run(["convert", "--to", "csv", "secret.log"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.errors()[0].starts_with("secret.log: permission denied; "),
        "{}",
        ran.err
    );
}

#[test]
fn years_that_nobody_wrote_are_said() {
    let desk = Desk::new();
    let line = crate::bench::dropped_yearless("Nov", "198.51.100.7", 23);
    let ran = desk.pipe(line.clone(), &["convert", "--to", "ecs"]);
    assert!(
        ran.err
            .contains("note: standard input: the times lack the year"),
        "{}",
        ran.err
    );
    let ran = desk.pipe(line, &["convert", "--to", "ecs", "--year", "2003"]);
    assert_eq!(ran.json_lines()[0]["@timestamp"], "2003-11-23T12:00:00Z");
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}
