//! What each key means, and which field it fills.

use std::net::IpAddr;

use rutter_event::{Endpoint, Event, Family, Packet, Refusal, TcpFlags, Transport, Untrusted};

use super::super::address::{Written, leading_mac};
use super::super::number;
use super::bridge;
use super::fields::{Code, Walk, code, short_code, shorten};
use super::options;

const SRC: Code = code(b"SRC=");
const DST: Code = code(b"DST=");
const LEN: Code = code(b"LEN=");
const TOS: Code = code(b"TOS=");
const PREC: Code = code(b"PREC");
const TTL: Code = code(b"TTL=");
const ID: Code = short_code(b"ID=");
const CE: Code = short_code(b"CE ");
const DF: Code = short_code(b"DF ");
const MF: Code = short_code(b"MF ");
const FRAG: Code = code(b"FRAG");
const PROTO: Code = code(b"PROT");
const TC: Code = short_code(b"TC=");
const HOPLIMIT: Code = code(b"HOPL");
const FLOWLBL: Code = code(b"FLOW");
const SPT: Code = code(b"SPT=");
pub(super) const DPT: Code = code(b"DPT=");
const SEQ: Code = code(b"SEQ=");
const ACK: Code = code(b"ACK=");
const WINDOW: Code = code(b"WIND");
const RES: Code = code(b"RES=");
const URGP: Code = code(b"URGP");
const OPT: Code = code(b"OPT ");
pub(super) const TYPE: Code = code(b"TYPE");
pub(super) const CODE: Code = code(b"CODE");
const MTU: Code = code(b"MTU=");
const GATEWAY: Code = code(b"GATE");
const INCOMPLETE: Code = code(b"INCO");
const MARK: Code = code(b"MARK");
const UID: Code = code(b"UID=");
const GID: Code = code(b"GID=");

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

/// Fields that stand at most once outside a quotation. A second one means that two records have
/// run together, and mixing them would invent a packet.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen(u16);

impl Seen {
    pub(super) const SOURCE: u16 = 1;
    pub(super) const DESTINATION: u16 = 1 << 1;
    pub(super) const PROTOCOL: u16 = 1 << 2;
    const SOURCE_PORT: u16 = 1 << 3;
    const DESTINATION_PORT: u16 = 1 << 4;
    pub(super) const INGRESS: u16 = 1 << 5;
    pub(super) const EGRESS: u16 = 1 << 6;

    pub(super) const fn has(self, field: u16) -> bool {
        self.0 & field == field
    }

    pub(super) fn enter(&mut self, field: u16) -> Result<(), Refusal> {
        if self.0 & field != 0 {
            return Err(Refusal::BadSyntax);
        }
        self.0 |= field;
        Ok(())
    }
}

/// What the walk has met besides the facts that an event has room for: enough to judge whether the
/// line is whole, and what the lengths prove.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) seen: Seen,
    /// The last field of the line.
    pub(super) last: Code,
    /// IP total length stood before the protocol.
    pub(super) has_length: bool,
    /// `PREC=` (IPv4) or `HOPLIMIT=` (IPv6) stood there: nobody has shortened the line.
    pub(super) is_full: bool,
    /// `TOS=` without `0x`, as ulogd writes it.
    pub(super) is_ulogd: bool,
    pub(super) flags: TcpFlags,
    pub(super) has_flags: bool,
    pub(super) has_reserved: bool,
    pub(super) has_urgent: bool,
    pub(super) has_code: bool,
    pub(super) has_sequence: bool,
    pub(super) has_quotation: bool,
    /// The second `LEN=`.
    pub(super) udp_length: Option<u32>,
    /// Bytes of IP options, as printed.
    pub(super) ip_options: u32,
    /// ebtables' own spelling, which has its own end.
    pub(super) is_bridge: bool,
    /// The kernel said that the packet itself is too short.
    pub(super) is_incomplete: bool,
    /// A field that comes behind all headers (mark, owner) was reached.
    pub(super) has_tail: bool,
    /// EtherType, when the line tells it.
    pub(super) ethertype: Option<u16>,
}

