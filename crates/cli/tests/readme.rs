//! What the READMEs show is what rutter says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Lines of output that a fresh block shows when it is blessed.
const SHOWN: usize = 24;
/// Stands for the rest of an output.
const REST: &str = "…";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Arguments as a shell would split them, single quotes honoured.
fn split(command: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    for (number, part) in command.split('\'').enumerate() {
        if number % 2 == 1 {
            arguments.push(part.to_owned());
        } else {
            arguments.extend(part.split_ascii_whitespace().map(str::to_owned));
        }
    }
    arguments
}

/// What a command of a README prints.
fn output(command: &str) -> Vec<String> {
    let arguments = command
        .strip_prefix("cargo run --release -- ")
        .or_else(|| command.strip_prefix("rutter "))
        .unwrap_or_else(|| panic!("not a command of ours: {command}"));
    let ran = Command::new(env!("CARGO_BIN_EXE_rutter"))
        .args(split(arguments))
        .current_dir(root())
        .env("LC_ALL", "C")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let text = String::from_utf8(ran.stdout).unwrap();
    text.lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// Holds the blocks of a page against what is printed; gives the page as it should be.
fn hold(page: &str, text: &str, bless: bool) -> String {
    let mut blessed = Vec::new();
    let mut blocks = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        blessed.push(line.to_owned());
        if line != "```console" {
            continue;
        }
        blocks += 1;
        let command = lines.next().unwrap_or_default();
        blessed.push(command.to_owned());
        let shown: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let command = command
            .strip_prefix("$ ")
            .unwrap_or_else(|| panic!("{page}: {command}"));
        let printed = output(command);
        let (start, is_cut) = match shown.split_last() {
            Some((&REST, start)) => (start, true),
            _ => (&shown[..], false),
        };
        if bless {
            let wanted = if is_cut && start.is_empty() {
                SHOWN
            } else {
                start.len()
            };
            let wanted = if is_cut { wanted } else { printed.len() };
            blessed.extend(printed.iter().take(wanted).cloned());
        } else {
            let is_longer = printed.len() > start.len();
            assert!(
                !is_cut || is_longer && !start.is_empty(),
                "{page}: {command}: wrong {REST}"
            );
            let told = if is_cut {
                printed.get(..start.len()).unwrap_or_default()
            } else {
                &printed[..]
            };
            assert_eq!(
                start, told,
                "{page}: {command}\nBLESS=1 cargo test -p rutter-cli --test readme"
            );
        }
        let is_cut = is_cut && !(bless && printed.len() <= SHOWN && start.is_empty());
        blessed.extend(is_cut.then(|| REST.to_owned()));
        blessed.push("```".to_owned());
    }
    assert!(blocks >= 3, "{page} shows only {blocks} commands");
    blessed.join("\n") + "\n"
}

/// `BLESS=1 cargo test -p rutter-cli --test readme` writes what is printed into the pages.
#[test]
fn readmes_show_what_is_printed() {
    let bless = env::var_os("BLESS").is_some();
    for page in ["README.md", "README.zh-CN.md"] {
        let path = root().join(page);
        let text = fs::read_to_string(&path).unwrap();
        let blessed = hold(page, &text, bless);
        if bless {
            fs::write(&path, blessed).unwrap();
        }
    }
}
