//! One line of text that says everything an event holds.

use std::fmt::{Display, Write as _};

use rutter_decode::{Decoder, Format, Outcome};

use rutter_event::{
    Action, Answer, Direction, Endpoint, Event, Family, Packet, Stamp, Transport, Untrusted,
};

use crate::readme::Line;

/// What a decoder makes of a line, a line of text per event:
///
/// ```text
/// denied tcp 198.51.100.7:43210 > 203.0.113.9:23 SYN dir=inbound in=eth0 rule="UFW BLOCK" len=40 …
/// refused: truncated
/// skipped: not-firewall
/// ```
pub(crate) fn outcome(decoder: &mut Decoder, line: &Line) -> String {
    let mut text = String::new();
    let whole = format!("{}\n", line.text);
    let outcome = decoder.line(whole.as_bytes(), &mut |event| {
        text.push_str(&of_event(event));
        text.push('\n');
    });
    match outcome {
        Outcome::Events(_) => {}
        Outcome::Refused(why) => writeln!(text, "refused: {}", why.name()).unwrap(),
        Outcome::Skipped(why) => writeln!(text, "skipped: {}", why.name()).unwrap(),
    }
    text
}

/// As [`outcome`], by a decoder that knows nothing of other lines but the header.
pub(crate) fn alone(line: &Line, forced: Option<&'static dyn Format>) -> String {
    outcome(&mut line.decoder(forced), line)
}

fn of_event(event: &Event<'_>) -> String {
    let mut text = String::from(match event.action {
        Action::Unstated => "unstated",
        Action::Allowed => "allowed",
        Action::Dropped => "dropped",
        Action::Rejected => "rejected",
        Action::Denied => "denied",
    });
    write_packet(&mut text, &event.packet);
    write_some(&mut text, "answer", event.answer.map(Answer::word));
    let direction = match event.direction {
        Direction::Unknown => None,
        known => known.word(),
    };
    write_some(&mut text, "dir", direction);
    let observer = &event.observer;
    for (key, value) in [
        ("in", observer.ingress),
        ("out", observer.egress),
        ("from", observer.ingress_zone),
        ("to", observer.egress_zone),
        ("rule", event.rule),
        ("rule_id", event.rule_id),
        ("app", event.application),
        ("user", event.user),
        ("client", event.client),
        ("payload", Untrusted::new(event.payload)),
        ("host", observer.hostname),
    ] {
        write_text(&mut text, key, value);
    }
    write_some(&mut text, "bytes", event.bytes);
    write_some(&mut text, "packets", event.packets);
    write_some(&mut text, "duration", event.duration);
    write_some(
        &mut text,
        "product",
        Some(observer.product).filter(|product| !product.is_empty()),
    );
    write_some(&mut text, "time", of_stamp(event.stamp));
    event.extra.for_each(&mut |key, value| {
        write!(text, " +{}=\"{}\"", key.log(), value.log()).unwrap();
    });
    if let Some(quoted) = &event.quoted {
        text.push_str(" quotes (");
        let mut inner = String::new();
        write_packet(&mut inner, quoted);
        write!(text, "{})", inner.trim_start()).unwrap();
    }
    text
}

fn write_packet(text: &mut String, packet: &Packet) {
    let protocol = match (packet.family, packet.transport) {
        (_, Some(transport)) => of_transport(transport),
        (Family::Arp, None) => "arp".to_owned(),
        (_, None) => "?".to_owned(),
    };
    let (source, destination) = (of_end(&packet.source), of_end(&packet.destination));
    write!(text, " {protocol} {source} > {destination}").unwrap();
    if let Some(flags) = packet.tcp.flags {
        write!(text, " {flags}").unwrap();
    }
    write_some(text, "len", packet.length);
    write_some(text, "ttl", packet.ttl);
    write_some(text, "id", packet.id);
    write_some(
        text,
        "tos",
        packet
            .tos
            .filter(|tos| *tos > 0)
            .map(|tos| format!("{tos:#04x}")),
    );
    write_some(
        text,
        "flow",
        packet.flow_label.map(|label| format!("{label:#07x}")),
    );
    write_some(text, "df", packet.fragment.dont.map(u8::from));
    write_some(text, "mf", Some(1).filter(|_| packet.fragment.more));
    write_some(
        text,
        "offset",
        Some(packet.fragment.offset).filter(|offset| *offset > 0),
    );
    write_some(text, "seq", packet.tcp.seq);
    write_some(text, "ack", packet.tcp.ack);
    write_some(text, "window", packet.tcp.window);
    write_some(
        text,
        "urgent",
        packet.tcp.urgent.filter(|urgent| *urgent > 0),
    );
    write_some(text, "mss", packet.tcp.mss);
    write_some(text, "options", packet.tcp.options_length);
    write_some(text, "type", packet.icmp.kind);
    write_some(text, "code", packet.icmp.code);
    write_some(text, "echo", packet.icmp.id);
    write_some(text, "echo_seq", packet.icmp.sequence);
    write_some(text, "mtu", packet.icmp.mtu);
    write_some(text, "gateway", packet.icmp.gateway);
    write_some(text, "data", packet.payload_length);
    write_some(text, "smac", packet.source.mac);
    write_some(text, "dmac", packet.destination.mac);
}

fn of_transport(transport: Transport) -> String {
    transport
        .word()
        .map_or_else(|| format!("protocol-{}", transport.0), str::to_owned)
}

fn of_end(end: &Endpoint) -> String {
    let place = |ip: Option<std::net::IpAddr>, port: Option<u16>| match (ip, port) {
        (Some(ip), Some(port)) => std::net::SocketAddr::new(ip, port).to_string(),
        (Some(ip), None) => ip.to_string(),
        (None, Some(port)) => format!("?:{port}"),
        (None, None) => "?".to_owned(),
    };
    let mut text = place(end.ip, end.port);
    if end.nat_ip.is_some() || end.nat_port.is_some() {
        write!(text, "({})", place(end.nat_ip, end.nat_port)).unwrap();
    }
    text
}

fn of_stamp(stamp: Stamp) -> Option<String> {
    Some(match stamp {
        Stamp::Absent => return None,
        Stamp::Instant(instant) => format!("@{}.{:09}", instant.seconds(), instant.nanoseconds()),
        Stamp::Boot(nanoseconds) => format!("boot+{nanoseconds}ns"),
        Stamp::Civil(civil) => {
            let year = civil
                .year
                .map(|year| format!("{year:04}-"))
                .unwrap_or_default();
            let fraction = match civil.nanosecond {
                0 => String::new(),
                nanosecond => format!(".{nanosecond:09}"),
            };
            format!(
                "{year}{:02}-{:02}T{:02}:{:02}:{:02}{fraction}",
                civil.month, civil.day, civil.hour, civil.minute, civil.second
            )
        }
    })
}

fn write_some(text: &mut String, key: &str, value: Option<impl Display>) {
    if let Some(value) = value {
        write!(text, " {key}={value}").unwrap();
    }
}

fn write_text(text: &mut String, key: &str, value: Untrusted<'_>) {
    if value.is_empty() {
        return;
    }
    let shown = value.log().to_string();
    if shown
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':' | b'/'))
    {
        write!(text, " {key}={shown}").unwrap();
    } else {
        write!(text, " {key}=\"{shown}\"").unwrap();
    }
}
