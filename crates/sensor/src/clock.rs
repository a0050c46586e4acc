//! The two clocks: one that nobody sets, by which every patience is measured, and the one on the wall,
//! which records carry.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rutter_event::Timestamp;

/// Both clocks.
pub(crate) struct Clock {
    /// The one on the wall.
    pub(crate) wall: fn() -> Timestamp,
}

impl Default for Clock {
    fn default() -> Self {
        Self { wall }
    }
}

impl Clock {
    /// What both show.
    pub(crate) fn both(&self) -> (Instant, Timestamp) {
        (Instant::now(), (self.wall)())
    }
}

/// The clock on the wall, wherever somebody has set it.
fn wall() -> Timestamp {
    let now = SystemTime::now();
    let nanoseconds = match now.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |n| -n),
    };
    Timestamp(nanoseconds)
}
