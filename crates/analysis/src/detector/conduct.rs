//! What one source did, as detectors see it.

use std::collections::{BTreeMap, BTreeSet};

use rutter_event::{Action, Direction, Transport};

use super::probe::Probe;
use super::victim::Watch;
use super::{Claim, Kind, Shape, fact};
use crate::engine::Best;
use crate::profile::{Group, Marks, Profile, Source, Span};

/// What the court said of a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard<'k> {
    /// The best verdict.
    pub(crate) best: Best<'k>,
    /// Whether it answers something that our side sent.
    pub(crate) answered: bool,
    /// Whether our side has sent anything to the source.
    pub(crate) spoke: bool,
}

/// What one source did.
pub(crate) struct Conduct<'p, 'k> {
    /// The sum.
    pub(crate) source: Source<'p>,
    /// What the court said of its groups, in their order.
    pub(crate) heard: &'p [Heard<'k>],
    /// Where and when the answers of victims were seen.
    pub(crate) watch: &'p Watch,
    /// What became of packets of which the log does not say it.
    pub(crate) undecided: Undecided,
}

/// What became of packets of which the log does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undecided {
    /// They were most likely stopped: so is what most firewalls log.
    Stopped,
    /// They were let in: what was stopped stands under another label besides.
    Passed,
    /// Nobody knows: a rule logs before anything is decided, and none when it is.
    Unknown,
}

impl Undecided {
    /// By the labels of a log.
    pub(crate) fn of(profile: &Profile) -> Self {
        match (profile.is_audit(), profile.denied) {
            (false, _) => Self::Stopped,
            (true, 0) => Self::Unknown,
            (true, _) => Self::Passed,
        }
    }
}

/// What a source asked for, all means together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// Groups that ask, by their place.
    pub(crate) groups: u32,
    /// By which means, most packets first.
    pub(crate) probes: Vec<Probe>,
    /// Distinct ports.
    pub(crate) ports: u32,
    /// Lowest and highest port of each transport.
    pub(crate) ranges: Vec<Range>,
    /// Distinct addresses, at least.
    pub(crate) targets: u32,
    /// Distinct pairs of address and port that were not let in, at least.
    pub(crate) refused: u32,
    /// Distinct pairs that were let in.
    pub(crate) admitted: u32,
    /// Distinct protocols other than TCP, UDP, ICMP and SCTP.
    pub(crate) protocols: u32,
    /// Whether it happened inside our network.
    pub(crate) internal: bool,
    /// Whether our side answered and the log does not say what was let in.
    pub(crate) answered: bool,
    /// Whether nothing is known of what became of any packet, but that it may well have been let in.
    pub(crate) undecided: bool,
    /// When.
    pub(crate) span: Span,
}

/// Lowest and highest port of one transport, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// TCP, UDP or SCTP.
    pub transport: Transport,
    /// Lowest.
    pub low: u16,
    /// Highest.
    pub high: u16,
    /// How many distinct ones.
    pub count: u32,
}

impl Range {
    /// As wide as both.
    pub(crate) fn widen(&mut self, other: &Self) {
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
        self.count = self.count.max(other.count);
    }
}

/// Kinds that stand for themselves even when the source scans besides.
const APART: [&str; 5] = ["bruteforce", "dos", "infection", "backscatter", "mitm"];
/// Packets of one kind from which on they are more than one stop of a scan.
const INSISTENT: u64 = 20;

