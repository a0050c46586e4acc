//! Who takes part in a finding.

use std::cmp::Reverse;
use std::net::IpAddr;

use super::{Knock, MOST_SOURCES};
use crate::profile::Span;

/// The sources of a finding, one after the other as they are told: a flood has millions of them, and
/// a list takes half of what a tree would.
#[derive(Debug, Default)]
pub(super) struct Crowd(Vec<Knock>);

impl Crowd {
    /// Takes in packets of a source. All of a source are best told in one go.
    pub(super) fn note(&mut self, ip: IpAddr, events: u64, span: Span) {
        match self.last(ip) {
            Some(last) => {
                last.events += events;
                last.span.merge(span);
            }
            None => self.0.push(Knock { ip, events, span }),
        }
    }

    /// What is known of a source, when it is the one that was told of last.
    pub(super) fn last(&mut self, ip: IpAddr) -> Option<&mut Knock> {
        self.0.last_mut().filter(|last| last.ip == ip)
    }

    /// Takes in the sources of another finding.
    pub(super) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Each source once, by address.
    pub(super) fn sorted(self) -> Vec<Knock> {
        let mut all = self.0;
        all.sort_unstable_by_key(|knock| knock.ip);
        all.dedup_by(|later, kept| {
            let same = later.ip == kept.ip;
            if same {
                kept.events += later.events;
                kept.span.merge(later.span);
            }
            same
        });
        all
    }
}

/// The busiest of sources, at most [`MOST_SOURCES`].
pub(super) fn busiest(mut all: Vec<Knock>) -> Vec<Knock> {
    let order = |knock: &Knock| (Reverse(knock.events), knock.ip);
    if all.len() > MOST_SOURCES {
        all.select_nth_unstable_by_key(MOST_SOURCES, order);
        all.truncate(MOST_SOURCES);
        all.shrink_to_fit();
    }
    all.sort_unstable_by_key(order);
    all
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn knocks(count: u32) -> impl Iterator<Item = (IpAddr, u64)> {
        (0..count).map(|n| {
            let ip = Ipv4Addr::from_bits(n).into();
            (ip, u64::from(n * 7_919 % 100_003))
        })
    }

    #[test]
    fn each_is_counted_once_and_the_busiest_are_named() {
        let (mut crowd, mut other) = (Crowd::default(), Crowd::default());
        for (ip, events) in knocks(50_000) {
            crowd.note(ip, 1, Span::default());
            crowd.note(ip, events, Span::default());
            other.note(ip, 2, Span::default());
        }
        crowd.merge(other);
        let all = crowd.sorted();
        assert_eq!(all.len(), 50_000);
        let told: Vec<u64> = busiest(all).iter().map(|knock| knock.events).collect();
        let mut expected: Vec<u64> = knocks(50_000).map(|(_, events)| events + 3).collect();
        expected.sort_unstable_by_key(|events| Reverse(*events));
        expected.truncate(MOST_SOURCES);
        assert_eq!(told, expected);
    }
}
