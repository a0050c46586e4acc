//! Shapes over time: what a source did, all its packets together, and what sources did together.
//!
//! Detectors read the complete sum, never the stream, so that neither splits nor threads change what
//! they say. Each is a file with examples of its own that fire, that stay just below, and that must
//! stay silent; a test executes them. A name reads well after "this looks like a …".

mod block;
mod campaign;
mod conduct;
pub(crate) mod crowd;
mod decoy;
pub(crate) mod distributed;
mod fact;
pub(crate) mod flood;
mod horizontal;
mod knock;
mod probe;
mod protocol;
mod reflector;
pub(crate) mod residue;
mod retry;
mod rhythm;
mod spread;
pub(crate) mod together;
pub(crate) mod tool;
mod vertical;
pub(crate) mod victim;

#[cfg(test)]
mod trial;

pub use conduct::Range;
pub(crate) use conduct::{Conduct, Heard, Reach, Undecided};
pub use fact::Fact;
pub use probe::Probe;
pub use rhythm::Rhythm;

/// What sort of shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Many ports of few addresses.
    Vertical,
    /// Few ports of many addresses.
    Horizontal,
    /// Many ports of many addresses.
    Block,
    /// Many protocols of one address.
    Protocol,
    /// Several sources share the ports out.
    Distributed,
    /// Several sources ask for the same at the same moment; one of them is real.
    Decoy,
    /// A few closed ports, then an open one.
    Knock,
    /// A host of ours goes through strangers.
    Spread,
    /// A program of ours calls a server in vain.
    Retry,
    /// A host answers forged packets that bear our address.
    Victim,
    /// Somebody asks a service of ours in a victim's name.
    Reflector,
    /// Very many sources at once, forged.
    Flood,
    /// Many callers on one odd port, for a previous holder of the address.
    Residue,
}

impl Kind {
    /// The word in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Vertical => "vertical",
            Self::Horizontal => "horizontal",
            Self::Block => "block",
            Self::Protocol => "protocol",
            Self::Distributed => "distributed",
            Self::Decoy => "decoy",
            Self::Knock => "knock",
            Self::Spread => "spread",
            Self::Retry => "retry-storm",
            Self::Victim => "victim",
            Self::Reflector => "reflector",
            Self::Flood => "flood",
            Self::Residue => "residue",
        }
    }

    /// Whether somebody goes through ports, addresses or protocols.
    #[must_use]
    pub const fn is_scan(self) -> bool {
        matches!(
            self,
            Self::Vertical
                | Self::Horizontal
                | Self::Block
                | Self::Protocol
                | Self::Distributed
                | Self::Decoy
        )
    }
}

/// What a finding looks like as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// What sort.
    pub kind: Kind,
    /// By which means, most packets first.
    pub probes: Vec<Probe>,
    /// Distinct ports.
    pub ports: u32,
    /// Where they lie.
    pub ranges: Vec<Range>,
    /// Distinct addresses, at least.
    pub targets: u32,
    /// Whether it takes so long that no counter with a window of an hour sees it.
    pub slow: bool,
    /// One number for a scan that several sources share out; 0 for all others.
    pub(crate) shared: u64,
}

impl Shape {
    /// A shape without ports or addresses.
    pub(crate) const fn of(kind: Kind) -> Self {
        Self {
            kind,
            probes: Vec::new(),
            ports: 0,
            ranges: Vec::new(),
            targets: 0,
            slow: false,
            shared: 0,
        }
    }

    /// As wide as both.
    pub(crate) fn widen(&mut self, other: &Self) {
        for probe in &other.probes {
            if !self.probes.contains(probe) {
                self.probes.push(*probe);
            }
        }
        for range in &other.ranges {
            let known = self.ranges.iter_mut();
            match known.into_iter().find(|r| r.transport == range.transport) {
                Some(known) => known.widen(range),
                None => self.ranges.push(*range),
            }
        }
        self.ports = self.ports.max(other.ports);
        self.targets = self.targets.max(other.targets);
        self.slow &= other.slow;
    }
}

/// What a detector says of a source.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// The entry that explains it.
    pub(crate) id: &'static str,
    /// The groups that are part of it, by their place.
    pub(crate) groups: u32,
    /// How sure, 0 to 1.
    pub(crate) certainty: f64,
    /// What it looks like.
    pub(crate) shape: Shape,
    /// What speaks for it, with its weight in nats.
    pub(crate) facts: Vec<(f32, Fact)>,
}

/// How a source looks to a detector that counts by itself.
type Look = fn(&Conduct<'_, '_>) -> Option<Claim>;
/// How it looks to one that goes by what it asked for.
type Walk = fn(&Conduct<'_, '_>, &Reach) -> Option<Claim>;

/// Every detector of one source's doings; the first that fires has it.
const LOOKS: [Look; 5] = [
    knock::look,
    spread::look,
    retry::look,
    victim::look,
    reflector::look,
];
const WALKS: [Walk; 4] = [
    protocol::look,
    block::look,
    vertical::look,
    horizontal::look,
];

/// What a source did, when it has a shape.
pub(crate) fn look(conduct: &Conduct<'_, '_>) -> Option<Claim> {
    if let Some(claim) = LOOKS.iter().find_map(|look| look(conduct)) {
        return Some(claim);
    }
    // Nobody walks from an address that no answer reaches; whoever forges it learns nothing.
    if flood::is_impossible(conduct.source.ip()) {
        return None;
    }
    // Most sources ask for one thing or two: not worth a walk.
    if !conduct.source.is_sampled() && conduct.contacts() < vertical::MANY {
        return None;
    }
    let reach = conduct.reach();
    WALKS.iter().find_map(|look| look(conduct, &reach))
}
