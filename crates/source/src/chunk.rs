use memchr::{memchr, memchr_iter, memrchr};

use crate::error::Problem;
use crate::stage::Window;

/// Bytes in a full chunk, before it is cut behind its last line feed. The same for every run, so
/// that no answer depends on it.
pub const CHUNK: usize = 1 << 20;

/// A whole number of lines, in the order of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// The lines with their line ends. The last line of the input may lack its own.
    pub bytes: Vec<u8>,
    /// Number of the chunk, from 0.
    pub index: u64,
    /// Number of the first line that this chunk accounts for, from 1; it may be one of `too_long`.
    pub first_line: u64,
    /// Lines in `bytes`. The chunk accounts for these and for those of `too_long`.
    pub lines: u64,
    /// Lines that belong between those in `bytes` and are not there, in their order.
    pub too_long: Vec<TooLong>,
    /// The source broke off within the last line of `bytes`: what is there of it may be read
    /// wrongly, as port 23 where 2323 was written. Why it broke off, the next call says.
    pub cut_short: bool,
}

/// A line longer than the reader hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Its number in the input, from 1.
    pub line: u64,
    /// Its length in bytes, with its line feed.
    pub bytes: u64,
}

impl Chunk {
    /// The lines of `bytes` with their numbers in the input and their line feeds; the last line of
    /// the input may lack its own.
    #[must_use]
    pub fn lines(&self) -> Lines<'_> {
        Lines {
            rest: &self.bytes,
            number: self.first_line,
            too_long: &self.too_long,
        }
    }
}

/// Walks the lines of a [`Chunk`].
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    rest: &'a [u8],
    number: u64,
    too_long: &'a [TooLong],
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u64, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        while let Some((first, others)) = self.too_long.split_first()
            && first.line == self.number
        {
            self.number += 1;
            self.too_long = others;
        }
        let end = memchr(b'\n', self.rest).map_or(self.rest.len(), |at| at + 1);
        let (line, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        let number = self.number;
        self.number += 1;
        Some((number, line))
    }
}

/// Cuts a stream of bytes into chunks.
///
/// Where it cuts is a function of the bytes: a chunk is filled to its full size or to the end of
/// input before a cut is looked for, however small the reads were.
pub(crate) struct Cutter {
    full: usize,
    max_line: usize,
    /// Read, and not yet in a chunk; never more than `full`.
    carry: Vec<u8>,
    ended: bool,
    failure: Option<Problem>,
    index: u64,
    line: u64,
}

impl Cutter {
    pub(crate) fn new(full: usize, max_line: usize) -> Self {
        let carry = Vec::new();
        Self {
            full,
            max_line,
            carry,
            ended: false,
            failure: None,
            index: 0,
            line: 1,
        }
    }

    pub(crate) fn held(&self) -> usize {
        self.carry.capacity()
    }

    /// The next chunk, in `bytes`; nothing at the end. A failure comes behind everything that was
    /// read before it.
    pub(crate) fn next(
        &mut self,
        window: &mut Window,
        mut bytes: Vec<u8>,
    ) -> Result<Option<Chunk>, Problem> {
        // Old contents stay until they are overwritten: clearing a mebibyte costs more than that.
        let mut length = self.carry.len();
        if bytes.len() < length {
            bytes.resize(length, 0);
        }
        bytes.split_at_mut(length).0.copy_from_slice(&self.carry);
        self.carry.clear();

        let mut searched = 0;
        let mut target = self.full;
        let cut = loop {
            self.fill(window, &mut bytes, &mut length, target);
            let new = bytes.get(searched..length).unwrap_or_default();
            if self.ended {
                break length;
            }
            if let Some(at) = memrchr(b'\n', new) {
                break searched + at + 1;
            }
            if length > self.max_line {
                return Ok(Some(self.count_too_long(window, bytes, length)));
            }
            searched = length;
            target = length
                .saturating_add(self.full)
                .min(self.max_line.saturating_add(1));
        };
        if length == 0 {
            return self.failure.take().map_or(Ok(None), Err);
        }
        self.carry
            .extend_from_slice(bytes.get(cut..length).unwrap_or_default());
        bytes.truncate(cut);
        let too_long = self.remove_too_long(&mut bytes);
        let open = bytes.last().is_some_and(|last| *last != b'\n');
        let lines = memchr_iter(b'\n', &bytes).count() as u64 + u64::from(open);
        let cut_short = open && self.failure.is_some();
        Ok(Some(self.number(Chunk {
            bytes,
            lines,
            too_long,
            cut_short,
            ..Chunk::default()
        })))
    }

