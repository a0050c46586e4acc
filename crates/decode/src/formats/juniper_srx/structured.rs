//! Structured records: `[junos@2636.1.1.1.2.129 source-address="198.51.100.7" …]`.

use std::net::IpAddr;

use rutter_event::{Action, Endpoint, Event, Refusal, Transport, Untrusted};

use super::super::address::{Written, written};
use super::super::number::decimal;
use super::settle;
use crate::formats::search::place;
use crate::scan::find_either;

/// The pairs of a record, in order; ends where a value is not closed.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    rest: &'a [u8],
}

impl<'a> Pairs<'a> {
    pub(super) const fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        let at = place!(self.rest, "=\"")?;
        let (before, after) = self.rest.split_at_checked(at)?;
        let start = before
            .iter()
            .rposition(|byte| matches!(byte, b' ' | b'['))
            .map_or(0, |at| at + 1);
        let key = before.get(start..)?;
        let text = after.get(2..)?;
        let mut from = 0;
        loop {
            let tail = text.get(from..)?;
            let at = from + find_either(b'"', b'\\', tail)?;
            if text.get(at) == Some(&b'"') {
                let value = text.get(..at)?;
                self.rest = text.get(at + 1..)?;
                return Some((key, value));
            }
            from = at + 2;
        }
    }
}

/// What must wait for the whole record.
#[derive(Default)]
struct Notes {
    nat: [Endpoint; 2],
    bytes: [Option<u64>; 2],
    packets: [Option<u64>; 2],
    kind: Option<u8>,
    has: [bool; 2],
}

/// Reads the pairs.
///
/// # Errors
/// What cannot be trusted of ends and protocol; [`Refusal::BadSyntax`] when two records have run
/// together; [`Refusal::Truncated`] without both addresses.
pub(super) fn read<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let mut notes = Notes::default();
    let mut pairs = Pairs::new(text);
    for (key, value) in pairs.by_ref() {
        take(key, value, event, &mut notes)?;
    }
    let is_whole = pairs.rest.trim_ascii() == b"]";
    if notes.has != [true; 2] {
        return Err(Refusal::Truncated);
    }
    if event.packet.transport.is_none() && !is_whole {
        // Of ICMP the ports are none, and a cut line may have lost its protocol.
        (event.packet.source.port, event.packet.destination.port) = (None, None);
        notes.nat = notes.nat.map(|end| Endpoint { port: None, ..end });
    }
    let sum = |halves: [Option<u64>; 2]| halves[0]?.checked_add(halves[1]?);
    event.bytes = sum(notes.bytes);
    event.packets = sum(notes.packets);
    if event.packet.transport.is_some_and(Transport::is_icmp) {
        event.packet.icmp.kind = notes.kind;
    }
    settle(&mut event.packet, notes.nat)
}

fn take<'a>(
    key: &[u8],
    value: &'a [u8],
    event: &mut Event<'a>,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    let Notes {
        nat: [nat_source, nat_destination],
        has: [has_source, has_destination],
        ..
    } = notes;
    let text = Untrusted::new(value);
    let packet = &mut event.packet;
    match key {
        b"source-address" | b"local-address" => {
            if std::mem::replace(has_source, true) {
                return Err(Refusal::BadSyntax);
            }
            packet.source.ip = address(value)?;
        }
        b"destination-address" | b"remote-address" => {
            if std::mem::replace(has_destination, true) {
                return Err(Refusal::BadSyntax);
            }
            packet.destination.ip = address(value)?;
        }
        b"source-port" => packet.source.port = Some(port(value)?),
        b"destination-port" => packet.destination.port = Some(port(value)?),
        b"nat-source-address" => nat_source.ip = address(value)?,
        b"nat-source-port" => nat_source.port = decimal(value),
        b"nat-destination-address" => nat_destination.ip = address(value)?,
        b"nat-destination-port" => nat_destination.port = decimal(value),
        b"protocol-id" => {
            packet.transport = Some(Transport(decimal(value).ok_or(Refusal::BadProtocol)?));
        }
        b"protocol-name" => {
            packet.transport = Some(Transport::from_word(value).ok_or(Refusal::BadProtocol)?);
        }
        b"icmp-type" => notes.kind = decimal(value),
        b"policy-name" => event.rule = text,
        b"rule-name" => event.rule_id = text,
        b"source-zone-name" | b"source-zone" => event.observer.ingress_zone = text,
        b"destination-zone-name" | b"destination-zone" => event.observer.egress_zone = text,
        b"packet-incoming-interface" | b"interface-name" | b"source-interface-name" => {
            event.observer.ingress = text;
        }
        b"destination-interface-name" => event.observer.egress = text,
        b"application" | b"application-name" | b"nested-application" if is_told(value) => {
            event.application = text;
        }
        b"username" if is_told(value) => event.user = text,
        b"bytes-from-client" | b"inbound-bytes" => notes.bytes[0] = decimal(value),
        b"bytes-from-server" | b"outbound-bytes" => notes.bytes[1] = decimal(value),
        b"packets-from-client" | b"inbound-packets" => notes.packets[0] = decimal(value),
        b"packets-from-server" | b"outbound-packets" => notes.packets[1] = decimal(value),
        b"elapsed-time" => {
            event.duration =
                decimal::<u64>(value).and_then(|seconds| seconds.checked_mul(1_000_000_000));
        }
        b"action" => event.action = action(value),
        _ => {}
    }
    Ok(())
}

