//! The keys of a connection, intrusion, file or malware event, as they become fields.

use std::net::IpAddr;

use rutter_event::{Action, Endpoint, Event, Refusal, Transport, Untrusted};

use super::super::address::{Written, family, written};
use super::super::clock;
use super::super::ending::address_may_go_on;
use super::super::number::{decimal, port_may_go_on};
use super::pairs::{Pair, Pairs};

/// The keys that make an end, each of which an event has once. The text of others (URLs, names of
/// files) is the sender's and may hold the same words; it comes behind these.
const ENDS: [&[u8]; 4] = [b"SrcIP", b"DstIP", b"SrcPort", b"DstPort"];

/// What must wait for the whole event.
#[derive(Default)]
struct Sums {
    bytes: [Option<u64>; 2],
    packets: [Option<u64>; 2],
    icmp: [Option<u8>; 2],
    seen: [bool; 4],
}

/// Reads the pairs.
///
/// # Errors
/// What cannot be trusted of addresses, ports and protocol; [`Refusal::BadSyntax`] when two events
/// have run together.
pub(super) fn read<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let mut sums = Sums::default();
    for pair in Pairs::new(text) {
        if let Some(at) = ENDS.iter().position(|key| *key == pair.key) {
            let all = sums.seen.iter().all(|seen| *seen);
            let Some(seen) = sums.seen.get_mut(at) else {
                continue;
            };
            if *seen && all {
                continue;
            }
            if *seen {
                return Err(Refusal::BadSyntax);
            }
            *seen = true;
            read_end(pair, event)?;
        } else {
            read_other(pair, event, &mut sums)?;
        }
    }
    settle(event, &sums)
}

fn read_end(pair: Pair<'_>, event: &mut Event<'_>) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    match pair.key {
        b"SrcIP" => packet.source.ip = address(pair)?,
        b"DstIP" => packet.destination.ip = address(pair)?,
        b"SrcPort" => packet.source.port = port(pair),
        _ => packet.destination.port = port(pair),
    }
    Ok(())
}

fn read_other<'a>(pair: Pair<'a>, event: &mut Event<'a>, sums: &mut Sums) -> Result<(), Refusal> {
    let value = pair.value;
    let text = Untrusted::new(value);
    match pair.key {
        b"Protocol" => event.packet.transport = protocol(pair)?,
        b"IngressInterface" => event.observer.ingress = first(event.observer.ingress, text),
        b"EgressInterface" => event.observer.egress = first(event.observer.egress, text),
        b"IngressZone" => event.observer.ingress_zone = first(event.observer.ingress_zone, text),
        b"EgressZone" => event.observer.egress_zone = first(event.observer.egress_zone, text),
        b"AccessControlRuleName" => event.rule = first(event.rule, text),
        b"SID" => event.rule_id = first(event.rule_id, text),
        b"ApplicationProtocol" => event.application = first(event.application, text),
        b"User" if !is_nobody(value) => event.user = first(event.user, text),
        b"AccessControlRuleAction" | b"InlineResult" | b"FileAction"
            if event.action == Action::Unstated =>
        {
            event.action = action(pair);
        }
        b"FirstPacketSecond" => {
            if let Some(stamp) = clock::iso(value) {
                event.stamp = stamp;
            }
        }
        b"ConnectionDuration" => {
            event.duration = whole(value).and_then(|seconds| seconds.checked_mul(1_000_000_000));
        }
        b"InitiatorBytes" => sums.bytes[0] = whole(value),
        b"ResponderBytes" => sums.bytes[1] = whole(value),
        b"InitiatorPackets" => sums.packets[0] = whole(value),
        b"ResponderPackets" => sums.packets[1] = whole(value),
        b"ICMPType" => sums.icmp[0] = icmp_type(value),
        b"ICMPCode" => sums.icmp[1] = icmp_code(value),
        b"NAT_InitiatorIP" => event.packet.source.nat_ip = address(pair)?,
        b"NAT_ResponderIP" => event.packet.destination.nat_ip = address(pair)?,
        b"NAT_InitiatorPort" => event.packet.source.nat_port = port(pair),
        b"NAT_ResponderPort" => event.packet.destination.nat_port = port(pair),
        _ => {}
    }
    Ok(())
}

/// Draws the conclusions that need the whole event.
fn settle(event: &mut Event<'_>, sums: &Sums) -> Result<(), Refusal> {
    let sum = |[ours, theirs]: [Option<u64>; 2]| match (ours, theirs) {
        (Some(ours), Some(theirs)) => ours.checked_add(theirs),
        (one, other) => one.or(other),
    };
    event.bytes = sum(sums.bytes);
    event.packets = sum(sums.packets);
    let packet = &mut event.packet;
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    packet.tell_icmp_apart();
    match packet.transport {
        Some(Transport::ICMP) => {
            [packet.icmp.kind, packet.icmp.code] = sums.icmp;
            (packet.source.port, packet.destination.port) = (None, None);
        }
        Some(transport) if !transport.has_ports() => {
            (packet.source.port, packet.destination.port) = (None, None);
        }
        _ => {}
    }
    for end in [&mut packet.source, &mut packet.destination] {
        forget_idle_translation(end);
    }
    match (sums.seen[0], sums.seen[1]) {
        (true, true) => Ok(()),
        (false, false) => Err(Refusal::MissingField),
        _ => Err(Refusal::Truncated),
    }
}

