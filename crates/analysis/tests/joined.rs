//! A firewall's log and a listener's contacts tell of the same calls: what follows from both.

#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::net::{IpAddr, Ipv4Addr};

use rutter_analysis::profile::{Elsewhere, Joined, MEMORY, settle};
use rutter_analysis::{Home, Language, Profile, Questions, Summary, find, hear};
use rutter_event::{
    Action, Event, Family, Observer, Packet, TcpFlags, Timestamp, Transport, Untrusted,
};
use rutter_knowledge::Knowledge;

const SECOND: i64 = 1_000_000_000;
/// 2026-11-23T10:00:00Z.
const TEN: i64 = 1_795_428_000 * SECOND;

fn home() -> Home {
    Home::new(vec!["203.0.113.0/24".parse().unwrap()])
}

/// A SYN of a stranger, so many milliseconds after ten, as a firewall logs it.
fn packet(stranger: u8, source_port: u16, port: u16, milliseconds: i64) -> Event<'static> {
    let mut packet = Packet {
        family: Family::V4,
        transport: Some(Transport::TCP),
        ..Packet::default()
    };
    packet.source.ip = Some(IpAddr::V4(Ipv4Addr::new(198, 51, 100, stranger)));
    packet.source.port = Some(source_port).filter(|port| *port > 0);
    packet.destination.ip = Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9)));
    packet.destination.port = Some(port);
    packet.tcp.flags = Some(TcpFlags::SYN);
    let mut event = Event {
        format: "netfilter",
        time: Some(Timestamp(TEN + milliseconds * 1_000_000)),
        action: Action::Dropped,
        packet,
        ..Event::default()
    };
    settle(&mut event, &home());
    event
}

/// The same as a listener records it, which heard a client.
fn contact(stranger: u8, source_port: u16, port: u16, milliseconds: i64) -> Event<'static> {
    Event {
        format: "ecs",
        action: Action::Unstated,
        observer: Observer {
            vendor: "rutter",
            product: "listen",
            ..Observer::default()
        },
        application: Untrusted::new(b"tls"),
        client: Untrusted::new(b"zgrab"),
        payload_digits: b"160301",
        ..packet(stranger, source_port, port, milliseconds)
    }
}

fn sum<'e>(events: impl IntoIterator<Item = &'e Event<'static>>) -> Profile {
    let mut profile = Profile::within(MEMORY);
    for event in events {
        profile.observe(event, Knowledge::embedded());
    }
    profile.seal();
    profile
}

