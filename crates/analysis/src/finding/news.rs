//! What is new against an earlier sum.

use rutter_event::Transport;
use rutter_knowledge::Entry;

use super::{Finding, Knock, MOST_SOURCES, Summary};
use crate::profile::Profile;

/// What an earlier sum, the baseline, did not hold.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// Sources that the baseline did not see, the busiest, at most `MOST_SOURCES`.
    pub sources: Vec<Knock>,
    /// How many there are; scaled up where sources were thinned.
    pub sources_total: u64,
    /// Whether memory was short for either sum, so that `sources_total` is an estimate.
    pub is_estimate: bool,
    /// Destination ports without any packet in the baseline, with events, the busiest, at most
    /// `MOST_SOURCES`.
    pub ports: Vec<(Transport, u16, u64)>,
    /// How many there are.
    pub ports_total: usize,
    /// Places of the findings that the baseline does not have.
    pub findings: Vec<usize>,
    /// Places of those that it has, with a tenth of the packets or fewer, and how many times as many
    /// there are now.
    pub grown: Vec<(usize, u64)>,
}

/// Known findings are told again when they are so many times as large.
const GROWN: u64 = 10;

/// Compares a sealed profile, and what was found in it, with an earlier one.
#[must_use]
pub fn news(
    profile: &Profile,
    summary: &Summary<'_>,
    baseline: &Profile,
    before: &Summary<'_>,
) -> News {
    // Only of sources that both sums would keep it can be told whether one lacks them.
    let kept = |source: &crate::profile::Source<'_>| baseline.sources.would_keep(source.ip());
    let strangers = || {
        let all = profile.sources.iter().filter(kept);
        all.filter(|source| baseline.sources.get(source.ip()).is_none())
    };
    let scale = profile.sources.thinning().max(baseline.sources.thinning());
    let mut sources: Vec<Knock> = strangers()
        .map(|source| Knock {
            ip: source.ip(),
            events: source.events(),
            span: source.span(),
        })
        .collect();
    let sources_total = scale.saturating_mul(sources.len() as u64);
    sources.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.ip.cmp(&b.ip)));
    sources.truncate(MOST_SOURCES);
    let mut ports: Vec<_> = profile
        .busy_ports()
        .filter(|(transport, port, _)| baseline.events_on(*transport, *port) == 0)
        .collect();
    ports.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (a.0, a.1).cmp(&(b.0, b.1))));
    let ports_total = ports.len();
    ports.truncate(MOST_SOURCES);
    let is_new = |finding: &Finding<'_>| {
        let stranger = |knock: &Knock| baseline.sources.get(knock.ip).is_none();
        let known = before.findings.iter().map(|f| f.entry);
        let mut known = known.chain(before.noise.iter().map(|n| n.entry));
        !known.any(|entry| entry.id == finding.entry.id) || finding.sources.iter().all(stranger)
    };
    let growth = |finding: &Finding<'_>| {
        let alike =
            |(entry, events): (&Entry, u64)| (entry.id == finding.entry.id).then_some(events);
        let known = before.findings.iter().map(|f| (f.entry, f.events));
        let known = known.chain(before.noise.iter().map(|n| (n.entry, n.events)));
        let before: u64 = known.filter_map(alike).sum();
        finding.events / before.max(1)
    };
    let grown = summary.findings.iter().enumerate();
    let grown = grown.filter(|(_, finding)| !is_new(finding));
    let grown = grown.map(|(at, finding)| (at, growth(finding)));
    let grown = grown.filter(|(_, times)| *times >= GROWN).collect();
    let numbered = summary.findings.iter().enumerate();
    News {
        grown,
        sources,
        sources_total,
        is_estimate: scale > 1,
        ports,
        ports_total,
        findings: numbered
            .filter(|(_, finding)| is_new(finding))
            .map(|(at, _)| at)
            .collect(),
    }
}
