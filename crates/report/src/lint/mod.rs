//! What lint found, for people and for programs.

mod json;
mod sarif;
mod text;

pub use json::write_json;
pub use sarif::write_sarif;
pub use text::{list, page};

use rutter_lint::{Report, Say};

use crate::Language;

/// A ruleset that was looked at.
#[derive(Clone, Debug)]
pub struct Looked<'a> {
    /// As the user named it.
    pub name: &'a str,
    /// What stood in it.
    pub text: &'a str,
    /// What was found.
    pub report: Report,
}

/// A text of a lint in a language.
const fn said(say: Say, language: Language) -> &'static str {
    match language {
        Language::En => say.en,
        Language::ZhCn => say.zh,
    }
}
