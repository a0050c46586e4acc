//! Sources with a shape, brought together: one finding an actor or a group of actors.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::Transport;
use rutter_knowledge::{Entry, Tool};

use super::court::Court;
use super::heap::Heap;
use crate::detector::together::{Member, bands, ports_of};
use crate::detector::{Claim, Range};
use crate::profile::{PortSet, Source};

/// Scans are told one by one as long as there are no more of a sort than this; of more, these many
/// of the busiest, and the others together.
const SINGLE: usize = 8;

/// Fewer packets make a small scan.
const SMALL: u64 = 15;

/// A source with its shape.
pub(super) struct Case<'p, 'k> {
    pub(super) ip: IpAddr,
    pub(super) source: Source<'p>,
    pub(super) claim: Claim,
    pub(super) entry: &'k Entry,
    pub(super) tool: Option<&'k Tool>,
    /// Its packets that are part of the shape.
    pub(super) events: u64,
}

impl Case<'_, '_> {
    /// Packets of the shape beyond the kinds that are kept apart.
    fn rest(&self) -> u64 {
        let groups = self.source.groups().enumerate();
        let kept = groups.filter(|(at, _)| self.claim.groups >> at & 1 == 1);
        let kept: u64 = kept.map(|(_, group)| group.events).sum();
        self.events.saturating_sub(kept)
    }
}

/// The findings that cases make.
pub(super) fn heaps<'p, 'k>(cases: Vec<Case<'p, 'k>>, court: &Court<'_, 'k>) -> Vec<Heap<'p, 'k>> {
    let found = {
        let members: Vec<Member<'_>> = cases.iter().map(member).collect();
        bands(&members)
    };
    let mut cases: Vec<Option<Case<'p, 'k>>> = cases.into_iter().map(Some).collect();
    let mut heaps: Vec<Heap<'p, 'k>> = Vec::new();
    for band in found {
        let places = band.members.iter();
        let mut members: Vec<Case<'p, 'k>> = places
            .filter_map(|at| cases.get_mut(*at).and_then(Option::take))
            .collect();
        let entry = band.id.and_then(|id| court.knowledge.entry(id));
        members.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.ip.cmp(&b.ip)));
        for case in &mut members {
            case.entry = entry.unwrap_or(case.entry);
            case.claim.shape.kind = band.kind.unwrap_or(case.claim.shape.kind);
            case.claim.facts.insert(0, band.fact.clone());
        }
        heaps.extend(heap(members));
    }
    let mut loners: Vec<Case<'p, 'k>> = cases.into_iter().flatten().collect();
    loners.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.ip.cmp(&b.ip)));
    // Small ones by the same tool are told together, the others one by one.
    let mut sorts: BTreeMap<(&str, Option<&str>), Vec<Case<'p, 'k>>> = BTreeMap::new();
    for case in loners {
        let tool = case.tool.map(|tool| tool.name.as_str());
        let small = tool.filter(|_| case.events < SMALL);
        let sort = sorts.entry((case.entry.id.as_str(), small)).or_default();
        sort.push(case);
    }
    for ((_, small), mut cases) in sorts {
        if small.is_some() {
            heaps.extend(heap(cases));
            continue;
        }
        // One more than are told alone would be a crowd of one.
        let rest = if cases.len() > SINGLE + 1 {
            cases.split_off(SINGLE)
        } else {
            Vec::new()
        };
        heaps.extend(cases.into_iter().filter_map(|case| heap(vec![case])));
        heaps.extend(heap(rest));
    }
    heaps
}

fn member<'c>(case: &'c Case<'_, '_>) -> Member<'c> {
    let groups = case.source.groups().enumerate();
    let groups = groups.filter(|(at, _)| case.claim.groups >> at & 1 == 1);
    Member {
        ip: case.ip,
        claim: &case.claim,
        span: case.source.span(),
        ports: ports_of(case.source),
        target: groups.filter_map(|(_, group)| group.destination).min(),
        tool: case.tool.map_or("", |tool| tool.name.as_str()),
    }
}

/// One finding of some cases; the first names the entry.
fn heap<'p, 'k>(cases: Vec<Case<'p, 'k>>) -> Option<Heap<'p, 'k>> {
    let mut heap = Heap::new(cases.first()?.entry);
    let ranges = if cases.len() > 1 {
        union(&cases)
    } else {
        Vec::new()
    };
    for case in cases {
        let rest = case.rest();
        heap.name(case.tool, case.events);
        for (at, group) in case.source.groups().enumerate() {
            if case.claim.groups >> at & 1 == 1 {
                heap.add(case.ip, group, case.claim.certainty);
            }
        }
        heap.add_rest(case.ip, rest, case.source);
        heap.claim(case.claim);
    }
    heap.span_ports(ranges);
    Some(heap)
}

/// The ports that several sources asked for, all together.
fn union(cases: &[Case<'_, '_>]) -> Vec<Range> {
    let mut sets: BTreeMap<u8, PortSet> = BTreeMap::new();
    for case in cases {
        for range in &case.claim.shape.ranges {
            let set = sets.entry(range.transport.0).or_default();
            let asked = case.source.ports_of(range.transport).into_iter();
            for port in asked.filter(|port| (range.low..=range.high).contains(port)) {
                set.insert(port);
            }
        }
    }
    sets.into_iter()
        .filter_map(|(transport, set)| {
            Some(Range {
                transport: Transport(transport),
                low: set.iter().next()?,
                high: set.iter().last()?,
                count: set.len(),
            })
        })
        .collect()
}
