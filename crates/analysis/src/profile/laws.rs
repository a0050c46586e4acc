//! What every part of a profile must obey: the sum of parts, in whatever order and brackets, is the
//! sum of the whole, and nothing adds nothing.
//!
//! `RUTTER_SPLITS=10000` tries so many splits of each part instead of a few.

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr};

use proptest::collection::vec;
use proptest::prelude::*;
use rutter_event::{
    Answer, Endpoint, Event, Family, Ledger, Packet, TcpFlags, Timestamp, Transport, Untrusted,
};

use super::course::Course;
use super::group::Cell;
use super::heard::Calls;
use super::host::Host;
use super::joint::Joint;
use super::marks::Marks;
use super::minutes::Minutes;
use super::port_set::PortSet;
use super::ports::PortTally;
use super::said::Said;
use super::sampled::Sampled;
use super::sighting::Sighting;
use super::span::Span;
use super::trace::Trace;
use super::twin::Twins;
use super::{Profile, Sources, Tally, hash_of, seal};
use crate::subject::Subject;
use rutter_knowledge::Knowledge;

/// How many splits of each part are tried: as many as `RUTTER_SPLITS` says when this is compiled, else
/// a few.
fn splits(few: u32) -> ProptestConfig {
    let said = option_env!("RUTTER_SPLITS");
    let number = said.and_then(|number| number.parse().ok());
    ProptestConfig::with_cases(number.unwrap_or(few))
}

/// One packet: few hosts, ports and numbers, so that they meet.
#[derive(Clone, Copy, Debug)]
struct Item {
    host: u8,
    port: u16,
    number: u32,
    moment: Option<i64>,
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (
        prop_oneof![0..4_u8, any::<u8>()],
        prop_oneof![0..30_u16, any::<u16>()],
        prop_oneof![0..9_u32, any::<u32>()],
        prop::option::of(prop_oneof![
            -9_000..900_000_i64,
            Just(i64::MAX),
            Just(i64::MIN)
        ]),
    );
    vec(
        item.prop_map(|(host, port, number, seconds)| Item {
            host,
            port,
            number,
            moment: seconds.map(|s| s.saturating_mul(1_000_000_000)),
        }),
        0..300,
    )
}

impl Item {
    fn ip(&self) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(198, 51, 100, self.host))
    }

    fn packet(&self) -> Packet {
        let mut packet = Packet {
            family: Family::V4,
            transport: Some(Transport::TCP),
            id: Some(self.port % 7),
            ttl: Some(self.host),
            length: Some(40 + self.number % 3),
            ..Packet::default()
        };
        packet.source.ip = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));
        packet.source.port = Some(self.port);
        packet.destination.ip = Some(self.ip());
        packet.destination.port = Some(23);
        packet.tcp.flags = Some(TcpFlags::SYN);
        packet.tcp.seq = Some(self.number);
        packet.tcp.window = Some(1_024);
        packet
    }

    /// What one of many sources sends, to one of a few addresses.
    fn knock(&self) -> Event<'static> {
        let mut event = self.event();
        event.packet.source.ip = Some(self.ip());
        event.packet.destination = Endpoint {
            ip: Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, self.host % 3))),
            port: Some(self.port),
            ..Endpoint::default()
        };
        event
    }

    fn event(&self) -> Event<'static> {
        let rules: [&[u8]; 3] = [b"a", b"b", b"c"];
        let rule = rules.into_iter().nth(usize::from(self.host % 3));
        Event {
            packet: self.packet(),
            time: self.moment.map(Timestamp),
            rule: Untrusted::new(rule.unwrap_or_default()),
            ..Event::default()
        }
    }
}

/// How to make nothing, take in one, add two, and show the one form of equal sums.
struct Part<T, S> {
    empty: fn() -> T,
    note: fn(&mut T, &Item),
    merge: fn(&mut T, T),
    shown: fn(&T) -> S,
}

impl<T, S: PartialEq + Debug> Part<T, S> {
    /// Holds the sum of a split against that of the whole.
    fn hold(&self, items: &[Item], places: &[usize]) -> Result<(), TestCaseError> {
        let sum = |wanted: Option<usize>| {
            let mut sum = (self.empty)();
            for (item, place) in items.iter().zip(places.iter().cycle()) {
                if wanted.is_none_or(|wanted| wanted == *place) {
                    (self.note)(&mut sum, item);
                }
            }
            sum
        };
        let added = |mut a: T, b: T| {
            (self.merge)(&mut a, b);
            a
        };
        let whole = (self.shown)(&sum(None));
        let part = |place| sum(Some(place));
        // Brackets to the left, to the right, and from the last to the first.
        let left = (0..PLACES).map(part).reduce(added);
        let right = (0..PLACES)
            .rev()
            .map(part)
            .reduce(|sum, part| added(part, sum));
        let turned = (0..PLACES).rev().map(part).reduce(added);
        for sum in [left, right, turned].into_iter().flatten() {
            prop_assert_eq!(&(self.shown)(&sum), &whole);
        }
        // Nothing, on either side.
        let before = added((self.empty)(), sum(None));
        let after = added(sum(None), (self.empty)());
        prop_assert_eq!((self.shown)(&before), (self.shown)(&after));
        prop_assert_eq!((self.shown)(&before), whole);
        Ok(())
    }
}

