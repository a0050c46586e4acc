use std::borrow::Cow;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use rutter_analysis::Language;
use rutter_event::Untrusted;
use rutter_knowledge::{Knowledge, OverlayError, Severity, Who};

use crate::status::Stop;
use crate::surroundings::Surroundings;

/// Words on the command line, and what each stands for.
///
/// Words outside the list are answered with the nearest, and completions know them all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<T: 'static>(pub(crate) &'static [(&'static str, &'static str, T)]);

impl<T: Copy + Send + Sync + 'static> Choice<T> {
    /// The parser for an argument.
    pub(crate) fn parser(self) -> impl TypedValueParser<Value = T> {
        let words = self
            .0
            .iter()
            .map(|(word, help, _)| PossibleValue::new(*word).help(*help));
        PossibleValuesParser::new(words.collect::<Vec<_>>()).try_map(move |word| {
            let found = self.0.iter().find(|(known, _, _)| *known == word);
            found
                .map(|(_, _, what)| *what)
                .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))
        })
    }
}

/// `--lang`.
const LANGUAGES: Choice<Language> = Choice(&[
    ("en", "English", Language::En),
    ("zh-CN", "Simplified Chinese", Language::ZhCn),
]);

/// `--fail-on`.
pub(crate) const SEVERITIES: Choice<Severity> = Choice(&[
    ("info", "anything at all", Severity::Info),
    ("low", "background noise", Severity::Low),
    ("medium", "worth a look", Severity::Medium),
    ("high", "act soon", Severity::High),
    ("critical", "act now", Severity::Critical),
]);

/// In which words things are told.
#[derive(Clone, Debug, Args)]
pub(crate) struct Wording {
    /// Language of titles, explanations and advice
    ///
    /// Without it the locale decides (LC_ALL, LC_MESSAGES, LANG): zh_CN is Chinese, anything else
    /// English.
    #[arg(long, value_name = "LANG", value_parser = LANGUAGES.parser(), help_heading = "Output")]
    lang: Option<Language>,
}

impl Wording {
    pub(crate) fn language(&self, around: &Surroundings) -> Language {
        self.lang.unwrap_or(around.language)
    }
}

/// Which knowledge is used.
#[derive(Clone, Debug, Args)]
pub(crate) struct Overlay {
    /// Lay meanings of your own over those that are built in
    ///
    /// The folder is laid out like `knowledge/meanings`: an entry with a known id replaces it, a new
    /// one is added, and a file that holds only `id` and `silence = true` takes one away. `rutter
    /// knowledge check` tests such a folder.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Reading")]
    pub(crate) knowledge: Option<PathBuf>,
}

/// Whose addresses are.
#[derive(Clone, Debug, Args)]
pub(crate) struct Owners {
    /// Say whose network and which country an address is of, by a database of yours (mmdb)
    ///
    /// GeoLite2, DB-IP, IPinfo and others publish such files; may be repeated, for instance one for
    /// networks and one for countries. Nothing is looked up over a network.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Reading")]
    mmdb: Vec<PathBuf>,
}

impl Owners {
    /// The databases, in memory.
    pub(crate) fn open(&self) -> Result<Who, Stop> {
        Who::open(&self.mmdb).map_err(|error| {
            let text = error.to_string();
            Stop::error(format!(
                "--mmdb: {}",
                Untrusted::new(text.as_bytes()).terminal()
            ))
        })
    }
}

impl Overlay {
    /// The knowledge, overlaid where the user says so.
    pub(crate) fn load(&self) -> Result<Cow<'static, Knowledge>, Stop> {
        let base = Knowledge::embedded();
        match &self.knowledge {
            None => Ok(Cow::Borrowed(base)),
            Some(folder) => base
                .overlaid(folder)
                .map(Cow::Owned)
                .map_err(|error| overlay_errors(&error)),
        }
    }
}

/// One line for each fault of a folder of knowledge.
pub(crate) fn overlay_errors(error: &OverlayError) -> Stop {
    let harmless = |text: String| Untrusted::new(text.as_bytes()).terminal().to_string();
    Stop::Errors(match error {
        OverlayError::Folder { path, error } => {
            let place = crate::notice::shown(path);
            vec![format!(
                "{place}: {error}; name a folder of knowledge files that you may read"
            )]
        }
        OverlayError::Faults(faults) => faults
            .iter()
            .map(|fault| harmless(fault.to_string()))
            .collect(),
    })
}
