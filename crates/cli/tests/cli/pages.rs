//! What is made from the definitions of the arguments: help, manual pages, completions.

use crate::bench::{Desk, run};

const COMMANDS: [&str; 7] = [
    "report",
    "explain",
    "port",
    "convert",
    "knowledge",
    "completions",
    "man",
];

#[test]
fn help_is_there_for_everything() {
    let short = run(["-h"]);
    assert_eq!(short.status, 0);
    for command in COMMANDS {
        assert!(short.out.contains(command), "{command}");
        for flag in ["-h", "--help"] {
            let help = run([command, flag]);
            assert_eq!((help.status, help.err.as_str()), (0, ""), "{command}");
            assert!(help.out.contains("Usage: rutter"), "{command}");
        }
    }
    let long = run(["--help"]);
    assert!(long.out.contains("Exit status"), "{}", long.out);
    assert!(run(["--version"]).out.starts_with("rutter 0."));
}

#[test]
fn without_a_command_there_is_help_and_an_error() {
    let ran = run::<&str>([]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("Usage: rutter"), "{}", ran.err);
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(["completions", shell]);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{shell}");
        for word in ["report", "fail-on", "timezone"] {
            assert!(ran.out.contains(word), "{shell} {word}");
        }
    }
    assert_eq!(run(["completions", "tea"]).status, 2);
}

#[test]
fn manual_pages_are_written() {
    let page = run(["man"]);
    assert_eq!(page.status, 0);
    assert!(page.out.contains(".TH rutter 1"), "{}", page.out);
    let desk = Desk::new();
    let ran = desk.run(["man", "share/man1"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    for command in COMMANDS {
        let page = desk.read(&format!("share/man1/rutter-{command}.1"));
        assert!(page.contains(command), "{command}");
    }
    desk.file("taken", "");
    let ran = desk.run(["man", "taken"]);
    assert_eq!(ran.status, 2);
    assert!(ran.errors()[0].starts_with("taken: "), "{}", ran.err);
}
