//! One event as one row: which columns there are, and what stands in them.

use rutter_event::{Event, Stamp, TcpFlags, Timestamp, Untrusted};
use rutter_knowledge::port_class;

use super::{community, service};
use crate::ink::Ink;

/// The columns, always these and in this order: the flat names of the Elastic Common Schema, and
/// ours below `rutter`. A cell is empty where the log does not say.
///
/// `@timestamp` is RFC 3339 in UTC; `rutter.uptime` seconds since boot, for logs without a clock;
/// `event.duration` nanoseconds; `network.bytes` and `network.packets` sums of a connection;
/// `rutter.tcp.flags` names joined by `+`, or `none`; the `rutter.icmp.quoted` columns the packet
/// that an ICMP error quotes; `rutter.answer` what a port said to a scanner.
pub const COLUMNS: [&str; 51] = [
    "@timestamp",
    "rutter.uptime",
    "rutter.line",
    "rutter.format",
    "event.type",
    "event.action",
    "event.outcome",
    "event.duration",
    "source.ip",
    "source.port",
    "source.mac",
    "source.nat.ip",
    "source.nat.port",
    "destination.ip",
    "destination.port",
    "destination.mac",
    "destination.nat.ip",
    "destination.nat.port",
    "network.transport",
    "network.iana_number",
    "network.type",
    "network.direction",
    "network.bytes",
    "network.packets",
    "network.application",
    "network.community_id",
    "observer.vendor",
    "observer.product",
    "observer.hostname",
    "observer.ingress.interface.name",
    "observer.egress.interface.name",
    "observer.ingress.zone",
    "observer.egress.zone",
    "rule.name",
    "rule.id",
    "user.name",
    "rutter.tcp.flags",
    "rutter.tcp.window",
    "rutter.tcp.seq",
    "rutter.tcp.ack",
    "rutter.ip.ttl",
    "rutter.ip.id",
    "rutter.ip.length",
    "rutter.icmp.type",
    "rutter.icmp.code",
    "rutter.icmp.quoted.destination.ip",
    "rutter.icmp.quoted.destination.port",
    "rutter.port_class.destination",
    "rutter.service.source",
    "rutter.service.destination",
    "rutter.answer",
];

/// Takes the cells of one row, in the order of [`COLUMNS`].
pub(super) trait Cells {
    /// An instant.
    fn instant(&mut self, time: Option<Timestamp>);
    /// Nanoseconds since boot.
    fn uptime(&mut self, nanoseconds: Option<u64>);
    /// A number.
    fn number(&mut self, number: Option<u64>);
    /// Text of ours that `write` puts down; nothing when it writes nothing.
    fn plain(&mut self, write: impl FnOnce(&mut Ink));
    /// Text of the log.
    fn log(&mut self, text: Untrusted<'_>);

    /// A word of ours.
    fn word(&mut self, word: Option<&str>) {
        self.plain(|ink| ink.text(word.unwrap_or_default().as_bytes()));
    }
}

/// Fills one row from an event; `line` is the 1-based number of its line.
pub(super) fn fill(line: u64, event: &Event<'_>, cells: &mut impl Cells) {
    let packet = &event.packet;
    cells.instant(event.time);
    cells.uptime(match (event.time, event.stamp) {
        (None, Stamp::Boot(nanoseconds)) => Some(nanoseconds),
        _ => None,
    });
    cells.number(Some(line));
    cells.word(Some(event.format));
    let decision = event.action.event_type();
    cells.word(decision);
    cells.word(event.action.verb());
    cells.word(decision.map(|d| if d == "allowed" { "success" } else { "failure" }));
    cells.number(event.duration);
    for end in [&packet.source, &packet.destination] {
        cells.plain(|ink| end.ip.iter().for_each(|ip| ink.address(*ip)));
        cells.number(end.port.map(u64::from));
        cells.plain(|ink| end.mac.iter().for_each(|mac| ink.hardware_address(*mac)));
        cells.plain(|ink| end.nat_ip.iter().for_each(|ip| ink.address(*ip)));
        cells.number(end.nat_port.map(u64::from));
    }
    cells.word(packet.transport.and_then(|t| t.word()));
    cells.number(packet.transport.map(|t| u64::from(t.0)));
    cells.word(packet.family.word());
    cells.word(event.direction.word());
    cells.number(event.bytes);
    cells.number(event.packets);
    cells.log(event.application);
    cells.plain(|ink| {
        if let Some(id) = community::community_id(packet) {
            ink.fixed(&id);
        }
    });
    let observer = &event.observer;
    cells.word(Some(observer.vendor));
    cells.word(Some(observer.product));
    for text in [
        observer.hostname,
        observer.ingress,
        observer.egress,
        observer.ingress_zone,
        observer.egress_zone,
        event.rule,
        event.rule_id,
        event.user,
    ] {
        cells.log(text);
    }
    cells.plain(|ink| packet.tcp.flags.iter().for_each(|f| flags(*f, ink)));
    cells.number(packet.tcp.window.map(u64::from));
    cells.number(packet.tcp.seq.map(u64::from));
    cells.number(packet.tcp.ack.map(u64::from));
    cells.number(packet.ttl.map(u64::from));
    cells.number(packet.id.map(u64::from));
    cells.number(packet.length.map(u64::from));
    cells.number(packet.icmp.kind.map(u64::from));
    cells.number(packet.icmp.code.map(u64::from));
    let quoted = event.quoted.map(|q| q.destination).unwrap_or_default();
    cells.plain(|ink| quoted.ip.iter().for_each(|ip| ink.address(*ip)));
    cells.number(quoted.port.map(u64::from));
    cells.word(packet.destination.port.map(|p| port_class(p).word()));
    let (from, to) = service::services(packet);
    cells.word(from);
    cells.word(to);
    cells.word(event.answer.map(rutter_event::Answer::word));
}

/// Names joined by `+`, or `none`, as a list of flags reads in one cell.
fn flags(flags: TcpFlags, ink: &mut Ink) {
    let from = ink.place();
    for name in flags.names() {
        ink.text(name.as_bytes());
        ink.byte(b'+');
    }
    if ink.place() > from {
        ink.back_to(ink.place() - 1);
    } else {
        ink.literal("none");
    }
}
