//! One event as one line of JSON in the Open Cybersecurity Schema Framework: class Network Activity
//! with the profiles `host` and `security_control`.
//!
//! `README.md` beside this file tells which field becomes which attribute, and why.

mod class;

use rutter_event::{Direction, Endpoint, Event, Family, Untrusted};

use super::{community, ecs};
use crate::clock;
use crate::json::{Object, line as write_line};

/// The version of the schema whose names and numbers are used.
const OCSF_VERSION: &str = "1.7.0";
/// `severity_id` Informational: what is only normalised has not been judged.
const INFORMATIONAL: u8 = 1;
/// `device.type_id` Unknown: a format tells what wrote the record, not what kind of machine it is.
const UNKNOWN_DEVICE: u8 = 0;
const NANOSECONDS_PER_MILLISECOND: i64 = 1_000_000;

/// Writes an event as one object and a newline at the end of `out`; `line` is the 1-based number of
/// its line or packet. Attributes that the log does not carry are left out, unless the schema
/// requires them.
pub fn write_ocsf(line: u64, event: &Event<'_>, out: &mut Vec<u8>) {
    write_line(out, |o| {
        let activity = class::activity(event);
        o.number("category_uid", class::CATEGORY);
        o.number("class_uid", class::CLASS);
        o.number("activity_id", activity);
        o.number("type_uid", class::CLASS * 100 + activity);
        o.number("severity_id", INFORMATIONAL);
        // The schema wants a time of every event; `unmapped.rutter.clock` tells when this is none.
        o.number("time", event.time.map_or(0, |time| milliseconds(time.0)));
        o.maybe_number("duration", event.duration.map(|n| n / 1_000_000));
        let (action, disposition) = class::decision(event.action);
        o.number("action_id", action);
        o.number("disposition_id", disposition);
        o.object("metadata", |o| metadata(event, o));
        let (packet, observer) = (&event.packet, &event.observer);
        for (key, end, zone) in [
            ("src_endpoint", &packet.source, observer.ingress_zone),
            ("dst_endpoint", &packet.destination, observer.egress_zone),
        ] {
            o.object(key, |o| endpoint(end, zone, o));
        }
        o.object("connection_info", |o| connection(event, o));
        o.object("traffic", |o| {
            o.maybe_number("bytes", event.bytes);
            o.maybe_number("packets", event.packets);
        });
        o.log("app_name", event.application);
        o.object("device", |o| device(event, o));
        o.object("actor", |o| {
            o.object("user", |o| o.log("name", event.user));
        });
        o.object("firewall_rule", |o| {
            o.log("name", event.rule);
            o.log("uid", event.rule_id);
        });
        o.object("unmapped", |o| {
            o.object("rutter", |o| {
                ecs::own(line, event, o);
                precision(event, o);
                ecs::extra(event, o);
            });
        });
    });
}

/// Nanoseconds as milliseconds, rounded down, before 1970 too.
const fn milliseconds(nanoseconds: i64) -> i64 {
    nanoseconds.div_euclid(NANOSECONDS_PER_MILLISECOND)
}

fn metadata(event: &Event<'_>, o: &mut Object<'_>) {
    let observer = &event.observer;
    o.text("version", OCSF_VERSION);
    o.object("product", |o| {
        // The schema wants a name; the format is the next best thing to one.
        let name = Some(observer.product).filter(|name| !name.is_empty());
        o.text("name", name.unwrap_or(event.format));
        o.log("vendor_name", Untrusted::new(observer.vendor.as_bytes()));
    });
    o.list("profiles", |list| {
        list.text("host");
        list.text("security_control");
    });
    o.log("log_format", Untrusted::new(event.format.as_bytes()));
}

fn endpoint(end: &Endpoint, zone: Untrusted<'_>, o: &mut Object<'_>) {
    if let Some(ip) = end.ip {
        o.plain("ip", |ink| ink.address(ip));
    }
    o.maybe_number("port", end.port);
    if let Some(mac) = end.mac {
        o.plain("mac", |ink| ink.hardware_address(mac));
    }
    // The schema's own place for what address translation made of an end.
    o.object("proxy_endpoint", |o| {
        if let Some(ip) = end.nat_ip {
            o.plain("ip", |ink| ink.address(ip));
        }
        o.maybe_number("port", end.nat_port);
    });
    o.log("zone", zone);
}

fn connection(event: &Event<'_>, o: &mut Object<'_>) {
    let packet = &event.packet;
    o.number("direction_id", class::direction(event.direction));
    if event.direction == Direction::External {
        // Of what is no id of the schema's, the word is the source's own.
        o.maybe_text("direction", event.direction.word());
    }
    o.maybe_number("protocol_num", packet.transport.map(|t| t.0));
    o.maybe_text("protocol_name", packet.transport.and_then(|t| t.word()));
    o.maybe_number("protocol_ver_id", class::version(packet.family));
    if packet.family == Family::Arp {
        o.maybe_text("protocol_ver", packet.family.word());
    }
    o.maybe_number("tcp_flags", packet.tcp.flags.map(|f| f.0));
    if let Some(id) = community::community_id(packet) {
        o.plain("community_uid", |ink| ink.fixed(&id));
    }
}

/// The machine that saw it, when the log names it or one of its interfaces: without either the
/// schema has no device.
fn device(event: &Event<'_>, o: &mut Object<'_>) {
    let observer = &event.observer;
    let interface = observer.ingress.some().or(observer.egress.some());
    if observer.hostname.is_empty() && interface.is_none() {
        return;
    }
    o.number("type_id", UNKNOWN_DEVICE);
    o.log("hostname", observer.hostname);
    o.log("vendor_name", Untrusted::new(observer.vendor.as_bytes()));
    o.log("interface_name", interface.unwrap_or_default());
    if interface.is_some() {
        o.list("network_interfaces", |list| {
            for name in [observer.ingress, observer.egress] {
                if let Some(name) = name.some() {
                    list.object(|o| o.log("name", name));
                }
            }
        });
    }
}

/// What milliseconds and a list of interfaces would lose.
fn precision(event: &Event<'_>, o: &mut Object<'_>) {
    match event.time {
        None => o.text("clock", "absent"),
        Some(time) if time.0 % NANOSECONDS_PER_MILLISECOND != 0 => {
            o.plain("time", |ink| clock::rfc3339(time, ink));
        }
        Some(_) => {}
    }
    o.maybe_number("duration", event.duration.filter(|n| n % 1_000_000 != 0));
    o.object("interface", |o| {
        o.log("ingress", event.observer.ingress);
        o.log("egress", event.observer.egress);
    });
}
