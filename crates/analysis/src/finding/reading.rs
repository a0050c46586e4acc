//! Reads a complete profile.

use std::collections::btree_map;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Mutex;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rutter_event::{Direction, Transport};
use rutter_knowledge::{Cast, Entry, Knowledge, Tool};

use super::actor::{actor, name_ports};
use super::court::Court;
use super::exposure::exposure;
use super::flaw::flaws;
use super::heap::{Heap, Key};
use super::once::count_once;
use super::precedent::Precedents;
use super::scans::{self, Case};
use super::{Actor, MOST_ACTORS, MOST_PORTS, PortLine, Summary, few};
use crate::detector::crowd::Crowds;
use crate::detector::flood::{Flood, floods};
use crate::detector::together::network_of;
use crate::detector::tool::{betrayed, is_sequence};
use crate::detector::victim::Watch;
use crate::detector::{Claim, Conduct, Fact, Heard, Kind, Undecided, distributed, look, residue};
use crate::engine::Best;
use crate::home::Home;
use crate::listening::answers;
use crate::profile::{Group, Marks, Profile, Source};

/// Whoever is this sure needs to log no more.
const SURE: f64 = 0.9;

/// Meanings that a walk over ports has, and fewer ports than make one.
const WALKS: [&str; 2] = ["scan.vertical", "scan.block"];
const FEW_PORTS: usize = 5;
/// A verdict that is less sure is a guess.
const GUESSED: f64 = 0.8;

/// How sure packets are part of the flood in whose minutes they came.
const FLOODED: f64 = 0.97;
/// An IPv4 /24 has fewer; of an IPv6 /48 so many are looked at together.
const MOST_NEIGHBOURS: usize = 1_024;

/// Packets of each meaning by protocol and destination port; a port has few.
type Meanings<'k> = HashMap<(u8, u16), Vec<(u64, &'k Entry)>, RandomState>;
/// Packets in doubt, by meaning and protocol.
type Doubts<'p, 'k> = HashMap<(&'k str, Option<Transport>), Doubt<'p>, RandomState>;

/// So many actors are held before all but the busiest are let go.
const CANDIDATES: usize = 1_024;

/// How many networks are heard in one go.
const NETWORKS: usize = 64;

/// Who does several things at a time. This room has no threads of its own; whoever runs it may.
pub trait Crew {
    /// Makes things 0 to `count - 1`, any of them at the same time, and hands them over in their order.
    fn work<T: Send>(&self, count: usize, make: impl Fn(usize) -> T + Sync, take: impl FnMut(T));
}

/// One thing after the other.
impl Crew for () {
    fn work<T: Send>(&self, count: usize, make: impl Fn(usize) -> T + Sync, take: impl FnMut(T)) {
        (0..count).map(make).for_each(take);
    }
}

/// Reads a complete profile.
#[must_use]
pub fn find<'k>(profile: &Profile, knowledge: &'k Knowledge) -> Summary<'k> {
    find_with(&(), profile, &Home::default(), knowledge)
}

/// Reads a complete profile of a log that was written at some home. What each source did is heard by
/// a crew, and taken in by the order of addresses, so that their number changes nothing.
#[must_use]
pub fn find_with<'k>(
    crew: &impl Crew,
    profile: &Profile,
    home: &Home,
    knowledge: &'k Knowledge,
) -> Summary<'k> {
    // By address, since the profile is sealed.
    let sources: Vec<Source<'_>> = profile.sources.iter().collect();
    let court = Court {
        profile,
        knowledge,
        precedents: Precedents::default(),
        watch: Watch::of(profile, home, watched(&sources)),
        crowds: Crowds::of(&sources, profile),
        refuted: Mutex::default(),
        fading: Mutex::default(),
    };
    let mut reading = Reading {
        floods: floods(&sources, profile)
            .into_iter()
            .map(|flood| (flood, None))
            .collect(),
        ..Reading::default()
    };
    let networks = sources.chunk_by(|a, b| network_of(a.ip()) == network_of(b.ip()));
    let neighbours = networks.flat_map(|network| network.chunks(MOST_NEIGHBOURS));
    let neighbours: Vec<_> = neighbours.collect();
    let goes: Vec<_> = neighbours.chunks(NETWORKS).collect();
    let hear = |at: usize| -> Vec<Deed<'_, 'k>> {
        let go = goes.get(at).into_iter().flat_map(|go| go.iter());
        go.flat_map(|neighbours| hear(neighbours, &court)).collect()
    };
    crew.work(goes.len(), hear, |deeds| {
        for deed in deeds {
            reading.take(deed, &court);
        }
    });
    reading.finish(&court)
}

