//! Which findings are told one by one, and which are summed up as noise.

use rutter_knowledge::Severity;

use super::{Finding, MOST_FINDINGS, Noise};

/// Leaves the gravest findings; what is slight beyond them becomes noise.
pub(super) fn keep<'k>(findings: &mut Vec<Finding<'k>>) -> Vec<Noise<'k>> {
    findings.sort_by(|a, b| {
        gravity(b)
            .cmp(&gravity(a))
            .then_with(|| b.events.cmp(&a.events))
            .then_with(|| a.entry.id.cmp(&b.entry.id))
            .then_with(|| first(a).cmp(&first(b)))
    });
    if findings.len() <= MOST_FINDINGS {
        return Vec::new();
    }
    let mut noise: Vec<Noise<'k>> = Vec::new();
    for finding in findings.drain(MOST_FINDINGS..) {
        match noise.iter_mut().find(|n| n.entry.id == finding.entry.id) {
            Some(known) => {
                known.events += finding.events;
                known.sources += finding.sources_total;
            }
            None => noise.push(Noise {
                entry: finding.entry,
                events: finding.events,
                sources: finding.sources_total,
            }),
        }
    }
    noise.sort_by(|a, b| {
        b.events
            .cmp(&a.events)
            .then_with(|| a.entry.id.cmp(&b.entry.id))
    });
    noise
}

/// Doubtful findings step back one degree.
fn gravity(finding: &Finding<'_>) -> (Severity, bool) {
    (finding.severity, finding.probability >= 0.5)
}

fn first(finding: &Finding<'_>) -> Option<std::net::IpAddr> {
    finding.sources.first().map(|knock| knock.ip)
}
