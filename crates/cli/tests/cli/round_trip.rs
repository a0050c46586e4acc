//! What `convert --to ecs` writes is read again with nothing lost that an event holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::bench::Desk;

/// The example lines on the page of every format.
fn examples() -> Vec<(String, String)> {
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../decode/src/formats");
    let mut pages: Vec<_> = fs::read_dir(formats)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("README.md").is_file())
        .collect();
    pages.sort();
    let mut examples = Vec::new();
    for folder in pages {
        let page = fs::read_to_string(folder.join("README.md")).unwrap();
        for block in page.split("```log\n").skip(1) {
            let lines = block.split("```").next().unwrap();
            examples.push((folder.display().to_string(), lines.to_owned()));
        }
    }
    examples
}

fn flatten(path: &str, value: &Value, fields: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                flatten(&format!("{path}/{key}"), value, fields);
            }
        }
        value => drop(fields.insert(path.to_owned(), value.clone())),
    }
}

/// Whether a field is expected to come back as it was.
fn comes_back(path: &str, value: &Value) -> bool {
    // The second run numbers its own lines and names its own format; vendor and product are words of
    // the first one's and come back among the extra fields.
    let is_of_the_run = path == "/rutter/line"
        || path == "/rutter/format"
        || path == "/observer/vendor"
        || path == "/observer/product";
    // The reader leaves escapes as they are, so text with a quote or a backslash grows one; and what
    // is empty says nothing.
    let is_changed_text = value
        .as_str()
        .is_some_and(|text| text.is_empty() || text.contains(['"', '\\']));
    // The network layer is read from the addresses: those of ARP are IPv4's.
    let is_drawn_from_addresses = path.starts_with("/network/type") && value == "arp";
    !is_of_the_run && !is_changed_text && !is_drawn_from_addresses
}

fn fields(line: &str) -> BTreeMap<String, Value> {
    let mut fields = BTreeMap::new();
    flatten("", &serde_json::from_str(line).unwrap(), &mut fields);
    fields
}

#[test]
fn what_is_written_as_ecs_is_read_again() {
    let desk = Desk::new();
    let to_ecs = |text: String, more: &[&str]| {
        let mut arguments = vec!["convert", "--to", "ecs", "--threads", "1", "--year", "2026"];
        arguments.extend(more);
        desk.pipe(text, &arguments).out
    };
    let (mut events, mut compared) = (0, 0);
    for (page, lines) in examples() {
        let written = to_ecs(lines, &[]);
        // The reader wants an address; what has none is no event of a network.
        let first: Vec<&str> = written
            .lines()
            .filter(|line| line.contains(r#"tion":{"ip":"#) || line.contains(r#""source":{"ip":"#))
            .collect();
        let read_again = to_ecs(first.join("\n"), &[]);
        assert_eq!(first.len(), read_again.lines().count(), "{page}");
        for (before, after) in first.iter().zip(read_again.lines()) {
            events += 1;
            let again = fields(after);
            for (path, value) in fields(before) {
                if comes_back(&path, &value) {
                    compared += 1;
                    assert_eq!(again.get(&path), Some(&value), "{page}: {path} of {before}");
                }
            }
        }
    }
    assert!(
        events > 300 && compared > 20 * events,
        "{events} events, {compared} fields"
    );
}
