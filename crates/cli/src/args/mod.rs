//! The command line: what can be said, and how it is explained.
//!
//! Help texts, man pages and completions all come from these definitions. Arguments that several
//! commands share live here, those of one command beside the command.

mod manner;
mod memory;
mod moment;
mod reading;
mod wording;
mod zone;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{CommandFactory as _, Parser, Subcommand};
use rutter_event::Untrusted;

use crate::commands::{
    completions, convert, explain, identify, knowledge, lint, listen, man, merge, port, profile,
    report, rpc, sockets,
};
use crate::notice;

pub(crate) use manner::Manner;
pub(crate) use memory::Memory;
pub(crate) use reading::{FormatChoice, Reading, Threads};
pub(crate) use wording::{Choice, Overlay, Owners, SEVERITIES, Wording, overlay_errors};

/// The handbook of ports that reads a firewall's log back to you
///
/// rutter reads what a firewall, a packet filter or a capture saw and says, for every probe: what
/// it was, why we think so, how sure we are, what else it could have been, and what to do about it.
#[derive(Clone, Parser)]
#[command(
    name = "rutter",
    version,
    styles = STYLES,
    max_term_width = 100,
    arg_required_else_help = true,
    after_long_help = EXAMPLES
)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

#[derive(Clone, Subcommand)]
pub(crate) enum Command {
    Report(report::Args),
    Explain(explain::Args),
    Port(port::Args),
    Convert(convert::Args),
    Lint(lint::Args),
    Listen(listen::Args),
    Profile(profile::Args),
    Merge(merge::Args),
    Identify(identify::Args),
    Sockets(sockets::Args),
    Rpc(rpc::Args),
    Knowledge(knowledge::Args),
    Completions(completions::Args),
    Man(man::Args),
}

const EXAMPLES: &str = "\
Examples:
  rutter report /var/log/ufw.log
  rutter explain 'Nov 23 12:00:00 fw kernel: IN=eth0 OUT= SRC=198.51.100.7 DST=203.0.113.9 \
PROTO=TCP SPT=40000 DPT=23 SYN'
  rutter port 27374/tcp

Exit status:
  0  done
  1  done, and there are findings at or above --fail-on
  2  something could not be read, written or understood; the rest was done";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Reads the command line. When it asks for help, or cannot be read, that is told, and what is left
/// is an exit code.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Line, ExitCode> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    Line::try_parse_from(&arguments).map_err(|error| {
        if arguments.iter().any(is_treacherous) {
            // The message repeats the argument, which may be a file name out of a pattern.
            for line in error.render().to_string().lines() {
                notice::line(Untrusted::new(line.as_bytes()).terminal());
            }
        } else {
            // When nobody reads the help there is nothing to be done about it.
            let _ = error.print();
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// The whole command line as a value, for manuals and completions.
pub(crate) fn definition() -> clap::Command {
    Line::command()
}

fn is_treacherous(argument: &OsString) -> bool {
    let bytes = argument.as_encoded_bytes();
    Untrusted::new(bytes).terminal().to_string().as_bytes() != bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_sound() {
        definition().debug_assert();
    }

    #[test]
    fn every_argument_is_explained() {
        fn look(command: &clap::Command) {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name}");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{name} {}",
                    argument.get_id()
                );
            }
            command.get_subcommands().for_each(look);
        }
        look(&definition());
    }
}
