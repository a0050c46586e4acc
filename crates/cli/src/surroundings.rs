use std::env;
use std::io::{self, IsTerminal as _};
use std::num::NonZeroUsize;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rutter_analysis::Language;
use rutter_event::Timestamp;

/// What the system says about this run. Looked at once, at the doorstep, and handed down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings {
    /// The time; for inputs that tell neither year nor modification time.
    pub(crate) now: Option<Timestamp>,
    /// The language of the locale, for output.
    pub(crate) language: Language,
    /// Cores that may be used.
    pub(crate) cores: NonZeroUsize,
    /// Nobody pipes anything in.
    pub(crate) stdin_is_terminal: bool,
    /// A person reads the output as it comes.
    pub(crate) stdout_is_terminal: bool,
    /// A person reads the messages as they come.
    pub(crate) stderr_is_terminal: bool,
    /// Columns that text may fill.
    pub(crate) width: usize,
}

/// Columns of text that goes to a file or a pipe.
pub(crate) const PAPER: usize = 100;

impl Surroundings {
    pub(crate) fn look() -> Self {
        Self {
            now: now(),
            language: language(|name| env::var(name).ok()),
            cores: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            width: width(),
        }
    }
}

/// Lets time pass.
pub(crate) fn rest(duration: Duration) {
    thread::sleep(duration);
}

fn now() -> Option<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_seconds(i64::try_from(since.as_secs()).ok()?, since.subsec_nanos())
}

/// The first of the locale's variables that is set decides, as POSIX has it.
fn language(variable: impl Fn(&str) -> Option<String>) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty());
    match locale {
        Some(locale) if locale.starts_with("zh_CN") => Language::ZhCn,
        _ => Language::En,
    }
}

fn width() -> usize {
    let said = env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .filter(|n| *n > 0);
    let seen =
        || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    said.or_else(seen).unwrap_or(PAPER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let with = |all: &'static str, messages: &'static str, lang: &'static str| {
            language(move |name| match name {
                "LC_ALL" => Some(all.to_owned()),
                "LC_MESSAGES" => Some(messages.to_owned()),
                "LANG" => Some(lang.to_owned()),
                _ => None,
            })
        };
        assert_eq!(with("", "", ""), Language::En);
        assert_eq!(with("", "", "zh_CN.UTF-8"), Language::ZhCn);
        assert_eq!(with("C", "zh_CN.UTF-8", "zh_CN.UTF-8"), Language::En);
        assert_eq!(with("", "zh_CN", "de_DE.UTF-8"), Language::ZhCn);
        assert_eq!(language(|_| None), Language::En);
    }
}
