//! Findings in the making.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_event::{Direction, Transport};
use rutter_knowledge::{Entry, Severity, Tool};

use super::court::Court;
use super::crowd::{Crowd, busiest};
use super::{Finding, MOST_SOURCES};
use crate::detector::{Claim, Fact, Range, Rhythm};
use crate::engine::Piece;
use crate::phrase::Says;
use crate::profile::{Group, Marks, Saying, Source, Span};

/// Fewer packets than this fill nobody's line.
const FLOOD: u64 = 1_000;
/// Packets per source from which on knocking is guessing: TCP itself tries a closed door up to seven
/// times.
const GUESSES: u64 = 15;

/// So many ports, of which the busiest has three times its share at most, are no purpose.
const SCATTERED: usize = 40;

/// Kinds of which a few packets are more than knocks.
const GRAVE: [&str; 3] = ["dos", "mitm", "infection"];

/// Kinds that a neighbour's ordinary use of a service looks like, packet by packet.
const USES: [&str; 4] = ["recon", "exploit", "proxy-hunt", "amplification"];

/// What makes packets one finding: their meaning, and the tool where that is the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'k> {
    id: &'k str,
    tool: &'k str,
    port: Option<u16>,
    guess: bool,
}

impl<'k> Key<'k> {
    pub(super) fn of(entry: &'k Entry, tool: Option<&'k Tool>) -> Self {
        let tool = tool.filter(|_| entry.id == "scan.tool");
        Self {
            id: &entry.id,
            tool: tool.map_or("", |t| t.name.as_str()),
            port: None,
            guess: false,
        }
    }

    /// The same on one port.
    pub(super) fn on(self, port: Option<u16>) -> Self {
        Self { port, ..self }
    }

    /// The port, when it is told by itself.
    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }

    /// The same, guessed or not.
    pub(super) fn guessed(self, guess: bool) -> Self {
        Self { guess, ..self }
    }

    pub(super) fn is_guess(&self) -> bool {
        self.guess
    }
}

/// A finding in the making.
pub(super) struct Heap<'p, 'k> {
    finding: Finding<'k>,
    belief: f64,
    /// Whether every packet came from outside and was, as the log says, not let in.
    stopped: bool,
    /// Whether every packet came from outside and none is known to have been let in: a capture does
    /// not say.
    outside: bool,
    /// Whether every packet went from one host of ours to another, and none was turned away.
    inside: bool,
    sources: Crowd,
    ports: BTreeMap<(u8, u16), u64>,
    targets: BTreeMap<IpAddr, u64>,
    reached: Marks,
    loudest: Option<(IpAddr, Group<'p>)>,
    /// The loudest of those of which something is known from elsewhere.
    heard: Option<(IpAddr, Group<'p>, Saying)>,
    tools: BTreeMap<&'k str, (u64, &'k Tool)>,
    claim: Option<Claim>,
}

impl<'p, 'k> Heap<'p, 'k> {
    pub(super) fn new(entry: &'k Entry) -> Self {
        Self {
            finding: Finding {
                entry,
                severity: entry.severity,
                probability: 0.0,
                tool: None,
                sources: Vec::new(),
                sources_total: 0,
                targets: Vec::new(),
                targets_total: 0,
                ports: Vec::new(),
                events: 0,
                allowed: 0,
                span: Span::default(),
                shape: None,
                evidence: Vec::new(),
            },
            belief: 0.0,
            stopped: true,
            outside: true,
            inside: true,
            sources: Crowd::default(),
            ports: BTreeMap::new(),
            targets: BTreeMap::new(),
            reached: Marks::default(),
            loudest: None,
            heard: None,
            tools: BTreeMap::new(),
            claim: None,
        }
    }

