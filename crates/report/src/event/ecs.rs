//! One event as one line of JSON: nested fields of the Elastic Common Schema, and ours below `rutter`.

use rutter_analysis::{Hearing, Language};
use rutter_event::{Answer, Endpoint, Event, Packet, Stamp, Untrusted};
use rutter_knowledge::port_class;

use super::{community, doubt, joined, listening, service, verdict};
use crate::clock;
use crate::json::{Keys, Object, line as write_line};
use crate::logging;
use crate::owner;

/// The version of the Elastic Common Schema whose names are used.
const ECS_VERSION: &str = "8.17.0";
/// Most fields of a record's own that are written out; a record with more says how many were left
/// out.
const MOST_EXTRA: usize = 128;

/// Writes an event as one object and a newline at the end of `out`.
///
/// `line` is the 1-based number of its line or packet. Without a hearing the event is normalised
/// only. Fields that the log does not carry are left out.
pub fn write_json(
    line: u64,
    event: &Event<'_>,
    hearing: Option<&Hearing<'_>>,
    language: Language,
    out: &mut Vec<u8>,
) {
    write_line(out, |o| {
        if let Some(time) = event.time {
            o.plain("@timestamp", |ink| clock::rfc3339(time, ink));
        }
        o.object("event", |o| categories(event, o));
        let packet = &event.packet;
        ends(packet, hearing, o);
        o.object("network", |o| {
            network(packet, o);
            o.maybe_word("direction", event.direction.word());
            o.maybe_number("bytes", event.bytes);
            o.maybe_number("packets", event.packets);
            o.log("application", event.application);
            if let Some(id) = community::community_id(packet) {
                o.plain("community_id", |ink| ink.fixed(&id));
            }
        });
        o.object("observer", |o| observer(event, o));
        o.object("rule", |o| {
            o.log("name", event.rule);
            o.log("id", event.rule_id);
        });
        o.object("user", |o| o.log("name", event.user));
        o.object("ecs", |o| o.word("version", ECS_VERSION));
        o.object("rutter", |o| {
            own(line, event, o);
            if let Some(hearing) = hearing {
                verdict::write(&hearing.verdicts, language, o);
                if let Some(elsewhere) = &hearing.elsewhere {
                    joined::write(elsewhere, language, o);
                }
                if let Some(listening) = &hearing.listening {
                    listening::write_hunters(listening, language, o);
                }
                let missing = logging::missing(&hearing.verdicts);
                if !missing.is_empty() {
                    o.list("logging", |list| {
                        logging::write(&logging::hints(event.format, &missing), list);
                    });
                }
                if !hearing.doubts.is_empty() {
                    o.list("why_not", |list| {
                        doubt::write(&hearing.doubts, language, list);
                    });
                }
                if let Some(supposed) = &hearing.supposed {
                    o.object("what_if", |o| {
                        doubt::write_supposed(supposed, language, o);
                    });
                }
            }
            extra(event, o);
        });
    });
}

/// Our own fields that every event has, verdict or not; they stand below `rutter`.
pub(super) fn own(line: u64, event: &Event<'_>, o: &mut Object<'_>) {
    o.number("line", line);
    o.word("format", event.format);
    o.maybe_word("answer", event.answer.map(Answer::word));
    uptime(event, o);
    headers(&event.packet, event.quoted.as_ref(), event.client, o);
    ports(&event.packet, o);
}

fn categories(event: &Event<'_>, o: &mut Object<'_>) {
    // An answer tells of a state; nothing happened but that somebody asked.
    o.word(
        "kind",
        if event.answer.is_some() {
            "state"
        } else {
            "event"
        },
    );
    o.list("category", |list| list.word("network"));
    let decision = event.action.event_type();
    o.list("type", |list| {
        if let Some(word) = decision {
            list.word(word);
        }
        list.word(if event.answer.is_some() {
            "info"
        } else {
            "connection"
        });
    });
    let answered = event.answer.map(|_| "answered");
    o.maybe_word("action", event.action.verb().or(answered));
    o.maybe_word(
        "outcome",
        decision.map(|d| if d == "allowed" { "success" } else { "failure" }),
    );
    o.maybe_number("duration", event.duration);
}

fn ends(packet: &Packet, hearing: Option<&Hearing<'_>>, o: &mut Object<'_>) {
    // One after the other, not in a loop: keys that the compiler knows are put down as they are.
    o.object("source", |o| {
        endpoint(&packet.source, o);
        if let Some(hearing) = hearing {
            owner::write(&hearing.source, o);
        }
    });
    o.object("destination", |o| {
        endpoint(&packet.destination, o);
        if let Some(hearing) = hearing {
            owner::write(&hearing.destination, o);
        }
    });
}

