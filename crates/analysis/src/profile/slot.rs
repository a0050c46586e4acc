//! Where a source lies: one line of memory, and what it leads to.

use rutter_event::{Action, Transport};

use super::group::{Cell, MORE};
use super::host::Host;
use super::kinds::{Kind, Kinds, Priority};
use super::marks::{MOST, Marks};
use super::port_set::PortSet;
use super::sighting::Sighting;
use super::signature::Signature;
use super::span::Span;

/// How many kinds of packets of one source are kept apart. A source of more kinds is a scanner, and
/// what its single ports mean is no longer the point; all its ports stay in the port sets, and the
/// gravest kinds stay apart.
pub(super) const GROUPS: usize = 16;

/// A source: one line of memory for one packet, and for many the way to their groups.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) host: Host,
    pub(super) body: Body,
}

const _: () = assert!(size_of::<Slot>() == 64, "one line");

#[derive(Clone, Debug)]
pub(super) enum Body {
    /// One packet: most sources of a flood.
    Lone {
        moment: Option<i64>,
        destination: Host,
        kind: u32,
        source_port: u16,
    },
    Many(Many),
}

#[derive(Clone, Debug)]
pub(super) struct Many {
    /// At most [`GROUPS`].
    pub(super) groups: Box<[Cell]>,
    /// The lowest byte of the hash of each group's signature.
    tags: [u8; GROUPS],
    /// All packets, those of kinds that are not kept included.
    pub(super) events: u64,
    /// Once there were more kinds than are kept.
    pub(super) rest: Option<Box<Rest>>,
}

/// What is known of packets beyond the kinds that are kept apart, and all ports.
///
/// What a source of few kinds did follows from its groups; so here is the place for what only busy
/// sources must remember beside them.
#[derive(Clone, Debug)]
pub(super) struct Rest {
    pub(super) events: u64,
    pub(super) denied: u64,
    pub(super) allowed: u64,
    pub(super) span: Span,
    pub(super) targets: Marks,
    /// Distinct destination ports of all packets.
    pub(super) tcp: PortSet,
    pub(super) udp: PortSet,
    /// The lowest priority among the groups: a kind of less is not kept.
    bar: Priority,
}

impl Default for Rest {
    fn default() -> Self {
        Self {
            events: 0,
            denied: 0,
            allowed: 0,
            span: Span::default(),
            targets: Marks::default(),
            tcp: PortSet::default(),
            udp: PortSet::default(),
            bar: Priority::NONE,
        }
    }
}

impl Rest {
    /// Reads the lines that a packet of a kind that is not kept will need, without asking what they
    /// hold.
    #[inline]
    pub(super) fn touch(&self) -> u64 {
        self.events ^ self.bar.0 ^ self.targets.len() as u64
    }

    /// Reads what lies behind them.
    #[inline]
    pub(super) fn touch_more(&self, signature: &Signature) -> u64 {
        let seen = match (signature.transport(), signature.port()) {
            (Some(Transport::TCP), Some(port)) => self.tcp.touch(port),
            (Some(Transport::UDP), Some(port)) => self.udp.touch(port),
            _ => 0,
        };
        u64::from(seen) ^ u64::from(self.targets.touch())
    }

    /// Notes the port that packets of a signature ask for.
    fn note_port(&mut self, signature: &Signature) {
        match port_of(signature) {
            Some((Transport::TCP, port)) => self.tcp.insert(port),
            Some((_, port)) => self.udp.insert(port),
            None => false,
        };
    }

    fn has_asked(&self, transport: Transport, port: u16) -> bool {
        match transport {
            Transport::TCP => self.tcp.contains(port),
            _ => self.udp.contains(port),
        }
    }

    /// Takes in packets of a kind that is not kept.
    fn note(&mut self, signature: &Signature, cell: &Cell) {
        self.events += cell.events;
        if signature.action().is_denial() {
            self.denied += cell.events;
        }
        if signature.action() == Action::Allowed {
            self.allowed += cell.events;
        }
        self.span.merge(cell.span);
        cell.marks().for_each(|mark| self.targets.note(mark));
    }

    fn merge(&mut self, other: &Self) {
        self.events += other.events;
        self.denied += other.denied;
        self.allowed += other.allowed;
        self.span.merge(other.span);
        self.targets.merge(&other.targets);
        self.tcp.merge(&other.tcp);
        self.udp.merge(&other.udp);
    }
}

