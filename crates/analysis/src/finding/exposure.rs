//! What the log does not show although scanners went there: open, or not logged.

use rutter_event::Transport;

use super::scans::Case;
use crate::detector::Kind;
use crate::profile::Profile;

/// Ports that scanners swept and that no record names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Sources that swept the range.
    pub sweepers: usize,
    /// First and last port of the range.
    pub range: (u16, u16),
    /// Records on an ordinary port of the range: the median.
    pub median: u64,
    /// Ports of the range without a record.
    pub silent: Vec<u16>,
}

/// Ranges that scanners go through, the widest first.
const RANGES: [(u16, u16); 4] = [(1, 65_535), (1, 10_000), (1, 1_024), (1, 100)];
/// More silent ports than this are no exception.
const MOST_SILENT: usize = 40;
/// Of a range so many in a hundred must have records.
const COVERED: usize = 95;
/// One sweep in order leaves no port out; of several random ones each port must have had so many
/// visits that none is a chance of one in a hundred (e to the minus five).
const VISITS: u64 = 5;

/// What the sum of all shows, when the log has denied packets at all. `asked` says whether
/// anybody was seen to ask for a port: late packets of open connections do not.
pub(super) fn exposure(
    profile: &Profile,
    cases: &[Case<'_, '_>],
    asked: impl Fn(u16) -> bool,
) -> Option<Exposure> {
    if profile.denied == 0 {
        return None;
    }
    let swept: Vec<Vec<u16>> = cases
        .iter()
        .filter(|case| matches!(case.claim.shape.kind, Kind::Vertical | Kind::Block))
        .map(|case| case.source.ports_of(Transport::TCP))
        .collect();
    RANGES.into_iter().find_map(|range| {
        let width = usize::from(range.1 - range.0) + 1;
        let inside = swept.iter().map(|ports| count_in(ports, range));
        let inside: Vec<usize> = inside.filter(|n| n * 2 >= width).collect();
        let best = inside.iter().copied().max()?;
        let ports = range.0..=range.1;
        let (spoken, silent): (Vec<u16>, Vec<u16>) =
            ports.partition(|port| profile.events_on(Transport::TCP, *port) > 0 && asked(*port));
        let events = |port: &u16| profile.events_on(Transport::TCP, *port);
        let mut visits: Vec<u64> = spoken.iter().map(events).collect();
        visits.sort_unstable();
        let median = visits.get(visits.len() / 2).copied()?;
        let covered = spoken.len() * 100 >= width * COVERED;
        let exceptions = !silent.is_empty() && silent.len() <= MOST_SILENT;
        // One that went through all of the range but for the silent ports.
        let is_orderly = best + silent.len() >= width;
        (covered && exceptions && (median >= VISITS || is_orderly)).then_some(Exposure {
            sweepers: inside.len(),
            range,
            median,
            silent,
        })
    })
}

/// How many of ascending ports lie in a range.
fn count_in(ports: &[u16], (low, high): (u16, u16)) -> usize {
    ports.partition_point(|port| *port <= high) - ports.partition_point(|port| *port < low)
}
