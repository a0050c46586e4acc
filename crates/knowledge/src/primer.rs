//! What a port is: the topics of the primer, and notes on ports that carry no verdict.

use serde::{Deserialize, Serialize};

use crate::model::{Correction, Fact, Reference};
use crate::read::Fault;

/// One topic of the primer (`rutter port --about`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Name for the command line, kebab-case.
    pub id: String,
    /// Place in the primer.
    pub order: u16,
    /// Statements of the source text that it covers.
    #[serde(default)]
    pub rows: Vec<String>,
    /// English.
    pub en: Page,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: Page,
    /// Where the source text errs or has aged.
    #[serde(default, rename = "correction")]
    pub corrections: Vec<Correction>,
    /// Background sentences.
    #[serde(default, rename = "fact")]
    pub facts: Vec<Fact>,
    /// Where to look it up.
    #[serde(default, rename = "reference")]
    pub references: Vec<Reference>,
}

/// Title and text of a topic in one language.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Title.
    pub title: String,
    /// Text; paragraphs are separated by blank lines.
    pub text: String,
}

/// What a port is ordinarily used for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// `tcp/21`, `udp/6970-7170`.
    pub ports: Vec<String>,
    /// Statements of the source text that it covers.
    #[serde(default)]
    pub rows: Vec<String>,
    /// Further names to be found by, Chinese ones among them.
    #[serde(default)]
    pub names: Vec<String>,
    /// English; may be empty when only names are given.
    #[serde(default)]
    pub en: String,
    /// Chinese.
    #[serde(default, rename = "zh-CN")]
    pub zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notes {
    #[serde(default)]
    note: Vec<Note>,
}

/// Reads a file of `primer/`.
///
/// # Errors
/// A [`Fault`] that names file and key.
pub fn read_topic(file: &str, text: &str) -> Result<Topic, Fault> {
    toml::from_str(text).map_err(|e| fault(file, &e))
}

/// Reads `ports/notes.toml`.
///
/// # Errors
/// A [`Fault`] that names file and key.
pub fn read_notes(file: &str, text: &str) -> Result<Vec<Note>, Fault> {
    let notes: Notes = toml::from_str(text).map_err(|e| fault(file, &e))?;
    for note in &notes.note {
        for port in &note.ports {
            if crate::word::service(port).is_none() {
                return Err(Fault {
                    file: file.to_owned(),
                    key: "note.ports".to_owned(),
                    what: format!("{port:?} is no tcp/port"),
                });
            }
        }
    }
    Ok(notes.note)
}

fn fault(file: &str, error: &toml::de::Error) -> Fault {
    Fault {
        file: file.to_owned(),
        key: String::new(),
        what: error.to_string().replace('\n', " "),
    }
}
