//! The pairs of a record, as they become fields.

use std::net::IpAddr;

use rutter_event::{Action, Direction, Endpoint, Event, Refusal, Transport, Untrusted};

use super::super::address::{Written, family, leading_mac, written};
use super::super::ending::address_may_go_on;
use super::super::number::{decimal, port_may_go_on};
use super::pairs::{Pair, Pairs};
use crate::formats::search;

/// Reads the pairs of a flow, a request or an alert.
///
/// # Errors
/// What cannot be trusted of addresses; [`Refusal::BadSyntax`] when two records have run together;
/// [`Refusal::Truncated`] when an end is missing that only alerts may lack.
pub(super) fn read<'a>(
    text: &'a [u8],
    is_alert: bool,
    is_ended: bool,
    event: &mut Event<'a>,
) -> Result<(), Refusal> {
    let mut seen = [false; 2];
    let mut translated = [None; 2];
    let mut translated_port = None;
    let mut decision = Action::Unstated;
    for pair in Pairs::new(text).ended(is_ended) {
        let value = pair.value;
        let packet = &mut event.packet;
        match pair.key {
            b"src" | b"dst" => {
                let is_source = pair.key == b"src";
                let [source, destination] = &mut seen;
                let seen = if is_source { source } else { destination };
                if std::mem::replace(seen, true) {
                    return Err(Refusal::BadSyntax);
                }
                let end = if is_source {
                    &mut packet.source
                } else {
                    &mut packet.destination
                };
                read_end(pair, end)?;
            }
            b"sport" => packet.source.port = port(value, pair.is_last),
            b"dport" => packet.destination.port = port(value, pair.is_last),
            b"protocol" => {
                // `tcp/ip`
                let word = value.strip_suffix(b"/ip").unwrap_or(value);
                // One that ends the line may be the beginning of another; one that is unknown is
                // told under its key.
                packet.transport = Transport::from_word(word).filter(|_| !pair.is_last);
            }
            b"mac" => packet.source.mac = leading_mac(value),
            b"translated_src_ip" => translated[0] = address(pair)?,
            b"translated_dst_ip" => translated[1] = address(pair)?,
            b"translated_port" => translated_port = port(value, pair.is_last),
            b"direction" => {
                event.direction = match value {
                    b"ingress" => Direction::Inbound,
                    b"egress" => Direction::Outbound,
                    _ => Direction::Unknown,
                };
            }
            b"allow" | b"deny" if value.is_empty() && seen == [false; 2] => {
                event.action = verdict(pair.key);
            }
            b"pattern" => {
                event.rule = Untrusted::new(value);
                if event.action == Action::Unstated {
                    event.action = by_pattern(value);
                }
            }
            b"decision" => decision = verdict(value),
            b"action" if event.action == Action::Unstated => event.action = verdict(value),
            b"signature" => event.rule_id = Untrusted::new(value),
            b"message" => event.rule = Untrusted::new(value),
            _ => {}
        }
    }
    if decision != Action::Unstated {
        event.action = decision;
    }
    if !is_alert && seen != [true; 2] {
        return Err(Refusal::Truncated);
    }
    let packet = &mut event.packet;
    translate(&mut packet.source, translated[0], translated_port);
    translate(&mut packet.destination, translated[1], translated_port);
    settle(event, seen)
}

/// Reads an event of the VPN for clients: who asked is the peer, whom it asked the server.
///
/// # Errors
/// What cannot be trusted of addresses.
pub(super) fn read_vpn_event<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let value = |key: &[u8]| {
        let at = search::find(text, key)? + key.len();
        let rest = text.get(at..)?;
        let end = rest
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\'' | b','))?;
        rest.get(..end)
    };
    let ip = |key: &[u8]| match value(key) {
        None => Ok(None),
        Some(text) => match written(text) {
            Some(Written::Plain(ip)) => Ok(Some(ip)),
            Some(Written::Redacted) => Ok(None),
            None => Err(Refusal::BadAddress),
        },
    };
    event.packet.source.ip = ip(b"Peer IP=")?;
    event.packet.destination.ip = ip(b"Server IP=")?;
    event.packet.source.port = value(b"Peer port=").and_then(decimal);
    event.packet.destination.port = value(b"Server port=").and_then(decimal);
    let user = value(b"User=").unwrap_or_default();
    event.user = Untrusted::new(user.strip_suffix(b":").unwrap_or(user));
    event.action = match value(b"type=") {
        Some(kind) if kind.ends_with(b"_success") => Action::Allowed,
        Some(kind) if kind.ends_with(b"_failure") => Action::Denied,
        _ => Action::Unstated,
    };
    let packet = &event.packet;
    let seen = [packet.source.ip.is_some(), packet.destination.ip.is_some()];
    settle(event, seen)
}

