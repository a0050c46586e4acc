//! Putting a spool right after a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::{name, number};
use crate::record;

/// What was found when a spool was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Whole records.
    pub records: u64,
    /// Bytes of a torn record that were cut off.
    pub torn: u64,
    /// Lines that are no whole record but stand before one that is. They are left as they are:
    /// somebody changed them, and they may be evidence.
    pub damaged: u64,
}

/// A folder as it was found, and put right.
pub(super) struct Found {
    /// Number of the last file; 0 when there is none.
    pub(super) number: u64,
    /// Number, bytes and records of each file, oldest first.
    pub(super) files: Vec<(u64, u64, u64)>,
    /// Number of the next record.
    pub(super) next: u64,
    pub(super) told: Recovered,
}

/// Longest line that is taken for a record; the largest that can be written is shorter.
pub(crate) const LONGEST: u64 = 128 << 10;

/// Reads every file, and cuts off the torn end of each.
pub(super) fn recover(folder: &Path) -> Result<Found, (PathBuf, io::Error)> {
    let mut numbers: Vec<u64> = Vec::new();
    let at_folder = |error| (folder.to_owned(), error);
    for entry in fs::read_dir(folder).map_err(at_folder)? {
        let entry = entry.map_err(at_folder)?;
        numbers.extend(entry.file_name().to_str().and_then(number));
    }
    numbers.sort_unstable();
    let mut found = Found {
        number: numbers.last().copied().unwrap_or_default(),
        files: Vec::with_capacity(numbers.len()),
        next: 1,
        told: Recovered::default(),
    };
    for number in numbers {
        let path = folder.join(name(number));
        let reading = read(&path).map_err(|error| (path.clone(), error))?;
        if reading.torn > 0 {
            OpenOptions::new()
                .write(true)
                .open(&path)
                .and_then(|file| {
                    file.set_len(reading.length)?;
                    file.sync_data()
                })
                .map_err(|error| (path.clone(), error))?;
        }
        found.files.push((number, reading.length, reading.records));
        found.next = found.next.max(reading.last.saturating_add(1));
        found.told.records += reading.records;
        found.told.torn += reading.torn;
        found.told.damaged += reading.damaged;
    }
    Ok(found)
}

#[derive(Default)]
struct Reading {
    /// Bytes up to the end of the last whole record.
    length: u64,
    records: u64,
    /// Highest number of a record.
    last: u64,
    torn: u64,
    damaged: u64,
}

fn read(path: &Path) -> io::Result<Reading> {
    let mut reading = Reading::default();
    let mut input = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut line = Vec::new();
    let (mut read, mut bad) = (0, 0);
    loop {
        line.clear();
        let length = (&mut input).take(LONGEST).read_until(b'\n', &mut line)?;
        if length == 0 {
            break;
        }
        read += length as u64;
        match line.strip_suffix(b"\n").and_then(record::verify) {
            Some(sequence) => {
                reading.records += 1;
                reading.last = reading.last.max(sequence);
                reading.length = read;
                reading.damaged += std::mem::take(&mut bad);
            }
            None => bad += 1,
        }
    }
    reading.torn = read - reading.length;
    Ok(reading)
}
