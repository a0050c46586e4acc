//! The commands, one file each: what can be said to it, and what it does.

pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod explain;
mod formats;
pub(crate) mod identify;
pub(crate) mod knowledge;
pub(crate) mod lint;
pub(crate) mod listen;
pub(crate) mod man;
pub(crate) mod merge;
pub(crate) mod port;
pub(crate) mod profile;
pub(crate) mod report;
pub(crate) mod rpc;
pub(crate) mod sockets;

use crate::args::{Command, Line};
use crate::status::{Status, Stop};
use crate::surroundings::Surroundings;

/// Does what the command line says.
pub(crate) fn run(line: &Line, around: &Surroundings) -> Result<Status, Stop> {
    let manner = &line.manner;
    match &line.command {
        Command::Report(args) => report::run(args, manner, around),
        Command::Explain(args) => explain::run(args, manner, around),
        Command::Port(args) => port::run(args, around),
        Command::Convert(args) => convert::run(args, manner, around),
        Command::Lint(args) => lint::run(args, manner, around),
        Command::Listen(args) => listen::run(args, manner, around),
        Command::Profile(args) => profile::run(args, manner, around),
        Command::Merge(args) => merge::run(args, manner, around),
        Command::Identify(args) => identify::run(args, manner, around),
        Command::Sockets(args) => sockets::run(args, around),
        Command::Rpc(args) => rpc::run(args, around),
        Command::Knowledge(args) => knowledge::run(args, around),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
