//! What ARCHITECTURE.md promises about the source tree itself.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

mod tree;

use std::collections::{BTreeMap, BTreeSet};

use tree::{dependencies, files, manifest, read, rooms, sources};

/// Who may import whom: the table of ARCHITECTURE.md, room by room in the order in which data flows.
const MAY_IMPORT: [(&str, &[&str]); 13] = [
    ("event", &[]),
    ("source", &["event"]),
    ("decode", &["event"]),
    ("identify", &["event"]),
    ("knowledge", &["event"]),
    ("analysis", &["event", "knowledge"]),
    // This machine itself: its sockets, its portmapper.
    ("host", &["event", "knowledge"]),
    // Text in, report out.
    ("lint", &["event", "knowledge"]),
    (
        "report",
        &["event", "knowledge", "analysis", "host", "lint"],
    ),
    (
        "pipeline",
        &[
            "event",
            "source",
            "decode",
            "identify",
            "knowledge",
            "analysis",
        ],
    ),
    // Its own process; what it writes is a log that decode reads.
    ("sensor", &["event", "identify"]),
    (
        "cli",
        &[
            "event",
            "source",
            "decode",
            "identify",
            "knowledge",
            "analysis",
            "report",
            "pipeline",
            "sensor",
            "host",
            "lint",
        ],
    ),
    // Generators need nothing of ours; the tests here look at everything.
    ("xtask", &[]),
];

/// What rooms never do: words that must not stand in the code of a room, its tests aside.
const MAY_NEVER: [(&[&str], &[&str]); 4] = [
    (
        &["event", "decode", "identify", "analysis", "report", "lint"],
        &[
            "std::fs",
            "fs::",
            "File::",
            "OpenOptions",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "UnixStream",
        ],
    ),
    (
        &[
            "event",
            "decode",
            "identify",
            "knowledge",
            "analysis",
            "report",
            "pipeline",
            "lint",
        ],
        &[
            "Instant::now",
            "SystemTime::",
            "thread::sleep",
            "Timestamp::now",
            "Zoned::now",
            "TimeZone::system",
        ],
    ),
    (
        &[
            "event", "decode", "identify", "analysis", "report", "pipeline", "lint",
        ],
        &[
            "io::stdin",
            "io::stdout",
            "io::stderr",
            "env::",
            "process::",
        ],
    ),
    (
        &["event", "decode", "identify", "analysis", "report", "lint"],
        &["thread::spawn", "thread::scope", "async fn"],
    ),
];

/// The only file of the knowledge room that may open others: overlays are read from a user's folder.
const READERS: [&str; 2] = [
    "crates/knowledge/src/load.rs",
    "crates/knowledge/src/who.rs",
];

/// Longest file that a person reads in one sitting, in lines.
const LONGEST: usize = 600;
/// Files that may be longer, each with its reason.
const LONGER: [(&str, &str); 0] = [];

/// A file of tests, as told by its path.
fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.contains("/benches/")
}

/// The code of a file without its test module (which stands last), and without comments.
fn code(path: &str) -> String {
    let text = read(path);
    let tests = text
        .find("\n#[cfg(test)]\n#[expect")
        .or_else(|| text.find("\n#[cfg(test)]\nmod tests {"));
    let text = tests.map_or(text.as_str(), |at| &text[..at]);
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn imports_follow_the_table() {
    let table: BTreeMap<&str, BTreeSet<&str>> = MAY_IMPORT
        .iter()
        .map(|(room, may)| (*room, may.iter().copied().collect()))
        .collect();
    let known: BTreeSet<String> = table
        .keys()
        .filter(|room| **room != "xtask")
        .map(|room| (*room).to_owned())
        .collect();
    assert_eq!(
        rooms(),
        known,
        "the rooms under crates/ are not those of the table"
    );
    for (room, may) in &table {
        let path = if *room == "xtask" {
            "xtask/Cargo.toml".to_owned()
        } else {
            format!("crates/{room}/Cargo.toml")
        };
        let manifest = manifest(&path);
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for name in dependencies(&manifest, kind).keys() {
                let Some(other) = name.strip_prefix("rutter-") else {
                    continue;
                };
                // Tests may look further, as long as they do not need the finished program.
                let allowed = if kind == "dev-dependencies" {
                    other != "cli"
                } else {
                    may.contains(other)
                };
                assert!(allowed, "{path}: {room} must not import {other} ({kind})");
            }
        }
    }
}

#[test]
fn the_table_stands_in_the_architecture() {
    let page = read("ARCHITECTURE.md");
    for (room, may) in MAY_IMPORT.iter().filter(|(room, _)| *room != "xtask") {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `crates/{room}` ")));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for crates/{room}"));
        let cell = row.rsplit('|').nth(1).unwrap_or_default();
        let told: BTreeSet<&str> = cell
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect();
        let told = if cell.trim() == "nothing of ours" {
            BTreeSet::new()
        } else {
            told
        };
        let may: BTreeSet<&str> = may.iter().copied().collect();
        let everything = *room == "cli" && cell.trim() == "all of them";
        assert!(
            everything || told == may,
            "ARCHITECTURE.md says otherwise about {room}:{cell}"
        );
    }
}