/// Into how many parts.
const PLACES: usize = 4;

/// A sample in order, with its level.
fn sample<K: std::hash::Hash + Ord + Clone + Eq, V: Clone>(
    sample: &Sampled<K, V>,
) -> (u32, Vec<(K, V)>) {
    let mut all: Vec<(K, V)> = sample.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    (sample.level(), all)
}

/// The sum of nothing or more packets of one kind.
type Cells = Option<Cell>;

fn note_cell(cell: &mut Cells, item: &Item) {
    let event = item.event();
    let knowledge = Knowledge::embedded();
    let Some(sighting) = Sighting::of(&event, &Subject::of(&event), knowledge) else {
        return;
    };
    match cell {
        None => {
            *cell = Some(Cell::of(
                0,
                sighting.moment,
                sighting.destination,
                sighting.source_port,
            ));
        }
        Some(cell) => cell.note(&sighting),
    }
}

fn merge_cells(cell: &mut Cells, other: Cells) {
    match (cell.as_mut(), other) {
        (Some(cell), Some(other)) => cell.merge(&other),
        (None, other) => *cell = other,
        (Some(_), None) => {}
    }
}

fn shown_cell(cell: &Cells) -> Option<impl PartialEq + Debug + use<>> {
    cell.as_ref().map(|cell| {
        let mut marks: Vec<u32> = cell.marks().collect();
        marks.sort_unstable();
        (
            (cell.events, cell.span, cell.destination, cell.source_port),
            (cell.timed(), cell.moments(), marks),
        )
    })
}

/// What is kept of sources, in the one form of equal sums.
fn shown_sources(sources: &Sources) -> impl PartialEq + Debug + use<> {
    let mut sources = sources.clone();
    sources.settle();
    sources.seal();
    let of = |source: super::Source<'_>| {
        let ports = [Transport::TCP, Transport::UDP].map(|transport| source.ports_of(transport));
        let kinds = source.groups().map(|group| {
            let mut marks: Vec<u32> = group.marks().collect();
            marks.sort_unstable();
            (
                group.signature,
                group.events,
                group.span,
                group.destination,
                marks,
            )
        });
        let kinds: Vec<_> = kinds.collect();
        (source.ip(), source.events(), source.span(), ports, kinds)
    };
    (sources.level(), sources.iter().map(of).collect::<Vec<_>>())
}

/// A whole profile as it is sealed.
fn shown_profile(profile: &Profile) -> Vec<u8> {
    let mut profile = profile.clone();
    profile.seal();
    seal::to_bytes(&profile, &Ledger::default(), Knowledge::embedded())
}

