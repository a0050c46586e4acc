//! One event as one row of comma-separated values (RFC 4180).

use rutter_event::{Event, Stamp, Untrusted};
use rutter_knowledge::port_class;

use super::{community, service};
use crate::clock;
use crate::event::ecs::address;

/// The columns, always these and in this order: the flat names of the Elastic Common Schema, and
/// ours below `rutter`. A cell is empty where the log does not say.
///
/// `@timestamp` is RFC 3339 in UTC; `rutter.uptime` seconds since boot, for logs without a clock;
/// `event.duration` nanoseconds; `network.bytes` and `network.packets` sums of a connection;
/// `rutter.tcp.flags` names joined by `+`, or `none`; the `rutter.icmp.quoted` columns the packet
/// that an ICMP error quotes.
pub const COLUMNS: [&str; 50] = [
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
];

/// Writes the row of column names at the end of `out`.
pub fn write_csv_header(out: &mut Vec<u8>) {
    row(out, |cell| {
        COLUMNS.iter().for_each(|name| cell(name.as_bytes()))
    });
}

/// Writes an event as one row at the end of `out`; `line` is the 1-based number of its line.
pub fn write_csv(line: u64, event: &Event<'_>, out: &mut Vec<u8>) {
    row(out, |cell| Row { cell }.event(line, event));
}

/// Bytes that a row usually fits into.
const ROW: usize = 768;

fn row(out: &mut Vec<u8>, fill: impl FnOnce(&mut dyn FnMut(&[u8]))) {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(ROW)
        .from_writer(out);
    // Writing into memory does not fail, and rows of any length are allowed only once.
    fill(&mut |cell| drop(writer.write_field(cell)));
    let _ = writer.write_record(None::<&[u8]>);
    let _ = writer.flush();
}

/// A row under construction.
struct Row<'c> {
    cell: &'c mut dyn FnMut(&[u8]),
}

impl Row<'_> {
    fn event(&mut self, line: u64, event: &Event<'_>) {
        let packet = &event.packet;
        self.written(|out| {
            if let Some(time) = event.time {
                clock::rfc3339(time, out);
            }
        });
        self.written(|out| {
            if let (None, Stamp::Boot(nanoseconds)) = (event.time, event.stamp) {
                clock::seconds(nanoseconds, out);
            }
        });
        self.number(Some(line));
        self.word(Some(event.format));
        let decision = event.action.event_type();
        self.word(decision);
        self.word(event.action.verb());
        self.word(decision.map(|d| if d == "allowed" { "success" } else { "failure" }));
        self.number(event.duration);
        for end in [&packet.source, &packet.destination] {
            self.written(|out| end.ip.iter().for_each(|ip| address(*ip, out)));
            self.number(end.port);
            self.word(end.mac.map(|mac| mac.to_string()).as_deref());
            self.written(|out| end.nat_ip.iter().for_each(|ip| address(*ip, out)));
            self.number(end.nat_port);
        }
        self.word(packet.transport.and_then(|t| t.word()));
        self.number(packet.transport.map(|t| t.0));
        self.word(packet.family.word());
        self.word(event.direction.word());
        self.number(event.bytes);
        self.number(event.packets);
        self.log(event.application);
        self.written(|out| {
            if let Some(id) = community::community_id(packet) {
                out.extend_from_slice(&id);
            }
        });
        let observer = &event.observer;
        self.word(Some(observer.vendor));
        self.word(Some(observer.product));
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
            self.log(text);
        }
        self.word(packet.tcp.flags.map(|f| f.to_string()).as_deref());
        self.number(packet.tcp.window);
        self.number(packet.tcp.seq);
        self.number(packet.tcp.ack);
        self.number(packet.ttl);
        self.number(packet.id);
        self.number(packet.length);
        self.number(packet.icmp.kind);
        self.number(packet.icmp.code);
        let quoted = event.quoted.map(|q| q.destination).unwrap_or_default();
        self.written(|out| quoted.ip.iter().for_each(|ip| address(*ip, out)));
        self.number(quoted.port);
        self.word(packet.destination.port.map(|p| port_class(p).word()));
        let (from, to) = service::services(packet);
        self.word(from);
        self.word(to);
    }

    fn word(&mut self, word: Option<&str>) {
        (self.cell)(word.unwrap_or_default().as_bytes());
    }

    fn number(&mut self, number: Option<impl itoa::Integer>) {
        match number {
            Some(number) => (self.cell)(itoa::Buffer::new().format(number).as_bytes()),
            None => (self.cell)(b""),
        }
    }

    fn written(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let mut out = Vec::new();
        write(&mut out);
        (self.cell)(&out);
    }

    /// Text of the log: formulas neutralised, nothing that a terminal or a spreadsheet acts on.
    fn log(&mut self, text: Untrusted<'_>) {
        (self.cell)(text.csv().as_bytes());
    }
}
