//! `merge` is associative and commutative with an identity: any split in any order gives the same sum.

use std::net::{IpAddr, Ipv4Addr};

use proptest::collection::vec;
use proptest::prelude::*;
use rutter_analysis::profile::settle;
use rutter_analysis::{Home, Profile, find};
use rutter_event::{
    Action, Answer, Direction, Event, Family, Packet, TcpFlags, Timestamp, Transport,
};
use rutter_knowledge::Knowledge;

/// Few sources, few ports, few targets, so that events meet; sometimes without a time.
fn event() -> impl Strategy<Value = Event<'static>> {
    let ends = (0..40_u8, 0..6_u8, any::<bool>());
    let ports = (
        prop_oneof![Just(1024_u16), Just(53), 40_000..40_040_u16],
        0..60_u16,
    );
    (
        ends,
        ports,
        0..3_u8,
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
                packet.tcp.flags = [None, Some(TcpFlags::SYN), Some(TcpFlags::ACK)]
                    .into_iter()
                    .nth(usize::from(flags))
                    .flatten();
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

fn sum<'a>(events: impl IntoIterator<Item = &'a Event<'static>>) -> Profile {
    let mut profile = Profile::empty();
    for event in events {
        profile.observe(event, Knowledge::embedded());
    }
    profile.seal();
    profile
}

fn merged(parts: impl IntoIterator<Item = Profile>) -> Profile {
    let mut whole = Profile::empty();
    for part in parts {
        whole.merge(part);
    }
    whole.seal();
    whole
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_split_in_any_order_gives_the_same_sum(
        events in vec(event(), 0..400),
        places in vec(0..5_usize, 400),
        turned in any::<bool>(),
    ) {
        let whole = sum(&events);
        let part = |wanted: usize| {
            sum(events.iter().zip(&places).filter(move |(_, place)| **place == wanted).map(|(event, _)| event))
        };
        let mut parts: Vec<Profile> = (0..5).map(part).collect();
        if turned {
            parts.reverse();
        }
        prop_assert!(merged(parts.clone()) == whole);
        // ((a + b) + c) + … against a + (b + (c + …)).
        let right = parts.into_iter().rev().reduce(|sum, part| merged([part, sum])).unwrap_or_default();
        prop_assert!(right == whole);
        let told = |profile: &Profile| format!("{:?}", find(profile, Knowledge::embedded()));
        prop_assert_eq!(told(&right), told(&whole));
    }

    #[test]
    fn nothing_is_the_identity(events in vec(event(), 0..100)) {
        let whole = sum(&events);
        prop_assert!(merged([Profile::empty(), whole.clone()]) == whole);
        prop_assert!(merged([whole.clone(), Profile::empty()]) == whole);
    }
}
