//! A bar on standard error while a long input is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);
/// Ticks before it shows at all: nobody needs a bar for less than a second.
const PATIENCE: u32 = 8;

/// Shows how much has been read, until it is dropped.
pub(crate) struct Progress {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Watches a counter of bytes; `total` is absent when somebody pipes them in.
    pub(crate) fn of(bytes: Arc<AtomicU64>, total: Option<u64>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let thread = thread::spawn(move || watch(&seen, &bytes, total));
        Self {
            over,
            thread: Some(thread),
        }
    }

    /// No bar.
    pub(crate) fn hidden() -> Self {
        Self {
            over: Arc::default(),
            thread: None,
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A bar that failed is no reason to fail.
            let _ = thread.join();
        }
    }
}

fn watch(over: &AtomicBool, bytes: &AtomicU64, total: Option<u64>) {
    // It counts from the start, so that it knows the speed by the time it shows.
    let bar = bar(total);
    let mut ticks = 0;
    while !over.load(Ordering::Relaxed) {
        thread::park_timeout(TICK);
        ticks += 1;
        if ticks == PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(bytes.load(Ordering::Relaxed));
    }
    bar.finish_and_clear();
}

fn bar(total: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
    let template = match total {
        Some(_) => "{bar:40} {bytes} of {total_bytes}, {eta} left",
        None => "{spinner} {bytes} read, {bytes_per_sec}",
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
