//! A ruleset, whatever language it was written in.

use std::ops::Range;

use crate::addresses::Network;
use crate::matches::{Families, Matches};

/// The language of a ruleset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// `nft list ruleset`, `/etc/nftables.conf`.
    Nft,
    /// `nft -j list ruleset`.
    NftJson,
    /// `iptables-save`, `ip6tables-save`, commands of `iptables` one a line.
    Iptables,
    /// `ufw status`, `ufw show added`, `user.rules`, `before.rules`.
    Ufw,
    /// `pf.conf`, `pfctl -sr`, pfSense's `rules.debug`.
    Pf,
    /// `netsh advfirewall firewall show rule name=all`.
    Netsh,
}

impl Dialect {
    /// All of them, with the word of `--dialect`.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Nft, "nft"),
        (Self::NftJson, "nft-json"),
        (Self::Iptables, "iptables"),
        (Self::Ufw, "ufw"),
        (Self::Pf, "pf"),
        (Self::Netsh, "netsh"),
    ];

    /// The word of `--dialect`.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(dialect, _)| *dialect == self)
            .map_or("", |(_, word)| word)
    }
}

/// Which rule decides about a packet that several match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The first.
    First,
    /// The last, or the first that says `quick`.
    Last,
    /// Whichever blocks.
    None,
}

/// A ruleset as it was read.
#[derive(Clone, Debug)]
pub struct Ruleset {
    /// Its language.
    pub dialect: Dialect,
    /// Which rule decides.
    pub order: Order,
    /// Chains in the order of their first mention.
    pub chains: Vec<Chain>,
    /// What could not be read.
    pub faults: Vec<Fault>,
    /// It was written by a tool that writes down everything of one version of IP.
    pub complete: Option<Families>,
}

/// Interfaces that hide addresses too, and have no strangers behind them: tunnels, and bridges of
/// machines and containers.
pub(crate) const INNER: [&str; 12] = [
    "tun",
    "tap",
    "wg",
    "utun",
    "ipsec",
    "tailscale",
    "zt",
    "docker",
    "virbr",
    "veth",
    "podman",
    "cni",
];

impl Ruleset {
    /// The one interface on whose way out addresses are translated, whatever they are sent to.
    pub(crate) fn border(&self) -> Option<&str> {
        let rules = self.chains.iter().flat_map(|chain| &chain.rules);
        let mut names = rules
            .filter(|rule| rule.statements.contains(&Statement::Nat))
            .filter(|rule| rule.matches.destination.is_none())
            .filter_map(|rule| rule.matches.output.as_ref())
            .filter(|output| !output.negated && !output.is_loopback())
            .flat_map(|output| &output.names)
            .map(String::as_str)
            .filter(|name| !INNER.iter().any(|start| name.starts_with(start)));
        let first = names.next()?;
        names.all(|name| name == first).then_some(first)
    }
}

/// What could not be read, and why. The rest was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// Where packets come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// To this machine.
    Input,
    /// Through it.
    Forward,
    /// From it.
    Output,
    /// Elsewhere: before or after routing, at a device.
    Other,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may pass.
    Accept,
    /// It vanishes.
    Drop,
    /// It is answered with a refusal.
    Reject,
}