/// Bytes of a source of one packet: its line, its place in the index, and its share in the table of
/// kinds (which is less when others share the kind).
const LONE: u64 = 64 + 24 + KIND;
const KIND: u64 = 56;
/// Bytes of [`Rest`] without its ports.
const REST: u64 = 200 + 16 + 4 * MOST as u64;

/// The number of packets as far as charges go: rounded up to three binary digits, so that a busy
/// source is not charged with every packet.
const fn rounded(events: u64) -> u64 {
    let shift = (64 - events.leading_zeros()).saturating_sub(3);
    ((events.saturating_sub(1) >> shift) + 1) << shift
}

/// From this many packets on the number matters to no charge.
const FREE: u64 = (GROUPS * MORE) as u64 / 8;

impl Slot {
    /// A source of one packet.
    pub(super) fn of(sighting: &Sighting, kind: u32) -> Self {
        Self {
            host: sighting.source,
            body: Body::Lone {
                moment: sighting.moment,
                destination: sighting.destination,
                kind,
                source_port: sighting.source_port,
            },
        }
    }

    /// A source that was kept as bytes: the sums of its groups, and what is beyond them.
    pub(super) fn restored(
        host: Host,
        groups: Vec<(Kind, Cell)>,
        rest: Option<Rest>,
        kinds: &mut Kinds,
    ) -> Option<Self> {
        let mut groups = groups.into_iter();
        let (kind, mut cell) = groups.next()?;
        cell.kind = kinds.number(kind.signature.hash(), kind);
        let is_lone = cell.events == 1 && groups.len() == 0 && rest.is_none();
        let body = if is_lone {
            Body::Lone {
                moment: cell.span.ends().map(|(first, _)| first),
                destination: cell.destination,
                kind: cell.kind,
                source_port: cell.source_port,
            }
        } else {
            let mut many = Many::of(cell, kinds);
            groups.for_each(|(kind, cell)| {
                many.join(kind, cell, kinds);
            });
            if let Some(rest) = rest {
                many.events += rest.events;
                many.rest(kinds).merge(&rest);
            }
            Body::Many(many)
        };
        Some(Self { host, body })
    }

    /// Bytes that it is charged for: at least what it takes, and never less as packets come in.
    pub(super) fn charge(&self) -> u64 {
        match &self.body {
            Body::Lone { .. } => LONE,
            Body::Many(many) => many.charge(many.events),
        }
    }

    /// By how much the charge grew with the last packet, when that was of a known kind.
    pub(super) fn growth(&self) -> u64 {
        match &self.body {
            Body::Many(many)
                if many.events <= FREE && rounded(many.events) != rounded(many.events - 1) =>
            {
                many.charge(many.events) - many.charge(many.events - 1)
            }
            _ => 0,
        }
    }

    /// Takes in a packet of a kind that is kept; nothing when it is not.
    #[inline]
    pub(super) fn note_known(&mut self, sighting: &Sighting, kinds: &Kinds) -> Option<()> {
        let Body::Many(many) = &mut self.body else {
            return None;
        };
        let at = many.find(sighting.hash, &sighting.signature, kinds)?;
        many.events += 1;
        many.groups.get_mut(at)?.note(sighting);
        Some(())
    }

    /// Whether it has asked for the port that packets of a signature ask for; also when those ask for
    /// none.
    pub(super) fn has_asked(&self, signature: &Signature, kinds: &Kinds) -> bool {
        let Some((transport, port)) = port_of(signature) else {
            return true;
        };
        if let Some(rest) = self.rest() {
            return rest.has_asked(transport, port);
        }
        let lone = self.lone_cell();
        let mut cells = self.cells().iter().chain(&lone);
        cells.any(|cell| port_of(&kinds.get(cell.kind).signature) == Some((transport, port)))
    }

    /// Takes in a packet of a kind that is not kept yet; one when a kind more is kept.
    pub(super) fn note_new(
        &mut self,
        sighting: &Sighting,
        priority: Priority,
        kinds: &mut Kinds,
    ) -> usize {
        if let Some(cell) = self.lone_cell()
            && kinds.is(cell.kind, &sighting.signature)
        {
            let mut many = Many::of(cell, kinds);
            many.groups.iter_mut().for_each(|cell| cell.note(sighting));
            many.events += 1;
            self.body = Body::Many(many);
            return 0;
        }
        let Some(many) = self.many(kinds) else {
            return 0;
        };
        many.events += 1;
        let kind = Kind {
            signature: sighting.signature,
            priority,
        };
        let cell = Cell::of(
            0,
            sighting.moment,
            sighting.destination,
            sighting.source_port,
        );
        many.put(kind, sighting.hash, cell, kinds)
    }