/// A profile while it is read, source after source.
#[derive(Default)]
struct Reading<'p, 'k> {
    heaps: BTreeMap<Key<'k>, Heap<'p, 'k>>,
    cases: Vec<Case<'p, 'k>>,
    floods: Vec<(Flood, Option<Heap<'p, 'k>>)>,
    meanings: Meanings<'k>,
    doubts: Doubts<'p, 'k>,
    /// Whether the calls on a port become fewer.
    fading: BTreeMap<(u8, u16), bool>,
    /// The busiest so far, and a few more that are let go now and then.
    actors: Vec<Actor<'k>>,
    /// Whoever has fewer packets is none of the busiest.
    least: u64,
    actors_total: usize,
    /// Strangers who do what is not benign.
    suspects: usize,
    judged: u64,
}

impl<'p, 'k> Reading<'p, 'k> {
    /// Takes in what one source did.
    fn take(&mut self, (ip, source, heard, mut claim): Deed<'p, 'k>, court: &Court<'_, 'k>) {
        let knowledge = court.knowledge;
        let claimed = claim.as_ref().map_or(0, |claim| claim.groups);
        let mut narrow = None;
        let unknown = knowledge.entry("unknown.unsolicited");
        let outward = knowledge.entry("benign.outbound");
        for (at, (group, said)) in source.groups().zip(&heard).enumerate() {
            self.note(ip, group, &said.best);
            if claimed >> at & 1 == 0 {
                let mut best = said.best;
                // A packet knows how many ports its source sent to, not how many it asked for, nor
                // what became of the others; who looked at all of them saw no walk.
                if WALKS.contains(&best.entry.id.as_str())
                    && (claim.is_none() || *narrow.get_or_insert_with(|| is_narrow(source, &heard)))
                {
                    let is_ours = group.signature.direction() == Direction::Outbound;
                    let entry = if is_ours { outward } else { unknown };
                    best.entry = entry.unwrap_or(best.entry);
                }
                self.pile(ip, group, &best, court);
            }
        }
        // Packets beyond the kinds that are kept apart are of the source's main purpose.
        let kept: u64 = source.groups().map(|g| g.events).sum();
        let rest = source.events().saturating_sub(kept);
        self.judged += rest;
        let Some(mut actor) = actor(ip, source, &heard) else {
            return;
        };
        let entry = claim.as_ref().and_then(|claim| knowledge.entry(claim.id));
        let named = claim
            .as_mut()
            .and_then(|claim| betray(ip, claim, court.profile));
        if let (Some(claim), Some(entry)) = (claim, entry) {
            actor.entry = entry;
            actor.probability = claim.certainty;
            actor.tool = tool_of(source, &heard, &claim).or(named);
            self.cases.push(Case {
                ip,
                source,
                entry,
                tool: actor.tool,
                events: rest + part(source, &claim),
                claim,
            });
        } else {
            let key = Key::of(actor.entry, actor.tool);
            let mut keys = [key, key.guessed(true)].into_iter();
            if let Some(key) = keys.find(|key| self.heaps.contains_key(key))
                && let Some(heap) = self.heaps.get_mut(&key)
            {
                heap.add_rest(ip, rest, source);
            }
        }
        self.suspects += usize::from(!actor.ours && actor.entry.kind() != "benign");
        self.actors_total += 1;
        if actor.knock.events >= self.least {
            self.actors.push(actor);
        }
        if self.actors.len() >= CANDIDATES {
            self.keep_busiest();
        }
    }

    fn keep_busiest(&mut self) {
        self.actors.sort_by(|a, b| {
            b.knock
                .events
                .cmp(&a.knock.events)
                .then_with(|| a.knock.ip.cmp(&b.knock.ip))
        });
        self.actors.truncate(MOST_ACTORS);
        self.least = self.actors.last().map_or(0, |actor| actor.knock.events);
    }

