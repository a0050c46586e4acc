use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use memchr::{memchr, memrchr};
use rutter_event::Timestamp;

use crate::content::{self, Compression, Encoding, Kind};
use crate::error::{Problem, SourceError};
use crate::name::Name;
use crate::options::Options;
use crate::reader::Reader;

/// Where a source comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A regular file.
    File,
    /// A named pipe, a process substitution, or a character device, named outright.
    Pipe,
    /// `-`.
    StandardInput,
    /// Handed over by the program itself.
    Program,
}

/// Something that can be read, and has not been opened yet.
pub struct Source {
    /// Its name, as it was given or found.
    pub name: Name,
    /// Where it comes from.
    pub origin: Origin,
    /// Bytes on disk, for files; more or fewer may be there when it is read.
    pub size: Option<u64>,
    /// When a file was last written to, as far as the system knows.
    pub modified: Option<Timestamp>,
    opening: Opening,
    options: Options,
}

enum Opening {
    Path(PathBuf),
    StandardInput,
    Bytes(Box<dyn Read + Send>),
}

impl Source {
    pub(crate) fn file(path: &Path, metadata: &Metadata, options: &Options) -> Self {
        Self {
            name: Name::new(path.as_os_str()),
            origin: Origin::File,
            size: Some(metadata.len()),
            modified: modified(metadata),
            opening: Opening::Path(path.to_owned()),
            options: options.clone(),
        }
    }

    pub(crate) fn pipe(path: &Path, options: &Options) -> Self {
        let opening = Opening::Path(path.to_owned());
        Self::streaming(Name::new(path.as_os_str()), Origin::Pipe, opening, options)
    }

    pub(crate) fn standard_input(options: &Options) -> Self {
        let name = Name::new("-".as_ref());
        Self::streaming(name, Origin::StandardInput, Opening::StandardInput, options)
    }

    /// Bytes that the program itself has, such as a pasted line.
    #[must_use]
    pub fn of_program(name: &str, bytes: impl Read + Send + 'static, options: &Options) -> Self {
        let name = Name::new(name.as_ref());
        Self::streaming(
            name,
            Origin::Program,
            Opening::Bytes(Box::new(bytes)),
            options,
        )
    }

    fn streaming(name: Name, origin: Origin, opening: Opening, options: &Options) -> Self {
        let options = options.clone();
        Self {
            name,
            origin,
            size: None,
            modified: None,
            opening,
            options,
        }
    }

    /// Opens the source and looks at its first bytes. Waits for up to
    /// [`PEEK`](crate::PEEK) of them, as a pipe may make it do.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, or holds what is known and not read.
    pub fn read(self) -> Result<Reader, SourceError> {
        let bytes: Box<dyn Read + Send> = match self.opening {
            Opening::StandardInput => Box::new(io::stdin()),
            Opening::Bytes(bytes) => bytes,
            Opening::Path(path) => match open(&path, self.origin) {
                Ok(file) => Box::new(file),
                Err(problem) => return Err(problem.at(self.name)),
            },
        };
        Reader::new(self.name, bytes, &self.options)
    }

    /// The same file once more, to be looked at before it is read; what is read of it counts as no
    /// progress. Nothing for what can be read only once.
    #[must_use]
    pub fn again(&self) -> Option<Self> {
        let Opening::Path(path) = &self.opening else {
            return None;
        };
        let options = Options {
            progress: std::sync::Arc::default(),
            ..self.options.clone()
        };
        (self.origin == Origin::File).then(|| Self {
            name: self.name.clone(),
            origin: self.origin,
            size: self.size,
            modified: self.modified,
            opening: Opening::Path(path.clone()),
            options,
        })
    }

    /// The last whole lines of a plain file, `max_bytes` at most: where the youngest time stamps
    /// are. A last line without its line feed may still be in the writing, and is left out unless
    /// there is no other.
    ///
    /// Nothing for what is not a regular file, is compressed, is a capture or UTF-16, cannot be
    /// read, or ends in a line longer than `max_bytes`.
    #[must_use]
    pub fn last_lines(&self, max_bytes: usize) -> Option<Vec<u8>> {
        let Opening::Path(path) = &self.opening else {
            return None;
        };
        if self.origin != Origin::File {
            return None;
        }
        let mut file = open(path, self.origin).ok()?;
        let mut head = Vec::new();
        file.by_ref().take(1024).read_to_end(&mut head).ok()?;
        let plain = Compression::of(&head).is_none()
            && content::unsupported(&head).is_none()
            && Kind::of(&head) == Kind::Text
            && Encoding::of(&head).0 == Encoding::Utf8;
        if !plain {
            return None;
        }
        // One byte more, to see whether a line begins right behind it.
        let limit = (max_bytes as u64).saturating_add(1);
        let start = file.seek(SeekFrom::End(0)).ok()?.saturating_sub(limit);
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut tail = Vec::new();
        file.take(limit).read_to_end(&mut tail).ok()?;
        let begin = if start == 0 && tail.len() <= max_bytes {
            Encoding::of(&tail).1
        } else {
            memchr(b'\n', &tail)? + 1
        };
        let lines = tail.get(begin..)?;
        let whole = memrchr(b'\n', lines).map_or(lines.len(), |at| at + 1);
        lines
            .get(..whole)
            .filter(|lines| !lines.is_empty())
            .map(<[u8]>::to_vec)
    }
}

