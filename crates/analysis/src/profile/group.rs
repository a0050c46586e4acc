//! Packets of one source that are of one kind.

use std::net::IpAddr;

use super::host::Host;
use super::joint::Saying;
use super::marks::Marks;
use super::sighting::Sighting;
use super::signature::Signature;
use super::span::Span;

/// How many of the earliest moments a group keeps, to tell an even rhythm.
pub(crate) const MOMENTS: usize = 6;
/// How many marks of targets lie in the cell itself, beside that of the smallest target.
const NEAR: usize = 2;

/// The earliest moments, ascending; `i64::MAX` where there are no more.
pub(crate) type Moments = [i64; MOMENTS];

/// The sum of the packets of one kind, in one line of memory. What does not fit lies in `more`.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) events: u64,
    pub(super) span: Span,
    /// The smallest destination; [`Host::NONE`] when the kind has none.
    pub(super) destination: Host,
    /// Number of the kind.
    pub(super) kind: u32,
    /// The smallest source port; 0 when the kind has none.
    pub(super) source_port: u16,
    /// How many packets carried a time: 0, 1, 2, or 3 for more.
    timed: u8,
    /// Marks of the other targets, 0 for none, unless `more` holds those of all.
    near: [u32; NEAR],
    more: Option<Box<More>>,
}

/// What only groups of several packets have.
#[derive(Clone, Debug)]
pub(super) struct More {
    /// The earliest moments after the first, ascending; kept from the third on.
    moments: [i64; MOMENTS - 1],
    /// Marks of all targets, when they are more than the cell holds.
    targets: Marks,
}

impl Default for More {
    fn default() -> Self {
        Self {
            moments: [i64::MAX; MOMENTS - 1],
            targets: Marks::default(),
        }
    }
}

/// Most bytes of a cell beyond itself, as the allocator counts.
pub(super) const MORE: usize = 80 + 4 * super::marks::MOST + 16;

const _: () = assert!(
    size_of::<Cell>() <= 64 && size_of::<More>() <= 64,
    "one line each"
);

impl Cell {
    /// The sum of one packet.
    pub(super) fn of(kind: u32, moment: Option<i64>, destination: Host, source_port: u16) -> Self {
        let mut span = Span::default();
        span.note(moment);
        Self {
            events: 1,
            span,
            destination,
            kind,
            source_port,
            timed: u8::from(moment.is_some()),
            near: [0; NEAR],
            more: None,
        }
    }

    /// Takes in a packet of the same kind.
    #[inline]
    pub(super) fn note(&mut self, sighting: &Sighting) {
        self.events += 1;
        self.source_port = self.source_port.min(sighting.source_port);
        if let Some(moment) = sighting.moment {
            self.note_moment(moment);
        }
        if sighting.destination != self.destination {
            self.note_target(sighting.destination);
        }
    }

    #[inline]
    fn note_moment(&mut self, moment: i64) {
        if let (2.., Some((first, last))) = (self.timed, self.span.ends()) {
            let is_third = self.timed == 2;
            let moments = &mut self.more.get_or_insert_default().moments;
            if is_third {
                // So far first and last were all.
                insert(moments, last);
            }
            insert(moments, moment.max(first));
        }
        self.timed = (self.timed + 1).min(3);
        self.span.note(Some(moment));
    }

    fn note_target(&mut self, destination: Host) {
        let mark = destination.mark();
        if let Some(more) = &mut self.more
            && !more.targets.is_empty()
        {
            more.targets.note(mark);
            self.destination = self.destination.min(destination);
        } else if destination < self.destination || !self.near.contains(&mark) {
            let known = self.destination.mark();
            self.destination = self.destination.min(destination);
            self.keep_marks([known, mark]);
        }
    }