    /// Takes in packets of one source, believed to be part of it with a probability. All of a source
    /// come one after the other.
    pub(super) fn add(&mut self, ip: IpAddr, group: Group<'p>, probability: f64) {
        let finding = &mut self.finding;
        finding.events += group.events;
        if group.signature.action() == rutter_event::Action::Allowed {
            finding.allowed += group.events;
        }
        let outward = matches!(
            group.signature.direction(),
            Direction::Outbound | Direction::Internal
        );
        let action = group.signature.action();
        self.stopped &= action.is_denial() && !outward;
        self.outside &= action != rutter_event::Action::Allowed && !outward;
        let within = group.signature.direction() == Direction::Internal;
        self.inside &= within && !action.is_denial();
        finding.span.merge(group.span);
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let events = group.events as f64;
        self.belief += probability * events;
        self.sources.note(ip, group.events, group.span);
        if let (Some(transport), Some(port)) = (group.signature.transport(), group.signature.port())
        {
            *self.ports.entry((transport.0, port)).or_default() += group.events;
        }
        if let Some(target) = group.destination {
            *self.targets.entry(target).or_default() += group.events;
        }
        group.marks().for_each(|mark| self.reached.note(mark));
        if self
            .loudest
            .is_none_or(|(_, loudest)| group.events > loudest.events)
        {
            self.loudest = Some((ip, group));
        }
        if let Some(saying) = group.saying
            && self
                .heard
                .is_none_or(|(_, heard, _)| group.events > heard.events)
        {
            self.heard = Some((ip, group, saying));
        }
    }

    /// What was said on the ports of packets that say nothing themselves.
    fn heard(&self, court: &Court<'_, 'k>) -> Option<Piece<'k>> {
        let (ip, group, saying) = self.heard?;
        let signature = &group.signature;
        let words = court
            .profile
            .words(ip, signature.transport()?, signature.port()?);
        Some(piece((3.0, Fact::Heard { words, saying })))
    }

