use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use rutter_analysis::Language;
use rutter_event::Untrusted;
use rutter_knowledge::{Knowledge, MAX_NAMES, OverlayError, Severity, Who};

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

    /// Tell research scanners by their reverse names, from a list of yours
    ///
    /// Lines like those of /etc/hosts: an address and its names. Nothing is looked up over a network.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Reading")]
    names: Option<PathBuf>,
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

    /// The knowledge with the names of the user's list, where there is one.
    pub(crate) fn named<'k>(
        &self,
        knowledge: Cow<'k, Knowledge>,
    ) -> Result<Cow<'k, Knowledge>, Stop> {
        let Some(path) = &self.names else {
            return Ok(knowledge);
        };
        named(&knowledge, path).map(Cow::Owned).map_err(|what| {
            let what = Untrusted::new(what.as_bytes()).terminal().to_string();
            Stop::error(format!("--names: {}: {what}", crate::notice::shown(path)))
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

/// The knowledge with reverse names from a file.
fn named(knowledge: &Knowledge, path: &Path) -> Result<Knowledge, String> {
    let length = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if length > MAX_NAMES {
        return Err(format!("has {length} bytes, more than {MAX_NAMES}"));
    }
    let names = fs::read_to_string(path).map_err(|error| error.to_string())?;
    knowledge
        .with_names(&names)
        .map_err(|error| error.to_string())
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
