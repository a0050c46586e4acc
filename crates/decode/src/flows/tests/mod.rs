#![expect(clippy::unwrap_used, reason = "a test may stop")]

mod build;
mod exports;
mod hostile;
mod streams;

use std::fmt::Write as _;

use rutter_event::{Action, Event, Stamp};

use super::{Datagram, Exports, Told};
use crate::Outcome;

/// One line of text that says what an event holds.
fn of_event(event: &Event<'_>) -> String {
    let packet = &event.packet;
    let end = |end: &rutter_event::Endpoint| match (end.ip, end.port) {
        (Some(ip), Some(port)) => std::net::SocketAddr::new(ip, port).to_string(),
        (Some(ip), None) => ip.to_string(),
        (None, _) => "?".to_owned(),
    };
    let transport = packet.transport.and_then(|t| t.word()).unwrap_or("?");
    let (source, destination) = (end(&packet.source), end(&packet.destination));
    let mut text = format!("{} {transport} {source} > {destination}", event.format);
    if let Some(flags) = packet.tcp.flags {
        write!(text, " {flags}").unwrap();
    }
    if let Some(kind) = packet.icmp.kind {
        write!(text, " type={kind} code={}", packet.icmp.code.unwrap_or(0)).unwrap();
    }
    for (name, number) in [
        ("packets", event.packets),
        ("bytes", event.bytes),
        ("ms", event.duration.map(|n| n / 1_000_000)),
        ("ttl", packet.ttl.map(u64::from)),
    ] {
        if let Some(number) = number {
            write!(text, " {name}={number}").unwrap();
        }
    }
    if event.action != Action::Unstated {
        write!(text, " {}", event.action.verb().unwrap()).unwrap();
    }
    for (name, end) in [("snat", packet.source), ("dnat", packet.destination)] {
        if let Some(ip) = end.nat_ip {
            write!(text, " {name}={ip}:{}", end.nat_port.unwrap_or(0)).unwrap();
        }
    }
    for (name, word) in [
        ("in", event.observer.ingress),
        ("out", event.observer.egress),
        ("host", event.observer.hostname),
        ("app", event.application),
        ("user", event.user),
    ] {
        if !word.is_empty() {
            write!(text, " {name}={}", word.log()).unwrap();
        }
    }
    if let Stamp::Instant(time) = event.stamp {
        write!(
            text,
            " at={}.{:03}",
            time.seconds(),
            time.nanoseconds() / 1_000_000
        )
        .unwrap();
    }
    event.extra.for_each(&mut |key, value| {
        write!(text, " +{}={}", key.log(), value.log()).unwrap();
    });
    text
}

fn of_told(told: Told<'_, '_>) -> String {
    match told {
        Told::Flow(event) => of_event(event),
        Told::Part(Outcome::Events(count)) => format!("= {count}"),
        Told::Part(Outcome::Skipped(why)) => format!("= skipped: {}", why.name()),
        Told::Part(Outcome::Refused(why)) => format!("= refused: {}", why.name()),
    }
}

/// What is told of a packet from 192.0.2.1.
fn told(exports: &mut Exports, bytes: &[u8]) -> Vec<String> {
    told_by(exports, "192.0.2.1", bytes)
}

fn told_by(exports: &mut Exports, exporter: &str, bytes: &[u8]) -> Vec<String> {
    let datagram = Datagram {
        exporter: Some(exporter.parse().unwrap()),
        received: Stamp::Absent,
        bytes,
        length: bytes.len(),
    };
    let mut lines = Vec::new();
    exports.read(&datagram, &mut |told| lines.push(of_told(told)));
    lines
}
