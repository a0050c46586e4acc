//! `cargo xtask instructions`: how many instructions each decoder takes per line, held against a table.
//!
//! Clocks tell more of the machine than of a change; instructions are the same each time. The lines
//! are those of the bench `formats`, made from the READMEs' examples, and valgrind's callgrind counts
//! one pass over them. A count says nothing of waiting for memory or of mispredicted branches: the
//! bench itself tells those.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context as _, bail};

/// Where the agreed counts are.
const TABLE: &str = "docs/instructions.tsv";
/// So much more than agreed, in hundredths, fails: beyond what other places in the binary do to the
/// code that the compiler makes.
const TOLERANCE: u64 = 5;
/// What the bench calls the function that is counted.
const COUNTED: &str = "formats::counted_pass";

/// The count of one format.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    /// Mean length of its lines in bytes.
    bytes: u64,
    /// Mean instructions per line.
    instructions: u64,
    /// A sum over the lines: counts of other lines cannot be compared.
    lines: String,
}

/// Counts, prints, and holds the counts against the table or writes it.
///
/// # Errors
/// When a format takes over 5 % more than agreed, and when the bench cannot be built or run.
pub(crate) fn run(write: bool) -> anyhow::Result<()> {
    if let Some(why) = missing() {
        println!("skipped: {why}");
        return Ok(());
    }
    let here = environment()?;
    let found = count(&built()?)?;
    let root = root()?;
    let path = root.join(TABLE);
    if write {
        fs::write(&path, table(&here, &found)).with_context(|| format!("writing {TABLE}"))?;
        println!("{} formats in {TABLE}", found.len());
        return Ok(());
    }
    let text = fs::read_to_string(&path).with_context(|| format!("reading {TABLE}"))?;
    let (there, agreed) = read(&text).with_context(|| format!("reading {TABLE}"))?;
    let worse = compare(&agreed, &found);
    if worse == 0 {
        return Ok(());
    }
    if there != here {
        println!("counted with {here}, agreed with {there}: not held against each other");
        return Ok(());
    }
    bail!(
        "{worse} formats take over {TOLERANCE} % more instructions than agreed in {TABLE}. Where that is \
         worth it, write the new counts: cargo xtask instructions --write"
    )
}

/// What is missing to count as the table was counted.
fn missing() -> Option<&'static str> {
    let has_valgrind = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_valgrind {
        return Some("valgrind is not installed (Debian, Ubuntu: valgrind)");
    }
    (!processors().split_whitespace().any(|word| word == "avx2"))
        .then_some("the processor has no AVX2, and searches take other ways")
}

/// What the kernel says of the processors.
fn processors() -> String {
    fs::read_to_string("/proc/cpuinfo").unwrap_or_default()
}

/// What decides how many instructions the same source takes: compiler, counter, C library, and the
/// processor, by which the library chooses its ways of copying.
fn environment() -> anyhow::Result<String> {
    let first_line = |program: &str, argument: &str| -> anyhow::Result<String> {
        let output = Command::new(program)
            .arg(argument)
            .output()
            .with_context(|| format!("asking {program} for its version"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().next().unwrap_or_default().trim().to_owned())
    };
    let compiler = first_line("rustc", "--version")?;
    let library = first_line("ldd", "--version").unwrap_or_default();
    let library = library.rsplit(' ').next().unwrap_or_default();
    let counter = first_line("valgrind", "--version")?;
    let processors = processors();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown", |(_, model)| model.trim());
    Ok(format!(
        "{compiler}, {counter}, C library {library}, {model}"
    ))
}

/// The folder of the workspace.
fn root() -> anyhow::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    Ok(root.context("xtask stands in the workspace")?.to_owned())
}

/// The bench, optimised and with its symbols.
fn built() -> anyhow::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--profile", "profiling"])
        .args(["--package", "rutter-decode", "--bench", "formats"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(root()?)
        .stderr(Stdio::inherit())
        .output()
        .context("running cargo")?;
    if !output.status.success() {
        bail!("the bench `formats` does not build");
    }
    let is_bench = |message: &serde_json::Value| message["target"]["name"] == "formats";
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(is_bench)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .context("cargo names no executable of the bench `formats`")
}

/// Runs the bench under callgrind, which leaves one file per format.
fn count(bench: &Path) -> anyhow::Result<BTreeMap<String, Row>> {
    let folder = bench.with_extension("callgrind");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let output = Command::new("valgrind")
        .arg("--quiet")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}/%p", folder.display()))
        .arg(format!("--zero-before={COUNTED}"))
        .arg(format!("--dump-after={COUNTED}"))
        .arg(bench)
        .arg("--count")
        .stderr(Stdio::inherit())
        .output()
        .context("running valgrind")?;
    if !output.status.success() {
        bail!("valgrind ended with {}", output.status);
    }
    let mut counts = BTreeMap::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        // `PID.NUMBER`; what comes behind the last format has no number.
        let number = path.extension().and_then(|number| number.to_str());
        if let Some(number) = number.and_then(|number| number.parse::<usize>().ok()) {
            counts.insert(number, total(&fs::read_to_string(&path)?)?);
        }
    }
    fs::remove_dir_all(&folder)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let rows: Vec<&str> = said.lines().filter(|line| line.contains('\t')).collect();
    if rows.len() != counts.len() {
        bail!("{} formats, but {} counts", rows.len(), counts.len());
    }
    let mut found = BTreeMap::new();
    for (row, count) in rows.into_iter().zip(counts.into_values()) {
        let [name, lines, bytes, sum] = row.split('\t').collect::<Vec<_>>()[..] else {
            bail!("the bench says `{row}`");
        };
        let lines: u64 = lines.parse()?;
        let row = Row {
            bytes: bytes.parse::<u64>()? / lines,
            instructions: count / lines,
            lines: sum.to_owned(),
        };
        found.insert(name.to_owned(), row);
    }
    Ok(found)
}

