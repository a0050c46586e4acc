//! Plain records that are sentences: attacks, visited pages, and the packets of firewall filters.

use rutter_event::{Action, Endpoint, Event, Refusal, Transport, Untrusted};

use super::super::number::{decimal, leading_decimal};
use super::plain::{Words, end};
use super::settle;
use super::structured::{action, is_told};
use crate::formats::search;

/// Whether the text is of a kind that is read.
pub(super) fn is_known(text: &[u8]) -> bool {
    text.starts_with(b"IDP: at ")
        || text.starts_with(b"WebFilter: ACTION=\"")
        || text.starts_with(b"FW: ")
}

/// Reads a record.
///
/// # Errors
/// [`Refusal::Truncated`] where something must follow, and what cannot be trusted of ends and
/// protocol.
pub(super) fn read<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    if let Some(rest) = text.strip_prefix(b"FW: ") {
        return filter(rest, event);
    }
    if text.starts_with(b"IDP: at ") {
        return attack(text, event);
    }
    page(text, event)
}

/// `ge-0/0/0.0   D  tcp A B P Q (1 packets)`, IPv6 as
/// `ge-0/0/0.0 D tcp SA A -> DA B, sport P, dport Q (1 packets)`.
fn filter<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let mut words = Words { rest: text };
    event.observer.ingress = Untrusted::new(words.closed()?);
    event.action = match words.closed()? {
        b"A" => Action::Allowed,
        b"D" => Action::Dropped,
        b"R" => Action::Rejected,
        _ => return Err(Refusal::BadSyntax),
    };
    let word = words.closed()?;
    let transport = Transport::from_word(word).ok_or(Refusal::BadProtocol)?;
    let packet = &mut event.packet;
    packet.transport = Some(transport);
    // What parts ends and ports in the longer form says nothing.
    let mut values = [&b""[..]; 4];
    for value in &mut values {
        let word = loop {
            match words.closed()? {
                b"SA" | b"->" | b"DA" | b"sport" | b"dport" => {}
                word => break word,
            }
        };
        // The number of packets follows the ports, of which other protocols have none.
        if word.starts_with(b"(") {
            break;
        }
        *value = word.strip_suffix(b",").unwrap_or(word);
    }
    let [source, destination, from, to] = values;
    packet.source = end(source, b'/')?;
    packet.destination = end(destination, b'/')?;
    if transport.has_ports() {
        packet.source.port = Some(port(from)?);
        packet.destination.port = Some(port(to)?);
    } else if transport.is_icmp() {
        packet.icmp.kind = decimal(from);
        packet.icmp.code = decimal(to);
    }
    let count = memchr::memchr(b'(', text).and_then(|at| text.get(at + 1..));
    event.packets = count.and_then(leading_decimal).map(|(packets, _)| packets);
    settle(packet, [Endpoint::default(); 2])
}

fn port(text: &[u8]) -> Result<u16, Refusal> {
    decimal(text).ok_or(Refusal::BadPort)
}

/// `IDP: at N, SIG Attack log <A/P->B/Q> for TCP protocol and service S application X by rule R of
/// rulebase B in policy Y. attack: …, action=DROP, …, NAT <A:P->B:Q>, …`
fn attack<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let ends = between(text, "log <", "> for ").ok_or(Refusal::Truncated)?;
    let [source, destination] = pair(ends, b'/')?;
    let transport = between(text, "> for ", " protocol").ok_or(Refusal::Truncated)?;
    let transport = Transport::from_word(transport).ok_or(Refusal::BadProtocol)?;
    // Without the decision the record is cut.
    event.action = action(between(text, ", action=", ",").ok_or(Refusal::Truncated)?);
    let word = |from: &str, to: &str| {
        let text = between(text, from, to).filter(|text| is_told(text));
        Untrusted::new(text.unwrap_or_default())
    };
    event.application = word(" application ", " by rule");
    event.rule_id = word(" by rule ", " of rulebase");
    event.rule = word(" in policy ", ". ");
    let nat = between(text, ", NAT <", ">,").map(|ends| pair(ends, b':'));
    event.packet.transport = Some(transport);
    (event.packet.source, event.packet.destination) = (source, destination);
    settle(
        &mut event.packet,
        nat.transpose()?.unwrap_or([Endpoint::default(); 2]),
    )
}

/// `WebFilter: ACTION="URL Blocked" A(P)->B(Q) CATEGORY="…" …`
fn page<'a>(text: &'a [u8], event: &mut Event<'a>) -> Result<(), Refusal> {
    let decision = between(text, "ACTION=\"", "\"").ok_or(Refusal::Truncated)?;
    event.action = match decision {
        b"URL Blocked" => Action::Denied,
        b"URL Permitted" => Action::Allowed,
        _ => Action::Unstated,
    };
    let ends = between(text, "\" ", " ").ok_or(Refusal::Truncated)?;
    let [source, destination] = pair(ends, b'(')?;
    (event.packet.source, event.packet.destination) = (source, destination);
    settle(&mut event.packet, [Endpoint::default(); 2])
}

/// `A/P->B/Q`, `A:P->B:Q` or `A(P)->B(Q)`.
fn pair(text: &[u8], mark: u8) -> Result<[Endpoint; 2], Refusal> {
    let arrow = search::find(text, b"->").ok_or(Refusal::BadSyntax)?;
    let (from, to) = text.split_at_checked(arrow).ok_or(Refusal::BadSyntax)?;
    let bare = |text: &'_ [u8]| -> usize { text.len() - usize::from(text.ends_with(b")")) };
    let to = to.get(2..).unwrap_or_default();
    Ok([
        end(from.get(..bare(from)).unwrap_or_default(), mark)?,
        end(to.get(..bare(to)).unwrap_or_default(), mark)?,
    ])
}

/// What stands between the first occurrence of some words and the next of others.
fn between<'a>(text: &'a [u8], from: &str, to: &str) -> Option<&'a [u8]> {
    let start = search::find(text, from.as_bytes())? + from.len();
    let rest = text.get(start..)?;
    rest.get(..search::find(rest, to.as_bytes())?)
}
