//! Colours, silence, and what is said about a slip on the command line.

use crate::bench::{Desk, dropped, ran, run, rutter};

fn explain(environment: &[(&str, &str)], flags: &[&str]) -> String {
    let line = dropped(0, "198.51.100.7", 23);
    ran(rutter()
        .args(["explain", &line])
        .args(flags)
        .envs(environment.iter().copied()))
    .out
}

#[test]
fn colours_obey_flags_and_environment() {
    let coloured =
        |environment: &[(&str, &str)], flags: &[&str]| explain(environment, flags).contains('\x1b');
    assert!(!coloured(&[], &[]), "a pipe is no terminal");
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(coloured(&[], &["--color", "always"]));
    assert!(
        coloured(&[("NO_COLOR", "1")], &["--color", "always"]),
        "the flag is nearer than the environment"
    );
    assert!(!coloured(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(!coloured(&[("NO_COLOR", "1")], &[]));
}

#[test]
fn colours_change_nothing_else() {
    let plain = explain(&[], &[]);
    let coloured = explain(&[], &["--color", "always"]);
    assert_ne!(plain, coloured);
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn json_is_never_coloured() {
    let plain = explain(&[], &["-o", "json"]);
    assert_eq!(
        explain(
            &[("CLICOLOR_FORCE", "1")],
            &["-o", "json", "--color", "always"]
        ),
        plain
    );
}

#[test]
fn quiet_leaves_errors_only() {
    let desk = Desk::new();
    desk.file("log", dropped(0, "198.51.100.7", 23));
    let ran = desk.run(["convert", "--to", "csv", "--quiet", "log", "missing"]);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(ran.err.starts_with("error: missing: "));
    assert_eq!(desk.run(["-q", "convert", "--to", "csv", "log"]).err, "");
}

#[test]
fn a_slip_is_answered_with_something_right() {
    for (arguments, told) in [
        (
            &["report", "--home", "203.0.113.0/99", "x"][..],
            &["--home", "203.0.113.0/99", "203.0.113.0/24"][..],
        ),
        (
            &["report", "--timezone", "Berlin", "x"],
            &["--timezone", "Berlin", "Europe/Berlin"],
        ),
        (
            &["report", "--since", "yesterday", "x"],
            &["--since", "yesterday", "2026-11-23"],
        ),
        (
            &["report", "--format", "netfilte", "x"],
            &["--format", "netfilte", "'netfilter'"],
        ),
        (
            &["report", "--fail-on", "hgih", "x"],
            &["--fail-on", "hgih", "'high'"],
        ),
        (&["report", "--lang", "zh", "x"], &["--lang", "zh-CN"]),
        (&["report", "--year", "26", "x"], &["--year", "26", "1970"]),
        (
            &["report", "--threads", "0", "x"],
            &["--threads", "0", "1..=1024"],
        ),
        (
            &["convert", "--to", "xml", "x"],
            &["--to", "ecs", "ocsf", "csv"],
        ),
        (&["convert", "x"], &["--to"]),
        (&["reprot", "x"], &["'report'"]),
    ] {
        let ran = run(arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
        for word in told {
            assert!(
                ran.err.contains(word),
                "{arguments:?} does not tell {word}: {}",
                ran.err
            );
        }
    }
}
