//! What tcpdump says of the packet's contents.

use rutter_event::{Packet, Refusal, TcpFlags, Transport};

use super::super::number::{decimal, leading_decimal};
use crate::formats::search::{self, holds};

/// Reads the text behind the ends: which protocol it is of, and TCP's and ICMP's headers.
///
/// # Errors
/// [`Refusal::Truncated`] when it is too short to tell the protocol.
pub(super) fn read(text: &[u8], packet: &mut Packet) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(Refusal::Truncated);
    }
    // Tags that stand before the contents: `[tcp sum ok]`, `[udp sum ok]`, `[no cksum]`.
    let mut text = text;
    while let Some(inside) = text.strip_prefix(b"[")
        && let Some(close) = memchr::memchr(b']', inside)
        && let Some(behind) = inside.get(close + 1..).filter(|rest| !rest.is_empty())
    {
        text = behind.trim_ascii_start();
    }
    let has_ports = packet.source.port.is_some() || packet.destination.port.is_some();
    let written = of_words(text, has_ports);
    if let Some(known) = packet.transport {
        // A verbose header has said it by number.
        if known == Transport::TCP {
            read_tcp(text, packet);
        } else if known.is_icmp() {
            read_icmp(text, packet);
        }
        return Ok(());
    }
    packet.transport = Some(match written {
        Some(transport) => transport,
        // A single word may be the beginning of one that names another protocol.
        None if memchr::memchr(b' ', text).is_none() && !text.ends_with(b"]") => {
            return Err(Refusal::Truncated);
        }
        // With ports and none of TCP's marks it is an application over UDP.
        None if has_ports => Transport::UDP,
        None => return Ok(()),
    });
    if packet.transport == Some(Transport::TCP) {
        read_tcp(text, packet);
    } else if packet.transport.is_some_and(Transport::is_icmp) {
        read_icmp(text, packet);
    }
    Ok(())
}

/// The protocol that the first words name.
fn of_words(text: &[u8], has_ports: bool) -> Option<Transport> {
    const WORDS: [(&[u8], Transport); 24] = [
        (b"Flags [", Transport::TCP),
        (b"tcp ", Transport::TCP),
        (b"UDP, ", Transport::UDP),
        (b"UDP ", Transport::UDP),
        (b"udp ", Transport::UDP),
        (b"UDPLITE", Transport::UDPLITE),
        (b"sctp", Transport::SCTP),
        (b"DCCP ", Transport::DCCP),
        (b"ICMP6, ", Transport::ICMPV6),
        (b"icmp6: ", Transport::ICMPV6),
        (b"HBH ICMP6", Transport::ICMPV6),
        (b"ICMP ", Transport::ICMP),
        (b"icmp: ", Transport::ICMP),
        (b"igmp ", Transport::IGMP),
        (b"GREv", Transport::GRE),
        (b"gre ", Transport::GRE),
        (b"ESP(", Transport::ESP),
        (b"esp ", Transport::ESP),
        (b"AH(", Transport::AH),
        (b"OSPFv", Transport(89)),
        (b"PIMv", Transport(103)),
        (b"VRRPv", Transport::VRRP),
        (b"CARPv", Transport::VRRP),
        (b"carp ", Transport::VRRP),
    ];
    if let Some((_, transport)) = WORDS.iter().find(|(word, _)| text.starts_with(word)) {
        return Some(*transport);
    }
    // What tcpdump does not open it prints by number or name.
    if let Some(rest) = text.strip_prefix(b"ip-proto-") {
        let (number, length) = leading_decimal(rest)?;
        rest.get(length)?;
        return u8::try_from(number).ok().map(Transport);
    }
    // The older shape: the flags' letters, then numbers.
    let flags = memchr::memchr(b' ', text)?;
    let is_flags = has_ports
        && flags <= 8
        && text
            .get(..flags)
            .is_some_and(|word| word.iter().all(|b| b"SFPRUEW.".contains(b)));
    is_flags.then_some(Transport::TCP)
}

