//! Every example of every README is what the format makes of it.

use std::fmt::Write as _;
use std::{env, fs};

use crate::{canon, readme};

/// `BLESS=1 cargo test -p rutter-decode --test formats` writes what the formats say into the READMEs.
#[test]
fn examples_are_true() {
    let bless = env::var_os("BLESS").is_some();
    let mut wrong = String::new();
    for (format, examples) in readme::all() {
        assert!(!examples.is_empty(), "{} has no example", format.name());
        let mut events = Vec::new();
        for example in examples {
            let found: String = example
                .lines
                .iter()
                .map(|line| canon::alone(line, None))
                .collect();
            if found != example.expected {
                writeln!(
                    wrong,
                    "{}\n{}\nis    {found}not   {}",
                    format.name(),
                    example
                        .lines
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join("\n"),
                    example.expected
                )
                .unwrap();
            }
            events.push(found);
        }
        if bless {
            let path = readme::folder(format).join("README.md");
            fs::write(path, readme::with_events(&readme::read(format), &events)).unwrap();
        }
    }
    assert!(bless || wrong.is_empty(), "{wrong}");
}

/// A format read by force says the same as one that was recognised.
#[test]
fn force_changes_nothing() {
    for (format, line) in readme::all_lines() {
        let recognised = canon::alone(&line, None);
        if !recognised.starts_with("skipped") {
            assert_eq!(canon::alone(&line, Some(format)), recognised, "{line}");
        }
    }
}

/// A decoder that has read other lines says the same as a fresh one, in any order of lines.
#[test]
fn lines_do_not_depend_on_each_other() {
    let lines = readme::all_lines();
    let mut decoder = rutter_decode::Decoder::default();
    for (_, line) in lines.iter().chain(lines.iter().rev()) {
        let fresh = canon::alone(line, None);
        decoder.resume(line.headers());
        assert_eq!(canon::outcome(&mut decoder, line), fresh, "{line}");
    }
}
