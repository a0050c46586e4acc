//! `merge` is associative and commutative with an identity: any split in any order gives the same sum.

use std::net::{IpAddr, Ipv4Addr};

use proptest::collection::vec;
use proptest::prelude::*;
use rutter_analysis::profile::{Gatherer, MEMORY, seal, settle};
use rutter_analysis::{Home, Profile, find};
use rutter_event::{
    Action, Answer, Direction, Event, Family, Ledger, Packet, TcpFlags, Timestamp, Transport,
    Untrusted,
};
use rutter_knowledge::Knowledge;

/// Few sources, few ports, few targets, so that events meet; sometimes without a time.
fn event() -> impl Strategy<Value = Event<'static>> {
    let target = prop_oneof![4 => 0..6_u8, 1 => any::<u8>()];
    let ends = (prop_oneof![0..3_u8, 0..200_u8], target, any::<bool>());
    let ports = (
        prop_oneof![Just(1024_u16), Just(53), 40_000..40_040_u16],
        0..60_u16,
    );
    (
        ends,
        ports,
        0..4_u8,
        prop::option::of(0..5_000_i64),
        0..3_u8,
    )
        .prop_map(
            |((source, target, outward), (source_port, port), flags, time, action)| {
                let theirs = IpAddr::V4(Ipv4Addr::new(198, 51, 100, source));
                let ours = IpAddr::V4(Ipv4Addr::new(192, 168, 0, target));
                let (from, to) = if outward {
                    (ours, theirs)
                } else {
                    (theirs, ours)
                };
                let mut packet = Packet {
                    family: Family::V4,
                    transport: Some(Transport::TCP),
                    ..Packet::default()
                };
                packet.source.ip = Some(from);
                packet.destination.ip = Some(to);
                packet.source.port = Some(source_port);
                packet.destination.port = Some(port);
                packet.tcp.flags = [
                    None,
                    Some(TcpFlags::SYN),
                    Some(TcpFlags::ACK),
                    Some(TcpFlags::RST),
                ]
                .into_iter()
                .nth(usize::from(flags))
                .flatten();
                // What names a packet, and what its sender's program leaves the same.
                packet.id = time.and_then(|time| u16::try_from(time % 5).ok());
                packet.tcp.seq = Some(u32::from(port) * 7);
                packet.ttl = Some(51 + target % 3);
                let action = match action {
                    0 => Action::Unstated,
                    1 => Action::Allowed,
                    _ => Action::Dropped,
                };
                let mut event = Event {
                    format: "netfilter",
                    time: time.map(|t| Timestamp(t * 1_000_000_000)),
                    action,
                    direction: Direction::Unknown,
                    packet,
                    ..Event::default()
                };
                // Some are what a listener heard, of which some said something.
                if flags == 1 && target % 2 == 0 && !outward {
                    (event.observer.vendor, event.observer.product) = ("rutter", "listen");
                    if port % 3 > 0 {
                        event.payload = if port % 3 == 1 {
                            b"GET http://"
                        } else {
                            b"\x05\x01"
                        };
                        event.application = Untrusted::new(b"http");
                        event.client =
                            Untrusted::new([&b"zgrab"[..], b"", b"curl"][usize::from(port % 2)]);
                    }
                }
                settle(&mut event, &Home::default());
                // Some are the answers of ports that somebody asked.
                event.answer = (source_port == 53).then_some(match target {
                    0..2 => Answer::Open,
                    2..4 => Answer::Closed,
                    _ => Answer::Filtered,
                });
                event
            },
        )
}

fn sum<'a>(memory: u64, events: impl IntoIterator<Item = &'a Event<'static>>) -> Profile {
    let mut profile = Profile::within(memory);
    for event in events {
        profile.observe(event, Knowledge::embedded());
    }
    profile.seal();
    profile
}

fn merged(memory: u64, parts: impl IntoIterator<Item = Profile>) -> Profile {
    let mut whole = Profile::within(memory);
    for part in parts {
        whole.merge(part);
    }
    whole.seal();
    whole
}

/// The account of a log of nothing but these events.
fn ledger(events: u64) -> Ledger {
    let mut ledger = Ledger::default();
    (0..events).for_each(|_| ledger.decoded(1));
    ledger
}

fn bytes(profile: &Profile) -> Vec<u8> {
    seal::to_bytes(
        profile,
        &ledger(profile.events + profile.answered),
        Knowledge::embedded(),
    )
}

fn told(profile: &Profile) -> String {
    format!("{:?}", find(profile, Knowledge::embedded()))
}

/// Room for all; for a few dozen sources; for hardly any.
fn memory() -> impl Strategy<Value = u64> {
    prop_oneof![Just(MEMORY), 10_000..80_000_u64, Just(0)]
}

