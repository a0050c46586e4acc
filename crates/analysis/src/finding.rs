//! What a complete profile shows: who knocked, on what, what it means.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::{Direction, Timestamp, Transport};
use rutter_knowledge::{Entry, Knowledge, Severity, Tool};

use crate::engine::{Best, Missing, Piece, judge, judge_best};
use crate::profile::{Group, Past, Profile, Source, Span};
use crate::subject::{Subject, year_of};

/// One actor and purpose, or many actors with one purpose.
#[derive(Clone, Debug)]
pub struct Finding<'k> {
    /// What it means.
    pub entry: &'k Entry,
    /// How much it matters here: what the meaning matters, but a knock that was not let in matters
    /// less.
    pub severity: Severity,
    /// How sure, 0 to 1: the mean over its packets.
    pub probability: f64,
    /// The tool, when it is proved or suspected.
    pub tool: Option<&'k Tool>,
    /// Busiest sources, at most `MOST_SOURCES`.
    pub sources: Vec<Knock>,
    /// How many sources.
    pub sources_total: usize,
    /// Some of the addresses that were aimed at.
    pub targets: Vec<IpAddr>,
    /// Busiest destination ports with events.
    pub ports: Vec<(Transport, u16, u64)>,
    /// Packets.
    pub events: u64,
    /// Packets that the log says were let through.
    pub allowed: u64,
    /// When.
    pub span: Span,
    /// What spoke for it, from the busiest source.
    pub evidence: Vec<Piece<'k>>,
}

/// What one source did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knock {
    /// Who.
    pub ip: IpAddr,
    /// Packets.
    pub events: u64,
    /// When.
    pub span: Span,
}

/// A source with what it most likely was.
#[derive(Clone, Debug)]
pub struct Actor<'k> {
    /// Who, how much, when.
    pub knock: Knock,
    /// Whether the address is ours, as far as the directions of its packets tell.
    pub ours: bool,
    /// What its packets mean, the weightiest meaning.
    pub entry: &'k Entry,
    /// How sure, 0 to 1.
    pub probability: f64,
    /// The tool, when one is named.
    pub tool: Option<&'k Tool>,
    /// Distinct TCP and UDP ports.
    pub ports: u32,
    /// Some of the ports, ascending.
    pub some_ports: Vec<(Transport, u16)>,
    /// Distinct addresses that it aimed at, at least.
    pub targets: u32,
}

/// A destination port with what its packets mean.
#[derive(Clone, Debug)]
pub struct PortLine<'k> {
    /// TCP or UDP.
    pub transport: Transport,
    /// Port.
    pub port: u16,
    /// Packets.
    pub events: u64,
    /// Distinct sources.
    pub sources: u32,
    /// The meaning that most packets had, when any was kept.
    pub entry: Option<&'k Entry>,
}

/// Everything that a report tells.
#[derive(Clone, Debug, Default)]
pub struct Summary<'k> {
    /// Gravest first.
    pub findings: Vec<Finding<'k>>,
    /// Busiest first, at most `MOST_ACTORS`.
    pub actors: Vec<Actor<'k>>,
    /// How many sources.
    pub actors_total: usize,
    /// Busiest first, at most `MOST_PORTS`.
    pub ports: Vec<PortLine<'k>>,
    /// Busiest addresses that were aimed at, with events.
    pub targets: Vec<(IpAddr, u64)>,
    /// Packets for which nothing better than `unknown.*` was found.
    pub unexplained: u64,
    /// Packets of sources that were not kept because a cap was reached, or that named no source;
    /// they are in the totals and have no verdict.
    pub unjudged: u64,
    /// Fields whose absence cost certainty, with the packets concerned, most first.
    pub missing: Vec<(&'static str, u64)>,
}

/// How many sources a finding lists.
pub(crate) const MOST_SOURCES: usize = 20;
/// How many actors a summary lists.
pub(crate) const MOST_ACTORS: usize = 50;
/// How many ports a summary lists.
pub(crate) const MOST_PORTS: usize = 50;
/// Packets per source from which on knocking is guessing.
const GUESSES: u64 = 10;
/// Whoever is this sure needs to log no more.
const SURE: f64 = 0.9;
/// Scans are told one by one as long as there are no more than this many.
const SINGLE_SCANS: usize = 12;

