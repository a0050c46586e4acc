//! Findings in the making.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::{Direction, Transport};
use rutter_knowledge::Severity;

use super::court::Court;
use super::{Finding, Knock, MOST_SOURCES};
use crate::engine::Best;
use crate::profile::{Group, Profile, Source, Span};

/// Fewer packets than this fill nobody's line.
const FLOOD: u64 = 1_000;
/// Packets per source from which on knocking is guessing.
const GUESSES: u64 = 10;
/// Scans are told one by one as long as there are no more than this many.
const SINGLE_SCANS: usize = 12;

/// What makes packets one finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'k> {
    pub(super) id: &'k str,
    pub(super) tool: &'k str,
    pub(super) alone: Option<IpAddr>,
}

/// A finding in the making.
pub(super) struct Heap<'p, 'k> {
    finding: Finding<'k>,
    belief: f64,
    /// Whether every packet came from outside and was, as the log says, not let in.
    stopped: bool,
    sources: BTreeMap<IpAddr, (u64, Span)>,
    ports: BTreeMap<(u8, u16), u64>,
    targets: BTreeMap<IpAddr, u64>,
    loudest: Option<(IpAddr, Group<'p>)>,
}

impl<'p, 'k> Heap<'p, 'k> {
    pub(super) fn new(verdict: &Best<'k>) -> Self {
        Self {
            finding: Finding {
                entry: verdict.entry,
                severity: verdict.entry.severity,
                probability: 0.0,
                tool: verdict.tool,
                sources: Vec::new(),
                sources_total: 0,
                targets: Vec::new(),
                ports: Vec::new(),
                events: 0,
                allowed: 0,
                span: Span::default(),
                evidence: Vec::new(),
            },
            belief: 0.0,
            stopped: true,
            sources: BTreeMap::new(),
            ports: BTreeMap::new(),
            targets: BTreeMap::new(),
            loudest: None,
        }
    }

    pub(super) fn add(&mut self, ip: IpAddr, group: &Group<'p>, verdict: &Best<'k>) {
        let finding = &mut self.finding;
        finding.events += group.events;
        if group.signature.action() == rutter_event::Action::Allowed {
            finding.allowed += group.events;
        }
        let outward = matches!(
            group.signature.direction(),
            Direction::Outbound | Direction::Internal
        );
        self.stopped &= group.signature.action().is_denial() && !outward;
        finding.span.merge(group.span);
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let events = group.events as f64;
        self.belief += verdict.probability * events;
        let (count, span) = self.sources.entry(ip).or_default();
        *count += group.events;
        span.merge(group.span);
        if let (Some(transport), Some(port)) = (group.signature.transport(), group.signature.port())
        {
            *self.ports.entry((transport.0, port)).or_default() += group.events;
        }
        if let Some(target) = group.destination {
            *self.targets.entry(target).or_default() += group.events;
        }
        if self
            .loudest
            .as_ref()
            .is_none_or(|(_, loudest)| group.events > loudest.events)
        {
            self.loudest = Some((ip, group.clone()));
        }
    }

    /// Packets of a source beyond the kinds that were kept apart; believed as much as those.
    pub(super) fn add_rest(&mut self, ip: IpAddr, rest: u64, source: Source<'_>) {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let scale = |events: u64| events as f64;
        let known = self.finding.events;
        self.belief *= scale(known + rest) / scale(known.max(1));
        self.finding.events += rest;
        self.finding.span.merge(source.span());
        if let Some((count, span)) = self.sources.get_mut(&ip) {
            *count += rest;
            span.merge(source.span());
        }
    }

    pub(super) fn finish(self, court: &Court<'_, 'k>) -> Finding<'k> {
        let mut finding = self.finding;
        if let Some((ip, group)) = &self.loudest {
            finding.evidence = court.reasons(*ip, group).0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let events = finding.events.max(1) as f64;
        finding.probability = self.belief / events;
        if self.stopped {
            let insistent = finding.events >= GUESSES * finding.sources_total as u64;
            let most = stopped_severity(finding.entry.kind(), finding.events, insistent);
            finding.severity = finding.severity.min(most);
        }
        finding.sources_total = self.sources.len();
        finding.sources = self
            .sources
            .into_iter()
            .map(|(ip, (events, span))| Knock { ip, events, span })
            .collect();
        finding
            .sources
            .sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.ip.cmp(&b.ip)));
        finding.sources.truncate(MOST_SOURCES);
        finding.ports = self
            .ports
            .into_iter()
            .map(|((t, port), n)| (Transport(t), port, n))
            .collect();
        finding
            .ports
            .sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (a.0, a.1).cmp(&(b.0, b.1))));
        finding.ports.truncate(MOST_SOURCES);
        let mut targets: Vec<_> = self.targets.into_iter().collect();
        targets.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        targets.truncate(MOST_SOURCES);
        finding.targets = targets.into_iter().map(|(ip, _)| ip).collect();
        finding
    }
}

/// The most that packets of a kind matter when all of them were stopped at the border: a knock on a
/// closed door is noise, a scan or somebody who keeps knocking is worth knowing, a flood fills the
/// line all the same.
pub(super) fn stopped_severity(kind: &str, events: u64, insistent: bool) -> Severity {
    match kind {
        "dos" if events < FLOOD => Severity::Low,
        "dos" | "mitm" | "infection" => Severity::Critical,
        "scan" => Severity::Medium,
        "bruteforce" if insistent => Severity::Medium,
        _ => Severity::Low,
    }
}

/// A scan is told by itself, one finding an actor, unless there are very many of them.
pub(super) fn split_scans<'p, 'k>(
    heaps: &mut BTreeMap<Key<'k>, Heap<'p, 'k>>,
    profile: &'p Profile,
    court: &Court<'_, 'k>,
) {
    let split: Vec<Key<'k>> = heaps
        .iter()
        .filter(|(key, heap)| {
            key.id.starts_with("scan.") && (2..=SINGLE_SCANS).contains(&heap.sources.len())
        })
        .map(|(key, _)| *key)
        .collect();
    for key in split {
        let Some(heap) = heaps.remove(&key) else {
            continue;
        };
        for ip in heap.sources.keys() {
            let Some(source) = profile.sources.get(*ip) else {
                continue;
            };
            for (group, verdict) in source.groups().zip(court.hear(*ip, source)) {
                let tool = verdict.tool.map_or("", |t| t.name.as_str());
                if verdict.entry.id == key.id && tool == key.tool {
                    let alone = Key {
                        alone: Some(*ip),
                        ..key
                    };
                    heaps
                        .entry(alone)
                        .or_insert_with(|| Heap::new(&verdict))
                        .add(*ip, &group, &verdict);
                }
            }
            let alone = Key {
                alone: Some(*ip),
                ..key
            };
            if let (Some(single), Some((events, _))) = (heaps.get_mut(&alone), heap.sources.get(ip))
            {
                single.add_rest(*ip, events.saturating_sub(single.finding.events), source);
            }
        }
    }
}
