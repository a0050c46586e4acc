//! Sealed profiles as sources: sums that somebody made earlier, or elsewhere.

use std::fmt;
use std::io::{self, Read};

use rutter_analysis::Profile;
use rutter_analysis::profile::seal::{self, Fault};
use rutter_event::Ledger;
use rutter_knowledge::Knowledge;

use crate::run::Outcome;

/// More bytes are no profile that a budget of memory let grow.
const MOST: u64 = 4 << 30;

/// Why a source cannot be used as a sealed profile, or not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Its bytes are not what was sealed.
    Fault(Fault),
    /// It is larger than any.
    TooLarge,
    /// Events are asked for, and it holds sums.
    NoEvents,
    /// A part of it is asked for, by `--since` or `--until`, and it is one sum.
    NoParts,
    /// Only sealed profiles are asked for, and it is something else.
    NotSealed,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::TooLarge => write!(f, "a sealed profile of more than {} GiB", MOST >> 30),
            Self::NoEvents => f.write_str(
                "a sealed profile holds sums, no events; read it with `rutter report` or `rutter merge`",
            ),
            Self::NoParts => f.write_str(
                "a sealed profile is one sum, of which --since and --until cannot take a part; \
                 give the logs themselves",
            ),
            Self::NotSealed => f.write_str(
                "not a sealed profile; make one of it with `rutter profile`, or read it with \
                 `rutter report`",
            ),
        }
    }
}

impl std::error::Error for Unfit {}

/// Reads a sealed profile to its end.
pub(crate) fn read(
    reader: &mut impl Read,
    memory: u64,
    knowledge: &Knowledge,
) -> io::Result<Result<(Profile, Ledger), Unfit>> {
    let mut bytes = Vec::new();
    reader.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Ok(Err(Unfit::TooLarge));
    }
    Ok(seal::from_bytes(&bytes, memory, knowledge).map_err(Unfit::Fault))
}

/// What [`profile`](crate::profile) left, as bytes.
#[must_use]
pub fn seal(outcome: &Outcome, knowledge: &Knowledge) -> Vec<u8> {
    seal::to_bytes(&outcome.profile, &outcome.ledger(), knowledge)
}
