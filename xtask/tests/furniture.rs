//! What the workspace promises about its own paperwork.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

mod tree;

use tree::{dependencies, files, manifest, read, rooms, root, sources};

#[test]
fn every_path_in_the_guides_exists() {
    for page in [
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "THREAT_MODEL.md",
        "README.md",
        "README.zh-CN.md",
        "CHANGELOG.md",
        "docs/lab.md",
        "docs/shapes.md",
    ] {
        for quoted in read(page).split('`').skip(1).step_by(2) {
            let is_path = [
                "crates/",
                "knowledge/",
                "samples/",
                "xtask/",
                "fuzz/",
                ".ci/",
            ]
            .iter()
            .any(|p| quoted.starts_with(p));
            if !is_path || quoted.contains(['<', '*', '{', '\u{2026}', ' ']) {
                continue;
            }
            assert!(
                root().join(quoted).exists(),
                "{page} speaks of {quoted}, which does not exist"
            );
        }
    }
}

#[test]
fn every_limit_of_the_threat_model_exists() {
    let page = read("THREAT_MODEL.md");
    let mut limits = 0;
    for row in page
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("`crates/"))
    {
        let cell = row
            .trim_end_matches(['|', ' '])
            .rsplit('|')
            .next()
            .unwrap_or_default();
        let mut quoted: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        let path = quoted.pop().unwrap_or_default();
        let text = read(path);
        for name in quoted {
            limits += 1;
            assert!(
                text.contains(name),
                "THREAT_MODEL.md: {name} is not in {path}"
            );
        }
    }
    assert!(limits > 20, "only {limits} limits");
}

#[test]
fn every_exception_to_a_lint_says_why() {
    let mut exceptions = 0;
    for path in sources() {
        let text = read(&path);
        for opening in ["#[allow(", "#![allow(", "#[expect(", "#![expect("] {
            for (at, _) in text
                .match_indices(opening)
                .filter(|(at, _)| starts_a_line(&text, *at))
            {
                exceptions += 1;
                let end = text[at..]
                    .find(")]")
                    .map_or(text.len(), |length| at + length);
                let line = text[..at].lines().count();
                assert!(
                    text[at..end].contains("reason = \""),
                    "{path}:{line}: no reason"
                );
            }
        }
    }
    assert!(exceptions > 20, "only {exceptions}");
}

fn starts_a_line(text: &str, at: usize) -> bool {
    text[..at]
        .rsplit('\n')
        .next()
        .is_some_and(|before| before.trim().is_empty())
}

#[test]
fn every_dependency_has_a_reason_in_one_place() {
    let text = read("Cargo.toml");
    let mut section = "";
    let mut reasons = 0;
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let wants_reason =
            section == "[workspace.dependencies]" || section.starts_with("[workspace.lints");
        let is_entry = line
            .split_once('=')
            .is_some_and(|(name, _)| !name.starts_with(['#', '[']));
        // The rooms share the sentence above them.
        if !wants_reason || !is_entry || line.contains("path = \"crates/") {
            continue;
        }
        reasons += 1;
        let reason = line
            .rsplit_once(" # ")
            .map_or("", |(_, reason)| reason.trim());
        assert!(!reason.is_empty(), "Cargo.toml: no reason behind: {line}");
    }
    assert!(reasons > 40, "only {reasons} entries");
    for path in files("crates", "toml")
        .into_iter()
        .chain(["xtask/Cargo.toml".to_owned()])
    {
        if !path.ends_with("Cargo.toml") {
            continue;
        }
        let manifest = manifest(&path);
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for (name, value) in dependencies(&manifest, kind) {
                let shared = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                assert!(
                    shared,
                    "{path}: {name} does not take its version from the workspace"
                );
            }
        }
    }
}

#[test]
fn the_build_machine_runs_what_the_readme_says() {
    let script = read(".ci/run");
    for page in ["README.md", "README.zh-CN.md"] {
        let text = read(page);
        for command in [
            "cargo run --release -- report samples/frontier.log.gz",
            "cargo test --workspace --locked",
        ] {
            assert!(text.contains(command), "{page} does not name {command}");
            assert!(
                script.contains(
                    command
                        .strip_prefix("cargo run --release -- ")
                        .unwrap_or(command)
                ),
                ".ci/run does not run {command}"
            );
        }
    }
}

#[test]
fn every_crate_is_under_both_licences() {
    for room in rooms() {
        let manifest = manifest(&format!("crates/{room}/Cargo.toml"));
        let package = manifest
            .get("package")
            .and_then(toml::Value::as_table)
            .unwrap();
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            let shared = package
                .get(key)
                .and_then(|value| value.get("workspace"))
                .is_some();
            assert!(
                shared,
                "crates/{room}: {key} does not come from the workspace"
            );
        }
        assert!(
            manifest.get("lints").is_some(),
            "crates/{room} does not take the lints of the workspace"
        );
    }
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(read(licence).contains("The rutter authors"), "{licence}");
    }
}
