//! Programs that a portmapper may name.

use serde::{Deserialize, Serialize};

use crate::read::Fault;

/// One program of ONC RPC.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Number, of IANA's registry.
    pub number: u32,
    /// What it is called, the commonest name first.
    pub names: Vec<String>,
    /// What it is and what to do about it, English.
    pub en: String,
    /// The same, Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    program: Vec<Program>,
}

/// Reads `rpc/programs.toml`.
///
/// # Errors
/// A [`Fault`] that names file and key.
pub fn read_programs(file: &str, text: &str) -> Result<Vec<Program>, Fault> {
    let fault = |what: String| Fault {
        file: file.to_owned(),
        key: "program".to_owned(),
        what,
    };
    let File { program: programs } =
        toml::from_str(text).map_err(|e| fault(e.to_string().replace('\n', " ")))?;
    if !programs.is_sorted_by_key(|p| p.number) {
        return Err(fault("numbers do not rise".to_owned()));
    }
    for program in &programs {
        if program.names.is_empty() || program.en.is_empty() || program.zh.is_empty() {
            return Err(fault(format!("{} lacks a name or a text", program.number)));
        }
    }
    Ok(programs)
}
