//! The older spelling of ebtables, which knows no keys for the link layer:
//! `MAC source = 00:… MAC dest = ff:… proto = 0x0800 IP SRC=192.0.2.1 IP DST=192.0.2.2, IP tos=0x00, IP proto=17 SPT=53 DPT=53`.

use rutter_event::{Family, Packet, Refusal, Transport};

use super::super::address::{Written, leading_mac, written};
use super::super::number::{decimal, hexadecimal, port_may_go_on};
use super::fields::Walk;
use super::notes::{Notes, Seen};

/// Reads the rest of the line, from `MAC source`.
///
/// # Errors
/// The line ends before both addresses, or an address, a port or the protocol cannot be read.
pub(super) fn read(
    walk: &mut Walk<'_>,
    packet: &mut Packet,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    notes.is_bridge = true;
    let mut before: [&[u8]; 2] = [b"", b""];
    while !walk.is_done() {
        let raw = walk.word();
        // Here the last value of a line is its last byte, so an end without a comma or a blank
        // may have been cut off.
        let is_last = walk.is_done();
        let word = raw.strip_suffix(b",").unwrap_or(raw);
        let bad = |why| if is_last { Refusal::Truncated } else { why };
        match (before, key_of(word)) {
            ([b"source", b"="], _) => packet.source.mac = leading_mac(word),
            ([b"dest", b"="], _) => packet.destination.mac = leading_mac(word),
            ([b"proto", b"="], _) => notes.ethertype = hexadecimal(word),
            ([_, b"MAC"], (b"SRC", value)) => packet.source.mac = leading_mac(value),
            ([_, b"MAC"], (b"DST", value)) => packet.destination.mac = leading_mac(value),
            (_, (b"IN", _)) => return Err(Refusal::BadSyntax),
            (_, (b"HTYPE", _)) => packet.family = Family::Arp,
            ([_, b"IP" | b"IPv6"], (b"SRC", value)) => {
                notes.seen.enter(Seen::SOURCE)?;
                packet.source.ip = address(value).ok_or(bad(Refusal::BadAddress))?;
            }
            ([_, b"IP" | b"IPv6"], (b"DST", value)) => {
                notes.seen.enter(Seen::DESTINATION)?;
                if is_last && packet.family != Family::Arp && word.len() == raw.len() {
                    // The comma and the protocol are missing.
                    return Err(Refusal::Truncated);
                }
                packet.destination.ip = address(value).ok_or(bad(Refusal::BadAddress))?;
            }
            ([_, b"IP"], (b"tos", value)) => packet.tos = hexadecimal(value),
            ([_, b"IP"], (b"proto", value)) | ([_, b"Next"], (b"Header", value)) => {
                notes.seen.enter(Seen::PROTOCOL)?;
                let protocol = decimal(value).ok_or(bad(Refusal::BadProtocol))?;
                packet.transport = Some(Transport(protocol));
            }
            (_, (b"SPT", value)) => {
                // Ports come in pairs.
                let port = if is_last { None } else { decimal(value) };
                packet.source.port = Some(port.ok_or(bad(Refusal::BadPort))?);
            }
            (_, (b"DPT", value)) => {
                let port = decimal(value).ok_or(bad(Refusal::BadPort))?;
                packet.destination.port = (!is_last || !port_may_go_on(port)).then_some(port);
            }
            _ => {}
        }
        before = [before[1], word];
    }
    if packet.family != Family::Arp {
        packet.family = match packet.source.ip.or(packet.destination.ip) {
            Some(ip) if ip.is_ipv4() => Family::V4,
            Some(_) => Family::V6,
            None => Family::Unknown,
        };
    }
    Ok(())
}

fn key_of(word: &[u8]) -> (&[u8], &[u8]) {
    match word.iter().position(|byte| *byte == b'=') {
        Some(equals) => (
            word.get(..equals).unwrap_or_default(),
            word.get(equals + 1..).unwrap_or_default(),
        ),
        None => (b"", word),
    }
}

fn address(value: &[u8]) -> Option<Option<std::net::IpAddr>> {
    match written(value)? {
        Written::Plain(ip) => Some(Some(ip)),
        Written::Redacted => Some(None),
    }
}