    /// Reads until `bytes` holds `target` bytes, or to the end.
    fn fill(
        &mut self,
        window: &mut Window,
        bytes: &mut Vec<u8>,
        length: &mut usize,
        target: usize,
    ) {
        if bytes.len() < target && !self.ended {
            // Exactly: doubling would hold twice of what the limit of lines promises.
            bytes.reserve_exact(target - bytes.len());
            bytes.resize(target, 0);
        }
        while *length < target && !self.ended {
            match window.read(bytes.get_mut(*length..target).unwrap_or_default()) {
                Ok(0) => self.ended = true,
                Ok(read) => *length += read,
                Err(problem) => {
                    self.ended = true;
                    self.failure = Some(problem);
                }
            }
        }
    }

    /// Counts the rest of the line that fills `bytes` up to `length`, and keeps none of it.
    fn count_too_long(
        &mut self,
        window: &mut Window,
        mut bytes: Vec<u8>,
        mut length: usize,
    ) -> Chunk {
        let mut count = length as u64;
        while !self.ended {
            length = 0;
            self.fill(window, &mut bytes, &mut length, self.full);
            let new = bytes.get(..length).unwrap_or_default();
            if let Some(at) = memchr(b'\n', new) {
                count += at as u64 + 1;
                self.carry
                    .extend_from_slice(new.get(at + 1..).unwrap_or_default());
                break;
            }
            count += length as u64;
        }
        bytes.clear();
        let too_long = vec![TooLong {
            line: self.line,
            bytes: count,
        }];
        self.number(Chunk {
            bytes,
            too_long,
            ..Chunk::default()
        })
    }

    /// Takes the lines that are too long out of `bytes`, which are whole lines from `self.line` on.
    ///
    /// Jumps from limit to limit: where lines are short, few of them are looked at.
    fn remove_too_long(&self, bytes: &mut Vec<u8>) -> Vec<TooLong> {
        let mut too_long = Vec::new();
        // Everything before `kept` stays; everything from `moved` to `start` is to be moved there.
        let (mut kept, mut moved, mut start) = (0, 0, 0);
        let mut line = self.line;
        while bytes.len() - start > self.max_line {
            let reach = start
                .saturating_add(self.max_line)
                .saturating_add(1)
                .min(bytes.len());
            let within = bytes.get(start..reach).unwrap_or_default();
            if let Some(at) = memrchr(b'\n', within) {
                line += memchr_iter(b'\n', within).count() as u64;
                start += at + 1;
                continue;
            }
            let beyond = bytes.get(reach..).unwrap_or_default();
            let end = memchr(b'\n', beyond).map_or(bytes.len(), |at| reach + at + 1);
            too_long.push(TooLong {
                line,
                bytes: (end - start) as u64,
            });
            line += 1;
            bytes.copy_within(moved..start, kept);
            kept += start - moved;
            (moved, start) = (end, end);
        }
        if moved > 0 {
            bytes.copy_within(moved.., kept);
            bytes.truncate(kept + (bytes.len() - moved));
        }
        too_long
    }

    /// Gives the chunk its number and that of its first line.
    fn number(&mut self, chunk: Chunk) -> Chunk {
        let chunk = Chunk {
            index: self.index,
            first_line: self.line,
            ..chunk
        };
        self.index += 1;
        self.line += chunk.lines + chunk.too_long.len() as u64;
        chunk
    }
}

#[cfg(test)]
mod tests;
