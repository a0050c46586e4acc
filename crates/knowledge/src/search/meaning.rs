//! Which entries name a port, and which ports an entry names.

use rutter_event::Transport;

use crate::load::Knowledge;
use crate::model::{Condition, Entry, Field, Range, When};

/// An entry that names a port.
#[derive(Clone, Debug)]
pub struct Meaning<'k> {
    /// Which.
    pub entry: &'k Entry,
    /// Its ways of recognition that name the port, weightiest first.
    pub whens: Vec<&'k When>,
    /// How many ports the closest of them names.
    pub width: u32,
}

/// A condition on more ports than this is not about any one of them.
const WIDE: u32 = 8_192;
/// A condition on this many times the ports of a closer one of the same `[[when]]` only narrows it:
/// "to 1434, from one of the ports that Windows draws" is about 1434.
const LOOSE: u32 = 64;

impl Knowledge {
    /// Entries that name a port, the ones closest to it first.
    #[must_use]
    pub fn meanings(&self, transport: Transport, port: u16) -> Vec<Meaning<'_>> {
        meanings_in(&self.named(), transport, port)
    }

    /// Every way of recognition that names ports.
    pub(super) fn named(&self) -> Vec<Named<'_>> {
        self.entries
            .iter()
            .flat_map(|entry| {
                entry
                    .whens
                    .iter()
                    .flat_map(move |when| Named::of(entry, when))
            })
            .collect()
    }
}

/// Ports that an entry names, those of its weightiest way of recognition first; of a long range only
/// the beginning.
#[must_use]
pub fn ports_of(entry: &Entry) -> Vec<(Transport, u16)> {
    let mut named: Vec<Named<'_>> = entry
        .whens
        .iter()
        .flat_map(|when| Named::of(entry, when))
        .collect();
    named.sort_by(|a, b| b.when.weight.total_cmp(&a.when.weight));
    let mut ports = Vec::new();
    for name in &named {
        for carrier in Transport::CARRIERS
            .into_iter()
            .filter(|c| c.is_everyday() && name.carried_by(*c))
        {
            for port in name.ranges.iter().flat_map(|range| each_port(*range)) {
                if !ports.contains(&(carrier, port)) {
                    ports.push((carrier, port));
                }
            }
        }
    }
    ports
}

/// The ports of a range, or its first when there are more than a few.
pub(super) fn each_port(range: Range) -> impl Iterator<Item = u16> {
    const FEW: u32 = 8;
    let last = if range.high - range.low < FEW {
        range.high
    } else {
        range.low
    };
    (range.low..=last).filter_map(|port| u16::try_from(port).ok())
}

/// A way of recognition and ports that it is about.
pub(super) struct Named<'k> {
    entry: &'k Entry,
    when: &'k When,
    pub(super) ranges: &'k [Range],
    width: u32,
    quoted: bool,
}

impl<'k> Named<'k> {
    fn of(entry: &'k Entry, when: &'k When) -> impl Iterator<Item = Self> {
        let conditions = || {
            when.conditions
                .iter()
                .filter_map(|condition| match condition {
                    Condition::Number { field, ranges } => {
                        let quoted = match field {
                            Field::SourcePort | Field::DestinationPort | Field::EitherPort => false,
                            Field::QuotedSourcePort | Field::QuotedDestinationPort => true,
                            _ => return None,
                        };
                        let width = ranges
                            .iter()
                            .map(|r| (r.high.min(65_535) + 1).saturating_sub(r.low))
                            .sum::<u32>();
                        Some((ranges.as_slice(), width, quoted))
                    }
                    _ => None,
                })
        };
        let closest = conditions().map(|(_, width, _)| width).min().unwrap_or(0);
        let most = closest.saturating_mul(LOOSE).min(WIDE);
        conditions()
            .filter(move |(_, width, _)| *width <= most)
            .map(move |(ranges, width, quoted)| Self {
                entry,
                when,
                ranges,
                width,
                quoted,
            })
    }

    fn names(&self, transport: Transport, port: u16) -> bool {
        self.ranges.iter().any(|r| r.contains(u32::from(port))) && self.carried_by(transport)
    }

    /// Whether the ports are ports of this transport.
    pub(super) fn carried_by(&self, transport: Transport) -> bool {
        self.when
            .conditions
            .iter()
            .all(|condition| match condition {
                Condition::Transport(list) if !self.quoted => list.contains(&transport.0),
                Condition::QuotedTransport(list) if self.quoted => list.contains(&transport.0),
                Condition::Flags(_) if !self.quoted => transport == Transport::TCP,
                _ => true,
            })
    }
}

fn meanings_in<'k>(named: &[Named<'k>], transport: Transport, port: u16) -> Vec<Meaning<'k>> {
    let mut meanings: Vec<Meaning<'k>> = Vec::new();
    for name in named.iter().filter(|n| n.names(transport, port)) {
        match meanings.iter_mut().find(|m| m.entry.id == name.entry.id) {
            None => meanings.push(Meaning {
                entry: name.entry,
                whens: vec![name.when],
                width: name.width,
            }),
            Some(meaning) => {
                meaning.width = meaning.width.min(name.width);
                // One that names the port on both sides comes once.
                if !meaning
                    .whens
                    .iter()
                    .any(|when| std::ptr::eq(*when, name.when))
                {
                    meaning.whens.push(name.when);
                }
            }
        }
    }
    for meaning in &mut meanings {
        meaning.whens.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    }
    let weight = |meaning: &Meaning<'_>| meaning.whens.first().map_or(0.0, |when| when.weight);
    // Exact ports first, then small sets, then ranges; within these by weight.
    let class = |meaning: &Meaning<'_>| meaning.width.max(1).ilog2() / 2;
    meanings.sort_by(|a, b| {
        class(a)
            .cmp(&class(b))
            .then_with(|| weight(b).total_cmp(&weight(a)))
            .then_with(|| a.entry.id.cmp(&b.entry.id))
    });
    meanings
}