/// `Flags [S.], seq 1:10, ack 1, win 1024, options […], length 9`, or the older `S 1:10(9) ack 1 win 1024`.
fn read_tcp(text: &[u8], packet: &mut Packet) {
    let tcp = &mut packet.tcp;
    let mut rest = text;
    if let Some(inside) = text.strip_prefix(b"Flags [") {
        let Some(close) = memchr::memchr(b']', inside) else {
            return;
        };
        tcp.flags = inside.get(..close).and_then(flags);
        rest = inside.get(close + 1..).unwrap_or_default();
    } else if let Some(blank) = memchr::memchr(b' ', text) {
        let (word, behind) = text.split_at_checked(blank).unwrap_or_default();
        if word == b"tcp" {
            // The quiet shape has the payload's length alone.
            packet.payload_length = number(behind);
            return;
        }
        tcp.flags = flags(word);
        let behind = behind.trim_ascii_start();
        // `305419896:305419896(0)`
        if let Some((seq, length)) = leading_decimal(behind)
            && behind.get(length) == Some(&b':')
        {
            tcp.seq = u32::try_from(seq).ok();
        }
        rest = behind;
    }
    let value = |key: &[u8]| -> Option<u32> {
        let at = search::find(rest, key)?;
        number(rest.get(at + key.len()..)?)
    };
    tcp.seq = tcp
        .seq
        .or_else(|| value(b", seq "))
        .or_else(|| value(b" seq "));
    tcp.ack = value(b" ack ");
    tcp.window = value(b" win ").and_then(|window| window.try_into().ok());
    tcp.mss = value(b"mss ").and_then(|mss| mss.try_into().ok());
    // Only a whole line ends in the payload's length, or in what an application says behind it.
    packet.payload_length = value(b", length ");
    if packet.tcp.ack.is_some()
        && let Some(flags) = packet.tcp.flags
    {
        // The older shape prints an acknowledgement, not its flag.
        packet.tcp.flags = Some(flags.with(TcpFlags::ACK));
    }
}

/// `S`, `S.`, `FP`, `.`, `none`: a letter for each flag, a point for ACK.
fn flags(word: &[u8]) -> Option<TcpFlags> {
    if word == b"none" {
        return Some(TcpFlags::NONE);
    }
    word.iter().try_fold(TcpFlags::NONE, |flags, letter| {
        Some(flags.with(TcpFlags::from_letter(*letter)?))
    })
}

/// The number at the start of a text; one that ends the text may be cut, and is not trusted.
fn number<T: TryFrom<u64>>(text: &[u8]) -> Option<T> {
    let text = text.trim_ascii_start();
    let (value, length) = leading_decimal(text)?;
    text.get(length)?;
    T::try_from(value).ok()
}

/// `ICMP echo request, id 1, seq 1, length 64`, `icmp: echo request`, `ICMP6, neighbor solicitation`.
fn read_icmp(text: &[u8], packet: &mut Packet) {
    const KINDS: [(&[u8], u8); 8] = [
        (b"echo request", 8),
        (b"echo reply", 0),
        (b"time exceeded", 11),
        (b"redirect", 5),
        (b"source quench", 4),
        (b"parameter problem", 12),
        (b"time stamp query", 13),
        (b"router advertisement", 9),
    ];
    const KINDS6: [(&[u8], u8); 8] = [
        (b"destination unreachable", 1),
        (b"packet too big", 2),
        (b"time exceeded", 3),
        (b"echo request", 128),
        (b"echo reply", 129),
        (b"router solicitation", 133),
        (b"router advertisement", 134),
        (b"neighbor solicitation", 135),
    ];
    let is_six = packet.source.ip.is_some_and(|ip| ip.is_ipv6());
    let kinds = if is_six { &KINDS6 } else { &KINDS };
    let head = text.get(..48).unwrap_or(text);
    let has = |words: &[u8]| search::find(head, words).is_some();
    packet.icmp.kind = kinds
        .iter()
        .find(|(words, _)| has(words))
        .map(|(_, kind)| *kind);
    let is_neighbor = is_six && has(b"neighbor advertisement");
    let is_unreachable = !is_six && holds!(text, " unreachable");
    if is_neighbor {
        packet.icmp.kind = Some(136);
    } else if is_unreachable {
        packet.icmp.kind = Some(3);
        packet.icmp.code = [
            (&b" net "[..], 0),
            (b" host ", 1),
            (b" protocol ", 2),
            (b" port ", 3),
        ]
        .iter()
        .find(|(words, _)| search::find(text, words).is_some())
        .map(|(_, code)| *code);
    }
    let after = |key: &[u8]| {
        let at = search::find(text, key)?;
        let rest = text.get(at + key.len()..)?;
        rest.get(..memchr::memchr(b',', rest)?).and_then(decimal)
    };
    (packet.icmp.id, packet.icmp.sequence) = (after(b", id "), after(b", seq "));
}
