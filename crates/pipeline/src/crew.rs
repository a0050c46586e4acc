//! Threads for work that falls into pieces.

use std::num::NonZeroUsize;
use std::sync::mpsc::sync_channel;
use std::thread;

use rutter_analysis::Crew;

/// So many threads.
#[derive(Clone, Copy, Debug)]
pub struct Threads(pub NonZeroUsize);

/// How many pieces a thread may be ahead of whoever takes them.
const LEAD: usize = 2;

impl Crew for Threads {
    fn work<T: Send>(
        &self,
        count: usize,
        make: impl Fn(usize) -> T + Sync,
        mut take: impl FnMut(T),
    ) {
        let threads = self.0.get().min(count);
        if threads <= 1 {
            return ().work(count, make, take);
        }
        let make = &make;
        thread::scope(|scope| {
            let made: Vec<_> = (0..threads)
                .map(|first| {
                    let (told, made) = sync_channel(LEAD);
                    scope.spawn(move || {
                        for at in (first..count).step_by(threads) {
                            if told.send(make(at)).is_err() {
                                return;
                            }
                        }
                    });
                    made
                })
                .collect();
            // Every thread has each so many-th piece. One that panics hangs up, and the scope passes
            // the panic on.
            for made in made.iter().cycle().take(count) {
                let Ok(piece) = made.recv() else { return };
                take(piece);
            }
        });
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop")]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_their_order() {
        for threads in [1, 2, 7, 64] {
            let mut taken = Vec::new();
            let crew = Threads(NonZeroUsize::new(threads).unwrap());
            crew.work(50, |at| at * at, |piece| taken.push(piece));
            assert_eq!(taken, (0..50).map(|at| at * at).collect::<Vec<_>>());
        }
    }
}
