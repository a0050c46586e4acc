//! SOURCE arguments, opened.

use std::ffi::OsString;

use rutter_source::{Options, Reason, Source, SourceError, open_all};

use crate::notice::{self, count};
use crate::progress::Progress;
use crate::status::Stop;
use crate::surroundings::Surroundings;

/// What is to be read.
pub(crate) struct Inputs {
    pub(crate) sources: Vec<Source>,
    /// Arguments that could not be resolved; they have been told.
    pub(crate) errors: Vec<SourceError>,
    options: Options,
}

impl Inputs {
    /// Resolves arguments; what cannot be is said on standard error, and the rest goes on.
    pub(crate) fn open(arguments: &[OsString], quiet: bool) -> Self {
        let options = Options::default();
        let opened = open_all(arguments, &options);
        for error in &opened.errors {
            notice::error(error);
        }
        if !quiet {
            let reasons: Vec<Reason> = opened.passed_over.iter().map(|p| p.reason).collect();
            if let Some(text) = passed_over(&reasons, opened.unlisted) {
                notice::note(text);
            }
        }
        Self {
            sources: opened.sources,
            errors: opened.errors,
            options,
        }
    }

    /// A text that was given on the command line.
    pub(crate) fn pasted(text: Vec<u8>) -> Self {
        let options = Options::default();
        let source = Source::of_program("pasted", std::io::Cursor::new(text), &options);
        Self {
            sources: vec![source],
            errors: Vec::new(),
            options,
        }
    }

    /// A bar for a person who waits.
    pub(crate) fn progress(&self, shown: bool) -> Progress {
        if !shown {
            return Progress::hidden();
        }
        let total = self.sources.iter().map(|source| source.size).sum();
        Progress::of(self.options.progress.clone(), total)
    }
}

/// What is read when no SOURCE is named: what somebody pipes in. From a terminal nothing comes by
/// itself, so the command says how it is used.
pub(crate) fn named_or_piped(
    named: &[OsString],
    around: &Surroundings,
    hint: &str,
) -> Result<Vec<OsString>, Stop> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    if around.stdin_is_terminal {
        return Err(Stop::error(hint));
    }
    Ok(vec!["-".into()])
}

/// One line about what folders and patterns hold and is not read.
fn passed_over(reasons: &[Reason], unlisted: u64) -> Option<String> {
    let kinds = [
        (Reason::Hidden, "hidden"),
        (Reason::Special, "no regular file"),
        (Reason::LinkToFolder, "a link to a folder"),
        (Reason::BrokenLink, "a link to nothing"),
        (Reason::Repeated, "read already under another name"),
        (Reason::Empty, "an empty folder"),
    ];
    let told: Vec<String> = kinds
        .iter()
        .map(|(kind, what)| {
            (
                reasons.iter().filter(|reason| *reason == kind).count(),
                what,
            )
        })
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    let all = reasons.len() as u64 + unlisted;
    let entries = count(all, "entry", "entries");
    (all > 0).then(|| {
        format!(
            "{entries} passed over: {}; naming one outright reads it",
            told.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_is_one_line() {
        assert_eq!(passed_over(&[], 0), None);
        let reasons = [Reason::Hidden, Reason::Repeated, Reason::Hidden];
        assert_eq!(
            passed_over(&reasons, 0).unwrap_or_default(),
            "3 entries passed over: 2 hidden, 1 read already under another name; naming one outright \
             reads it"
        );
    }
}
