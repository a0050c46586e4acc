//! The security log of Juniper's SRX, structured and plain.

mod plain;
mod sentence;
mod structured;

use rutter_event::{Action, Endpoint, Event, Extra, Packet, Refusal, Skip, Transport, Untrusted};

use super::address::family;
use crate::formats::search::{self, holds};
use crate::record::{Emit, Format, Record, Rejection};

/// Juniper SRX.
pub struct JuniperSrx;

impl Format for JuniperSrx {
    fn name(&self) -> &'static str {
        "juniper-srx"
    }

    fn title(&self) -> &'static str {
        "Juniper SRX: sessions, screens, IDP, UTM, structured and plain"
    }

    fn example(&self) -> &'static str {
        "<14>1 2026-11-23T10:00:00.573Z srx01 RT_FLOW - RT_FLOW_SESSION_DENY \
         [junos@2636.1.1.1.2.129 source-address=\"198.51.100.7\" source-port=\"43210\" \
         destination-address=\"203.0.113.9\" destination-port=\"23\" service-name=\"junos-telnet\" \
         protocol-id=\"6\" icmp-type=\"0\" policy-name=\"deny-all\" source-zone-name=\"untrust\" \
         destination-zone-name=\"trust\" application=\"UNKNOWN\" username=\"N/A\" \
         packet-incoming-interface=\"ge-0/0/0.0\" reason=\"Denied by policy\"]"
    }

    fn claims(&self, record: &Record<'_>) -> bool {
        open(record).is_some()
    }

    fn decode<'a>(&self, record: &Record<'a>, emit: Emit<'_, 'a>) -> Result<(), Rejection> {
        let opened = open(record).ok_or(Skip::NotFirewall)?;
        let mut event = Event {
            stamp: record.stamp,
            ..Event::default()
        };
        if has_another(opened) {
            return Err(Refusal::BadSyntax.into());
        }
        if opened.is_structured {
            structured::read(opened.text, &mut event)?;
            event.extra = Extra::new(opened.text, structured::each_extra);
        } else {
            if sentence::is_known(opened.text) {
                sentence::read(opened.text, &mut event)?;
            } else {
                plain::read(opened.text, &mut event)?;
            }
            event.extra = Extra::new(record.message, |text, sink| {
                sink(Untrusted::new(b"message"), Untrusted::new(text))
            });
        }
        if event.packet.transport.is_none() {
            event.packet.transport = screened(opened.name);
        }
        if event.action == Action::Unstated {
            event.action = action_of(opened.name);
        }
        event.observer.vendor = "juniper";
        event.observer.product = "srx";
        event.observer.hostname = record.hostname;
        emit(&mut event);
        Ok(())
    }
}

/// Name and text of a record.
#[derive(Clone, Copy)]
struct Opened<'a> {
    /// `RT_FLOW_SESSION_DENY`
    name: &'a [u8],
    text: &'a [u8],
    is_structured: bool,
}

/// Whether the word is the name of a message of Junos.
fn is_name(word: &[u8]) -> bool {
    word.contains(&b'_')
        && word
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
}

#[inline]
fn open<'a>(record: &Record<'a>) -> Option<Opened<'a>> {
    let mut name = record.msgid;
    let mut text = record.message;
    // `RT_FLOW - RT_FLOW_SESSION_DENY [`, `RT_FLOW_SESSION_DENY: `, where no header names it.
    for _ in 0..3 {
        let end = text
            .iter()
            .take(64)
            .position(|byte| matches!(byte, b' ' | b':'))
            .unwrap_or(0);
        let (word, rest) = text.split_at_checked(end)?;
        // Filters name the card that saw the packet: `fpc0 PFE_FW_SYSLOG_IP: `.
        if word == b"-" || is_name(word) || word.starts_with(b"fpc") {
            if is_name(word) {
                name = word;
            }
            text = rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start();
        }
    }
    if !is_name(name) {
        name = record.program;
    }
    if !is_name(name) {
        return None;
    }
    if text.starts_with(b"[") {
        let is_known = holds!(text, " source-address=\"")
            && holds!(text, " destination-address=\"")
            || holds!(text, " local-address=\"") && holds!(text, " remote-address=\"");
        return is_known.then_some(Opened {
            name,
            text,
            is_structured: true,
        });
    }
    (plain::is_known(text) || sentence::is_known(text)).then_some(Opened {
        name,
        text,
        is_structured: false,
    })
}

/// Whether another record has run into this one.
fn has_another(opened: Opened<'_>) -> bool {
    let inside = opened.text.get(1..).unwrap_or_default();
    let mark: &[u8] = if opened.is_structured {
        b"[junos@"
    } else {
        b": RT_"
    };
    search::find(inside, mark).is_some()
}

/// The protocol of a screen that is named after it.
fn screened(name: &[u8]) -> Option<Transport> {
    match name {
        b"RT_SCREEN_TCP" | b"RT_SCREEN_TCP_LS" => Some(Transport::TCP),
        b"RT_SCREEN_UDP" | b"RT_SCREEN_UDP_LS" => Some(Transport::UDP),
        _ => None,
    }
}

/// What the name of a message says of a decision.
fn action_of(name: &[u8]) -> Action {
    let ends = |words: &[&str]| {
        let name = name.strip_suffix(b"_LS").unwrap_or(name);
        let name = name.strip_suffix(b"_MT").unwrap_or(name);
        words.iter().any(|word| name.ends_with(word.as_bytes()))
    };
    if ends(&["_DENY", "_BLOCKED", "_DENIED", "_VIRUS_DETECTED"]) {
        Action::Denied
    } else if ends(&["_DROPPED", "_DROP_FILE"]) {
        Action::Dropped
    } else if ends(&["_CREATE", "_CLOSE", "_PERMITTED", "_UPDATE"]) {
        Action::Allowed
    } else {
        Action::Unstated
    }
}

/// Draws the conclusions that need both ends.
fn settle(packet: &mut Packet, nat: [Endpoint; 2]) -> Result<(), Refusal> {
    packet.family = family(packet.source.ip, packet.destination.ip)?;
    for (end, nat) in [&mut packet.source, &mut packet.destination]
        .into_iter()
        .zip(nat)
    {
        // No translation is written as 0.0.0.0, or as the same again.
        let is_told = nat.ip.is_some_and(|ip| !ip.is_unspecified());
        let is_other = nat.ip != end.ip || nat.port.is_some() && nat.port != end.port;
        if is_told && is_other {
            end.nat_ip = nat.ip;
            end.nat_port = nat.port.filter(|port| Some(*port) != end.port);
        }
    }
    if packet
        .transport
        .is_some_and(|transport| !transport.has_ports())
    {
        for end in [&mut packet.source, &mut packet.destination] {
            (end.port, end.nat_port) = (None, None);
        }
    }
    packet.tell_icmp_apart();
    Ok(())
}
