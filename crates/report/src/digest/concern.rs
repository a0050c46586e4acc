//! What of a report is a cause for concern, and what is noise.

use std::net::IpAddr;

use rutter_analysis::Finding;
use rutter_knowledge::Severity;

use super::Digest;

/// Why a finding deserves attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Concern {
    /// Hosts of ours did it.
    Inside(Vec<IpAddr>),
    /// It is aimed at our line or our segment, whether or not single packets were stopped.
    Against,
    /// So many packets of it were let through.
    Through(u64),
}

/// Kinds that are nobody's attack.
const HARMLESS: [&str; 6] = [
    "benign",
    "residual",
    "backscatter",
    "nat",
    "malformed",
    "unknown",
];

/// Why a finding is a cause for concern; nothing when it is noise.
pub(super) fn concern(finding: &Finding<'_>, digest: &Digest<'_>) -> Option<Concern> {
    let kind = finding.entry.kind();
    if finding.severity < Severity::Medium || HARMLESS.contains(&kind) {
        return None;
    }
    let ours: Vec<IpAddr> = finding
        .sources
        .iter()
        .map(|knock| knock.ip)
        .filter(|ip| digest.is_ours(*ip))
        .collect();
    if !ours.is_empty() {
        return Some(Concern::Inside(ours));
    }
    if matches!(kind, "dos" | "mitm") {
        return Some(Concern::Against);
    }
    (finding.allowed > 0).then_some(Concern::Through(finding.allowed))
}

impl Digest<'_> {
    /// Whether an address is ours: named or private, or seen to send outward.
    pub(super) fn is_ours(&self, ip: IpAddr) -> bool {
        self.home.contains(ip)
            || self
                .summary
                .actors
                .iter()
                .any(|actor| actor.ours && actor.knock.ip == ip)
    }
}