/// A translation that changes nothing is none.
fn forget_idle_translation(end: &mut Endpoint) {
    if end.nat_port == end.port {
        end.nat_port = None;
    }
    if end.nat_ip == end.ip && end.nat_port.is_none() {
        end.nat_ip = None;
    }
}

/// The first of two values: what comes later may be part of somebody's text.
const fn first<'a>(old: Untrusted<'a>, new: Untrusted<'a>) -> Untrusted<'a> {
    if old.is_empty() { new } else { old }
}

fn address(pair: Pair<'_>) -> Result<Option<IpAddr>, Refusal> {
    match written(pair.value) {
        Some(Written::Plain(ip)) if pair.is_last && address_may_go_on(ip) => Ok(None),
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None if pair.is_last => Err(Refusal::Truncated),
        None => Err(Refusal::BadAddress),
    }
}

fn port(pair: Pair<'_>) -> Option<u16> {
    match decimal(pair.value) {
        Some(port) if pair.is_last && port_may_go_on(port) => None,
        // What is no port is told under its key.
        port => port,
    }
}

fn protocol(pair: Pair<'_>) -> Result<Option<Transport>, Refusal> {
    match Transport::from_word(pair.value) {
        // `ipv6` may have been `ipv6-icmp`, and 1 have been 17.
        Some(_) if pair.is_last => Ok(None),
        Some(transport) => Ok(Some(transport)),
        None if pair.is_last => Ok(None),
        None => Err(Refusal::BadProtocol),
    }
}

/// What stands in the place of a user when there is none.
fn is_nobody(user: &[u8]) -> bool {
    matches!(
        user,
        b"No Authentication Required" | b"Unknown" | b"Not Found" | b"Special Identities"
    )
}

/// The decision that a word tells; nothing when the word ends the line and may have been longer.
fn action(pair: Pair<'_>) -> Action {
    match pair.value {
        b"Block" if pair.is_last => Action::Denied,
        b"Allow" | b"Trust" | b"Fastpath" | b"Pass" => Action::Allowed,
        b"Block" | b"Dropped" | b"Drop" => Action::Dropped,
        b"Block with reset" | b"Reset" => Action::Rejected,
        b"Interactive Block"
        | b"Interactive Block with reset"
        | b"Malware Block"
        | b"Block Malware"
        | b"Block Malware with Reset"
        | b"Block with Reset" => Action::Denied,
        _ => Action::Unstated,
    }
}

fn whole(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The type of ICMP by number or by the name of IANA's registry.
fn icmp_type(text: &[u8]) -> Option<u8> {
    decimal(text).or(match text {
        b"Echo Reply" => Some(0),
        b"Destination Unreachable" => Some(3),
        b"Source Quench" => Some(4),
        b"Redirect" => Some(5),
        b"Echo Request" | b"Echo" => Some(8),
        b"Router Advertisement" => Some(9),
        b"Router Solicitation" | b"Router Selection" => Some(10),
        b"Time Exceeded" => Some(11),
        b"Parameter Problem" => Some(12),
        b"Timestamp" | b"Timestamp Request" => Some(13),
        b"Timestamp Reply" => Some(14),
        _ => None,
    })
}

fn icmp_code(text: &[u8]) -> Option<u8> {
    decimal(text).or(match text {
        b"No Code" => Some(0),
        _ => None,
    })
}

/// Keys whose value is wholly in a field. The halves of sums are not.
const FIELDS: &[&[u8]] = &[
    b"SrcIP",
    b"DstIP",
    b"SrcPort",
    b"DstPort",
    b"Protocol",
    b"IngressInterface",
    b"EgressInterface",
    b"IngressZone",
    b"EgressZone",
    b"AccessControlRuleName",
    b"SID",
    b"ApplicationProtocol",
    b"NAT_InitiatorIP",
    b"NAT_ResponderIP",
    b"NAT_InitiatorPort",
    b"NAT_ResponderPort",
    b"ConnectionDuration",
];

/// Whether the value of a field could not be taken.
fn is_left_out(pair: Pair<'_>) -> bool {
    match pair.key {
        b"SrcPort" | b"DstPort" | b"NAT_InitiatorPort" | b"NAT_ResponderPort" => {
            port(pair).is_none()
        }
        b"SrcIP" | b"DstIP" => !matches!(address(pair), Ok(Some(_))),
        b"Protocol" => !matches!(protocol(pair), Ok(Some(_))),
        _ => false,
    }
}

/// Calls back with every pair that has no field.
pub(super) fn each_extra<'a>(text: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for pair in Pairs::new(text) {
        let is_told = FIELDS.contains(&pair.key) && !is_left_out(pair);
        if !is_told && !pair.value.is_empty() {
            sink(Untrusted::new(pair.key), Untrusted::new(pair.value));
        }
    }
}
