//! What nDPI found in a flow, and what rutter should say of it.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use anyhow::Context as _;

/// What nDPI's names mean.
const TABLE: &str = include_str!("../../lab/ndpi.tsv");

/// Address and port.
pub(crate) type End = (IpAddr, u16);

/// A flow: what carries it, and its two ends in the order of their values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    transport: String,
    ends: [End; 2],
}

/// What is right to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// One of these; where it is said, silence is right too.
    Named {
        names: Vec<String>,
        or_silence: bool,
    },
    /// Nothing: rutter has no name for this.
    Nothing,
    /// The flow does not count.
    LeftOut(Why),
}

/// Why a flow does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// nDPI went by address or port, or found nothing.
    NotByPayload,
    /// The flow lies within a tunnel, which rutter does not open.
    Tunnelled,
    /// nDPI made several flows of the same ends, and named them differently.
    SeveralLabels,
    /// The table says that the name tells too little.
    Vague,
}

impl Why {
    pub(crate) const ALL: [Self; 4] = [
        Self::NotByPayload,
        Self::Tunnelled,
        Self::SeveralLabels,
        Self::Vague,
    ];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NotByPayload => "not judged by the payload",
            Self::Tunnelled => "inside a tunnel",
            Self::SeveralLabels => "several labels for one flow",
            Self::Vague => "a label that names no protocol",
        }
    }
}

impl Key {
    pub(crate) fn new(transport: &str, ends: [End; 2]) -> Self {
        let [one, other] = ends;
        Self {
            transport: transport.to_lowercase(),
            ends: [one.min(other), one.max(other)],
        }
    }

    /// What carries the flow, in lower case.
    pub(crate) fn transport(&self) -> &str {
        &self.transport
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [(one, port), (other, other_port)] = self.ends;
        write!(f, "{} {one} {port} {other} {other_port}", self.transport)
    }
}

/// What nDPI's names mean in ours, by name and transport, perhaps with a port.
pub(crate) struct Names(BTreeMap<(String, String), Truth>);

impl Names {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let rows = TABLE
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        let rows = rows.map(|row| {
            let columns: Vec<&str> = row.split('\t').collect();
            let [theirs, transport, ours] = columns[..] else {
                anyhow::bail!("xtask/lab/ndpi.tsv: {row}: three columns, with tabs between them");
            };
            let truth = match ours {
                "-" => Truth::Nothing,
                "?" => Truth::LeftOut(Why::Vague),
                _ => Truth::Named {
                    names: ours
                        .split('|')
                        .filter(|name| *name != "-")
                        .map(str::to_owned)
                        .collect(),
                    or_silence: ours.split('|').any(|name| name == "-"),
                },
            };
            Ok(((theirs.to_owned(), transport.to_owned()), truth))
        });
        Ok(Self(rows.collect::<anyhow::Result<_>>()?))
    }

    /// Every name of ours.
    pub(crate) fn ours(&self) -> impl Iterator<Item = &str> {
        self.0
            .values()
            .flat_map(|truth| match truth {
                Truth::Named { names, .. } => names.as_slice(),
                _ => &[],
            })
            .map(String::as_str)
    }

    /// What a name of nDPI's means: at one of the flow's ports, or anywhere.
    fn of(&self, theirs: &str, key: &Key) -> Option<&Truth> {
        let at = |place: String| self.0.get(&(theirs.to_owned(), place));
        let transport = &key.transport;
        let mut ports = key
            .ends
            .iter()
            .map(|(_, port)| format!("{transport}/{port}"));
        ports.find_map(at).or_else(|| at(transport.clone()))
    }
}

/// Reads a file of `tests/result`: every flow over TCP and UDP, with what is right to say of it.
///
/// # Errors
/// When a label is not in the table.
pub(crate) fn labels(text: &str, names: &Names) -> anyhow::Result<BTreeMap<Key, Truth>> {
    let mut labels: BTreeMap<Key, Truth> = BTreeMap::new();
    for line in text.lines() {
        let Some((key, label)) = flow(line) else {
            continue;
        };
        let truth = if label.is_tunnelled {
            Truth::LeftOut(Why::Tunnelled)
        } else if label.by_payload {
            let truth = names.of(label.name, &key);
            truth.cloned().with_context(|| {
                format!(
                    "xtask/lab/ndpi.tsv: no row for {} over {}",
                    label.name, key.transport
                )
            })?
        } else {
            Truth::LeftOut(Why::NotByPayload)
        };
        let known = labels.entry(key).or_insert_with(|| truth.clone());
        if *known != truth {
            *known = Truth::LeftOut(Why::SeveralLabels);
        }
    }
    Ok(labels)
}

/// What nDPI says of a flow.
struct Label<'a> {
    /// The protocol, without what runs over it.
    name: &'a str,
    is_tunnelled: bool,
    by_payload: bool,
}

/// `\t1\tTCP 192.0.2.1:40000 <-> 198.51.100.2:80 [proto: 7/HTTP][ClearText][Confidence: DPI]…`. What is
/// neither TCP nor UDP has no ports; fuzzed captures have addresses that cannot be.
fn flow(line: &str) -> Option<(Key, Label<'_>)> {
    let (number, flow) = line.strip_prefix('\t')?.split_once('\t')?;
    number.parse::<u32>().ok()?;
    let mut words = flow.splitn(5, ' ');
    let transport = words.next().filter(|word| matches!(*word, "TCP" | "UDP"))?;
    let from = end(words.next()?)?;
    words
        .next()
        .filter(|arrow| matches!(*arrow, "->" | "<->"))?;
    let to = end(words.next()?)?;
    let (_, told) = words.next()?.split_once("[proto: ")?;
    // `91.126/TLS.Google`, `GTP:7/HTTP`.
    let (numbers, told) = told.split_once('/')?;
    let name = told.split_once(']')?.0.split('.').next()?;
    let label = Label {
        name,
        is_tunnelled: numbers.contains(':'),
        by_payload: told.contains("[Confidence: DPI]"),
    };
    Some((Key::new(transport, [from, to]), label))
}

/// `192.0.2.1:80`, `[2001:db8::1]:80`.
fn end(text: &str) -> Option<End> {
    let (ip, port) = text.rsplit_once(':')?;
    let ip = ip
        .strip_prefix('[')
        .and_then(|ip| ip.strip_suffix(']'))
        .unwrap_or(ip);
    Some((ip.parse().ok()?, port.parse().ok()?))
}