#[inline(always)]
fn endpoint(end: &Endpoint, o: &mut Object<'_>) {
    if let Some(ip) = end.ip {
        o.plain("ip", |ink| ink.address(ip));
    }
    o.maybe_number("port", end.port);
    if let Some(mac) = end.mac {
        o.plain("mac", |ink| ink.hardware_address(mac));
    }
    o.object("nat", |o| {
        if let Some(ip) = end.nat_ip {
            o.plain("ip", |ink| ink.address(ip));
        }
        o.maybe_number("port", end.nat_port);
    });
}

fn network(packet: &Packet, o: &mut Object<'_>) {
    if let Some(transport) = packet.transport {
        o.maybe_word("transport", transport.word());
        // A keyword in the schema, hence a string.
        o.plain("iana_number", |ink| ink.number(transport.0));
    }
    o.maybe_word("type", packet.family.word());
}

fn observer(event: &Event<'_>, o: &mut Object<'_>) {
    let observer = &event.observer;
    o.maybe_word(
        "vendor",
        Some(observer.vendor).filter(|vendor| !vendor.is_empty()),
    );
    o.maybe_word(
        "product",
        Some(observer.product).filter(|product| !product.is_empty()),
    );
    o.log("hostname", observer.hostname);
    o.object("ingress", |o| {
        side(observer.ingress, observer.ingress_zone, o)
    });
    o.object("egress", |o| side(observer.egress, observer.egress_zone, o));
}

fn side(interface: Untrusted<'_>, zone: Untrusted<'_>, o: &mut Object<'_>) {
    o.object("interface", |o| o.log("name", interface));
    o.log("zone", zone);
}

fn uptime(event: &Event<'_>, o: &mut Object<'_>) {
    if let (None, Stamp::Boot(nanoseconds)) = (event.time, event.stamp) {
        o.value("uptime", |ink| clock::seconds(nanoseconds, ink));
    }
}

/// Header facts, below the names that evidence and `missing` use.
fn headers(packet: &Packet, quoted: Option<&Packet>, client: Untrusted<'_>, o: &mut Object<'_>) {
    let tcp = &packet.tcp;
    o.object("tcp", |o| {
        if let Some(flags) = tcp.flags {
            o.list("flags", |list| {
                flags.names().for_each(|name| list.word(name))
            });
        }
        o.maybe_number("window", tcp.window);
        o.maybe_number("seq", tcp.seq);
        o.maybe_number("ack", tcp.ack);
        o.maybe_number("urgent", tcp.urgent);
        o.maybe_number("mss", tcp.mss);
        o.maybe_number("options", tcp.options_length);
    });
    o.object("ip", |o| {
        o.maybe_number("ttl", packet.ttl);
        o.maybe_number("id", packet.id);
        o.maybe_number("length", packet.length);
        o.maybe_number("tos", packet.tos);
        o.maybe_number("flow_label", packet.flow_label);
        let fragment = packet.fragment;
        if let Some(dont) = fragment.dont {
            o.truth("df", dont);
        }
        if fragment.more || fragment.offset > 0 {
            o.object("fragment", |o| {
                o.truth("more", fragment.more);
                o.number("offset", u32::from(fragment.offset) * 8);
            });
        }
    });
    let icmp = &packet.icmp;
    o.object("icmp", |o| {
        o.maybe_number("type", icmp.kind);
        o.maybe_number("code", icmp.code);
        o.maybe_number("id", icmp.id);
        o.maybe_number("sequence", icmp.sequence);
        o.maybe_number("mtu", icmp.mtu);
        if let Some(gateway) = icmp.gateway {
            o.plain("gateway", |ink| ink.address(gateway));
        }
        if let Some(quoted) = quoted {
            o.object("quoted", |o| {
                ends(quoted, None, o);
                o.object("network", |o| network(quoted, o));
                headers(quoted, None, Untrusted::default(), o);
            });
        }
    });
    o.object("payload", |o| {
        o.maybe_number("length", packet.payload_length);
        o.object("client", |o| o.log("name", client));
    });
}

fn ports(packet: &Packet, o: &mut Object<'_>) {
    let (source, destination) = (packet.source.port, packet.destination.port);
    if source.or(destination).is_none() {
        return;
    }
    o.object("port_class", |o| {
        o.maybe_word("source", source.map(|p| port_class(p).word()));
        o.maybe_word("destination", destination.map(|p| port_class(p).word()));
    });
    let (from, to) = service::services(packet);
    o.object("service", |o| {
        o.text_or_null("source", from);
        o.text_or_null("destination", to);
    });
}

/// The record's own fields. A key that comes again is numbered, `MARK#2`, because stores refuse
/// objects with equal keys.
pub(super) fn extra(event: &Event<'_>, o: &mut Object<'_>) {
    let mut keys = Keys::default();
    let mut omitted = 0_usize;
    o.object("extra", |o| {
        event.extra.for_each(&mut |key, value| {
            if keys.len() >= MOST_EXTRA {
                omitted += 1;
                return;
            }
            o.pair(key, value, &mut keys);
        });
    });
    if omitted > 0 {
        o.number("extra_omitted", omitted);
    }
}
