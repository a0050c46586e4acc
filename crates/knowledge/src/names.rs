//! Whose hosts addresses are by their reverse names, where the user has a list of names. Nothing is
//! looked up.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::read::Fault;

/// Somebody who scans the whole Internet in the open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// What they call themselves.
    pub name: String,
    /// Domains in which their scanners have names, in lower case.
    pub domains: Vec<String>,
}

impl Operator {
    /// Whether a host of this name is one of theirs. Case and a dot at the end do not matter.
    #[must_use]
    pub fn owns(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.domains.iter().any(|domain| {
            host.strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

/// A line of a list of names that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesError {
    /// Counted from 1.
    pub line: usize,
    /// Its first word, cut after 60 characters.
    pub text: String,
}

impl fmt::Display for NamesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, text } = self;
        write!(
            f,
            "line {line}: {text:?} is no address; a line has an address and its names, as in /etc/hosts"
        )
    }
}

impl std::error::Error for NamesError {}

/// Largest list of names that is read, in bytes: about a million names.
pub const MAX_NAMES: u64 = 64 << 20;

/// Addresses with their names, from lines like those of hosts(5): an address, its names, and what
/// follows `#` is left out.
///
/// # Errors
/// The first line whose first word is no address.
pub fn read_names(text: &str) -> Result<Vec<(IpAddr, Vec<&str>)>, NamesError> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split_once('#').map_or(line, |(before, _)| before);
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else {
            continue;
        };
        let ip = first.parse().map_err(|_| NamesError {
            line: number,
            text: first.chars().take(60).collect(),
        })?;
        found.push((ip, words.collect()));
    }
    Ok(found)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    operator: Vec<Operator>,
}

/// Reads `scanners.toml`.
///
/// # Errors
/// A [`Fault`] that names file and key.
pub fn read_operators(file: &str, text: &str) -> Result<Vec<Operator>, Fault> {
    let fault = |what: String| Fault {
        file: file.to_owned(),
        key: "operator".to_owned(),
        what,
    };
    let File { operator } =
        toml::from_str(text).map_err(|e| fault(e.to_string().replace('\n', " ")))?;
    for one in &operator {
        let is_domain = |domain: &String| {
            domain.contains('.')
                && *domain == domain.to_ascii_lowercase()
                && !domain.starts_with('.')
        };
        if one.name.is_empty() || one.domains.is_empty() || !one.domains.iter().all(is_domain) {
            return Err(fault(format!("{:?} lacks a name or a domain", one.name)));
        }
    }
    Ok(operator)
}
