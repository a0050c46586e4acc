//! Which findings are told one by one, and which are summed up as noise.

use rutter_knowledge::Severity;

use super::{Finding, MOST_FINDINGS, MOST_SOURCES, Noise};

/// Leaves the findings that matter most; what is slight beyond them becomes noise.
pub(super) fn keep<'k>(findings: &mut Vec<Finding<'k>>) -> Vec<Noise<'k>> {
    findings.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| order(a, b)));
    let noise = if findings.len() > MOST_FINDINGS {
        noise(findings.drain(MOST_FINDINGS..))
    } else {
        Vec::new()
    };
    findings.sort_by(|a, b| gravity(b).cmp(&gravity(a)).then_with(|| order(a, b)));
    noise
}

/// What there is too much of, by meaning.
fn noise<'k>(findings: impl Iterator<Item = Finding<'k>>) -> Vec<Noise<'k>> {
    let mut noise: Vec<Noise<'k>> = Vec::new();
    for finding in findings {
        match noise.iter_mut().find(|n| n.entry.id == finding.entry.id) {
            Some(known) => {
                known.severity = known.severity.max(finding.severity);
                known.events += finding.events;
                known.sources_total += finding.sources_total;
                known.sources.extend(finding.sources);
                known.sources.truncate(MOST_SOURCES);
            }
            None => noise.push(Noise {
                entry: finding.entry,
                severity: finding.severity,
                events: finding.events,
                sources_total: finding.sources_total,
                sources: finding.sources,
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

/// What deserves a line of its own: the grave, then what has a shape, then what there is much of.
fn weight(finding: &Finding<'_>) -> (Severity, bool) {
    let slight = finding.severity <= Severity::Low;
    let severity = if slight {
        Severity::Info
    } else {
        finding.severity
    };
    (severity, finding.shape.is_some())
}

fn order(a: &Finding<'_>, b: &Finding<'_>) -> std::cmp::Ordering {
    b.events
        .cmp(&a.events)
        .then_with(|| a.entry.id.cmp(&b.entry.id))
        .then_with(|| first(a).cmp(&first(b)))
}

/// Doubtful findings step back one degree.
fn gravity(finding: &Finding<'_>) -> (Severity, bool) {
    (finding.severity, finding.probability >= 0.5)
}

fn first(finding: &Finding<'_>) -> Option<std::net::IpAddr> {
    finding.sources.first().map(|knock| knock.ip)
}
