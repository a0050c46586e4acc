//! `cargo xtask judge`: holds `rutter identify` against another program's opinion of real traffic.
//!
//! nDPI looks deep into flows and comes with captures and with what it found in them. Both stay
//! where they are, outside this house; what its names mean in ours is in `xtask/lab/ndpi.tsv`.

mod cut;
mod page;
mod score;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests;
mod truth;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, ensure};
use clap::ValueEnum;
use serde_json::Value;

use cut::Cut;
use score::Score;
use truth::{Key, Names, Truth, labels};

/// Which captures are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Half {
    /// Those that may be looked into while identification is mended.
    Dev,
    /// Those that only measure.
    HeldOut,
}

/// What judge is asked for.
pub(crate) struct Wish {
    /// nDPI's folder `tests`, with `pcap` and `result`.
    pub(crate) folder: PathBuf,
    /// Only this half.
    pub(crate) half: Option<Half>,
    /// The binary; built when it is not named.
    pub(crate) rutter: Option<PathBuf>,
    /// Judge payloads that were cut, too; tshark takes them out of the captures.
    pub(crate) cut: bool,
    /// Name every flow that was judged wrong.
    pub(crate) verbose: bool,
    /// Into docs/identify.md.
    pub(crate) write: bool,
}

/// What rutter said of a flow.
pub(crate) struct Answer {
    /// Client first, then server.
    ends: [truth::End; 2],
    protocol: Option<String>,
}

/// Everything that is measured of one half.
pub(crate) struct Measured {
    pub(crate) half: Half,
    pub(crate) whole: Score,
    /// What was cut, by how.
    pub(crate) cuts: BTreeMap<Cut, Score>,
}

/// Judges every capture and prints how right the answers were.
///
/// # Errors
/// When a capture cannot be judged, or a name of nDPI's or of ours is not known.
pub(crate) fn run(wish: &Wish) -> anyhow::Result<()> {
    let rutter = match &wish.rutter {
        Some(path) => path.clone(),
        None => crate::calibrate::build()?,
    };
    let names = Names::read()?;
    let listed = listed(&rutter)?;
    for name in names.ours() {
        ensure!(
            listed.contains(name),
            "xtask/lab/ndpi.tsv: rutter knows no {name}"
        );
    }
    let halves = wish
        .half
        .map_or(vec![Half::Dev, Half::HeldOut], |half| vec![half]);
    let mut all = Vec::new();
    for half in halves {
        all.push(measure(wish, &rutter, &names, half)?);
    }
    let text = page::compose(&all)?;
    print!("{text}");
    if wish.write {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/identify.md");
        crate::calibrate::page::replace(&path, page::BEGINS, &text)?;
    }
    Ok(())
}

fn measure(wish: &Wish, rutter: &Path, names: &Names, half: Half) -> anyhow::Result<Measured> {
    let mut measured = Measured {
        half,
        whole: Score::default(),
        cuts: BTreeMap::new(),
    };
    for capture in captures(&wish.folder, half)? {
        let name = capture
            .file_name()
            .and_then(OsStr::to_str)
            .unwrap_or_default();
        let result = wish.folder.join("result").join(format!("{name}.out"));
        let Ok(result) = fs::read(&result) else {
            continue;
        };
        let labels =
            labels(&String::from_utf8_lossy(&result), names).with_context(|| name.to_owned())?;
        let answers = identify(rutter, &capture)?;
        for (key, truth) in &labels {
            let answer = answers.get(key);
            let said = answer.and_then(|answer| answer.protocol.as_deref());
            let verdict = measured.whole.enter(truth, said, answer.is_some());
            if wish.verbose && !verdict.is_fine() {
                println!(
                    "{name} {key}: {} instead of {truth}",
                    said.unwrap_or("silent")
                );
            }
        }
        if wish.cut {
            for (cut, answers) in cut::identify(rutter, &capture, &answers)? {
                let score = measured.cuts.entry(cut).or_default();
                for (key, said) in answers {
                    if let Some(truth) = labels.get(&key) {
                        score.enter(truth, said.as_deref(), true);
                    }
                }
            }
        }
    }
    ensure!(
        measured.whole.judged() > 0,
        "{}: no capture with a result",
        wish.folder.display()
    );
    Ok(measured)
}

/// The captures of one half, by name. Which half a capture belongs to its name alone decides.
fn captures(folder: &Path, half: Half) -> anyhow::Result<Vec<PathBuf>> {
    let folder = folder.join("pcap");
    let entries = fs::read_dir(&folder).with_context(|| {
        format!(
            "{}: no captures; name the folder `tests` of nDPI's source",
            folder.display()
        )
    })?;
    let mut captures = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let is_capture = path
            .extension()
            .is_some_and(|kind| kind == "pcap" || kind == "pcapng");
        if is_capture && half_of(name) == half {
            captures.push(path);
        }
    }
    captures.sort();
    Ok(captures)
}

/// The half of a capture: bit 32 of its name's hash (FNV-1a).
fn half_of(name: &str) -> Half {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    if hash >> 32 & 1 == 0 {
        Half::Dev
    } else {
        Half::HeldOut
    }
}

/// The names of `identify --list`.
fn listed(rutter: &Path) -> anyhow::Result<BTreeSet<String>> {
    let output = ask(
        rutter,
        &["identify", "--list", "--output", "json"].map(OsStr::new),
    )?;
    let names = records(&output)?;
    Ok(names
        .iter()
        .filter_map(|record| text(record, "/name"))
        .collect())
}

/// What rutter says of every flow of a capture.
fn identify(rutter: &Path, capture: &Path) -> anyhow::Result<BTreeMap<Key, Answer>> {
    let arguments = [
        "identify".as_ref(),
        "--output".as_ref(),
        "json".as_ref(),
        capture.as_os_str(),
    ];
    let output = ask(rutter, &arguments)?;
    let records = records(&output).with_context(|| capture.display().to_string())?;
    Ok(records.iter().filter_map(answer).collect())
}

fn answer(record: &Value) -> Option<(Key, Answer)> {
    let end = |side: &str| {
        let ip = record.pointer(&format!("/{side}/ip"))?.as_str()?;
        let port = record.pointer(&format!("/{side}/port"))?.as_u64()?;
        Some((ip.parse().ok()?, u16::try_from(port).ok()?))
    };
    let ends = [end("source")?, end("destination")?];
    let answer = Answer {
        ends,
        protocol: text(record, "/protocol"),
    };
    Some((Key::new(&text(record, "/network/transport")?, ends), answer))
}

fn text(record: &Value, place: &str) -> Option<String> {
    record.pointer(place)?.as_str().map(str::to_owned)
}

/// Runs a program to its end. Damaged captures end with an error of rutter's, which is no error here.
fn ask(program: &Path, arguments: &[&OsStr]) -> anyhow::Result<Output> {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", program.display()))
}

/// The objects that a program wrote, one a line.
fn records(output: &Output) -> anyhow::Result<Vec<Value>> {
    ensure!(
        output.status.code().is_some_and(|code| code <= 2),
        "rutter ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .map(|line| Ok(serde_json::from_slice(line)?))
        .collect()
}

impl Truth {
    /// A few words for whoever looks at what was judged wrong.
    fn words(&self) -> String {
        match self {
            Self::Named { names, .. } => names.join(" or "),
            Self::Nothing => "silence".to_owned(),
            Self::LeftOut(why) => why.word().to_owned(),
        }
    }
}

impl std::fmt::Display for Truth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words())
    }
}
