//! The source tree as the tests here read it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Paths below a folder, relative to the root, of files with the extension.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for item in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = item.unwrap().path();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() && name != "target" && name != "corpus" {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(
                    path.strip_prefix(root())
                        .unwrap()
                        .to_string_lossy()
                        .replace('\\', "/"),
                );
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn sources() -> Vec<String> {
    ["crates", "xtask", "fuzz"]
        .iter()
        .flat_map(|folder| files(folder, "rs"))
        .collect()
}

pub(crate) fn manifest(path: &str) -> toml::Table {
    read(path)
        .parse()
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn rooms() -> BTreeSet<String> {
    let folders = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|item| item.unwrap().path());
    let rooms = folders.filter(|path| path.join("Cargo.toml").exists());
    rooms
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect()
}

/// Names of the dependencies of one kind, those for single platforms among them.
pub(crate) fn dependencies(manifest: &toml::Table, kind: &str) -> BTreeMap<String, toml::Value> {
    let mut tables = vec![manifest.get(kind)];
    if let Some(platforms) = manifest.get("target").and_then(toml::Value::as_table) {
        tables.extend(platforms.values().map(|platform| platform.get(kind)));
    }
    let tables = tables
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_table);
    tables
        .flatten()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