#[test]
fn decode_neither_opens_nor_sleeps_nor_asks_the_time() {
    let mut looked = 0;
    for (rooms, words) in MAY_NEVER {
        for room in rooms {
            for path in files(&format!("crates/{room}/src"), "rs")
                .iter()
                .filter(|path| !is_test(path))
            {
                looked += 1;
                for (number, line) in code(path).lines().enumerate() {
                    for word in words {
                        let found = line.match_indices(word).any(|(at, _)| {
                            !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                        });
                        assert!(!found, "{path}:{}: {room} must not use {word}", number + 1);
                    }
                }
            }
        }
    }
    assert!(looked > 200, "only {looked} files");
    for path in files("crates/knowledge/src", "rs")
        .iter()
        .filter(|path| !READERS.contains(&path.as_str()))
    {
        assert!(
            !code(path).contains("fs::"),
            "{path}: only {READERS:?} read files"
        );
    }
}

/// The only file of the sensor that may try to call somebody: to see it refused.
const ATTEMPTS: &str = "crates/sensor/src/sandbox/attempts.rs";

#[test]
fn the_sensor_never_calls_anybody() {
    let words = [
        "connect",
        "sendto",
        "sendmsg",
        "sendmmsg",
        "send_to",
        "Command",
        "exec",
        "UnixStream",
        "UnixDatagram",
        "to_socket_addrs",
    ];
    let mut looked = 0;
    for path in files("crates/sensor/src", "rs")
        .iter()
        .filter(|path| !is_test(path) && *path != ATTEMPTS)
    {
        looked += 1;
        for (number, line) in code(path).lines().enumerate() {
            // The list of system calls names them as numbers.
            let line = line.replace("SYS_sendto", "");
            let found = line
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .find(|word| words.contains(word));
            assert!(found.is_none(), "{path}:{}: {found:?}", number + 1);
        }
    }
    assert!(looked > 15, "only {looked} files");
    let filter = code("crates/sensor/src/sandbox/calls.rs");
    for call in [
        "connect", "socket", "bind", "sendmsg", "sendmmsg", "execve", "execveat", "fork", "clone",
        "clone3",
    ] {
        let word = format!("SYS_{call},");
        assert!(!filter.contains(&word), "the sensor may call {call}");
    }
}

#[test]
fn every_pure_room_says_so_to_clippy() {
    for room in [
        "event", "decode", "identify", "analysis", "report", "pipeline", "lint",
    ] {
        let path = format!("crates/{room}/clippy.toml");
        let list = manifest(&path)
            .get("disallowed-methods")
            .and_then(toml::Value::as_array)
            .cloned()
            .unwrap_or_default();
        let never: BTreeSet<&str> = list
            .iter()
            .filter_map(|item| item.get("path")?.as_str())
            .collect();
        for method in [
            "std::thread::sleep",
            "std::time::Instant::now",
            "std::time::SystemTime::now",
        ] {
            assert!(never.contains(method), "{path}: {method} is missing");
        }
        assert!(
            room == "pipeline" || never.contains("std::fs::File::open"),
            "{path}: nothing about files"
        );
        let reasons = list.iter().filter_map(|item| item.get("reason")?.as_str());
        assert_eq!(
            reasons.filter(|reason| !reason.is_empty()).count(),
            list.len(),
            "{path}: a reason is missing"
        );
    }
}

#[test]
fn no_file_is_too_long_for_one_sitting() {
    let longer: BTreeMap<&str, &str> = LONGER.into_iter().collect();
    for path in sources() {
        let lines = read(&path).lines().count();
        match longer.get(path.as_str()) {
            None => assert!(
                lines <= LONGEST,
                "{path} has {lines} lines, more than {LONGEST}"
            ),
            Some(reason) => {
                assert!(!reason.is_empty(), "{path} needs a reason");
                assert!(
                    lines > LONGEST,
                    "{path} has only {lines} lines: take it off the list"
                );
            }
        }
    }
}

/// Names of all test functions.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in sources() {
        let text = read(&path);
        let mut marked = false;
        for line in text.lines().map(str::trim) {
            if line == "#[test]" {
                marked = true;
            } else if let Some(rest) = line.strip_prefix("fn ") {
                if marked {
                    names.insert(rest.split(['(', '<']).next().unwrap_or_default().to_owned());
                }
                marked = false;
            } else if !line.starts_with("#[") && !line.starts_with("//") && !line.ends_with(")]") {
                marked = false;
            }
        }
    }
    names
}

#[test]
fn every_promise_of_shapes_names_its_tests() {
    let page = read("docs/shapes.md");
    let tests = tests();
    let mut promises = 0;
    for promise in page.split("\n- ").skip(1) {
        promises += 1;
        let (_, named) = promise
            .split_once("(test:")
            .unwrap_or_else(|| panic!("no test: {promise}"));
        let named = named.split(')').next().unwrap_or_default();
        let named: Vec<&str> = named.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test: {promise}");
        for name in named {
            assert!(tests.contains(name), "no test is called {name}: {promise}");
        }
    }
    assert!(promises >= 20, "only {promises} promises");
}

#[test]
fn every_invariant_names_its_test() {
    let page = read("ARCHITECTURE.md");
    let tests = tests();
    let mut number = 0;
    for paragraph in page.split("\n\n").filter(|text| text.starts_with("**I")) {
        number += 1;
        assert!(
            paragraph.starts_with(&format!("**I{number}. ")),
            "out of order: {paragraph}"
        );
        let (_, named) = paragraph
            .split_once("(test: ")
            .unwrap_or_else(|| panic!("no test: {paragraph}"));
        let named: Vec<&str> = named.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test: {paragraph}");
        for name in named {
            assert!(
                tests.contains(name),
                "I{number} names {name}, and no test is called so"
            );
        }
    }
    assert!(number >= 12, "only {number} invariants");
}
