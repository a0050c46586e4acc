//! Reads a complete profile.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::{Direction, Transport};
use rutter_knowledge::{Entry, Knowledge, Severity};

use super::court::Court;
use super::heap::{Heap, Key, split_scans};
use super::{Actor, Finding, Knock, MOST_ACTORS, MOST_PORTS, PortLine, Summary};
use crate::engine::Best;
use crate::profile::{Group, Profile, Source};

/// Whoever is this sure needs to log no more.
const SURE: f64 = 0.9;

/// Packets of each meaning by protocol and destination port.
type Meanings<'k> = BTreeMap<(u8, u16), BTreeMap<&'k str, (u64, &'k Entry)>>;

/// Reads a complete profile.
#[must_use]
pub fn find<'k>(profile: &Profile, knowledge: &'k Knowledge) -> Summary<'k> {
    let court = Court { profile, knowledge };
    let mut heaps: BTreeMap<Key<'k>, Heap<'_, 'k>> = BTreeMap::new();
    let mut meanings: Meanings<'k> = BTreeMap::new();
    let mut doubts: BTreeMap<(&str, Option<Transport>), Doubt<'_>> = BTreeMap::new();
    let mut summary = Summary {
        actors_total: profile.sources.len(),
        ..Summary::default()
    };
    let mut judged = 0;
    for source in profile.sources.iter() {
        let ip = source.ip();
        let verdicts = court.hear(ip, source);
        for (group, verdict) in source.groups().zip(&verdicts) {
            judged += group.events;
            if verdict.entry.kind() == "unknown" {
                summary.unexplained += group.events;
            }
            if verdict.probability < SURE {
                let key = (verdict.entry.id.as_str(), group.signature.transport());
                doubts
                    .entry(key)
                    .or_insert(Doubt {
                        events: 0,
                        ip,
                        group: group.clone(),
                    })
                    .add(ip, &group);
            }
            if let (Some(transport), Some(port)) =
                (group.signature.transport(), group.signature.port())
            {
                let meaning = meanings.entry((transport.0, port)).or_default();
                meaning
                    .entry(verdict.entry.id.as_str())
                    .or_insert((0, verdict.entry))
                    .0 += group.events;
            }
            let key = Key {
                id: &verdict.entry.id,
                tool: verdict.tool.map_or("", |t| t.name.as_str()),
                alone: None,
            };
            heaps
                .entry(key)
                .or_insert_with(|| Heap::new(verdict))
                .add(ip, &group, verdict);
        }
        let Some(actor) = actor(ip, source, &verdicts) else {
            continue;
        };
        // Packets beyond the kinds that are kept apart are of the source's main purpose.
        let kept: u64 = source.groups().map(|g| g.events).sum();
        let rest = source.events().saturating_sub(kept);
        judged += rest;
        let key = Key {
            id: &actor.entry.id,
            tool: actor.tool.map_or("", |t| t.name.as_str()),
            alone: None,
        };
        if let Some(heap) = heaps.get_mut(&key) {
            heap.add_rest(ip, rest, source);
        }
        summary.actors.push(actor);
    }
    split_scans(&mut heaps, profile, &court);
    summary.findings = heaps
        .into_values()
        .map(|heap| heap.finish(&court))
        .collect();
    summary.findings.sort_by(|a, b| {
        gravity(b)
            .cmp(&gravity(a))
            .then_with(|| b.events.cmp(&a.events))
            .then_with(|| a.entry.id.cmp(&b.entry.id))
            .then_with(|| {
                a.sources
                    .first()
                    .map(|s| s.ip)
                    .cmp(&b.sources.first().map(|s| s.ip))
            })
    });
    summary.actors.sort_by(|a, b| {
        b.knock
            .events
            .cmp(&a.knock.events)
            .then_with(|| a.knock.ip.cmp(&b.knock.ip))
    });
    summary.actors.truncate(MOST_ACTORS);
    summary.ports = ports(profile, &meanings);
    summary.targets = profile
        .targets
        .iter()
        .map(|(host, tally)| ((*host).into(), tally.events))
        .collect();
    summary
        .targets
        .sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    summary.targets.truncate(MOST_ACTORS);
    summary.missing = missing(&doubts, &court);
    summary
        .missing
        .sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    summary.unjudged = profile.events.saturating_sub(judged);
    summary
}