/// Reads all fields into the event.
pub(super) fn read<'a>(fields: &'a [u8], event: &mut Event<'a>) -> Result<Notes, Refusal> {
    let mut walk = Walk::new(fields);
    let mut notes = Notes::default();
    while !walk.is_done() {
        let code = walk.peek();
        if !header_field(code, &mut walk, &mut event.packet, &mut notes)?
            && !link_field(code, &mut walk, event, &mut notes)?
        {
            pass_unknown(code, &mut walk, &mut notes);
        }
    }
    settle(&mut event.packet, &notes);
    Ok(notes)
}

/// Reads the packet that an ICMP error quotes, up to its closing bracket.
fn read_quotation(walk: &mut Walk<'_>) -> Result<Packet, Refusal> {
    let mut packet = Packet::default();
    let mut notes = Notes::default();
    while !walk.is_done() {
        let code = walk.peek();
        if code as u8 == b']' {
            walk.word();
            settle(&mut packet, &notes);
            return Ok(packet);
        }
        if !header_field(code, walk, &mut packet, &mut notes)? {
            pass_unknown(code, walk, &mut notes);
        }
    }
    Err(Refusal::Truncated)
}

fn pass_unknown(code: Code, walk: &mut Walk<'_>, notes: &mut Notes) {
    if code as u8 == b' ' {
        walk.pass(1);
    } else {
        notes.last = code;
        walk.word();
    }
}

