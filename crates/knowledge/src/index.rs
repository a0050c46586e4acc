//! Which ways of recognition an event can possibly fulfil.

use std::net::IpAddr;

use rutter_event::{Packet, TcpFlags, Transport};

use crate::model::{Condition, Entry, Field, Networks, Range};

/// One `[[when]]` of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Position among the entries.
    pub entry: u16,
    /// Position among the entry's `[[when]]`s.
    pub when: u16,
}

/// What turns away most packets that conditions have nothing to do with, for two comparisons of
/// bits instead of a look at the conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guard {
    /// A bit for each shelf of transports that it admits.
    shelves: u8,
    /// A bit for each of the 64 sets of TCP flags that it admits.
    flags: u64,
}

impl Default for Guard {
    /// Admits everything.
    fn default() -> Self {
        Self {
            shelves: u8::MAX,
            flags: u64::MAX,
        }
    }
}

impl Guard {
    pub(crate) fn of(conditions: &[Condition]) -> Self {
        let mut guard = Self::default();
        for condition in conditions {
            match condition {
                Condition::Transport(list) => {
                    guard.shelves &= list
                        .iter()
                        .fold(0, |bits, t| bits | 1 << shelf_of(Some(Transport(*t))));
                }
                Condition::Flags(list) => {
                    guard.flags &= list.iter().fold(0, |bits, f| bits | 1 << (f & 0x3f))
                }
                _ => {}
            }
        }
        guard
    }

    /// Whether packets of a shelf are admitted at all.
    pub(crate) const fn admits_shelf(self, shelf: usize) -> bool {
        self.shelves >> shelf & 1 == 1
    }

    /// Whether packets of these TCP flags are admitted.
    pub(crate) const fn admits_flags(self, flags: TcpFlags) -> bool {
        self.flags >> flags.shape().0 & 1 == 1
    }

    /// Whether transport and flags of a packet, where the log carries them, are admitted.
    #[must_use]
    #[inline]
    pub const fn admits(self, packet: &Packet) -> bool {
        let transport = match packet.transport {
            Some(_) => self.shelves >> shelf_of(packet.transport) & 1 == 1,
            None => true,
        };
        let flags = match packet.tcp.flags {
            Some(flags) => self.flags >> flags.shape().0 & 1 == 1,
            None => true,
        };
        transport && flags
    }
}

/// A candidate behind its guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    candidate: Candidate,
    guard: Guard,
}

/// Ports in more than this many numbers are no address in a book; such a `[[when]]` is asked always.
const WIDE: u64 = 2_048;
/// TCP, UDP, ICMP, ICMPv6, all others.
pub(crate) const SHELVES: usize = 5;

/// Candidates by destination port, by source port, and the rest by transport.
#[derive(Clone, Debug, Default)]
pub struct Index {
    by_destination: Shelf,
    by_source: Shelf,
    /// Those that ask for a source on a list, and all such lists in one.
    by_network: Vec<Candidate>,
    networks: Networks,
    /// Every list of addresses that any condition asks for, in one.
    lists: Networks,
    rest: [Vec<Slot>; SHELVES],
}

impl Index {
    pub(crate) fn of(entries: &[Entry]) -> Self {
        let mut by_destination = Vec::new();
        let mut by_source = Vec::new();
        let mut index = Self::default();
        let mut networks = Vec::new();
        for (e, entry) in entries.iter().enumerate() {
            for (w, when) in entry.whens.iter().enumerate() {
                let (Ok(e), Ok(w)) = (u16::try_from(e), u16::try_from(w)) else {
                    continue;
                };
                let candidate = Candidate { entry: e, when: w };
                let slot = Slot {
                    candidate,
                    guard: Guard::of(&when.conditions),
                };
                if let Some(ranges) = narrow(&when.conditions, Field::DestinationPort) {
                    by_destination.extend(each_port(ranges).map(|port| (port, slot)));
                } else if let Some(ranges) = narrow(&when.conditions, Field::SourcePort) {
                    by_source.extend(each_port(ranges).map(|port| (port, slot)));
                } else if let Some(ranges) = narrow(&when.conditions, Field::EitherPort) {
                    by_destination.extend(each_port(ranges).map(|port| (port, slot)));
                    by_source.extend(each_port(ranges).map(|port| (port, slot)));
                } else if let Some(list) = listed(&when.conditions) {
                    index.by_network.push(candidate);
                    networks.push(list);
                } else {
                    index.shelve(slot);
                }
            }
        }
        index.networks = Networks::union(networks);
        let whens = entries.iter().flat_map(|e| &e.whens).map(|w| &w.conditions);
        let evidence = entries
            .iter()
            .flat_map(|e| &e.evidence)
            .map(|e| &e.conditions);
        let lists = whens.chain(evidence).flatten().filter_map(|c| match c {
            Condition::SourceIn(networks) | Condition::DestinationIn(networks) => Some(networks),
            _ => None,
        });
        index.lists = Networks::union(lists);
        index.by_destination = Shelf::of(&by_destination);
        index.by_source = Shelf::of(&by_source);
        index
    }

