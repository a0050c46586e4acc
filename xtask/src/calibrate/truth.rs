//! What each packet of the labelled set may be called, as `xtask/lab/truth.toml` and the programs'
//! own rules say.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use anyhow::{Context, bail};
use serde::Deserialize;

/// A packet with what was said of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged {
    /// ECS word.
    pub(crate) transport: String,
    pub(crate) source: Option<IpAddr>,
    pub(crate) destination: Option<IpAddr>,
    pub(crate) source_port: Option<u16>,
    pub(crate) destination_port: Option<u16>,
    /// Without the ECN bits, sorted and joined by `+`; `none` when there are none.
    pub(crate) flags: String,
    pub(crate) icmp_type: Option<u8>,
    /// Ids by falling probability.
    pub(crate) verdicts: Vec<(String, f64)>,
    /// The tool that was named.
    pub(crate) tool: Option<String>,
}

/// Ids that are right, the most fitting first.
pub(crate) type Right = Vec<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    /// Rules for packets that no program sends but systems do.
    common: Vec<String>,
    #[serde(rename = "reply")]
    replies: String,
    group: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// Why these ids are right; for readers of the file.
    #[serde(rename = "reason")]
    _reason: String,
    #[serde(default)]
    tcp: BTreeMap<String, String>,
    #[serde(default)]
    udp: BTreeMap<String, String>,
}

/// The page as it was when this program was built.
const TRUTH: &str = include_str!("../../lab/truth.toml");

/// The truth about ports and about what systems say by themselves.
pub(crate) struct Truth {
    common: Vec<Rule>,
    replies: Vec<String>,
    /// Transport, first and last port, ids.
    ports: Vec<(String, u16, u16, Vec<String>)>,
}

impl Truth {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let page: Page = toml::from_str(TRUTH).context("xtask/lab/truth.toml")?;
        let mut ports = Vec::new();
        for group in page.group {
            for (transport, rows) in [("tcp", group.tcp), ("udp", group.udp)] {
                for (list, ids) in rows {
                    for range in list.split(' ') {
                        let (first, last) = bounds(range)?;
                        ports.push((transport.to_owned(), first, last, words(&ids)));
                    }
                }
            }
        }
        Ok(Self {
            common: rules(&page.common)?,
            replies: words(&page.replies),
            ports,
        })
    }

    /// The ids that are right for a packet of a run; none when nothing is known of it.
    pub(crate) fn of(&self, packet: &Judged, is_other: bool, own: &[Rule]) -> Right {
        let mut fitting = self.common.iter().chain(own);
        let Some(rule) = fitting.find(|rule| rule.fits(packet, is_other)) else {
            return if is_other {
                self.replies.clone()
            } else {
                Vec::new()
            };
        };
        let mut right = Vec::new();
        for id in &rule.ids {
            match id.as_str() {
                "@port" => right.extend(self.of_port(packet)),
                "@reply" => right.extend(self.replies.iter().cloned()),
                id => right.push(id.to_owned()),
            }
        }
        let mut known = BTreeSet::new();
        right.retain(|id| known.insert(id.clone()));
        right
    }

    fn of_port(&self, packet: &Judged) -> Vec<String> {
        let Some(port) = packet.destination_port else {
            return Vec::new();
        };
        let known = self.ports.iter().filter(|(transport, first, last, _)| {
            *transport == packet.transport && (*first..=*last).contains(&port)
        });
        let mut ids: Vec<String> = known.flat_map(|(.., ids)| ids.iter().cloned()).collect();
        if ids.is_empty() {
            ids.push("unknown.unsolicited".to_owned());
        }
        ids
    }
}

/// `CONDITIONS -> IDS`.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    transports: Vec<String>,
    /// Whether the other side sent it; nothing when either may have.
    other: Option<bool>,
    /// Sent to a multicast group.
    to_group: bool,
    flags: Vec<String>,
    types: Vec<(u16, u16)>,
    source_ports: Vec<(u16, u16)>,
    destination_ports: Vec<(u16, u16)>,
    ids: Vec<String>,
}

impl Rule {
    fn read(text: &str) -> anyhow::Result<Self> {
        let (conditions, ids) = text
            .split_once("->")
            .with_context(|| format!("no arrow in the rule {text:?}"))?;
        let mut rule = Self {
            transports: Vec::new(),
            other: Some(false),
            to_group: false,
            flags: Vec::new(),
            types: Vec::new(),
            source_ports: Vec::new(),
            destination_ports: Vec::new(),
            ids: words(ids),
        };
        for condition in conditions.split_whitespace() {
            match condition.split_once('=') {
                None => match condition {
                    "me" => rule.other = Some(false),
                    "other" => rule.other = Some(true),
                    "any" => rule.other = None,
                    "group" => rule.to_group = true,
                    "icmp6" => rule.transports.push("ipv6-icmp".to_owned()),
                    transport => rule.transports.push(transport.to_owned()),
                },
                Some(("flags", list)) => rule.flags.extend(list.split(',').map(sorted)),
                Some(("type", list)) => rule.types = ranges(list)?,
                Some(("sport", list)) => rule.source_ports = ranges(list)?,
                Some(("dport", list)) => rule.destination_ports = ranges(list)?,
                Some((key, _)) => bail!("unknown condition {key} in the rule {text:?}"),
            }
        }
        Ok(rule)
    }

    fn fits(&self, packet: &Judged, is_other: bool) -> bool {
        let within = |ranges: &[(u16, u16)], number: Option<u16>| {
            ranges.is_empty()
                || number.is_some_and(|n| ranges.iter().any(|(a, b)| (*a..=*b).contains(&n)))
        };
        (self.transports.is_empty() || self.transports.contains(&packet.transport))
            && self.other.is_none_or(|other| other == is_other)
            && (!self.to_group || packet.destination.is_some_and(|ip| ip.is_multicast()))
            && (self.flags.is_empty() || self.flags.contains(&packet.flags))
            && within(&self.types, packet.icmp_type.map(u16::from))
            && within(&self.source_ports, packet.source_port)
            && within(&self.destination_ports, packet.destination_port)
    }
}

/// Reads rules, naming the first that is none.
pub(crate) fn rules<S: AsRef<str>>(texts: &[S]) -> anyhow::Result<Vec<Rule>> {
    texts.iter().map(|text| Rule::read(text.as_ref())).collect()
}

/// Names of flags in one order, without those of ECN.
pub(crate) fn sorted(flags: &str) -> String {
    let mut names: Vec<&str> = flags
        .split('+')
        .filter(|name| !matches!(*name, "" | "CWR" | "ECE" | "NS"))
        .collect();
    names.sort_unstable();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join("+")
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn ranges(list: &str) -> anyhow::Result<Vec<(u16, u16)>> {
    list.split(',').map(bounds).collect()
}

fn bounds(range: &str) -> anyhow::Result<(u16, u16)> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let number = |text: &str| text.parse().with_context(|| format!("no port: {range:?}"));
    Ok((number(first)?, number(last)?))
}