/// Whether something stands in the place of a name.
pub(super) fn is_told(value: &[u8]) -> bool {
    !matches!(
        value,
        b"" | b"N/A" | b"UNKNOWN" | b"None" | b"unknown-user" | b"unset"
    )
}

fn address(value: &[u8]) -> Result<Option<IpAddr>, Refusal> {
    match written(value) {
        Some(Written::Plain(ip)) => Ok(Some(ip)),
        Some(Written::Redacted) => Ok(None),
        None if matches!(value, b"" | b"N/A" | b"None") => Ok(None),
        None => Err(Refusal::BadAddress),
    }
}

fn port(value: &[u8]) -> Result<u16, Refusal> {
    decimal(value).ok_or(Refusal::BadPort)
}

/// What `action=` says, in any case.
pub(super) fn action(value: &[u8]) -> Action {
    let is = |word: &str| value.eq_ignore_ascii_case(word.as_bytes());
    if is("drop") || is("dropped") || is("drop-packet") || is("drop-connection") {
        Action::Dropped
    } else if [
        "close",
        "reset",
        "reject",
        "close-client",
        "close-server",
        "close-client-server",
    ]
    .iter()
    .any(|word| is(word))
    {
        Action::Rejected
    } else if is("block") || is("blocked") || is("deny") {
        Action::Denied
    } else if is("permit") || is("permitted") || is("allow") || is("alarm-without-drop") {
        Action::Allowed
    } else {
        Action::Unstated
    }
}

/// Keys whose value is wholly in a field, when it says something.
const FIELDS: &[&[u8]] = &[
    b"source-address",
    b"destination-address",
    b"local-address",
    b"remote-address",
    b"source-port",
    b"destination-port",
    b"nat-source-address",
    b"nat-source-port",
    b"nat-destination-address",
    b"nat-destination-port",
    b"protocol-id",
    b"protocol-name",
    b"policy-name",
    b"rule-name",
    b"source-zone-name",
    b"source-zone",
    b"destination-zone-name",
    b"destination-zone",
    b"packet-incoming-interface",
    b"interface-name",
    b"source-interface-name",
    b"destination-interface-name",
    b"elapsed-time",
    b"username",
];

/// Calls back with every pair that has no field and says something.
pub(super) fn each_extra<'a>(text: &'a [u8], sink: &mut dyn FnMut(Untrusted<'a>, Untrusted<'a>)) {
    for (key, value) in Pairs::new(text) {
        if !FIELDS.contains(&key) && !matches!(value, b"" | b"N/A") {
            sink(Untrusted::new(key), Untrusted::new(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        let all: Vec<_> = Pairs::new(br#"[junos@2636 a="1" b="x\"y ]" c="" d="cut"#).collect();
        let expected: [(&[u8], &[u8]); 3] = [(b"a", b"1"), (b"b", br#"x\"y ]"#), (b"c", b"")];
        assert_eq!(all, expected);
    }
}
