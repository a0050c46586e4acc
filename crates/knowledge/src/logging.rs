//! How to have a field logged: the line of configuration, for each kind of log.

use serde::{Deserialize, Serialize};

use crate::read::Fault;

/// One file of `logging/`: what the writers of some formats can be told to log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    /// Registry names of the formats that it speaks of; none for the page of last resort.
    pub formats: Vec<String>,
    /// What to do, by field.
    #[serde(rename = "advice")]
    pub advice: Vec<LogAdvice>,
}

/// How to have some fields logged.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogAdvice {
    /// Dotted names, as verdicts name what they miss; none for every other field.
    pub fields: Vec<String>,
    /// A sentence, English.
    pub en: String,
    /// A sentence, Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
    /// Lines to write, each with where it goes.
    #[serde(default, rename = "line")]
    pub lines: Vec<LogLine>,
}

/// A line of configuration or a command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogLine {
    /// The program or file that takes it: `iptables`, `/etc/ufw/before.rules`.
    #[serde(rename = "in")]
    pub place: String,
    /// The line, to be taken as it is.
    pub write: String,
}

/// Fields that a verdict may miss.
const FIELDS: [&str; 16] = [
    "tcp.seq",
    "tcp.ack",
    "tcp.window",
    "tcp.options",
    "tcp.flags",
    "ip.id",
    "ip.ttl",
    "ip.length",
    "source.ip",
    "destination.ip",
    "source.port",
    "destination.port",
    "network.transport",
    "icmp",
    "icmp.quoted",
    "payload",
];

/// Reads a file of `logging/`.
///
/// # Errors
/// A [`Fault`] that names file and key.
pub fn read_logging(file: &str, text: &str) -> Result<Logging, Fault> {
    let fault = |key: &str, what: String| Fault {
        file: file.to_owned(),
        key: key.to_owned(),
        what,
    };
    let page: Logging =
        toml::from_str(text).map_err(|e| fault("", e.to_string().replace('\n', " ")))?;
    if page.advice.is_empty() {
        return Err(fault("advice", "there is none".to_owned()));
    }
    for advice in &page.advice {
        if let Some(field) = advice.fields.iter().find(|f| !FIELDS.contains(&f.as_str())) {
            return Err(fault(
                "advice.fields",
                format!("{field:?} is no field that a verdict misses"),
            ));
        }
        if advice.en.is_empty() || advice.zh.is_empty() {
            return Err(fault(
                "advice",
                "is not written in both languages".to_owned(),
            ));
        }
    }
    Ok(page)
}

impl Logging {
    /// The page of a format among `pages`; the one that names no format where none names it.
    #[must_use]
    pub fn of<'p>(pages: &'p [Self], format: &str) -> Option<&'p Self> {
        let named = pages.iter().find(|p| p.formats.iter().any(|f| f == format));
        named.or_else(|| pages.iter().find(|p| p.formats.is_empty()))
    }

    /// What it says of a field: the advice that names it, else the one for every other field.
    #[must_use]
    pub fn on(&self, field: &str) -> Option<&LogAdvice> {
        let named = self
            .advice
            .iter()
            .find(|a| a.fields.iter().any(|f| f == field));
        named.or_else(|| self.advice.iter().find(|a| a.fields.is_empty()))
    }
}