impl<'k> Conduct<'_, 'k> {
    /// Groups with what was said of them.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (usize, Group<'_>, &Heard<'k>)> {
        let pairs = self.source.groups().zip(self.heard);
        pairs
            .enumerate()
            .map(|(at, (group, heard))| (at, group, heard))
    }

    /// First contacts at most: every kind on each of its addresses.
    pub(crate) fn contacts(&self) -> u32 {
        let groups = self.source.groups();
        groups.fold(0, |sum, group| sum.saturating_add(group.targets()))
    }

    /// What the source asked for. Nothing that answers, that is meant for a segment, or that our
    /// own side sent counts.
    pub(crate) fn reach(&self) -> Reach {
        let mut reach = Reach::default();
        let mut weights: BTreeMap<Probe, u64> = BTreeMap::new();
        let mut asks: Vec<Ask<'_>> = Vec::new();
        let mut protocols = BTreeSet::new();
        let (mut sampled, mut asking) = ([0_u32; 2], [0_u32; 2]);
        let mut targets = Marks::default();
        let mut unstated = false;
        let mut packets = 0;
        for (at, group, heard) in self.groups() {
            let signature = &group.signature;
            let side = usize::from(signature.transport() == Some(Transport::UDP));
            if let Some(n) = sampled.get_mut(side) {
                *n += 1;
            }
            let apart = APART.contains(&heard.best.entry.kind()) && group.events >= INSISTENT;
            let Some(probe) = Probe::of(group, heard).filter(|_| !apart) else {
                continue;
            };
            if let Some(n) = asking.get_mut(side) {
                *n += 1;
            }
            reach.groups |= 1 << at;
            reach.span.merge(group.span);
            packets += group.events;
            reach.internal |= signature.direction() == Direction::Internal;
            reach.answered |= heard.spoke;
            unstated |= signature.action() == Action::Unstated;
            *weights.entry(probe).or_default() += group.events;
            let transport = signature.transport().map_or(0, |t| t.0);
            if probe == Probe::Protocol {
                protocols.insert(transport);
            }
            asks.push(Ask {
                service: (transport, signature.port().unwrap_or_default()),
                fate: Fate::of(signature.action()),
                group,
            });
            group.marks().for_each(|mark| targets.note(mark));
        }
        asks.sort_by_key(|ask| (ask.service, ask.fate));
        reach.answered &= unstated;
        reach.undecided = unstated && self.undecided == Undecided::Unknown;
        let passed = self.undecided == Undecided::Passed;
        if !asks.is_empty() {
            reach.targets = targets.at_most(packets).max(1);
        }
        reach.protocols = u32::try_from(protocols.len()).unwrap_or(u32::MAX);
        for service in asks.chunk_by(|a, b| a.service == b.service) {
            let of = |fate| {
                let begin = service.partition_point(|ask| ask.fate < fate);
                let end = service.partition_point(|ask| ask.fate <= fate);
                addresses(service.get(begin..end).unwrap_or_default())
            };
            let refused = of(Fate::Refused);
            reach.refused += refused;
            // What the log does not decide counts unless it was denied besides.
            if !passed && refused == 0 {
                reach.refused += of(Fate::Unstated);
            }
            reach.admitted += of(Fate::Admitted);
        }
        for (side, transport) in [Transport::TCP, Transport::UDP].into_iter().enumerate() {
            let parts = (asking.get(side), sampled.get(side));
            if let (Some(asking @ 1..), Some(sampled)) = parts {
                self.note_ports(&mut reach, transport, (*asking, *sampled), &asks);
            }
        }
        // Of a source of very many kinds a sample is kept; its ports are all known.
        if self.source.is_sampled() {
            let admitted = self.share_of(reach.ports, self.source.allowed());
            reach.admitted = reach.admitted.max(admitted);
            let refused = if passed {
                self.share_of(reach.ports, self.source.denied())
            } else {
                reach.ports.saturating_sub(reach.admitted)
            };
            reach.refused = reach.refused.max(refused);
            reach.span.merge(self.source.span());
        }
        let mut weights: Vec<_> = weights.into_iter().collect();
        weights.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        reach.probes = weights.into_iter().map(|(probe, _)| probe).collect();
        reach
    }

    /// How many of so many ports it concerns what became of so many packets, when they are of the
    /// source's packets what the others are.
    fn share_of(&self, ports: u32, packets: u64) -> u32 {
        let all = self.source.events().max(1);
        let share = u128::from(ports) * u128::from(packets) / u128::from(all);
        u32::try_from(share).unwrap_or(u32::MAX)
    }

    /// The ports of one transport: exact while all kinds are kept, else all the source's ports
    /// in the share of the sample that asks.
    fn note_ports(
        &self,
        reach: &mut Reach,
        transport: Transport,
        (asking, sampled): (u32, u32),
        asks: &[Ask<'_>],
    ) {
        let set = self.source.ports_of(transport);
        let count = u32::try_from(set.len()).unwrap_or(u32::MAX);
        let known = asks.iter().map(|ask| ask.service);
        let known = known.filter(|(t, _)| Transport(*t) == transport);
        let mut known: Vec<u16> = known.map(|(_, port)| port).collect();
        known.dedup();
        let all = self.source.is_sampled() && asking * 4 >= sampled * 3;
        let (ends, count) = if all {
            let ends = (set.first().copied(), set.last().copied());
            (ends, count * asking / sampled.max(1))
        } else if self.source.is_sampled() {
            let ends = (known.first().copied(), known.last().copied());
            (ends, count * asking / sampled.max(1))
        } else {
            let ends = (known.first().copied(), known.last().copied());
            (ends, u32::try_from(known.len()).unwrap_or(u32::MAX))
        };
        if let (Some(low), Some(high)) = ends {
            reach.ports += count;
            reach.ranges.push(Range {
                transport,
                low,
                high,
                count,
            });
        }
    }
}