/// Opens a path, and makes sure that a regular file is still one: what writes there may have put
/// a pipe or a device in its place that never ends.
fn open(path: &Path, origin: Origin) -> Result<File, Problem> {
    let file = File::open(path).map_err(|error| Problem::of(error, 0))?;
    let metadata = file.metadata().map_err(|error| Problem::of(error, 0))?;
    if origin == Origin::File && !metadata.is_file() {
        return Err(Problem::Replaced);
    }
    Ok(file)
}

fn modified(metadata: &Metadata) -> Option<Timestamp> {
    match metadata.modified().ok()?.duration_since(UNIX_EPOCH) {
        Ok(after) => {
            Timestamp::from_seconds(i64::try_from(after.as_secs()).ok()?, after.subsec_nanos())
        }
        Err(before) => i64::try_from(before.duration().as_nanos())
            .ok()?
            .checked_neg()
            .map(Timestamp),
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("origin", &self.origin)
            .field("size", &self.size)
            .field("modified", &self.modified)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn last_lines(content: &[u8], max_bytes: usize) -> Option<String> {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, content).unwrap();
        let source = Source::file(&path, &fs::metadata(&path).unwrap(), &Options::default());
        source
            .last_lines(max_bytes)
            .map(|lines| String::from_utf8(lines).unwrap())
    }

    #[test]
    fn last_lines_are_whole() {
        let text = b"one\ntwo\nthree\n";
        assert_eq!(last_lines(text, 100).unwrap(), "one\ntwo\nthree\n");
        assert_eq!(last_lines(text, 14).unwrap(), "one\ntwo\nthree\n");
        assert_eq!(last_lines(text, 13).unwrap(), "two\nthree\n");
        assert_eq!(last_lines(text, 10).unwrap(), "two\nthree\n");
        assert_eq!(last_lines(text, 9).unwrap(), "three\n");
        assert_eq!(last_lines(text, 6).unwrap(), "three\n");
        assert_eq!(last_lines(text, 5), None);
        assert_eq!(last_lines(text, 0), None);
        assert_eq!(last_lines(b"", 100), None);
    }

    #[test]
    fn a_last_line_in_the_writing_is_left_out() {
        assert_eq!(last_lines(b"one\ntwo\nthr", 100).unwrap(), "one\ntwo\n");
        assert_eq!(last_lines(b"one", 100).unwrap(), "one");
        assert_eq!(last_lines(b"\xef\xbb\xbfone\n", 100).unwrap(), "one\n");
    }

    #[test]
    fn last_lines_are_those_of_plain_text() {
        assert_eq!(last_lines(b"\x1f\x8b\x08\0\n\n\n", 100), None);
        assert_eq!(last_lines(b"\xd4\xc3\xb2\xa1\n\n", 100), None);
        assert_eq!(last_lines(b"\xff\xfea\0\n\0", 100), None);
        let given = Source::of_program("pasted", &b"one\n"[..], &Options::default());
        assert_eq!(given.last_lines(100), None);
    }

    #[test]
    fn a_file_that_became_something_else_is_not_read() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "one\n").unwrap();
        let source = Source::file(&path, &fs::metadata(&path).unwrap(), &Options::default());
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(matches!(
            source.read().unwrap_err().problem,
            Problem::Replaced
        ));
    }

    #[test]
    fn a_file_that_vanished_is_missing() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "one\n").unwrap();
        let source = Source::file(&path, &fs::metadata(&path).unwrap(), &Options::default());
        drop(folder);
        let error = source.read().unwrap_err();
        assert!(matches!(error.problem, Problem::Missing));
        assert_eq!(error.place, Name::new(path.as_os_str()));
    }

    #[test]
    fn the_time_of_a_file_is_an_instant() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log");
        let file = File::create(&path).unwrap();
        for (seconds, nanoseconds) in [(1_700_000_000_i64, 5), (-1, 500_000_000), (0, 0)] {
            let time = if seconds < 0 {
                UNIX_EPOCH - std::time::Duration::from_millis(500)
            } else {
                UNIX_EPOCH + std::time::Duration::new(seconds.unsigned_abs(), nanoseconds)
            };
            file.set_modified(time).unwrap();
            let expected = Timestamp::from_seconds(seconds, nanoseconds);
            assert_eq!(modified(&fs::metadata(&path).unwrap()), expected);
        }
    }
}
