//! Mistakes planted behind structure (sets, maps, variables, chains, anchors, profiles), and whole
//! rulesets in the manner of other tools that have none.
//!
//! A file of `planted_rules` begins with a ruleset without a mistake; each block behind it names one
//! and holds what stands for `RULES`. Above a line `~` is what stands for `TOP`, or, after `@`, for
//! `OUTSIDE`. In a file without such a base each block is a ruleset of its own.

#![expect(clippy::panic, reason = "a test may stop")]

use std::path::{Path, PathBuf};

use rutter_lint::check;

/// Files of a folder beside this one, by name, with what they hold.
#[expect(clippy::disallowed_methods, reason = "a test reads its own rulesets")]
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let listed = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// The blocks of a file: name and text.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split("=== ").filter_map(|part| part.split_once('\n'));
    parts.map(|(name, text)| (name, text.trim_end())).collect()
}

/// The base with the rules of a block in their place, as it would be written.
fn planted(base: &str, block: &str) -> String {
    let (top, rules) = match block.split_once('~') {
        Some((top, rules)) => (top.trim_end(), rules.trim()),
        None => ("", block),
    };
    let indent = if base.contains("\t\tRULES") {
        "\n\t\t"
    } else {
        "\n"
    };
    let (outside, top) = match top.strip_prefix('@') {
        Some(outside) => (outside, ""),
        None => ("", top),
    };
    base.replace("OUTSIDE", outside)
        .replace("TOP", top)
        .replace("RULES", &rules.replace('\n', indent))
}

/// Ids and lines of what is found; an error where something could not be read.
fn found(text: &str) -> Result<Vec<(&'static str, usize)>, String> {
    let report = check(text).ok_or_else(|| "of no known language".to_owned())?;
    let findings = report.findings.iter();
    let told = findings.map(|f| (f.lint.id, f.line)).collect();
    match report.faults.first() {
        None => Ok(told),
        Some(fault) => Err(format!("{}: {}, {told:?}", fault.line, fault.reason)),
    }
}

#[test]
fn mistakes_behind_structure_are_found() {
    let mut count = 0;
    let mut missed = Vec::new();
    for (path, text) in files("planted_rules") {
        let blocks = blocks(&text);
        let base = blocks.iter().find(|(name, _)| *name == "base");
        for (id, block) in blocks.iter().filter(|(name, _)| *name != "base") {
            let ruleset =
                base.map_or_else(|| (*block).to_owned(), |(_, base)| planted(base, block));
            count += 1;
            match found(&ruleset) {
                Ok(told) if told.iter().any(|(found, _)| found == id) => {}
                told => missed.push(format!("{path:?}: {id}: {told:?}\n{ruleset}")),
            }
        }
        if let Some((_, base)) = base {
            let told = found(&planted(base, ""));
            assert_eq!(told, Ok(Vec::new()), "{path:?}: its base has a mistake");
        }
    }
    assert!(
        count >= 150,
        "{count} mistakes are planted; where are the rest?"
    );
    assert!(
        missed.is_empty(),
        "{} of {count} missed\n{}",
        missed.len(),
        missed.join("\n")
    );
}

#[test]
fn rulesets_of_more_tools_are_clean() {
    let all = files("clean_rules");
    assert!(
        all.len() >= 20,
        "{} rulesets; where are the rest?",
        all.len()
    );
    for (path, text) in all {
        assert_eq!(found(&text), Ok(Vec::new()), "{path:?}");
    }
}