    /// What a group says about its port, and how much of it is in doubt.
    fn note(&mut self, ip: IpAddr, group: Group<'p>, verdict: &Best<'k>) {
        self.judged += group.events;
        if group.events == 0 {
            return;
        }
        if verdict.probability < SURE {
            let key = (verdict.entry.id.as_str(), group.signature.transport());
            let nothing = Doubt {
                events: 0,
                ip,
                group,
            };
            self.doubts.entry(key).or_insert(nothing).add(ip, group);
        }
        if let (Some(transport), Some(port)) = (group.signature.transport(), group.signature.port())
        {
            let meanings = self.meanings.entry((transport.0, port)).or_default();
            let known = meanings.iter_mut();
            match known
                .into_iter()
                .find(|(_, entry)| entry.id == verdict.entry.id)
            {
                Some((events, _)) => *events += group.events,
                None => meanings.push((group.events, verdict.entry)),
            }
        }
    }

    /// Puts a group that is part of no shape with its like.
    fn pile(&mut self, ip: IpAddr, group: Group<'p>, verdict: &Best<'k>, court: &Court<'_, 'k>) {
        // Packets of another log tell of it already.
        if group.events == 0 {
            return;
        }
        let flood = self.floods.iter_mut().find(|(flood, _)| flood.takes(group));
        if let (Some((_, heap)), Some(entry)) = (flood, court.knowledge.entry("dos.flood")) {
            let heap = heap.get_or_insert_with(|| Heap::new(entry));
            heap.add(ip, group, FLOODED);
            return;
        }
        let key = Key::of(verdict.entry, verdict.tool)
            .on(self.called(&group, verdict, court.profile))
            .guessed(is_guess(&group, verdict, court.profile));
        let heap = self.heaps.entry(key);
        let heap = heap.or_insert_with(|| Heap::new(verdict.entry));
        heap.add(ip, group, verdict.probability);
        heap.name(verdict.tool, group.events);
    }

    /// The port that many call on for a previous holder of the address.
    fn called(&mut self, group: &Group<'_>, verdict: &Best<'_>, profile: &Profile) -> Option<u16> {
        if !residue::may_be(verdict.entry) {
            return None;
        }
        let (transport, port) = group.signature.transport().zip(group.signature.port())?;
        let key = (transport.0, port);
        let known = self.fading.entry(key);
        let fades = known.or_insert_with(|| residue::decay(profile, transport, port).is_some());
        fades.then_some(port)
    }

    fn finish(mut self, court: &Court<'_, 'k>) -> Summary<'k> {
        self.keep_busiest();
        let profile = court.profile;
        name_ports(&mut self.actors, profile);
        let flooded = self.floods.into_iter().filter_map(|(flood, heap)| {
            let mut heap = heap?;
            heap.claim(flood.claim());
            Some(heap)
        });
        let heaps = settled(self.heaps, court);
        let unexplained = heaps.values().filter_map(Heap::unexplained).sum();
        let heaps = heaps.into_iter().map(|(key, mut heap)| {
            let called = key.port().and_then(|_| heap.busiest());
            let claim =
                called.and_then(|(transport, port)| residue::claim(profile, transport, port));
            if let Some(claim) = claim {
                heap.claim(claim);
            }
            heap
        });
        let heaps = heaps.chain(flooded);
        let asked = |port| {
            let meanings = self.meanings.get(&(Transport::TCP.0, port));
            meanings.is_none_or(|m| m.iter().any(|(_, entry)| !is_answer(entry)))
        };
        let exposure = exposure(profile, &self.cases, asked);
        let heaps = heaps.chain(scans::heaps(self.cases, court));
        let mut findings = heaps.map(|heap| heap.finish(court)).collect();
        let noise = few::keep(&mut findings, self.suspects);
        let mut targets: Vec<(IpAddr, u64)> = profile
            .targets
            .iter()
            .map(|(ip, tally)| {
                let twice = profile.told_twice_to(*ip);
                ((*ip).into(), tally.events.saturating_sub(twice))
            })
            .collect();
        targets.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        targets.truncate(MOST_ACTORS);
        let mut missing = missing(&self.doubts, court);
        missing.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let joined = profile.joined();
        let mut summary = Summary {
            findings,
            noise,
            flaws: flaws(profile, &self.actors),
            exposure,
            actors: self.actors,
            actors_total: self.actors_total,
            ports: ports(profile, &self.meanings),
            targets,
            unexplained,
            unjudged: profile.events.saturating_sub(self.judged + joined.twice),
            joined,
            missing,
            news: None,
            answers: answers(profile, court.knowledge),
        };
        if let Some(each) = profile.doubled().and_then(|doubled| doubled.each) {
            count_once(&mut summary, each);
        }
        summary
    }
}

