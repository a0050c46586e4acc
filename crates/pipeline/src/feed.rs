//! Opens a source and cuts it into jobs.

use std::io::Read as _;
use std::sync::atomic::{AtomicBool, Ordering};

use rutter_analysis::profile::seal::is_sealed;
use rutter_decode::Headers;
use rutter_decode::envelope::{self, Scratch};
use rutter_decode::flows::{self, Stream, Told};
use rutter_decode::frames::{Capture, MAX_BLOCK};
use rutter_decode::framing::{Framing, Reframer, detect};
use rutter_event::{Stamp, Timestamp};
use rutter_source::{Chunk, Kind, Reader, Source, SourceError};

use crate::books::source_error;
use crate::clock::{Calendar, Clock, YearSource};
use crate::settings::Settings;

/// Something to decode.
pub(crate) enum Job {
    /// Whole lines.
    Lines {
        /// Number of the source.
        source: usize,
        /// The lines.
        chunk: Chunk,
        /// The header in force at their beginning.
        headers: Headers,
        /// The month at their beginning.
        calendar: Calendar,
    },
    /// A sealed profile, read to its end by whoever takes the job.
    Sealed {
        /// Number of the source.
        source: usize,
        /// The bytes.
        reader: Box<Reader>,
    },
    /// A capture, read to its end by whoever takes the job.
    Capture {
        /// Number of the source.
        source: usize,
        /// The bytes.
        reader: Box<Reader>,
    },
    /// A file of flow exports, read to its end by whoever takes the job.
    Flows {
        /// Number of the source.
        source: usize,
        /// The bytes.
        reader: Box<Reader>,
    },
}

impl Job {
    /// Number of the source.
    pub(crate) const fn source(&self) -> usize {
        match self {
            Self::Lines { source, .. }
            | Self::Capture { source, .. }
            | Self::Flows { source, .. }
            | Self::Sealed { source, .. } => *source,
        }
    }
}

/// Every how many bytes a line's month is looked at, to know the year at the next chunk's beginning.
const STRIDE: usize = 16 << 10;
/// In a chunk up to this size every line is looked at: a quiet log spans years in a few lines.
const SMALL: usize = 128 << 10;
/// Files up to this size are read through beforehand when their readings lack the year, to count
/// the years that they span; larger ones are taken to span less than one.
const FORESEEN: u64 = 64 << 20;
/// How far a file's last line may lie behind its modification time: a day, for zones.
const TOLERANCE: i64 = 86_400 * 1_000_000_000;

/// A source whose first bytes are known.
pub(crate) struct Opened {
    number: usize,
    reader: Reader,
    modified: Option<Timestamp>,
    /// The same once more, when it is short enough to be read through beforehand.
    again: Option<Source>,
}

impl Opened {
    /// Whether reading it means unpacking it.
    pub(crate) fn is_compressed(&self) -> bool {
        !self.reader.layers().is_empty()
    }
}

/// How reading a source went.
pub(crate) struct Read {
    /// Where the years of its readings come from.
    pub(crate) years: YearSource,
    /// Whether it could be read to its end; the jobs before that stand.
    pub(crate) end: Result<(), SourceError>,
}

impl Read {
    /// Nothing of it could be read.
    pub(crate) fn failed(error: SourceError) -> Self {
        Self {
            years: YearSource::default(),
            end: Err(error),
        }
    }

    /// It was read by whoever took it as one job.
    fn whole() -> Self {
        Self {
            years: YearSource::default(),
            end: Ok(()),
        }
    }
}

/// Reads sources into jobs.
pub(crate) struct Feed<'s> {
    settings: &'s Settings,
    wanted: AtomicBool,
}

impl<'s> Feed<'s> {
    pub(crate) const fn new(settings: &'s Settings) -> Self {
        Self {
            settings,
            wanted: AtomicBool::new(true),
        }
    }

    /// No more jobs are wanted, of no source.
    pub(crate) fn stop(&self) {
        self.wanted.store(false, Ordering::Relaxed);
    }