/// Reads a field of the IP header or of what it carries; false when the key is not of these.
#[inline]
fn header_field(
    code: Code,
    walk: &mut Walk<'_>,
    packet: &mut Packet,
    notes: &mut Notes,
) -> Result<bool, Refusal> {
    match code {
        SRC => {
            walk.pass(4);
            notes.seen.enter(Seen::SOURCE)?;
            end(walk, &mut packet.source, &mut packet.family)?;
        }
        DST => {
            walk.pass(4);
            notes.seen.enter(Seen::DESTINATION)?;
            end(walk, &mut packet.destination, &mut packet.family)?;
        }
        LEN => {
            walk.pass(4);
            if packet.transport.is_none() {
                packet.length = walk.decimal();
                notes.has_length = true;
            } else {
                notes.udp_length = walk.decimal();
            }
        }
        TOS => {
            walk.pass(4);
            notes.is_ulogd = !walk.starts_with(b"0x");
            packet.tos = walk.hexadecimal();
        }
        PREC if walk.starts_with(b"PREC=") => {
            walk.pass(5);
            notes.is_full = true;
            // The kernel prints the byte in two parts: type of service and precedence.
            if let Some(precedence) = walk.hexadecimal::<u8>() {
                packet.tos = Some(packet.tos.unwrap_or(0) | precedence);
            }
        }
        TTL => {
            walk.pass(4);
            packet.ttl = walk.decimal();
            if packet.family == Family::Unknown {
                packet.family = Family::V4;
            }
        }
        PROTO if walk.starts_with(b"PROTO=") => {
            walk.pass(6);
            notes.seen.enter(Seen::PROTOCOL)?;
            protocol(walk, packet)?;
        }
        SPT => {
            walk.pass(4);
            notes.seen.enter(Seen::SOURCE_PORT)?;
            packet.source.port = Some(port(walk)?);
        }
        DPT => {
            walk.pass(4);
            notes.seen.enter(Seen::DESTINATION_PORT)?;
            packet.destination.port = Some(port(walk)?);
        }
        SEQ => {
            walk.pass(4);
            if packet.transport.is_some_and(Transport::is_icmp) {
                notes.has_sequence = true;
                packet.icmp.sequence = walk.decimal();
            } else {
                packet.tcp.seq = walk.decimal();
            }
        }
        ACK => {
            walk.pass(4);
            packet.tcp.ack = walk.decimal();
        }
        WINDOW if walk.starts_with(b"WINDOW=") => {
            walk.pass(7);
            packet.tcp.window = walk.decimal();
        }
        RES => {
            notes.has_reserved = true;
            walk.word();
        }
        URGP if walk.starts_with(b"URGP=") => {
            walk.pass(5);
            notes.has_urgent = true;
            packet.tcp.urgent = walk.decimal();
        }
        OPT => {
            walk.pass(4);
            read_options(walk, packet, notes)?;
        }
        TYPE if walk.starts_with(b"TYPE=") => {
            walk.pass(5);
            packet.icmp.kind = walk.decimal();
        }
        CODE if walk.starts_with(b"CODE=") => {
            walk.pass(5);
            notes.has_code = true;
            packet.icmp.code = walk.decimal();
        }
        MTU => {
            walk.pass(4);
            packet.icmp.mtu = walk.decimal();
        }
        GATEWAY if walk.starts_with(b"GATEWAY=") => {
            walk.pass(8);
            packet.icmp.gateway = match walk.address() {
                Some(Written::Plain(ip)) => Some(ip),
                _ => None,
            };
        }
        HOPLIMIT if walk.starts_with(b"HOPLIMIT=") => {
            walk.pass(9);
            notes.is_full = true;
            packet.ttl = walk.decimal();
            if packet.family == Family::Unknown {
                packet.family = Family::V6;
            }
        }
        FLOWLBL if walk.starts_with(b"FLOWLBL=") => {
            walk.pass(8);
            packet.flow_label = walk.decimal::<u32>().filter(|label| *label <= 0xf_ffff);
        }
        FRAG if walk.starts_with(b"FRAG:") => {
            walk.pass(5);
            let offset: u16 = walk.decimal().unwrap_or(0);
            // IPv4 is printed in units of eight bytes, IPv6 in bytes.
            packet.fragment.offset = if packet.family == Family::V6 {
                offset / 8
            } else {
                offset
            };
            if packet.family == Family::V6 && walk.starts_with(b"INCOMPLETE ID:") {
                walk.word();
                packet.fragment.more = true;
            }
        }
        INCOMPLETE if walk.starts_with(b"INCOMPLETE") => {
            notes.is_incomplete = true;
            walk.word();
            if walk.starts_with(b"[") {
                walk.through(b']').ok_or(Refusal::Truncated)?;
            }
        }
        MARK | UID | GID => {
            notes.has_tail = true;
            walk.word();
        }
        _ => return short_field(code, walk, packet, notes),
    }
    notes.last = code;
    Ok(true)
}

/// Reads the fields whose keys have less than four bytes, and the TCP flags.
#[inline]
fn short_field(
    code: Code,
    walk: &mut Walk<'_>,
    packet: &mut Packet,
    notes: &mut Notes,
) -> Result<bool, Refusal> {
    match shorten(code) {
        ID => {
            walk.pass(3);
            if packet.transport.is_none() {
                packet.id = walk.decimal();
                // The kernel prints DF when it is set, so from here its absence says something.
                packet.fragment.dont = Some(false);
            } else {
                packet.icmp.id = walk.decimal();
            }
        }
        TC => {
            walk.pass(3);
            packet.tos = walk.decimal();
        }
        DF => {
            walk.pass(3);
            packet.fragment.dont = Some(true);
        }
        MF => {
            walk.pass(3);
            packet.fragment.more = true;
        }
        CE => walk.pass(3),
        _ => {
            let [a, b, c, b' '] = code.to_le_bytes() else {
                return Ok(false);
            };
            let Some(flag) = TcpFlags::from_word(&[a, b, c]) else {
                return Ok(false);
            };
            walk.pass(4);
            notes.flags = notes.flags.with(flag);
            notes.has_flags = true;
        }
    }
    notes.last = code;
    Ok(true)
}

