#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeSet;
use std::io::Read as _;

use super::*;

#[test]
fn the_committed_sample_is_what_the_generator_writes() {
    let mut committed = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path()).unwrap())
        .read_to_end(&mut committed)
        .unwrap();
    assert!(
        committed == story().unwrap().told(),
        "run `cargo xtask sample` and commit what it writes"
    );
}

#[test]
fn strangers_do_not_share_addresses() {
    let mut story = Story::new(1);
    let strangers: BTreeSet<IpAddr> = (0..508).map(|_| story.stranger()).collect();
    assert_eq!(strangers.len(), 508);
    assert!(super::story().unwrap().strangers <= 508);
}

#[test]
fn only_documentation_addresses_appear() {
    let text = String::from_utf8_lossy(&story().unwrap().told()).into_owned();
    let allowed = [
        "192.0.2.",
        "198.51.100.",
        "203.0.113.",
        "192.168.10.",
        "224.0.0.",
        "239.255.255.250",
        "255.",
        "0.0.0.0",
    ];
    let mut seen = 0;
    for value in text.split_ascii_whitespace().filter_map(|word| {
        let word = word.trim_start_matches('[');
        word.strip_prefix("SRC=")
            .or_else(|| word.strip_prefix("DST="))
    }) {
        seen += 1;
        let documented = value.starts_with("2001:0db8:")
            || value.starts_with("fe80:")
            || value.starts_with("ff02:");
        let cut_short = allowed.iter().any(|prefix| prefix.starts_with(value));
        assert!(
            documented || cut_short || allowed.iter().any(|prefix| value.starts_with(prefix)),
            "{value}"
        );
    }
    assert!(seen > 5_000, "{seen}");
}