fn settle(event: &mut Event<'_>, seen: [bool; 2]) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    packet.tell_icmp_apart();
    if packet
        .transport
        .is_some_and(|transport| !transport.has_ports())
    {
        (packet.source.port, packet.destination.port) = (None, None);
    }
    if seen == [false; 2] {
        return Err(Refusal::MissingField);
    }
    Ok(())
}

/// `198.51.100.7`, `198.51.100.7:80`, `[2001:db8::7]:80`, `2001:db8::7`.
fn read_end(pair: Pair<'_>, end: &mut Endpoint) -> Result<(), Refusal> {
    let value = pair.value;
    let (host, number) = match value.strip_prefix(b"[") {
        Some(inside) => {
            let close = memchr::memchr(b']', inside);
            let host = close.and_then(|at| inside.get(..at));
            let behind = close.and_then(|at| inside.get(at + 1..));
            let number = behind.and_then(|behind| behind.strip_prefix(b":"));
            (host.unwrap_or(value), number)
        }
        None => match value.iter().position(|byte| *byte == b':') {
            Some(at) if value.contains(&b'.') => {
                (value.get(..at).unwrap_or_default(), value.get(at + 1..))
            }
            _ => (value, None),
        },
    };
    let is_last = pair.is_last && number.is_none();
    end.ip = address(Pair {
        value: host,
        is_last,
        ..pair
    })?;
    if let Some(number) = number {
        end.port = port(number, pair.is_last);
    }
    Ok(())
}

fn address(pair: Pair<'_>) -> Result<Option<IpAddr>, Refusal> {
    match written(pair.value) {
        Some(Written::Plain(ip)) if pair.is_last && address_may_go_on(ip) => Ok(None),
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None if pair.is_last => Err(Refusal::Truncated),
        // A client of whom only the hardware address is known.
        None if pair.value.is_empty() => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

fn port(text: &[u8], is_last: bool) -> Option<u16> {
    decimal(text).filter(|port| !(is_last && port_may_go_on(*port)))
}

/// A translation that changes nothing is none.
fn translate(end: &mut Endpoint, ip: Option<IpAddr>, port: Option<u16>) {
    let is_other_port = port.is_some() && port != end.port;
    if ip.is_some() && (ip != end.ip || is_other_port) {
        end.nat_ip = ip;
        end.nat_port = port.filter(|_| is_other_port);
    }
}

fn verdict(word: &[u8]) -> Action {
    match word {
        b"allow" | b"allowed" => Action::Allowed,
        b"deny" | b"denied" | b"block" | b"blocked" => Action::Denied,
        _ => Action::Unstated,
    }
}

/// The rule that a flow has met: `allow all`, `deny (src 192.0.2.0/24)`, `Group Policy Allow`;
/// inbound rules begin with 1 for deny and 0 for allow.
fn by_pattern(pattern: &[u8]) -> Action {
    let pattern = pattern.strip_prefix(b"Group Policy ").unwrap_or(pattern);
    let word = pattern
        .split(|byte| *byte == b' ')
        .next()
        .unwrap_or_default();
    match word {
        b"1" | b"deny" | b"Deny" => Action::Denied,
        b"0" | b"allow" | b"Allow" => Action::Allowed,
        _ => Action::Unstated,
    }
}

/// Keys whose value is in a field, unless the value could not be taken.
fn is_told(pair: Pair<'_>) -> bool {
    match pair.key {
        b"src" | b"dst" => {
            let mut end = Endpoint::default();
            read_end(pair, &mut end).is_ok() && end.ip.is_some()
        }
        b"sport" | b"dport" => port(pair.value, pair.is_last).is_some(),
        b"protocol" => {
            let word = pair.value.strip_suffix(b"/ip").unwrap_or(pair.value);
            Transport::from_word(word).is_some() && !pair.is_last
        }
        b"mac" => leading_mac(pair.value).is_some(),
        b"allow" | b"deny" => pair.value.is_empty(),
        b"translated_src_ip" | b"translated_dst_ip" | b"translated_port" | b"pattern"
        | b"signature" | b"message" => true,
        _ => false,
    }
}

/// Calls back with every pair that has no field, and with words that are no pairs.
pub(super) fn each_extra<'a>(text: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for pair in Pairs::new(text).ended(true).filter(|pair| !is_told(*pair)) {
        sink(Untrusted::new(pair.key), Untrusted::new(pair.value));
    }
}