    /// Adds marks to those in the cell, which does not hold that of `destination`.
    fn keep_marks(&mut self, marks: impl IntoIterator<Item = u32>) {
        let own = self.destination.mark();
        let mut others = self.near.into_iter().filter(|m| *m != 0).chain(marks);
        let mut near = [0; NEAR];
        let mut taken = 0;
        let overflow = others.find(|mark| {
            if *mark == own || near.contains(mark) {
                return false;
            }
            match near.get_mut(taken) {
                Some(place) => {
                    *place = *mark;
                    taken += 1;
                    false
                }
                None => true,
            }
        });
        match overflow {
            None => self.near = near,
            Some(mark) => {
                let all = near.into_iter().chain([own, mark]).chain(others).collect();
                self.more.get_or_insert_default().targets = all;
                self.near = [0; NEAR];
            }
        }
    }

    /// A sum that was kept as bytes; moments and marks follow, and the kind.
    pub(super) fn restored(
        events: u64,
        span: Span,
        destination: Host,
        source_port: u16,
        timed: u8,
    ) -> Self {
        Self {
            events,
            span,
            timed: timed.min(3),
            ..Self::of(0, None, destination, source_port)
        }
    }

    /// One of the earliest moments after the first.
    pub(super) fn restore_moment(&mut self, moment: i64) {
        insert(&mut self.more.get_or_insert_default().moments, moment);
    }

    /// The mark of one target more.
    pub(super) fn restore_mark(&mut self, mark: u32) {
        match &mut self.more {
            Some(more) if !more.targets.is_empty() => more.targets.note(mark),
            _ => self.keep_marks([mark]),
        }
    }

    /// How many packets carried a time: 0, 1, 2, or 3 for more.
    pub(super) const fn timed(&self) -> u8 {
        self.timed
    }

    /// Takes in the sum of other packets of the same kind.
    pub(super) fn merge(&mut self, other: &Self) {
        let mut moments = self.moments();
        other
            .moments()
            .iter()
            .for_each(|m| insert(&mut moments, *m));
        self.events += other.events;
        self.source_port = self.source_port.min(other.source_port);
        self.timed = (self.timed + other.timed).min(3);
        self.span.merge(other.span);
        if let (3, [_, later @ ..]) = (self.timed, moments) {
            self.more.get_or_insert_default().moments = later;
        }
        let known = self.destination.mark();
        self.destination = self.destination.min(other.destination);
        match &mut self.more {
            Some(more) if !more.targets.is_empty() => {
                other.marks().for_each(|mark| more.targets.note(mark));
            }
            _ => self.keep_marks(other.marks().chain([known])),
        }
    }

    /// The earliest moments.
    pub(super) fn moments(&self) -> Moments {
        let mut moments = [i64::MAX; MOMENTS];
        if let Some((first, last)) = self.span.ends() {
            moments[0] = first;
            match (self.timed, &self.more) {
                (2, _) => moments[1] = last,
                (3, Some(more)) => {
                    for (place, moment) in moments.iter_mut().skip(1).zip(more.moments) {
                        *place = moment;
                    }
                }
                _ => {}
            }
        }
        moments
    }

    /// Marks of the targets, in no particular order.
    pub(super) fn marks(&self) -> impl Iterator<Item = u32> {
        let all = self.more.as_ref().map(|more| &more.targets);
        let all = all.filter(|targets| !targets.is_empty());
        let own = all.is_none().then(|| self.destination.mark());
        let near = self.near.into_iter().filter(|mark| *mark != 0);
        near.chain(own).chain(all.into_iter().flat_map(Marks::iter))
    }

    /// How many distinct targets.
    pub(super) fn targets(&self) -> u32 {
        match &self.more {
            Some(more) if !more.targets.is_empty() => more.targets.at_most(self.events),
            _ => {
                1 + self
                    .near
                    .iter()
                    .map(|mark| u32::from(*mark != 0))
                    .sum::<u32>()
            }
        }
    }

    /// How many distinct targets there are by their marks alone, whatever the number of packets.
    fn addresses(&self) -> u32 {
        match &self.more {
            Some(more) if !more.targets.is_empty() => more.targets.count(),
            _ => self.targets(),
        }
    }

    /// Reads the line of memory that the next packet will need.
    #[inline]
    pub(super) fn touch(&self) -> i64 {
        self.more.as_ref().map_or(0, |more| more.moments[0])
    }

