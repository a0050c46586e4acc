//! The lists of programs that the lab runs, as `xtask/lab` holds them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::net;

/// Where a program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    /// Outside, on the unprotected side of the gate.
    Outside,
    /// Outside, behind an address translator that gives out source ports below 1024.
    Translated,
    /// On the protected host.
    Host,
    /// On the local network, beside the gate.
    Lan,
}

/// What the gate does with what comes in, after it has logged it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Policy {
    /// It drops what nobody asked for, and logs that.
    #[default]
    Drop,
    /// It lets everything pass, and logs every packet in both directions.
    Open,
}

/// One program with its arguments.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Program {
    /// Names the files of its logs.
    pub(crate) name: String,
    /// The Debian package that brings it.
    pub(crate) package: String,
    #[serde(default = "outside")]
    pub(crate) place: Place,
    #[serde(default)]
    pub(crate) policy: Policy,
    /// A shell command; `{me}`, `{target}` and so on are filled in.
    pub(crate) run: String,
    /// What the other side serves meanwhile: a shell command on the protected host, or outside
    /// for a program that runs inside.
    #[serde(default)]
    pub(crate) serve: String,
    /// It is stopped after so many seconds.
    #[serde(default = "seconds")]
    pub(crate) seconds: u32,
    /// What its packets may be called, the first rule that fits a packet counts.
    pub(crate) truth: Vec<String>,
    /// A tool that may be named with a shape or proof.
    #[serde(default)]
    pub(crate) tool: String,
}

const fn outside() -> Place {
    Place::Outside
}

const fn seconds() -> u32 {
    8
}

/// The file, whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    program: Vec<Program>,
}

/// The lists as they were when this program was built.
const PAGES: [(&str, &str); 2] = [
    ("programs.toml", include_str!("../../lab/programs.toml")),
    (
        "third-round.toml",
        include_str!("../../lab/third-round.toml"),
    ),
];

/// Every program, in the order in which they run.
pub(crate) fn programs() -> anyhow::Result<Vec<Program>> {
    let mut programs = Vec::new();
    for (name, text) in PAGES {
        let page: Page = toml::from_str(text).with_context(|| format!("xtask/lab/{name}"))?;
        programs.extend(page.program);
    }
    let mut names = BTreeMap::new();
    for program in &programs {
        ensure!(
            names.insert(program.name.clone(), ()).is_none(),
            "xtask/lab: two programs are called {}",
            program.name
        );
    }
    Ok(programs)
}

/// The addresses of one run.
pub(crate) struct Cast {
    pub(crate) me: Ipv4Addr,
    pub(crate) me6: Ipv6Addr,
}

impl Cast {
    /// Every program has an address of its own, so that a line tells whose it is.
    pub(crate) fn of(number: usize, place: Place) -> anyhow::Result<Self> {
        let [first, last] = match place {
            Place::Host => net::HOSTS,
            _ => net::STRANGERS,
        };
        let own = number % usize::from(last - first) + usize::from(first);
        let own = u8::try_from(own).context("too many programs")?;
        Ok(match place {
            Place::Outside | Place::Translated => Self {
                me: Ipv4Addr::new(198, 51, 100, own),
                me6: Ipv6Addr::new(0x2001, 0xdb8, 0x51, 0, 0, 0, 0, own.into()),
            },
            Place::Host => Self {
                me: Ipv4Addr::new(203, 0, 113, own),
                me6: Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, own.into()),
            },
            Place::Lan => Self {
                me: Ipv4Addr::new(192, 168, 7, own),
                me6: Ipv6Addr::new(0xfd00, 7, 0, 0, 0, 0, 0, own.into()),
            },
        })
    }

    /// Fills the addresses into a command.
    pub(crate) fn fill(&self, command: &str) -> String {
        let pairs = [
            ("{me}", self.me.to_string()),
            ("{me6}", self.me6.to_string()),
            ("{target}", net::TARGET.to_string()),
            ("{targets}", net::TARGETS.to_owned()),
            ("{target6}", net::TARGET6.to_owned()),
            ("{stranger}", net::STRANGER.to_string()),
            ("{stranger6}", net::STRANGER6.to_owned()),
            ("{gate}", net::GATE_LAN.to_string()),
        ];
        let mut command = command.to_owned();
        for (key, value) in pairs {
            command = command.replace(key, &value);
        }
        command
    }
}
