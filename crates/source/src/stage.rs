use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Problem;
use crate::reader::PEEK;

/// A stretch of the way from the disk to the chunks.
pub(crate) trait Stage: Send {
    /// Writes some bytes, at least one unless at the end, and says how many. `into` has room for
    /// at least [`ROOM`].
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Problem>;

    /// Bytes of the file that have been used, when `unread` of the bytes that this stage gave
    /// still wait.
    fn offset(&self, unread: u64) -> u64;

    /// Bytes of memory held in buffers of this stage and those before it.
    fn held(&self) -> usize;
}

/// Room that a stage may count on, so that one character of any encoding fits.
pub(crate) const ROOM: usize = 64;

/// A window holds what [`Reader::peek`](crate::Reader::peek) shows, and room for one more read.
const WINDOW: usize = PEEK + ROOM;

/// The bytes of a file, pipe or stream as they come, counted.
pub(crate) struct Disk {
    bytes: Box<dyn Read + Send>,
    offset: u64,
    progress: Arc<AtomicU64>,
}

impl Disk {
    pub(crate) fn new(bytes: Box<dyn Read + Send>, progress: Arc<AtomicU64>) -> Self {
        Self {
            bytes,
            offset: 0,
            progress,
        }
    }
}

impl Stage for Disk {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Problem> {
        loop {
            match self.bytes.read(into) {
                Ok(read) => {
                    self.offset += read as u64;
                    self.progress.fetch_add(read as u64, Ordering::Relaxed);
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Problem::of(error, self.offset)),
            }
        }
    }

    fn offset(&self, unread: u64) -> u64 {
        self.offset.saturating_sub(unread)
    }

    fn held(&self) -> usize {
        0
    }
}

/// A look at what a stage gives, before and while it is consumed.
///
/// A failure of the stage is kept back until everything before it has been consumed.
pub(crate) struct Window {
    stage: Box<dyn Stage>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    failure: Option<Problem>,
}

impl Window {
    pub(crate) fn new(stage: impl Stage + 'static) -> Self {
        let stage = Box::new(stage);
        Self {
            stage,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            ended: false,
            failure: None,
        }
    }

    /// What waits, without reading on.
    pub(crate) fn unread(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads until `wanted` bytes wait, at most [`PEEK`]; fewer at the end or before a failure.
    pub(crate) fn fill(&mut self, wanted: usize) -> &[u8] {
        let wanted = wanted.min(PEEK);
        while self.end - self.start < wanted && !self.ended {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            self.buffer.resize(WINDOW, 0);
            let free = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.stage.read(free) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read,
                Err(problem) => {
                    self.ended = true;
                    self.failure = Some(problem);
                }
            }
        }
        self.unread()
    }

    /// Some bytes, at least one unless at the end.
    pub(crate) fn some(&mut self) -> Result<&[u8], Problem> {
        if self.fill(1).is_empty()
            && let Some(problem) = self.failure.take()
        {
            return Err(problem);
        }
        Ok(self.unread())
    }

    /// Marks the first `count` of the waiting bytes as used.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start = self.end.min(self.start.saturating_add(count));
    }

    /// Moves some bytes into `into`, at least one unless at the end; large reads pass the window by.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> Result<usize, Problem> {
        if self.start == self.end && !self.ended && into.len() >= WINDOW {
            let read = self.stage.read(into);
            self.ended = !matches!(read, Ok(1..));
            return read;
        }
        let unread = self.some()?;
        let count = unread.len().min(into.len());
        into.split_at_mut(count)
            .0
            .copy_from_slice(unread.split_at(count).0);
        self.consume(count);
        Ok(count)
    }

    /// Bytes of the file that have been used.
    pub(crate) fn offset(&self) -> u64 {
        self.stage.offset((self.end - self.start) as u64)
    }

    /// Bytes of memory held in buffers, here and in all stages before.
    pub(crate) fn held(&self) -> usize {
        self.buffer.capacity() + self.stage.held()
    }
}