/// What became of packets, by what the log says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Refused,
    Unstated,
    Admitted,
}

impl Fate {
    const fn of(action: Action) -> Self {
        match action {
            Action::Allowed => Self::Admitted,
            Action::Unstated => Self::Unstated,
            _ => Self::Refused,
        }
    }
}

/// Packets of one kind that ask for something.
struct Ask<'p> {
    /// Protocol and port.
    service: (u8, u16),
    fate: Fate,
    group: Group<'p>,
}

/// To how many addresses so many kinds went, which may share some.
fn addresses(asks: &[Ask<'_>]) -> u32 {
    match asks {
        [] => 0,
        [one] => one.group.addresses().max(1),
        several => {
            let marks = several.iter().flat_map(|ask| ask.group.marks());
            marks.collect::<Marks>().count().max(1)
        }
    }
}

/// Log odds that first contacts weigh, after Jung, Paxson, Berger and Balakrishnan, "Fast Portscan
/// Detection Using Sequential Hypothesis Testing" (2004): a benign source succeeds in 4 of 5 first
/// contacts, a scanner in 1 of 5, so each failure multiplies the odds by 4 and each success divides
/// them by 4. One source in a hundred is taken to be a scanner before anything is known.
const STEP: f64 = 1.386_294_361_119_890_6;
const PRIOR: f64 = -4.595_119_850_134_59;

impl Reach {
    /// Log odds, in nats, that the source goes through addresses or ports.
    pub(crate) fn odds(&self) -> f64 {
        PRIOR + STEP * (f64::from(self.refused) - f64::from(self.admitted))
    }

    /// How sure it is that the source goes through addresses or ports, 0 to 1.
    pub(crate) fn certainty(&self) -> f64 {
        1.0 / (1.0 + (-self.odds()).exp())
    }

    /// Whether five first contacts more failed than succeeded; inside the house and where all may have
    /// been let in it takes three times as many, and where our side answered and the log is silent on
    /// what was let in, twice.
    pub(crate) fn is_walk(&self) -> bool {
        let least = if self.internal || self.undecided {
            15
        } else if self.answered {
            10
        } else {
            5
        };
        self.refused >= self.admitted + least
    }

    /// Takes in what another source asked for; its ports are not counted.
    pub(crate) fn take(&mut self, other: &Self) {
        for probe in &other.probes {
            if !self.has(*probe) {
                self.probes.push(*probe);
            }
        }
        for range in &other.ranges {
            let known = self.ranges.iter_mut();
            match known.into_iter().find(|r| r.transport == range.transport) {
                Some(known) => known.widen(range),
                None => self.ranges.push(*range),
            }
        }
        self.targets = self.targets.max(other.targets);
        self.refused = self.refused.saturating_add(other.refused);
        self.admitted = self.admitted.saturating_add(other.admitted);
        self.answered |= other.answered;
        self.undecided |= other.undecided;
        self.span.merge(other.span);
    }

    /// What a detector says of it.
    pub(crate) fn claim(&self, id: &'static str, kind: Kind) -> Claim {
        Claim {
            id,
            groups: self.groups,
            certainty: self.certainty(),
            shape: Shape {
                kind,
                probes: self.probes.clone(),
                ports: self.ports,
                ranges: self.ranges.clone(),
                targets: self.targets,
                slow: fact::slow_hours(self).is_some(),
                shared: 0,
            },
            facts: fact::of_walk(self),
        }
    }

    /// Whether the probe is among its means.
    pub(crate) fn has(&self, probe: Probe) -> bool {
        self.probes.contains(&probe)
    }
}