proptest! {
    #![proptest_config(splits(24))]

    #[test]
    fn first_and_last(items in items(), places in vec(0..PLACES, 64)) {
        Part {
            empty: Span::default,
            note: |span, item| span.note(item.moment),
            merge: Span::merge,
            shown: |span| *span,
        }.hold(&items, &places)?;
    }

    #[test]
    fn counts_of_hosts_and_hours(items in items(), places in vec(0..PLACES, 64)) {
        Part {
            empty: Tally::default,
            note: |tally, item| tally.note(item.number % 2 == 0, item.moment),
            merge: Tally::merge,
            shown: |tally| *tally,
        }.hold(&items, &places)?;
    }

    #[test]
    fn courses_of_ports(items in items(), places in vec(0..PLACES, 64)) {
        Part {
            empty: Course::default,
            note: |course, item| {
                if let Some(moment) = item.moment {
                    course.note(moment);
                }
            },
            merge: Course::merge,
            shown: |course| *course,
        }.hold(&items, &places)?;
    }

    #[test]
    fn marks_of_targets(items in items(), places in vec(0..PLACES, 64)) {
        Part {
            empty: Marks::default,
            note: |marks, item| marks.note(Host::from(item.ip()).mark()),
            merge: |marks, other| marks.merge(&other),
            shown: Marks::clone,
        }.hold(&items, &places)?;
    }

    #[test]
    fn sets_of_ports(items in items(), places in vec(0..PLACES, 64)) {
        Part {
            empty: PortSet::default,
            note: |set, item| { set.insert(item.port); },
            merge: |set, other| set.merge(&other),
            shown: |set| (set.len(), set.iter().collect::<Vec<_>>()),
        }.hold(&items, &places)?;
    }

    /// Room for all, for some, for one.
    #[test]
    fn samples(items in items(), places in vec(0..PLACES, 64)) {
        for empty in [|| Sampled::new(1_000), || Sampled::new(20), || Sampled::new(1)] {
            Part::<Sampled<u64, u64>, _> {
                empty,
                note: |sample, item| {
                    if let Some(sum) = sample.entry(hash_of(&item.port), || 0) {
                        *sum += u64::from(item.number);
                    }
                },
                merge: |sum, other| sum.merge(other, |a, b| *a += b),
                shown: sample,
            }.hold(&items, &places)?;
        }
    }

    /// Sums by host, as the profile keeps them: of targets, of requests, of conversations.
    #[test]
    fn samples_of_hosts(items in items(), places in vec(0..PLACES, 64)) {
        for empty in [|| Sampled::within(1 << 20), || Sampled::within(600)] {
            Part::<Sampled<Host, Tally>, _> {
                empty,
                note: |targets, item| {
                    if let Some(tally) = targets.entry(item.ip().into(), Tally::default) {
                        tally.note(item.number % 2 == 0, item.moment);
                    }
                },
                merge: |sum, other| sum.merge(other, Tally::merge),
                shown: sample,
            }.hold(&items, &places)?;
        }
        for empty in [|| Sampled::within(1 << 20), || Sampled::within(1_500)] {
            Part::<Sampled<Host, Trace>, _> {
                empty,
                note: |traces, item| {
                    if let Some(trace) = traces.entry(item.ip().into(), Trace::default) {
                        trace.note(&item.packet());
                    }
                },
                merge: |sum, other| sum.merge(other, Trace::merge),
                shown: sample,
            }.hold(&items, &places)?;
        }
        for empty in [|| Sampled::within(1 << 20), || Sampled::within(900)] {
            Part::<Sampled<(Host, u8, u16), Span>, _> {
                empty,
                note: |contacts, item| {
                    if let Some(span) = contacts.entry((item.ip().into(), 6, item.port), Span::default) {
                        span.note(item.moment);
                    }
                },
                merge: |sum, other| sum.merge(other, Span::merge),
                shown: sample,
            }.hold(&items, &places)?;
        }
    }

    /// Room for all, for some, for none.
    #[test]
    fn what_sources_did(items in items(), places in vec(0..PLACES, 64)) {
        for empty in [|| Sources::new(1 << 20), || Sources::new(6_000), || Sources::new(0)] {
            Part {
                empty,
                note: |sources: &mut Sources, item| {
                    let (event, knowledge) = (item.knock(), Knowledge::embedded());
                    if let Some(sighting) = Sighting::of(&event, &Subject::of(&event), knowledge) {
                        sources.note(&sighting, knowledge);
                    }
                },
                merge: Sources::merge,
                shown: shown_sources,
            }.hold(&items, &places)?;
        }
    }

    #[test]
    fn answers_by_minute(items in items(), places in vec(0..PLACES, 64)) {
        for empty in [|| Minutes::within(1 << 20), || Minutes::within(2_000)] {
            Part {
                empty,
                note: |minutes, item| {
                    if let Some(moment) = item.moment {
                        minutes.note(item.ip().into(), moment);
                    }
                },
                merge: Minutes::merge,
                shown: |minutes| (sample(&minutes.sums), minutes.busiest()),
            }.hold(&items, &places)?;
        }
    }

    #[test]
    fn packets_by_number_of_records(items in items(), places in vec(0..PLACES, 64)) {
        for empty in [|| Twins::within(1 << 20), || Twins::within(900)] {
            Part {
                empty,
                note: |twins, item| twins.note(&item.event(), item.moment),
                merge: Twins::merge,
                shown: |twins| (sample(&twins.seen), twins.doubled()),
            }.hold(&items, &places)?;
        }
    }

    #[test]
    fn calls_that_were_logged_and_heard(items in items(), places in vec(0..PLACES, 64)) {
        for empty in [|| Calls::within(1 << 20, 1 << 20), || Calls::within(900, 1_800)] {
            Part {
                empty,
                note: |calls, item| {
                    let mut event = item.event();
                    if item.number % 3 == 0 {
                        (event.observer.vendor, event.observer.product) = ("rutter", "listen");
                        event.application = Untrusted::new([&b"tls"[..], b"ssh"][usize::from(item.host % 2)]);
                        event.payload = b"x";
                    }
                    calls.note(&event, &Subject::of(&event), item.moment);
                },
                merge: Calls::merge,
                shown: |calls| {
                    let joint = Joint::of(calls, false, Vec::new);
                    (sample(&calls.logged), sample(&calls.heard), joint.told)
                },
            }.hold(&items, &places)?;
        }
    }

    #[test]
    fn what_requests_have_in_common(items in items(), places in vec(0..PLACES, 64)) {
        Part {
            empty: Trace::default,
            note: |trace, item| trace.note(&item.packet()),
            merge: Trace::merge,
            shown: |trace| *trace,
        }.hold(&items, &places)?;
    }

    #[test]
    fn packets_of_one_kind(items in items(), places in vec(0..PLACES, 64)) {
        Part {
            empty: || None,
            note: note_cell,
            merge: merge_cells,
            shown: shown_cell,
        }.hold(&items, &places)?;
    }

    #[test]
    fn answers_of_ports(items in items(), places in vec(0..PLACES, 64)) {
        Part {
            empty: || None,
            note: |said: &mut Option<Said>, item| {
                let answer = [Answer::Open, Answer::Closed, Answer::Filtered];
                let answer = answer.into_iter().nth(usize::from(item.host % 3)).unwrap_or(Answer::Open);
                let new = Said { moment: item.moment, answer };
                match said {
                    None => *said = Some(new),
                    Some(said) => said.merge(new),
                }
            },
            merge: |said, other| match (said.as_mut(), other) {
                (Some(said), Some(other)) => said.merge(other),
                (None, other) => *said = other,
                (Some(_), None) => {}
            },
            shown: |said| *said,
        }.hold(&items, &places)?;
    }
}

