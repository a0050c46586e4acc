//! Payloads that were cut: a flow's first packet alone, and the first four bytes of both sides, which
//! is all that libprotoident looks at.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;

use super::truth::{End, Key};
use super::{Answer, ask, records, text};

/// How much of a flow is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cut {
    /// The first packet that carries something.
    FirstPacket,
    /// The first four bytes of either side.
    FourBytes,
}

impl Cut {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::FirstPacket => "the first packet alone",
            Self::FourBytes => "four bytes of either side",
        }
    }
}

/// What tshark tells of a packet. Columns that do not apply are empty.
const FIELDS: [&str; 10] = [
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "tcp.srcport",
    "tcp.dstport",
    "udp.srcport",
    "udp.dstport",
    "tcp.payload",
    "udp.payload",
];
/// Hexadecimal digits of four bytes.
const FOUR: usize = 8;

/// The first payloads of a flow in hexadecimal, each with whether its client sent it, at most one of
/// either side, in the order in which they came.
type Payloads = Vec<(bool, String)>;

/// Answers of a capture's flows, by how they were cut.
type Answers = BTreeMap<Cut, Vec<(Key, Option<String>)>>;

/// What rutter says of the capture's flows when they are cut.
pub(crate) fn identify(
    rutter: &Path,
    capture: &Path,
    flows: &BTreeMap<Key, Answer>,
) -> anyhow::Result<Answers> {
    let payloads = payloads(capture, flows)?;
    let mut answers = Answers::new();
    for cut in [Cut::FirstPacket, Cut::FourBytes] {
        let mut lines = String::new();
        let mut asked = Vec::new();
        for (key, said) in &payloads {
            let Some(flow) = flows.get(key) else { continue };
            let said = match cut {
                Cut::FirstPacket => said.get(..1).unwrap_or_default(),
                Cut::FourBytes => said.as_slice(),
            };
            for (by_client, bytes) in said {
                let bytes = match cut {
                    Cut::FirstPacket => bytes.as_str(),
                    Cut::FourBytes => bytes.get(..FOUR).unwrap_or(bytes),
                };
                let side = if *by_client { "client" } else { "server" };
                writeln!(
                    lines,
                    "{}/{} {side} {bytes}",
                    key.transport(),
                    flow.ends[1].1
                )?;
                asked.push(key);
            }
        }
        let mut surest: BTreeMap<&Key, (f64, Option<String>)> = BTreeMap::new();
        for (key, (sure, name)) in asked.into_iter().zip(hex(rutter, &lines)?) {
            let best = surest.entry(key).or_insert((0.0, None));
            if sure > best.0 {
                *best = (sure, name);
            }
        }
        let named = surest
            .into_iter()
            .map(|(key, (_, name))| (key.clone(), name));
        answers.insert(cut, named.collect());
    }
    Ok(answers)
}

/// The first payloads of every flow, as tshark takes them out of the capture.
fn payloads(
    capture: &Path,
    flows: &BTreeMap<Key, Answer>,
) -> anyhow::Result<BTreeMap<Key, Payloads>> {
    let mut arguments: Vec<&OsStr> = ["-n", "-T", "fields", "-E", "occurrence=f", "-r"]
        .map(OsStr::new)
        .to_vec();
    arguments.push(capture.as_os_str());
    for field in FIELDS {
        arguments.extend([OsStr::new("-e"), OsStr::new(field)]);
    }
    let output = ask(Path::new("tshark"), &arguments)?;
    let mut all: BTreeMap<Key, Payloads> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((transport, ends, payload)) = packet(line) else {
            continue;
        };
        let key = Key::new(transport, ends);
        let Some(flow) = flows.get(&key) else {
            continue;
        };
        let by_client = ends[0] == flow.ends[0];
        let said = all.entry(key).or_default();
        if said.iter().all(|(by, _)| *by != by_client) {
            said.push((by_client, payload.to_owned()));
        }
    }
    Ok(all)
}

/// Transport, sender and receiver, and a payload that is not empty.
fn packet(line: &str) -> Option<(&str, [End; 2], &str)> {
    let columns: Vec<&str> = line.split('\t').collect();
    let column = |at: usize| columns.get(at).copied().filter(|text| !text.is_empty());
    let ip = |at: usize| column(at).or_else(|| column(at + 2))?.parse().ok();
    let (transport, ports, payload) = match column(8) {
        Some(payload) => ("tcp", 4, payload),
        None => ("udp", 6, column(9)?),
    };
    let port = |at: usize| column(at)?.parse().ok();
    let ends = [(ip(0)?, port(ports)?), (ip(1)?, port(ports + 1)?)];
    Some((transport, ends, payload))
}

/// The answers of `identify --hex`, one a line.
fn hex(rutter: &Path, lines: &str) -> anyhow::Result<Vec<(f64, Option<String>)>> {
    let mut child = Command::new(rutter)
        .args(["identify", "--hex", "--output", "json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot run {}", rutter.display()))?;
    let mut stdin = child.stdin.take().context("a pipe to rutter")?;
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(lines.as_bytes()));
        child.wait_with_output()
    })?;
    let records = records(&output)?;
    Ok(records
        .iter()
        .map(|record| {
            let sure = record
                .get("probability")
                .and_then(serde_json::Value::as_f64);
            (sure.unwrap_or_default(), text(record, "/protocol"))
        })
        .collect())
}
