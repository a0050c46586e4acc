//! Mistakes planted behind structure (sets, maps, variables, chains, anchors, profiles), and whole
//! rulesets in the manner of other tools that have none.
//!
//! A file of `planted_rules` begins with a ruleset without a mistake; each block behind it names one
//! and holds what stands for `RULES`. Above a line `~` is what stands for `TOP`, or, after `@`, for
//! `OUTSIDE`. In a file without such a base each block is a ruleset of its own.

#![expect(clippy::panic, reason = "a test may stop")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rutter_lint::{apply, check};

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

/// All planted rulesets, with the mistake that each has.
fn all_planted() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (path, text) in files("planted_rules") {
        let blocks = blocks(&text);
        let base = blocks.iter().find(|(name, _)| *name == "base");
        if let Some((_, base)) = base {
            let told = found(&planted(base, ""));
            assert_eq!(told, Ok(Vec::new()), "{path:?}: its base has a mistake");
        }
        let mistakes = blocks.iter().filter(|(name, _)| *name != "base");
        all.extend(mistakes.map(|(id, block)| {
            let text = base.map_or_else(|| (*block).to_owned(), |(_, base)| planted(base, block));
            ((*id).to_owned(), text)
        }));
    }
    assert!(
        all.len() >= 220,
        "{} are planted; where are the rest?",
        all.len()
    );
    all
}

#[test]
fn mistakes_behind_structure_are_found() {
    let missed: Vec<String> = all_planted()
        .iter()
        .filter_map(|(id, text)| match found(text) {
            Ok(told) if told.iter().any(|(found, _)| found == id) => None,
            told => Some(format!("{id}: {told:?}\n{text}")),
        })
        .collect();
    assert!(
        missed.is_empty(),
        "{} missed\n{}",
        missed.len(),
        missed.join("\n")
    );
}

#[test]
fn no_patch_brings_a_mistake() {
    let mut patched = 0;
    for (_, text) in all_planted() {
        let Some(report) = check(&text) else { continue };
        let edits: Vec<_> = report.findings.iter().flat_map(|f| &f.edits).collect();
        if edits.is_empty() {
            continue;
        }
        patched += 1;
        let after = apply(&text, edits);
        let (before, left) = (found(&text), found(&after));
        let fits = before.as_ref().is_ok_and(|before| {
            let ids: BTreeSet<&str> = before.iter().map(|(id, _)| *id).collect();
            // What is logged again may be logged too much.
            let again = ids.contains("log-after-drop");
            let known = |id: &str| ids.contains(id) || again && id == "lan-chatter-logged";
            left.as_ref().is_ok_and(|left| {
                left.iter().all(|(id, _)| known(id)) && (again || left.len() < before.len())
            })
        });
        assert!(fits, "{before:?} became {left:?}\n{text}\n{after}");
    }
    assert!(patched > 20, "only {patched} have a patch");
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
