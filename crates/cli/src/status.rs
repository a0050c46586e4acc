use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Done: 0.
    Done,
    /// Done, and something at or above `--fail-on` was found: 1.
    Found,
    /// Something could not be read or done: 2.
    Failed,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::Found => 1,
            Status::Failed => 2,
        })
    }
}

/// Why a command cannot go on.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Nobody reads the output any more, which is no error.
    BrokenPipe,
    /// Each is one line for standard error: place, reason, what to do. Nothing in them can act on
    /// a terminal.
    Errors(Vec<String>),
}

impl Stop {
    pub(crate) fn error(text: impl Into<String>) -> Self {
        Self::Errors(vec![text.into()])
    }
}
