//! The kinds of packets that a part of a profile has met, each told once.

use rutter_event::Direction;
use rutter_knowledge::Knowledge;

use super::host::mixed;
use super::index::Index;
use super::signature::Signature;
use crate::engine::judge_best;
use crate::subject::{Seen, Subject};

/// Numbers for signatures: a group holds four bytes instead of thirty-two.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    kinds: Vec<Kind>,
    index: Index,
}

/// Weighs kinds of packets.
#[derive(Clone, Debug, Default)]
pub(super) struct Scales {
    /// What was weighed lately, by the hash of what is asked; see [`Scales::gravity`].
    weighed: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) signature: Signature,
    pub(super) priority: Priority,
}

/// Which kinds of a source with too many are kept: the gravest, and among equals those of the
/// largest hash. A function of the signature alone, so that order and splits do not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Priority(pub(super) u64);

impl Priority {
    /// What is below every kind's.
    pub(super) const NONE: Self = Self(0);

    const fn of(gravity: u8, hash: u64) -> Self {
        Self((gravity as u64) << 56 | hash >> 8)
    }
}

/// Places of what was weighed lately.
const WEIGHED: usize = 1 << 14;

impl Kinds {
    pub(super) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether any kind has words.
    pub(super) fn have_words(&self) -> bool {
        self.kinds.iter().any(|kind| kind.signature.has_words())
    }

    /// Every kind's signature and number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Signature, u32)> {
        self.kinds.iter().map(|kind| kind.signature).zip(0..)
    }

    /// The kind of a number.
    #[inline]
    pub(super) fn get(&self, number: u32) -> Kind {
        self.kinds.get(number as usize).copied().unwrap_or(Kind {
            signature: Signature::default(),
            priority: Priority::NONE,
        })
    }

    /// Reads the line that tells what a number stands for.
    #[inline]
    pub(super) fn touch(&self, number: u32) -> u64 {
        let kind = self.kinds.get(number as usize);
        kind.map_or(0, |kind| kind.priority.0)
    }

    /// Whether a number is of this signature.
    #[inline]
    pub(super) fn is(&self, number: u32, signature: &Signature) -> bool {
        self.kinds
            .get(number as usize)
            .is_some_and(|kind| kind.signature == *signature)
    }

    /// The number of a kind, given when it is new.
    pub(super) fn number(&mut self, hash: u64, kind: Kind) -> u32 {
        let kinds = &mut self.kinds;
        let found = self.index.find(hash, |n| {
            kinds
                .get(n as usize)
                .is_some_and(|known| known.signature == kind.signature)
        });
        found.unwrap_or_else(|| {
            // Kinds are far fewer than groups, and those are bounded by bytes.
            let number = u32::try_from(kinds.len()).unwrap_or(u32::MAX - 1);
            kinds.push(kind);
            self.index.enter(hash, number, |n| {
                kinds.get(n as usize).map_or(0, |k| k.signature.hash())
            });
            number
        })
    }

    /// Keeps only the kinds that are `used`; gives the new numbers.
    pub(super) fn sweep(&mut self, used: &[bool]) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(self.kinds.len());
        let mut kept = 0_u32;
        for number in 0..self.kinds.len() {
            numbers.push(kept);
            kept += u32::from(used.get(number).copied().unwrap_or(false));
        }
        let mut marks = used.iter().copied().chain(std::iter::repeat(false));
        self.kinds.retain(|_| marks.next().unwrap_or(false));
        let kinds = &self.kinds;
        self.index.rebuild(kinds.len(), |n| {
            kinds.get(n as usize).map_or(0, |k| k.signature.hash())
        });
        numbers
    }
}

impl Scales {
    /// The priority of a signature.
    pub(super) fn priority(
        &mut self,
        hash: u64,
        signature: &Signature,
        knowledge: &Knowledge,
    ) -> Priority {
        Priority::of(self.gravity(signature, knowledge), hash)
    }

    /// How much it would matter what such packets most likely mean, by what they ask for and the
    /// equations that hold: severity first, then whether they are sent from inside, then whether
    /// they name a tool.
    fn gravity(&mut self, signature: &Signature, knowledge: &Knowledge) -> u8 {
        if self.weighed.is_empty() {
            self.weighed = vec![0; WEIGHED];
        }
        let essence = signature.essence();
        let hash = mixed(essence.hash());
        let at = (hash >> 8) as usize & (WEIGHED - 1);
        let known = self.weighed.get(at).copied().unwrap_or(0);
        // The lowest byte holds the answer plus one, the others tell whose it is.
        if known ^ hash < 256 && known & 0xff != 0 {
            return (known & 0xff) as u8 - 1;
        }
        let gravity = weigh(&essence, knowledge);
        if let Some(place) = self.weighed.get_mut(at) {
            *place = hash & !0xff | u64::from(gravity + 1);
        }
        gravity
    }
}

/// At most 19: a severity (0 to 4) four times, and two bits.
fn weigh(essence: &Signature, knowledge: &Knowledge) -> u8 {
    let (packet, quoted) = essence.packet(knowledge, None, None, None);
    let subject = Subject {
        packet: &packet,
        quoted: quoted.as_ref(),
        year: None,
        action: essence.action(),
        direction: essence.direction(),
        payload: essence.start(knowledge),
        speech: essence.speech(knowledge),
        proofs: essence.proofs(),
    };
    let best = judge_best(knowledge, &subject, &Seen::default(), &());
    let severity = best.map_or(0, |best| best.entry.severity as u8);
    let outward = matches!(
        essence.direction(),
        Direction::Outbound | Direction::Internal
    );
    let named = best.is_some_and(|best| best.tool.is_some());
    severity.min(4) * 4 + u8::from(outward) * 2 + u8::from(named)
}