/// Doubtful findings step back one degree.
fn gravity(finding: &Finding<'_>) -> (Severity, bool) {
    (finding.severity, finding.probability >= 0.5)
}

/// Packets of one meaning whose verdict is unsure, with the busiest kind of them.
struct Doubt<'p> {
    events: u64,
    ip: IpAddr,
    group: Group<'p>,
}

impl<'p> Doubt<'p> {
    fn add(&mut self, ip: IpAddr, group: &Group<'p>) {
        self.events += group.events;
        if group.events > self.group.events {
            (self.ip, self.group) = (ip, group.clone());
        }
    }
}

/// Fields that would have told more of doubtful packets.
fn missing(
    doubts: &BTreeMap<(&str, Option<Transport>), Doubt<'_>>,
    court: &Court<'_, '_>,
) -> Vec<(&'static str, u64)> {
    let mut missing: BTreeMap<&'static str, u64> = BTreeMap::new();
    for doubt in doubts.values() {
        for field in court.reasons(doubt.ip, &doubt.group).1 {
            *missing.entry(field).or_default() += doubt.events;
        }
    }
    missing.into_iter().collect()
}

/// The meaning that weighs most among those of a source's packets.
fn actor<'k>(ip: IpAddr, source: Source<'_>, verdicts: &[Best<'k>]) -> Option<Actor<'k>> {
    let mut weights: BTreeMap<&str, (f64, &Best<'k>)> = BTreeMap::new();
    let mut outbound = 0_i64;
    let mut targets = 1;
    for (group, verdict) in source.groups().zip(verdicts) {
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        let weight = verdict.probability
            * (group.events as f64).sqrt()
            * (1.0 + f64::from(verdict.entry.severity as u8));
        let sum = weights.entry(&verdict.entry.id).or_insert((0.0, verdict));
        sum.0 += weight;
        if verdict.probability > sum.1.probability {
            sum.1 = verdict;
        }
        let sign = match group.signature.direction() {
            Direction::Outbound | Direction::Internal => 1,
            _ => -1,
        };
        outbound += sign * i64::try_from(group.events).unwrap_or(i64::MAX / 64);
        targets = targets.max(group.targets());
    }
    let (_, verdict) = weights.into_values().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let some = |transport| {
        source
            .ports_of(transport)
            .into_iter()
            .take(8)
            .map(|port| (transport, port))
            .collect::<Vec<_>>()
    };
    let mut some_ports = some(Transport::TCP);
    some_ports.extend(some(Transport::UDP));
    Some(Actor {
        knock: Knock {
            ip,
            events: source.events(),
            span: source.span(),
        },
        ours: outbound > 0,
        entry: verdict.entry,
        probability: verdict.probability,
        tool: verdict.tool,
        ports: source.ports(),
        some_ports,
        targets,
    })
}

fn ports<'k>(profile: &Profile, meanings: &Meanings<'k>) -> Vec<PortLine<'k>> {
    let mut busy: Vec<_> = profile.busy_ports().collect();
    busy.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (a.0, a.1).cmp(&(b.0, b.1))));
    busy.truncate(MOST_PORTS);
    busy.into_iter()
        .map(|(transport, port, events)| PortLine {
            transport,
            port,
            events,
            sources: profile.sources_on(transport, port),
            entry: meanings
                .get(&(transport.0, port))
                .and_then(|m| m.values().max_by_key(|(n, _)| *n))
                .map(|(_, entry)| *entry),
        })
        .collect()
}