    pub(super) fn lone_cell(&self) -> Option<Cell> {
        match &self.body {
            Body::Lone {
                moment,
                destination,
                kind,
                source_port,
            } => Some(Cell::of(*kind, *moment, *destination, *source_port)),
            Body::Many(_) => None,
        }
    }

    /// As a source of many packets, which every source can become.
    fn many(&mut self, kinds: &Kinds) -> Option<&mut Many> {
        if let Some(cell) = self.lone_cell() {
            self.body = Body::Many(Many::of(cell, kinds));
        }
        match &mut self.body {
            Body::Many(many) => Some(many),
            Body::Lone { .. } => None,
        }
    }

    /// Takes in another sum of the same source, whose kinds are numbered by `theirs`.
    pub(super) fn merge(&mut self, other: Self, theirs: &Kinds, kinds: &mut Kinds) -> usize {
        let mut added = 0;
        let other = match other.body {
            Body::Many(many) => many,
            Body::Lone { .. } => match other.lone_cell() {
                Some(cell) => Many::of(cell, theirs),
                None => return 0,
            },
        };
        let Some(many) = self.many(kinds) else {
            return 0;
        };
        if let Some(rest) = &other.rest {
            many.events += rest.events;
            many.rest(kinds).merge(rest);
        }
        for cell in other.groups {
            added += many.join(theirs.get(cell.kind), cell, kinds);
        }
        added
    }

    /// Gives its kinds the numbers that they have among `kinds`.
    pub(super) fn renumber(&mut self, mut number: impl FnMut(u32) -> u32) {
        match &mut self.body {
            Body::Lone { kind, .. } => *kind = number(*kind),
            Body::Many(many) => many
                .groups
                .iter_mut()
                .for_each(|cell| cell.kind = number(cell.kind)),
        }
    }

    /// How many kinds are kept.
    pub(super) fn groups(&self) -> usize {
        match &self.body {
            Body::Lone { .. } => 1,
            Body::Many(many) => many.groups.len(),
        }
    }

    /// Puts the groups into the order of their signatures, so that equal sums are told alike.
    pub(super) fn seal(&mut self, kinds: &Kinds) {
        if let Body::Many(many) = &mut self.body {
            many.groups
                .sort_unstable_by_key(|cell| kinds.get(cell.kind).signature);
            many.retag(kinds);
        }
    }

    /// Where the cell of a kind of packets most likely lies, as far as this line tells.
    #[inline]
    pub(super) fn near(&self, hash: u64) -> Option<usize> {
        match &self.body {
            Body::Lone { .. } => None,
            Body::Many(many) => match many.hits(hash) {
                0 => None,
                hits => Some(hits.trailing_zeros() as usize),
            },
        }
    }

    /// Its cells.
    #[inline]
    pub(super) fn cells(&self) -> &[Cell] {
        match &self.body {
            Body::Lone { .. } => &[],
            Body::Many(many) => &many.groups,
        }
    }

    /// What is beyond them.
    #[inline]
    pub(super) fn rest(&self) -> Option<&Rest> {
        match &self.body {
            Body::Lone { .. } => None,
            Body::Many(many) => many.rest.as_deref(),
        }
    }

    /// Takes in a packet if it is of the kind of a cell; whether it is.
    #[inline]
    pub(super) fn note_cell(&mut self, at: usize, sighting: &Sighting, kinds: &Kinds) -> bool {
        let Body::Many(many) = &mut self.body else {
            return false;
        };
        match many.groups.get_mut(at) {
            Some(cell) if kinds.is(cell.kind, &sighting.signature) => {
                many.events += 1;
                cell.note(sighting);
                true
            }
            _ => false,
        }
    }
}

impl Many {
    fn of(cell: Cell, kinds: &Kinds) -> Self {
        let mut many = Self {
            events: cell.events,
            groups: Box::new([cell]),
            tags: [0; GROUPS],
            rest: None,
        };
        many.retag(kinds);
        many
    }

    /// The charge after `events` packets.
    fn charge(&self, events: u64) -> u64 {
        let kinds = self.groups.len() as u64;
        let events = rounded(events.min(FREE));
        // Every packet brings at most one mark of a target, in a list that doubles, and every third
        // one of a kind the moments.
        let more = (events / 3 * 80 + events * 8).min(kinds * MORE as u64);
        let rest = self.rest.as_ref().map_or(0, |rest| {
            REST + rest.tcp.bytes() as u64 + rest.udp.bytes() as u64
        });
        LONE + 16 + kinds * 64 + (kinds - 1) * KIND + more + rest
    }

