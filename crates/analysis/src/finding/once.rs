//! Packets that stand in the log several times each, counted once.

use super::{Knock, Summary};

/// Counts packets instead of records, of which each packet has as many.
pub(super) fn count_once(summary: &mut Summary<'_>, each: u32) {
    let each = u64::from(each.max(1));
    let once = |records: &mut u64| *records = records.div_ceil(each);
    let of = |knock: &mut Knock| once(&mut knock.events);
    for finding in &mut summary.findings {
        once(&mut finding.events);
        // One of the records of a packet may say what became of it, and the others not.
        finding.allowed = finding.allowed.min(finding.events);
        finding.sources.iter_mut().for_each(of);
        finding.ports.iter_mut().for_each(|(_, _, n)| once(n));
    }
    for noise in &mut summary.noise {
        once(&mut noise.events);
        noise.sources.iter_mut().for_each(of);
    }
    summary
        .actors
        .iter_mut()
        .for_each(|actor| of(&mut actor.knock));
    summary
        .ports
        .iter_mut()
        .for_each(|line| once(&mut line.events));
    summary.targets.iter_mut().for_each(|(_, n)| once(n));
    once(&mut summary.unexplained);
    once(&mut summary.unjudged);
}
