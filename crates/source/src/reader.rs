use std::fmt;
use std::io::{self, Read};

use crate::chunk::{CHUNK, Chunk, Cutter};
use crate::content::{self, Compression, Encoding, Kind};
use crate::decompress::Decompress;
use crate::error::{Problem, SourceError};
use crate::name::Name;
use crate::options::Options;
use crate::stage::{Disk, Window};
use crate::utf16::Utf16;

/// Bytes that can be looked at before reading.
pub const PEEK: usize = 64 << 10;

/// Layers of compression that are taken off: what is compressed is sometimes compressed again on
/// its way into a backup; more than that is no log.
pub const MAX_LAYERS: usize = 2;

/// A source that is being read.
///
/// Text is taken chunk by chunk with [`next_chunk`](Self::next_chunk), a capture as a stream
/// through [`Read`]; whoever mixes the two reads on where the other would have.
pub struct Reader {
    name: Name,
    window: Window,
    kind: Kind,
    encoding: Encoding,
    layers: Vec<Compression>,
    cutter: Cutter,
}

impl Reader {
    /// Takes compression and encoding off, as the first bytes say.
    pub(crate) fn new(
        name: Name,
        bytes: Box<dyn Read + Send>,
        options: &Options,
    ) -> Result<Self, SourceError> {
        let mut window = Window::new(Disk::new(bytes, options.progress.clone()));
        let mut layers = Vec::new();
        while let Some(compression) = Compression::of(window.fill(PEEK)) {
            if layers.len() == MAX_LAYERS {
                return Err(Problem::TooDeep { layers: MAX_LAYERS }.at(name));
            }
            layers.push(compression);
            window = Window::new(Decompress::new(window, compression, options));
        }
        if let Some((what, advice)) = content::unsupported(window.unread()) {
            return Err(Problem::Unsupported { what, advice }.at(name));
        }
        let kind = Kind::of(window.unread());
        let mut encoding = Encoding::Utf8;
        if kind == Kind::Text {
            let (found, mark) = Encoding::of(window.unread());
            encoding = found;
            window.consume(mark);
            window = match encoding {
                Encoding::Utf8 => window,
                Encoding::Utf16Le => Window::new(Utf16::new(window, encoding_rs::UTF_16LE)),
                Encoding::Utf16Be => Window::new(Utf16::new(window, encoding_rs::UTF_16BE)),
            };
            window.fill(PEEK);
        }
        let cutter = Cutter::new(CHUNK, options.max_line);
        Ok(Self {
            name,
            window,
            kind,
            encoding,
            layers,
            cutter,
        })
    }

    /// The name of the source.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// Whether to read lines or a stream, by the first bytes.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// How the text is written on disk; for captures without meaning.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How the source is compressed, outermost first; empty when it is not.
    #[must_use]
    pub fn layers(&self) -> &[Compression] {
        &self.layers
    }

    /// The first bytes, decompressed and in UTF-8, up to [`PEEK`]; all of them when the source is
    /// shorter. To be used before reading, and not consumed by it.
    #[must_use]
    pub fn peek(&self) -> &[u8] {
        let unread = self.window.unread();
        unread.get(..PEEK).unwrap_or(unread)
    }

    /// Bytes of the source, as it is on disk, that have been used.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.window.offset()
    }

    /// Bytes of memory that the reader holds in buffers of its own; decompressors come on top.
    #[must_use]
    pub fn held(&self) -> usize {
        self.window.held() + self.cutter.held()
    }

    /// The next lines, in a buffer that is best one of an earlier chunk; nothing at the end.
    ///
    /// # Errors
    ///
    /// When the source cannot be read any further. All lines before have been handed out by then,
    /// and the next call says that this is the end.
    pub fn next_chunk(&mut self, buffer: Vec<u8>) -> Result<Option<Chunk>, SourceError> {
        self.cutter
            .next(&mut self.window, buffer)
            .map_err(|problem| problem.at(self.name.clone()))
    }
}

/// The bytes, decompressed. A failure carries its [`SourceError`] as
/// [`io::Error::get_ref`].
impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        self.window
            .read(into)
            .map_err(|problem| io::Error::other(problem.at(self.name.clone())))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("encoding", &self.encoding)
            .field("layers", &self.layers)
            .field("offset", &self.offset())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