    /// Whether jobs are wanted.
    pub(crate) fn goes_on(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// Reads one source; every job goes to `hand`, which gives back an old buffer, or nothing in order
    /// to stop the feed.
    pub(crate) fn read(
        &self,
        number: usize,
        source: Source,
        hand: &mut dyn FnMut(Job) -> Option<Vec<u8>>,
    ) -> Read {
        match self.open(number, source) {
            Ok(opened) => self.read_on(opened, hand),
            Err(error) => Read::failed(error),
        }
    }

    /// Opens a source and looks at its first bytes.
    ///
    /// # Errors
    /// When it cannot be opened, or holds what is known and not read.
    pub(crate) fn open(&self, number: usize, source: Source) -> Result<Opened, SourceError> {
        let again = source
            .again()
            .filter(|s| s.size.is_some_and(|size| size <= FORESEEN));
        let modified = source.modified;
        Ok(Opened {
            number,
            reader: source.read()?,
            modified,
            again,
        })
    }

    /// Reads what was opened.
    pub(crate) fn read_on(
        &self,
        opened: Opened,
        hand: &mut dyn FnMut(Job) -> Option<Vec<u8>>,
    ) -> Read {
        let Opened {
            number,
            mut reader,
            modified,
            again,
        } = opened;
        let mut hand = |job| {
            let buffer = hand(job);
            if buffer.is_none() {
                self.stop();
            }
            buffer
        };
        if is_sealed(reader.peek()) || self.settings.only_sealed {
            hand(Job::Sealed {
                source: number,
                reader: Box::new(reader),
            });
            return Read::whole();
        }
        if reader.kind() == Kind::Capture {
            hand(Job::Capture {
                source: number,
                reader: Box::new(reader),
            });
            return Read::whole();
        }
        if flows::recognise(reader.peek(), None).is_some() {
            hand(Job::Flows {
                source: number,
                reader: Box::new(reader),
            });
            return Read::whole();
        }
        let mut lines = Lines::new(detect(reader.peek()));
        let mut years = YearSource::default();
        let mut headers = self
            .settings
            .columns
            .as_ref()
            .map_or_else(Headers::default, |columns| Headers::chosen(columns.clone()));
        let mut calendar = Calendar::default();
        let mut started = false;
        let mut buffer = Vec::new();
        let end = loop {
            let chunk = match lines.next(&mut reader, std::mem::take(&mut buffer)) {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if !started && let Some(month) = first_month(&chunk.bytes) {
                started = true;
                (years, calendar) = self.begin(month, modified, again.as_ref());
            }
            let before = (headers.clone(), calendar);
            headers.pass(&chunk.bytes);
            if started {
                advance(&mut calendar, &chunk.bytes);
            }
            match hand(Job::Lines {
                source: number,
                chunk,
                headers: before.0,
                calendar: before.1,
            }) {
                Some(old) => buffer = old,
                None => break Ok(()),
            }
        };
        Read { years, end }
    }

    /// The year of the first reading that lacks one.
    fn begin(
        &self,
        first: Stamp,
        modified: Option<Timestamp>,
        again: Option<&Source>,
    ) -> (YearSource, Calendar) {
        let Stamp::Civil(civil) = first else {
            return (YearSource::default(), Calendar::default());
        };
        if let Some(year) = self.settings.year {
            return (
                YearSource::Given(year),
                Calendar::starting(year, civil.month),
            );
        }
        let Some(latest) = modified.or(self.settings.now) else {
            return (YearSource::Unknown, Calendar::default());
        };
        let Some(year) = self.latest_year(first, latest) else {
            return (YearSource::Unknown, Calendar::default());
        };
        // Where the readings lead: the last one must not lie behind the modification time either.
        let last = again
            .and_then(Source::again)
            .and_then(|source| self.last_month(source, year, civil.month));
        let year = match last {
            Some((stamp, reached)) => self
                .latest_year(stamp, latest)
                .map_or(year, |end| year - (reached - end).max(0)),
            None => year,
        };
        let how = if modified.is_some() {
            YearSource::Modified
        } else {
            YearSource::Run
        };
        (how(year), Calendar::starting(year, civil.month))
    }

    /// The latest year in which a reading does not lie behind an instant.
    fn latest_year(&self, stamp: Stamp, latest: Timestamp) -> Option<i16> {
        let Stamp::Civil(civil) = stamp else {
            return None;
        };
        let mut clock = Clock::new(&self.settings.zone);
        let limit = latest.0.saturating_add(TOLERANCE);
        let now = i16::try_from(1970 + limit.div_euclid(31_556_952_000_000_000)).ok()?;
        // Four years back at most: February 29 may need as many, and the turn of a century eight.
        (0..=8).map(|back| now + 1 - back).find(|year| {
            let stamp = Stamp::Civil(rutter_event::Civil {
                year: Some(*year),
                ..civil
            });
            let instant = clock.instant(stamp, &mut Calendar::default());
            matches!(instant, Ok(Some(time)) if time.0 <= limit)
        })
    }

    /// The last reading of a source, and the year that its readings lead to from `year`.
    fn last_month(&self, source: Source, year: i16, month: u8) -> Option<(Stamp, i16)> {
        let mut reader = source.read().ok()?;
        let mut lines = Lines::new(detect(reader.peek()));
        let mut calendar = Calendar::starting(year, month);
        let mut last = None;
        let mut buffer = Vec::new();
        while self.goes_on()
            && let Ok(Some(chunk)) = lines.next(&mut reader, buffer)
        {
            step_through(&chunk.bytes, &mut |stamp| {
                if let Stamp::Civil(civil) = stamp
                    && let Some(year) = calendar.year_of(civil.month)
                {
                    last = Some((stamp, year));
                }
            });
            buffer = chunk.bytes;
        }
        last
    }
}

/// The stamp of a line, when it is a reading without a year.
fn yearless(line: &[u8], scratch: &mut Scratch) -> Option<Stamp> {
    match envelope::open(line, scratch).ok()?.stamp {
        stamp @ Stamp::Civil(rutter_event::Civil { year: None, .. }) => Some(stamp),
        _ => None,
    }
}

/// The first reading without a year among a chunk's first lines.
fn first_month(bytes: &[u8]) -> Option<Stamp> {
    let mut scratch = Scratch::default();
    bytes
        .split(|b| *b == b'\n')
        .take(64)
        .find_map(|line| yearless(line, &mut scratch))
}

/// Moves a calendar through a chunk, looking at a line every [`STRIDE`] bytes and at the last.
fn advance(calendar: &mut Calendar, bytes: &[u8]) {
    step_through(bytes, &mut |stamp| {
        if let Stamp::Civil(civil) = stamp {
            calendar.year_of(civil.month);
        }
    });
}

fn step_through(bytes: &[u8], each: &mut dyn FnMut(Stamp)) {
    let mut scratch = Scratch::default();
    let mut look = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        let line = rest.split(|b| *b == b'\n').next().unwrap_or_default();
        if let Some(stamp) = yearless(line, &mut scratch) {
            each(stamp);
        }
    };
    let stride = if bytes.len() <= SMALL { 0 } else { STRIDE };
    let mut at = 0;
    while at < bytes.len() {
        look(at);
        let Some(behind) = bytes.get(at + stride..) else {
            break;
        };
        match behind.iter().position(|b| *b == b'\n') {
            Some(end) => at += stride + end + 1,
            None => break,
        }
    }
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    look(
        body.iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |end| end + 1),
    );
}

