//! Every format has a fuzz target.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rutter_decode::formats::REGISTRY;

#[test]
fn every_format_has_a_fuzz_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let registered: BTreeSet<String> = REGISTRY
        .iter()
        .map(|format| format.name().to_owned())
        .collect();

    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let declared: BTreeSet<String> = manifest
        .split("[[bin]]")
        .skip(1)
        .map(|section| {
            section
                .split('"')
                .nth(1)
                .expect("the name comes first")
                .to_owned()
        })
        // Payloads and sums are no formats: crates/identify and crates/analysis read them.
        .filter(|name| name != "identify" && name != "sealed-profile")
        .collect();
    assert_eq!(registered, declared, "fuzz/Cargo.toml");

    for name in &registered {
        let path = folder
            .join("fuzz_targets")
            .join(format!("{}.rs", name.replace('-', "_")));
        let target =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(
            target.contains(&format!("\"{name}\"")),
            "{} decodes another format",
            path.display()
        );
    }
    let targets = fs::read_dir(folder.join("fuzz_targets")).unwrap().count();
    let others = 2;
    assert_eq!(
        targets,
        registered.len() + others,
        "a target without a format"
    );
}
