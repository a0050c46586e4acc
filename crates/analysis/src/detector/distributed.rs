//! This looks like a distributed scan: neighbours that share the ports out among themselves at the
//! same time, each of them too quiet to be seen alone.

use std::collections::BTreeSet;

use rutter_event::Transport;

use super::conduct::{Conduct, Range, Reach};
use super::probe::Probe;
use super::vertical::MANY;
use super::{Claim, Fact, Kind};
use crate::profile::hash_of;

/// Fewer sources than this share nothing out.
const SOURCES: usize = 3;
/// One begins at most so many nanoseconds after the one before it.
const GAP: i64 = 300 * 1_000_000_000;
/// A part of a shared scan is done within so many nanoseconds.
const WHILE: i64 = 3_600 * 1_000_000_000;

/// Neighbours who take their time must be so many, and go to so many ports.
const SLOW_SOURCES: usize = 5;
const SLOW_PORTS: usize = 15;

/// A quiet source.
struct Part {
    at: usize,
    first: i64,
    last: i64,
    reach: Reach,
    ports: BTreeSet<(u8, u16)>,
}

/// What the quiet sources of one network did together: a claim for each of them, in their order,
/// or nothing.
pub(crate) fn look(quiet: &[Conduct<'_, '_>]) -> Option<Vec<Option<Claim>>> {
    if quiet.len() < SOURCES {
        return None;
    }
    let parts = quiet.iter().enumerate().filter_map(part);
    let (mut quick, mut late): (Vec<Part>, Vec<Part>) =
        parts.partition(|part| part.last.saturating_sub(part.first) <= WHILE);
    let order = |part: &Part| (part.probe(), part.first, part.at);
    quick.sort_by_key(order);
    let near =
        |a: &Part, b: &Part| a.probe() == b.probe() && b.first.saturating_sub(a.first) <= GAP;
    let mut claims: Vec<Option<Claim>> = vec![None; quiet.len()];
    let mut give = |run: &[Part], claim: &Claim| {
        for part in run {
            if let Some(place) = claims.get_mut(part.at) {
                let mut claim = claim.clone();
                claim.groups = part.reach.groups;
                *place = Some(claim);
            }
        }
    };
    let mut quick = quick.into_iter().peekable();
    while let Some(first) = quick.next() {
        let mut run = vec![first];
        while let Some(part) = quick.next_if(|part| run.last().is_some_and(|last| near(last, part)))
        {
            run.push(part);
        }
        match shared_out(&run) {
            Some(claim) => give(&run, &claim),
            None => late.append(&mut run),
        }
    }
    late.sort_by_key(order);
    for run in late.chunk_by(|a, b| a.probe() == b.probe()) {
        if let Some(claim) = shared_slowly(run) {
            give(run, &claim);
        }
    }
    claims.iter().any(Option::is_some).then_some(claims)
}

impl Part {
    /// By which means, most of all.
    fn probe(&self) -> Option<Probe> {
        self.reach.probes.first().copied()
    }
}

/// A source that may be part of a shared scan.
fn part((at, conduct): (usize, &Conduct<'_, '_>)) -> Option<Part> {
    let reach = conduct.reach();
    let (first, last) = reach.span.ends()?;
    let mut ports = BTreeSet::new();
    for (at, group, _) in conduct.groups() {
        if reach.groups >> at & 1 == 1 {
            ports.insert((group.signature.transport()?.0, group.signature.port()?));
        }
    }
    let outside = reach.refused > 0 && !reach.internal;
    let asks = !reach.has(Probe::Ping) && !ports.is_empty();
    (outside && asks).then_some(Part {
        at,
        first,
        last,
        reach,
        ports,
    })
}

/// The claim on a run of parts, when no two of them ask for the same.
fn shared_out(run: &[Part]) -> Option<Claim> {
    let mut ports: BTreeSet<(u8, u16)> = BTreeSet::new();
    let mut asked = 0;
    let mut sum = Reach::default();
    for part in run {
        asked += part.ports.len();
        ports.extend(&part.ports);
        sum.take(&part.reach);
    }
    let all = u32::try_from(ports.len()).unwrap_or(u32::MAX);
    // One port in ten may be asked for twice.
    let apart = run.len() >= SOURCES && all >= MANY && asked * 10 <= ports.len() * 11;
    sum.ports = all;
    sum.ranges = ranges(&ports);
    (apart && sum.is_walk()).then(|| {
        let mut claim = sum.claim("scan.distributed", Kind::Distributed);
        claim.facts.insert(0, (4.0, Fact::Shared(run.len())));
        claim.shape.shared = hash_of(&ports);
        claim
    })
}

