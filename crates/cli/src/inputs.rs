//! SOURCE arguments, opened.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use rutter_source::{Options, Origin, Reason, Source, SourceError, open_all};

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

    /// Makes sure that no output takes the place of an input: a log that is gone cannot be had back.
    pub(crate) fn spare(&self, out: &Path) -> Result<(), Stop> {
        let Ok(out) = fs::canonicalize(out) else {
            return Ok(());
        };
        let is_input = |source: &Source| {
            let name = std::str::from_utf8(source.name.untrusted().bytes());
            let path = name.ok().and_then(|name| fs::canonicalize(name).ok());
            source.origin == Origin::File && path.is_some_and(|path| path == out)
        };
        if self.sources.iter().any(is_input) {
            let place = notice::shown(&out);
            return Err(Stop::error(format!(
                "{place}: is to be read and to be written; name another with --out"
            )));
        }
        Ok(())
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
        if around.stdin_is_terminal && named.iter().any(|name| name == "-") {
            notice::note(
                "paste or type what is to be read, and end it with Ctrl-D on a line of its own",
            );
        }
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
    use std::num::NonZeroUsize;

    use rutter_analysis::Language;

    use super::*;

    #[test]
    fn a_terminal_is_not_waited_for() {
        let mut around = Surroundings {
            now: None,
            language: Language::En,
            cores: NonZeroUsize::MIN,
            stdin_is_terminal: true,
            stdout_is_terminal: true,
            stderr_is_terminal: true,
            width: 80,
        };
        let named = |around: &Surroundings| named_or_piped(&[], around, "name one, for instance");
        assert!(
            matches!(named(&around), Err(Stop::Errors(lines)) if lines == ["name one, for instance"])
        );
        around.stdin_is_terminal = false;
        assert_eq!(named(&around).ok(), Some(vec!["-".into()]));
        assert_eq!(
            named_or_piped(&["a".into()], &around, "").ok(),
            Some(vec!["a".into()])
        );
    }

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