/// Whether a source asked for so few ports that it walked through none, whatever it answered.
fn is_narrow(source: Source<'_>, heard: &[Heard<'_>]) -> bool {
    let asked = source.groups().zip(heard);
    let asked = asked.filter(|(_, heard)| !is_answer(heard.best.entry));
    let ports: BTreeSet<_> = asked.map(|(group, _)| group.signature.port()).collect();
    ports.len() < FEW_PORTS && !source.is_sampled()
}

/// Whether a verdict rests on little, and the port is one that hardly anybody asks for: chance
/// alone brings each port its share.
fn is_guess(group: &Group<'_>, verdict: &Best<'_>, profile: &Profile) -> bool {
    let unsure = verdict.probability < GUESSED || verdict.entry.id == residue::ID;
    let sources = match (group.signature.transport(), group.signature.port()) {
        (Some(transport), Some(port)) => profile.callers_on(transport, port),
        _ => return false,
    };
    unsure && u64::from(sources) < u64::from(residue::CALLERS).max(profile.events >> 14)
}

/// Heaps of what is guessed join those of the same meaning that is not. Where the guesses are spread
/// over ports at random, they are what they are: packets for no known purpose, the background.
fn settled<'p, 'k>(
    heaps: BTreeMap<Key<'k>, Heap<'p, 'k>>,
    court: &Court<'_, 'k>,
) -> BTreeMap<Key<'k>, Heap<'p, 'k>> {
    let unknown = court.knowledge.entry("unknown.unsolicited");
    let mut settled: BTreeMap<Key<'k>, Heap<'p, 'k>> = BTreeMap::new();
    for (key, heap) in heaps {
        let scattered = unknown.filter(|_| key.is_guess() && heap.is_scattered());
        let (key, heap) = match scattered {
            Some(unknown) => (Key::of(unknown, None), heap.called(unknown)),
            None => (key.guessed(false), heap),
        };
        match settled.entry(key) {
            btree_map::Entry::Occupied(mut known) => known.get_mut().merge(heap),
            btree_map::Entry::Vacant(place) => {
                place.insert(heap);
            }
        }
    }
    settled
}

/// How many addresses strangers sent to.
fn watched(sources: &[Source<'_>]) -> u32 {
    let mut all = Marks::default();
    for source in sources {
        let mut is_strange = false;
        for group in source.groups() {
            let ours = matches!(
                group.signature.direction(),
                Direction::Outbound | Direction::Internal
            );
            let one = group
                .destination
                .is_some_and(|ip| !matches!(Cast::of(ip), Cast::Multicast | Cast::Broadcast));
            if one && !ours {
                group.marks().for_each(|mark| all.note(mark));
                is_strange = true;
            }
        }
        if let (true, Some(others)) = (is_strange, source.other_targets()) {
            all.merge(others);
        }
    }
    all.count().max(1)
}

/// What one source did, what the court said of it, and the shape of it.
type Deed<'p, 'k> = (IpAddr, Source<'p>, Vec<Heard<'k>>, Option<Claim>);

/// What the sources of one network did, each by itself and all together.
fn hear<'p, 'k>(neighbours: &[Source<'p>], court: &Court<'_, 'k>) -> Vec<Deed<'p, 'k>> {
    let deed = |source: &Source<'p>| {
        let (ip, source) = (source.ip(), *source);
        let heard = court.hear(ip, source);
        let conduct = Conduct {
            source,
            heard: &heard,
            watch: &court.watch,
            undecided: Undecided::of(court.profile),
        };
        let mut claim = look(&conduct);
        let is_part = |claim: &Claim| claim.shape.kind == Kind::Vertical;
        if court.crowds.has(ip) && claim.as_ref().is_none_or(is_part) {
            claim = court.crowds.claim(ip, &conduct.reach()).or(claim);
        }
        (ip, source, heard, claim)
    };
    let mut deeds: Vec<Deed<'p, 'k>> = neighbours.iter().map(deed).collect();
    let quiet: Vec<Conduct<'_, 'k>> = deeds
        .iter()
        .filter(|deed| deed.3.is_none())
        .map(|(_, source, heard, _)| Conduct {
            source: *source,
            heard,
            watch: &court.watch,
            undecided: Undecided::of(court.profile),
        })
        .collect();
    if let Some(claims) = distributed::look(&quiet) {
        let silent = deeds.iter_mut().filter(|deed| deed.3.is_none());
        for (deed, claim) in silent.zip(claims) {
            deed.3 = claim;
        }
    }
    deeds
}

/// The tool that a scan betrays over the run, and what speaks for it among the facts.
fn betray(ip: IpAddr, claim: &mut Claim, profile: &Profile) -> Option<&'static Tool> {
    let trace = profile.trace_of(ip)?;
    if !claim.shape.kind.is_scan() {
        return None;
    }
    match betrayed(trace, claim.shape.probes.first().copied()) {
        Some((tool, fact)) => {
            claim.facts.push(fact);
            Some(tool)
        }
        None => {
            let sequence = is_sequence(trace).then_some((1.0, Fact::Sequence));
            claim.facts.extend(sequence);
            None
        }
    }
}

