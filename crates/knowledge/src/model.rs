//! What an entry is, once it has been read and checked.

use serde::{Deserialize, Serialize};

pub use crate::condition::{
    Cast, Condition, Field, Networks, Proof, Range, Service, denial, direction, family, scope,
    transport_number,
};
use crate::index::Guard;

/// The closed list of verdict kinds.
pub const KINDS: [&str; 22] = [
    "recon",
    "exploit",
    "worm",
    "trojan",
    "backdoor",
    "bruteforce",
    "amplification",
    "dos",
    "backscatter",
    "proxy-hunt",
    "scan",
    "residual",
    "benign",
    "nat",
    "misconfig",
    "malformed",
    "evasion",
    "adware",
    "tunnel",
    "mitm",
    "infection",
    "unknown",
];

/// How much an event of this meaning deserves attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing to do.
    Info,
    /// Background noise.
    Low,
    /// Worth a look.
    Medium,
    /// Act soon.
    High,
    /// Act now.
    Critical,
}

impl Severity {
    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
}

/// What an entry says to a reader, in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// At most eight words.
    pub title: String,
    /// At most three sentences: what the sender wants, or what happened.
    pub meaning: String,
    /// What to do, what not to do, when to do nothing.
    pub advice: String,
}

/// A hypothesis: one meaning with all the ways to recognise it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Verdict id, `<kind>.<slug>`.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// MITRE ATT&CK technique ids.
    pub attack: Vec<String>,
    /// Statements of the source text that it covers.
    pub rows: Vec<String>,
    /// English text.
    pub en: Text,
    /// Chinese text.
    pub zh: Text,
    /// Ways to recognise it; the best one counts.
    pub whens: Vec<When>,
    /// Further evidence, added whatever way won.
    pub evidence: Vec<Evidence>,
    /// A guard for each piece of evidence, once the entry is part of a base.
    #[serde(skip)]
    pub guards: Vec<Guard>,
    /// Where the source text errs or has aged.
    pub corrections: Vec<Correction>,
    /// Background sentences.
    pub facts: Vec<Fact>,
    /// Where to look it up.
    pub references: Vec<Reference>,
}

impl Entry {
    /// The part of the id before the dot.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.id
            .split_once('.')
            .map_or(self.id.as_str(), |(kind, _)| kind)
    }
}

/// One way to recognise a meaning.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct When {
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// Log odds in nats when all hold.
    pub weight: f32,
    /// When it was common.
    pub era: Option<Era>,
    /// A sentence for the evidence list.
    pub says: Option<Bilingual>,
    /// The tool that it names.
    pub tool: Option<Tool>,
}

impl When {
    /// Whether it rests on the destination port alone, so that a source which touches many
    /// unrelated ports makes it say less.
    #[must_use]
    pub fn rests_on_port(&self) -> bool {
        let mut port = false;
        for condition in &self.conditions {
            match condition {
                Condition::Number {
                    field: Field::DestinationPort,
                    ..
                } => port = true,
                Condition::Transport(_)
                | Condition::Flags(_)
                | Condition::Direction(_)
                | Condition::Action(_) => {}
                _ => return false,
            }
        }
        port
    }
}

/// Evidence that adds to a hypothesis, or takes from it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// All must hold; an unknown one adds nothing.
    pub conditions: Vec<Condition>,
    /// Log likelihood ratio in nats; negative speaks against.
    pub weight: f32,
    /// A sentence for the evidence list.
    pub says: Option<Bilingual>,
}

/// Years in which a meaning was common, both included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Era {
    /// First year.
    pub from: i16,
    /// Last year.
    pub to: i16,
    /// Nats lost outside.
    pub fade: f32,
}

/// A tool named by a shape or proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name of the tool.
    pub name: String,
    /// The rule that proves it.
    pub proof: String,
    /// Chance that an ordinary packet looks so, 0 to 1.
    pub chance: f64,
}

/// Where the source text errs: what it says, and what is true.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The statement.
    pub row: String,
    /// English.
    pub en: SaysTruth,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: SaysTruth,
}

/// A claim and the truth.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaysTruth {
    /// What the text says.
    pub says: String,
    /// What is true.
    pub truth: String,
}

/// A background sentence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The statement that it covers, when it comes from the source text.
    #[serde(default)]
    pub row: String,
    /// English.
    pub en: String,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
}

/// Where to look something up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Document, section, CVE id.
    pub name: String,
    /// Address of a page that exists.
    #[serde(default)]
    pub url: String,
    /// When it says so.
    #[serde(default)]
    pub date: String,
}
