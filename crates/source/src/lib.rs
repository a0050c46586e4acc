//! Where bytes come from: files, folders, patterns, standard input, compressed or not.
//!
//! [`open_all`] turns SOURCE arguments into a list of [`Source`]s without reading any of them.
//! [`Source::read`] opens one and gives a [`Reader`], which hands out [`Chunk`]s of whole lines,
//! or, for a packet capture, a plain byte stream. Nothing here knows what a line means.
//!
//! What is promised, whatever the input:
//!
//! - **Memory is bounded.** A reader holds a few windows of 64 KiB, the state of at most
//!   [`MAX_LAYERS`] decompressors, and what is left over from a chunk; a line without end is
//!   counted, not stored.
//! - **Nothing is lost in silence.** The bytes of the chunks and the bytes of the lines that were
//!   too long add up to the input; what cannot be read is a [`SourceError`] with a place, a reason
//!   and an advice, and everything before the damage has been handed out by then.
//! - **Chunks depend on the bytes alone**, never on how a pipe happened to deliver them.
//!
//! Bytes travel through stages, each of which pulls from the one before it:
//!
//! ```text
//! disk -> gz | zst | xz | bz2, at most twice -> UTF-16 to UTF-8 -> chunks
//! ```
//!
//! with a window behind each of them, through which the next one sees what it gets.
//!
//! ```
//! use rutter_source::{Options, Source, open_all};
//!
//! let opened = open_all(&["no/such/folder/ufw.log".into()], &Options::default());
//! for error in &opened.errors {
//!     eprintln!("{error}");
//! }
//!
//! let pasted = Source::of_program("pasted", &b"one\ntwo\n"[..], &Options::default());
//! let mut reader = pasted.read()?;
//! let mut buffer = Vec::new();
//! while let Some(chunk) = reader.next_chunk(buffer)? {
//!     for (number, line) in chunk.lines() {
//!         println!("{number}: {} bytes", line.len());
//!     }
//!     buffer = chunk.bytes;
//! }
//! # Ok::<(), rutter_source::SourceError>(())
//! ```

mod chunk;
mod codec;
mod content;
mod decompress;
mod error;
mod name;
mod options;
mod pattern;
mod reader;
mod resolve;
mod source;
mod stage;
mod utf16;

pub use chunk::{CHUNK, Chunk, Lines, TooLong};
pub use content::{Compression, Encoding, Kind};
pub use error::{Problem, SourceError};
pub use name::Name;
pub use options::Options;
pub use reader::{MAX_LAYERS, PEEK, Reader};
pub use resolve::{Opened, PassedOver, Reason, open_all};
pub use source::{Origin, Source};
