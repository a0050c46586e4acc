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

/// What the sum of all shows, when the log has denied packets at all.
pub(super) fn exposure(profile: &Profile, cases: &[Case<'_, '_>]) -> Option<Exposure> {
    if profile.denied == 0 {
        return None;
    }
    RANGES.into_iter().find_map(|range| {
        let width = usize::from(range.1 - range.0) + 1;
        let swept = |case: &&Case<'_, '_>| {
            let shape = &case.claim.shape;
            let inside = case
                .source
                .tcp
                .iter()
                .filter(|p| (range.0..=range.1).contains(p));
            matches!(shape.kind, Kind::Vertical | Kind::Block) && inside.count() * 2 >= width
        };
        let sweepers = cases.iter().filter(swept).count();
        if sweepers == 0 {
            return None;
        }
        let ports = (range.0..=range.1).map(|port| (port, profile.events_on(Transport::TCP, port)));
        let (silent, spoken): (Vec<_>, Vec<_>) = ports.partition(|(_, events)| *events == 0);
        let mut visits: Vec<u64> = spoken.iter().map(|(_, events)| *events).collect();
        visits.sort_unstable();
        let median = visits.get(visits.len() / 2).copied()?;
        let covered = spoken.len() * 100 >= width * COVERED;
        let exceptions = !silent.is_empty() && silent.len() <= MOST_SILENT;
        let certain = median >= VISITS
            || cases
                .iter()
                .any(|case| is_orderly(case, range, silent.len()));
        (covered && exceptions && certain).then(|| Exposure {
            sweepers,
            range,
            median,
            silent: silent.into_iter().map(|(port, _)| port).collect(),
        })
    })
}

/// Whether one source went through all of a range but for the silent ports.
fn is_orderly(case: &Case<'_, '_>, (low, high): (u16, u16), silent: usize) -> bool {
    let inside = case.source.tcp.iter().filter(|p| (low..=high).contains(p));
    inside.count() + silent > usize::from(high - low)
}
