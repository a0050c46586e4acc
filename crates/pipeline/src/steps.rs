//! Whether the times of a source follow each other, as those of a log do.

/// Times may go back so far: senders and relays are late by minutes.
const BACK: i64 = 10 * 60 * SECOND;
/// A log may leap ahead so far: hosts are off for a while.
const AHEAD: i64 = 30 * 86_400 * SECOND;
const SECOND: i64 = 1_000_000_000;
/// Chunks of which each worker keeps the ends: a tebibyte of log. Of longer ones nothing is told.
const MOST_STRETCHES: usize = 1 << 20;

/// Where the times of a source do what time does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Back by more than ten minutes.
    pub back: Option<Step>,
    /// Ahead by more than thirty days.
    pub ahead: Option<Step>,
    /// The latest of all times, nanoseconds since 1970.
    pub latest: Option<i64>,
}

/// Steps of one sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many there are.
    pub times: u64,
    /// The widest, nanoseconds.
    pub by: i64,
    /// The line behind the widest, the first of them among equals.
    pub line: u64,
}

/// The times of the lines of one chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    /// First line with a time, and its time.
    first: (u64, i64),
    last: i64,
    steps: Steps,
}

/// The chunks of a source that one worker saw.
#[derive(Debug, Default)]
pub(crate) struct Stretches {
    kept: Vec<Stretch>,
    /// How many there were.
    all: usize,
}

impl Steps {
    /// One time after another.
    #[inline]
    fn note(&mut self, before: i64, line: u64, at: i64) {
        let by = at.saturating_sub(before);
        if by < -BACK {
            widen(&mut self.back, by.saturating_neg(), line, 1);
        } else if by > AHEAD {
            widen(&mut self.ahead, by, line, 1);
        }
    }

    fn merge(&mut self, other: Self) {
        for (mine, theirs) in [(&mut self.back, other.back), (&mut self.ahead, other.ahead)] {
            if let Some(step) = theirs {
                widen(mine, step.by, step.line, step.times);
            }
        }
        self.latest = self.latest.max(other.latest);
    }
}

/// Takes in steps, of which the widest is so wide and stands before such a line.
fn widen(known: &mut Option<Step>, by: i64, line: u64, times: u64) {
    let step = known.get_or_insert(Step { times: 0, by, line });
    step.times += times;
    if (by, u64::MAX - line) > (step.by, u64::MAX - step.line) {
        (step.by, step.line) = (by, line);
    }
}

impl Stretch {
    /// Takes in the time of a line after those before.
    #[inline]
    pub(crate) fn note(stretch: &mut Option<Self>, line: u64, at: i64) {
        match stretch {
            Some(stretch) => {
                stretch.steps.note(stretch.last, line, at);
                stretch.last = at;
                stretch.steps.latest = stretch.steps.latest.max(Some(at));
            }
            None => {
                *stretch = Some(Self {
                    first: (line, at),
                    last: at,
                    steps: Steps {
                        latest: Some(at),
                        ..Steps::default()
                    },
                });
            }
        }
    }
}

impl Stretches {
    pub(crate) fn push(&mut self, stretch: Stretch) {
        self.all += 1;
        if self.kept.len() < MOST_STRETCHES {
            self.kept.push(stretch);
        }
    }

    /// Takes in what another worker saw.
    pub(crate) fn merge(&mut self, other: Self) {
        self.all += other.all;
        let room = MOST_STRETCHES.saturating_sub(self.kept.len());
        self.kept.extend(other.kept.into_iter().take(room));
    }

    /// What all of them show, in the order of the lines.
    pub(crate) fn steps(mut self) -> Steps {
        let mut steps = Steps::default();
        if self.all > self.kept.len() {
            return steps;
        }
        self.kept.sort_unstable_by_key(|stretch| stretch.first);
        let mut before = None;
        for stretch in &self.kept {
            if let Some(before) = before {
                steps.note(before, stretch.first.0, stretch.first.1);
            }
            steps.merge(stretch.steps);
            before = Some(stretch.last);
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600 * SECOND;

    /// Times of lines from 1 on, cut into chunks of so many lines.
    fn steps(hours: &[i64], chunk: usize) -> Steps {
        let lines: Vec<(u64, i64)> = (1..).zip(hours.iter().map(|h| h * HOUR)).collect();
        let (mut even, mut odd) = (Stretches::default(), Stretches::default());
        for (at, lines) in lines.chunks(chunk).enumerate() {
            let mut stretch = None;
            for (line, time) in lines {
                Stretch::note(&mut stretch, *line, *time);
            }
            let worker = if at % 2 == 0 { &mut even } else { &mut odd };
            stretch.into_iter().for_each(|stretch| worker.push(stretch));
        }
        odd.merge(even);
        odd.steps()
    }

    #[test]
    fn a_clock_that_was_set_shows_however_the_log_is_cut() {
        let hours = [0, 1, 2, 1, 2, 3, 1_000, 1_001, 990];
        let expected = Steps {
            back: Some(Step {
                times: 2,
                by: 11 * HOUR,
                line: 9,
            }),
            ahead: Some(Step {
                times: 1,
                by: 997 * HOUR,
                line: 7,
            }),
            latest: Some(1_001 * HOUR),
        };
        for chunk in 1..=9 {
            assert_eq!(steps(&hours, chunk), expected, "{chunk} lines a chunk");
        }
    }

    #[test]
    fn time_that_goes_on_takes_no_steps() {
        let told = steps(&[0, 1, 1, 5, 100, 700], 2);
        assert_eq!((told.back, told.ahead), (None, None));
    }
}