/// How many splits are tried: few, unless `RUTTER_SPLITS` says otherwise.
#[expect(
    clippy::disallowed_methods,
    reason = "who tries more says so to the test"
)]
fn splits() -> u32 {
    let said = std::env::var("RUTTER_SPLITS").ok();
    said.and_then(|number| number.parse().ok()).unwrap_or(32)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(splits()))]

    #[test]
    fn any_split_in_any_order_gives_the_same_sum(
        events in vec(event(), 0..400),
        places in vec(0..5_usize, 400),
        turned in any::<bool>(),
        memory in memory(),
    ) {
        let whole = sum(memory, &events);
        let part = |wanted: usize| {
            let here = events.iter().zip(&places).filter(move |(_, place)| **place == wanted);
            sum(memory, here.map(|(event, _)| event))
        };
        let mut parts: Vec<Profile> = (0..5).map(part).collect();
        if turned {
            parts.reverse();
        }
        prop_assert!(bytes(&merged(memory, parts.clone())) == bytes(&whole));
        // ((a + b) + c) + … against a + (b + (c + …)).
        let right = parts.into_iter().rev().reduce(|sum, part| merged(memory, [part, sum]));
        let right = right.unwrap_or_default();
        prop_assert!(bytes(&right) == bytes(&whole));
        prop_assert_eq!(told(&right), told(&whole));
    }

    #[test]
    fn many_at_once_are_as_one_after_the_other(events in vec(event(), 0..3_000), memory in memory()) {
        let mut gatherer = Gatherer::new(Profile::within(memory), Knowledge::embedded());
        events.iter().for_each(|event| gatherer.observe(event));
        let mut gathered = gatherer.finish();
        gathered.seal();
        prop_assert!(bytes(&gathered) == bytes(&sum(memory, &events)));
    }

    #[test]
    fn one_table_that_several_fill_gives_the_same_sum(
        events in vec(event(), 0..1_000),
        places in vec(0..3_usize, 1_000),
        memory in memory(),
    ) {
        let shards = Profile::shards(memory, 3);
        let gatherer = || Gatherer::sharing(Profile::within(memory), &shards, Knowledge::embedded());
        let mut gatherers = [gatherer(), gatherer(), gatherer()];
        for (event, place) in events.iter().zip(&places) {
            gatherers[*place].observe(event);
        }
        let parts = gatherers.map(Gatherer::finish);
        let mut gathered = Profile::within(memory);
        parts.into_iter().for_each(|part| gathered.merge(part));
        gathered.join(shards);
        gathered.seal();
        let whole = sum(memory, &events);
        prop_assert!(bytes(&gathered) == bytes(&whole));
        prop_assert_eq!(told(&gathered), told(&whole));
    }

    #[test]
    fn nothing_is_the_identity(events in vec(event(), 0..100), memory in memory()) {
        let whole = sum(memory, &events);
        let nothing = || Profile::within(memory);
        prop_assert!(bytes(&merged(memory, [nothing(), whole.clone()])) == bytes(&whole));
        prop_assert!(bytes(&merged(memory, [whole.clone(), nothing()])) == bytes(&whole));
    }

    #[test]
    fn what_was_sealed_is_read_as_it_was(events in vec(event(), 0..400), memory in memory()) {
        let whole = sum(memory, &events);
        let sealed = bytes(&whole);
        let (again, account) = seal::from_bytes(&sealed, memory, Knowledge::embedded())?;
        prop_assert_eq!(account, ledger(whole.events + whole.answered));
        prop_assert!(bytes(&again) == sealed);
        prop_assert_eq!(told(&again), told(&whole));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whoever writes the bytes can write the checksum too.
    #[test]
    fn changed_bytes_are_refused_or_harmless(
        events in vec(event(), 1..40),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut sealed = bytes(&sum(MEMORY, &events));
        let mut body = sealed.len() - 4;
        for (at, byte) in changes {
            sealed[at.index(body)] = byte;
        }
        if is_cut {
            body = cut.index(body);
        }
        sealed.truncate(body);
        let check = crc32fast::hash(&sealed);
        sealed.extend(check.to_le_bytes());
        if let Ok((profile, account)) = seal::from_bytes(&sealed, MEMORY, Knowledge::embedded()) {
            prop_assert!(account.balances());
            let again = seal::to_bytes(&profile, &account, Knowledge::embedded());
            let twice = merged(MEMORY, [profile.clone(), profile.clone()]);
            prop_assert_eq!(twice.events, 2 * profile.events);
            prop_assert!(!told(&profile).is_empty());
            let (read, _) = seal::from_bytes(&again, MEMORY, Knowledge::embedded())?;
            prop_assert!(seal::to_bytes(&read, &account, Knowledge::embedded()) == again);
        }
    }
}

#[test]
fn others_are_refused_by_name() {
    let good = bytes(&Profile::empty());
    let told = |bytes: &[u8]| seal::from_bytes(bytes, MEMORY, Knowledge::embedded()).map(|_| ());
    assert_eq!(told(&good), Ok(()));
    assert_eq!(
        told(b"Nov 23 12:00:00 fw kernel: "),
        Err(seal::Fault::NoProfile)
    );
    assert_eq!(told(&good[..9]), Err(seal::Fault::CutShort));
    assert_eq!(told(&good[..good.len() - 1]), Err(seal::Fault::Checksum));
    let mut newer = good.clone();
    newer[8] = 9;
    assert_eq!(told(&newer), Err(seal::Fault::Version(9)));
    let mut other = good.clone();
    other[10] ^= 1;
    let body = other.len() - 4;
    let check = crc32fast::hash(&other[..body]);
    other[body..].copy_from_slice(&check.to_le_bytes());
    assert_eq!(told(&other), Err(seal::Fault::Seed));
    let account = seal::to_bytes(&Profile::empty(), &ledger(1), Knowledge::embedded());
    assert_eq!(told(&account), Err(seal::Fault::Account));
}

/// Sources that lie in order by chance are found like any others.
#[test]
fn a_source_that_is_alone_in_one_table_is_found() {
    let shards = Profile::shards(MEMORY, 2);
    let mut gatherer = Gatherer::sharing(Profile::empty(), &shards, Knowledge::embedded());
    let source = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));
    let mut event = Event::default();
    event.packet.source.ip = Some(source);
    gatherer.observe(&event);
    let mut sum = gatherer.finish();
    sum.join(shards);
    sum.seal();
    assert_eq!(sum.sources.get(source).map(|found| found.events()), Some(1));
}
