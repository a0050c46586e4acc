//! A profile as bytes: to be kept, sent, and added to others.
//!
//! # Form
//! Numbers are LEB128 unless said otherwise; what may be negative carries its sign in the lowest
//! bit; tables are in ascending order of their keys, each key once.
//!
//! | part | holds |
//! | --- | --- |
//! | mark | the eight bytes of [`MARK`] |
//! | version | two bytes, the lower first: [`VERSION`] |
//! | seed | eight bytes, the lowest first: by what sources are drawn when they are too many |
//! | account | lines, events beyond one a line, refused by reason, skipped by reason |
//! | totals | events, let through, stopped, undecided, first and last, whether times are since boot, formats |
//! | ports | TCP, then UDP: how many, then for each the step from the port before, the events, and how they are spread over time |
//! | hours, targets, packets by number of records, calls that were logged, calls that were heard with protocol and program, marks of requests, peers, conversations, answers by minute | level, how many, then key and sum of each |
//! | answers of ports | events, level, how many, then key, when and what of each |
//! | kinds | how many, then what the packets of each have in common: numbers, names and first bytes, not classes, so that another edition of the handbook can read them |
//! | sources | level, how many, then for each its address, its groups, and what is beyond them |
//! | check | four bytes, the lowest first: CRC-32 (IEEE 802.3) of all bytes before |
//!
//! Equal profiles have equal bytes. What is read is not believed: see [`Fault`].

mod reader;
mod tables;
mod writer;

use std::fmt;

use rutter_event::{Ledger, Refusal, Skip};
use rutter_knowledge::Knowledge;

pub(super) use reader::Reader;
pub(super) use writer::Writer;

use super::Profile;
use super::sampled::SEED;

/// How a sealed profile begins. The first byte is no text, the last ones show whether line ends were
/// changed on the way, as PNG's do.
pub const MARK: [u8; 8] = *b"\x8cRUTR\r\n\x1a";
/// The form of what follows.
pub const VERSION: u16 = 5;

/// Why bytes are no sealed profile that can be read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// They do not begin like one.
    NoProfile,
    /// They are of a form that this program does not know.
    Version(u16),
    /// Its sources were drawn by another seed, so it cannot be added to ours.
    Seed,
    /// They end too early.
    CutShort,
    /// They were changed.
    Checksum,
    /// Their account does not add up.
    Account,
    /// Something is out of its range or order; what.
    Nonsense(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProfile => f.write_str("not a sealed profile"),
            Self::Version(version) => write!(
                f,
                "a sealed profile of form {version}, and this program reads form {VERSION}; \
                 seal its logs again with this program"
            ),
            Self::Seed => f.write_str(
                "a sealed profile that draws its sources by another seed, so it cannot be added; \
                 seal its logs again with this program",
            ),
            Self::CutShort => f.write_str("a sealed profile that ends too early; copy it again"),
            Self::Checksum => f.write_str(
                "a sealed profile that was damaged (its checksum is wrong); copy it again",
            ),
            Self::Account => f.write_str("a sealed profile whose account does not add up"),
            Self::Nonsense(what) => {
                write!(
                    f,
                    "a sealed profile with an impossible {what}; it was not written by rutter"
                )
            }
        }
    }
}

impl std::error::Error for Fault {}

/// Whether bytes begin like a sealed profile; eight are enough.
#[must_use]
pub fn is_sealed(head: &[u8]) -> bool {
    head.starts_with(&MARK)
}

/// A profile that has been [sealed](Profile::seal), and the account of its lines, as bytes.
#[must_use]
pub fn to_bytes(profile: &Profile, ledger: &Ledger, knowledge: &Knowledge) -> Vec<u8> {
    let mut out = Writer::default();
    out.bytes(&MARK);
    out.bytes(&VERSION.to_le_bytes());
    out.bytes(&SEED.to_le_bytes());
    write_ledger(ledger, &mut out);
    profile.write(&mut out, knowledge);
    let check = crc32fast::hash(out.so_far());
    out.bytes(&check.to_le_bytes());
    out.finish()
}

/// The profile and the account that bytes hold, for as many bytes of `memory` as are given.
///
/// # Errors
/// When the bytes are not what [`to_bytes`] writes.
pub fn from_bytes(
    bytes: &[u8],
    memory: u64,
    knowledge: &Knowledge,
) -> Result<(Profile, Ledger), Fault> {
    if !is_sealed(bytes) {
        return Err(Fault::NoProfile);
    }
    let mut input = Reader::new(bytes);
    let _mark = input.bytes::<{ MARK.len() }>()?;
    let version = u16::from_le_bytes(input.bytes()?);
    if version != VERSION {
        return Err(Fault::Version(version));
    }
    let seed = u64::from_le_bytes(input.bytes()?);
    let (body, check) = bytes.split_last_chunk().ok_or(Fault::CutShort)?;
    if crc32fast::hash(body) != u32::from_le_bytes(*check) {
        return Err(Fault::Checksum);
    }
    if seed != SEED {
        return Err(Fault::Seed);
    }
    let mut input = Reader::new(body.get(HEAD..).ok_or(Fault::CutShort)?);
    let ledger = read_ledger(&mut input)?;
    let profile = Profile::read(&mut input, memory, knowledge)?;
    if !input.is_empty() {
        return Err(Fault::Nonsense("end"));
    }
    if !ledger.balances() || Some(ledger.events) != profile.events.checked_add(profile.answered) {
        return Err(Fault::Account);
    }
    Ok((profile, ledger))
}

/// Mark, version, seed.
const HEAD: usize = MARK.len() + 2 + 8;

fn write_ledger(ledger: &Ledger, out: &mut Writer) {
    out.number(ledger.lines);
    out.number(ledger.multiplied);
    out.number(ledger.events);
    // By name, so that a reason more in the next edition changes no form.
    out.size(ledger.refused().count());
    for (why, count) in ledger.refused() {
        out.text(why.name());
        out.number(count);
    }
    out.size(ledger.skipped().count());
    for (why, count) in ledger.skipped() {
        out.text(why.name());
        out.number(count);
    }
}

fn read_ledger(input: &mut Reader<'_>) -> Result<Ledger, Fault> {
    const WHAT: &str = "number of lines";
    let (lines, multiplied, events) = (input.count(WHAT)?, input.count(WHAT)?, input.count(WHAT)?);
    let mut ledger = Ledger::default();
    (ledger.lines, ledger.multiplied, ledger.events) = (lines, multiplied, events);
    for _ in 0..input.up_to(Refusal::ALL.len() as u32, "reason")? {
        let name = input.text()?;
        let why = Refusal::ALL.into_iter().find(|why| why.name() == name);
        ledger.add_refused(why.ok_or(Fault::Nonsense("reason"))?, input.count(WHAT)?);
    }
    for _ in 0..input.up_to(Skip::ALL.len() as u32, "reason")? {
        let name = input.text()?;
        let why = Skip::ALL.into_iter().find(|why| why.name() == name);
        ledger.add_skipped(why.ok_or(Fault::Nonsense("reason"))?, input.count(WHAT)?);
    }
    Ok(ledger)
}