/// The claim on neighbours who take hours or weeks: many of them, many ports, and no port that most
/// of them want. Datagrams for many ports are as likely to be left over from something else.
fn shared_slowly(run: &[Part]) -> Option<Claim> {
    let mut ports: BTreeSet<(u8, u16)> = BTreeSet::new();
    let mut asked = 0;
    let mut sum = Reach::default();
    for part in run {
        asked += part.ports.len();
        ports.extend(&part.ports);
        sum.take(&part.reach);
    }
    let wide = run.len() >= SLOW_SOURCES && ports.len() >= SLOW_PORTS && asked <= ports.len() * 2;
    sum.ports = u32::try_from(ports.len()).unwrap_or(u32::MAX);
    sum.ranges = ranges(&ports);
    (wide && !sum.has(Probe::Udp) && sum.is_walk()).then(|| {
        let mut claim = sum.claim("scan.distributed", Kind::Distributed);
        claim.shape.shared = hash_of(&ports);
        claim.shape.slow = true;
        claim
    })
}

fn ranges(ports: &BTreeSet<(u8, u16)>) -> Vec<Range> {
    let ports: Vec<(u8, u16)> = ports.iter().copied().collect();
    let sides = ports.chunk_by(|a, b| a.0 == b.0);
    sides
        .filter_map(|side| {
            let (first, last) = (side.first()?, side.last()?);
            Some(Range {
                transport: Transport(first.0),
                low: first.1,
                high: last.1,
                count: u32::try_from(side.len()).unwrap_or(u32::MAX),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::detector::{Kind, trial};

    #[test]
    fn fires_and_stays_silent() {
        trial::hold(
            Kind::Distributed,
            &[
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.9:21-22 SYN",
                    "tcp 198.51.100.8:40000 > 203.0.113.9:23-24 SYN",
                    "tcp 198.51.100.9:40000 > 203.0.113.9:25-26 SYN",
                ],
                &[
                    "2026-03-01T10:00:00Z tcp 198.51.100.7:40000 > 203.0.113.9:2000-2003 SYN",
                    "2026-03-02T11:00:00Z tcp 198.51.100.8:40000 > 203.0.113.9:2700-2703 SYN",
                    "2026-03-03T12:00:00Z tcp 198.51.100.9:40000 > 203.0.113.9:3400-3403 SYN",
                    "2026-03-04T13:00:00Z tcp 198.51.100.30:40000 > 203.0.113.9:4100-4103 SYN",
                    "2026-03-05T14:00:00Z tcp 198.51.100.31:40000 > 203.0.113.9:4800-4803 SYN",
                ],
            ],
            &[
                &[
                    "2026-03-01T10:00:00Z tcp 198.51.100.7:40000 > 203.0.113.9:2000-2003 SYN",
                    "2026-03-02T11:00:00Z tcp 198.51.100.8:40000 > 203.0.113.9:2700-2703 SYN",
                    "2026-03-03T12:00:00Z tcp 198.51.100.9:40000 > 203.0.113.9:3400-3403 SYN",
                    "2026-03-04T13:00:00Z tcp 198.51.100.30:40000 > 203.0.113.9:4100-4103 SYN",
                ],
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.9:21-22 SYN",
                    "tcp 198.51.100.8:40000 > 203.0.113.9:23-24 SYN",
                ],
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.9:21 SYN",
                    "tcp 198.51.100.8:40000 > 203.0.113.9:22 SYN",
                    "tcp 198.51.100.9:40000 > 203.0.113.9:23-24 SYN",
                ],
            ],
            &[
                &["tcp 198.51.100.1-50:40000 > 203.0.113.9:6881 SYN"],
                &[
                    "tcp 10.0.0.7:40000 > 10.0.0.250:88-89 SYN",
                    "tcp 10.0.0.8:40000 > 10.0.0.250:389 SYN",
                    "tcp 10.0.0.9:40000 > 10.0.0.250:443-445 SYN",
                ],
                &[
                    "tcp 198.51.100.7:40000 > 203.0.113.9:21-22 SYN",
                    "tcp 192.0.2.8:40000 > 203.0.113.9:23-24 SYN",
                    "tcp 100.30.0.9:40000 > 203.0.113.9:25-26 SYN",
                ],
                &[
                    "2026-03-01T10:00:00Z tcp 198.51.100.7:40000 > 203.0.113.9:21-22 SYN",
                    "2026-03-01T11:00:00Z tcp 198.51.100.8:40000 > 203.0.113.9:23-24 SYN",
                    "2026-03-01T12:00:00Z tcp 198.51.100.9:40000 > 203.0.113.9:25-26 SYN",
                ],
            ],
        );
    }
}
