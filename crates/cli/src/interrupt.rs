//! Ctrl-C while a file is in the making: nothing of it stays.

use std::path::PathBuf;

/// From now on an interrupt removes the file before it ends the program as it always does.
///
/// To be called before other threads begin, since those that are there already keep their own manner.
/// A file that has taken its place meanwhile is not there under this name any more.
#[cfg(unix)]
pub(crate) fn remove_on_interrupt(file: PathBuf) {
    use nix::sys::signal::{SigSet, Signal, raise};

    let signals: SigSet = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]
        .into_iter()
        .collect();
    if signals.thread_block().is_err() {
        return;
    }
    std::thread::spawn(move || {
        if let Ok(signal) = signals.wait() {
            // Nothing can be done about a file that cannot be removed, and the end is near.
            let _ = std::fs::remove_file(&file);
            let _ = signals.thread_unblock();
            let _ = raise(signal);
        }
    });
}

/// Elsewhere the system's own way stands: the file stays, and its name says that it is a part.
#[cfg(not(unix))]
pub(crate) fn remove_on_interrupt(_: PathBuf) {}
