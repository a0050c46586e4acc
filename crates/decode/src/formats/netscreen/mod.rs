//! The traffic log of NetScreen and Juniper's SSG (ScreenOS).

mod pairs;

use std::net::IpAddr;

use rutter_event::{Action, Endpoint, Event, Extra, Refusal, Skip, Stamp, Transport, Untrusted};

use self::pairs::{Pair, Pairs};
use super::address::{Written, family, written};
use super::clock;
use super::ending::address_may_go_on;
use super::number::{decimal, port_may_go_on};
use crate::formats::search::{holds, place};
use crate::record::{Emit, Format, Record, Rejection};

/// NetScreen.
pub struct Netscreen;

impl Format for Netscreen {
    fn name(&self) -> &'static str {
        "netscreen"
    }

    fn title(&self) -> &'static str {
        "NetScreen and SSG (ScreenOS): traffic log"
    }

    fn example(&self) -> &'static str {
        "Nov 23 10:00:00 fw01 fw01: NetScreen device_id=fw01  [Root]system-notification-00257(traffic): \
         start_time=\"2026-11-23 09:59:58\" duration=0 policy_id=119 service=telnet proto=6 src \
         zone=Untrust dst zone=Trust action=Deny sent=0 rcvd=40 src=198.51.100.7 dst=203.0.113.9 \
         src_port=43210 dst_port=23 session_id=0"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        traffic(record.message).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let text = traffic(record.message).ok_or(Skip::NotFirewall)?;
        if traffic(text).is_some() {
            return Err(Refusal::BadSyntax.into());
        }
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        event.observer.vendor = "juniper";
        event.observer.product = "netscreen";
        event.observer.hostname = record.hostname;
        event.extra = Extra::new(text, each_extra);
        read(text, &mut event)?;
        emit(&mut event);
        Ok(())
    }
}

/// The pairs of a traffic record.
fn traffic(message: &[u8]) -> Option<&[u8]> {
    let at = place!(message, "(traffic")?;
    let before = message.get(..at)?;
    let is_own = holds!(before, "system-")
        && (holds!(before, "NetScreen device_id=") || before.ends_with(b"-00257"));
    let rest = message.get(at..)?;
    let colon = place!(rest, "): ")?;
    rest.get(colon + 3..).filter(|_| is_own)
}

fn read<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let mut seen = [false; 2];
    let mut nat = [Endpoint::default(); 2];
    let mut side = 0;
    let mut bytes = [None; 2];
    for pair in Pairs::new(text) {
        let value = pair.value;
        let packet = &mut event.packet;
        match pair.key {
            b"src" | b"dst" => {
                let (at, end) = match pair.key {
                    b"src" => (&mut seen[0], &mut packet.source),
                    _ => (&mut seen[1], &mut packet.destination),
                };
                if std::mem::replace(at, true) {
                    return Err(Refusal::BadSyntax);
                }
                end.ip = address(pair)?;
            }
            b"src_port" => packet.source.port = port(pair)?,
            b"dst_port" => packet.destination.port = port(pair)?,
            b"src-xlated ip" => (side, nat[0].ip) = (0, address(pair)?),
            b"dst-xlated ip" => (side, nat[1].ip) = (1, address(pair)?),
            // Behind either of them.
            b"port" => {
                if let Some(nat) = nat.get_mut(side) {
                    nat.port = port(pair)?;
                }
            }
            b"proto" => {
                packet.transport = Some(Transport(decimal(value).ok_or(Refusal::BadProtocol)?));
            }
            b"icmp type" if !pair.is_last => packet.icmp.kind = decimal(value),
            b"icmp code" if !pair.is_last => packet.icmp.code = decimal(value),
            b"action" => {
                event.action = match value {
                    b"Permit" | b"Tunnel" => Action::Allowed,
                    b"Deny" | b"Drop" => Action::Dropped,
                    b"Reject" => Action::Rejected,
                    _ => Action::Unstated,
                };
            }
            b"src zone" | b"src-zone" => event.observer.ingress_zone = Untrusted::new(value),
            b"dst zone" | b"dst-zone" => event.observer.egress_zone = Untrusted::new(value),
            b"policy_id" => event.rule_id = Untrusted::new(value),
            b"service" => event.application = Untrusted::new(value),
            b"sent" => bytes[0] = decimal::<u64>(value),
            b"rcvd" => bytes[1] = decimal::<u64>(value),
            b"duration" => {
                event.duration =
                    decimal::<u64>(value).and_then(|seconds| seconds.checked_mul(1_000_000_000));
            }
            b"start_time" if event.stamp == Stamp::Absent => {
                event.stamp = clock::iso(value).unwrap_or_default();
            }
            _ => {}
        }
    }
    if seen != [true; 2] {
        return Err(Refusal::Truncated);
    }
    if let [Some(sent), Some(received)] = bytes {
        event.bytes = sent.checked_add(received);
    }
    settle(event, nat)
}

fn settle(event: &mut Event<'_>, nat: [Endpoint; 2]) -> Result<(), Refusal> {
    let packet = &mut event.packet;
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    for (end, nat) in [&mut packet.source, &mut packet.destination]
        .into_iter()
        .zip(nat)
    {
        let is_other = nat.ip != end.ip || nat.port.is_some() && nat.port != end.port;
        if nat.ip.is_some() && is_other {
            end.nat_ip = nat.ip;
            end.nat_port = nat.port.filter(|port| Some(*port) != end.port);
        }
        if packet
            .transport
            .is_some_and(|transport| !transport.has_ports())
        {
            (end.port, end.nat_port) = (None, None);
        }
    }
    Ok(())
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

fn port(pair: Pair<'_>) -> Result<Option<u16>, Refusal> {
    match decimal(pair.value) {
        Some(port) if pair.is_last && port_may_go_on(port) => Ok(None),
        Some(port) => Ok(Some(port)),
        None if pair.is_last => Ok(None),
        None => Err(Refusal::BadPort),
    }
}

/// Keys whose value is wholly in a field. The halves of sums are not.
const FIELDS: &[&[u8]] = &[
    b"src",
    b"dst",
    b"src_port",
    b"dst_port",
    b"proto",
    b"src zone",
    b"src-zone",
    b"dst zone",
    b"dst-zone",
    b"src-xlated ip",
    b"dst-xlated ip",
    b"port",
    b"policy_id",
    b"service",
    b"duration",
];

/// Calls back with every pair that has no field.
fn each_extra<'a>(text: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for pair in Pairs::new(text) {
        if !FIELDS.contains(&pair.key) && !pair.value.is_empty() {
            sink(Untrusted::new(pair.key), Untrusted::new(pair.value));
        }
    }
}
