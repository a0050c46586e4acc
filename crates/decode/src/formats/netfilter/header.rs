//! The keys of the IP header and of what it carries.

use std::net::IpAddr;

use rutter_event::{Endpoint, Family, Packet, Refusal, TcpFlags, Transport};

use super::super::address::{Written, ip, written};
use super::fields::{Code, Walk, code, short_code, shorten};
use super::notes::{Notes, Seen};
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

/// Reads the fields that follow in the order in which the kernel writes them, which is faster than
/// asking for each what it is. What is missing or stands elsewhere is left to [`field`].
#[inline]
pub(super) fn usual_fields(
    rest: &mut Walk<'_>,
    packet: &mut Packet,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    let mut place = *rest;
    let walk = &mut place;
    usual::<SRC>(walk, packet, notes)?;
    usual::<DST>(walk, packet, notes)?;
    usual::<LEN>(walk, packet, notes)?;
    usual::<TOS>(walk, packet, notes)?;
    usual::<PREC>(walk, packet, notes)?;
    usual::<TTL>(walk, packet, notes)?;
    if shorten(walk.peek()) == ID {
        short_field(ID, walk, packet, notes)?;
    }
    if shorten(walk.peek()) == DF {
        short_field(DF, walk, packet, notes)?;
    }
    usual::<PROTO>(walk, packet, notes)?;
    usual::<SPT>(walk, packet, notes)?;
    usual::<DPT>(walk, packet, notes)?;
    usual::<SEQ>(walk, packet, notes)?;
    usual::<ACK>(walk, packet, notes)?;
    usual::<WINDOW>(walk, packet, notes)?;
    usual::<RES>(walk, packet, notes)?;
    while let Some(flag) = flag(walk.peek()) {
        take_flag(flag, walk, notes);
    }
    usual::<URGP>(walk, packet, notes)?;
    *rest = place;
    Ok(())
}

/// Reads the next field if its key is this.
#[inline(always)]
fn usual<const KEY: Code>(
    walk: &mut Walk<'_>,
    packet: &mut Packet,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    if walk.peek() == KEY {
        field(KEY, walk, packet, notes)?;
    }
    Ok(())
}

/// Reads a field of the IP header or of what it carries; false when the key is not of these.
#[inline(always)]
pub(super) fn field(
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
            } else {
                notes.udp_length = walk.decimal();
            }
        }
        TOS => {
            walk.pass(4);
            notes.is_ulogd = !walk.starts_with(b"0x");
            packet.tos = walk.hexadecimal_byte();
        }
        PREC if walk.starts_with(b"PREC=") => {
            walk.pass(5);
            notes.is_full = true;
            // The kernel prints the byte in two parts: type of service and precedence.
            if let Some(precedence) = walk.hexadecimal_byte() {
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
            walk.pass(4);
            notes.has_reserved = true;
            if walk.starts_with(b"0x00 ") {
                walk.pass(5);
            } else {
                notes.has_more = true;
                walk.hexadecimal_byte();
            }
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
            packet.icmp.gateway = ip(walk.word());
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
            notes.has_more = true;
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
            walk.word();
            notes.has_more = true;
            if walk.starts_with(b"[") {
                walk.through(b']').ok_or(Refusal::Truncated)?;
                notes.is_incomplete = true;
            }
        }
        MARK | UID | GID => {
            notes.has_tail = true;
            notes.has_more = true;
            walk.word();
        }
        _ => return short_field(code, walk, packet, notes),
    }
    notes.last = code;
    Ok(true)
}

/// Reads the fields whose keys have less than four bytes, and the TCP flags.
#[inline(always)]
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
            let Some(flag) = flag(code) else {
                return Ok(false);
            };
            take_flag(flag, walk, notes);
        }
    }
    notes.last = code;
    Ok(true)
}

#[inline(always)]
fn take_flag(flag: TcpFlags, walk: &mut Walk<'_>, notes: &mut Notes) {
    notes.last = walk.peek();
    walk.pass(4);
    notes.flags = notes.flags.with(flag);
    notes.has_flags = true;
}

/// The TCP flag that a word of three letters names.
#[inline(always)]
const fn flag(code: Code) -> Option<TcpFlags> {
    Some(match &code.to_le_bytes() {
        b"SYN " => TcpFlags::SYN,
        b"ACK " => TcpFlags::ACK,
        b"PSH " => TcpFlags::PSH,
        b"RST " => TcpFlags::RST,
        b"FIN " => TcpFlags::FIN,
        b"URG " => TcpFlags::URG,
        b"ECE " => TcpFlags::ECE,
        b"CWR " => TcpFlags::CWR,
        _ => return None,
    })
}

/// Reads an address into one end of the packet.
#[inline(always)]
pub(super) fn end(
    walk: &mut Walk<'_>,
    end: &mut Endpoint,
    family: &mut Family,
) -> Result<(), Refusal> {
    if let Some(ip) = walk.v4() {
        end.ip = Some(IpAddr::V4(ip));
        return agree(family, Family::V4);
    }
    match written(walk.word()) {
        Some(Written::Plain(ip)) => {
            end.ip = Some(ip);
            agree(family, if ip.is_ipv4() { Family::V4 } else { Family::V6 })
        }
        Some(Written::Redacted) => Ok(()),
        None => Err(at_end(walk, Refusal::BadAddress)),
    }
}

/// Both ends are of one family. ARP is one of its own, with addresses of IPv4.
fn agree(family: &mut Family, of_address: Family) -> Result<(), Refusal> {
    match *family {
        Family::Unknown => *family = of_address,
        Family::Arp => {}
        known if known == of_address => {}
        _ => return Err(Refusal::BadAddress),
    }
    Ok(())
}

#[inline(always)]
fn port(walk: &mut Walk<'_>) -> Result<u16, Refusal> {
    walk.decimal().ok_or_else(|| at_end(walk, Refusal::BadPort))
}

#[inline(always)]
fn protocol(walk: &mut Walk<'_>, packet: &mut Packet) -> Result<(), Refusal> {
    const TCP: Code = code(b"TCP ");
    const UDP: Code = code(b"UDP ");
    packet.transport = match walk.peek() {
        TCP => Some(Transport::TCP),
        UDP => Some(Transport::UDP),
        _ => None,
    };
    if packet.transport.is_some() {
        walk.pass(4);
        return Ok(());
    }
    let word = walk.word();
    packet.transport = Some(match word {
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
        notes.has_more = true;
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
        notes.has_more = true;
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
