//! Where contacts go: the spool, the capture file, and whoever started the sensor.

use std::fs::File;
use std::io::{self, Write as _};
use std::time::Instant;

use crate::account::{Account, Unrecorded};
use crate::contact::Contact;
use crate::spool::Spool;
use crate::{pcapng, record};

/// Whoever is told of each contact, once its record is kept.
pub trait Outlet {
    /// Takes a contact, and its record: one line, newline included.
    ///
    /// # Errors
    /// When it cannot be handed on. A broken pipe ends the sensor, as `SIGTERM` does.
    fn contact(&mut self, contact: &Contact<'_>, record: &[u8]) -> io::Result<()>;

    /// Nothing more comes for now.
    ///
    /// # Errors
    /// As above.
    fn rest(&mut self) -> io::Result<()>;
}

/// Writes records, gives them their numbers, and counts what could not be written.
pub(crate) struct Writer {
    pub(crate) spool: Option<Spool>,
    capture: Option<Capture>,
    /// Number of the next record, without a spool to say it.
    next: u64,
    host: String,
    batch: Vec<u8>,
    ends: Vec<usize>,
}

/// A capture file that does not grow beyond a size.
struct Capture {
    file: File,
    left: u64,
    bytes: Vec<u8>,
}

/// What is left of the batch's memory between turns.
const KEPT: usize = 1 << 20;

impl Writer {
    pub(crate) fn new(
        spool: Option<Spool>,
        capture: Option<File>,
        quota: u64,
        host: String,
    ) -> Self {
        let mut writer = Self {
            spool,
            capture: None,
            next: 1,
            host,
            batch: Vec::new(),
            ends: Vec::new(),
        };
        if let Some(file) = capture {
            let mut capture = Capture {
                file,
                left: quota,
                bytes: Vec::new(),
            };
            pcapng::write_head(&mut capture.bytes);
            writer.capture = Some(capture);
        }
        writer
    }

    /// Writes contacts: into the spool all or none, then to the capture file and to `outlet`. Says
    /// whether anybody still listens to `outlet`.
    pub(crate) fn write<'c>(
        &mut self,
        contacts: impl Iterator<Item = Contact<'c>> + Clone,
        account: &mut Account,
        outlet: &mut dyn Outlet,
        now: Instant,
    ) -> bool {
        self.batch.clear();
        self.batch.shrink_to(KEPT);
        self.ends.clear();
        let first = self.spool.as_ref().map_or(self.next, Spool::next);
        for (number, contact) in (first..).zip(contacts.clone()) {
            record::write(&contact, number, &self.host, &mut self.batch);
            self.ends.push(self.batch.len());
        }
        let count = self.ends.len() as u64;
        if count == 0 {
            return true;
        }
        if let Some(spool) = &mut self.spool
            && spool.append(&self.batch, count, now).is_err()
        {
            account.refuse(Unrecorded::Spool, count);
            return true;
        }
        self.next = first + count;
        self.capture(contacts.clone(), account);
        let kept = self.spool.is_some();
        let mut listens = true;
        let mut start = 0;
        for (contact, end) in contacts.zip(&self.ends) {
            let line = self.batch.get(start..*end).unwrap_or_default();
            start = *end;
            let told = if listens {
                outlet.contact(&contact, line)
            } else {
                Err(io::ErrorKind::BrokenPipe.into())
            };
            if let Err(error) = &told {
                listens &= error.kind() != io::ErrorKind::BrokenPipe;
            }
            if kept || told.is_ok() {
                account.recorded += 1;
            } else {
                account.refuse(Unrecorded::Output, 1);
            }
        }
        listens
    }

    fn capture<'c>(&mut self, contacts: impl Iterator<Item = Contact<'c>>, account: &mut Account) {
        let Some(capture) = &mut self.capture else {
            return;
        };
        let mut size = capture.bytes.len();
        for contact in contacts {
            pcapng::write(&contact, &mut capture.bytes);
            if capture.bytes.len() as u64 > capture.left {
                capture.bytes.truncate(size);
                account.uncaptured += 1;
            }
            size = capture.bytes.len();
        }
        match capture.file.write_all(&capture.bytes) {
            Ok(()) => capture.left -= size as u64,
            // A torn block would make what follows unreadable.
            Err(_) => capture.left = 0,
        }
        capture.bytes.clear();
    }

    /// Begins another file of the spool.
    pub(crate) fn turn(&mut self) {
        if let Some(spool) = &mut self.spool {
            spool.turn();
        }
    }

    /// Puts everything on the disk.
    pub(crate) fn finish(&mut self, account: &mut Account) {
        self.capture(std::iter::empty(), account);
        if let Some(spool) = &self.spool {
            spool.sync();
        }
    }
}
