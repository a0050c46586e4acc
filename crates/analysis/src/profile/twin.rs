//! Whether packets are logged more than once, by two rules, by two firewalls, or because a file was
//! read twice.

use std::collections::BTreeMap;

use rutter_event::Event;

use super::Host;
use super::sampled::{Sampled, hash_of};

const SECOND: i64 = 1_000_000_000;

/// Of packets drawn by hash: how often each was logged. What names a packet is its addresses, ports,
/// protocol, length, sequence number, its IP id and the second in which it came, so logs without an
/// id tell nothing here.
#[derive(Clone, Debug)]
pub(super) struct Twins {
    pub(super) seen: Sampled<u64, Twin>,
}

/// One packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Twin {
    /// How often it was logged.
    pub(super) count: u32,
    /// Least and greatest mark of rule and firewall: different ones are different.
    pub(super) low: u32,
    pub(super) high: u32,
}

impl Twin {
    fn merge(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
    }
}

/// That packets are logged more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubled {
    /// How often on average, in tenths.
    pub tenths: u32,
    /// Whether by different rules or firewalls; otherwise the same records came again.
    pub by_rules: bool,
    /// How often each, when that is so of all of them, but for a few whose copies lie on both sides
    /// of a second.
    pub each: Option<u32>,
}

/// Fewer packets say nothing.
const PACKETS: u64 = 20;
/// Records a packet, in tenths, from which on the log has doubles.
const DOUBLES: u64 = 14;
/// Of a hundred packets so many are logged equally often when all are.
const ALL: u64 = 95;

impl Twins {
    pub(super) const fn within(bytes: u64) -> Self {
        Self {
            seen: Sampled::within(bytes),
        }
    }

    /// Takes in a packet.
    #[inline]
    pub(super) fn note(&mut self, event: &Event<'_>, moment: Option<i64>) {
        let packet = &event.packet;
        // Systems that do not fragment leave the id at zero.
        let (Some(id @ 1..), Some(moment)) = (packet.id, moment) else {
            return;
        };
        let [from, to] = [packet.source, packet.destination]
            .map(|end| (end.ip.map_or(Host::NONE, Host::from), end.port));
        let what = (packet.transport.map(|t| t.0), packet.length, packet.tcp.seq);
        let name = hash_of(&(from, to, what, id, moment.div_euclid(SECOND)));
        let make = || Twin {
            count: 0,
            low: u32::MAX,
            high: 0,
        };
        let Some(twin) = self.seen.entry(name, make) else {
            return;
        };
        let label = (
            event.rule.bytes(),
            event.observer.hostname.bytes(),
            event.action as u8,
        );
        let label = (hash_of(&label) >> 32) as u32;
        twin.merge(Twin {
            count: 1,
            low: label,
            high: label,
        });
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.seen.merge(other.seen, Twin::merge);
    }

    /// Whether packets are logged more than once; `None` when they are not, or nobody can tell.
    pub(super) fn doubled(&self) -> Option<Doubled> {
        let mut packets = 0_u64;
        let mut records = 0_u64;
        let (mut twins, mut differ) = (0_u64, 0_u64);
        let mut often: BTreeMap<u32, u64> = BTreeMap::new();
        for (_, twin) in self.seen.iter() {
            packets += 1;
            *often.entry(twin.count).or_default() += 1;
            records += u64::from(twin.count);
            if twin.count > 1 {
                twins += 1;
                differ += u64::from(twin.low != twin.high);
            }
        }
        let tenths = records * 10 / packets.max(1);
        (packets >= PACKETS && tenths >= DOUBLES).then(|| Doubled {
            tenths: u32::try_from(tenths).unwrap_or(u32::MAX),
            by_rules: differ * 2 > twins,
            each: often
                .into_iter()
                .find(|(_, alike)| alike * 100 >= packets * ALL)
                .map(|(count, _)| count),
        })
    }
}

#[cfg(test)]
mod tests {
    use rutter_event::{Action, Packet, Untrusted};

    use super::*;

    fn logged(label: &'static str, id: u16, second: i64) -> Event<'static> {
        let mut packet = Packet {
            id: Some(id),
            ..Packet::default()
        };
        packet.source.ip = Some(std::net::Ipv4Addr::new(198, 51, 100, 7).into());
        Event {
            packet,
            rule: Untrusted::new(label.as_bytes()),
            action: Action::Dropped,
            time: rutter_event::Timestamp::from_seconds(second, 0),
            ..Event::default()
        }
    }

    fn doubled(labels: &[&'static str]) -> Option<Doubled> {
        let mut twins = Twins::within(1 << 20);
        for id in 1..=40_u16 {
            for label in labels {
                let second = 1_795_435_200 + i64::from(id);
                twins.note(&logged(label, id, second), Some(second * SECOND));
            }
        }
        twins.doubled()
    }

    #[test]
    fn doubles_are_told() {
        assert_eq!(doubled(&["BLOCK"]), None);
        assert_eq!(
            doubled(&["AUDIT", "BLOCK"]),
            Some(Doubled {
                tenths: 20,
                by_rules: true,
                each: Some(2)
            })
        );
        assert_eq!(
            doubled(&["BLOCK", "BLOCK", "BLOCK"]),
            Some(Doubled {
                tenths: 30,
                by_rules: false,
                each: Some(3)
            })
        );
    }

    #[test]
    fn without_an_id_nothing_is_told() {
        let mut twins = Twins::within(1 << 20);
        for _ in 0..100 {
            twins.note(&logged("BLOCK", 0, 9), Some(9 * SECOND));
        }
        assert_eq!(twins.doubled(), None);
    }
}
