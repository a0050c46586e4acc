use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use crate::error::Problem;

/// As a shell matches: a slash only by a slash, a leading dot only by a dot.
const AS_A_SHELL: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// What a pattern such as `/var/log/ufw.log*` or `logs/**/*.gz` matches.
///
/// The walk is our own: that of the glob crate panics on names that are not UTF-8 (0.3.4), and
/// whoever may write into a log folder chooses names.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// Sorted by name, folder by folder.
    pub(crate) paths: Vec<PathBuf>,
    /// Folders on the way that could not be listed.
    pub(crate) failures: Vec<(PathBuf, io::Error)>,
    /// There are more matches than the limit allows, and they are not in `paths`.
    pub(crate) more: bool,
}

enum Part {
    /// A name without signs.
    Plain(OsString),
    /// `*`, `?`, `[...]` within one name.
    Pattern(Pattern),
    /// `**`: this folder and all below it.
    Deep,
}

/// Whether a shell would take it for a pattern.
pub(crate) fn is_pattern(argument: &OsStr) -> bool {
    argument
        .as_encoded_bytes()
        .iter()
        .any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// Finds all matches, at most `limit`.
pub(crate) fn expand(argument: &OsStr, limit: usize) -> Result<Matches, Problem> {
    let Some(text) = argument.to_str() else {
        let valid = argument.as_encoded_bytes().utf8_chunks().next();
        let position = valid.map_or(0, |chunk| chunk.valid().len());
        return Err(Problem::BadPattern {
            position,
            reason: "bytes that are not UTF-8",
        });
    };
    let bad = |error: glob::PatternError| Problem::BadPattern {
        position: error.pos,
        reason: error.msg,
    };
    Pattern::new(text).map_err(bad)?;
    let mut parts = Vec::new();
    for component in Path::new(text).components() {
        let name = component.as_os_str();
        parts.push(match (component, name.to_str()) {
            (Component::Normal(_), Some("**")) => {
                if matches!(parts.last(), Some(Part::Deep)) {
                    continue;
                }
                Part::Deep
            }
            (Component::Normal(_), Some(text)) if is_pattern(name) => {
                Part::Pattern(Pattern::new(text).map_err(bad)?)
            }
            _ => Part::Plain(name.to_owned()),
        });
    }
    let mut matches = Matches::default();
    matches.descend(&PathBuf::new(), &parts, limit);
    matches.paths.sort();
    matches.paths.dedup();
    Ok(matches)
}

impl Matches {
    fn descend(&mut self, folder: &Path, parts: &[Part], limit: usize) {
        if self.more {
            return;
        }
        let Some((part, rest)) = parts.split_first() else {
            self.more = self.paths.len() >= limit;
            if !self.more {
                self.paths.push(folder.to_owned());
            }
            return;
        };
        match part {
            Part::Plain(name) => {
                let path = folder.join(name);
                if !rest.is_empty() || fs::symlink_metadata(&path).is_ok() {
                    self.descend(&path, rest, limit);
                }
            }
            Part::Pattern(pattern) => {
                for name in self.names(folder) {
                    let path = folder.join(&name);
                    if pattern.matches_with(&name.to_string_lossy(), AS_A_SHELL)
                        && (rest.is_empty() || path.is_dir())
                    {
                        self.descend(&path, rest, limit);
                    }
                }
            }
            // At the end it means the folder itself, which is walked as a whole later on.
            Part::Deep if rest.is_empty() => self.descend(folder, rest, limit),
            Part::Deep => {
                self.descend(folder, rest, limit);
                for name in self.names(folder) {
                    let path = folder.join(&name);
                    // Links are not followed: they can lead round in circles.
                    let below = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
                    if below && !name.as_encoded_bytes().starts_with(b".") {
                        self.descend(&path, parts, limit);
                    }
                }
            }
        }
    }

    /// The names in a folder, sorted; a place that is no folder has none.
    fn names(&mut self, folder: &Path) -> Vec<OsString> {
        let listed = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let names = fs::read_dir(listed).and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.file_name()))
                .collect()
        });
        let mut names: Vec<OsString> = match names {
            Ok(names) => names,
            Err(error) => {
                if !matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) {
                    self.failures.push((listed.to_owned(), error));
                }
                Vec::new()
            }
        };
        names.sort();
        names
    }
}