    fn retag(&mut self, kinds: &Kinds) {
        for (tag, cell) in self.tags.iter_mut().zip(&self.groups) {
            *tag = kinds.get(cell.kind).signature.hash() as u8;
        }
    }

    /// A bit for each group whose tag is that of a hash.
    #[inline]
    fn hits(&self, hash: u64) -> u32 {
        // All sixteen at once: without an early end the comparison is a few wide instructions.
        let tag = hash as u8;
        let hits = self
            .tags
            .iter()
            .enumerate()
            .fold(0_u32, |bits, (at, t)| bits | u32::from(*t == tag) << at);
        hits & ((1 << self.groups.len()) - 1)
    }

    /// Where the group of a signature lies.
    #[inline]
    fn find(&self, hash: u64, signature: &Signature, kinds: &Kinds) -> Option<usize> {
        let mut hits = self.hits(hash);
        while hits != 0 {
            let at = hits.trailing_zeros() as usize;
            if self
                .groups
                .get(at)
                .is_some_and(|cell| kinds.is(cell.kind, signature))
            {
                return Some(at);
            }
            hits &= hits - 1;
        }
        None
    }

    /// Takes in the sum of packets of one kind; one when a kind more is kept for it.
    fn join(&mut self, kind: Kind, cell: Cell, kinds: &mut Kinds) -> usize {
        self.events += cell.events;
        let hash = kind.signature.hash();
        match self.find(hash, &kind.signature, kinds) {
            Some(at) => {
                if let Some(mine) = self.groups.get_mut(at) {
                    mine.merge(&cell);
                }
                0
            }
            None => self.put(kind, hash, cell, kinds),
        }
    }

    /// Takes a group of a new kind among the kept ones, or, when there are too many, that of the
    /// least priority to the rest; one when a kind more is kept.
    fn put(&mut self, kind: Kind, hash: u64, mut cell: Cell, kinds: &mut Kinds) -> usize {
        let at = self.groups.len();
        if at < GROUPS {
            if let Some(rest) = &mut self.rest {
                rest.note_port(&kind.signature);
            }
            cell.kind = kinds.number(hash, kind);
            let mut groups = std::mem::take(&mut self.groups).into_vec();
            groups.reserve_exact(1);
            groups.push(cell);
            self.groups = groups.into();
            if let Some(tag) = self.tags.get_mut(at) {
                *tag = hash as u8;
            }
            self.raise_bar(kinds);
            return 1;
        }
        let rest = self.rest(kinds);
        rest.note_port(&kind.signature);
        if kind.priority <= rest.bar {
            rest.note(&kind.signature, &cell);
        } else {
            let bar = rest.bar;
            cell.kind = kinds.number(hash, kind);
            let least = self
                .groups
                .iter_mut()
                .zip(&mut self.tags)
                .find(|(cell, _)| kinds.get(cell.kind).priority == bar);
            if let Some((place, tag)) = least {
                let old = std::mem::replace(place, cell);
                *tag = hash as u8;
                let signature = kinds.get(old.kind).signature;
                self.rest(kinds).note(&signature, &old);
            }
            self.raise_bar(kinds);
        }
        0
    }

    fn raise_bar(&mut self, kinds: &Kinds) {
        if let Some(rest) = &mut self.rest {
            let priorities = self.groups.iter().map(|cell| kinds.get(cell.kind).priority);
            rest.bar = priorities.min().unwrap_or(Priority::NONE);
        }
    }

    /// What is beyond the groups; from now on there is such.
    fn rest(&mut self, kinds: &Kinds) -> &mut Rest {
        if self.rest.is_none() {
            let mut rest = Box::<Rest>::default();
            for cell in &self.groups {
                rest.note_port(&kinds.get(cell.kind).signature);
            }
            self.rest = Some(rest);
            self.raise_bar(kinds);
        }
        self.rest.get_or_insert_default()
    }
}

/// The port that packets of a signature ask for, TCP's before UDP's.
pub(super) fn port_of(signature: &Signature) -> Option<(Transport, u16)> {
    signature
        .transport()
        .filter(|t| matches!(*t, Transport::TCP | Transport::UDP))
        .zip(signature.port())
}
