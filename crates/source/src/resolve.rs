use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::error::{Problem, SourceError};
use crate::name::Name;
use crate::options::Options;
use crate::pattern;
use crate::source::Source;

/// Most errors, and most entries passed over, that are listed; further ones are counted.
const LISTED: usize = 1_000;

/// What the arguments stand for.
#[derive(Debug, Default)]
pub struct Opened {
    /// To be read, in the order of the arguments; within a folder or a pattern sorted by name.
    pub sources: Vec<Source>,
    /// Arguments and folders that could not be resolved.
    pub errors: Vec<SourceError>,
    /// What a folder or a pattern holds and is not read.
    pub passed_over: Vec<PassedOver>,
    /// Errors and entries passed over beyond those listed, a thousand of each.
    pub unlisted: u64,
}

/// Something in a folder, or matched by a pattern, that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Its name.
    pub name: Name,
    /// Why.
    pub reason: Reason,
}

/// Why something in a folder is not read. Naming it outright reads it, where that is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Its name begins with a dot.
    Hidden,
    /// A pipe, socket or device.
    Special,
    /// A link to a folder, which could lead round in circles.
    LinkToFolder,
    /// A link to nothing.
    BrokenLink,
    /// The same file as an earlier one: reading it again would count its lines twice.
    Repeated,
    /// A folder without files, matched by a pattern.
    Empty,
}

/// Resolves SOURCE arguments, in their order, without reading.
///
/// An argument is `-`, a file, a folder or a pattern; what exists under the very name is never
/// taken for a pattern. An argument that fails does not keep the others from being read.
#[must_use]
pub fn open_all(arguments: &[OsString], options: &Options) -> Opened {
    let mut resolver = Resolver {
        options,
        opened: Opened::default(),
        seen: HashSet::new(),
        standard_input: false,
        full: false,
    };
    for argument in arguments {
        resolver.argument(argument);
    }
    resolver.opened
}

struct Resolver<'a> {
    options: &'a Options,
    opened: Opened,
    /// Real paths of the files so far.
    seen: HashSet<PathBuf>,
    standard_input: bool,
    /// The limit of sources has been reported.
    full: bool,
}

/// How a path came up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Argument,
    Pattern,
}