/// Packets of each meaning by protocol and destination port.
type Meanings<'k> = BTreeMap<(u8, u16), BTreeMap<&'k str, (u64, &'k Entry)>>;

/// Reads a complete profile.
#[must_use]
pub fn find<'k>(profile: &Profile, knowledge: &'k Knowledge) -> Summary<'k> {
    let mut sources: Vec<(&IpAddr, &Source)> = profile.sources.iter().collect();
    sources.sort_unstable_by_key(|(ip, _)| **ip);
    let court = Court { profile, knowledge };
    let mut heaps: BTreeMap<Key<'k>, Heap<'_, 'k>> = BTreeMap::new();
    let mut meanings: Meanings<'k> = BTreeMap::new();
    let mut doubts: BTreeMap<(&str, Option<Transport>), Doubt<'_>> = BTreeMap::new();
    let mut summary = Summary {
        actors_total: sources.len(),
        ..Summary::default()
    };
    let mut judged = 0;
    for (ip, source) in &sources {
        let verdicts = court.hear(**ip, source);
        for (group, verdict) in source.groups().iter().zip(&verdicts) {
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
                        ip: **ip,
                        group,
                    })
                    .add(**ip, group);
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
                .add(**ip, group, verdict);
        }
        let Some(actor) = actor(**ip, source, &verdicts) else {
            continue;
        };
        // Packets beyond the kinds that are kept apart are of the source's main purpose.
        let kept: u64 = source.groups().iter().map(|g| g.events).sum();
        let rest = source.events.saturating_sub(kept);
        judged += rest;
        let key = Key {
            id: &actor.entry.id,
            tool: actor.tool.map_or("", |t| t.name.as_str()),
            alone: None,
        };
        if let Some(heap) = heaps.get_mut(&key) {
            heap.add_rest(**ip, rest, source);
        }
        summary.actors.push(actor);
    }
    split_scans(&mut heaps, &sources, &court);
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
        .map(|(ip, tally)| (*ip, tally.events))
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

/// The most that packets of a kind matter when all of them were stopped at the border: a knock on a
/// closed door is noise, a scan or somebody who keeps knocking is worth knowing, a flood fills the
/// line all the same.
fn stopped_severity(kind: &str, insistent: bool) -> Severity {
    match kind {
        "dos" | "mitm" | "infection" => Severity::Critical,
        "scan" => Severity::Medium,
        "bruteforce" if insistent => Severity::Medium,
        _ => Severity::Low,
    }
}

/// Where groups are judged.
struct Court<'p, 'k> {
    profile: &'p Profile,
    knowledge: &'k Knowledge,
}

impl<'k> Court<'_, 'k> {
    /// The best verdict of each group of a source, in their order.
    fn hear(&self, ip: IpAddr, source: &Source) -> Vec<Best<'k>> {
        let best = |group| {
            self.with(ip, group, |subject, past| {
                judge_best(self.knowledge, subject, &past.seen, past)
            })
        };
        source.groups().iter().filter_map(best).collect()
    }

    /// What spoke for a group's best verdict, and which fields would have said more about it or
    /// about an alternative.
    fn reasons(&self, ip: IpAddr, group: &Group) -> (Vec<Piece<'k>>, Missing) {
        let verdicts = self.with(ip, group, |subject, past| {
            judge(self.knowledge, subject, &past.seen, past)
        });
        let mut missing: Missing = verdicts
            .iter()
            .flat_map(|v| v.missing.iter().copied())
            .collect();
        missing.sort_unstable();
        missing.dedup();
        (
            verdicts
                .into_iter()
                .next()
                .map(|v| v.evidence)
                .unwrap_or_default(),
            missing,
        )
    }

    /// Calls the judge on a packet of a group, with its past.
    fn with<T>(
        &self,
        ip: IpAddr,
        group: &Group,
        ask: impl FnOnce(&Subject<'_>, &Past<'_>) -> T,
    ) -> T {
        let signature = &group.signature;
        let (packet, quoted) = signature.packet(
            self.knowledge,
            Some(ip),
            group.source_port,
            group.destination,
        );
        let first = group.span.ends().map(|(first, _)| first);
        let subject = Subject {
            packet: &packet,
            quoted: quoted.as_ref(),
            year: first
                .filter(|_| !self.profile.since_boot)
                .map(|at| year_of(Timestamp(at))),
            action: signature.action(),
            direction: signature.direction(),
            payload: &[],
            proofs: signature.proofs(),
        };
        let past = self.profile.past(&subject, signature, first);
        ask(&subject, &past)
    }
}

