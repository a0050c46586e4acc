//! Sources with a shape, brought together: one finding an actor or a group of actors.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::Transport;
use rutter_knowledge::{Entry, Tool};

use super::court::Court;
use super::heap::Heap;
use crate::detector::together::{Member, bands, ports_of};
use crate::detector::{Claim, Fact, Kind, Range};
use crate::profile::{PortSet, Source};

/// Scanners and bands of scanners are told one by one as long as there are no more of a sort than
/// this; of more, these many of the busiest, and the others together.
const SINGLE: usize = 8;
/// Of what is no scan: victims of floods elsewhere, most of all.
const FEW: usize = 3;

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

impl<'k> Case<'_, 'k> {
    /// The tool's name.
    fn tool_name(&self) -> Option<&'k str> {
        self.tool.map(|tool| tool.name.as_str())
    }

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
    let mut crews: Vec<Crew<'p, 'k>> = Vec::new();
    for band in found {
        let places = band.members.iter();
        let mut members: Vec<Case<'p, 'k>> = places
            .filter_map(|at| cases.get_mut(*at).and_then(Option::take))
            .collect();
        let entry = band.id.and_then(|id| court.knowledge.entry(id));
        for case in &mut members {
            case.entry = entry.unwrap_or(case.entry);
            case.claim.shape.kind = band.kind.unwrap_or(case.claim.shape.kind);
        }
        crews.extend(Crew::of(members, Some(band.fact)));
    }
    let loners = cases.into_iter().flatten();
    crews.extend(loners.filter_map(|case| Crew::of(vec![case], None)));
    crews.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.ip().cmp(&b.ip())));
    // Small ones by the same tool are told together, the others one by one.
    let mut sorts: BTreeMap<(&str, Option<&str>), Vec<Crew<'p, 'k>>> = BTreeMap::new();
    for crew in crews {
        let Some(first) = crew.cases.first() else {
            continue;
        };
        let tool = first.tool_name();
        let small = tool.filter(|_| crew.fact.is_none() && crew.events < SMALL);
        let sort = sorts.entry((first.entry.id.as_str(), small)).or_default();
        sort.push(crew);
    }
    let mut heaps: Vec<Heap<'p, 'k>> = Vec::new();
    for ((_, small), mut crews) in sorts {
        let scan = crews.iter().any(|crew| crew.is_scan());
        let single = if scan { SINGLE } else { FEW };
        let alone = if small.is_some() {
            0
        } else if crews.len() > single + 1 {
            single
        } else {
            // One more than are told alone would be a crowd of one.
            crews.len()
        };
        let rest = crews.split_off(alone);
        heaps.extend(crews.into_iter().filter_map(Crew::heap));
        let many = rest.len();
        let mut rest: Vec<Case<'p, 'k>> = rest.into_iter().flat_map(|crew| crew.cases).collect();
        // The surest of them speaks for all, but of what it used none has to know.
        if small.is_none() {
            let tool = rest.first().and_then(Case::tool_name);
            let is_common = rest.iter().all(|case| case.tool_name() == tool);
            for case in &mut rest {
                case.claim.facts.insert(0, (1.0, Fact::Quieter(many)));
                case.tool = case.tool.filter(|_| is_common);
            }
        }
        heaps.extend(heap(rest));
    }
    heaps
}

/// Cases that belong together, the busiest first.
struct Crew<'p, 'k> {
    cases: Vec<Case<'p, 'k>>,
    /// What speaks for it, when there are several.
    fact: Option<(f32, Fact)>,
    events: u64,
}

impl<'p, 'k> Crew<'p, 'k> {
    fn of(mut cases: Vec<Case<'p, 'k>>, fact: Option<(f32, Fact)>) -> Option<Self> {
        cases.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.ip.cmp(&b.ip)));
        let events = cases.iter().map(|case| case.events).sum();
        (!cases.is_empty()).then_some(Self {
            cases,
            fact,
            events,
        })
    }

    fn ip(&self) -> Option<IpAddr> {
        self.cases.first().map(|case| case.ip)
    }

    fn is_scan(&self) -> bool {
        let mut kinds = self.cases.iter().map(|case| case.claim.shape.kind);
        kinds.any(Kind::is_scan)
    }

    /// The finding that it is by itself.
    fn heap(mut self) -> Option<Heap<'p, 'k>> {
        for case in &mut self.cases {
            case.claim.facts.splice(0..0, self.fact.clone());
        }
        heap(self.cases)
    }
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