fn told(events: &[Event<'static>]) -> Summary<'static> {
    find(&sum(events), Knowledge::embedded())
}

#[test]
fn one_call_seen_twice_is_one_call_and_proved() {
    let alone = told(&[packet(7, 40_000, 27_374, 0)]);
    assert_eq!(alone.actors[0].entry.id, "trojan.subseven");
    let both = told(&[
        packet(7, 40_000, 27_374, 0),
        contact(7, 40_000, 27_374, 400),
    ]);
    assert_eq!(
        both.joined,
        Joined {
            contacts: 1,
            twice: 1,
            ahead: 0,
            is_estimate: false
        }
    );
    let actor = &both.actors[0];
    assert_eq!(
        (actor.entry.id.as_str(), actor.knock.events),
        ("scan.tool", 1)
    );
    assert_eq!(both.ports[0].events, 1);
    assert_eq!(both.targets[0].1, 1);
    assert_eq!((both.unjudged, both.unexplained), (0, 0));
    let finding: u64 = both.findings.iter().map(|f| f.events).sum();
    let noise: u64 = both.noise.iter().map(|n| n.events).sum();
    assert_eq!(finding + noise, 1);
    let evidence = both.findings.iter().flat_map(|f| &f.evidence);
    let says: Vec<String> = evidence.map(|e| e.says.text(Language::En)).collect();
    let heard =
        "a listener heard the same caller on this port, 0.4 seconds apart: tls, spoken by zgrab";
    assert!(says.iter().any(|text| text == heard), "{says:?}");
}

#[test]
fn a_knock_that_is_repeated_is_as_many_packets_and_no_more() {
    let knocks = [0, 1_000, 3_000].map(|at| packet(7, 40_000, 27_374, at));
    let mut events = knocks.to_vec();
    events.push(contact(7, 40_000, 27_374, 3_010));
    let both = told(&events);
    assert_eq!((both.joined.twice, both.actors[0].knock.events), (1, 3));
}

#[test]
fn what_is_not_the_same_call_stays_two() {
    for other in [
        contact(8, 40_000, 27_374, 0),
        contact(7, 40_001, 27_374, 0),
        contact(7, 40_000, 27_375, 0),
        contact(7, 40_000, 27_374, 60_000),
    ] {
        let both = told(&[packet(7, 40_000, 27_374, 0), other]);
        assert_eq!((both.joined.contacts, both.joined.twice), (1, 0));
        let all: u64 = both.actors.iter().map(|a| a.knock.events).sum();
        assert_eq!(all, 2);
    }
    // Another source port is another call, by the same caller for the same.
    let both = told(&[packet(7, 40_000, 27_374, 0), contact(7, 40_001, 27_374, 0)]);
    assert!(both.findings.iter().all(|f| f.entry.id == "scan.tool"));
    // An hour later it may be anybody.
    let both = told(&[
        packet(7, 40_000, 27_374, 0),
        contact(7, 40_000, 27_374, 3_600_000),
    ]);
    assert!(
        both.findings
            .iter()
            .any(|f| f.entry.id == "trojan.subseven")
    );
}

#[test]
fn a_log_without_source_ports_joins_as_many_as_it_has() {
    let mut events = vec![packet(7, 0, 23, 0)];
    events.extend([40_000, 40_001].map(|port| contact(7, port, 23, 100)));
    let both = told(&events);
    assert_eq!((both.joined.twice, both.actors[0].knock.events), (1, 2));
}

#[test]
fn every_port_of_a_scan_is_counted_once() {
    let calls = (1..=300_u16).map(|port| (port, 40_000 + port, i64::from(port) * 10));
    let events: Vec<_> = calls
        .flat_map(|(port, from, at)| [packet(7, from, port, at), contact(7, from, port, at + 3)])
        .collect();
    let both = told(&events);
    assert_eq!((both.joined.contacts, both.joined.twice), (300, 300));
    assert_eq!(
        (both.actors[0].knock.events, both.actors[0].ports),
        (300, 300)
    );
    let all: u64 = both.findings.iter().map(|f| f.events).sum();
    assert_eq!(all, 300);
    assert!(both.ports.iter().all(|port| port.events == 1));
}

#[test]
fn a_clock_that_is_ahead_is_reckoned_with() {
    let hour = 3_600_000;
    let calls = (0..20_u8).map(|n| (n, 40_000 + u16::from(n) * 7, i64::from(n) * 60_000));
    let both = |late: i64| {
        let events: Vec<_> = calls
            .clone()
            .flat_map(|(n, from, at)| {
                [
                    packet(n, from, 27_374, at),
                    contact(n, from, 27_374, at + late),
                ]
            })
            .collect();
        told(&events)
    };
    let hourly = both(hour);
    assert_eq!(
        (hourly.joined.twice, hourly.joined.ahead),
        (20, hour * 1_000_000)
    );
    assert!(hourly.findings.iter().all(|f| f.entry.id == "scan.tool"));
    assert_eq!(both(2_000).joined.ahead, 0);
}

#[test]
fn of_too_many_calls_a_sample_stands_for_all() {
    let calls = |heard_too: bool| {
        let calls = (0..20_000_u32).map(move |n| (n, (n / 250) as u8, 1_024 + (n % 50_000) as u16));
        let events: Vec<_> = calls
            .flat_map(|(n, from, port)| {
                let at = i64::from(n) * 50;
                let heard = contact(
                    from,
                    port,
                    23,
                    at + if heard_too {
                        3
                    } else {
                        60_000 * i64::from(1 + n % 50)
                    },
                );
                [packet(from, port, 23, at), heard]
            })
            .collect();
        let mut profile = Profile::within(8 << 20);
        for event in &events {
            profile.observe(event, Knowledge::embedded());
        }
        profile.seal();
        let summary = find(&profile, Knowledge::embedded());
        (summary.joined, summary.actors[0].knock.events)
    };
    let (joined, events) = calls(true);
    assert_eq!(
        (joined.contacts, joined.twice, joined.is_estimate),
        (20_000, 20_000, true)
    );
    assert_eq!(events, 250);
    let (joined, events) = calls(false);
    assert_eq!((joined.twice, events), (0, 500));
}

#[test]
fn explained_in_order_each_knows_what_came_before() {
    let questions = Questions::default();
    let mut profile = Profile::empty();
    let mut heard = |event: &Event<'static>| {
        profile.observe(event, Knowledge::embedded());
        hear(Knowledge::embedded(), &profile, &home(), &questions, event)
    };
    let first = heard(&contact(7, 40_000, 27_374, 400));
    assert_eq!(first.elsewhere, None);
    let then = heard(&packet(7, 40_000, 27_374, 0));
    assert_eq!(then.verdicts[0].entry.id, "scan.tool");
    let Some((saying, words)) = then.elsewhere.and_then(|elsewhere| match elsewhere {
        Elsewhere::Heard { saying, words } => Some((saying, words)),
        Elsewhere::Logged { .. } => None,
    }) else {
        unreachable!("the packet was heard");
    };
    assert_eq!(
        (saying.apart, words.client.text()),
        (Some(400_000_000), "zgrab")
    );
    let again = heard(&contact(7, 40_000, 27_374, 500));
    assert_eq!(
        again.elsewhere,
        Some(Elsewhere::Logged { apart: 500_000_000 })
    );
}