/// Whether packets of this meaning answer rather than ask.
fn is_answer(entry: &Entry) -> bool {
    matches!(entry.kind(), "benign" | "backscatter")
}

/// Packets of a source that are part of a shape, as far as their kinds are kept.
fn part(source: Source<'_>, claim: &Claim) -> u64 {
    let groups = source.groups().enumerate();
    let part = groups.filter(|(at, _)| claim.groups >> at & 1 == 1);
    part.map(|(_, group)| group.events).sum()
}

/// The tool that most packets of a shape name.
fn tool_of<'k>(source: Source<'_>, heard: &[Heard<'k>], claim: &Claim) -> Option<&'k Tool> {
    let mut tools: BTreeMap<&str, (u64, &'k Tool)> = BTreeMap::new();
    for (at, (group, heard)) in source.groups().zip(heard).enumerate() {
        if let (1, Some(tool)) = (claim.groups >> at & 1, heard.best.tool) {
            tools.entry(&tool.name).or_insert((0, tool)).0 += group.events;
        }
    }
    let (events, tool) = tools.into_values().max_by_key(|(events, _)| *events)?;
    (events * 2 > part(source, claim)).then_some(tool)
}

/// Packets of one meaning whose verdict is unsure, with the busiest kind of them.
struct Doubt<'p> {
    events: u64,
    ip: IpAddr,
    group: Group<'p>,
}

impl<'p> Doubt<'p> {
    fn add(&mut self, ip: IpAddr, group: Group<'p>) {
        self.events += group.events;
        if group.events > self.group.events {
            (self.ip, self.group) = (ip, group);
        }
    }
}

/// Fields that would have told more of doubtful packets.
fn missing(doubts: &Doubts<'_, '_>, court: &Court<'_, '_>) -> Vec<(&'static str, u64)> {
    let mut missing: BTreeMap<&'static str, u64> = BTreeMap::new();
    for doubt in doubts.values() {
        for field in court.reasons(doubt.ip, doubt.group).1 {
            *missing.entry(field).or_default() += doubt.events;
        }
    }
    missing.into_iter().collect()
}

fn ports<'k>(profile: &Profile, meanings: &Meanings<'k>) -> Vec<PortLine<'k>> {
    let mut twice: BTreeMap<(u8, u16), u64> = BTreeMap::new();
    for (transport, port, events) in profile.told_twice() {
        *twice.entry((transport.0, port)).or_default() += events;
    }
    let once = |(transport, port, events): (Transport, u16, u64)| {
        let twice = twice.get(&(transport.0, port)).copied().unwrap_or(0);
        (transport, port, events.saturating_sub(twice))
    };
    let mut busy: Vec<_> = profile.busy_ports().map(once).collect();
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
                .and_then(|m| m.iter().max_by_key(|(n, entry)| (*n, &entry.id)))
                .map(|(_, entry)| *entry),
        })
        .collect()
}