    /// Whether any condition has an address on a list.
    #[must_use]
    pub fn is_listed(&self, ip: IpAddr) -> bool {
        self.lists.contains(ip)
    }

    fn shelve(&mut self, slot: Slot) {
        for (number, shelf) in self.rest.iter_mut().enumerate() {
            if slot.guard.admits_shelf(number) {
                shelf.push(slot);
            }
        }
    }

    /// Every `[[when]]` that a packet could fulfil; one may come twice.
    pub fn candidates<'a>(&'a self, packet: &'a Packet) -> impl Iterator<Item = Candidate> + 'a {
        let rest = self
            .rest
            .get(shelf_of(packet.transport))
            .map_or(&[][..], Vec::as_slice);
        let by_destination = packet
            .destination
            .port
            .map_or(&[][..], |p| self.by_destination.at(p));
        let by_source = packet.source.port.map_or(&[][..], |p| self.by_source.at(p));
        let is_listed = packet
            .source
            .ip
            .is_some_and(|ip| self.networks.contains(ip));
        let by_network = if is_listed {
            self.by_network.as_slice()
        } else {
            &[]
        };
        let slots = by_destination.iter().chain(by_source).chain(rest);
        slots
            .filter(|slot| slot.guard.admits(packet))
            .map(|slot| slot.candidate)
            .chain(by_network.iter().copied())
    }
}

pub(crate) const fn shelf_of(transport: Option<Transport>) -> usize {
    match transport {
        Some(Transport::TCP) => 0,
        Some(Transport::UDP) => 1,
        Some(Transport::ICMP) => 2,
        Some(Transport::ICMPV6) => 3,
        _ => 4,
    }
}

fn listed(conditions: &[Condition]) -> Option<&Networks> {
    conditions.iter().find_map(|c| match c {
        Condition::SourceIn(networks) => Some(networks),
        _ => None,
    })
}

fn narrow(conditions: &[Condition], wanted: Field) -> Option<&[Range]> {
    let ranges = conditions.iter().find_map(|c| match c {
        Condition::Number { field, ranges } if *field == wanted => Some(ranges.as_slice()),
        _ => None,
    })?;
    let width: u64 = ranges.iter().map(|r| u64::from(r.high - r.low) + 1).sum();
    (width <= WIDE).then_some(ranges)
}

fn each_port(ranges: &[Range]) -> impl Iterator<Item = u16> {
    ranges
        .iter()
        .flat_map(|r| r.low..=r.high)
        .filter_map(|port| u16::try_from(port).ok())
}

/// Candidates of each port, end to end, with the place where each port's begin.
#[derive(Clone, Debug, Default)]
struct Shelf {
    begins: Vec<u32>,
    slots: Vec<Slot>,
}

impl Shelf {
    /// Pairs come in the order of candidates, and keep it within a port. They are counted first and
    /// then put where they belong: that is a third of a program's way to its first verdict.
    fn of(pairs: &[(u16, Slot)]) -> Self {
        let mut places = vec![0_u32; 65_536];
        for (port, _) in pairs {
            if let Some(count) = places.get_mut(usize::from(*port)) {
                *count += 1;
            }
        }
        let mut begins = Vec::with_capacity(65_537);
        let mut at = 0;
        for place in &mut places {
            begins.push(at);
            at += std::mem::replace(place, at);
        }
        begins.push(at);
        let Some((_, any)) = pairs.first() else {
            return Self {
                begins,
                slots: Vec::new(),
            };
        };
        let mut slots = vec![*any; pairs.len()];
        for (port, slot) in pairs {
            if let Some(place) = places.get_mut(usize::from(*port)) {
                if let Some(free) = slots.get_mut(*place as usize) {
                    *free = *slot;
                }
                *place += 1;
            }
        }
        Self { begins, slots }
    }

    fn at(&self, port: u16) -> &[Slot] {
        let bounds = self.begins.get(usize::from(port)..usize::from(port) + 2);
        match bounds {
            Some([from, to]) => self.slots.get(*from as usize..*to as usize).unwrap_or(&[]),
            _ => &[],
        }
    }
}
