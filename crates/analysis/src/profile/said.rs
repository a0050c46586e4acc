use rutter_event::Answer;

/// What a port said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// When, in nanoseconds since 1970.
    pub moment: Option<i64>,
    /// What. Of two answers at one time the more open one counts.
    pub answer: Answer,
}

impl Said {
    pub(super) fn merge(&mut self, other: Self) {
        *self = (*self).max(other);
    }
}