/// Packets of one meaning whose verdict is unsure, with the busiest kind of them.
struct Doubt<'p> {
    events: u64,
    ip: IpAddr,
    group: &'p Group,
}

impl<'p> Doubt<'p> {
    fn add(&mut self, ip: IpAddr, group: &'p Group) {
        self.events += group.events;
        if group.events > self.group.events {
            (self.ip, self.group) = (ip, group);
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
        for field in court.reasons(doubt.ip, doubt.group).1 {
            *missing.entry(field).or_default() += doubt.events;
        }
    }
    missing.into_iter().collect()
}

/// What makes packets one finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'k> {
    id: &'k str,
    tool: &'k str,
    alone: Option<IpAddr>,
}

/// A finding in the making.
struct Heap<'p, 'k> {
    finding: Finding<'k>,
    belief: f64,
    /// Whether every packet came from outside and was, as the log says, not let in.
    stopped: bool,
    sources: BTreeMap<IpAddr, (u64, Span)>,
    ports: BTreeMap<(u8, u16), u64>,
    targets: BTreeMap<IpAddr, u64>,
    loudest: Option<(IpAddr, &'p Group)>,
}

impl<'p, 'k> Heap<'p, 'k> {
    fn new(verdict: &Best<'k>) -> Self {
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

    fn add(&mut self, ip: IpAddr, group: &'p Group, verdict: &Best<'k>) {
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
            .is_none_or(|(_, loudest)| group.events > loudest.events)
        {
            self.loudest = Some((ip, group));
        }
    }

    /// Packets of a source beyond the kinds that were kept apart; believed as much as those.
    fn add_rest(&mut self, ip: IpAddr, rest: u64, source: &Source) {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let scale = |events: u64| events as f64;
        let known = self.finding.events;
        self.belief *= scale(known + rest) / scale(known.max(1));
        self.finding.events += rest;
        self.finding.span.merge(source.span);
        if let Some((count, span)) = self.sources.get_mut(&ip) {
            *count += rest;
            span.merge(source.span);
        }
    }

    fn finish(self, court: &Court<'_, 'k>) -> Finding<'k> {
        let mut finding = self.finding;
        if let Some((ip, group)) = self.loudest {
            finding.evidence = court.reasons(ip, group).0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let events = finding.events.max(1) as f64;
        finding.probability = self.belief / events;
        if self.stopped {
            let insistent = finding.events >= GUESSES * finding.sources_total as u64;
            finding.severity = finding
                .severity
                .min(stopped_severity(finding.entry.kind(), insistent));
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

/// A scan is told by itself, one finding an actor, unless there are very many of them.
fn split_scans<'p, 'k>(
    heaps: &mut BTreeMap<Key<'k>, Heap<'p, 'k>>,
    sources: &[(&IpAddr, &'p Source)],
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
            let Ok(at) = sources.binary_search_by_key(ip, |(ip, _)| **ip) else {
                continue;
            };
            let Some((_, source)) = sources.get(at) else {
                continue;
            };
            for (group, verdict) in source.groups().iter().zip(court.hear(*ip, source)) {
                let tool = verdict.tool.map_or("", |t| t.name.as_str());
                if verdict.entry.id == key.id && tool == key.tool {
                    let alone = Key {
                        alone: Some(*ip),
                        ..key
                    };
                    heaps
                        .entry(alone)
                        .or_insert_with(|| Heap::new(&verdict))
                        .add(*ip, group, &verdict);
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

/// The meaning that weighs most among those of a source's packets.
fn actor<'k>(ip: IpAddr, source: &Source, verdicts: &[Best<'k>]) -> Option<Actor<'k>> {
    let mut weights: BTreeMap<&str, (f64, &Best<'k>)> = BTreeMap::new();
    let mut outbound = 0_i64;
    let mut targets = 1;
    for (group, verdict) in source.groups().iter().zip(verdicts) {
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
    let some = |transport, ports: &crate::profile::PortSet| {
        ports
            .iter()
            .take(8)
            .map(|port| (transport, port))
            .collect::<Vec<_>>()
    };
    let mut some_ports = some(Transport::TCP, &source.tcp);
    some_ports.extend(some(Transport::UDP, &source.udp));
    Some(Actor {
        knock: Knock {
            ip,
            events: source.events,
            span: source.span,
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