/// Rules that a packet passes one after the other.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The table that it is in; empty where there are none.
    pub table: String,
    /// Its name.
    pub name: String,
    /// What it can see.
    pub families: Families,
    /// Where packets enter it by themselves; none for a chain that is jumped to.
    pub hook: Option<Hook>,
    /// It decides about passing, not about translation or routes.
    pub filters: bool,
    /// What becomes of a packet that no rule decided about.
    pub policy: Option<Verdict>,
    /// Where it is declared, from 1.
    pub line: usize,
    /// Bytes of the declaration.
    pub span: Range<usize>,
    /// The rules in order.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// From 1.
    pub line: usize,
    /// Its bytes, without the end of the line.
    pub span: Range<usize>,
    /// What it asks for.
    pub matches: Matches,
    /// What it does, in order.
    pub statements: Vec<Statement>,
    /// It decides although later rules would (pf).
    pub quick: bool,
    /// Bytes of the word that decides, to put another in its place.
    pub verdict_span: Option<Range<usize>>,
    /// Bytes of what logs: with nft to the end of its options, else the word.
    pub log_span: Option<Range<usize>>,
    /// What the chain that it goes to decides about every packet.
    pub ends: Option<Verdict>,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Let it pass.
    Accept,
    /// Let it vanish.
    Drop,
    /// Refuse it; with a TCP reset or not.
    Reject {
        /// By a reset of TCP.
        reset: bool,
    },
    /// Write it down.
    Log(Log),
    /// Go through another chain.
    Jump {
        /// Its name, in the same table.
        chain: String,
        /// Without coming back.
        goto: bool,
    },
    /// Back to the chain before.
    Return,
    /// Translate an address or port.
    Nat,
    /// Lead it to another host.
    Lead {
        /// Which, where one is named.
        address: Option<Network>,
        /// To which port, where it is another.
        port: Option<u16>,
    },
    /// Something that decides about nothing here.
    Other,
}

/// How a packet is written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The label.
    pub prefix: Option<String>,
    /// Sequence numbers of TCP are written.
    pub sequence: bool,
    /// Options of TCP are written.
    pub options: bool,
    /// The packet goes to a program as it is, not to the kernel's log.
    pub whole: bool,
    /// The rule's limit does not hold it: it stands behind, or asks for what exceeds it.
    pub flooded: bool,
}

impl Chain {
    /// What it decides about every packet that comes here: all of its rules that decide say the
    /// same, and one of them asks for nothing.
    pub(crate) fn ends(&self) -> Option<Verdict> {
        let mut said = None;
        for rule in &self.rules {
            let back = rule.statements.contains(&Statement::Return);
            let elsewhere = rule.jump().is_some() && rule.ends.is_none();
            let verdict = rule.verdict();
            if back || elsewhere || said.is_some() && verdict.is_some() && said != verdict {
                return None;
            }
            said = said.or(verdict);
            if verdict.is_some() && rule.matches == Matches::any(self.families) {
                return verdict;
            }
        }
        None
    }
}

impl Statement {
    /// `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`: where packets are led.
    pub(crate) fn lead(text: &str) -> Self {
        let (address, port) = match text.rsplit_once(':') {
            Some((address, port)) if !address.contains(':') || address.ends_with(']') => (
                address,
                port.split('-').next().and_then(|port| port.parse().ok()),
            ),
            _ => (text, None),
        };
        let address = Network::read(address.trim_matches(['[', ']']));
        Self::Lead { address, port }
    }
}

impl Rule {
    pub(crate) const fn new(line: usize, span: Range<usize>, families: Families) -> Self {
        Self {
            line,
            span,
            matches: Matches::any(families),
            statements: Vec::new(),
            quick: false,
            verdict_span: None,
            log_span: None,
            ends: None,
        }
    }

    /// What it decides, when it does, by itself or by the chain that it goes to.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        self.says().or(self.ends)
    }

    /// What it decides in its own words.
    #[must_use]
    pub fn says(&self) -> Option<Verdict> {
        self.statements
            .iter()
            .find_map(|statement| match statement {
                Statement::Accept => Some(Verdict::Accept),
                Statement::Drop => Some(Verdict::Drop),
                Statement::Reject { .. } => Some(Verdict::Reject),
                _ => None,
            })
    }

    /// How it writes down, when it does.
    #[must_use]
    pub fn log(&self) -> Option<&Log> {
        self.statements
            .iter()
            .find_map(|statement| match statement {
                Statement::Log(log) => Some(log),
                _ => None,
            })
    }

    /// The statement that writes down.
    pub(crate) fn logging(&mut self) -> Option<&mut Statement> {
        let mut statements = self.statements.iter_mut();
        statements.find(|statement| matches!(statement, Statement::Log(_)))
    }

    /// The chain that it goes to.
    #[must_use]
    pub fn jump(&self) -> Option<(&str, bool)> {
        self.statements
            .iter()
            .find_map(|statement| match statement {
                Statement::Jump { chain, goto } => Some((chain.as_str(), *goto)),
                _ => None,
            })
    }
}
