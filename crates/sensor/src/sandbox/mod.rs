//! Giving up every right that recording does not need, and making sure that it is gone.
//!
//! The order matters: ids first, while there is still the right to change them; then capabilities,
//! the files (Landlock), and last the system calls (seccomp), after which nothing of this could be
//! done any more. `enter` then looks at the process from outside, through `/proc`, and tries to go
//! back; if any of it succeeds, the sensor does not start.

mod attempts;
mod calls;
mod files;
mod ids;
mod status;

use std::path::Path;

pub use attempts::{Attempt, attempts};
pub use ids::Identity;
pub(crate) use ids::identity;

/// Why the rights could not be given up: what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// No such user, or root.
    #[error("{name}: {reason}; name another with --user")]
    User {
        /// As it was named.
        name: String,
        /// Why it will not do.
        reason: &'static str,
    },
    /// A step failed.
    #[error("{step}: {error}; the sensor does not run without it")]
    Step {
        /// What was tried.
        step: &'static str,
        /// What the system says.
        error: String,
    },
    /// A right is still there.
    #[error("{0}; the sensor does not run with it")]
    Left(String),
    /// The kernel cannot keep the sensor to its spool.
    #[error(
        "this kernel has no Landlock (5.13 and later have), so the sensor could not be kept to its spool; \
         leave --spool out and write standard output to a file"
    )]
    NoLandlock,
}

impl SandboxError {
    fn step(step: &'static str, error: impl ToString) -> Self {
        Self::Step {
            step,
            error: error.to_string(),
        }
    }
}

/// What has been given up, as the system itself tells it afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confinement {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Whether the file system is closed by Landlock, the spool aside; by seccomp it is in any case
    /// when there is no spool.
    pub landlock: bool,
    /// Whether the bounding set of capabilities is empty. Only root can empty it; without root no new
    /// privileges can be gained either way.
    pub unbounded: bool,
}

/// Gives up everything. With a `spool` files below it can be written, none otherwise.
pub(crate) fn enter(
    identity: Option<&Identity>,
    spool: Option<&Path>,
) -> Result<Confinement, SandboxError> {
    let mut status = status::Status::open()?;
    status.read()?.alone()?;
    ids::become_nobody(identity)?;
    ids::never_again()?;
    let landlock = files::close(spool)?;
    if spool.is_some() && !landlock {
        return Err(SandboxError::NoLandlock);
    }
    ids::cannot_go_back(identity)?;
    calls::close(spool.is_some())?;
    let told = status.read()?;
    told.confined(identity)?;
    Ok(Confinement {
        uid: told.uid,
        gid: told.gid,
        landlock,
        unbounded: told.bounding != 0,
    })
}
