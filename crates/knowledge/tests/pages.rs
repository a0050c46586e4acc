//! Every file of the knowledge base is well-formed, and nothing that was promised is missing.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::fs;
use std::path::{Path, PathBuf};

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
            read(&name, &fs::read_to_string(path).unwrap()).err().unwrap_or_default()
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
