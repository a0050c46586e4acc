//! The spool: records in files of a folder, kept to a quota, whole after any crash.
//!
//! A file of the spool, `contacts-00000001.jsonl`, is lines of JSON as any other command reads them.
//! A record counts as written once its line, newline included, has been handed to the system: from
//! then on the end of this process, however sudden, cannot undo it. What a crash may leave behind is
//! a torn last line, which the next start cuts off. Each second, and with each full file, the system
//! is asked to put everything on the disk, so that a power failure costs no more than that second.

mod recover;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[cfg(test)]
pub(crate) use recover::LONGEST;
pub use recover::Recovered;

/// How often the disk is asked to keep what was written.
const SYNC: Duration = Duration::from_secs(1);
/// How long nothing is tried after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// Rights of files and folders: who owns them, and their group may read.
const FILE_MODE: u32 = 0o640;
const FOLDER_MODE: u32 = 0o750;
/// The file whose lock says that a sensor is at work here.
const LOCK: &str = ".lock";

/// An open spool.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    /// Held for as long as the spool is open.
    _lock: File,
    file: Option<File>,
    /// Number of the file that is written.
    number: u64,
    /// Bytes of it that are whole records.
    length: u64,
    /// Earlier files, oldest first: number, bytes, records.
    earlier: Vec<(u64, u64, u64)>,
    /// Records in the file that is written.
    records: u64,
    next: u64,
    most: u64,
    segment: u64,
    removed: u64,
    synced: Option<Instant>,
    failed: Option<Instant>,
}

/// Why the spool cannot be opened: place, reason, advice.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}: {error}; {advice}", rutter_event::Untrusted::new(path.as_os_str().as_encoded_bytes()).terminal())]
pub struct SpoolError {
    path: PathBuf,
    reason: &'static str,
    error: io::Error,
    advice: &'static str,
}

impl Spool {
    /// Makes the folder unless it is there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn prepare(folder: &Path) -> Result<(), SpoolError> {
        DirBuilder::new()
            .recursive(true)
            .mode(FOLDER_MODE)
            .create(folder)
            .map_err(|error| SpoolError {
                path: folder.to_owned(),
                reason: "the folder of the spool cannot be made",
                error,
                advice: "make it, and give it to whom the sensor becomes (--user)",
            })
    }

    /// Opens a spool and puts it right: cuts off what a crash has torn, and goes on with the number
    /// after the last.
    ///
    /// # Errors
    /// When the folder cannot be read or written, or another sensor is at work in it.
    pub fn open(folder: &Path, quota: u64, segment: u64) -> Result<(Self, Recovered), SpoolError> {
        let fault = |path: &Path, reason, error| SpoolError {
            path: path.to_owned(),
            reason,
            error,
            advice: "give the folder to whom the sensor becomes (--user)",
        };
        let lock_path = folder.join(LOCK);
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(FILE_MODE)
            .open(&lock_path)
            .map_err(|error| fault(&lock_path, "the spool cannot be written", error))?;
        lock.try_lock().map_err(|error| SpoolError {
            path: lock_path.clone(),
            reason: "the spool cannot be taken",
            error: error.into(),
            advice: "another sensor writes there; give each a folder of its own",
        })?;
        let found = recover::recover(folder)
            .map_err(|(path, error)| fault(&path, "the spool cannot be put right", error))?;
        let mut spool = Self {
            folder: folder.to_owned(),
            _lock: lock,
            file: None,
            number: found.number,
            length: 0,
            earlier: found.files,
            records: 0,
            next: found.next,
            most: quota,
            segment: segment.max(1),
            removed: 0,
            synced: None,
            failed: None,
        };
        // Goes on in the last file, unless it is full.
        if let Some((number, length, records)) = spool.earlier.pop() {
            if length < spool.segment {
                let path = spool.path(number);
                let file = OpenOptions::new().append(true).open(&path);
                spool.file = Some(file.map_err(|error| fault(&path, "cannot be written", error))?);
                (spool.number, spool.length, spool.records) = (number, length, records);
            } else {
                spool.earlier.push((number, length, records));
            }
        }
        Ok((spool, found.told))
    }

    /// The number of the next record.
    pub(crate) const fn next(&self) -> u64 {
        self.next
    }

    /// Records that were removed to keep to the quota.
    pub(crate) const fn removed(&self) -> u64 {
        self.removed
    }

    /// Appends whole records, `count` of them. They are all kept, or none is.
    pub(crate) fn append(&mut self, records: &[u8], count: u64, now: Instant) -> io::Result<()> {
        if let Some(failed) = self.failed
            && now.saturating_duration_since(failed) < PAUSE
        {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let written = self.write(records, now);
        if written.is_err() {
            self.failed = Some(now);
            self.undo();
            return written;
        }
        self.failed = None;
        self.length += records.len() as u64;
        self.records += count;
        self.next += count;
        if self
            .synced
            .is_none_or(|at| now.saturating_duration_since(at) >= SYNC)
        {
            self.synced = Some(now);
            self.sync();
        }
        Ok(())
    }

    /// Ends the file and begins another with the next record.
    pub(crate) fn turn(&mut self) {
        self.sync();
        if self.file.take().is_some() {
            self.earlier.push((self.number, self.length, self.records));
        }
    }

    /// Asks the system to put everything on the disk.
    pub(crate) fn sync(&self) {
        if let Some(file) = &self.file {
            // What the disk refuses now it refuses with the next record, which is counted.
            let _ = file.sync_data();
        }
    }

    fn write(&mut self, records: &[u8], now: Instant) -> io::Result<()> {
        let size = records.len() as u64;
        if self.file.is_some() && self.length > 0 && self.length + size > self.segment {
            self.turn();
        }
        self.make_room(size);
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let number = self.number + 1;
                let path = self.folder.join(name(number));
                let file = OpenOptions::new()
                    .append(true)
                    .create_new(true)
                    .mode(FILE_MODE)
                    .open(path)?;
                (self.number, self.length, self.records) = (number, 0, 0);
                self.synced = Some(now);
                none.insert(file)
            }
        };
        file.write_all(records)
    }

    /// Takes back what a failed write has left.
    fn undo(&mut self) {
        if let Some(file) = &self.file
            && file.set_len(self.length).is_err()
        {
            // The torn end stays, and the next start cuts it off; records go to another file.
            self.turn();
        }
    }

    /// Removes the oldest files until `size` more bytes are within the quota.
    fn make_room(&mut self, size: u64) {
        let mut held: u64 = self.length
            + self
                .earlier
                .iter()
                .map(|(_, length, _)| length)
                .sum::<u64>();
        while held + size > self.most && !self.earlier.is_empty() {
            let (number, length, records) = self.earlier.remove(0);
            // Whoever has removed it already has made the same room.
            let _ = fs::remove_file(self.path(number));
            held -= length;
            self.removed += records;
        }
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(name(number))
    }
}

/// Name of a file of the spool.
fn name(number: u64) -> String {
    format!("contacts-{number:08}.jsonl")
}

/// The number of a file of the spool, by its name.
fn number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("contacts-")?.strip_suffix(".jsonl")?;
    let is_number = digits.len() >= 8 && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests;