/// The sum that callgrind writes at the head or end of its file.
fn total(text: &str) -> anyhow::Result<u64> {
    let sum = text.lines().find_map(|line| {
        line.strip_prefix("summary: ")
            .or_else(|| line.strip_prefix("totals: "))
    });
    Ok(sum
        .context("callgrind's file holds no sum")?
        .trim()
        .parse()?)
}

/// Prints every format with its change, and gives how many take too much.
fn compare(agreed: &BTreeMap<String, Row>, found: &BTreeMap<String, Row>) -> usize {
    println!(
        "{:28} {:>5} {:>8} {:>8}",
        "format", "bytes", "agreed", "found"
    );
    let mut worse = 0;
    for (name, row) in found {
        let (before, note) = match agreed.get(name) {
            None => (0, "new: not in the table"),
            Some(old) if old.lines != row.lines => {
                (old.instructions, "other examples: not compared")
            }
            Some(old) if is_more(old.instructions, row.instructions) => {
                worse += 1;
                (old.instructions, "MORE")
            }
            Some(old) if is_more(row.instructions, old.instructions) => (old.instructions, "fewer"),
            Some(old) => (old.instructions, ""),
        };
        let line = format!(
            "{name:28} {:5} {before:8} {:8} {note}",
            row.bytes, row.instructions
        );
        println!("{}", line.trim_end());
    }
    worse
}

fn is_more(agreed: u64, found: u64) -> bool {
    found * 100 > agreed * (100 + TOLERANCE)
}

fn table(environment: &str, rows: &BTreeMap<String, Row>) -> String {
    let mut text = format!(
        "# Instructions per line of each decoder: `cargo xtask instructions` compares, with `--write` it writes this.\n\
         # {environment}\n\
         # format\tbytes\tinstructions\tlines\n"
    );
    for (name, row) in rows {
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{name}\t{}\t{}\t{}",
            row.bytes, row.instructions, row.lines
        );
    }
    text
}

fn read(text: &str) -> anyhow::Result<(String, BTreeMap<String, Row>)> {
    let environment = text.lines().nth(1).and_then(|line| line.strip_prefix("# "));
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let [name, bytes, instructions, lines] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("`{line}` has not four columns");
        };
        let row = Row {
            bytes: bytes.parse()?,
            instructions: instructions.parse()?,
            lines: lines.to_owned(),
        };
        rows.insert(name.to_owned(), row);
    }
    Ok((environment.unwrap_or_default().to_owned(), rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(instructions: u64, lines: &str) -> Row {
        Row {
            bytes: 100,
            instructions,
            lines: lines.to_owned(),
        }
    }

    #[test]
    fn only_more_of_the_same_lines_fails() {
        let rows = |rows: &[(&str, Row)]| -> BTreeMap<String, Row> {
            rows.iter()
                .map(|(name, row)| ((*name).to_owned(), row.clone()))
                .collect()
        };
        let agreed = rows(&[("a", row(1000, "x")), ("b", row(1000, "x"))]);
        for (a, b, worse) in [
            (row(1000, "x"), row(1050, "x"), 0),
            (row(1051, "x"), row(500, "x"), 1),
            (row(1051, "x"), row(1051, "x"), 2),
            (row(1000, "x"), row(9000, "y"), 0),
        ] {
            let found = rows(&[("a", a), ("b", b), ("new", row(9000, "x"))]);
            assert_eq!(compare(&agreed, &found), worse);
        }
    }

    #[test]
    fn what_is_written_is_read() -> anyhow::Result<()> {
        let rows = BTreeMap::from([("netfilter".to_owned(), row(1234, "0f"))]);
        let (environment, read) = read(&table("rustc 1, valgrind-3", &rows))?;
        assert_eq!((environment.as_str(), read), ("rustc 1, valgrind-3", rows));
        assert!(super::read("netfilter\t1\n").is_err());
        assert_eq!(total("version: 1\nsummary: 42\n")?, 42);
        assert!(total("version: 1\n").is_err());
        Ok(())
    }
}
