//! Checks the files under `/knowledge` and compiles them into one blob.

#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    reason = "the modules are shared with the library"
)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::Serialize;

#[path = "src/condition.rs"]
mod condition;
#[path = "src/exposure.rs"]
mod exposure;
#[path = "src/index.rs"]
mod index;
#[path = "src/logging.rs"]
mod logging;
#[path = "src/model.rs"]
mod model;
#[path = "src/names.rs"]
mod names;
#[path = "src/notation.rs"]
mod notation;
#[path = "src/primer.rs"]
mod primer;
#[path = "src/read.rs"]
mod read;
#[path = "src/rpc.rs"]
mod rpc;
#[path = "src/word.rs"]
mod word;

/// The same shape as `load::Compiled`.
#[derive(Default, Serialize)]
struct Compiled {
    entries: Vec<model::Entry>,
    topics: Vec<primer::Topic>,
    notes: Vec<primer::Note>,
}

/// The same shape as `load::Shelf`.
#[derive(Default, Serialize)]
struct Shelf {
    logging: Vec<logging::Logging>,
    exposures: Vec<exposure::Exposure>,
    programs: Vec<rpc::Program>,
    operators: Vec<names::Operator>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../knowledge");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut compiled = Compiled::default();
    let mut faults = Vec::new();
    let meanings = root.join("meanings");
    for path in files(&meanings)? {
        let name = path
            .strip_prefix(&meanings)?
            .to_string_lossy()
            .replace('\\', "/");
        match read::read(&name, &fs::read_to_string(&path)?) {
            Ok(page) => compiled.entries.push(page.entry),
            Err(found) => faults.extend(found),
        }
    }
    for path in files(&root.join("primer"))? {
        let name = path.to_string_lossy();
        match primer::read_topic(&name, &fs::read_to_string(&path)?) {
            Ok(topic) => compiled.topics.push(topic),
            Err(fault) => faults.push(fault),
        }
    }
    let notes = root.join("ports/notes.toml");
    if notes.exists() {
        match primer::read_notes("ports/notes.toml", &fs::read_to_string(&notes)?) {
            Ok(notes) => compiled.notes = notes,
            Err(fault) => faults.push(fault),
        }
    }
    let mut shelf = Shelf::default();
    for path in files(&root.join("logging"))? {
        let name = path.to_string_lossy();
        match logging::read_logging(&name, &fs::read_to_string(&path)?) {
            Ok(page) => shelf.logging.push(page),
            Err(fault) => faults.push(fault),
        }
    }
    let file = |name: &str| fs::read_to_string(root.join(name));
    match exposure::read_exposures("ports/exposure.toml", &file("ports/exposure.toml")?) {
        Ok(exposures) => shelf.exposures = exposures,
        Err(fault) => faults.push(fault),
    }
    match rpc::read_programs("rpc/programs.toml", &file("rpc/programs.toml")?) {
        Ok(programs) => shelf.programs = programs,
        Err(fault) => faults.push(fault),
    }
    match names::read_operators("scanners.toml", &file("scanners.toml")?) {
        Ok(operators) => shelf.operators = operators,
        Err(fault) => faults.push(fault),
    }
    for fault in &faults {
        println!("cargo::error={fault}");
    }
    if !faults.is_empty() {
        return Err(format!("{} faults in the knowledge base", faults.len()).into());
    }
    let out = env::var("OUT_DIR")?;
    fs::write(
        Path::new(&out).join("knowledge.bin"),
        postcard::to_stdvec(&compiled)?,
    )?;
    fs::write(
        Path::new(&out).join("shelf.bin"),
        postcard::to_stdvec(&shelf)?,
    )?;
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut found = Vec::new();
    if !folder.exists() {
        return Ok(found);
    }
    for item in fs::read_dir(folder)? {
        let path = item?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