/// Chunks of lines, whatever the records of the source are.
struct Lines {
    reframer: Option<Reframer>,
    index: u64,
    line: u64,
}

impl Lines {
    fn new(framing: Framing) -> Self {
        Self {
            reframer: Reframer::new(framing),
            index: 0,
            line: 1,
        }
    }

    fn next(&mut self, reader: &mut Reader, buffer: Vec<u8>) -> Result<Option<Chunk>, SourceError> {
        let Some(reframer) = &mut self.reframer else {
            return reader.next_chunk(buffer);
        };
        let mut input = vec![0; 1 << 20];
        let mut bytes = buffer;
        bytes.clear();
        while bytes.len() < rutter_source::CHUNK {
            let read = match reader.read(&mut input) {
                Ok(read) => read,
                Err(error) => return Err(source_error(reader.name(), error)),
            };
            if read == 0 {
                reframer.finish(&mut bytes);
                break;
            }
            reframer.push(input.get(..read).unwrap_or_default(), &mut bytes);
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let lines = count_lines(&bytes);
        let chunk = Chunk {
            bytes,
            index: self.index,
            first_line: self.line,
            lines,
            ..Chunk::default()
        };
        self.index += 1;
        self.line += lines;
        Ok(Some(chunk))
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    let ends = bytes.iter().filter(|b| **b == b'\n').count() as u64;
    ends + u64::from(bytes.last().is_some_and(|b| *b != b'\n'))
}

/// Reads a capture to its end, a block at a time.
pub(crate) fn drain(
    reader: &mut Reader,
    emit: &mut dyn FnMut(u64, Result<&mut rutter_event::Event<'_>, rutter_decode::Rejection>),
) -> (
    Option<rutter_decode::frames::Damage>,
    Option<std::io::Error>,
) {
    const BLOCK: usize = 1 << 20;
    let mut capture = Capture::new();
    let mut held = vec![0; BLOCK];
    let (mut filled, mut damage, mut failure) = (0, None, None);
    loop {
        if filled == held.len() {
            held.resize((held.len() * 2).min(2 * MAX_BLOCK), 0);
        }
        let read = match reader.read(held.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) => {
                failure = Some(error);
                break;
            }
        };
        filled += read;
        let fed = capture.feed(held.get(..filled).unwrap_or_default(), emit);
        damage = damage.or(fed.damage);
        held.copy_within(fed.used..filled, 0);
        filled -= fed.used;
    }
    damage = damage.or(capture.finish(held.get(..filled).unwrap_or_default(), emit));
    (damage, failure)
}

/// Reads a file of flow exports to its end, a block at a time.
pub(crate) fn drain_flows(
    reader: &mut Reader,
    tell: &mut dyn FnMut(u64, Told<'_, '_>),
) -> (Option<flows::Damage>, Option<std::io::Error>) {
    const BLOCK: usize = 1 << 20;
    let mut stream = Stream::new();
    let mut held = vec![0; BLOCK];
    let (mut filled, mut damage) = (0, None);
    loop {
        // A packet and the beginning of the next are far shorter than a block.
        let (read, failure) = match reader.read(held.get_mut(filled..).unwrap_or_default()) {
            Ok(read) => (read, None),
            Err(error) => (0, Some(error)),
        };
        filled += read;
        let fed = stream.feed(held.get(..filled).unwrap_or_default(), read == 0, tell);
        damage = damage.or(fed.damage);
        held.copy_within(fed.used..filled, 0);
        filled -= fed.used;
        if read == 0 {
            return (damage, failure);
        }
    }
}
