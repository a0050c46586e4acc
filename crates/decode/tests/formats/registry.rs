//! The registry, the folders on disk and the formats' opinions of each other.

use std::collections::BTreeSet;
use std::fs;

use rutter_decode::envelope;
use rutter_decode::formats::{REGISTRY, by_name};

use crate::{canon, readme};

#[test]
fn names_are_unique_and_kebab_case() {
    let names: BTreeSet<&str> = REGISTRY.iter().map(|format| format.name()).collect();
    assert_eq!(names.len(), REGISTRY.len(), "{names:?}");
    for name in names {
        assert!(by_name(name).is_some_and(|format| format.name() == name));
        let is_kebab = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && !name.ends_with('-');
        assert!(is_kebab, "{name}");
    }
    assert!(by_name("").is_none());
}

#[test]
fn generic_formats_come_last() {
    let places: Vec<bool> = REGISTRY.iter().map(|format| format.is_generic()).collect();
    assert!(places.is_sorted() && places.last() == Some(&true));
}

#[test]
fn registry_and_folders_agree() {
    let registered: BTreeSet<String> = REGISTRY
        .iter()
        .map(|format| format.name().replace('-', "_"))
        .collect();
    let on_disk: BTreeSet<String> = fs::read_dir(readme::formats_folder())
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(registered, on_disk);
}

/// What `--format list` shows is what the README shows.
#[test]
fn readmes_show_the_registered_example() {
    for format in REGISTRY {
        assert!(!format.title().is_empty() && !format.title().contains('\n'));
        let text = readme::read(*format);
        assert!(
            text.starts_with(&format!("# {}\n", format.name())),
            "{}: heading",
            format.name()
        );
        let lines: Vec<readme::Line> = readme::examples(&text)
            .into_iter()
            .flat_map(|example| example.lines)
            .collect();
        assert!(
            format
                .example()
                .lines()
                .all(|example| lines.iter().any(|line| line.text == example)),
            "{} does not show its example:\n{}",
            format.name(),
            format.example()
        );
        let event = canon::alone(&readme::Line::last(format.example()), None);
        assert!(event.contains(" > "), "{}: {event}", format.name());
    }
}

/// Every line is claimed by its own format and by no other, so that the order of the registry and
/// the memory of the decoder change nothing.
#[test]
fn formats_claim_only_their_own() {
    for (own, line) in readme::all_lines() {
        let mut scratch = envelope::Scratch::default();
        let Ok(mut record) = envelope::open(line.bytes(), &mut scratch) else {
            continue;
        };
        let headers = line.headers();
        record.header = headers.header();
        record.is_ended = true;
        let claimants: Vec<&str> = REGISTRY
            .iter()
            .filter(|format| format.claims(&record))
            // What reads anything is asked last.
            .filter(|format| !format.is_generic() || format.name() == own.name())
            .map(|format| format.name())
            .collect();
        let outcome = canon::alone(&line, None);
        if outcome == "skipped: header\n" {
            // It is none of any format's records; who names its columns reads those behind it.
            assert!(claimants.is_empty() || claimants == [own.name()], "{line}");
        } else if outcome == "skipped: not-firewall\n" {
            assert!(
                claimants.is_empty(),
                "{claimants:?} claim what they skip: {line}"
            );
        } else {
            assert_eq!(claimants, [own.name()], "{line}");
        }
    }
}
