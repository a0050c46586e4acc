//! Where results go: standard output, or a file that is never half written.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anstream::AutoStream;

use crate::interrupt::remove_on_interrupt;
use crate::notice::shown;
use crate::status::{Status, Stop};

/// Who reads the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A person: colours where they can be shown, none in files.
    Person,
    /// A program: bytes as they are.
    Program,
}

/// A result on its way out. Nothing is complete before [`finish`](Self::finish).
pub(crate) struct Sink {
    bytes: Box<dyn Write>,
    file: Option<Part>,
    /// As it is called in errors.
    name: String,
}

/// Puts a whole result to standard output, and ends well.
pub(crate) fn print(audience: Audience, bytes: &[u8]) -> Result<Status, Stop> {
    let mut sink = Sink::open(audience, None)?;
    sink.put(bytes)?;
    sink.finish()?;
    Ok(Status::Done)
}

const BUFFER: usize = 64 << 10;
/// Names that are tried for a file in the making.
const ATTEMPTS: u32 = 16;

impl Sink {
    /// Standard output, or a file when one is named; `-` is standard output too.
    pub(crate) fn open(audience: Audience, out: Option<&Path>) -> Result<Self, Stop> {
        match out.filter(|path| *path != "-") {
            None => Ok(Self::standard_output(audience)),
            Some(path) => {
                let name = shown(path);
                Self::of_file(path, audience, name.clone())
                    .map_err(|error| cannot_write(&name, &error))
            }
        }
    }

    fn standard_output(audience: Audience) -> Self {
        let stdout = io::stdout().lock();
        let bytes: Box<dyn Write> = match audience {
            Audience::Person => {
                Box::new(BufWriter::with_capacity(BUFFER, AutoStream::auto(stdout)))
            }
            Audience::Program => Box::new(BufWriter::with_capacity(BUFFER, stdout)),
        };
        Self {
            bytes,
            file: None,
            name: "standard output".to_owned(),
        }
    }

    fn of_file(path: &Path, audience: Audience, name: String) -> io::Result<Self> {
        // Through a link the file behind it is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
            // A pipe or a device cannot be replaced by renaming; a folder fails here.
            let file = OpenOptions::new().write(true).open(&path)?;
            return Ok(Self {
                bytes: buffered(file, audience),
                file: None,
                name,
            });
        }
        let part = Part::beside(path)?;
        let bytes = buffered(part.file.try_clone()?, audience);
        Ok(Self {
            bytes,
            file: Some(part),
            name,
        })
    }

    /// Lets an interrupt take the file in the making away. Before other threads begin.
    pub(crate) fn vanish_on_interrupt(&self) {
        if let Some(part) = &self.file {
            remove_on_interrupt(part.path.clone());
        }
    }

    /// Writes everything and makes it the file that was named.
    pub(crate) fn finish(mut self) -> Result<(), Stop> {
        let written = self.bytes.flush().and_then(|()| match &mut self.file {
            Some(part) => part.take_its_place(),
            None => Ok(()),
        });
        written.map_err(|error| cannot_write(&self.name, &error))
    }

    /// Writes all bytes.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.bytes
            .write_all(bytes)
            .map_err(|error| cannot_write(&self.name, &error))
    }

    /// Shows what has been written so far.
    pub(crate) fn show(&mut self) -> Result<(), Stop> {
        self.bytes
            .flush()
            .map_err(|error| cannot_write(&self.name, &error))
    }

    /// What a failure to write here means.
    pub(crate) fn stop(&self, error: &io::Error) -> Stop {
        cannot_write(&self.name, error)
    }

    /// For those who write by themselves.
    pub(crate) fn writer(&mut self) -> &mut dyn Write {
        &mut *self.bytes
    }
}

fn buffered(file: File, audience: Audience) -> Box<dyn Write> {
    match audience {
        Audience::Person => Box::new(BufWriter::with_capacity(BUFFER, AutoStream::never(file))),
        Audience::Program => Box::new(BufWriter::with_capacity(BUFFER, file)),
    }
}

fn cannot_write(name: &str, error: &io::Error) -> Stop {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Stop::BrokenPipe;
    }
    let advice = match error.kind() {
        io::ErrorKind::NotFound => "make the folder first, or name another with --out",
        io::ErrorKind::PermissionDenied => "name a place that you may write to with --out",
        io::ErrorKind::IsADirectory => "name a file in it with --out",
        io::ErrorKind::StorageFull => "make room, or name another place with --out",
        _ => "name another place with --out",
    };
    Stop::error(format!("{name}: cannot be written: {error}; {advice}"))
}

/// A file in the making, beside the one that it will replace. Removed unless it took its place.
struct Part {
    file: File,
    path: PathBuf,
    place: PathBuf,
    done: bool,
}

impl Part {
    fn beside(place: PathBuf) -> io::Result<Self> {
        let Some(name) = place.file_name() else {
            return Err(io::ErrorKind::IsADirectory.into());
        };
        // Several runs may write to the same place: the last one wins, none sees another's half.
        // Never through something that is there already, which may be somebody's link.
        for attempt in 0..ATTEMPTS {
            let mut part = OsString::from(".");
            part.push(name);
            part.push(format!(".{}-{attempt}.part", std::process::id()));
            let path = place.with_file_name(part);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    return Ok(Self {
                        file,
                        path,
                        place,
                        done: false,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn take_its_place(&mut self) -> io::Result<()> {
        self.file.sync_all()?;
        if let Ok(old) = fs::metadata(&self.place) {
            self.file.set_permissions(old.permissions())?;
        }
        fs::rename(&self.path, &self.place)?;
        self.done = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.done {
            // Nothing can be done about a half file that cannot be removed either.
            let _ = fs::remove_file(&self.path);
        }
    }
}
