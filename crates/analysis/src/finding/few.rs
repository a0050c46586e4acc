//! Which findings are told one by one, and which are summed up as noise.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rutter_knowledge::Severity;

use super::{Finding, MOST_FINDINGS, MOST_SOURCES, Noise};

/// Findings about one source alone, beyond which the slight ones are noise: whoever runs a tool
/// does one thing, however many meanings its packets have one by one.
const OF_ONE: usize = 3;

/// Leaves the findings that matter most, of a log in which so many strangers do what is not benign;
/// what is slight beyond them becomes noise.
pub(super) fn keep<'k>(findings: &mut Vec<Finding<'k>>, suspects: usize) -> Vec<Noise<'k>> {
    let mut rest = beyond_of_one(findings, suspects);
    findings.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| order(a, b)));
    if findings.len() > MOST_FINDINGS {
        rest.extend(findings.drain(MOST_FINDINGS..));
    }
    let noise = noise(rest.into_iter());
    findings.sort_by(|a, b| gravity(b).cmp(&gravity(a)).then_with(|| order(a, b)));
    noise
}

/// Takes out what is slight about single sources beyond the gravest findings of each.
fn beyond_of_one<'k>(findings: &mut Vec<Finding<'k>>, suspects: usize) -> Vec<Finding<'k>> {
    findings.sort_by(|a, b| {
        let grave = |f: &Finding<'_>| (f.severity, f.shape.is_some());
        grave(b).cmp(&grave(a)).then_with(|| order(a, b))
    });
    let mut told: BTreeMap<Option<IpAddr>, usize> = BTreeMap::new();
    let (kept, rest) = std::mem::take(findings).into_iter().partition(|finding| {
        // With a single suspect, what others send beside is about him, too: answers, errors.
        let alone = suspects == 1;
        if finding.sources_total != 1 && !alone {
            return true;
        }
        let whose = first(finding).filter(|_| !alone);
        let number = told.entry(whose).or_default();
        *number += 1;
        *number <= OF_ONE || finding.severity > Severity::Low || finding.shape.is_some()
    });
    *findings = kept;
    rest
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

fn first(finding: &Finding<'_>) -> Option<IpAddr> {
    finding.sources.first().map(|knock| knock.ip)
}