    /// Reads the line behind that one.
    #[inline]
    pub(super) fn touch_marks(&self) -> u32 {
        self.more.as_ref().map_or(0, |more| more.targets.touch())
    }
}

/// Packets of one source that share a signature.
#[derive(Clone, Copy, Debug)]
pub struct Group<'p> {
    /// How many.
    pub events: u64,
    /// When.
    pub span: Span,
    /// The smallest destination address among them.
    pub destination: Option<IpAddr>,
    /// The smallest source port among them.
    pub source_port: Option<u16>,
    /// What they have in common; with what was said, when that is known from elsewhere.
    pub signature: Signature,
    /// Where that is known from.
    pub saying: Option<Saying>,
    /// The whole sum, unless it is one packet's.
    cell: Option<&'p Cell>,
}

impl<'p> Group<'p> {
    pub(super) fn of_one(
        signature: Signature,
        moment: Option<i64>,
        destination: Host,
        source_port: u16,
    ) -> Self {
        let mut span = Span::default();
        span.note(moment);
        Self {
            events: 1,
            span,
            destination: signature.has_destination().then(|| destination.into()),
            source_port: signature.has_source_port().then_some(source_port),
            signature,
            saying: None,
            cell: None,
        }
    }

    pub(super) fn of(signature: Signature, cell: &'p Cell) -> Self {
        Self {
            events: cell.events,
            span: cell.span,
            destination: signature.has_destination().then(|| cell.destination.into()),
            source_port: signature.has_source_port().then_some(cell.source_port),
            signature,
            saying: None,
            cell: Some(cell),
        }
    }

    /// How many distinct addresses: exact below 64, estimated with a standard error of an eighth
    /// above.
    #[must_use]
    pub fn targets(&self) -> u32 {
        self.cell.map_or(1, Cell::targets)
    }

    /// Whether four packets or more came at even intervals of a second or longer.
    #[must_use]
    pub fn is_regular(&self) -> bool {
        self.cell.is_some_and(|cell| is_even(&cell.moments()))
    }

    /// The earliest moments, ascending; `i64::MAX` where there are no more.
    pub(crate) fn moments(&self) -> Moments {
        self.cell.map_or_else(
            || {
                let mut moments = [i64::MAX; MOMENTS];
                if let Some((first, _)) = self.span.ends() {
                    moments[0] = first;
                }
                moments
            },
            Cell::moments,
        )
    }

    /// How many addresses [`target_set`](Self::target_set) counts.
    pub(crate) fn addresses(&self) -> u32 {
        self.cell.map_or(1, Cell::addresses)
    }

    /// The distinct addresses, as a set that merges.
    pub(crate) fn target_set(&self) -> Marks {
        self.marks().collect()
    }

    pub(crate) fn marks(&self) -> impl Iterator<Item = u32> {
        let own = match self.cell {
            Some(_) => None,
            None => Some(self.destination.map_or(Host::NONE, Host::from).mark()),
        };
        self.cell.into_iter().flat_map(Cell::marks).chain(own)
    }
}

/// Whether four moments or more lie at even intervals of a second or longer.
pub(super) fn is_even(moments: &Moments) -> bool {
    let gaps = moments
        .iter()
        .zip(moments.iter().skip(1))
        .take_while(|(_, next)| **next != i64::MAX)
        .map(|(moment, next)| next.saturating_sub(*moment));
    let (mut least, mut most, mut count) = (i64::MAX, 0, 0);
    for gap in gaps {
        (least, most, count) = (least.min(gap), most.max(gap), count + 1);
    }
    count >= 3 && least >= 1_000_000_000 && most - least <= least / 5
}

/// Puts a moment in its place among the earliest; the last falls out.
#[inline]
pub(super) fn insert(moments: &mut [i64], moment: i64) {
    if moments.last().is_none_or(|last| moment >= *last) {
        return;
    }
    let at = moments.partition_point(|m| *m <= moment);
    if let Some(tail @ [_, ..]) = moments.get_mut(at..) {
        tail.rotate_right(1);
        tail[0] = moment;
    }
}
