//! The `rutter` command.
//!
//! [`main`] is a doorstep. Behind it every command is a function of its arguments and of the
//! [`Surroundings`], the only place that asks the system for the time, the environment and the
//! terminal; what went wrong comes back as a [`Stop`] or a [`Status`] and leaves as an exit code.

mod account;
mod args;
mod commands;
mod inputs;
mod interrupt;
mod notice;
mod progress;
mod refusal;
mod sink;
mod status;
mod surroundings;

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

fn main() -> ExitCode {
    let around = Surroundings::look();
    let line = match args::parse(std::env::args_os()) {
        Ok(line) => line,
        Err(code) => return code,
    };
    line.manner.color.apply();
    // What panicked has said so on standard error; the exit code still keeps its meaning.
    let ended = panic::catch_unwind(AssertUnwindSafe(|| commands::run(&line, &around)));
    match ended {
        Ok(Ok(status)) => status.into(),
        Ok(Err(Stop::BrokenPipe)) => Status::Done.into(),
        Ok(Err(Stop::Errors(errors))) => {
            errors.iter().for_each(notice::error);
            Status::Failed.into()
        }
        Err(_) => {
            notice::error("this is a bug of rutter; please report it with what is written above");
            Status::Failed.into()
        }
    }
}
