//! Every file of the knowledge base is well-formed, and nothing that was promised is missing.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rutter_knowledge::model::KINDS;
use rutter_knowledge::{Fault, Knowledge, read};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn every_page_reads_without_a_fault() {
    let meanings = folder().join("meanings");
    let mut found = Vec::new();
    files(&meanings, &mut found);
    let faults: Vec<Fault> = found
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(&meanings).unwrap().to_string_lossy();
            read(&name, &fs::read_to_string(path).unwrap())
                .err()
                .unwrap_or_default()
        })
        .collect();
    let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "\n{}", list.join("\n"));
}

#[test]
fn embedded_base_loads() {
    let mut found = Vec::new();
    files(&folder().join("meanings"), &mut found);
    assert_eq!(Knowledge::embedded().entries.len(), found.len());
}

/// Ids of the statements that something in the base covers.
fn covered() -> BTreeSet<String> {
    let base = Knowledge::embedded();
    let mut rows = BTreeSet::new();
    for entry in &base.entries {
        rows.extend(entry.rows.iter().cloned());
        rows.extend(entry.facts.iter().map(|f| f.row.clone()));
        rows.extend(entry.corrections.iter().map(|c| c.row.clone()));
    }
    for topic in &base.topics {
        rows.extend(topic.rows.iter().cloned());
    }
    for note in &base.notes {
        rows.extend(note.rows.iter().cloned());
    }
    rows
}

#[test]
fn every_statement_of_the_source_text_is_covered() {
    let table = fs::read_to_string(folder().join("statements.tsv")).unwrap();
    let covered = covered();
    let missing: Vec<&str> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').next())
        .filter(|id| !covered.contains(*id))
        .collect();
    assert!(missing.is_empty(), "not covered: {missing:?}");
}

#[test]
fn a_statement_is_covered_by_the_verdict_that_it_names_first() {
    let table = fs::read_to_string(folder().join("statements.tsv")).unwrap();
    let base = Knowledge::embedded();
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (id, verdicts) = (columns.next().unwrap(), columns.nth(1).unwrap());
        let Some(first) = verdicts.split(',').next().filter(|v| !v.is_empty()) else {
            continue;
        };
        let named = base.entry(first).is_some_and(|entry| {
            entry.rows.iter().any(|r| r == id)
                || entry.facts.iter().any(|f| f.row == id)
                || entry.corrections.iter().any(|c| c.row == id)
        });
        if !named {
            wrong.push(format!("{id} -> {first}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Ends of sentences: a mark, and then the end or what is no small letter or number; abbreviations go on.
fn sentences(text: &str) -> usize {
    let ends = |(at, mark): &(usize, char)| {
        let rest = text.get(at + mark.len_utf8()..).unwrap_or_default();
        let next = rest.trim_start().chars().next();
        let spaced = rest.is_empty() || rest.starts_with(char::is_whitespace);
        match mark {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => spaced && next.is_none_or(|c| !c.is_lowercase() && !c.is_numeric()),
            _ => false,
        }
    };
    text.char_indices().filter(ends).count()
}

#[test]
fn a_meaning_has_at_most_three_sentences_and_a_source() {
    assert_eq!(sentences("Port 2.5 is e.g. odd. Two! 完了。"), 3);
    for entry in &Knowledge::embedded().entries {
        for text in [&entry.en, &entry.zh] {
            let n = sentences(&text.meaning);
            assert!((1..=3).contains(&n), "{}: {n} sentences", entry.id);
        }
        assert!(!entry.references.is_empty(), "{}: no source", entry.id);
    }
}

#[test]
fn every_verdict_id_of_the_closed_list_has_an_entry_of_its_kind() {
    let base = Knowledge::embedded();
    for entry in &base.entries {
        assert!(KINDS.contains(&entry.kind()), "{}", entry.id);
    }
    for kind in KINDS {
        assert!(
            base.entries.iter().any(|e| e.kind() == kind),
            "no entry of kind {kind}"
        );
    }
}

/// Whoever writes a finding down elsewhere files it under a technique.
#[test]
fn every_attack_names_its_technique() {
    let attacks = [
        "amplification",
        "backdoor",
        "bruteforce",
        "dos",
        "evasion",
        "exploit",
        "infection",
        "mitm",
        "proxy-hunt",
        "recon",
        "scan",
        "trojan",
        "tunnel",
        "worm",
    ];
    let nameless: Vec<&str> = Knowledge::embedded()
        .entries
        .iter()
        .filter(|entry| attacks.contains(&entry.kind()) && entry.attack.is_empty())
        .map(|entry| entry.id.as_str())
        .collect();
    assert!(nameless.is_empty(), "{nameless:?}");
}