impl Resolver<'_> {
    fn argument(&mut self, argument: &OsStr) {
        if argument == "-" {
            if std::mem::replace(&mut self.standard_input, true) {
                self.fail(argument, Problem::StandardInputTwice);
            } else {
                self.accept(argument, Source::standard_input(self.options));
            }
            return;
        }
        match fs::metadata(argument) {
            Ok(metadata) => self.path(Path::new(argument), &metadata, By::Argument),
            Err(_) if pattern::is_pattern(argument) => self.pattern(argument),
            Err(error) => self.fail(argument, why_absent(Path::new(argument), error)),
        }
    }

    fn pattern(&mut self, argument: &OsStr) {
        let matches = match pattern::expand(argument, self.options.max_sources) {
            Ok(matches) => matches,
            Err(problem) => return self.fail(argument, problem),
        };
        if matches.paths.is_empty() && matches.failures.is_empty() {
            self.fail(argument, Problem::NoMatch);
        }
        for (folder, error) in matches.failures {
            self.fail(folder.as_os_str(), Problem::of(error, 0));
        }
        for path in matches.paths {
            match fs::metadata(&path) {
                Ok(metadata) => self.path(&path, &metadata, By::Pattern),
                Err(error) => match why_absent(&path, error) {
                    Problem::BrokenLink => self.pass_over(&path, Reason::BrokenLink),
                    problem => self.fail(path.as_os_str(), problem),
                },
            }
        }
        if matches.more {
            self.reach_limit(argument);
        }
    }

    fn path(&mut self, path: &Path, metadata: &Metadata, by: By) {
        match special(metadata.file_type()) {
            _ if metadata.is_dir() => self.folder(path, by),
            _ if metadata.is_file() => self.file(path, metadata),
            _ if by == By::Pattern => self.pass_over(path, Reason::Special),
            Special::Stream => {
                self.accept(path.as_os_str(), Source::pipe(path, self.options));
            }
            Special::Other(what) => self.fail(path.as_os_str(), Problem::Special { what }),
        }
    }

    fn file(&mut self, path: &Path, metadata: &Metadata) {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if self.seen.contains(&real) {
            self.pass_over(path, Reason::Repeated);
        } else if self.accept(path.as_os_str(), Source::file(path, metadata, self.options)) {
            self.seen.insert(real);
        }
    }

    fn folder(&mut self, folder: &Path, by: By) {
        let mut files = 0_u64;
        let mut passed_over = 0_u64;
        let mut failed = false;
        let mut entries = WalkDir::new(folder)
            .min_depth(1)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = entries.next() {
            if self.full {
                return;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    failed = true;
                    let place = error.path().unwrap_or(folder).to_owned();
                    let error = error
                        .into_io_error()
                        .unwrap_or_else(|| io::ErrorKind::Other.into());
                    self.fail(place.as_os_str(), Problem::of(error, 0));
                    continue;
                }
            };
            match look_at(&entry) {
                Found::Folder => {}
                Found::File(metadata) => {
                    files += 1;
                    self.file(entry.path(), &metadata);
                }
                Found::Nothing(reason) => {
                    passed_over += 1;
                    self.pass_over(entry.path(), reason);
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                }
                Found::Failure(error) => {
                    failed = true;
                    self.fail(entry.path().as_os_str(), Problem::of(error, 0));
                }
            }
        }
        match by {
            _ if files > 0 || failed => {}
            By::Argument => self.fail(folder.as_os_str(), Problem::EmptyFolder { passed_over }),
            By::Pattern => self.pass_over(folder, Reason::Empty),
        }
    }

    /// Adds a source, unless the limit is reached.
    fn accept(&mut self, place: &OsStr, source: Source) -> bool {
        let room = self.opened.sources.len() < self.options.max_sources;
        if room {
            self.opened.sources.push(source);
        } else {
            self.reach_limit(place);
        }
        room
    }

    fn reach_limit(&mut self, place: &OsStr) {
        if !std::mem::replace(&mut self.full, true) {
            let limit = self.options.max_sources;
            self.fail(place, Problem::TooManySources { limit });
        }
    }

    fn fail(&mut self, place: &OsStr, problem: Problem) {
        if self.opened.errors.len() < LISTED {
            self.opened.errors.push(problem.at(Name::new(place)));
        } else {
            self.opened.unlisted += 1;
        }
    }

    fn pass_over(&mut self, path: &Path, reason: Reason) {
        if self.opened.passed_over.len() < LISTED {
            let name = Name::new(path.as_os_str());
            self.opened.passed_over.push(PassedOver { name, reason });
        } else {
            self.opened.unlisted += 1;
        }
    }
}

/// What an entry of a folder is.
enum Found {
    File(Metadata),
    /// To be walked as well.
    Folder,
    Nothing(Reason),
    Failure(io::Error),
}

fn look_at(entry: &DirEntry) -> Found {
    if entry.file_name().as_encoded_bytes().starts_with(b".") {
        return Found::Nothing(Reason::Hidden);
    }
    if entry.file_type().is_dir() {
        return Found::Folder;
    }
    match fs::metadata(entry.path()) {
        Ok(metadata) if metadata.is_file() => Found::File(metadata),
        Ok(metadata) if metadata.is_dir() => Found::Nothing(Reason::LinkToFolder),
        Ok(_) => Found::Nothing(Reason::Special),
        Err(error) if entry.path_is_symlink() && error.kind() == io::ErrorKind::NotFound => {
            Found::Nothing(Reason::BrokenLink)
        }
        Err(error) => Found::Failure(error),
    }
}

fn why_absent(path: &Path, error: io::Error) -> Problem {
    let link = error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(path).is_ok();
    if link {
        Problem::BrokenLink
    } else {
        Problem::of(error, 0)
    }
}

enum Special {
    /// It can be read to its end, as `/dev/stdin` and `<(zcat …)` can.
    Stream,
    Other(&'static str),
}

#[cfg(unix)]
fn special(kind: FileType) -> Special {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() || kind.is_char_device() {
        Special::Stream
    } else if kind.is_socket() {
        Special::Other("a socket")
    } else if kind.is_block_device() {
        Special::Other("a block device")
    } else {
        Special::Other("something special")
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> Special {
    Special::Other("something special")
}

#[cfg(test)]
mod tests;
