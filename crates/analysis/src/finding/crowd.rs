//! Who takes part in a finding: how many, and the busiest of them.

use std::cmp::Reverse;
use std::net::IpAddr;

use super::{Knock, MOST_SOURCES};
use crate::profile::Span;

/// So many candidates are held before all but the busiest are let go.
const CANDIDATES: usize = 16 * MOST_SOURCES;

/// The sources of a finding. A flood has millions of them and a reader looks at twenty, so what is
/// kept is their number and those twenty.
///
/// It is told of each source in one go: what comes of another address ends what came of the last.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    /// How many came before the last one.
    past: usize,
    last: Option<Knock>,
    busiest: Vec<Knock>,
}

impl Crowd {
    /// Takes in packets of a source.
    pub(super) fn note(&mut self, ip: IpAddr, events: u64, span: Span) {
        if let Some(last) = self.of(ip) {
            last.events += events;
            last.span.merge(span);
        } else {
            self.close();
            self.last = Some(Knock { ip, events, span });
        }
    }

    /// What is known of a source, when it is the one that came last.
    pub(super) fn of(&mut self, ip: IpAddr) -> Option<&mut Knock> {
        self.last.as_mut().filter(|last| last.ip == ip)
    }

    fn close(&mut self) {
        self.past += usize::from(self.last.is_some());
        self.busiest.extend(self.last.take());
        if self.busiest.len() >= CANDIDATES {
            self.keep_busiest();
        }
    }

    fn keep_busiest(&mut self) {
        self.busiest
            .sort_unstable_by_key(|knock| (Reverse(knock.events), knock.ip));
        self.busiest.truncate(MOST_SOURCES);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.past + usize::from(self.last.is_some())
    }

    /// The busiest, at most [`MOST_SOURCES`].
    pub(super) fn busiest(mut self) -> Vec<Knock> {
        self.close();
        self.keep_busiest();
        self.busiest
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn all_are_counted_and_the_busiest_kept() {
        let mut crowd = Crowd::default();
        for n in 0..100_000_u32 {
            let ip = Ipv4Addr::from_bits(n).into();
            crowd.note(ip, 1, Span::default());
            crowd.note(ip, u64::from(n * 7_919 % 100_003), Span::default());
        }
        assert_eq!(crowd.len(), 100_000);
        let busiest = crowd.busiest();
        assert_eq!(busiest.len(), MOST_SOURCES);
        let events: Vec<u64> = busiest.iter().map(|knock| knock.events).collect();
        let mut all: Vec<u64> = (0..100_000_u64).map(|n| 1 + n * 7_919 % 100_003).collect();
        all.sort_unstable_by_key(|events| Reverse(*events));
        assert_eq!(events, all.get(..MOST_SOURCES).unwrap_or_default());
    }
}