/// Reads a field of the link layer, of ARP, or a quotation; false when the key is not of these.
#[inline]
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
            notes.ethertype = walk.hexadecimal();
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
        MAC_WORD => bridge::read(walk, packet, notes)?,
        _ if shorten(code) == IN => {
            walk.pass(3);
            notes.seen.enter(Seen::INGRESS)?;
            event.observer.ingress = Untrusted::new(walk.word());
        }
        _ if walk.starts_with(b"[SRC=") && event.quoted.is_none() => {
            walk.pass(1);
            event.quoted = Some(read_quotation(walk)?);
            notes.has_quotation = true;
        }
        _ => return Ok(false),
    }
    notes.last = code;
    Ok(true)
}

/// Reads an address into one end of the packet.
pub(super) fn end(
    walk: &mut Walk<'_>,
    end: &mut Endpoint,
    family: &mut Family,
) -> Result<(), Refusal> {
    match walk.address() {
        Some(Written::Plain(ip)) => {
            let of_address = match ip {
                IpAddr::V4(_) => Family::V4,
                IpAddr::V6(_) => Family::V6,
            };
            match *family {
                Family::Unknown => *family = of_address,
                Family::Arp => {}
                known if known == of_address => {}
                _ => return Err(Refusal::BadAddress),
            }
            end.ip = Some(ip);
            Ok(())
        }
        Some(Written::Redacted) => Ok(()),
        None => Err(at_end(walk, Refusal::BadAddress)),
    }
}

fn port(walk: &mut Walk<'_>) -> Result<u16, Refusal> {
    walk.decimal().ok_or_else(|| at_end(walk, Refusal::BadPort))
}

fn protocol(walk: &mut Walk<'_>, packet: &mut Packet) -> Result<(), Refusal> {
    let word = walk.word();
    packet.transport = Some(match word {
        b"TCP" => Transport::TCP,
        b"UDP" => Transport::UDP,
        b"ICMP" => Transport::ICMP,
        b"ICMPv6" => Transport::ICMPV6,
        // ulogd writes ARP this way.
        b"ARP" => {
            packet.family = Family::Arp;
            return Ok(());
        }
        _ => Transport::from_word(word).ok_or_else(|| at_end(walk, Refusal::BadProtocol))?,
    });
    Ok(())
}

/// A value that cannot be read where the line ends was cut, and is not wrong.
const fn at_end(walk: &Walk<'_>, why: Refusal) -> Refusal {
    if walk.is_done() {
        Refusal::Truncated
    } else {
        why
    }
}

/// Reads `OPT (020405B4)`. IPv6 extension headers stand as fields between `OPT (` and `)`.
fn read_options(
    walk: &mut Walk<'_>,
    packet: &mut Packet,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    if walk.starts_with(b"( ") {
        walk.pass(2);
        return Ok(());
    }
    if !walk.starts_with(b"(") {
        return if walk.is_done() {
            Err(Refusal::Truncated)
        } else {
            Ok(())
        };
    }
    walk.pass(1);
    let digits = walk.through(b')').ok_or(Refusal::Truncated)?;
    let Some(length) = options::length(digits) else {
        return Ok(());
    };
    if packet.transport.is_none() {
        notes.ip_options = u32::from(length);
    } else if packet.transport == Some(Transport::TCP) {
        packet.tcp.options_length = Some(length);
        packet.tcp.mss = options::mss(digits);
    }
    Ok(())
}

/// Takes `MAC=` apart: destination, source, EtherType, and on some bridges more.
///
/// Other link layers print their own header under the same key (a tunnel its outer IP header), so
/// a header that is not of Ethernet's length must at least have a known EtherType in its place.
fn macs(text: &[u8], packet: &mut Packet, notes: &mut Notes) {
    let ethertype = text.get(36..41).and_then(|digits| match digits {
        [a, b, b':', c, d] => number::hexadecimal::<u16>(&[*a, *b, *c, *d]),
        _ => None,
    });
    let is_ethernet = match ethertype {
        Some(0x0800 | 0x0806 | 0x86dd | 0x8100 | 0x8864 | 0x88a8) => true,
        Some(_) => text.len() == 41,
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
