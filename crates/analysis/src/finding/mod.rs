//! What a complete profile shows: who knocked, on what, what it means.

mod actor;
mod court;
mod crowd;
mod exposure;
mod few;
mod flaw;
mod heap;
mod news;
mod once;
mod precedent;
mod reading;
mod scans;
mod unmasked;

use crate::listening::Answers;
use std::net::IpAddr;

use rutter_event::Transport;
use rutter_knowledge::{Entry, Severity, Tool};

pub use exposure::Exposure;
pub use flaw::Flaw;
pub use news::{News, news};
pub use reading::{Crew, find, find_with};
pub use unmasked::Unmasked;

use crate::detector::Shape;
use crate::engine::Piece;
use crate::profile::{Joined, Span};

/// One actor and purpose, or many actors with one purpose.
#[derive(Clone, Debug)]
pub struct Finding<'k> {
    /// What it means.
    pub entry: &'k Entry,
    /// How much it matters here: what the meaning matters, but a knock that was not let in matters
    /// less.
    pub severity: Severity,
    /// How sure, 0 to 1: the mean over its packets.
    pub probability: f64,
    /// The tool, when it is proved or suspected.
    pub tool: Option<&'k Tool>,
    /// Busiest sources, at most `MOST_SOURCES`.
    pub sources: Vec<Knock>,
    /// How many sources.
    pub sources_total: usize,
    /// Some of the addresses that were aimed at.
    pub targets: Vec<IpAddr>,
    /// Busiest destination ports with events.
    pub ports: Vec<(Transport, u16, u64)>,
    /// Packets.
    pub events: u64,
    /// Packets that the log says were let through.
    pub allowed: u64,
    /// When.
    pub span: Span,
    /// How many addresses were aimed at, at least.
    pub targets_total: u32,
    /// What it looks like as a whole, when a detector found a shape.
    pub shape: Option<Shape>,
    /// What spoke for it, from the busiest source.
    pub evidence: Vec<Piece<'k>>,
}

/// Packets of one meaning that are too few and too slight for a finding of their own.
#[derive(Clone, Debug)]
pub struct Noise<'k> {
    /// What they mean.
    pub entry: &'k Entry,
    /// How much the gravest of them matters here.
    pub severity: Severity,
    /// How many.
    pub events: u64,
    /// Of how many sources.
    pub sources_total: usize,
    /// Some of the sources, at most `MOST_SOURCES`.
    pub sources: Vec<Knock>,
}

/// What one source did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knock {
    /// Who.
    pub ip: IpAddr,
    /// Packets.
    pub events: u64,
    /// When.
    pub span: Span,
}

/// A source with what it most likely was.
#[derive(Clone, Debug)]
pub struct Actor<'k> {
    /// Who, how much, when.
    pub knock: Knock,
    /// Whether the address is ours, as far as the directions of its packets tell.
    pub ours: bool,
    /// What its packets mean, the weightiest meaning.
    pub entry: &'k Entry,
    /// How sure, 0 to 1.
    pub probability: f64,
    /// The tool, when one is named.
    pub tool: Option<&'k Tool>,
    /// Distinct TCP and UDP ports.
    pub ports: u32,
    /// Some of the ports, ascending.
    pub some_ports: Vec<(Transport, u16)>,
    /// Distinct addresses that it aimed at, at least.
    pub targets: u32,
}

/// A destination port with what its packets mean.
#[derive(Clone, Debug)]
pub struct PortLine<'k> {
    /// TCP or UDP.
    pub transport: Transport,
    /// Port.
    pub port: u16,
    /// Packets.
    pub events: u64,
    /// Distinct sources.
    pub sources: u32,
    /// The meaning that most packets had, when any was kept.
    pub entry: Option<&'k Entry>,
}

/// Everything that a report tells.
#[derive(Clone, Debug, Default)]
pub struct Summary<'k> {
    /// Gravest first, at most `MOST_FINDINGS`.
    pub findings: Vec<Finding<'k>>,
    /// What is too slight for a finding of its own, most packets first.
    pub noise: Vec<Noise<'k>>,
    /// Busiest first, at most `MOST_ACTORS`.
    pub actors: Vec<Actor<'k>>,
    /// How many sources.
    pub actors_total: usize,
    /// Busiest first, at most `MOST_PORTS`.
    pub ports: Vec<PortLine<'k>>,
    /// Busiest addresses that were aimed at, with events.
    pub targets: Vec<(IpAddr, u64)>,
    /// Packets for which nothing better than `unknown.*` was found.
    pub unexplained: u64,
    /// Packets of sources that were not kept because a cap was reached, or that named no source;
    /// they are in the totals and have no verdict.
    pub unjudged: u64,
    /// Reasons not to take the log at its word.
    pub flaws: Vec<Flaw>,
    /// What scanners went to and the log does not name.
    pub exposure: Option<Exposure>,
    /// What an earlier sum did not hold, when there is one to compare with.
    pub news: Option<News>,
    /// Fields whose absence cost certainty, with the packets concerned, most first.
    pub missing: Vec<(&'static str, u64)>,
    /// What a firewall's log and listeners say of the same calls.
    pub joined: Joined,
    /// What ports said that somebody asked.
    pub answers: Answers<'k>,
}

/// How many findings a summary has. Whoever reads a report reads a page or two; what is slight is
/// summed up as noise.
pub(crate) const MOST_FINDINGS: usize = 40;
/// How many sources a finding lists.
pub(crate) const MOST_SOURCES: usize = 20;
/// How many actors a summary lists.
pub(crate) const MOST_ACTORS: usize = 50;
/// How many ports a summary lists.
pub(crate) const MOST_PORTS: usize = 50;
