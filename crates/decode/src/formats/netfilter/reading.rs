//! The walk over a whole record: link layer, packet, quotation.

use rutter_event::{Event, Family, Packet, Refusal, Transport, Untrusted};

use super::super::address::leading_mac;
use super::super::number;
use super::bridge;
use super::fields::{Code, Walk, code, short_code, shorten};
use super::header::{self, end};
use super::notes::{Notes, Seen};

const IN: Code = short_code(b"IN=");
const OUT: Code = code(b"OUT=");
const MAC: Code = code(b"MAC=");
const MAC_WORD: Code = code(b"MAC ");
const MACSRC: Code = code(b"MACS");
const MACDST: Code = code(b"MACD");
const MACPROTO: Code = code(b"MACP");
const ARP: Code = code(b"ARP ");
const IPSRC: Code = code(b"IPSR");
const IPDST: Code = code(b"IPDS");

/// Reads all fields into the event.
pub(super) fn read<'a>(
    fields: &'a [u8],
    event: &mut Event<'a>,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    let mut walk = Walk::new(fields);
    usual_link_fields(&mut walk, event, notes)?;
    header::usual_fields(&mut walk, &mut event.packet, notes)?;
    while !walk.is_done() {
        let code = walk.peek();
        if !header::field(code, &mut walk, &mut event.packet, notes)?
            && !link_field(code, &mut walk, event, notes)?
        {
            pass_unknown(code, &mut walk, notes);
        }
    }
    settle(&mut event.packet, notes);
    Ok(())
}

/// Reads the packet that an ICMP error quotes, up to its closing bracket.
fn read_quotation(walk: &mut Walk<'_>) -> Result<Packet, Refusal> {
    let mut packet = Packet::default();
    let mut notes = Notes::default();
    header::usual_fields(walk, &mut packet, &mut notes)?;
    while !walk.is_done() {
        let code = walk.peek();
        if code as u8 == b']' {
            walk.word();
            settle(&mut packet, &notes);
            return Ok(packet);
        }
        if !header::field(code, walk, &mut packet, &mut notes)? {
            pass_unknown(code, walk, &mut notes);
        }
    }
    Err(Refusal::Truncated)
}

fn pass_unknown(code: Code, walk: &mut Walk<'_>, notes: &mut Notes) {
    notes.has_more = true;
    if code as u8 == b' ' {
        walk.pass(1);
    } else if let [b'<', b'0'..=b'7', b'>', _] = code.to_le_bytes() {
        // Old kernels print a log level amid the line: `OUT=ppp0 <1>SRC=192.0.2.1`.
        walk.pass(3);
    } else {
        notes.last = code;
        walk.word();
    }
}

/// As [`header::usual_fields`], for what stands in front.
#[inline]
fn usual_link_fields<'a>(
    walk: &mut Walk<'a>,
    event: &mut Event<'a>,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    if shorten(walk.peek()) == IN {
        link_field(IN, walk, event, notes)?;
    }
    if walk.peek() == OUT {
        link_field(OUT, walk, event, notes)?;
    }
    if walk.peek() == MAC {
        link_field(MAC, walk, event, notes)?;
    }
    Ok(())
}

/// Reads a field of the link layer, of ARP, or a quotation; false when the key is not of these.
#[inline(always)]
fn link_field<'a>(
    code: Code,
    walk: &mut Walk<'a>,
    event: &mut Event<'a>,
    notes: &mut Notes,
) -> Result<bool, Refusal> {
    let packet = &mut event.packet;
    match code {
        OUT => {
            walk.pass(4);
            notes.seen.enter(Seen::EGRESS)?;
            event.observer.egress = Untrusted::new(walk.word());
        }
        MAC => {
            walk.pass(4);
            macs(walk.word(), packet, notes);
        }
        MACSRC if walk.starts_with(b"MACSRC=") => {
            walk.pass(7);
            packet.source.mac = leading_mac(walk.word());
        }
        MACDST if walk.starts_with(b"MACDST=") => {
            walk.pass(7);
            packet.destination.mac = leading_mac(walk.word());
        }
        MACPROTO if walk.starts_with(b"MACPROTO=") => {
            walk.pass(9);
            notes.has_more = true;
            notes.ethertype = number::hexadecimal(walk.word());
        }
        ARP => {
            walk.pass(4);
            packet.family = Family::Arp;
        }
        IPSRC if walk.starts_with(b"IPSRC=") => {
            walk.pass(6);
            notes.seen.enter(Seen::SOURCE)?;
            end(walk, &mut packet.source, &mut packet.family)?;
        }
        IPDST if walk.starts_with(b"IPDST=") => {
            walk.pass(6);
            notes.seen.enter(Seen::DESTINATION)?;
            end(walk, &mut packet.destination, &mut packet.family)?;
        }
        MAC_WORD => {
            notes.has_more = true;
            bridge::read(walk, packet, notes)?;
        }
        _ if shorten(code) == IN => {
            walk.pass(3);
            notes.seen.enter(Seen::INGRESS)?;
            event.observer.ingress = Untrusted::new(walk.word());
        }
        _ if walk.starts_with(b"[SRC=") && event.quoted.is_none() => {
            walk.pass(1);
            notes.has_more = true;
            event.quoted = Some(read_quotation(walk)?);
            notes.has_quotation = true;
        }
        _ => return Ok(false),
    }
    notes.last = code;
    Ok(true)
}

/// Length of an Ethernet header as it is printed: two addresses and the EtherType.
const ETHERNET: usize = 41;

/// Takes `MAC=` apart: destination, source, EtherType, and on some bridges more.
///
/// Other link layers print their own header under the same key (a tunnel its outer IP header), so
/// a header that is not of Ethernet's length must at least have a known EtherType in its place.
fn macs(text: &[u8], packet: &mut Packet, notes: &mut Notes) {
    let ethertype = match text.get(36..ETHERNET) {
        Some(b"08:00") => Some(0x0800),
        Some(b"86:dd") => Some(0x86dd),
        Some([a, b, b':', c, d]) => number::hexadecimal::<u16>(&[*a, *b, *c, *d]),
        _ => None,
    };
    let is_ethernet = match ethertype {
        Some(0x0800 | 0x0806 | 0x86dd | 0x8100 | 0x8864 | 0x88a8) => true,
        Some(_) => text.len() == ETHERNET,
        None => text.len() == 35,
    };
    if is_ethernet {
        notes.ethertype = ethertype;
        packet.destination.mac = leading_mac(text);
        packet.source.mac = text.get(18..).and_then(leading_mac);
    }
}

/// Draws the conclusions that need the whole header.
fn settle(packet: &mut Packet, notes: &Notes) {
    let ip_header = match packet.family {
        Family::V4 => 20 + notes.ip_options,
        _ => 40,
    };
    match packet.transport {
        Some(Transport::TCP) => {
            if notes.has_flags || notes.has_urgent {
                packet.tcp.flags = Some(notes.flags);
            }
            let options = u32::from(packet.tcp.options_length.unwrap_or(0));
            // A packet of the smallest possible length holds neither options nor payload.
            if packet.length == Some(ip_header + 20 + options) && packet.family != Family::Unknown {
                packet.tcp.options_length.get_or_insert(0);
                packet.payload_length = Some(0);
            }
        }
        Some(Transport::UDP) => {
            packet.payload_length = notes.udp_length.and_then(|length| length.checked_sub(8));
        }
        _ => {}
    }
}
