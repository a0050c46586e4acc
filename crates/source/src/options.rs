use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Limits of reading, and the counter that a progress bar watches.
#[derive(Clone, Debug)]
pub struct Options {
    /// Longest line that is handed out, in bytes without its line end. Longer ones are counted
    /// in [`Chunk::too_long`](crate::Chunk::too_long).
    pub max_line: usize,
    /// Decompressed bytes for one byte on disk beyond which a source counts as a bomb.
    pub expansion_ratio: u64,
    /// Decompressed bytes that are free of the ratio: short inputs compress without bound.
    pub expansion_free: u64,
    /// Most sources that the arguments may resolve to; the first ones are read.
    pub max_sources: usize,
    /// Bytes taken from disk and pipes so far, compressed ones as they are, over all sources that
    /// share these options.
    pub progress: Arc<AtomicU64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_line: 1 << 20,
            expansion_ratio: 2_000,
            expansion_free: 64 << 20,
            max_sources: 100_000,
            progress: Arc::default(),
        }
    }
}