proptest! {
    // Each sum has a place for every port.
    #![proptest_config(splits(3))]

    #[test]
    fn whole_profiles(items in items(), places in vec(0..PLACES, 64)) {
        for empty in [|| Profile::within(1 << 24), || Profile::within(20_000), || Profile::within(0)] {
            Part {
                empty,
                note: |profile, item| profile.observe(&item.knock(), Knowledge::embedded()),
                merge: Profile::merge,
                shown: shown_profile,
            }.hold(&items, &places)?;
        }
    }

    #[test]
    fn tallies_of_ports(items in items(), places in vec(0..PLACES, 64)) {
        Part {
            empty: PortTally::default,
            note: |ports, item| {
                let transport = if item.number % 2 == 0 { Transport::TCP } else { Transport::UDP };
                ports.note(Some(transport), Some(item.port), item.moment);
            },
            merge: PortTally::merge,
            shown: |ports| {
                let course = |(transport, port, events)| (transport, port, events, ports.course(transport, port));
                ports.busy().map(course).collect::<Vec<_>>()
            },
        }.hold(&items, &places)?;
    }
}

/// Whoever invents a source, a target and a port for each packet moves no more than the counts, however
/// long he goes on.
#[test]
fn a_flood_of_sources_takes_no_more_memory() {
    const MEMORY: u64 = 1 << 20;
    let knowledge = Knowledge::embedded();
    let mut profile = Profile::within(MEMORY);
    let mut most = 0;
    let packets = 60_000_u32;
    for i in 0..packets {
        let mut event = Event::default();
        let drawn = i.wrapping_mul(2_654_435_761);
        event.packet.source.ip = Some(IpAddr::V4(Ipv4Addr::from_bits(drawn)));
        event.packet.destination.ip = Some(IpAddr::V4(Ipv4Addr::from_bits(!drawn)));
        event.packet.transport = Some(Transport::TCP);
        event.packet.tcp.flags = Some(TcpFlags::SYN);
        event.packet.tcp.seq = Some(drawn);
        event.packet.id = Some(1 + i as u16 % 60_000);
        event.packet.source.port = Some(i as u16);
        event.packet.destination.port = Some((drawn >> 16) as u16);
        event.time = Some(Timestamp(i64::from(i) * 1_000_000_000));
        profile.observe(&event, knowledge);
        // It is looked now and then whether the sources still fit.
        if i % 1_024 == 1_023 {
            most = most.max(profile.weight());
        }
    }
    // What has come since the last look.
    let since = 1_024 * 512;
    assert!((MEMORY / 8..MEMORY + since).contains(&most), "{most}");
    profile.seal();
    assert!(profile.weight() <= MEMORY, "{}", profile.weight());
    assert_eq!(profile.events, u64::from(packets));
    let told = profile.sources.len() as u64 * profile.sources.thinning();
    let packets = u64::from(packets);
    assert!((packets / 2..packets * 2).contains(&told), "{told}");
    assert!(profile.sources.thinning() >= 4);
}