    /// Takes in another heap, of whatever meaning.
    pub(super) fn merge(&mut self, other: Self) {
        let (finding, more) = (&mut self.finding, other.finding);
        finding.events += more.events;
        finding.allowed += more.allowed;
        finding.span.merge(more.span);
        self.belief += other.belief;
        self.stopped &= other.stopped;
        self.outside &= other.outside;
        self.inside &= other.inside;
        self.sources.merge(other.sources);
        for (port, events) in other.ports {
            *self.ports.entry(port).or_default() += events;
        }
        for (target, events) in other.targets {
            *self.targets.entry(target).or_default() += events;
        }
        self.reached.merge(&other.reached);
        // As if all had come by the order of addresses, in which the first of the loudest counts.
        let order = |of: &(IpAddr, Group<'p>)| (std::cmp::Reverse(of.1.events), of.0);
        self.loudest = self
            .loudest
            .into_iter()
            .chain(other.loudest)
            .min_by_key(order);
        for (name, (events, tool)) in other.tools {
            self.tools.entry(name).or_insert((0, tool)).0 += events;
        }
        if let Some(claim) = other.claim {
            self.claim(claim);
        }
    }

    /// Whether its packets went to so many ports, none of them often, that they have no purpose
    /// in common that a port could tell.
    pub(super) fn is_scattered(&self) -> bool {
        let most = self.ports.values().max().copied().unwrap_or(0);
        self.ports.len() >= SCATTERED && most * SCATTERED as u64 <= self.finding.events * 3
    }

    /// Its packets, when nothing better than unknown was found for them.
    pub(super) fn unexplained(&self) -> Option<u64> {
        let unknown = self.finding.entry.kind() == "unknown";
        unknown.then_some(self.finding.events)
    }

    /// The same packets with another meaning.
    pub(super) fn called(mut self, entry: &'k Entry) -> Self {
        self.finding.entry = entry;
        self.finding.severity = entry.severity;
        self
    }

    /// The port and transport that most of its packets went to.
    pub(super) fn busiest(&self) -> Option<(Transport, u16)> {
        let most = self.ports.iter().max_by_key(|(_, events)| **events)?;
        Some((Transport(most.0.0), most.0.1))
    }

    /// Packets name a tool.
    pub(super) fn name(&mut self, tool: Option<&'k Tool>, events: u64) {
        if let Some(tool) = tool {
            self.tools.entry(&tool.name).or_insert((0, tool)).0 += events;
        }
    }

    /// What a detector says of one of its sources. Several sources are one shape as wide as all of
    /// them, and the surest speaks for them.
    pub(super) fn claim(&mut self, claim: Claim) {
        self.claim = Some(match self.claim.take() {
            None => claim,
            Some(mut known) if known.certainty >= claim.certainty => {
                known.shape.widen(&claim.shape);
                known
            }
            Some(known) => {
                let mut claim = claim;
                claim.shape.widen(&known.shape);
                claim
            }
        });
    }

    /// Where the ports of all its sources lie.
    pub(super) fn span_ports(&mut self, ranges: Vec<Range>) {
        if let (Some(claim), false) = (&mut self.claim, ranges.is_empty()) {
            let ports = ranges.iter().map(|range| range.count).sum::<u32>();
            claim.shape.ports = claim.shape.ports.max(ports);
            claim.shape.ranges = ranges;
        }
    }

    /// Packets of a source beyond the kinds that were kept apart; believed as much as those.
    pub(super) fn add_rest(&mut self, ip: IpAddr, rest: u64, source: Source<'_>) {
        if rest == 0 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let scale = |events: u64| events as f64;
        let known = self.finding.events;
        self.belief *= scale(known + rest) / scale(known.max(1));
        self.finding.events += rest;
        if let Some((allowed, denied)) = source.other_fates() {
            self.finding.allowed += allowed.min(rest);
            self.stopped &= denied >= rest;
            self.outside &= allowed == 0;
            self.inside &= denied == 0;
        }
        self.finding.span.merge(source.span());
        if let Some(targets) = source.other_targets() {
            self.reached.merge(targets);
        }
        // What the kept kinds name, the others most likely are too.
        for (events, _) in self.tools.values_mut() {
            let all = u128::from(*events) * u128::from(known + rest) / u128::from(known.max(1));
            *events = u64::try_from(all).unwrap_or(u64::MAX);
        }
        if let Some(knock) = self.sources.last(ip) {
            knock.events += rest;
            knock.span.merge(source.span());
        }
    }

    pub(super) fn finish(self, court: &Court<'_, 'k>) -> Finding<'k> {
        let heard = self.heard(court);
        let mut finding = self.finding;
        let sources = self.sources.sorted();
        finding.sources_total = sources.len();
        // The tool of most packets is the finding's.
        let most = self.tools.into_values().max_by_key(|(events, _)| *events);
        finding.tool = most
            .filter(|(n, _)| n * 2 > finding.events)
            .map(|(_, tool)| tool);
        let mut reached = self.reached.at_most(finding.events);
        if let Some(claim) = self.claim {
            finding.evidence = claim.facts.into_iter().map(piece).collect();
            reached = reached.max(claim.shape.targets);
            finding.shape = Some(claim.shape);
        } else if let Some((ip, group)) = self.loudest {
            let again = Rhythm::of(&group.moments()).filter(|_| group.targets() == 1);
            finding.evidence = court.reasons(ip, group).0;
            finding
                .evidence
                .extend(again.map(|r| piece((1.5, Fact::Again(r)))));
        }
        finding.evidence.extend(heard);
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let events = finding.events.max(1) as f64;
        finding.probability = (self.belief / events).min(1.0);
        let kind = finding.entry.kind();
        // Many who knock once do not hide the few who do not let go.
        let knocks = sources.iter().map(|knock| knock.events);
        let guesses: u64 = knocks.filter(|events| *events >= GUESSES).sum();
        let insistent = guesses * 2 >= finding.events;
        // A few knocks that nobody is known to have answered are noise wherever they were seen.
        let knocks = self.outside && !insistent && !GRAVE.contains(&kind);
        // Nor do many make guesses who call once each, where they are let in: they are users.
        let used = kind == "bruteforce" || self.inside && USES.contains(&kind);
        let knocks = knocks || used && !insistent && finding.shape.is_none();
        if self.stopped || knocks {
            let most = stopped_severity(kind, finding.events, insistent);
            finding.severity = finding.severity.min(most);
        }
        finding.sources = busiest(sources);
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
        finding.targets_total = reached.max(u32::try_from(targets.len()).unwrap_or(u32::MAX));
        targets.truncate(MOST_SOURCES);
        finding.targets = targets.into_iter().map(|(ip, _)| ip).collect();
        finding
    }
}

/// A fact as a piece of evidence.
fn piece<'k>((weight, fact): (f32, Fact)) -> Piece<'k> {
    Piece {
        field: fact.field(),
        weight,
        says: Says::Shape(fact),
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
