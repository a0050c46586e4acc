use std::io;

use crate::content::Compression;
use crate::name::Name;

/// A source that could not be read, or not to its end: the place, the reason, what to do.
///
/// `Display` is for terminals and logs; other media show [`place`](Self::place) by the exit of
/// their own and [`problem`](Self::problem), whose text holds nothing that an adversary chose.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", shown(.place))]
pub struct SourceError {
    /// The source, folder or argument.
    pub place: Name,
    /// Reason and advice.
    pub problem: Problem,
}

/// Why a source could not be read, or not to its end.
///
/// Offsets count bytes of the file as it is on disk, from 0. `delivered` counts the bytes that the
/// decompressor gave before it stopped; all of them are handed out before the error is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Nothing has that name.
    #[error("there is no such file or folder; check the spelling, and the folder you are in")]
    Missing,
    /// A symbolic link to nothing.
    #[error("the link points to nothing; name the file itself, or repair the link")]
    BrokenLink,
    /// The system does not let us.
    #[error("permission denied; read it as a user who may, often root or a member of group adm")]
    Forbidden,
    /// A pattern without a match.
    #[error(
        "the pattern matches nothing; check the spelling, and mind that * and ? leave out names \
         that begin with a dot"
    )]
    NoMatch,
    /// A pattern that is none.
    #[error(
        "not a pattern, {reason} at byte {position}; to mean the signs themselves, \
         write [*], [?] or [[]"
    )]
    BadPattern {
        /// Where in the argument, in bytes from 0.
        position: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// A folder in which there is no file to read.
    #[error(
        "the folder holds no file to read ({passed_over} hidden or special ones passed over); \
         name a file, or a folder that holds logs"
    )]
    EmptyFolder {
        /// Entries that were passed over.
        passed_over: u64,
    },
    /// A second `-`.
    #[error("standard input can be read only once; name - a single time")]
    StandardInputTwice,
    /// Neither file, folder, pipe nor terminal.
    #[error("this is {what}, which holds no log; name a file, a folder, a pattern or -")]
    Special {
        /// `a socket`, `a block device`, …
        what: &'static str,
    },
    /// The arguments name more files than the limit of sources.
    #[error("more than {limit} files; the first {limit} are read, name the others in another run")]
    TooManySources {
        /// The limit.
        limit: usize,
    },
    /// It was a regular file when the arguments were resolved, and is none now.
    #[error("it was replaced by something that is not a file; look who writes there, and repeat")]
    Replaced,
    /// The system failed while reading.
    #[error("reading failed at byte {offset}: {error}; what came before was read")]
    Failed {
        /// Bytes read until then.
        offset: u64,
        /// What the system says.
        error: io::Error,
    },
    /// Compressed data that contradict themselves.
    #[error(
        "damaged {compression} data at byte {offset} ({detail}); the {delivered} bytes that they \
         held before were read; for the rest, fetch an intact copy"
    )]
    Damaged {
        /// Of which kind.
        compression: Compression,
        /// Up to where they were used.
        offset: u64,
        /// Bytes decompressed until then.
        delivered: u64,
        /// What the decompressor says.
        detail: &'static str,
    },
    /// Compressed data that break off.
    #[error(
        "the {compression} data break off at byte {offset}; the {delivered} bytes that they hold \
         were read; for the rest, fetch a complete copy"
    )]
    CutOff {
        /// Of which kind.
        compression: Compression,
        /// Length of the file.
        offset: u64,
        /// Bytes decompressed until then.
        delivered: u64,
    },
    /// Something else follows complete compressed data.
    #[error(
        "the {compression} data are complete, but something else follows at byte {offset}; \
         the {delivered} bytes that they hold were read; look at what was appended"
    )]
    Appended {
        /// Of which kind.
        compression: Compression,
        /// Where the rest begins.
        offset: u64,
        /// Bytes decompressed until then.
        delivered: u64,
    },
    /// Decompression wants more memory than a reader may take.
    #[error(
        "unpacking these {compression} data takes more than {} MiB of memory; unpack them first, \
         and name the result", .limit >> 20
    )]
    Memory {
        /// Of which kind.
        compression: Compression,
        /// What a decompressor may take, in bytes.
        limit: u64,
    },
    /// A decompression bomb, by the limits of the options.
    #[error(
        "{offset} bytes unpack to more than {delivered}, beyond 1:{ratio}, as a decompression bomb \
         does; what came before was read; if you trust it, unpack it first, and name the result"
    )]
    Bomb {
        /// Bytes used until then.
        offset: u64,
        /// Bytes decompressed until then.
        delivered: u64,
        /// The limit.
        ratio: u64,
    },
    /// Compressed, within compressed, within compressed.
    #[error("compressed more than {layers} times over; unpack it first, and name the result")]
    TooDeep {
        /// The limit.
        layers: usize,
    },
    /// A container or encoding that is recognised and not read.
    #[error("this is {what}; {advice}")]
    Unsupported {
        /// With its article.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
}

impl Problem {
    /// Names what the system says; `offset` counts the bytes read until then.
    pub(crate) fn of(error: io::Error, offset: u64) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound if offset == 0 => Self::Missing,
            io::ErrorKind::PermissionDenied if offset == 0 => Self::Forbidden,
            _ => Self::Failed { offset, error },
        }
    }

    /// Ties the problem to its place.
    pub(crate) fn at(self, place: Name) -> SourceError {
        SourceError {
            place,
            problem: self,
        }
    }
}

/// The place as a person would call it.
fn shown(place: &Name) -> String {
    let name = place.untrusted();
    match name.bytes() {
        b"-" => "standard input".to_owned(),
        b"" => "\"\"".to_owned(),
        _ => name.terminal().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn messages_name_place_reason_and_advice() {
        let forbidden = Problem::of(io::Error::from(io::ErrorKind::PermissionDenied), 0);
        let text = forbidden
            .at(Name::new(OsStr::new("logs/ufw.log")))
            .to_string();
        assert!(
            text.starts_with("logs/ufw.log: permission denied; read it as"),
            "{text}"
        );

        let text = Problem::StandardInputTwice
            .at(Name::new(OsStr::new("-")))
            .to_string();
        assert!(text.starts_with("standard input: "), "{text}");

        let cut = Problem::CutOff {
            compression: Compression::Gzip,
            offset: 17,
            delivered: 40,
        };
        let text = cut.at(Name::new(OsStr::new("a.gz"))).to_string();
        assert!(
            text.starts_with("a.gz: the gzip data break off at byte 17; the 40 bytes"),
            "{text}"
        );
    }

    #[test]
    fn hostile_names_are_shown_harmless() {
        let text = Problem::Missing
            .at(Name::new(OsStr::new("a\x1b[2Jb")))
            .to_string();
        assert!(
            text.starts_with("a\\x1b[2Jb: there is no such file"),
            "{text}"
        );
    }

    #[test]
    fn a_failure_in_the_middle_keeps_its_offset() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(matches!(
            Problem::of(denied, 9),
            Problem::Failed { offset: 9, .. }
        ));
    }
}
